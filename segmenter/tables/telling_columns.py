"""The first rows of a file -> the columns that restate what became of the customers.

A response, a total of the year, an order's number: filled in only for those who bought, such a column was not
known before, and a model that may look at it predicts nothing.
"""

from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from segmenter.tables.attributes import AttributeReader, candidates
from segmenter.tables.cells import count_true, tidy, without_missing_words
from segmenter.tables.column_readers import prepare_reader
from segmenter.tables.contracts import OUTCOMES, TABLES
from segmenter.tables.dataset import Attribute
from segmenter.tables.guessing import guess_columns
from segmenter.tables.id_text import read_flags
from segmenter.tables.inspection import first_cells, source_file
from segmenter.tables.number_text import read_numbers, survey_numbers
from segmenter.tables.reading import SAMPLE_ROWS
from segmenter.tables.report import Finding
from segmenter.tables.source_rows import SourceRows
from segmenter.tables.text_table import TextTable

_FEWEST = 10  # customers with either outcome; by fewer, a column may agree by chance
_MOST_WORDS = 20
_ROWS_PER_WORD = 5  # fewer rows than that for each word, and words agree with anything
_MOST_BUYERS = 0.5  # share of the buyers for whom something is filled in that is empty for all others
_BUYERS = ("engaged", "unengaged")


def telling_columns(text: TextTable, outcome: str, others: tuple[str, ...]) -> Iterator[Finding]:
    """A finding for each of `others` that tells exactly what the column `outcome` says, yes or no."""
    bought = read_flags(first_cells(text, outcome))
    known = pc.is_valid(bought)
    if not _is_enough(bought):
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


def telling_attributes(
    customers: Sequence[SourceRows], outcomes: Sequence[SourceRows], known: Sequence[Attribute] = ()
) -> dict[str, str]:
    """Further columns of files of customers that tell what files of outcomes say -> the file of each.

    The two need not be one file: rows of the same customer are put beside each other. known: attributes of a
    data set that the files are added to; they are looked at, too, where a file no longer names them.
    """
    labels = {attribute.label for attribute in known}
    found: dict[str, str] = {}
    for people, answered in product(customers, outcomes):
        may_be = {*candidates(people), *labels}
        names = tuple(name for name in people.text.names if name in may_be and name not in found)
        keys, cells = _first_rows(people, answered, names)
        their_keys, answers = _first_answers(answered, people)
        places = pc.index_in(keys, value_set=their_keys)
        for answer in answers:
            bought = answer.take(places)
            if _is_enough(bought):
                told = pc.is_valid(bought)
                found |= {
                    name: people.file
                    for name in names
                    if _tells(without_missing_words(tidy(cells[name])).filter(told), bought.filter(told))
                }
    return found


def outcomes_among_attributes(
    customers: Sequence[SourceRows], attributes: Sequence[AttributeReader]
) -> Iterator[Finding]:
    """A finding for each attribute that says, by its title, what came of a campaign."""
    labels = {reader.attribute.label for reader in attributes}
    for rows in customers:
        guessed = guess_columns(source_file(rows.text, Path(rows.file)), TABLES["outcomes"])
        for column in (guessed[name].column for name in ("bought", "reacted") if name in guessed):
            if column in labels and column in candidates(rows):
                yield Finding(
                    code="outcome_among_attributes",
                    message=f"In '{rows.file}', column '{column}' seems to say what came of a campaign. As "
                    "an attribute it would be known to a model beforehand; map it to the outcomes, or leave "
                    "it out.",
                    table="customers",
                    file=rows.file,
                    column=column,
                )


def _first_rows(
    rows: SourceRows, other: SourceRows, names: tuple[str, ...]
) -> tuple[pa.Array, dict[str, pa.Array]]:
    """The first rows of a file: by what they are found in the other one, and their raw cells.

    Of one file, rows have numbers; of two, ids.
    """
    is_same = rows.mapping.source == other.mapping.source
    id_column = rows.mapping.columns["customer_id"].column
    none = pa.array([], pa.string())
    for numbers, cells in rows.batches(names if id_column is None else (id_column, *names)):
        first = {name: column.slice(0, SAMPLE_ROWS) for name, column in cells.items()}
        if is_same:
            return pa.array(numbers[:SAMPLE_ROWS], pa.int64()), first
        if id_column is not None:
            return tidy(first[id_column]), first
    return none.cast(pa.int64()) if is_same else none, dict.fromkeys(names, none)


def _first_answers(known: SourceRows, people: SourceRows) -> tuple[pa.Array, list[pa.Array]]:
    """Of the first rows of outcomes: by what they are found, and who bought, as each mapped column says."""
    mapped = [name for name in ("bought", "segment") if name in known.mapping.columns]
    readers = [prepare_reader(OUTCOMES.column(name), known) for name in mapped]
    columns = tuple(column for reader in readers for column in reader.source.columns())
    keys, cells = _first_rows(known, people, columns)
    answers = []
    for reader in readers:
        if reader.source.column is None:
            continue
        values = reader.read(cells, np.arange(len(keys))).values
        if reader.contract.name == "segment":
            is_buyer = pc.is_in(values, value_set=pa.array(_BUYERS))
            values = pc.if_else(pc.is_valid(values), is_buyer, pa.scalar(None, pa.bool_()))
        answers.append(values)
    return keys, answers


def _is_enough(bought: pa.Array) -> bool:
    return min(pc.sum(bought).as_py() or 0, pc.sum(pc.invert(bought)).as_py() or 0) >= _FEWEST


def _tells(cells: pa.Array, bought: pa.Array) -> bool:
    """Do the cells give away who bought? bought: without NULL."""
    numbers = read_numbers(cells, survey_numbers([cells]).decimal())
    is_something = pc.and_(pc.is_valid(cells), pc.fill_null(pc.not_equal(numbers, 0.0), True))
    buyers, others = (count_true(pc.and_(is_something, who)) for who in (bought, pc.invert(bought)))
    if others == 0 and buyers >= max(_FEWEST, _MOST_BUYERS * count_true(bought)):
        return True  # nothing for those who did not buy
    pairs = pa.table({"cell": cells, "bought": bought}).group_by(["cell", "bought"]).aggregate([])
    few = min(_MOST_WORDS, len(cells) // _ROWS_PER_WORD)
    return len(pairs) <= few and len(pc.unique(pairs.column("cell"))) == len(pairs)
