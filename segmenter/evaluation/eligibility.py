"""A data set -> is it enough to train? What is there, what is missing, and what would help most."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from segmenter.cutoffs import Cutoffs, data_end, data_start, suggest_cutoffs
from segmenter.engines import Engine
from segmenter.errors import NotEnoughData
from segmenter.evaluation.population import MIN_PER_CLASS
from segmenter.labels.tables import segment_counts
from segmenter.samples import FEWEST_PER_SEGMENT, remedy
from segmenter.settings import TrainingSettings, Windows
from segmenter.tables.contracts import HISTORY_COLUMNS
from segmenter.tables.dataset import Dataset, is_customer_level
from segmenter.tables.table_facts import facts

Verdict = Literal["enough", "just enough", "not enough"]

_DAYS_OF_MONTH: Final = 30.44
_USUAL_WINDOWS: Final = 6  # outcome windows that are learned from where the data hold them
_MOST_HINTS: Final = 3
_LEARNED: Final = ("engaged", "unengaged", "inactive")
# Columns of purchases that may be missing, the most helpful first, and what each would tell.
_COLUMN_HINTS: Final = {
    "discount_amount": "the discount on each purchase, which tells who buys with offers only",
    "category": "the product category of each purchase, which tells tastes apart",
    "order_id": "the order number of each purchase, so that lines of one order count as one purchase",
    "channel": "where each purchase was made: shop, web, app",
    "margin_amount": "what is left of each purchase, so that customers are valued by margin",
    "quantity": "how many pieces were bought",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Eligibility:
    """Whether a model can be trained on a data set, and on what.

    months: between the first and the last dated row. windows: outcome windows to learn from; 0 where the data
    are too short. segments: customers per given label at the last of them. control: customers left out of
    campaigns by lot. missing: what stands in the way, a sentence each; would_help: what else would add most.
    """

    verdict: Verdict
    outcome_days: int
    months: float
    windows: int
    segments: dict[str, int]
    control: int
    missing: tuple[str, ...]
    would_help: tuple[str, ...]

    @property
    def customers(self) -> int:
        return sum(self.segments.get(label, 0) for label in (*_LEARNED, "browsing"))

    @property
    def buyers(self) -> int:
        return self.segments.get("engaged", 0) + self.segments.get("unengaged", 0)


def eligibility(engine: Engine, dataset: Dataset, outcome_days: int) -> Eligibility:
    """What a training with this outcome window would find. The data set's tables must be registered."""
    cutoffs, missing = _cutoffs(dataset, outcome_days)
    told_by_file = is_customer_level(dataset)
    segments: dict[str, int] = {}
    if cutoffs is not None:
        segments = _given(engine, dataset, cutoffs.train[-1], outcome_days)
        learned = segments
        # Far from the limit one window says enough: on many customers each takes seconds.
        if _too_few(learned) and dataset.has("engagements"):
            every = [_given(engine, dataset, cutoff, outcome_days) for cutoff in cutoffs.train]
            learned = {label: sum(window[label] for window in every) for label in segments}
        too_few = _too_few(learned)
        if told_by_file and not learned["inactive"] + learned["browsing"]:
            too_few.pop("inactive", None)  # a file of buyers alone: two segments are told apart
        missing += _in_words(dataset, too_few)
    return Eligibility(
        verdict=_verdict(cutoffs, segments, missing),
        outcome_days=outcome_days,
        months=_months(dataset),
        windows=0 if cutoffs is None else len(cutoffs.train),
        segments=segments,
        control=_control(engine, dataset),
        missing=tuple(missing),
        would_help=tuple(_hints(engine, dataset, cutoffs))[:_MOST_HINTS],
    )


def _control(engine: Engine, dataset: Dataset) -> int:
    """Customers who were left out of a campaign by lot."""
    if is_customer_level(dataset):
        return int(facts(engine, "outcome_facts")["n_control"]) if dataset.has("outcomes") else 0
    return int(facts(engine, "arms")["control"]) if dataset.has("assignments") else 0


def _cutoffs(dataset: Dataset, outcome_days: int) -> tuple[Cutoffs | None, list[str]]:
    try:
        return suggest_cutoffs(dataset, outcome_days), []
    except NotEnoughData as error:
        return None, [str(error)]


def _months(dataset: Dataset) -> float:
    try:
        return (data_end(dataset) - data_start(dataset)).days / _DAYS_OF_MONTH
    except NotEnoughData:
        return 0.0


def _given(engine: Engine, dataset: Dataset, cutoff: date, outcome_days: int) -> dict[str, int]:
    counts = segment_counts(engine, dataset, Windows(outcome_days=outcome_days), cutoff)
    return {label: counts[label] for label in (*_LEARNED, "browsing")}


def _too_few(given: dict[str, int]) -> dict[str, int]:
    """Segments that are too small to be learned from -> how many would be, the test customers left out.

    Browsing customers are learned as inactive.
    """
    learned = {**given, "inactive": given["inactive"] + given["browsing"]}
    kept = {label: round(learned[label] * (1 - TrainingSettings().test_share)) for label in _LEARNED}
    return {label: n for label, n in kept.items() if n < FEWEST_PER_SEGMENT}


def _in_words(dataset: Dataset, too_few: dict[str, int]) -> list[str]:
    if is_customer_level(dataset):
        return [
            f"About {n:,} customers to learn from are {label}; {FEWEST_PER_SEGMENT} of each segment are "
            f"needed. {remedy(label, dataset)}"
            for label, n in too_few.items()
        ]
    if "engaged" in too_few and not dataset.has("engagements"):
        return [
            "Nothing says whom a campaign reached and who reacted, so nobody can be called engaged. Bring "
            "the campaign touches: who was sent, saw or clicked what, and when."
        ]
    return [
        f"About {n:,} customers to learn from are {label}; {FEWEST_PER_SEGMENT} of each segment are needed. "
        "Bring more customers, or a longer time."
        for label, n in too_few.items()
    ]


def _verdict(cutoffs: Cutoffs | None, segments: dict[str, int], missing: list[str]) -> Verdict:
    if cutoffs is None or missing:
        return "not enough"
    tested = TrainingSettings().test_share * min(segments["engaged"], segments["unengaged"])
    return "enough" if cutoffs.unseen_period and tested >= MIN_PER_CLASS else "just enough"


def _hints(engine: Engine, dataset: Dataset, cutoffs: Cutoffs | None) -> Iterator[str]:
    """What would add most, the most first."""
    if is_customer_level(dataset):
        yield from _hints_for_a_campaign(dataset)
        return
    mapped = dataset.mapped.get("transactions", ())
    if not dataset.has("engagements"):
        yield "campaign touches (sent, seen, clicked), without which no model can be trained"
    else:
        kinds = facts(engine, "kind_counts")
        if not kinds["seen"] + kinds["click"]:
            yield "who saw or clicked, beside who was sent something: only a reaction makes somebody engaged"
        if not kinds["exposure"] + kinds["impression"]:
            yield "who was sent something and did not react, so that it is known whom a campaign reached"
    if not dataset.has("assignments"):
        yield "a holdout: customers left out by lot, the strongest evidence of what a campaign changes"
    if cutoffs is not None and len(cutoffs.train) < _USUAL_WINDOWS:
        yield "a longer history: earlier months make the model steadier"
    if not dataset.attributes:
        yield "what is known of customers (age, region, answers of a survey), joined by the customer's id"
    if dataset.has("transactions"):
        for name, words in _COLUMN_HINTS.items():
            if name not in mapped:
                yield words


def _hints_for_a_campaign(dataset: Dataset) -> Iterator[str]:
    """The same where one file says of each customer what became of them in one campaign."""
    outcomes, customers = dataset.mapped.get("outcomes", ()), dataset.mapped.get("customers", ())
    if "arm" not in outcomes:
        yield "who was left out of the campaign by lot, the strongest evidence of what it changes"
    if "amount" not in outcomes:
        yield "what each customer paid after the campaign, so that customers are valued by money"
    if not set(HISTORY_COLUMNS) <= set(customers):
        yield "how lately, how often and for how much each customer had bought before"
    yield "a table of purchases, so that the model sees habits and is tested on a later time"
