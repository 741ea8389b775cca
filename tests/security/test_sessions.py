"""Two readers with different data in one workspace: in 200 random steps, neither hears a word of the other's.

Names of data sets, models and audiences are the workspace's and seen by all who may open it; customers' ids,
their columns and words, and the names of files that are not read yet are not.
"""

import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from segmenter import pipeline
from segmenter.settings import Network, TrainingSettings
from segmenter.workspace import Workspace
from tests.browser.site import served
from tests.conftest import ROOT
from tests.reader import Reader, reading

pytestmark = pytest.mark.timeout(400)

STEPS = 200
TINY = TrainingSettings(network=Network(members=2, max_epochs=2, n_bins=4, patience=1))
PAGES = ("data", "training", "segments", "reasons", "performance", "compare", "card", "audience")
EXAMPLES = ROOT / "data" / "examples"
# What is changed in the example files: ids of customers and orders, words of a column, campaigns, a title.
CHANGED = {
    r"\bC(?=\d{8}\b)": "{0}C", r"\bN(?=\d{9}\b)": "{0}N", r"\bkitchen\b": "{0}kitchen",
    r"\bHills\b": "{0}Hills", r"\bSummer Picnic\b": "{0}Picnic", r"@example\.com": "@{0}.example.com",
    r"\bLoyalty card\b": "{0}Card",
}  # fmt: skip
# Never pressed: what takes long, ends work, or removes what the other steps need.
LEFT_ALONE = re.compile(
    r"train|delete|remove|stop|score|test|demo|read the files|save|try|start|compute", re.I
)


def shop(folder: Path, mark: str) -> Path:
    """The example files with the mark in everything that belongs to this shop alone; its mapping."""
    folder.mkdir()
    for path in EXAMPLES.glob("*.*"):
        text = path.read_text()
        for pattern, words in CHANGED.items():
            text = re.sub(pattern, words.format(mark), text)
        (folder / path.name).write_text(text)
    return folder / "mapping.toml"


@pytest.fixture(scope="module")
def two_shops(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, str]]]:
    """The served app and, by mark, the names of two data sets, each with a model that is scored."""
    home = tmp_path_factory.mktemp("two_shops")
    workspace = Workspace.open(home / "workspace")
    names = {}
    for mark in ("QXALPHA", "QXOMEGA"):
        names[mark] = f"Shop {len(names) + 1}"
        dataset = pipeline.ingest(workspace, shop(home / mark, mark), name=names[mark])
        model = pipeline.train(workspace, dataset=dataset, settings=TINY, name=f"Model of {names[mark]}")
        pipeline.score(workspace, model=model)
    with served(workspace.root) as address:
        yield address, names


def choose(reader: Reader, name: str) -> None:
    """Look at the data set of that name."""
    reader.open("data")
    reader.set(reader.find("button_group", "View"), string_array_value=["Data that are here"])
    reader.rerun()
    picker = reader.find("selectbox", "Data set")
    reader.set(picker, string_value=name)
    reader.rerun()


def bring(reader: Reader, mark: str) -> None:
    """Begin to bring a file, and leave it unread."""
    reader.open("data")
    reader.set(reader.find("button_group", "View"), string_array_value=["Add data"])
    reader.rerun()
    content = f"customer,when,paid\n{mark}1,2025-01-02,3\n{mark}2,2025-02-03,4\n"
    label = "Add more files" if mark in reader.words() else "Customer and campaign"
    reader.upload(label, f"{mark}-orders.csv", content.encode())


def step(reader: Reader, rng: random.Random) -> str:
    """One thing that a reader may do: another page, or a widget of this one used at random."""
    usable = [(kind, w) for kind, w in reader.widgets() if not LEFT_ALONE.search(w.label)]
    usable = [(kind, w) for kind, w in usable if not w.label.startswith(("Data set", "Model"))]
    if not usable or rng.random() < 0.35:
        page = rng.choice(PAGES)
        reader.open(page)
        return page
    kind, widget = rng.choice(usable)
    if kind == "button":
        reader.set(widget, trigger_value=True)
    elif kind == "selectbox" and widget.options:
        reader.set(widget, string_value=rng.choice(list(widget.options)))
    elif kind == "slider":
        steps = round((widget.max - widget.min) / (widget.step or 1))
        reader.set(widget, double_array_value=[widget.min + rng.randint(0, steps) * (widget.step or 1)])
    elif kind == "checkbox":
        reader.set(widget, bool_value=rng.random() < 0.5)
    elif kind == "button_group":
        reader.set(widget, string_array_value=[rng.choice([o.content for o in widget.options])])
    elif kind == "multiselect" and widget.options:
        reader.set(widget, string_array_value=[rng.choice(list(widget.options))])
    elif kind == "text_input":
        reader.set(widget, string_value="x")
    reader.rerun()
    return f"{kind} {widget.label}"


def test_two_readers_never_hear_of_each_others_customers(two_shops: tuple[str, dict[str, str]]) -> None:
    address, names = two_shops
    rng = random.Random(20261126)
    marks = list(names)
    with reading(address) as first, reading(address) as second:
        readers = dict(zip(marks, (first, second), strict=True))
        for reader in readers.values():
            reader.frames.clear()  # until they have chosen, both see the newest data set, as everybody does
        for mark, reader in readers.items():
            choose(reader, names[mark])
            reader.frames.clear()
        done = []
        for number in range(STEPS):
            mark = marks[number % 2]
            reader = readers[mark]
            done.append(bring(reader, mark) or "brought" if number in (50, 51, 120) else step(reader, rng))
            if number % 50 < 2:
                choose(reader, names[mark])
        heard = {mark: b"".join(reader.frames) for mark, reader in readers.items()}
    for mark, other in zip(marks, reversed(marks), strict=True):
        assert heard[mark].count(mark.encode()) > 50, "the steps showed hardly anything of the reader's own"
        assert heard[mark].count(other.encode()) == 0
        assert b"An unexpected problem" not in heard[mark]
    assert len(set(done)) > 30, "the steps were nearly all the same"


def test_work_on_somebody_elses_files_is_neither_shown_nor_followed(
    two_shops: tuple[str, dict[str, str]],
) -> None:
    address, names = two_shops
    with reading(address) as first, reading(address) as second:
        choose(second, names["QXOMEGA"])
        bring(first, "QXALPHA")
        first.press("Read the files")
        second.frames.clear()
        for _ in range(4):
            second.open("data")
        first.rerun()
        heard = b"".join(second.frames)
    assert b"QXALPHA" not in heard
    assert b"Reading the files" not in heard
