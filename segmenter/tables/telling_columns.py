"""The first rows of a file -> the columns that restate what became of the customers.

A response, a total of the year, an order's number: filled in only for those who bought, such a column was not
known before, and a model that may look at it predicts nothing.
"""

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from segmenter.tables.cells import without_missing_words
from segmenter.tables.contracts import TABLES
from segmenter.tables.guessing import guess_columns
from segmenter.tables.id_text import read_flags
from segmenter.tables.inspection import first_cells
from segmenter.tables.number_text import read_numbers
from segmenter.tables.reading import SourceFile
from segmenter.tables.report import Finding
from segmenter.tables.text_table import TextTable

_FEWEST = 10  # customers with either outcome; by fewer, a column may agree by chance
_MOST_WORDS = 20


def telling_columns(text: TextTable, outcome: str, others: tuple[str, ...]) -> Iterator[Finding]:
    """A finding for each of `others` that tells exactly what the column `outcome` says, yes or no."""
    bought = read_flags(first_cells(text, outcome))
    known = pc.is_valid(bought)
    if min(pc.sum(bought).as_py() or 0, pc.sum(pc.invert(bought)).as_py() or 0) < _FEWEST:
        return
    for column in others:
        cells = without_missing_words(first_cells(text, column))
        if _tells(cells.filter(known), bought.filter(known)):
            yield Finding(
                code="tells_the_outcome",
                message=f"In '{text.file}', column '{column}' goes exactly with '{outcome}': it most likely "
                "says what came after the campaign, too. Leave it out of what the model may know.",
                table="outcomes",
                file=text.file,
                column=column,
            )


def outcomes_among_attributes(file: SourceFile, mapped: tuple[str, ...]) -> Iterator[Finding]:
    """A finding for each column of a file of customers that says, by its title, what came of a campaign.

    mapped: columns that become no attribute.
    """
    guessed = guess_columns(file, TABLES["outcomes"])
    for column in (guessed[name].column for name in ("bought", "reacted") if name in guessed):
        if column is not None and column not in mapped:
            yield Finding(
                code="outcome_among_attributes",
                message=f"In '{file.name}', column '{column}' seems to say what came of a campaign. As an "
                "attribute it would be known to a model beforehand; map it to the outcomes, or leave it out.",
                table="customers",
                file=file.name,
                column=column,
            )


def _tells(cells: pa.Array, bought: pa.Array) -> bool:
    numbers = read_numbers(cells)
    is_something = pc.and_(pc.is_valid(cells), pc.fill_null(pc.not_equal(numbers, 0.0), True))
    if pc.all(pc.equal(is_something, bought)).as_py():
        return True  # nothing for those who did not buy
    pairs = pa.table({"cell": cells, "bought": bought}).group_by(["cell", "bought"]).aggregate([])
    return len(pairs) <= _MOST_WORDS and len(pc.unique(pairs.column("cell"))) == len(pairs)
