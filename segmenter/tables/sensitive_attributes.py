"""Attributes -> the same, each with what sensitive thing it touches and why it may be used all the same."""

from collections.abc import Sequence
from dataclasses import replace

from segmenter.tables.attributes import AttributeReader
from segmenter.tables.dataset import Attribute
from segmenter.tables.inspection import first_cells
from segmenter.tables.report import Finding
from segmenter.tables.sensitive import sensitive_topic
from segmenter.tables.source_rows import SourceRows

_MOST_WORDS = 1_000  # of a column that are looked up


def with_sensitivity(
    readers: Sequence[AttributeReader], sources: Sequence[SourceRows]
) -> tuple[tuple[AttributeReader, ...], list[Finding]]:
    """Mark the sensitive ones among the attributes of customers files; one finding for each of them.

    What the mapping gives as a reason stays with the attribute, and is shown wherever the data or a model
    made from them are. A file that has the column again needs its reason again: not given, it is withdrawn.
    """
    told, findings = [], []
    for reader in readers:
        attribute = _judged(reader.attribute, sources)
        told.append(replace(reader, attribute=attribute))
        if attribute.sensitive:
            was_used = bool(reader.attribute.reason)
            findings.append(_finding(attribute, sources, is_withdrawn=was_used and not attribute.reason))
    return tuple(told), findings


def _judged(attribute: Attribute, sources: Sequence[SourceRows]) -> Attribute:
    words: set[str] = set()
    if attribute.kind == "category":
        for rows in _feeding(attribute, sources):
            words |= set(first_cells(rows.text, attribute.label).drop_null().unique().to_pylist())
    topic = sensitive_topic(attribute.label, sorted(words)[:_MOST_WORDS]) or attribute.sensitive
    reasons = [reason for rows in sources if (reason := rows.mapping.reasons.get(attribute.label))]
    before = "" if _feeding(attribute, sources) else attribute.reason
    return replace(attribute, sensitive=topic, reason=(reasons or [before])[0] if topic else "")


def _feeding(attribute: Attribute, sources: Sequence[SourceRows]) -> list[SourceRows]:
    return [rows for rows in sources if attribute.label in rows.text.names]


def _finding(attribute: Attribute, sources: Sequence[SourceRows], *, is_withdrawn: bool) -> Finding:
    feeding = _feeding(attribute, sources)
    file = feeding[0].file if feeding else ""
    if attribute.reason:
        done = f"Models may use it, because it was said: {attribute.reason}"
    else:
        again = "The reason given before was not given again. " if is_withdrawn else ""
        done = again + (
            "It is stored, but no model learns from it, and reasons never name it. To use it all the same, "
            "say why where the columns are chosen; the reason is kept with the data and is on the model card."
        )
    return Finding(
        code="sensitive_column",
        message=f"Column '{attribute.label}' is about {attribute.sensitive}. {done}",
        severity="note",
        table="customers",
        file=file,
        column=attribute.label,
    )
