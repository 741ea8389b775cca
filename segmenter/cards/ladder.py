"""Stored evidence -> the ladder: which evidence of intent there is, what it says, and what the next needs.

The rungs and their order are METHOD's; what each says is a stored sentence, and what the next one takes is
counted from the customers and buying rates of the data.
"""

from dataclasses import dataclass
from typing import Final

from segmenter.cards.card import Fact, Ladder, Rung, Said
from segmenter.cards.stored import EVALUATION, REPORT, StoredResults
from segmenter.labels.evidence import FEWEST_CUSTOMERS, IntentEvidence

PERIODS: Final = {EVALUATION: "In the test period", REPORT: "In training"}


@dataclass(frozen=True, slots=True)
class RungWords:
    """What never changes about a rung: its name, how strong it is, what it cannot tell, what it takes."""

    title: str
    strength: str
    cannot: str
    needed: str = ""


WORDS: Final[dict[str, RungWords]] = {
    "randomised": RungWords(
        "Randomised holdout",
        "the strongest there is: it measures what contacting changes",
        "It tells of groups, not of single customers, and only of campaigns like the one that was held back.",
    ),
    "organic_completions": RungWords(
        "Bought without having seen the campaign",
        "good: it counts customers who certainly did not need the campaign",
        "It tells the least share who would have bought anyway: some who saw an offer would have, too.",
        f"Bring in which offers each customer saw and redeemed, with their times. At least "
        f"{FEWEST_CUSTOMERS} customers who redeemed are needed.",
    ),
    "before_after": RungWords(
        "First left out, reached later",
        "weak: time passes between before and after, so compare it with its placebo",
        "Seasons, growth and the customer's own rhythm look like an effect. Only what lies above the placebo "
        "(what the same rule says of buyers whom no campaign reached) is evidence.",
        f"Bring in campaign touches with their times. At least {FEWEST_CUSTOMERS} customers whom no campaign "
        f"reached at first and who engaged later are needed, and {FEWEST_CUSTOMERS} buyers whom none ever "
        "reached for the placebo.",
    ),
    "alike": RungWords(
        "Alike customers who did not look",
        "an argument: customers are alike in what the data show, and in nothing else",
        "Who looks at a message because of being about to buy seems prompted. A holdout would tell.",
    ),
    "given_labels": RungWords(
        "Given labels only",
        "the weakest: who reacted and bought is known, why they bought is not",
        "It cannot tell the prompted from those who would have bought anyway.",
    ),
}
NOTHING_MORE: Final = Said("Nothing more: it is there, and it tells.")


def make_ladder(stored: StoredResults) -> Ladder:
    """The ladder of one model, strongest rung first."""
    rungs = tuple(_rung(stored, kind) for kind in WORDS)
    place = next(i for i, rung in enumerate(rungs) if rung.here)
    standing = rungs[place]
    # Who stands safely looks up; who does not, makes the rung firm first.
    next_step = rungs[max(0, place - 1)].needed if standing.tells else standing.needed
    tells = "" if standing.tells else " It does not tell prompted customers from others here."
    return Ladder(
        sentence=Said(f"The strongest evidence is: {standing.title.lower()}.{tells}"),
        rungs=rungs,
        next_step=next_step,
    )


def _rung(stored: StoredResults, kind: str) -> Rung:
    words = WORDS[kind]
    found = [(file, place, each) for file, place, each in _evidence(stored) if each.kind == kind]
    findings = [fact for file, place, each in found for fact in _findings(stored, file, place, each)]
    # The test period decides where there is one: its evidence comes first, and is of more customers.
    here, tells = bool(found), bool(found) and found[0][2].organic_share is not None
    if kind == "alike":
        findings, tells = _alike(stored)
        here = bool(findings)
    if kind == "given_labels":
        here = True
    return Rung(
        kind=kind,
        title=words.title,
        strength=words.strength,
        here=here,
        tells=tells,
        findings=tuple(findings),
        cannot=words.cannot,
        needed=_needed(stored, kind, here=here, tells=tells),
    )


def _evidence(stored: StoredResults) -> list[tuple[str, int, IntentEvidence]]:
    """All evidence with its place, that of the test first: it has seen more customers."""
    tested = stored.evaluation.evidence if stored.evaluation else ()
    return [(EVALUATION, i, each) for i, each in enumerate(tested)] + [
        (REPORT, i, each) for i, each in enumerate(stored.report.evidence)
    ]


def _findings(stored: StoredResults, file: str, place: int, each: IntentEvidence) -> list[Fact]:
    at, when = f"{file}: evidence[{place}]", PERIODS[file]
    facts = [Fact(when, stored.said("{sentence}", sentence=("text", f"{at}.sentence")))]
    if each.organic_share is not None and each.kind in ("randomised", "before_after"):
        told = ("share with interval", f"{at}.organic_share", f"{at}.interval")
        facts.append(Fact("Bought anyway", stored.said("{share} of the engaged", share=told)))
    if each.kind == "before_after":
        facts.append(Fact("Placebo", _placebo(stored, at, each)))
    return facts


def _placebo(stored: StoredResults, at: str, each: IntentEvidence) -> Said:
    rule = ("share", f"{at}.details.rule_share")
    if each.placebo_share is None:
        return stored.said("None, so the {rule} that the rule calls prompted prove nothing", rule=rule)
    return stored.said(
        "{placebo}, against the {rule} that the rule calls prompted",
        placebo=("share", f"{at}.placebo_share"),
        rule=rule,
    )


def _alike(stored: StoredResults) -> tuple[list[Fact], bool]:
    """What alike customers who did not look told in training, and whether it tells anything."""
    correction, at = stored.report.training.correction, f"{REPORT}: training.correction"
    if correction.estimated_share is None:
        return [], False
    told = ("share with interval", f"{at}.estimated_share", f"{at}.estimated_interval")
    words = (
        "{share} of the engaged would have bought anyway, as many as alike customers bought without looking"
    )
    interval = correction.estimated_interval
    return [Fact("In the training windows", stored.said(words, share=told))], bool(
        interval and interval[1] < 1
    )


def _needed(stored: StoredResults, kind: str, *, here: bool, tells: bool) -> Said:
    if kind == "randomised":
        return _holdout(stored, here=here, tells=tells)
    if here and tells:
        return NOTHING_MORE
    if kind == "alike":
        if here:
            return Said(
                "Customers who looked did not buy more often than alike ones who did not: more of the same "
                "would say the same. Hold customers back by lot."
            )
        return stored.said(
            "Bring in who saw or clicked each campaign, with its time. At least {customers} customers of "
            "each kind are needed: looked or not, bought or not.",
            customers=("customers of a kind", f"{REPORT}: settings.network.members"),
        )
    if kind == "given_labels":
        return Said(
            "Bring in campaign touches with their times (sent, seen, clicked, redeemed), where they are not "
            "there yet; beyond that, what the rungs above ask for."
        )
    if kind == "before_after" and here:
        return Said(
            "The rule says no more than its placebo, or has none: more of the same would hardly help. Hold "
            "customers back by lot."
        )
    return Said(WORDS[kind].needed)


def _holdout(stored: StoredResults, *, here: bool, tells: bool) -> Said:
    """How many customers to hold back, counted from the last training window."""
    given = f"{REPORT}: given.{stored.report.cutoffs.train[-1]}"
    plan = ("holdout to plan", given, f"{REPORT}: training.correction.estimated_share")
    suggested = stored.report.training.correction.estimated_share is not None
    why = (
        "as large as alike customers suggest" if suggested else "as if half of the engaged had been prompted"
    )
    if tells:
        return stored.said("Keep it up in every campaign. {plan} ({why}).".replace("{why}", why), plan=plan)
    if not here:
        return stored.said("{plan} ({why}).".replace("{why}", why), plan=plan)
    file, place, _ = next(found for found in _evidence(stored) if found[2].kind == "randomised")
    at = f"{file}: evidence[{place}].details"
    arms = (f"{at}.treatment_customers", f"{at}.control_customers")
    return stored.said(
        "The holdout of {held_back} customers tells only effects above {effect} percentage points. {plan} "
        "({why}).".replace("{why}", why),
        held_back=("number", arms[1]),
        effect=("effect told by the trial", *arms, given),
        plan=plan,
    )
