"""Segments, Reasons, Performance and Audience: nothing yet, everything there, and what can go wrong."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from segmenter import pipeline, samples
from segmenter.audience.preview import funnel_without_lists, preview
from segmenter.audience.selection import AudienceRule
from segmenter.campaign import open_audience, write_audience
from segmenter.evaluation.beside import MethodLine
from segmenter.evaluation.bootstrap import Estimate
from segmenter.evaluation.calibration import CalibrationError
from segmenter.evaluation.comparison import Evaluation
from segmenter.evaluation.depths import DepthTable
from segmenter.evaluation.gains import captured_at
from segmenter.evaluation.groups import groups_sentence
from segmenter.evaluation.prompted_verdict import PromptedBin, PromptedCalibration
from segmenter.model.report import Check
from segmenter.results import open_evaluation, open_explanation, open_report, open_summary, write_json
from segmenter.summary import ScoresSummary
from segmenter.ui import cached
from segmenter.ui.audience_view import EXPECTED
from segmenter.ui.calibration_view import chance_verdict
from segmenter.ui.evidence_card import NEXT, RUNGS, STRENGTH
from segmenter.ui.format import EVIDENCE_WORDS, MARGIN_NOTE, number, plain, share
from segmenter.ui.groups_view import groups_table
from segmenter.ui.methods_view import methods_sentence, methods_table, paper_sentence
from segmenter.ui.reach import reach_sentence, rfm_verdict
from segmenter.workspace import Workspace
from tests.conftest import ROOT, Journey

PAGES = ("segments", "reasons", "performance", "audience")


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("SEGMENTER_WORKSPACE", str(tmp_path / "empty"))
    return Workspace.open(tmp_path / "empty")


@pytest.fixture
def walked(journey: Journey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Journey:
    """A copy of the journey's workspace that a test may change."""
    shutil.copytree(journey.workspace.root, tmp_path / "walked")
    monkeypatch.setenv("SEGMENTER_WORKSPACE", str(tmp_path / "walked"))
    return replace(journey, workspace=Workspace.open(tmp_path / "walked"))


@pytest.fixture
def evaluation(journey: Journey) -> Evaluation:
    found = open_evaluation(journey.workspace, journey.model)
    assert found is not None
    return found


def page(name: str) -> AppTest:
    return AppTest.from_file(str(ROOT / "pages" / f"{name}.py"), default_timeout=60).run()


def routed(name: str) -> AppTest:
    """The page as the router runs it: with errors said in words."""
    path = ROOT / "pages" / f"{name}.py"
    script = (
        "import runpy\nfrom segmenter.ui import messages\n"
        f"with messages.explained():\n    runpy.run_path({str(path)!r})\n"
    )
    return AppTest.from_string(script, default_timeout=60).run()


def store_summary(walked: Journey, summary: ScoresSummary) -> None:
    """The same scores with another summary, newer than the first."""
    ws = walked.workspace
    with ws.create("scores", name="changed", parents=(walked.model, walked.dataset), demo=True) as draft:
        shutil.copy(ws.path(walked.scores) / "scores.parquet", draft.folder)
        write_json(draft.folder / "summary.json", summary)


def values(at: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in at.metric}


def answer(at: AppTest) -> str:
    return str(at.header[0].value)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_with_nothing_says_what_it_needs_in_a_sentence_and_a_button(
    name: str, empty: Workspace
) -> None:
    at = page(name)
    assert not at.exception
    assert len(at.button) == 1
    assert at.button[0].proto.type == "primary"
    assert not at.metric
    assert not at.get("plotly_chart")


@pytest.mark.parametrize("name", PAGES)
def test_a_ready_page_answers_first_and_every_chart_has_words_for_who_cannot_see_it(
    name: str, walked: Journey
) -> None:
    at = page(name)
    assert not at.exception
    assert not at.error
    assert answer(at)
    charts = at.get("plotly_chart")
    assert charts
    assert all(len(chart.proto.alt) > 40 for chart in charts)
    assert sum(button.proto.type == "primary" for button in at.button) <= 1


@pytest.mark.parametrize("name", PAGES)
def test_every_card_explains_itself(name: str, walked: Journey) -> None:
    assert all(metric.help for metric in page(name).metric)


@pytest.mark.parametrize("value_of", ["amount", "margin"])
def test_value_is_called_what_the_model_learned(value_of: str, walked: Journey) -> None:
    summary = open_summary(walked.workspace, walked.scores)
    store_summary(walked, replace(summary, value_of=value_of))  # type: ignore[arg-type]
    at = page("audience")
    help_words = next(metric.help for metric in at.metric if metric.label == "Expected value")
    said = "\n".join(str(text.value) for text in (*at.caption, *at.markdown)) + help_words
    assert f"the expected {value_of} of a purchase" in said
    assert "the expected margin" not in said or value_of == "margin"
    assert "the expected amount" not in said or value_of == "amount"


def test_money_on_the_performance_page_is_said_to_be_margin_where_it_is(
    walked: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = open_report(walked.workspace, walked.model)
    assert MARGIN_NOTE not in [caption.value for caption in page("performance").caption]
    of_margins = replace(report, training=replace(report.training, value_of="margin"))
    monkeypatch.setattr(cached, "report", lambda *_: of_margins)
    assert MARGIN_NOTE in [caption.value for caption in page("performance").caption]


def test_the_depth_control_moves_the_sentence_and_the_cards(walked: Journey, evaluation: Evaluation) -> None:
    at = page("performance")
    for percent in (24, 60):
        at = at.slider(key="depth").set_value(percent).run()
        reached = captured_at(evaluation.gains["segmenter"], percent / 100)
        assert answer(at).startswith(f"Contacting the top {percent}% reaches {share(reached)} of the engaged")
        assert values(at)["Engaged reached"] == share(reached)


@pytest.mark.parametrize(
    ("lift", "verdict"),
    [
        (Estimate(1.3, 1.1, 1.6), "more"),
        (Estimate(0.8, 0.6, 0.9), "fewer"),
        (Estimate(1.2, 0.9, 1.5), "unclear"),
        (Estimate(3.0), "unclear"),
        (None, "unclear"),
    ],
)
def test_a_difference_is_claimed_only_where_the_whole_interval_says_so(
    lift: Estimate | None, verdict: str
) -> None:
    assert rfm_verdict(lift) == verdict


@pytest.mark.parametrize("depth", [0.05, 0.2, 0.4, 0.7])
@pytest.mark.parametrize("by", ["score", "expected_value"])
def test_the_sentence_says_not_distinguishable_exactly_where_it_is(
    evaluation: Evaluation, by: str, depth: float
) -> None:
    unclear = rfm_verdict(evaluation.depths.at(by, depth).lift_over_rfm) == "unclear"
    assert ("not distinguishable" in reach_sentence(evaluation, by, depth)) == unclear


def test_without_rfm_the_sentence_compares_with_random_order(evaluation: Evaluation) -> None:
    gains = {key: curve for key, curve in evaluation.gains.items() if key != "rfm"}
    assert reach_sentence(replace(evaluation, gains=gains), "score", 0.4).endswith(
        "random order reaches 40%."
    )


def test_table_one_is_on_the_page_for_every_ranking_and_measure(
    walked: Journey, evaluation: Evaluation
) -> None:
    at = page("performance")
    table = next(frame.value for frame in at.dataframe if "Balanced accuracy" in frame.value.columns)
    group = evaluation.table1[0].group
    rows = [row for row in evaluation.table1 if row.group == group]
    assert len(table) == len(rows)
    assert table["Precision"].str.startswith(f"{rows[0].precision:.0%}").any()
    assert len(table.columns) == 5


def test_the_groups_count_everybody_once_per_kind_and_say_where_the_order_holds(
    walked: Journey, evaluation: Evaluation
) -> None:
    at = page("performance")
    table = next(frame.value for frame in at.dataframe if "Test customers who" in frame.value.columns)
    assert len(table) == len(evaluation.groups) == 7
    for aspect in ("purchases", "contacts", "range"):
        members = [group for group in evaluation.groups if group.aspect == aspect]
        assert sum(group.customers for group in members) == evaluation.customers
    shown = [group for group in evaluation.groups if group.customers >= 20]
    assert groups_sentence(shown) in [text.value for text in at.markdown]


def test_an_evaluation_from_before_the_groups_shows_none(
    walked: Journey, evaluation: Evaluation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cached, "evaluation", lambda *_: replace(evaluation, groups=()))
    at = page("performance")
    assert not at.exception
    assert not any("Test customers who" in frame.value.columns for frame in at.dataframe)


def test_every_method_stands_beside_the_model_best_first(walked: Journey, evaluation: Evaluation) -> None:
    at = page("performance").segmented_control(key="beside_depth").set_value(0.4).run()
    table = next(frame.value for frame in at.dataframe if "Beside Segmenter" in frame.value.columns)
    lines = [line for line in evaluation.beside if line.depth == 0.4]
    assert len(table) == len(lines) >= 9
    reached = [int(cell.split("%")[0]) for cell in table["Engaged reached"]]
    assert reached == sorted(reached, reverse=True)
    assert {"Boosted trees", "Two-stage trees", "Logistic regression", "Past spend"} <= set(
        table["Chosen by"]
    )
    ordered = sorted(lines, key=lambda line: -line.captured.value)
    assert methods_sentence(ordered) in [text.value for text in at.markdown]


@pytest.mark.parametrize(
    ("ahead", "said", "cell"),
    [
        (Estimate(-0.05, -0.08, -0.02), "Ahead of Segmenter at 20%", "5.0 (2.0 to 8.0) points more"),
        (
            Estimate(0.05, 0.02, 0.08),
            "more of the engaged than boosted trees",
            "5.0 (2.0 to 8.0) points fewer",
        ),
        (
            Estimate(0.05, -0.02, 0.12),
            "No other method is ahead",
            "not distinguishable (−12.0 to +2.0 points)",
        ),
        (Estimate(0.05), "No other method is ahead", "too little data to tell"),
        (Estimate(0.0, 0.0, 0.0), "No other method is ahead", "the same"),
    ],
)
def test_who_is_ahead_is_said_plainly_and_only_beyond_noise(ahead: Estimate, said: str, cell: str) -> None:
    lines = [
        MethodLine(method="segmenter", depth=0.2, captured=Estimate(0.5)),
        MethodLine(method="boosted", depth=0.2, captured=Estimate(0.5 - ahead.value), ahead=ahead),
    ]
    assert said in methods_sentence(lines)
    assert ("**" in methods_sentence(lines)) == ahead.is_below_zero
    assert methods_table(lines)["Beside Segmenter"].tolist() == ["–", cell]


def test_the_page_says_whether_chances_and_money_come_true(walked: Journey, evaluation: Evaluation) -> None:
    at = page("performance")
    for outcome in ("engaged", "inactive"):
        at = at.segmented_control(key="calibrated").set_value(outcome).run()
        found = next(each for each in evaluation.calibrations if each.outcome == outcome)
        assert chance_verdict(found) in [text.value for text in at.markdown]
    shown = " ".join(text.value for text in at.markdown)
    assert evaluation.prompted is not None
    assert plain(evaluation.prompted.sentence) in shown
    for found in evaluation.money:
        assert plain(found.sentence) in shown
    headers = [header.value for header in (*at.header, *at.subheader)]
    assert f"The {evaluation.prompted.name}" in headers
    assert "Does the expected money come?" in headers


def test_the_prompted_score_is_called_a_chance_only_on_evidence(
    walked: Journey, evaluation: Evaluation, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = CalibrationError(Estimate(0.01, 0.0, 0.03), 0.01, 0.02)
    sure = PromptedCalibration(
        basis="given_intents",
        is_probability=True,
        allowed=0.05,
        customers=4_000,
        bins=(PromptedBin(2_000, 0.2, Estimate(0.21, 0.18, 0.24)), PromptedBin(2_000, 0.6, Estimate(0.6))),
        error=error,
    )
    for found, words in ((sure, "The chance of being prompted"), (evaluation.prompted, "The prompted score")):
        assert found is not None
        changed = replace(evaluation, prompted=found)
        monkeypatch.setattr(cached, "evaluation", lambda *_, changed=changed: changed)
        at = page("performance")
        assert not at.exception
        assert words in [header.value for header in at.subheader]


def test_the_paper_threshold_answers_at_once(walked: Journey, evaluation: Evaluation) -> None:
    at = page("performance")
    for percent in (30, 100):
        at = at.slider(key="inactive_threshold").set_value(percent).run()
        found = next(each for each in evaluation.paper if round(100 * each.threshold) == percent)
        assert values(at)["Customers who remain"] == number(found.remaining)
        assert values(at)["Engaged reached, paper's"] == share(found.at(0.4)[0])
        assert paper_sentence(found, 0.4, evaluation) in [text.value for text in at.markdown]
    assert any("Nothing is trained again" in text.value for text in at.markdown)


def test_a_correction_that_passed_and_is_not_used_says_why(
    walked: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = open_report(walked.workspace, walked.model)
    check = Check(name="intent", corrected=0.6, uncorrected=0.5, standard_error=0.01, passed=True)
    correction = replace(
        report.training.correction,
        applied=False,
        checks=(check,),
        estimated_share=0.6,
        estimated_interval=(0.5, 0.7),
        fallback_reason="a *holdout* could not tell",
    )
    told = replace(report, training=replace(report.training, correction=correction))
    monkeypatch.setattr(cached, "report", lambda _: told)
    shown = [each.value for each in page("training").markdown]
    assert r"It is not used all the same: a \*holdout\* could not tell." in shown


def test_methods_are_named_as_a_sentence_needs(evaluation: Evaluation) -> None:
    ahead = Estimate(0.1, 0.05, 0.15)
    line = replace(evaluation.beside[0], method="printed", ahead=ahead, spend_ahead=None)
    assert methods_sentence([line]).endswith("than the model corrected as the paper prints it.")


def test_a_test_made_earlier_can_be_made_again(
    walked: Journey, evaluation: Evaluation, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = replace(evaluation, beside=(), prompted=None, money=(), paper=(), version=1)
    assert "Test the model again" not in [button.label for button in page("training").button]
    monkeypatch.setattr(cached, "evaluation", lambda *_: before)
    at = page("performance")
    assert not at.exception
    assert [button.label for button in at.button] == ["Test the model again"]
    assert "Beside other methods" not in [header.value for header in at.header]
    assert "Test the model again" in [button.label for button in page("training").button]


def test_an_earlier_or_damaged_test_is_not_handed_out_as_one_made_now(
    walked: Journey, evaluation: Evaluation, monkeypatch: pytest.MonkeyPatch
) -> None:
    ws = walked.workspace
    assert pipeline.evaluate(ws, model=walked.model) == ws.records("evaluation")[0].id
    monkeypatch.setattr(samples, "gather_sample", lambda *_, **__: (_ for _ in ()).throw(InterruptedError))
    for text in (replace(evaluation, version=1).to_json(), b"{}"):
        with ws.create("evaluation", name="earlier", parents=(walked.model, walked.dataset)) as draft:
            (draft.folder / "evaluation.json").write_bytes(text)
        with pytest.raises(InterruptedError):
            pipeline.evaluate(ws, model=walked.model)


def test_nothing_is_told_of_a_group_under_twenty_but_that_it_is_small(evaluation: Evaluation) -> None:
    few = replace(evaluation.groups[0], customers=7, engaged=3, ordered=None)
    (row,) = groups_table([few]).to_numpy().tolist()
    assert row[1:] == ["under 20", "–", "–", "too few to tell"]


def test_the_correction_and_the_unseen_scope_are_said(walked: Journey, evaluation: Evaluation) -> None:
    at = page("performance")
    words = " ".join([*(m.value for m in at.markdown), *(c.value for c in at.caption)])
    assert evaluation.scope_sentence in words
    assert "orrect" in words


def test_the_evidence_ladder_knows_every_kind_of_evidence() -> None:
    assert set(RUNGS) == set(STRENGTH) == set(EVIDENCE_WORDS)
    assert set(NEXT) == set(RUNGS) - {"randomised"}


def test_segments_count_everybody_once(walked: Journey) -> None:
    summary = open_summary(walked.workspace, walked.scores)
    cards = values(page("segments"))
    assert cards["Engaged"] == number(round(summary.expected["engaged"]))
    assert sum(round(n) for n in summary.expected.values()) == pytest.approx(summary.customers, abs=2)


def test_a_group_under_twenty_is_never_shown(walked: Journey) -> None:
    summary = open_summary(walked.workspace, walked.scores)
    few = summary.expected | {"engaged": 13.0, "inactive": summary.expected["inactive"] + 100}
    hidden = tuple(replace(p, is_hidden=True, features=()) for p in summary.profiles)
    store_summary(walked, replace(summary, expected=few, profiles=hidden, never_bought=7))
    at = page("segments")
    assert not at.exception
    assert values(at)["Engaged"] == "under 20"
    shown = " ".join([answer(at), *(m.value for m in at.markdown), *(c.value for c in at.caption)])
    assert not re.search(r"\b(13|7) (of|customers)", shown)


def test_the_audience_page_shows_what_the_rule_gives(walked: Journey, evaluation: Evaluation) -> None:
    at = page("audience").slider(key="top").set_value(30).run()
    summary = open_summary(walked.workspace, walked.scores)
    cards = values(at)
    assert cards["Selected"] == number(int(0.3 * summary.customers + 0.5))
    curve = summary.curves["score"]
    assert cards["Score at the cut"] == f"{curve.cut[curve.at(int(0.3 * summary.customers + 0.5))]:.2f}"
    assert answer(at) == reach_sentence(evaluation, "score", 0.3)


def test_what_leaves_the_funnel_and_what_stays_adds_up(walked: Journey) -> None:
    at = page("audience").slider(key="top").set_value(40).run()
    at = at.slider(key="holdout").set_value(10).run()
    steps = [int(m.value.replace(",", "").replace("−", "-")) for m in at.metric[5:]]
    assert steps[0] + sum(steps[1:4]) == steps[4] > 0
    assert steps[3] < 0, "a tenth is held back"


def test_ranking_by_value_never_expects_less(walked: Journey) -> None:
    at = page("audience")
    by_chance = float(values(at)["Expected value"].replace(",", ""))
    at = at.segmented_control(key="by").set_value("expected_value").run()
    assert float(values(at)["Expected value"].replace(",", "")) >= by_chance
    assert "Value at the cut" in values(at)


def test_a_saved_audience_has_as_many_rows_as_the_page_says(walked: Journey, tmp_path: Path) -> None:
    at = page("audience").text_input(key="audience_name").set_value("Spring <b>offer</b>").run()
    save = next(b for b in at.button if b.label.startswith("Save audience"))
    shown = int(re.sub(r"\D", "", save.label))
    at = save.click().run()
    assert not at.exception
    assert not at.error
    (record,) = walked.workspace.records("audience")
    saved = open_audience(walked.workspace, record.id)
    assert saved.name == "Spring <b>offer</b>"
    assert saved.funnel.exported == shown
    write_audience(walked.workspace, audience=record.id, out=tmp_path / "again.csv")
    assert len((tmp_path / "again.csv").read_text(encoding="utf-8").splitlines()) == shown + 1
    assert [b.label for b in at.get("download_button")] == [f"Download {number(shown)} rows"]


def test_an_untested_model_still_gives_an_audience_and_says_so(walked: Journey) -> None:
    (record,) = walked.workspace.records("evaluation")
    walked.workspace.delete(record.id)
    summary = replace(open_summary(walked.workspace, walked.scores), out_of_range=99)
    store_summary(walked, summary)  # new scores, so that no earlier preview is remembered
    at = page("audience")
    assert not at.exception
    assert answer(at) == f"The top 20% are {number(int(0.2 * summary.customers + 0.5))} customers."
    assert values(at)["Lift over random"] == "–"
    assert len(page("performance").button) == 1, "Performance leads to the Training page"


def test_an_unreadable_list_is_explained_and_nothing_is_saved(walked: Journey) -> None:
    at = routed("audience")
    at = at.file_uploader(key="suppress").set_value(("list.parquet", b"not parquet", "")).run()
    assert not at.exception
    assert len(at.error) == 1
    assert "list.parquet" in at.error[0].value.replace("\\", "")
    assert not walked.workspace.records("audience")


def test_the_cards_expect_less_where_fewer_are_contacted(walked: Journey) -> None:
    at = page("audience")
    label = next(m.label for m in at.metric if m.label in EXPECTED.values())
    whole, exported = (float(values(at)[name].replace(",", "")) for name in (label, "In the file"))
    at = at.slider(key="holdout").set_value(50).run()
    half, contacted = (float(values(at)[name].replace(",", "")) for name in (label, "In the file"))
    assert contacted < 0.7 * exported
    assert half == pytest.approx(whole * contacted / exported, abs=1)


def test_contact_that_lowers_purchases_is_warned_of(
    walked: Journey, evaluation: Evaluation, monkeypatch: pytest.MonkeyPatch
) -> None:
    harm = Estimate(-100.0, -160.0, -40.0)
    lines = {
        by: tuple(replace(line, extra_buyers_per_1000=harm) for line in lines)
        for by, lines in evaluation.depths.lines.items()
    }
    harmful = replace(evaluation, depths=DepthTable(lines))
    monkeypatch.setattr(cached, "evaluation", lambda *_: harmful)
    at = page("audience")
    assert values(at)["Extra buyers"].startswith("−")
    (warning,) = at.warning
    assert "Contact lowered purchases in the trial" in warning.value


def test_the_page_says_how_many_customers_a_list_met(walked: Journey) -> None:
    best = pd.read_parquet(walked.workspace.path(walked.scores) / "scores.parquet")["customer_id"][:2]
    listed = "\n".join(["customer_id,reason", *(f"{customer},asked, by phone" for customer in best), "X-1,"])
    at = page("audience").file_uploader(key="suppress").set_value(("list.csv", listed.encode(), "")).run()
    assert not at.warning
    assert "Your list: 3 entries, 2 of your customers." in [caption.value for caption in at.caption]


def test_a_list_stays_until_it_is_removed_and_its_loss_is_told(walked: Journey) -> None:
    best = pd.read_parquet(walked.workspace.path(walked.scores) / "scores.parquet")["customer_id"][:2]
    listed = "\n".join(["customer_id", *best]).encode()
    at = page("audience").file_uploader(key="suppress").set_value(("list.csv", listed, "")).run()
    assert values(at)["On your list"] == "−2"
    assert not at.get("file_uploader"), "what was brought is no longer asked for"
    assert values(at.run())["On your list"] == "−2"
    (remove,) = (button for button in at.button if button.label == "Remove the list")
    at = remove.click().run()
    assert values(at)["On your list"] != "−2"
    at = at.file_uploader(key="suppress").set_value(("list.csv", listed, "")).run()
    Path(at.session_state["suppression_list"]).unlink()
    at = at.run()
    assert any("no longer here" in warning.value for warning in at.warning)


def test_a_list_of_strangers_is_warned_of(walked: Journey) -> None:
    at = (
        page("audience")
        .file_uploader(key="suppress")
        .set_value(("list.csv", b"customer_id\nX-1\n", ""))
        .run()
    )
    (warning,) = at.warning
    assert "none of your customers" in warning.value


def test_a_damaged_result_is_explained_with_a_remedy(walked: Journey) -> None:
    (record,) = walked.workspace.records("evaluation")
    with walked.workspace.create("evaluation", name="torn", parents=record.parents) as draft:
        (draft.folder / "evaluation.json").write_bytes(b'{"model": ')
    at = routed("performance")
    assert not at.exception
    assert "Evaluate the model again" in at.error[0].value


def test_preview_and_page_agree_for_every_per_cent(journey: Journey, evaluation: Evaluation) -> None:
    summary = open_summary(journey.workspace, journey.scores)
    sizes = []
    for percent in range(1, 101):
        rule = AudienceRule(top=percent / 100)
        shown = preview(rule, summary, evaluation, funnel_without_lists(rule, summary))
        sizes.append(shown.funnel.selected)
        assert shown.funnel.exported + shown.funnel.no_consent == shown.funnel.selected
    assert sizes == sorted(sizes)
    assert sizes[-1] == summary.customers


def test_the_reasons_page_says_what_the_score_looks_at_and_shows_the_best_customer(walked: Journey) -> None:
    told = open_explanation(walked.workspace, walked.scores)
    assert told is not None
    at = page("reasons")
    assert share(sum(told.share(shape) for shape in told.features[:3])) in answer(at)
    best = pd.read_parquet(walked.workspace.path(walked.scores) / "scores.parquet")["customer_id"][0]
    assert any(f"Customer {best} ranks 1 of" in m.value for m in at.markdown)
    assert "raises the score" in " ".join(m.value for m in at.markdown).lower()
    assert all(box.help for box in (*at.text_input, *at.selectbox))


def test_a_customer_typed_in_is_explained_with_the_score_of_the_list(walked: Journey) -> None:
    scores = pd.read_parquet(walked.workspace.path(walked.scores) / "scores.parquet")
    chosen = scores.iloc[1_500]
    at = page("reasons").text_input(key="customer").set_value(f" {chosen['customer_id']} ").run()
    assert not at.exception
    assert values(at)["Score"] == f"{chosen['score']:.2f}"
    assert values(at)["Prompted score"] == f"{chosen['p_prompted']:.2f}"
    assert any("ranks 1,501 of" in m.value for m in at.markdown)
    assert chosen["customer_id"] not in str(at.query_params)


def test_nobody_is_explained_in_words_and_a_hostile_id_stays_text(walked: Journey) -> None:
    at = page("reasons").text_input(key="customer").set_value("x' OR 1=1 <b>").run()
    assert not at.exception
    (warning,) = at.warning
    assert "is among the 3,000 scored" in warning.value
    assert "<b>" not in warning.value


def test_every_feature_can_be_looked_at(walked: Journey) -> None:
    at = page("reasons")
    for name in at.selectbox(key="feature").options[::9]:
        at = at.selectbox(key="feature").set_value(name).run()
        assert not at.exception
        said = [chart.proto.alt for chart in at.get("plotly_chart")]
        assert any(f"what '{name.rsplit(' (', 1)[0]}' adds" in alt for alt in said)
        assert all(len(alt) > 40 for alt in said)


def test_scores_from_before_reasons_were_kept_lead_to_scoring_again(walked: Journey) -> None:
    store_summary(walked, open_summary(walked.workspace, walked.scores))  # without reasons
    at = page("reasons")
    assert not at.exception
    assert [button.label for button in at.button] == ["Score customers again"]
    assert not at.get("plotly_chart")
    assert "Score customers again" in [button.label for button in page("training").button]
    assert not page("segments").exception


def test_scores_with_reasons_are_not_offered_to_be_made_again(walked: Journey) -> None:
    labels = [button.label for button in page("training").button]
    assert not any(label.startswith("Score customers") for label in labels)


def test_a_model_with_hidden_units_says_why_there_are_no_reasons(
    walked: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    store_summary(walked, open_summary(walked.workspace, walked.scores))
    report = open_report(walked.workspace, walked.model)
    network = replace(report.settings.network, n_hidden=8)
    hidden = replace(report, settings=replace(report.settings, network=network))
    monkeypatch.setattr(cached, "report", lambda *_: hidden)
    at = page("reasons")
    assert any("hidden units" in m.value for m in at.markdown)
    assert [button.label for button in at.button] == ["Train a model"]
