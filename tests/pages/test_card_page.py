"""The Model card page: nothing yet, everything there, hostile names, and the warning that follows a model."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from segmenter.cards.making import make_card
from segmenter.cards.stored import StoredResults, open_stored
from segmenter.evaluation.leakage import Suspicion
from segmenter.results import open_evaluation
from segmenter.ui import cached
from segmenter.ui.format import plain
from segmenter.ui.suspicions import TOO_GOOD
from segmenter.workspace import Workspace
from tests.cards.conftest import PAYLOADS
from tests.conftest import ROOT, Journey

LEAK = Suspicion(
    feature="attr_num_1",
    label="churned",
    column="churned",
    why="tells the outcome",
    sentence="'churned' alone tells buyers from others.",
)


@pytest.fixture
def walked(journey: Journey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Journey:
    """A copy of the journey's workspace that a test may change."""
    shutil.copytree(journey.workspace.root, tmp_path / "walked")
    monkeypatch.setenv("SEGMENTER_WORKSPACE", str(tmp_path / "walked"))
    return replace(journey, workspace=Workspace.open(tmp_path / "walked"))


def page(name: str = "card") -> AppTest:
    return AppTest.from_file(str(ROOT / "pages" / f"{name}.py"), default_timeout=60).run()


def said(at: AppTest) -> str:
    return "\n".join(str(each.value) for kind in (at.header, at.markdown, at.caption) for each in kind)


def test_without_a_model_the_page_leads_to_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEGMENTER_WORKSPACE", str(tmp_path / "empty"))
    at = page()
    assert not at.exception
    assert [button.proto.type for button in at.button] == ["primary"]
    assert not at.expander


def test_the_answer_comes_first_and_the_ladder_shows_every_rung(walked: Journey) -> None:
    evaluation = open_evaluation(walked.workspace, walked.model)
    assert evaluation is not None
    at = page()
    assert not at.exception
    assert at.title[0].value == "Model card"
    assert at.header[0].value == plain(evaluation.sentence)
    assert [button.label for button in at.get("download_button")] == ["Download the model card"]
    card = make_card(open_stored(walked.workspace, walked.model))
    labels = [expander.label for expander in at.expander]
    for rung in card.ladder.rungs:
        assert f"**{rung.title}**: {rung.state}" in labels
        assert plain(rung.needed.words) in said(at)
        assert plain(rung.cannot) in said(at)


def test_everything_on_the_card_is_on_the_page_and_every_table_has_words(walked: Journey) -> None:
    at = page()
    words = said(at) + "\n".join(str(cell) for each in at.dataframe for cell in each.value.to_numpy().ravel())
    for about, each in make_card(open_stored(walked.workspace, walked.model)).said():
        assert each.words in words or plain(each.words) in words, about
    assert len(at.dataframe) > 5
    assert all(len(frame.proto.alt) > 40 for frame in at.dataframe)


def test_an_untested_model_says_so_and_has_a_card_all_the_same(walked: Journey) -> None:
    (record,) = walked.workspace.records("evaluation")
    walked.workspace.delete(record.id)
    at = page()
    assert not at.exception
    assert "has not been tested" in at.header[0].value
    assert at.get("download_button")


@pytest.mark.parametrize("payload", PAYLOADS[::6])
def test_a_hostile_name_stays_text(payload: str, walked: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    stored = open_stored(walked.workspace, walked.model)
    report = replace(stored.report, dataset_name=payload)
    card = make_card(StoredResults.of(replace(stored.record, name=payload), report))
    monkeypatch.setattr(cached, "model_card", lambda *_: card)
    at = page()
    assert not at.exception
    assert plain(payload) in said(at)
    assert not re.search(r"(?<!\\)[<$]", said(at))


@pytest.mark.parametrize("name", ["card", "audience", "performance"])
def test_a_feature_that_may_know_the_outcome_is_warned_of_wherever_figures_are_trusted(
    name: str, walked: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = cached.report(walked.model)
    assert TOO_GOOD not in [warning.proto.title for warning in page(name).warning]
    monkeypatch.setattr(cached, "report", lambda *_: replace(report, suspicious=(LEAK,)))
    warnings = {warning.proto.title: warning.value for warning in page(name).warning}
    assert "churned" in warnings[TOO_GOOD]
