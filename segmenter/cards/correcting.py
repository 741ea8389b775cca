"""Stored results -> the part of a card on label correction: what was tried, the decision, and its numbers."""

from collections.abc import Mapping
from typing import Any, Final

from segmenter.cards.card import Fact, Said, Section, Table
from segmenter.cards.stored import REPORT, StoredResults

AT: Final = f"{REPORT}: training.correction"
RULE: Final = Said(
    "Engaged customers count as prompted unless correction doubts them. It is used only where customers kept "
    "back speak for it: it must tell the engaged apart better, and must not lose extra buyers or sales."
)
MEASURES: Final = Said(
    "First the engaged with alike customers who bought without looking (an AUC, for which guessing gives a "
    "half); then the areas between the curve of what looking added and a random order, as shares of it."
)
CHECKS: Final = {
    "intent": "Tells the engaged apart",
    "extra buyers": "Ranks extra buyers first",
    "extra sales": "Ranks extra sales first",
}
# Fields of the stored report that the facts below tell. Others are newer than this card: told as they are.
TOLD: Final = frozenset(
    {
        *("method", "applied", "fallback_reason", "tau", "organic_share", "share_source", "by_epoch"),
        *("estimated_share", "estimated_interval", "flipped_share", "judged_by", "checks", "sentence"),
        *("auc_corrected", "auc_uncorrected"),
    }
)


def correction_section(stored: StoredResults) -> Section:
    """Whether labels are corrected, why or why not, and every number behind the decision."""
    report = stored.report.training.correction
    facts = [
        Fact("Method", stored.said("{method}", method=("method", f"{AT}.method"))),
        Fact("Decision", stored.said("{used}", used=("used", f"{AT}.applied"))),
        Fact("In words", stored.said("{sentence}", sentence=("text", f"{AT}.sentence"))),
    ]
    if report.fallback_reason is not None and report.fallback_reason not in report.sentence:
        why = ("text", f"{AT}.fallback_reason")
        facts.append(Fact("Why it is not used", stored.said("{why}", why=why)))
    if report.method != "none":
        facts += _shares(stored)
    return Section(
        key="correction",
        title="Label correction",
        sentences=(RULE,),
        facts=tuple(facts),
        tables=(*_checks(stored), *newer_tables(stored)),
        details=_details(stored),
    )


def _shares(stored: StoredResults) -> list[Fact]:
    report = stored.report.training.correction
    source = ("share source", f"{AT}.share_source")
    expected = Said("not known")
    if report.organic_share is not None:
        share = ("share", f"{AT}.organic_share")
        expected = stored.said("{share} of the engaged, {source}", share=share, source=source)
    estimated = Said("not known: too few looked without buying, or bought without looking, to compare")
    if report.estimated_share is not None:
        told = ("share with interval", f"{AT}.estimated_share", f"{AT}.estimated_interval")
        estimated = stored.said("{share}", share=told)
    tense = "are" if report.applied else "would have been"
    return [
        Fact("Expected to have bought anyway", expected),
        Fact("By alike customers", estimated),
        Fact(
            "Doubted",
            stored.said(
                f"{{share}} of the engaged {tense} counted as customers who would have bought anyway",
                share=("share", f"{AT}.flipped_share"),
            ),
        ),
    ]


def _checks(stored: StoredResults) -> tuple[Table, ...]:
    checks = stored.report.training.correction.checks
    if not checks:
        return ()
    rows = []
    for i, check in enumerate(checks):
        numbers = (
            stored.said("{n}", n=("three digits", f"{AT}.checks[{i}].{name}"))
            for name in ("corrected", "uncorrected", "standard_error")
        )
        verdict = stored.said("{passed}", passed=("passed", f"{AT}.checks[{i}].passed"))
        rows.append((Said(CHECKS[check.name]), *numbers, verdict))
    return (
        Table(
            caption="The corrected and the uncorrected score on customers kept back",
            columns=("What was asked", "With correction", "Without", "Standard error", "Shown"),
            kinds=("words", "number", "number", "number", "words"),
            rows=tuple(rows),
        ),
    )


def _details(stored: StoredResults) -> tuple[Fact, ...]:
    report = stored.report.training.correction
    facts = [Fact("Threshold of doubt (tau)", stored.said("{tau}", tau=("setting", f"{AT}.tau")))]
    if report.checks:
        facts.append(Fact("What is compared", MEASURES))
    if report.judged_by is not None:
        facts.append(Fact("Judged by", stored.said("{who}", who=("judge", f"{AT}.judged_by"))))
    if report.auc_corrected is not None and report.auc_uncorrected is not None:
        with_it, without = (("three digits", f"{AT}.auc_{name}") for name in ("corrected", "uncorrected"))
        words = "{with_it} with correction, {without} without (AUC; guessing gives a half)"
        facts.append(Fact("Told apart", stored.said(words, with_it=with_it, without=without)))
    return tuple(facts)


def newer_tables(stored: StoredResults) -> tuple[Table, ...]:
    """What newer reports say of the correction beyond this card's facts, such as other shares tried.

    A list of results gives a row each, a single result one row.
    """
    tables = []
    for name, value in (stored.value(AT) or {}).items():
        if name in TOLD or not value:
            continue
        rows = [("", value)] if isinstance(value, Mapping) else [(f"[{i}]", v) for i, v in enumerate(value)]
        if all(isinstance(row, Mapping) for _, row in rows):
            tables.append(_newer(stored, name, rows))
    return tuple(tables)


def _newer(stored: StoredResults, name: str, rows: list[tuple[str, Mapping[str, Any]]]) -> Table:
    columns = [key for key, value in rows[0][1].items() if not isinstance(value, Mapping | list | tuple)]
    numeric = {key: isinstance(rows[0][1][key], int | float) for key in columns}
    return Table(
        caption=NEWER.get(name, _words(name)),
        columns=tuple(_words(column) for column in columns),
        kinds=tuple("number" if numeric[column] else "words" for column in columns),
        rows=tuple(
            tuple(stored.said("{v}", v=("result", f"{AT}.{name}{place}.{column}")) for column in columns)
            for place, _ in rows
        ),
    )


NEWER: Final = {
    "sensitivity": "Other expected shares, tried",
    "printed": "What the loss as the paper prints it would have done",
}


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()
