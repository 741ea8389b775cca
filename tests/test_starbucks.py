"""The journey on real data (Starbucks events, simulated by their publisher) by the command line."""

import csv
import io
import json
import subprocess
import sys
from contextlib import redirect_stdout
from datetime import date
from pathlib import Path

import pytest

from segmenter import cli
from segmenter.results import segment_counts
from segmenter.settings import Windows
from segmenter.workspace import Workspace
from tests.conftest import ROOT

pytestmark = pytest.mark.slow

CUTOFF_408_H = date(2018, 7, 18)


def command(workspace: Path, *words: str) -> dict:  # type: ignore[type-arg]
    """Run one verb in this process, where the libraries are loaded; its JSON answer."""
    said = io.StringIO()
    with redirect_stdout(said):
        assert cli.main([*words, "--workspace", str(workspace), "--json"]) == 0
    return json.loads(said.getvalue().splitlines()[-1])  # type: ignore[no-any-return]


def process(workspace: Path, *words: str) -> dict:  # type: ignore[type-arg]
    """Run one verb as a scheduler would; its JSON answer."""
    done = subprocess.run(
        [sys.executable, "-m", "segmenter", *words, "--workspace", str(workspace), "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def ingested(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    workspace = tmp_path_factory.mktemp("starbucks") / "workspace"
    answer = process(
        workspace,
        "ingest",
        str(ROOT / "data" / "mappings" / "starbucks.toml"),
        "--files",
        str(real_data / "starbucks"),
    )
    assert answer["tables"]["transactions"] == 138_953
    assert answer["tables"]["engagements"] == 76_277 + 57_725 + 33_579
    assert answer["tables"]["customers"] == 17_000
    assert answer["tables"]["campaigns"] == 10
    return workspace, answer["dataset"]


def test_the_segments_differ_from_the_narrower_reference_rule_only_as_their_rules_do(
    ingested: tuple[Path, str],
) -> None:
    """Reference for 408 h and a week (seen, then completed; all inside the window): 6,848 / 7,542 / 2,610.

    Ours is wider: any view or redemption followed by any purchase within the attribution window counts as
    engaged; a view that no purchase follows is browsing, where the reference says unengaged or inactive.
    """
    workspace, dataset = ingested
    counts = segment_counts(Workspace.open(workspace), dataset, CUTOFF_408_H, Windows(outcome_days=7))
    assert sum(counts[label] for label in ("engaged", "unengaged", "inactive", "browsing")) == 17_000
    # Everybody whom the narrow rule calls engaged saw an offer and then bought, so the wide rule does too.
    assert counts["engaged"] >= 6_848
    # Who did nothing by our rule did nothing by the reference's either; who only looked is browsing here.
    assert counts["inactive"] <= 2_610 <= counts["inactive"] + counts["browsing"]


@pytest.mark.timeout(900)
def test_files_to_audience_through_the_command_line(ingested: tuple[Path, str], tmp_path: Path) -> None:
    workspace, dataset = ingested
    trained = command(
        workspace,
        *("train", "--dataset", dataset, "--cutoff", "2018-07-08", "--cutoff", "2018-07-15"),
        *("--outcome-days", "7", "--set", "max_epochs=4", "--set", "members=2"),
    )
    assert set(trained["segments"]) >= {"engaged", "unengaged", "inactive", "browsing"}
    assert sum(trained["segments"].values()) == 2 * 17_000
    evaluated = command(workspace, "evaluate", "--model", trained["model"])
    for row in evaluated["table1"]:
        assert set(row) >= {"name", "depth", "precision", "recall", "balanced_accuracy", "weighted_f1"}
    assert evaluated["gain"][0] == {"depth": 0.0, "captured": 0.0}
    assert evaluated["gain"][-1]["captured"] == pytest.approx(1)
    assert evaluated["evidence"]
    scored = command(workspace, "score", "--model", trained["model"], "--as-of", "2018-07-22")
    assert scored["rows"] == 17_000 and Path(scored["path"]).is_file()
    out = tmp_path / "top.csv"
    audience = command(workspace, "audience", "--scores", scored["scores"], "--top", "0.2", "--out", str(out))
    assert audience["selected"] == audience["exported"] == 3_400
    with out.open(encoding="utf-8", newline="") as file:
        assert len({row["customer_id"] for row in csv.DictReader(file)}) == 3_400
