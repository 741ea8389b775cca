"""Scored test customers and what they did -> the evaluation: Table 1, gains, depths, sentences.

All rankings are compared on one test population and on the same resamples of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import msgspec
import numpy as np
import pandas as pd

from segmenter.errors import DamagedArtifact
from segmenter.evaluation import wording
from segmenter.evaluation.beside import Beside, MethodLine
from segmenter.evaluation.bootstrap import draws_for, paired_bootstrap
from segmenter.evaluation.calibration import Calibration, Calibrations
from segmenter.evaluation.depths import Depths, DepthTable
from segmenter.evaluation.gains import GainCurve
from segmenter.evaluation.groups import GroupResult, group_results
from segmenter.evaluation.money import Money, MoneyCalibration
from segmenter.evaluation.paper_ranking import PaperRanking, paper_rankings
from segmenter.evaluation.population import read_population
from segmenter.evaluation.prompted import Prompted
from segmenter.evaluation.prompted_verdict import PromptedCalibration
from segmenter.evaluation.reach import GainDifference, Reach
from segmenter.evaluation.rfm import RfmSettings
from segmenter.evaluation.table1 import Table1, Table1Difference, Table1Row
from segmenter.labels.intent import IntentEvidence
from segmenter.progress import Progress, silent

# What an evaluation holds. Raised when a part is added, so that a model tested before can be tested again.
VERSION = 2
HEADLINE_DEPTH = 0.4  # the depth the paper reports
POSITIVES = (
    "Engaged customers count as reached: they reacted to a campaign in the outcome window and bought after "
    "it. Everybody else (browsing, unengaged, inactive) does not. Reacting and buying does not prove that "
    "the campaign caused the purchase."
)
POSITIVES_NOT_ORGANIC = (
    "Engaged customers count as reached unless they are known to be organic: they redeemed an offer without "
    "having seen it, or their intent was given as organic."
)


@dataclass(frozen=True, slots=True)
class NotOrganicGains:
    """The gain curves again, with known organic customers moved out of the positives."""

    positives: int
    positives_are: str
    gains: dict[str, GainCurve]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """How well one model ranks test customers, beside RFM and other baselines.

    gains: keys segmenter, value, uncorrected, rfm, response and CHALLENGERS (those that were given), random,
    perfect. draws: resamples behind every interval of a comparison. notes: what could not be computed and
    why, in words. groups: the order within groups of customers. beside: every method at a few depths.
    prompted: whether the prompted score may be called a probability. money: expected against real money.
    paper: the paper's own ranking by threshold. version: 1 before the last four were looked at; what an
    evaluation has not looked at is empty.
    """

    model: str
    dataset: str
    cutoff: date
    outcome_days: int
    customers: int
    positives: int
    segments: dict[str, int]
    positives_are: str
    unseen_customers: bool
    unseen_period: bool
    draws: int
    rfm: RfmSettings | None
    table1: tuple[Table1Row, ...]
    table1_differences: tuple[Table1Difference, ...]
    gains: dict[str, GainCurve]
    gain_differences: tuple[GainDifference, ...]
    not_organic: NotOrganicGains | None
    depths: DepthTable
    calibrations: tuple[Calibration, ...]
    evidence: tuple[IntentEvidence, ...]
    sentence: str
    other_sentences: tuple[str, ...]
    scope_sentence: str
    trial_sentence: str | None
    notes: tuple[str, ...]
    groups: tuple[GroupResult, ...] = ()
    beside: tuple[MethodLine, ...] = ()
    prompted: PromptedCalibration | None = None
    money: tuple[MoneyCalibration, ...] = ()
    paper: tuple[PaperRanking, ...] = ()
    version: int = 1

    @property
    def is_complete(self) -> bool:
        """Whether it holds everything that a test made now would."""
        return self.version >= VERSION

    def to_json(self) -> bytes:
        """This evaluation as JSON, readable again by `from_json`."""
        return msgspec.json.encode(self)

    @classmethod
    def from_json(cls, text: bytes) -> "Evaluation":
        """Raises DamagedArtifact where the text is not an evaluation."""
        try:
            return msgspec.json.decode(text, type=cls)
        except msgspec.DecodeError as error:
            raise DamagedArtifact(
                f"The stored evaluation cannot be read ({error}). Evaluate the model again."
            ) from error


def evaluate(
    test: pd.DataFrame,
    *,
    model: str,
    dataset: str,
    cutoff: date,
    outcome_days: int,
    unseen_customers: bool,
    unseen_period: bool,
    evidence: tuple[IntentEvidence, ...],
    rng: np.random.Generator,
    rfm_settings: RfmSettings | None = None,
    draws: int = 500,
    headline_depth: float = HEADLINE_DEPTH,
    notes: tuple[str, ...] = (),
    progress: Progress = silent,
) -> Evaluation:
    """Compare the model with RFM and the other baselines on `test`, one row per customer.

    Columns: customer_id, given_label, score, expected_value, days_since_last_purchase, purchase_count,
    monetary_value, purchases, amount, arm, trial. Used where present: uncorrected and response (scores of
    the baselines), CHALLENGERS, organic_completion, intent, contacted_before and out_of_range (groups),
    p_engaged, p_unengaged, p_inactive, p_prompted and expected_amount (calibration).
    rfm_settings: None takes the quintiles of the test customers, which needs no outcome. unseen_customers,
    unseen_period: whether the model has learned from neither; the sentences say so. notes: what else could
    not be compared, in words. Raises NotEnoughData with
    fewer than 20 positives or 20 others; ValueError where the frame breaks its contract.
    """
    population = read_population(test, rfm_settings)
    table1 = Table1(population.positive, population.rankings, population.rfm_segment)
    reach = Reach(population)
    depths = Depths(
        population.positive,
        {
            "score": population.rankings["segmenter"],
            "expected_value": population.rankings["value"],
            "rfm": population.rankings["rfm"],
        },
        population.trial,
    )
    calibrations = Calibrations(population.chances)
    beside, money = Beside(population, test["amount"].to_numpy(dtype=np.float64)), Money(test)
    prompted = Prompted(test, population.trial) if "p_prompted" in test else None

    def statistic(weights: np.ndarray) -> dict[str, np.ndarray]:
        parts = {
            "reach": reach.figures(weights),
            "depths": depths.figures(weights),
            "calibrations": calibrations.figures(weights),
            "table1": {"": table1.figures(weights)},
            "beside": beside.figures(weights),
            "money": money.figures(weights),
            "prompted": prompted.figures(weights) if prompted else {},
        }
        return {f"{part}/{name}": values for part, named in parts.items() for name, values in named.items()}

    n_draws = draws_for(population.customers, draws)
    drawn = paired_bootstrap(
        statistic,
        population.customers,
        draws=n_draws,
        rng=rng,
        progress=lambda share: progress("evaluate", share, "Drawing customers anew to see what chance does"),
    )
    whole = {name: values[0] for name, values in statistic(np.ones((population.customers, 1))).items()}
    reached, spent, earned, intents = (
        (_part(name, whole), _part(name, drawn)) for name in ("reach", "beside", "money", "prompted")
    )
    gain_differences = reach.differences(headline_depth, *reached)
    depth_table = depths.table(_part("depths", whole), _part("depths", drawn))
    positives = int(population.positive.sum())
    return Evaluation(
        model=model,
        dataset=dataset,
        cutoff=cutoff,
        outcome_days=outcome_days,
        customers=population.customers,
        positives=positives,
        segments=population.segments,
        positives_are=POSITIVES,
        unseen_customers=unseen_customers,
        unseen_period=unseen_period,
        draws=n_draws,
        rfm=population.rfm_settings,
        table1=table1.rows(whole["table1/"], drawn["table1/"]),
        table1_differences=table1.differences(whole["table1/"], drawn["table1/"]),
        gains=reach.curves("engaged", *reached),
        gain_differences=gain_differences,
        not_organic=(
            NotOrganicGains(
                int(population.not_organic.sum()),
                POSITIVES_NOT_ORGANIC,
                reach.curves("not_organic", *reached),
            )
            if population.not_organic is not None
            else None
        ),
        depths=depth_table,
        calibrations=calibrations.tables(_part("calibrations", whole), _part("calibrations", drawn), rng),
        evidence=evidence,
        sentence=wording.reach_sentence(gain_differences[0]),
        other_sentences=tuple(wording.difference_sentence(difference) for difference in gain_differences[1:]),
        scope_sentence=wording.scope_sentence(
            population.customers, positives, unseen_customers=unseen_customers, unseen_period=unseen_period
        ),
        trial_sentence=(
            wording.trial_sentence(depth_table.at("score", headline_depth)) if population.trial else None
        ),
        notes=(*population.notes, *table1.notes, *notes),
        groups=group_results(test, outcome_days=outcome_days),
        beside=beside.lines(reach, reached, spent),
        prompted=prompted.table(*intents, rng) if prompted else None,
        money=money.tables(*earned),
        paper=paper_rankings(test, population),
        version=VERSION,
    )


def _part(name: str, figures: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The figures of one part of the statistic, under their own names."""
    return {key.removeprefix(f"{name}/"): v for key, v in figures.items() if key.startswith(f"{name}/")}
