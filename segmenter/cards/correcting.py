"""Stored results -> the part of a card on label correction: what was tried, the decision, and its numbers."""

from typing import Final, Literal

from segmenter.cards.card import Fact, Said, Section, Table
from segmenter.cards.stored import REPORT, StoredResults

AT: Final = f"{REPORT}: training.correction"
RULE: Final = Said(
    "Engaged customers count as prompted unless correction doubts them. It is used only where something "
    "shows that customers were prompted and customers kept back speak for it, and only as far as they do: it "
    "must tell the engaged apart better, and must not lose extra buyers or sales."
)
NUMBERS: Final[tuple[Literal["number"], ...]] = ("number",) * 4  # a strength, and up to three checks
MEASURES: Final = Said(
    "First the engaged with alike customers who bought without looking (an AUC, for which guessing gives a "
    "half); then the areas between the curve of what looking added and a random order, as shares of it."
)
CHECKS: Final = {
    "intent": "Tells the engaged apart",
    "extra buyers": "Ranks extra buyers first",
    "extra sales": "Ranks extra sales first",
}


def correction_section(stored: StoredResults) -> Section:
    """Whether labels are corrected, why or why not, and every number behind the decision."""
    report = stored.report.training.correction
    facts = [
        Fact("Method", _method(stored)),
        Fact("Decision", stored.said("{used}", used=("used", f"{AT}.applied"))),
        Fact("In words", stored.said("{sentence}", sentence=("text", f"{AT}.sentence"))),
    ]
    if report.fallback_reason is not None and report.fallback_reason not in report.sentence:
        why = ("text", f"{AT}.fallback_reason")
        facts.append(Fact("Why it is not used", stored.said("{why}", why=why)))
    if report.method != "none":
        facts += [*_shares(stored), *_strength(stored), *_stable(stored), *_printed(stored)]
    return Section(
        key="correction",
        title="Label correction",
        sentences=(RULE,),
        facts=tuple(facts),
        tables=(*_checks(stored), *_strengths(stored), *_other_shares(stored)),
        details=_details(stored),
    )


def _method(stored: StoredResults) -> Said:
    method = ("method", f"{AT}.method")
    if stored.report.training.correction.method != "guarded":
        return stored.said("{method}", method=method)
    kept = ("fall back", f"{REPORT}: settings.correction.fall_back")
    return stored.said("{method}: {kept}", method=method, kept=kept)


def _strength(stored: StoredResults) -> list[Fact]:
    if not stored.report.training.correction.strengths:
        return []
    said = stored.said("{share} of the way to the full correction", share=("share", f"{AT}.strength"))
    return [Fact("How far it is used", said)]


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
            is_detail=True,
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


def _strengths(stored: StoredResults) -> tuple[Table, ...]:
    tried = stored.report.training.correction.strengths
    if not tried:
        return ()
    named = [check.name for check in tried[0].checks]
    rows = []
    for i, each in enumerate(tried):
        at = f"{AT}.strengths[{i}]"
        gained = (
            stored.said(
                "{with_it} / {without}",
                with_it=("three digits", f"{at}.checks[{k}].corrected"),
                without=("three digits", f"{at}.checks[{k}].uncorrected"),
            )
            for k in range(len(each.checks))
        )
        strength = stored.said("{share}", share=("share", f"{at}.strength"))
        rows.append((strength, *gained, stored.said("{passed}", passed=("passed", f"{at}.passed"))))
    return (
        Table(
            caption="How far the correction could go: with it / without, at each strength",
            columns=("Strength", *(CHECKS[name] for name in named), "Nothing speaks against it"),
            kinds=(*NUMBERS[: len(named) + 1], "words"),
            rows=tuple(rows),
            is_detail=True,
        ),
    )


def _other_shares(stored: StoredResults) -> tuple[Table, ...]:
    tried = stored.report.training.correction.shares
    if not tried:
        return ()
    rows = [
        tuple(
            stored.said("{value}", value=(form, f"{AT}.shares[{i}].{field}"))
            for form, field in (
                ("text", "name"),
                ("share", "share"),
                ("share", "flipped_share"),
                ("share", "overlap"),
            )
        )
        for i in range(len(tried))
    ]
    return (
        Table(
            caption="If another share had bought anyway: how far the best fifth would stay the same",
            columns=("Which", "Share", "Doubted", "On both lists, of those on either"),
            kinds=("words", "number", "number", "number"),
            rows=tuple(rows),
        ),
    )


def _stable(stored: StoredResults) -> list[Fact]:
    return [
        Fact(
            "The same whichever share is true",
            stored.said(
                "{shared} of the best {depth}",
                shared=("share", f"{AT}.stable[{i}].shared"),
                depth=("share", f"{AT}.stable[{i}].depth"),
            ),
        )
        for i in range(len(stored.report.training.correction.stable))
    ]


def _printed(stored: StoredResults) -> list[Fact]:
    printed = stored.report.training.correction.printed
    if printed is None:
        return []
    at = f"{AT}.printed"
    words = (
        "{flipped} of the engaged would have counted as customers who would have bought anyway; their mean "
        "score went from {before} to {after}"
    )
    told = stored.said(
        words + (". It collapsed" if printed.collapsed else ". It did not collapse here"),
        flipped=("share", f"{at}.flipped_share"),
        before=("two digits", f"{at}.mean_p_before"),
        after=("two digits", f"{at}.mean_p"),
    )
    return [Fact("As the paper prints it", told)]
