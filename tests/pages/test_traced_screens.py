"""No number on the Training, Performance and Model card screens is typed in: what is stored moves it.

Each page is shown three times: as stored, and with every stored number shifted in two ways. A number that
stands still in its place through all three does not come from the results; the few that may are listed here,
each with its reason.
"""

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from streamlit.testing.v1 import AppTest

from segmenter import demo
from segmenter.cards.making import make_card
from segmenter.cards.stored import StoredResults, open_stored
from segmenter.ui import cached
from segmenter.workspace import Workspace
from tests.conftest import ROOT

# Numbers that are the page's own words, or a control's, on each page.
MAY_STAND = {
    "performance": {
        "40%": "the depth on the control",
        "95%": "how sure an interval is",
        "50%": "what chance gives",
        "1.5×": "an example of how to read a lift",
        "1": "the F1 measure",
        "1,000": "extra buyers are told per 1,000",
        "30": "an example of a chance, and the fewest customers in a group",
        "30%": "the same example",
        "100": "so many customers, and so much expected",
        "80": "trees of a challenger",
        "4": "their depth",
        "0": "what an error never is",
        "0%": "where contact lost buyers",
        "200": "simulated draws",
        "97.5%": "the end of an interval",
        "5": "the miss that is allowed, in points",
        "10": "the same for trials",
        "20": "fewest customers in a group",
        "3": "windows for which a purchase counts as recent",
        **{f"{depth}%": "a row of the gain curve's table" for depth in (5, 10, 20, 30, 60, 80, 100)},
    },
    "training": {
        "1": "the first stage",
        "2": "the second stage",
        "5": "the margin of the leakage check",
        "80%": "the floor of the leakage check",
        "95%": "the ceiling of the leakage check",
        "100": "so many pairs, and so many rows of the ledger",
        "0.5": "what guessing gives",
        "0%": "nobody is doubted where correction is not used",
        "20%": "the part of the list that other shares are compared on",
    },
    "card": {
        "95%": "how sure an interval is",
        "30": "fewest customers of a rung",
        **{f"{depth}%": "the part of a list that other shares are compared on" for depth in (10, 20, 40)},
    },
}
# Elements that show other stored things: the form's own counts, the time line, the ledger's rows, the models.
NOT_THE_MODEL = re.compile(r"^After \d|^learned from \||^\S*\d{6,} \| |^\w+ model \| |^Answer \| ")
NUMBER = re.compile(r"\d(?:[\d,.]*\d)?[%×]?")


def shifted(value: Any, turn: int, key: str = "", parents: tuple[str, ...] = ()) -> Any:
    """A stored JSON value with every number in it moved, sentences included; ids, keys and grids stay."""
    if isinstance(value, dict):
        return {k: shifted(v, turn, k, (*parents, key)) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [shifted(each, turn, key, parents) for each in value]
    if isinstance(value, bool) or value is None or (key == "depth" and "table1" not in parents):
        return value
    if "settings" in parents and isinstance(value, int | float):  # settings have limits
        return value + turn if isinstance(value, int) else value * (1 - 0.3 * turn)
    if isinstance(value, int):
        return value + 1013 * turn
    if key == "seconds":  # far enough to change the minutes, too
        return value * 3**turn + 7 * turn
    if isinstance(value, float):
        # Two lines that no share stands still on both of.
        slope, start = ((1, 0), (0.93, 0.033), (0.7, 0.28))[turn]
        return value * slope + start if 0 <= value <= 1 else (value - 0.004) * (1 + 0.23 * turn)
    if key in ("train", "test", "cutoff", "as_of"):
        return str(date.fromisoformat(value) + timedelta(days=401 * turn))
    if key in ("created_at", "first", "last"):
        return (datetime.fromisoformat(value) + timedelta(days=401 * turn, minutes=61)).isoformat()
    if key.endswith(("sentence", "sentences", "name", "notes", "reason", "torch_version", "dataset", "id")):
        return re.sub(r"\d", lambda digit: str((int(digit[0]) + 3 * turn) % 10), value)
    return value


def shifted_results(stored: StoredResults, turn: int) -> StoredResults:
    def moved(result: Any) -> Any:
        return msgspec.convert(shifted(msgspec.to_builtins(result), turn), type(result))

    report = moved(stored.report)
    kept = report.cutoffs.train[turn:]  # a length is a number too
    given = {str(cutoff): counts for cutoff, counts in zip(kept, report.given.values(), strict=False)}
    return StoredResults.of(
        replace(moved(stored.record), details={}),
        replace(report, given=given, cutoffs=replace(report.cutoffs, train=kept)),
        evaluation=moved(stored.evaluation),
        summary=replace(moved(stored.summary), curves={}),
        dataset=replace(moved(stored.dataset), attributes=()),
        model_file=shifted(stored.trees["model.json"], turn)
        | {"encoder": {"numeric_features": [{"name": "tenure_days"}] * turn, "category_features": []}},
    )


def shown(name: str) -> list[tuple[str, str]]:
    """(kind, words) of everything on the page, in order."""
    at = AppTest.from_file(str(ROOT / "pages" / f"{name}.py"), default_timeout=60).run()
    assert not at.exception
    words = [(kind, str(each.value)) for kind in ("header", "markdown", "caption") for each in at.get(kind)]
    words += [("metric", f"{each.value} | {each.delta}") for each in at.metric]
    for kind in ("dataframe", "table"):
        words += [(kind, " | ".join(map(str, each.value.to_numpy().ravel()))) for each in at.get(kind)]
    return [(kind, text) for kind, text in words if not NOT_THE_MODEL.match(text)]


def standing_still(*screens: list[tuple[str, str]]) -> tuple[set[str], int]:
    """Numbers that are the same in the same place on every screen, and how many others there are."""
    still, moved = set(), 0
    for elements in zip(*screens, strict=True):
        for numbers in zip(*(NUMBER.findall(text) for _, text in elements), strict=False):
            if len(set(numbers)) == 1:
                still.add(numbers[0])
            else:
                moved += 1
    return still, moved


@pytest.fixture(scope="module")
def demo_workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    ws = Workspace.open(tmp_path_factory.mktemp("traced") / "workspace")
    demo.install_demo(ws)
    return ws


@pytest.fixture
def screens(
    demo_workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], list[list[tuple[str, str]]]]:
    """A page as stored, and with what is stored shifted twice."""
    root = tmp_path / "workspace"
    shutil.copytree(demo_workspace.root, root)
    monkeypatch.setenv("SEGMENTER_WORKSPACE", str(root))
    stored = open_stored(demo_workspace, demo_workspace.records("model")[0].id)

    def show(name: str) -> list[list[tuple[str, str]]]:
        found = [shown(name)]
        counts = cached.segment_counts
        for turn in (1, 2):
            other = shifted_results(stored, turn)
            with monkeypatch.context() as patch:
                patch.setattr(cached, "report", lambda *_, other=other: other.report)
                patch.setattr(cached, "evaluation", lambda *_, other=other: other.evaluation)
                patch.setattr(cached, "model_card", lambda *_, other=other: make_card(other))
                patch.setattr(
                    cached,
                    "segment_counts",
                    lambda *asked, turn=turn: {k: v + 1013 * turn for k, v in counts(*asked).items()},
                )
                found.append(shown(name))
        return found

    return show


@pytest.mark.parametrize("name", MAY_STAND)
def test_every_number_on_the_screen_moves_with_what_is_stored(
    name: str, screens: Callable[[str], list[list[tuple[str, str]]]]
) -> None:
    still, moved = standing_still(*screens(name))
    assert still <= set(MAY_STAND[name]), "a number that does not come from a stored result"
    assert moved > 50


def test_a_number_that_is_typed_in_is_caught() -> None:
    before = [("markdown", "Of 1,234 customers, 56% bought; 78 did not.")]
    after = [("markdown", "Of 2,247 customers, 55% bought; 78 did not.")]
    assert standing_still(before, after) == ({"78"}, 2)
