"""Start, Data and Training: nothing yet, everything there, and what can go wrong. Run by the router."""

import json
import re
import runpy
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import streamlit as st
from streamlit.runtime.scriptrunner import script_runner
from streamlit.testing.v1 import AppTest

from segmenter import demo, model_files
from segmenter.labels.intent import IntentEvidence
from segmenter.results import open_report
from segmenter.ui import jobs_panel
from segmenter.ui.evidence_card import evidence_words
from segmenter.workspace import Workspace
from tests.conftest import ROOT, Journey

ORDERS = b"customer,when,paid\n" + b"".join(
    b"C%03d,2025-%02d-11,%d.50\n" % (n % 40, n % 12 + 1, n) for n in range(120)
)


@pytest.fixture(autouse=True)
def routed(monkeypatch: pytest.MonkeyPatch) -> None:
    """What asgi.py settles for the server: app.py is the router, and the folder pages/ alone is not."""
    monkeypatch.setattr(script_runner, "_mpa_v1", runpy.run_path)


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("SEGMENTER_WORKSPACE", str(tmp_path / "empty"))
    return Workspace.open(tmp_path / "empty")


@pytest.fixture
def walked(journey: Journey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A copy of the journey's workspace that a test may change."""
    shutil.copytree(journey.workspace.root, tmp_path / "walked")
    monkeypatch.setenv("SEGMENTER_WORKSPACE", str(tmp_path / "walked"))
    return Workspace.open(tmp_path / "walked")


@pytest.fixture
def untested(small_shop: Journey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A copy of a workspace whose model has scored, but could not be tested."""
    shutil.copytree(small_shop.workspace.root, tmp_path / "untested")
    monkeypatch.setenv("SEGMENTER_WORKSPACE", str(tmp_path / "untested"))
    return Workspace.open(tmp_path / "untested")


def page(name: str) -> AppTest:
    """The app, opened on that page."""
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120).run()
    return at.switch_page(f"pages/{name}.py").run()


def labels(at: AppTest) -> list[str]:
    return [button.label for button in at.button]


def press(at: AppTest, label: str) -> AppTest:
    return next(button for button in at.button if button.label == label).click().run()


def said(at: AppTest) -> str:
    """All words on the page."""
    return "\n".join(
        str(element.value) for kind in (at.title, at.header, at.markdown, at.caption) for element in kind
    )


def foot(at: AppTest) -> str:
    return "\n".join(caption.value for caption in at.sidebar.caption)


@pytest.mark.parametrize(
    "name", ["start", "data", "training", "segments", "reasons", "performance", "compare", "audience"]
)
def test_the_foot_of_the_sidebar_is_there_also_where_a_page_has_nothing(name: str, empty: Workspace) -> None:
    assert "Workspace **empty** · no data yet" in foot(page(name))


def test_a_holdout_and_its_period_are_told_as_what_they_are(walked: Workspace) -> None:
    (model,) = walked.records("model")
    at = page("training")
    strongest = open_report(walked, model.id).evidence[0]
    assert f"evidence: {evidence_words(strongest)}" in foot(at)
    assert "Evidence in the training period" in said(at)
    assert "counted in the test period" in said(page("performance"))


@pytest.mark.parametrize(
    ("told", "highest", "words"),
    [
        (0.4, 0.03, "randomised holdout"),
        (None, 0.01, "holdout: no clear effect"),
        (None, -0.01, "holdout: contact lost buyers"),
    ],
)
def test_a_holdout_is_called_evidence_of_what_it_found(
    told: float | None, highest: float, words: str
) -> None:
    found = IntentEvidence(
        kind="randomised",
        sentence="",
        organic_share=told,
        interval=None,
        customers=900,
        placebo_share=None,
        details={"difference_high": highest},
    )
    assert evidence_words(found) == words


def test_the_start_page_offers_the_demo_and_the_own_files(empty: Workspace) -> None:
    at = page("start")
    assert not at.exception
    assert labels(at) == ["Try it with demo data", "Use my own files"]
    assert [button.label for button in at.button if button.proto.type == "primary"] == [
        "Try it with demo data"
    ]


def test_one_press_installs_the_demo_and_shows_its_gain_curve(empty: Workspace) -> None:
    at = press(page("start"), "Try it with demo data")
    assert not at.exception
    assert at.title[0].value == "Performance"
    assert any(
        "Segmenter" in chart.proto.alt or "gain" in chart.proto.alt for chart in at.get("plotly_chart")
    )
    assert all(record.demo for record in empty.records())


def test_the_demo_can_be_removed_and_takes_nothing_else_with_it(empty: Workspace) -> None:
    demo.install_demo(empty)
    with empty.create("dataset", name="own") as draft:
        (draft.folder / "x").write_text("x")
    demo.remove_demo(empty)
    assert [record.name for record in empty.records()] == ["own"]


def test_removing_the_demo_names_the_own_models_and_audiences_that_go_with_it(
    walked: Workspace,
) -> None:
    data = walked.records("dataset")[0].id
    with walked.create("model", name="My model", parents=(data,), demo=True) as draft:
        (draft.folder / "x").write_text("x")
    before = walked.records()
    at = press(page("start"), "Remove the demo")
    assert "2 models (My model, " in said(at)
    assert "1 set of scores" in said(at)
    press(at, "Cancel")
    assert walked.records() == before

    def confirmed() -> None:
        from segmenter.ui import cached
        from segmenter.ui.removal import ask_demo_removal

        ask_demo_removal(cached.workspace())

    press(AppTest.from_function(confirmed, default_timeout=60).run(), "Remove the demo")
    assert walked.records() == ()


def test_the_start_page_says_where_one_is_and_what_comes_next(walked: Workspace) -> None:
    at = page("start")
    assert not at.exception
    assert "Next: Audience" in labels(at)
    assert "3,000 customers" in said(at)
    assert "Contacting the top" in said(at)


def test_the_next_step_after_the_data_is_training(walked: Workspace) -> None:
    data = walked.records("dataset")[0].id
    model = walked.records("model")[0].id
    walked.delete(model, dependants=[record.id for record in walked.dependants(model)])
    at = page("start")
    assert "Next: Training" in labels(at)
    assert data in [record.id for record in walked.records("dataset")]


def test_the_data_page_without_data_asks_for_files_and_offers_templates(empty: Workspace) -> None:
    at = page("data")
    assert not at.exception
    assert len(at.get("file_uploader")) == 1
    assert len([b for b in at.get("download_button") if b.proto.label.startswith("Template")]) == 7


def test_uploaded_files_are_guessed_and_their_columns_are_shown_with_samples(empty: Workspace) -> None:
    at = page("data")
    at.get("file_uploader")[0].set_value([("orders.csv", ORDERS, "text/csv")])
    at = at.run()
    assert not at.exception
    assert not at.error
    picked = {box.label: box.value for box in at.selectbox}
    assert picked["Customer id (needed)"] == "customer"
    assert picked["When (needed)"] == "when"
    assert picked["Amount paid (needed)"] == "paid"
    assert "For example C0" in said(at)
    assert "What will be read" in [h.value for h in at.subheader]
    assert len(at.dataframe[0].value) > 0


def test_a_column_taken_back_is_asked_for_and_nothing_can_be_read_before(empty: Workspace) -> None:
    at = page("data")
    at.get("file_uploader")[0].set_value([("orders.csv", ORDERS, "text/csv")])
    at = at.run()
    amount = next(box for box in at.selectbox if box.label == "Amount paid (needed)")
    at = amount.set_value("").run()
    assert "Amount paid" in at.info[0].value
    assert next(button for button in at.button if button.label == "Read the files").disabled


def test_a_file_that_is_no_table_is_refused_in_words(empty: Workspace) -> None:
    at = page("data")
    at.get("file_uploader")[0].set_value([("picture.csv", b"\x89PNG\r\n\x1a\n" + bytes(200), "text/csv")])
    at = at.run()
    assert not at.exception
    assert "picture.csv" in at.error[0].value
    assert "Traceback" not in at.error[0].value


def test_the_data_page_says_what_was_read_and_what_was_set_aside(walked: Workspace) -> None:
    at = page("data")
    assert not at.exception
    assert not at.error
    assert "rows read" in at.header[0].value
    assert {metric.label for metric in at.metric} >= {"Customers", "Purchases", "Campaign touches"}
    (chart,) = at.get("plotly_chart")
    assert "Purchases:" in chart.proto.alt


def test_deleting_data_names_what_goes_with_them_and_deletes_just_that(walked: Workspace) -> None:
    at = press(page("data"), "Delete this data set")
    assert all(part in said(at) for part in ("1 model", "1 test result", "1 set of scores"))
    assert "Cancel" in labels(at)
    assert walked.records()

    def confirmed() -> None:
        from segmenter.ui import cached
        from segmenter.ui.removal import ask_removal

        for record in cached.workspace().records("dataset"):
            ask_removal(cached.workspace(), record.id)

    press(AppTest.from_function(confirmed, default_timeout=60).run(), "Delete")
    assert walked.records() == ()


def test_training_without_data_leads_to_the_data_page(empty: Workspace) -> None:
    at = page("training")
    assert labels(at) == ["Add data"]
    assert at.button[0].proto.type == "primary"
    assert press(at, "Add data").title[0].value == "Data"


def test_training_shows_the_segments_before_anything_is_trained(walked: Workspace) -> None:
    at = page("training")
    assert not at.exception
    assert not at.error
    counts = {metric.label: int(metric.value.replace(",", "")) for metric in at.metric[:5]}
    assert list(counts) == ["Engaged", "Unengaged", "Inactive", "Browsing", "Within reach"]
    assert f"{counts['Engaged']:,} of " in at.header[0].value
    assert "Train the model" in labels(at)
    (chart,) = at.get("plotly_chart")
    assert "learned from" in chart.proto.alt
    assert "tested on" in chart.proto.alt


@pytest.fixture
def read_anew() -> Iterator[None]:
    """Nothing that another test has changed is remembered, nor what this one changes."""
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


def suspect(walked: Workspace, feature: str, words: str) -> None:
    """The model's report with a suspicion in it."""
    (model,) = walked.records("model")
    path = walked.path(model.id) / "report.json"
    found = {
        "feature": feature,
        "label": "Age",
        "column": "age",
        "why": "tells the outcome",
        "sentence": words,
    }
    path.write_text(json.dumps(json.loads(path.read_text()) | {"suspicious": [found | {"sentence": words}]}))
    st.cache_resource.clear()


@pytest.mark.usefixtures("read_anew")
@pytest.mark.parametrize("name", ["training", "performance"])
def test_a_feature_that_knows_the_outcome_is_named_with_its_consequence(name: str, walked: Workspace) -> None:
    assert not page(name).warning
    suspect(walked, "attr_num_1", "'Age <b>' alone tells buyers from others in 97 of 100 pairs.")
    (warning,) = page(name).warning
    assert warning.proto.title == "The figures may be too good to be true"
    assert "alone tells buyers from others in 97 of 100 pairs" in warning.value
    assert "<b>" not in warning.value


@pytest.mark.usefixtures("read_anew")
def test_what_was_suspicious_is_proposed_to_be_left_out_and_can_be_taken_back(
    walked: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr(jobs_panel, "start", lambda verb, arguments: asked.append(arguments))
    suspect(walked, "attr_num_1", "Known too late.")
    at = page("training")
    (field,) = (field for field in at.multiselect if field.label == "Features to leave out")
    assert field.value == ["attr_num_1"]
    assert "Not learned from: **age**" in said(at)
    press(at, "Train the model")
    assert "leave_out=attr_num_1" in asked[0]
    at = field.set_value([]).run()
    assert "Not learned from" not in said(at)
    press(at, "Train the model")
    assert not [word for word in asked[1] if word.startswith("leave_out")]


def test_what_is_changed_in_the_advanced_settings_is_in_the_command_and_nothing_else(
    walked: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr(jobs_panel, "start", lambda verb, arguments: asked.append(arguments))
    at = page("training")
    press(at, "Train the model")
    at.number_input(key="attribution_days").set_value(3)
    at.selectbox(key="n_hidden").set_value(8)
    at.selectbox(key="learning_rate").set_value(0.003)
    at.number_input(key="patience").set_value(4)
    at.number_input(key="members").set_value(3)
    at.toggle(key="class_weights").set_value(False)
    at.toggle(key="device").set_value(False)
    at = at.number_input(key="seed").set_value(7).run()
    press(at, "Train the model")
    usual, changed = (
        {words[k + 1] for k, word in enumerate(words) if word == "--set"} for words in map(list, asked)
    )
    assert changed - usual == {
        *("windows.attribution_days=3", "network.n_hidden=8", "network.learning_rate=0.003"),
        *("network.patience=4", "network.members=3", "network.class_weights=none", "network.device=cpu"),
        "seed=7",
    }
    assert usual == set()


def test_every_advanced_setting_explains_itself(walked: Workspace) -> None:
    (fold,) = (fold for fold in page("training").expander if fold.label == "Advanced settings")
    parts = [part.value for part in fold.subheader]
    assert parts == ["What counts", "Doubting labels", "Network", "Ranking, seed and features"]
    assert "Nobody needs to touch these" in fold.caption[0].value
    fields = (fold.number_input, fold.selectbox, fold.multiselect, fold.slider, fold.toggle)
    assert sum(map(len, fields)) == 15
    assert all(field.help for kind in fields for field in kind)


def test_a_longer_window_counts_anew(walked: Workspace) -> None:
    at = page("training")
    days = next(field for field in at.number_input if field.label == "Days to predict")
    before = at.header[0].value
    at = days.set_value(60).run()
    assert not at.error
    assert at.header[0].value != before
    assert "within 60 days" in at.header[0].value


def test_the_trained_model_is_explained_and_can_be_downloaded(walked: Workspace) -> None:
    at = page("training")
    assert "Learned from" in [metric.label for metric in at.metric]
    assert any(button.proto.label == "Download the model" for button in at.get("download_button"))
    assert "Stage 1" in said(at)


def test_a_foreign_model_file_is_refused_and_the_model_in_use_stays(walked: Workspace) -> None:
    at = page("training")
    at.get("file_uploader")[0].set_value(
        [("evil.segmenter", b"\x80\x04\x95 not a model", "application/octet-stream")]
    )
    at = press(at.run(), "Load the model")
    assert not at.exception
    assert at.error
    assert len(walked.records("model")) == 1


@pytest.mark.parametrize("name", ["start", "training", "performance"])
def test_technical_figures_stand_only_where_it_is_told_how_things_are_computed(
    name: str, walked: Workspace
) -> None:
    (model,) = walked.records("model")
    text = (walked.path(model.id) / "report.json").read_text()
    told = "tried and not used (AUC 0.701 with it, 0.702 without)"
    changed = re.sub(r'("sentence": )"(?:Label|No prompted|\d+%)[^"]*"', rf'\1"{told}"', text)
    changed = re.sub(r'"auc_(\w+)": [^,\n]*', r'"auc_\1": 0.75', changed)
    assert told in changed
    (walked.path(model.id) / "report.json").write_text(changed)
    walked.catalog.note(model.id, correction=told)
    st.cache_resource.clear()
    at = page(name)
    details = [text.value for box in at.expander for text in box.markdown]
    on_the_page = [text.value for text in at.markdown if text.value not in details]
    assert any("tried and not used" in text for text in on_the_page)
    assert not any("AUC" in text for text in [*on_the_page, *(box.value for box in at.info)])
    assert any("AUC 0.750" in text for text in details) == (name == "training")


@pytest.mark.parametrize("name", ["start", "data", "training"])
def test_every_question_and_every_figure_has_help(name: str, walked: Workspace) -> None:
    at = page(name)
    silent = [
        element.label
        for kind in (at.selectbox, at.slider, at.number_input, at.multiselect)
        for element in kind
        if not element.help
    ]
    assert not silent


def test_a_damaged_model_card_is_explained_and_the_page_still_stands(walked: Workspace) -> None:
    st.cache_resource.clear()  # what was read of this model before it was damaged
    model = walked.records("model")[0].id
    for damage in (b"{", b'{"dataset": 5}', b"[]", b"\xff"):
        (walked.path(model) / "report.json").write_bytes(damage)
        at = page("training")
        assert not at.exception
        (error,) = at.error
        assert model in error.value
        assert not re.search(r"report\.json|\(|\$|Object|Expected|byte", error.value)
        assert at.title[0].value == "Training"
        assert "Delete the model" in labels(at)
        assert [field.proto.label for field in at.get("file_uploader")] == ["Load a model file"]


def test_a_model_without_a_test_or_scores_is_offered_both(walked: Workspace) -> None:
    for kind in ("scores", "evaluation"):
        for record in walked.records(kind):  # type: ignore[arg-type]
            walked.delete(record.id)
    at = page("training")
    assert not at.exception
    assert {"Test the model", "Score customers"} <= set(labels(at))


def test_a_model_from_a_file_is_offered_scores_for_the_data_at_hand(
    walked: Workspace, tmp_path: Path
) -> None:
    model = walked.records("model")[0].id
    file = model_files.export_model(walked, model, tmp_path / "spring.segmenter")
    walked.delete(model, dependants=[record.id for record in walked.dependants(model)])
    at = page("training")
    at.get("file_uploader")[0].set_value(
        [("spring.segmenter", file.read_bytes(), "application/octet-stream")]
    )
    at = press(at.run(), "Load the model")
    assert not at.error
    assert [record.name for record in walked.records("model")] == ["spring"]
    assert "Score customers" in labels(at)
    assert "Test the model" not in labels(at)
    assert "On the data it was trained on" in said(at)
    assert "Tested on" not in said(at)
    assert "loaded from a file" in foot(at)
    assert "evidence" not in foot(at)
    at = at.switch_page("pages/performance.py").run()
    assert "came from a file and was not tested on your customers" in said(at)
    assert "Test the model" not in labels(at)
    assert "Score customers" in labels(press(at, "Score customers"))


def test_a_model_that_cannot_be_tested_is_used_and_nobody_is_sent_to_test_it(untested: Workspace) -> None:
    at = page("start")
    assert "Next: Audience" in labels(at)
    assert "Not tested: too few customers" in said(at)
    for name in ("training", "performance"):
        at = page(name)
        assert not at.exception
        assert "at least 20 engaged customers" in said(at)
        assert "Test the model" not in labels(at)
        assert "Tested on" not in said(at)
    assert "Choose whom to contact" in labels(at)


def test_a_training_whose_model_could_not_be_tested_is_announced_before_it_starts(
    untested: Workspace,
) -> None:
    assert any("too few customers" in warning.proto.title for warning in page("training").warning)


def test_the_name_of_a_model_stays_typed_while_the_reader_looks_elsewhere(walked: Workspace) -> None:
    at = page("training").text_input(key="model_name").set_value("Spring").run()
    at = at.switch_page("pages/data.py").run().switch_page("pages/training.py").run()
    assert at.text_input(key="model_name").value == "Spring"


@pytest.mark.parametrize("typed", ["", "- Spring -"])
def test_a_model_is_called_what_the_field_shows(
    typed: str, walked: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr(jobs_panel, "start", lambda verb, arguments: asked.append(arguments))
    at = page("training")
    field = at.text_input(key="model_name")
    shown = typed or field.placeholder
    press(field.set_value(typed).run(), "Train the model")
    assert f"--name={shown}" in asked[0]


def test_data_with_enough_customers_are_not_warned_about(walked: Workspace) -> None:
    assert not page("training").warning


def test_the_start_page_tells_not_scored_from_not_tested_and_has_the_next_step(walked: Workspace) -> None:
    def without(kind: str) -> AppTest:
        for record in walked.records(kind):  # type: ignore[arg-type]
            walked.delete(record.id)
        return page("start")

    at = without("evaluation")
    assert "The model is not tested yet" in said(at)
    assert "Next: Test the model" in labels(at)
    at = without("scores")
    assert "The model has not scored your customers yet" in said(at)
    assert press(at, "Next: Score customers").title[0].value == "Training"


def test_a_training_without_a_test_ends_well_and_says_so(untested: Workspace) -> None:
    reason = "The comparison needs at least 20 engaged customers; found 3."
    with untested.catalog.writing() as connection:
        connection.execute(
            "INSERT INTO jobs (id, verb, arguments, status, created_at, share, result)"
            " VALUES ('job-0123456789ab', 'train', '[]', 'done', '2026-11-25T10:00:00+00:00', 1, ?)",
            (json.dumps({"model": untested.records("model")[0].id, "not_evaluated": reason}),),
        )
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120).run()
    at.session_state["jobs_watched"] = ("job-0123456789ab",)
    at = at.switch_page("pages/training.py").run()
    assert not at.error
    assert "Trained and scored. Too few customers to test it: the comparison needs" in said(at)
    assert "Choose whom to contact" in labels(at)


def test_a_training_that_was_stopped_after_its_model_was_made_says_that_it_was_kept(
    walked: Workspace,
) -> None:
    (model,) = walked.records("model")
    (evaluation,) = walked.records("evaluation")
    began, ended = model.created_at - timedelta(seconds=5), model.created_at + timedelta(seconds=5)
    with walked.catalog.writing() as connection:
        connection.execute(
            "INSERT INTO jobs (id, verb, arguments, status, created_at, started_at, finished_at)"
            " VALUES ('job-0123456789ab', 'train', ?, 'cancelled', ?, ?, ?)",
            (json.dumps(["--dataset", *model.parents]), *(str(day) for day in (began, began, ended))),
        )
    assert f"'{model.name}' was trained and kept. It has not scored" in page("training").info[0].value
    walked.delete(evaluation.id)
    assert "It was not tested and has not scored" in page("training").info[0].value
    scores = [record.id for record in walked.records("scores")]
    walked.delete(model.id, dependants=scores)
    assert "Nothing new was kept" in page("training").info[0].value
