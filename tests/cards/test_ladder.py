"""The ladder: which rung a model stands on, what it says, what the next takes, on evidence made by hand."""

import re
from dataclasses import replace

import pandas as pd
import pytest

from segmenter.cards.card import Ladder
from segmenter.cards.forms import FORMS, holdout_words, rough, told_by_trial
from segmenter.cards.ladder import WORDS, make_ladder
from segmenter.cards.making import make_card
from segmenter.cards.stored import StoredResults
from segmenter.evaluation.comparison import Evaluation
from segmenter.labels import intent
from segmenter.labels.intent import IntentEvidence
from segmenter.labels.sample_size import holdout_needed
from segmenter.model.report import Check, PrintedOutcome, ShareTried, StableShare, StrengthTried
from tests.cards.conftest import DemoCard

GIVEN = {"engaged": 500, "unengaged": 700, "inactive": 7_800, "browsing": 1_000, "exposed": 9_000}


def trial(buyers: int) -> IntentEvidence:
    """1,000 of 10,000 left out by lot; `buyers` of the 9,000 contacted bought, and 100 of the others."""
    arms = pd.DataFrame(
        {
            "campaign_id": ["spring", "spring"],
            "arm": ["treatment", "control"],
            "customers": [9_000, 1_000],
            "buyers": [buyers, 100],
            "engaged": [600, 0],
        }
    )
    found = intent.randomised(arms)
    assert found is not None
    return found


def before_after(never: int) -> IntentEvidence:
    counts = pd.DataFrame(
        {"buyer_group": ["exposed_later", "never_exposed"], "customers": [100, never], "new_buyers": [60, 40]}
    )
    found = intent.before_after(counts)
    assert found is not None
    return found


COMPLETIONS = IntentEvidence(
    kind="organic_completions",
    sentence="Of 100 redemptions, 20% were of offers not seen.",
    organic_share=0.2,
    interval=(0.13, 0.29),
    customers=90,
    placebo_share=None,
    details={"redemptions": 100, "unseen": 20},
)
NOTHING = intent.given_labels(pd.DataFrame({"intent": [], "customers": []}))


def stored_with(
    demo_card: DemoCard,
    *evidence: IntentEvidence,
    alike: tuple[float, float, float] | None = None,
    evaluation: Evaluation | None = None,
) -> StoredResults:
    """The demo's model with other evidence and another comparison of alike customers, without a test."""
    report = demo_card.stored.report
    correction = replace(
        report.training.correction,
        estimated_share=alike[1] if alike else None,
        estimated_interval=(alike[0], alike[2]) if alike else None,
    )
    report = replace(
        report,
        evidence=evidence,
        training=replace(report.training, correction=correction),
        given={str(cutoff): GIVEN for cutoff in report.cutoffs.train},
    )
    return StoredResults.of(demo_card.stored.record, report, evaluation=evaluation)


def ladder(demo_card: DemoCard, *evidence: IntentEvidence, **others: tuple[float, float, float]) -> Ladder:
    return make_ladder(stored_with(demo_card, *evidence, **others))


def test_the_rungs_stand_in_the_order_of_the_method(demo_card: DemoCard) -> None:
    kinds = [rung.kind for rung in demo_card.card.ladder.rungs]
    assert kinds == ["randomised", "organic_completions", "before_after", "alike", "given_labels"]
    assert kinds == list(WORDS)


def test_without_any_evidence_the_lowest_rung_is_stood_on_and_every_rung_says_what_it_takes(
    demo_card: DemoCard,
) -> None:
    bare = ladder(demo_card, NOTHING)
    assert bare.stands_on.kind == "given_labels"
    assert [rung.here for rung in bare.rungs] == [False, False, False, False, True]
    assert not any(rung.tells for rung in bare.rungs)
    assert bare.next_step.words == bare.rungs[-1].needed.words
    for rung in bare.rungs[:-1]:
        assert rung.state == "not in these data"
        assert re.search(r"\d", rung.needed.words), "what it takes is told in numbers"
        assert not rung.findings


@pytest.mark.parametrize(
    ("evidence", "alike", "kind", "tells"),
    [
        ((trial(1_200), COMPLETIONS), None, "randomised", True),
        ((trial(900), COMPLETIONS), None, "randomised", False),
        ((COMPLETIONS,), None, "organic_completions", True),
        ((before_after(100),), (0.5, 0.6, 0.7), "before_after", True),
        ((before_after(10),), (0.5, 0.6, 0.7), "before_after", False),
        ((NOTHING,), (0.5, 0.6, 0.7), "alike", True),
        ((NOTHING,), (0.8, 0.95, 1.0), "alike", False),
    ],
)
def test_the_strongest_that_is_there_is_stood_on(
    demo_card: DemoCard,
    evidence: tuple[IntentEvidence, ...],
    alike: tuple[float, float, float] | None,
    kind: str,
    tells: bool,
) -> None:
    found = make_ladder(stored_with(demo_card, *evidence, alike=alike))
    assert found.stands_on.kind == kind
    assert found.stands_on.tells == tells
    place = list(WORDS).index(kind)
    looked_up = max(0, place - 1) if tells else place
    assert found.next_step == found.rungs[looked_up].needed


def test_before_and_after_never_stands_without_its_placebo(demo_card: DemoCard) -> None:
    rung = ladder(demo_card, before_after(100)).rungs[2]
    facts = {fact.label: fact.words for fact in rung.findings}
    assert facts["Placebo"] == "40%, against the 60% that the rule calls prompted"
    assert "placebo" in rung.cannot
    without = {fact.label: fact.words for fact in ladder(demo_card, before_after(10)).rungs[2].findings}
    assert without["Placebo"] == "None, so the 60% that the rule calls prompted prove nothing"


def test_intents_that_were_given_count_as_told(demo_card: DemoCard) -> None:
    given = intent.given_labels(pd.DataFrame({"intent": ["organic", "prompted"], "customers": [60, 40]}))
    rung = ladder(demo_card, given).rungs[-1]
    assert rung.tells
    assert "60% organic" in rung.findings[0].words


def test_the_holdout_asked_for_is_the_one_that_the_buying_rates_ask_for(demo_card: DemoCard) -> None:
    # 1,200 of 10,000 buy. Half of the 5% engaged prompted is an effect of 2.5 points: 12.0% against 9.5%.
    needed = holdout_needed(10_000, 0.12, 0.095)
    assert needed is not None
    words = ladder(demo_card, NOTHING).rungs[0].needed.words
    assert f"about {rough(needed)} of 10,000 customers" in words
    assert "an effect of 2.5 percentage points" in words
    assert "half of the engaged" in words


def test_alike_customers_say_how_large_an_effect_to_plan_for(demo_card: DemoCard) -> None:
    # Four of five prompted is an effect of 4 points: far fewer have to be held back.
    few = holdout_needed(10_000, 0.12, 0.08)
    assert few is not None
    words = ladder(demo_card, NOTHING, alike=(0.1, 0.2, 0.3)).rungs[0].needed.words
    assert f"about {rough(few)} of" in words
    assert "an effect of 4.0 percentage points" in words
    assert "alike customers suggest" in words


def test_a_holdout_that_told_nothing_says_what_it_could_have_told(demo_card: DemoCard) -> None:
    words = ladder(demo_card, trial(900)).rungs[0].needed.words
    assert words.startswith("The holdout of 1,000 customers tells only effects above ")
    assert f" {told_by_trial(9_000, 1_000, GIVEN)} percentage points" in words


def test_too_few_customers_are_told_so_instead_of_given_a_number() -> None:
    few = {"engaged": 20, "unengaged": 20, "inactive": 300, "browsing": 60}
    assert holdout_words(few, None).startswith("Hold back half of 400 customers")
    assert "gather several campaigns" in holdout_words(few, None)
    nobody = {"engaged": 0, "unengaged": 1, "inactive": 50, "browsing": 0}
    assert "several campaigns: 51 are few" in holdout_words(nobody, None)


@pytest.mark.parametrize(("count", "words"), [(7, "7"), (99, "99"), (101, "110"), (1_734, "1,800")])
def test_a_number_to_plan_with_is_rounded_up(count: int, words: str) -> None:
    assert rough(count) == words


def test_the_test_period_outranks_the_training_window(demo_card: DemoCard) -> None:
    evaluation = demo_card.stored.evaluation
    assert evaluation is not None
    tested = replace(evaluation, evidence=(trial(900),))
    found = make_ladder(stored_with(demo_card, trial(1_200), evaluation=tested)).rungs[0]
    assert [fact.label for fact in found.findings][:2] == [
        "In the test period",
        "In the last training window",
    ]
    assert not found.tells


def test_a_model_without_a_test_and_from_a_file_says_so_in_sentences(demo_card: DemoCard) -> None:
    stored = stored_with(demo_card, NOTHING)
    card = make_card(stored)
    assert card.answer.words == "This model has not been tested, so nothing is known of how well it ranks."
    assert card.section("performance").sentences[0] == card.answer
    assert "not been tested" in card.section("groups").sentences[0].words
    assert "not in this workspace" in card.section("data").sentences[0].words
    assert "Nobody has been scored" in card.section("segments").facts[0].words
    assert any("not tested" in point.words for point in card.section("limits").points)
    assert not card.lines
    failed = replace(stored.record, details={"untested": "needs 20 engaged customers; found 3."})
    told = make_card(StoredResults.of(failed, stored.report)).answer
    assert told.words.endswith("kept back: needs 20 engaged customers; found 3.")
    assert told.source == "catalog: details.untested"


def test_an_older_test_without_groups_says_what_to_do(demo_card: DemoCard) -> None:
    evaluation = demo_card.stored.evaluation
    assert evaluation is not None
    older = stored_with(demo_card, NOTHING, evaluation=replace(evaluation, groups=(), calibrations=()))
    (sentence,) = make_card(older).section("groups").sentences
    assert "Train the model again" in sentence.words


def test_settings_that_differ_from_how_they_come_are_named(demo_card: DemoCard) -> None:
    report = demo_card.stored.report
    settings = report.settings.replaced(network=replace(report.settings.network, max_epochs=17))
    card = make_card(StoredResults.of(demo_card.stored.record, replace(report, settings=settings)))
    facts = {fact.label: fact for fact in card.section("method").facts}
    assert facts["Setting max_epochs"].words == "17"
    assert facts["Setting max_epochs"].source == "report.json: settings.network.max_epochs"
    assert "Setting max_epochs" not in {fact.label for fact in demo_card.card.section("method").facts}


def test_how_far_the_correction_goes_and_what_hangs_on_it_is_on_the_card(demo_card: DemoCard) -> None:
    stored = demo_card.stored
    checks = (
        Check(name="intent", corrected=0.612, uncorrected=0.511, standard_error=0.01, passed=True),
        Check(name="extra sales", corrected=0.2, uncorrected=0.25, standard_error=0.02, passed=False),
    )
    correction = replace(
        stored.report.training.correction,
        strength=0.3,
        strengths=(
            StrengthTried(strength=0.3, checks=checks, passed=True),
            StrengthTried(strength=0.4, checks=checks, passed=False),
        ),
        shares=(
            ShareTried(name="low", share=0.41, flipped_share=0.42, overlap=0.91, checks=checks),
            ShareTried(name="high", share=0.71, flipped_share=0.72, overlap=0.83, checks=()),
        ),
        stable=(StableShare(depth=0.2, shared=0.87),),
        printed=PrintedOutcome(
            epochs=30, flipped_share=0.98, mean_p_before=0.6, mean_p=0.05, collapsed="it fell"
        ),
    )
    report = replace(stored.report, training=replace(stored.report.training, correction=correction))
    section = make_card(StoredResults.of(stored.record, report)).section("correction")
    facts = {fact.label: fact.words for fact in section.facts}
    assert facts["How far it is used"] == "30% of the way to the full correction"
    assert facts["The same whichever share is true"] == "87% of the best 20%"
    assert "98% of the engaged" in facts["As the paper prints it"]
    assert "from 0.60 to 0.05" in facts["As the paper prints it"]
    tables = {table.caption.partition(":")[0]: table for table in section.tables}
    strengths = [[cell.words for cell in row] for row in tables["How far the correction could go"].rows]
    assert strengths == [
        ["30%", "0.612 / 0.511", "0.200 / 0.250", "yes"],
        ["40%", "0.612 / 0.511", "0.200 / 0.250", "no"],
    ]
    shares = [[cell.words for cell in row] for row in tables["If another share had bought anyway"].rows]
    assert shares == [["low", "41%", "42%", "91%"], ["high", "71%", "72%", "83%"]]


def test_every_form_in_use_is_known(demo_card: DemoCard) -> None:
    used = {figure.form for _, said in demo_card.card.said() for figure in said.figures}
    assert used <= set(FORMS)
