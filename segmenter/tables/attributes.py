"""Columns of a customers file that mean nothing to us -> attributes the model may use.

Their names are the user's and stay labels; stored, they are attr_num_1, attr_cat_1, attr_date_1 and so on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from segmenter.tables.cells import tidy, tidy_numbers, without_missing_words
from segmenter.tables.dataset import Attribute, AttributeKind
from segmenter.tables.header_words import is_contact_name, is_id_name
from segmenter.tables.inspection import first_cells, raw_cells, type_of
from segmenter.tables.mapping import Source
from segmenter.tables.number_text import Decimal, read_numbers, survey_numbers
from segmenter.tables.report import Finding
from segmenter.tables.source_rows import SourceRows
from segmenter.tables.time_columns import TimeForm, read_times, survey_times

_MOST_WORDS_SHARE = 0.5  # a text column with more different cells than this share of its rows is no category
_MOST_WORDS = 1_000
_LONGEST_WORD = 200
_MOST_UNREAD_SHARE = 0.05

ARROW_TYPES = {"numeric": pa.float64(), "category": pa.string(), "date": pa.timestamp("us")}
_PREFIX = {"numeric": "attr_num", "category": "attr_cat", "date": "attr_date"}


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeReader:
    """Reads one attribute. decimal and form: how the whole column writes its numbers or dates."""

    attribute: Attribute
    decimal: Decimal = "."
    form: TimeForm = TimeForm()

    def read(self, raw: pa.Array | None, rows: int) -> tuple[pa.Array, pa.Array]:
        """Values of shape (rows,), and which cells held something that could not be read.

        raw: the file's cells, None where this file does not have the column.
        """
        kind = ARROW_TYPES[self.attribute.kind]
        if raw is None:
            return pa.nulls(rows, kind), pa.array([False] * rows)
        cells = tidy(raw)
        if self.attribute.kind == "category":
            return pc.utf8_slice_codeunits(cells, 0, _LONGEST_WORD), pa.array([False] * rows)
        if self.attribute.kind == "numeric":
            values = read_numbers(tidy_numbers(raw), self.decimal)
        else:
            values = read_times(cells, self.form)
        known = pc.is_valid(without_missing_words(cells))
        return values, pc.and_(known, pc.is_null(values))


def choose_attributes(
    sources: Sequence[SourceRows],
    taken: Mapping[Source, frozenset[str]],
    known: Sequence[Attribute] = (),
) -> tuple[tuple[AttributeReader, ...], list[Finding]]:
    """The attributes of all customers files together, in order of appearance, and what was left out.

    taken: columns of a file that say what became of the customers; no model may know those. known: attributes
    of a data set that the files are added to; they come first, and stay what they are.
    """
    readers = {attribute.label: _known_reader(attribute, sources) for attribute in known}
    findings: list[Finding] = []
    counts = {
        prefix: sum(attribute.name.startswith(prefix) for attribute in known) for prefix in _PREFIX.values()
    }
    for rows in sources:
        for name in _candidates(rows):
            if name in readers or name in taken.get(rows.mapping.source, ()):
                continue
            why_not = None if rows.mapping.attributes is not None else _why_not(name, rows)
            if why_not is not None:
                findings.append(_left_out(rows, name, why_not))
                continue
            reader = _reader(name, rows, counts)
            readers[name] = reader
    return tuple(readers.values()), findings


def _candidates(rows: SourceRows) -> tuple[str, ...]:
    if rows.mapping.attributes is not None:
        return rows.mapping.attributes
    mapped = set(rows.mapping.source_columns()) - set(rows.mapping.reasons)
    return tuple(name for name in rows.text.names if name not in mapped)


def _why_not(name: str, rows: SourceRows) -> str | None:
    """Why a column that nobody asked for is no attribute; None where it may be one."""
    if is_contact_name(name):
        return "it looks like contact data, which is never used to decide who is chosen"
    cells = first_cells(rows.text, name).drop_null()
    if len(cells) == 0:
        return "it is empty"
    different = len(cells.unique())
    if is_id_name(name) and different > _MOST_WORDS_SHARE * len(cells):
        return "it looks like another id"
    is_text = type_of(name, raw_cells(rows.text, name)) == "text"
    if is_text and different > max(_MOST_WORDS_SHARE * len(cells), 50):
        return "nearly every customer has another text in it"
    if is_text and different > _MOST_WORDS:
        return f"it holds more than {_MOST_WORDS:,} different words"
    return None


def _known_reader(attribute: Attribute, sources: Sequence[SourceRows]) -> AttributeReader:
    """The reader of an attribute that was there before, as the new files write it."""
    feeding = next((rows for rows in sources if attribute.label in _candidates(rows)), None)
    if feeding is None:
        return AttributeReader(attribute=attribute)
    if attribute.kind == "numeric":
        return AttributeReader(attribute=attribute, decimal=_decimal(attribute.label, feeding))
    if attribute.kind == "date":
        return AttributeReader(attribute=attribute, form=survey_times(feeding.cells(attribute.label)).form())
    return AttributeReader(attribute=attribute)


def _reader(name: str, rows: SourceRows, counts: dict[str, int]) -> AttributeReader:
    """The reader of a new attribute, with the next free name of its kind."""
    kind, decimal, form = _kind(name, rows)
    prefix = _PREFIX[kind]
    counts[prefix] += 1
    attribute = Attribute(name=f"{prefix}_{counts[prefix]}", label=name, kind=kind)
    return AttributeReader(attribute=attribute, decimal=decimal, form=form)


def _kind(name: str, rows: SourceRows) -> tuple[AttributeKind, Decimal, TimeForm]:
    """What a column holds: proposed by its first rows, and confirmed or given up on all of them."""
    guess = type_of(name, raw_cells(rows.text, name))
    decimal: Decimal = "." if guess != "number" else _decimal(name, rows)
    form = TimeForm() if guess != "time" else survey_times(rows.cells(name)).form()
    unread = known = 0
    for raw in rows.number_cells(name) if guess == "number" else rows.cells(name):
        cells = without_missing_words(raw)
        known += len(cells) - cells.null_count
        if guess == "number":
            unread += read_numbers(cells, decimal).null_count - cells.null_count
        elif guess == "time":
            unread += read_times(cells, form).null_count - cells.null_count
    is_confirmed = unread <= _MOST_UNREAD_SHARE * known
    if guess == "number" and is_confirmed:
        return "numeric", decimal, form
    if guess == "time" and is_confirmed:
        return "date", decimal, form
    return "category", decimal, form


def _decimal(name: str, rows: SourceRows) -> Decimal:
    likely: Decimal = "," if rows.text.decimal_comma_likely else "."
    return survey_numbers(rows.number_cells(name)).decimal(otherwise=likely)


def _left_out(rows: SourceRows, name: str, why: str) -> Finding:
    return Finding(
        code="attribute_left_out",
        message=f"Column '{name}' of '{rows.file}' was not made an attribute: {why}. To use it all the same, "
        "name the attributes in the mapping.",
        severity="note",
        table="customers",
        file=rows.file,
        column=name,
    )
