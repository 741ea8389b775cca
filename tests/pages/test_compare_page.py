"""Compare: nothing yet, one model, two models, work under way, and what can go wrong."""

import runpy
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from streamlit.runtime.scriptrunner import script_runner
from streamlit.testing.v1 import AppTest

from segmenter import model_files
from segmenter.comparing.comparison import Group, ModelComparison
from segmenter.comparing.wording import extra_sentence, pair_sentence
from segmenter.results import COMPARISON_FILE, open_comparison, open_report
from segmenter.settings import TrainingSettings
from segmenter.ui import cached, jobs_panel, what_if
from segmenter.ui.format import share
from segmenter.workspace import Workspace
from tests.conftest import ROOT, Journey
from tests.model_pair import ComparedPair
from tests.pages.test_result_pages import answer, values

JOB = "job-0123456789ab"


@pytest.fixture(autouse=True)
def routed(monkeypatch: pytest.MonkeyPatch) -> None:
    """What asgi.py settles for the server: app.py is the router, and the folder pages/ alone is not."""
    monkeypatch.setattr(script_runner, "_mpa_v1", runpy.run_path)


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("SEGMENTER_WORKSPACE", str(tmp_path / "empty"))
    return Workspace.open(tmp_path / "empty")


@pytest.fixture
def one_model(journey: Journey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Journey:
    shutil.copytree(journey.workspace.root, tmp_path / "one")
    monkeypatch.setenv("SEGMENTER_WORKSPACE", str(tmp_path / "one"))
    return replace(journey, workspace=Workspace.open(tmp_path / "one"))


@pytest.fixture
def two_models(compared: ComparedPair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ComparedPair:
    shutil.copytree(compared.workspace.root, tmp_path / "two")
    monkeypatch.setenv("SEGMENTER_WORKSPACE", str(tmp_path / "two"))
    return replace(compared, workspace=Workspace.open(tmp_path / "two"))


@pytest.fixture
def found(compared: ComparedPair) -> ModelComparison:
    return open_comparison(compared.workspace, compared.comparison)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, list[str]]]]:
    """The jobs that the page would start."""
    started: list[tuple[str, list[str]]] = []
    monkeypatch.setattr(jobs_panel, "start", lambda verb, words: started.append((verb, words)))
    return started


def page(name: str, *watched: str) -> AppTest:
    """The app, opened on that page, by a reader who has seen these jobs run."""
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120).run()
    at.session_state["jobs_watched"] = watched
    return at.switch_page(f"pages/{name}.py").run()


def press(at: AppTest, label: str) -> AppTest:
    return next(button for button in at.button if button.label == label).click().run()


def said(at: AppTest) -> str:
    return "\n".join(str(each.value) for kind in (at.header, at.markdown, at.caption) for each in kind)


def test_with_nothing_it_says_what_it_needs_and_one_button_leads_there(empty: Workspace) -> None:
    at = page("compare")
    assert not at.exception
    assert len(at.button) == 1
    assert at.button[0].proto.type == "primary"


def test_with_one_model_it_says_what_to_do_and_another_setting_can_be_tried(one_model: Journey) -> None:
    at = page("compare")
    assert not at.exception
    assert "only one model" in said(at)
    assert [button.label for button in at.button] == ["Train another model", "Train to compare"]
    assert "This trains again" in said(at)
    assert "never train again" in said(at)
    assert not at.get("plotly_chart")


def test_with_two_models_it_answers_first_and_every_chart_and_card_has_words(
    two_models: ComparedPair, found: ModelComparison
) -> None:
    at = page("compare")
    assert not at.exception
    assert not at.error
    assert answer(at) == pair_sentence(found.overlap_at("score", 0.2), found.reach_at("score", 0.2))
    charts = at.get("plotly_chart")
    assert len(charts) == 4
    assert all(len(chart.proto.alt) > 40 for chart in charts)
    assert all(metric.help for metric in at.metric)
    assert not any(button.proto.type == "primary" for button in at.button)
    line = found.reach_at("score", 0.2)
    assert line is not None
    words = extra_sentence(0.2, line.extra)
    assert words is None or words in said(at)


def test_the_model_in_use_is_a_although_the_other_is_newer(two_models: ComparedPair) -> None:
    names = {record.id: record.name for record in two_models.workspace.records("model")}
    caption = next(caption.value for caption in page("compare").caption if "(in use)" in caption.value)
    first, second = caption.split("\n")
    assert names[two_models.model].split(",")[0] in first
    assert names[two_models.other] in second


@pytest.mark.parametrize(("percent", "by"), [(10, "score"), (40, "expected_value")])
def test_all_follows_the_size_and_the_ranking(
    two_models: ComparedPair, found: ModelComparison, percent: int, by: str
) -> None:
    at = page("compare").slider(key="size").set_value(percent).run()
    at = at.segmented_control(key="compare_by").set_value(by).run()
    point, line = found.overlap_at(by, percent / 100), found.reach_at(by, percent / 100)
    assert answer(at) == pair_sentence(point, line)
    cards = values(at)
    assert cards["In both lists"] == share(point.share)
    assert (cards["A reaches"], cards["B reaches"]) == (share(line.ours.value), share(line.theirs.value))
    moved = found.movers_at(by, percent / 100)
    table = next(frame.value for frame in at.dataframe if frame.value.columns[0] == "")
    assert table["Only in A"][0] == str(moved.ours.customers)
    told = next(frame.value for frame in at.dataframe if frame.value.columns[0] == "On average")
    assert len(told) == len(moved.telling)


def shown(monkeypatch: pytest.MonkeyPatch, result: ModelComparison) -> AppTest:
    monkeypatch.setattr(cached, "comparison", lambda _: result)
    at = page("compare")
    assert not at.exception
    return at


def test_few_movers_are_not_described_and_none_are_said_to_be_none(
    two_models: ComparedPair, found: ModelComparison, monkeypatch: pytest.MonkeyPatch
) -> None:
    for customers, words in ((None, "Fewer than 20 customers"), (0, "hold the same customers")):
        few = Group(customers=customers)
        moved = tuple(replace(each, ours=few, theirs=few, telling=()) for each in found.movers["score"])
        at = shown(monkeypatch, replace(found, movers={**found.movers, "score": moved}))
        assert words in said(at)
        assert len(at.get("plotly_chart")) == 2, "no reasons are drawn"
        assert values(at)["Only in one"] == ("under 20" if customers is None else "0")


def test_what_cannot_be_tested_or_explained_is_said_in_words(
    two_models: ComparedPair, found: ModelComparison, monkeypatch: pytest.MonkeyPatch
) -> None:
    untested = replace(found, tested=None, why_untested="Different days.", unexplained="Hidden units.")
    at = shown(monkeypatch, untested)
    assert "could not be tested" in answer(at)
    assert "Different days." in said(at)
    assert "Hidden units." in said(at)
    assert list(values(at)) == ["In both lists", "Only in one"]


def test_models_not_compared_yet_are_compared_in_the_background(
    two_models: ComparedPair, asked: list[tuple[str, list[str]]]
) -> None:
    two_models.workspace.delete(two_models.comparison)
    at = page("compare")
    assert not at.exception
    assert "not been compared yet" in said(at)
    press(at, "Compare the two models")
    assert asked == [("compare", ["--model", two_models.model, "--with", two_models.other])]


def test_a_model_from_a_file_is_not_compared_and_it_is_said_why(one_model: Journey, tmp_path: Path) -> None:
    path = model_files.export_model(one_model.workspace, one_model.model, tmp_path / "m.segmenter")
    loaded = model_files.import_model(one_model.workspace, path)
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120).run()
    at.session_state["chosen_model"] = loaded
    at = at.switch_page("pages/compare.py").run()
    assert not at.exception
    assert "came from a file" in said(at)
    assert [button.label for button in at.button] == ["Train a model"]


def test_a_damaged_comparison_can_be_made_anew(two_models: ComparedPair) -> None:
    path = two_models.workspace.path(two_models.comparison) / COMPARISON_FILE
    path.chmod(0o644)
    path.write_text("{}")
    cached.comparison.clear()
    at = page("compare")
    cached.comparison.clear()
    assert not at.exception
    assert "Compare the two models" in [button.label for button in at.button]


def test_a_what_if_trains_with_one_thing_changed_and_scores_nobody(
    one_model: Journey, asked: list[tuple[str, list[str]]]
) -> None:
    report = open_report(one_model.workspace, one_model.model)
    low, high = report.training.correction.estimated_interval
    at = page("compare")
    options = at.get("button_group")[0].options
    assert [option.split(": ")[-1] for option in options] == [
        share(low), share(report.training.correction.estimated_share), share(high)
    ]  # fmt: skip
    at = at.get("button_group")[0].set_value([options[2]]).run()
    press(at, "Train to compare")
    ((verb, words),) = asked
    assert verb == "train"
    assert "--complete" not in words
    assert what_if.KEPT in words
    assert f"--name=What if {share(high, digits=1)} would have bought anyway" in words
    pairs = dict(words[k + 1].split("=") for k, word in enumerate(words) if word == "--set")
    settings = TrainingSettings().with_pairs(pairs)
    assert settings.correction.fall_back is False
    assert settings.correction.organic_share == pytest.approx(high, abs=1e-4)
    assert settings == report.settings.replaced(correction=settings.correction)
    days = [words[k + 1] for k, word in enumerate(words) if word == "--cutoff"]
    assert days == [str(day) for day in report.cutoffs.train]


def test_without_an_estimate_the_threshold_is_what_can_be_tried(compared: ComparedPair) -> None:
    correction = open_report(compared.workspace, compared.model).training.correction
    blind = replace(correction, estimated_share=None, estimated_interval=None)
    tried = what_if.choices(blind)
    assert all(set(each.changes) == {"tau"} for each in tried)
    assert correction.tau not in {each.changes["tau"] for each in tried}
    assert {next(iter(each.changes)) for each in what_if.choices(correction)} == {"organic_share"}


def ended_training(ws: Workspace, model: str, *words: str) -> None:
    """A training that ended well, as this reader saw."""
    now = "2026-01-01T00:00:00+00:00"
    arguments = msgspec.json.encode(["--set", what_if.KEPT, "--name=What if *all*", *words]).decode()
    result = msgspec.json.encode({"model": model}).decode()
    with ws.catalog.writing() as connection:
        connection.execute(
            "INSERT INTO jobs (id, verb, arguments, status, created_at, share, result)"
            " VALUES (?, 'train', ?, 'done', ?, 1, ?)",
            (JOB, arguments, now, result),
        )


def test_a_trained_what_if_is_offered_for_comparison_here_and_on_the_training_page(
    two_models: ComparedPair, asked: list[tuple[str, list[str]]]
) -> None:
    two_models.workspace.delete(two_models.comparison)
    ended_training(two_models.workspace, two_models.other)
    at = page("compare", JOB)
    assert r"**What if \*all\*** is trained." in said(at)
    press(at, "Compare with it")
    assert asked == [("compare", ["--model", two_models.model, "--with", two_models.other])]
    assert "Compare the models" in [button.label for button in page("training", JOB).button]


def test_a_training_for_use_is_not_told_here(two_models: ComparedPair) -> None:
    ended_training(two_models.workspace, two_models.other, "--complete")
    assert "Compare with it" not in [button.label for button in page("compare", JOB).button]


def test_a_what_if_that_was_put_to_use_is_not_compared_with_itself(two_models: ComparedPair) -> None:
    ended_training(two_models.workspace, two_models.model)
    assert "Compare with it" not in [button.label for button in page("compare", JOB).button]


def test_work_on_another_pair_is_not_told_as_work_on_this_one(two_models: ComparedPair) -> None:
    two_models.workspace.delete(two_models.comparison)
    with two_models.workspace.catalog.writing() as connection:
        connection.execute(
            "INSERT INTO jobs (id, verb, arguments, status, created_at, share, error)"
            " VALUES (?, 'compare', ?, 'failed', ?, 0, 'No.')",
            (JOB, '["--model","model-a","--with","model-b"]', "2026-01-01T00:00:00+00:00"),
        )
    at = page("compare")
    assert not at.error
    assert "Compare the two models" in [button.label for button in at.button]
