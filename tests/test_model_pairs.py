"""Two stored models -> a stored comparison: whole, read back, gone with its models, or refused in words."""

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from segmenter import model_files, pipeline
from segmenter.comparing.comparing import _why_unexplained
from segmenter.comparing.comparison import BYS, DEPTHS, ModelComparison
from segmenter.errors import DamagedArtifact, NotComparable, WorkspaceError
from segmenter.model_pairs import _obstacle, _side
from segmenter.results import comparison_of, open_comparison, open_report
from segmenter.settings import Network
from segmenter.workspace import Workspace
from tests.model_pair import ComparedPair, add_model


@pytest.fixture(scope="module")
def result(compared: ComparedPair) -> ModelComparison:
    return open_comparison(compared.workspace, compared.comparison)


@pytest.fixture
def copied(compared: ComparedPair, tmp_path: Path) -> Workspace:
    """A workspace of two compared models that a test may change."""
    shutil.copytree(compared.workspace.root, tmp_path / "workspace")
    return Workspace.open(tmp_path / "workspace")


def test_the_comparison_is_whole(compared: ComparedPair, result: ModelComparison) -> None:
    assert (result.model, result.other) == (compared.model, compared.other)
    assert result.tested is not None
    assert result.why_untested is None
    for by in BYS:
        assert len(result.overlap[by]) == 100
        assert [each.depth for each in result.movers[by]] == list(DEPTHS)
        assert [line.depth for line in result.tested.lines[by]] == list(DEPTHS)
        for each in result.movers[by]:
            point = result.overlap_at(by, each.depth)
            assert each.customers == point.customers
            if each.ours.customers:
                assert each.ours.customers == point.customers - point.both
                assert each.ours.why is not None
    assert {each.setting for each in result.differences} == {
        "correction.organic_share",
        "correction.fall_back",
    }
    assert compared.workspace.record(compared.comparison).details == {"sentence": result.sentence}


def test_it_is_json_both_ways_and_says_so_when_it_is_not(result: ModelComparison) -> None:
    assert ModelComparison.from_json(result.to_json()) == result
    with pytest.raises(DamagedArtifact, match="compare the models again"):
        ModelComparison.from_json(b"{}")


def test_two_models_are_compared_once_in_each_order(compared: ComparedPair) -> None:
    ws, model, other = compared.workspace, compared.model, compared.other
    assert pipeline.compare(ws, model=model, other=other) == compared.comparison
    assert comparison_of(ws, model, other) == compared.comparison
    assert comparison_of(ws, other, model) is None


def test_a_comparison_that_cannot_be_read_is_made_anew(copied: Workspace, compared: ComparedPair) -> None:
    model, other = compared.model, compared.other
    parents = copied.record(compared.comparison).parents
    with copied.create("comparison", name="of another version", parents=parents) as draft:
        (draft.folder / "comparison.json").write_bytes(b"{}")
    assert comparison_of(copied, model, other) == compared.comparison
    copied.delete(compared.comparison)
    assert comparison_of(copied, model, other) is None


def test_a_model_compared_with_itself_moves_nobody_and_differs_in_nothing(
    copied: Workspace, compared: ComparedPair
) -> None:
    itself = pipeline.compare(copied, model=compared.model, other=compared.model)
    assert comparison_of(copied, compared.model, compared.model) == itself
    found = open_comparison(copied, itself)
    assert found.differences == ()
    for by in BYS:
        assert {point.jaccard for point in found.overlap[by]} == {1.0}
        assert {each.ours.customers for each in found.movers[by]} == {0}
        assert found.tested is not None
        assert {line.difference.value for line in found.tested.lines[by]} == {0.0}
    assert found.sentence == "Both models choose the same customers for the top 20%, so neither is better."


def test_a_model_takes_its_comparisons_along_when_it_goes(copied: Workspace, compared: ComparedPair) -> None:
    with pytest.raises(WorkspaceError, match="comparison"):
        copied.delete(compared.other)
    gone = copied.delete(compared.other, dependants=[each.id for each in copied.dependants(compared.other)])
    assert compared.comparison in gone
    assert copied.records("comparison") == ()


def test_models_of_other_days_are_compared_but_not_tested(copied: Workspace, compared: ComparedPair) -> None:
    report = open_report(copied, compared.model)
    later = add_model(copied, compared.model, name="Later", test=report.cutoffs.test - timedelta(days=7))
    found = open_comparison(copied, pipeline.compare(copied, model=compared.model, other=later))
    assert found.tested is None
    assert "is tested from" in (found.why_untested or "")
    assert "could not be tested" in found.sentence
    assert any(each.words == "Tested from" for each in found.differences)
    assert found.movers_at("score", 0.2).ours.why is not None


def test_models_that_count_other_purchases_or_reactions_cannot_be_tested(compared: ComparedPair) -> None:
    report = open_report(compared.workspace, compared.model)
    ours = _side(compared.workspace, compared.model, report, Path("features.parquet"))
    assert _obstacle(ours, ours) is None
    for change, words in (
        ({"outcome_days": 7}, "different purchases"),
        ({"engagement_kinds": ("click",)}, "same customers as engaged"),
    ):
        windows = replace(report.settings.windows, **change)
        other = replace(ours, settings=report.settings.replaced(windows=windows))
        assert words in (_obstacle(ours, other) or "")


def test_models_of_different_data_or_from_a_file_are_refused_in_words(
    copied: Workspace, compared: ComparedPair, tmp_path: Path
) -> None:
    path = model_files.export_model(copied, compared.other, tmp_path / "other.segmenter")
    copied.delete(compared.other, dependants=[each.id for each in copied.dependants(compared.other)])
    loaded = model_files.import_model(copied, path)
    with pytest.raises(NotComparable, match="loaded from a file"):
        pipeline.compare(copied, model=compared.model, other=loaded)


def test_why_is_told_only_of_models_without_hidden_units(compared: ComparedPair, copied: Workspace) -> None:
    report = open_report(copied, compared.model)
    plain = _side(copied, compared.model, report, Path("features.parquet"))
    deep = replace(plain, settings=report.settings.replaced(network=Network(n_hidden=4)))
    assert _why_unexplained(plain, deep).startswith("Model B has hidden units")
    assert _why_unexplained(deep, deep).startswith("Both models have hidden units")
