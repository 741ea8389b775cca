"""Columns of a customers file that mean nothing to us -> attributes the model may use.

Their names are the user's and stay labels; stored, they are attr_num_1, attr_cat_1, attr_date_1 and so on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from segmenter.tables.cells import tidy, tidy_numbers, without_missing_words
from segmenter.tables.dataset import Attribute, AttributeKind
from segmenter.tables.header_words import comparable_title, is_contact_name, is_id_name
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

_TELLS = "it goes exactly with what became of the customers, so it most likely came after the campaign"

ARROW_TYPES = {"numeric": pa.float64(), "category": pa.string(), "date": pa.timestamp("us")}
_PREFIX = {"numeric": "attr_num", "category": "attr_cat", "date": "attr_date"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a column writes its numbers or its dates."""

    decimal: Decimal = "."
    form: TimeForm = TimeForm()


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeReader:
    """Reads one attribute. ways: how each file that has it writes it; two files need not agree."""

    attribute: Attribute
    ways: Mapping[Source, Way] = field(default_factory=dict)

    def read(self, raw: pa.Array | None, rows: int, source: Source) -> tuple[pa.Array, pa.Array]:
        """Values of shape (rows,), and which cells held something that could not be read.

        raw: the cells of the file `source`, None where it does not have the column.
        """
        kind = ARROW_TYPES[self.attribute.kind]
        if raw is None:
            return pa.nulls(rows, kind), pa.array([False] * rows)
        cells, way = tidy(raw), self.ways.get(source, Way())
        if self.attribute.kind == "category":
            return pc.utf8_slice_codeunits(cells, 0, _LONGEST_WORD), pa.array([False] * rows)
        if self.attribute.kind == "numeric":
            values = read_numbers(tidy_numbers(raw), way.decimal)
        else:
            values = read_times(cells, way.form)
        known = pc.is_valid(without_missing_words(cells))
        return values, pc.and_(known, pc.is_null(values))


def choose_attributes(
    sources: Sequence[SourceRows],
    taken: frozenset[str],
    known: Sequence[Attribute] = (),
    telling: Mapping[str, str] | None = None,
) -> tuple[tuple[AttributeReader, ...], list[Finding]]:
    """The attributes of all customers files together, in order of appearance, and what was left out.

    taken: titles (comparable_title) of columns that say what became of the customers; no model may know
    those. known: attributes of a data set that the files are added to; they come first, and stay what they
    are, unless they are taken now. telling: columns that go exactly with what became of the customers -> the
    file of each; they are attributes only where a mapping names them.
    """
    asked = {name for rows in sources for name in rows.mapping.attributes or ()}
    telling = telling or {}
    unasked = telling.keys() - asked
    chosen: dict[str, Attribute] = {}
    findings = [_tells_all_the_same(telling[name], name) for name in telling if name in asked]
    for attribute in known:
        if comparable_title(attribute.label) in taken or attribute.label in unasked:
            findings.append(_became_outcome(attribute))
        else:
            chosen[attribute.label] = attribute
    # A name that is free again is not given to another column: stored values stand under it.
    numbers = {prefix: _highest(known, prefix) for prefix in _PREFIX.values()}
    for rows in sources:
        for name in candidates(rows):
            if name in chosen or comparable_title(name) in taken:
                continue
            why_not = None if rows.mapping.attributes is not None else _why_not(name, rows)
            why_not = _TELLS if name in unasked else why_not
            if why_not is not None:
                findings.append(_left_out(rows, name, why_not))
                continue
            chosen[name] = _new_attribute(name, rows, numbers)
    return tuple(_reader(attribute, sources) for attribute in chosen.values()), findings


def _highest(known: Sequence[Attribute], prefix: str) -> int:
    """The highest number that a name of this kind bears; 0 where there is none."""
    names = (each.name for each in known if each.name.startswith(prefix))
    return max((int(name.rsplit("_", 1)[1]) for name in names), default=0)


def candidates(rows: SourceRows) -> tuple[str, ...]:
    """The columns of a file of customers that may become attributes: those asked for, or all not mapped."""
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


def _reader(attribute: Attribute, sources: Sequence[SourceRows]) -> AttributeReader:
    """The reader of an attribute, as each of the files writes it."""
    feeding = [rows for rows in sources if attribute.label in candidates(rows)]
    ways: dict[Source, Way] = {}
    for rows in feeding if attribute.kind != "category" else ():
        if attribute.kind == "numeric":
            ways[rows.mapping.source] = Way(decimal=_decimal(attribute.label, rows))
        else:
            ways[rows.mapping.source] = Way(form=_form(attribute.label, rows))
    return AttributeReader(attribute=attribute, ways=ways)


def _new_attribute(name: str, rows: SourceRows, numbers: dict[str, int]) -> Attribute:
    """A new attribute, with the next free name of its kind."""
    kind = _kind(name, rows)
    prefix = _PREFIX[kind]
    numbers[prefix] += 1
    return Attribute(name=f"{prefix}_{numbers[prefix]}", label=name, kind=kind)


def _kind(name: str, rows: SourceRows) -> AttributeKind:
    """What a column holds: proposed by its first rows, and confirmed or given up on all of them."""
    guess = type_of(name, raw_cells(rows.text, name))
    if guess not in ("number", "time"):
        return "category"
    decimal: Decimal = "." if guess != "number" else _decimal(name, rows)
    form = TimeForm() if guess != "time" else _form(name, rows)
    unread = known = 0
    for raw in rows.number_cells(name) if guess == "number" else rows.cells(name):
        cells = without_missing_words(raw)
        known += len(cells) - cells.null_count
        values = read_numbers(cells, decimal) if guess == "number" else read_times(cells, form)
        unread += values.null_count - cells.null_count
    if unread > _MOST_UNREAD_SHARE * known:
        return "category"
    return "numeric" if guess == "number" else "date"


def _form(name: str, rows: SourceRows) -> TimeForm:
    return survey_times(rows.cells(name)).form(zone=rows.time_zone)


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


def _tells_all_the_same(file: str, name: str) -> Finding:
    return Finding(
        code="tells_the_outcome",
        message=f"In '{file}', column '{name}' goes exactly with what became of the customers: it most "
        "likely says what came after the campaign, too. The mapping names it as an attribute, so models may "
        "know it. Take it out of the attributes, unless it was known before.",
        table="customers",
        file=file,
        column=name,
    )


def _became_outcome(attribute: Attribute) -> Finding:
    return Finding(
        code="attribute_became_outcome",
        message=f"Column '{attribute.label}' was an attribute so far. The new files say that it tells what "
        "became of the customers. No model may know that beforehand, so it is an attribute no longer. Train "
        "models again that learned from it.",
        table="customers",
        column=attribute.label,
    )
