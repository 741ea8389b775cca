"""Model files: read back bit by bit, and refused in words when they are torn, foreign or made to do harm."""

import json
import pickle
import re
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from segmenter.errors import ModelFileError
from segmenter.model import artifact
from segmenter.model.report import TrainingReport
from segmenter.model.two_stage import Predictions, Stage2Head, TwoStageModel
from tests.model.worlds import World

FIELDS = Predictions.__dataclass_fields__

HEADS: tuple[Stage2Head, Stage2Head] = ("intent", "uncorrected")


@pytest.fixture
def saved(trained: tuple[TwoStageModel, TrainingReport], tmp_path: Path) -> Path:
    """A model folder as the workspace keeps it."""
    folder = tmp_path / "saved"
    folder.mkdir()
    artifact.save_model(*trained, folder)
    return folder


@pytest.fixture
def file(saved: Path, tmp_path: Path) -> Path:
    """The same model as one file."""
    artifact.export_model(saved, tmp_path / "model.segmenter")
    return tmp_path / "model.segmenter"


def assert_same_bits(one: Predictions, other: Predictions) -> None:
    for name in FIELDS:
        mine, theirs = getattr(one, name), getattr(other, name)
        assert np.array_equal(mine, theirs, equal_nan=mine.dtype.kind == "f"), name


def header_of(file: Path) -> dict[str, Any]:
    content = file.read_bytes()
    length = struct.unpack("<Q", content[:8])[0]
    return json.loads(content[8 : 8 + length])  # type: ignore[no-any-return]


def with_card(file: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the JSON that travels in a model file, and leave the weights alone."""
    metadata = header_of(file)["__metadata__"]
    card = json.loads(metadata["card"])
    change(card)
    save_file(load_file(file), file, metadata | {"card": json.dumps(card)})


def with_weights(file: Path, change: Callable[[dict[str, torch.Tensor]], object]) -> None:
    tensors, metadata = load_file(file), header_of(file)["__metadata__"]
    change(tensors)
    save_file(tensors, file, metadata)


def test_a_saved_model_says_the_same_bit_by_bit(
    saved: Path, trained: tuple[TwoStageModel, TrainingReport], world: World
) -> None:
    model, report = trained
    again = artifact.load_model(saved)
    for head in HEADS:
        assert_same_bits(model.predict(world.test, head), again.predict(world.test, head))
    assert artifact.read_report(saved) == report
    assert again.settings == model.settings


def test_a_model_travels_as_one_file(file: Path, saved: Path, model: TwoStageModel, world: World) -> None:
    elsewhere = saved.parent / "elsewhere"
    elsewhere.mkdir()
    imported = artifact.import_model(file, elsewhere)
    assert_same_bits(model.predict(world.test), imported.predict(world.test))
    assert_same_bits(model.predict(world.test), artifact.load_model(elsewhere).predict(world.test))
    for name in (artifact.WEIGHTS_FILE, artifact.CARD_FILE):
        assert (elsewhere / name).read_bytes() == (saved / name).read_bytes()


def test_what_is_handed_on_has_no_code_in_it(file: Path) -> None:
    content = file.read_bytes()
    assert b"__reduce__" not in content and content[8:9] == b"{"  # a length, then JSON
    assert set(header_of(file)["__metadata__"]) == {"card"}


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-7])


def _empty(file: Path) -> None:
    file.write_bytes(b"")


def _pickled(file: Path) -> None:
    file.write_bytes(pickle.dumps({"weights": [1.0]}))  # noqa: S301 - written only, to see it refused


def _huge_header(file: Path) -> None:
    file.write_bytes(struct.pack("<Q", 1 << 60) + b"{}")


def _promises(file: Path) -> None:
    header = json.dumps({"x": {"dtype": "F32", "shape": [1 << 40], "data_offsets": [0, 1 << 42]}}).encode()
    file.write_bytes(struct.pack("<Q", len(header)) + header)


@pytest.mark.parametrize("harm", [_cut, _empty, _pickled, _huge_header, _promises])
def test_a_torn_or_foreign_file_is_refused_in_words_and_leaves_nothing(
    file: Path, tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    harm(file)
    folder = tmp_path / "new"
    folder.mkdir()
    with pytest.raises(ModelFileError, match="cannot be used as a model: .*Choose a file that Segmenter"):
        artifact.import_model(file, folder)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda card: card.update(version=2),
        lambda card: card.update(format="other"),
        lambda card: card.pop("encoder"),
        lambda card: card.update(class_weights=[1.0, 1.0]),
        lambda card: card.update(class_weights=[1.0, -1.0, 1.0]),
        lambda card: card.update(largest_amount=-1.0),
        lambda card: card["settings"]["network"].update(n_hidden=1_000_000_000),
        lambda card: card["settings"]["network"].update(n_bins=0),
        lambda card: card["encoder"]["numeric_features"][0].update(name="../../etc/passwd"),
        lambda card: card["encoder"]["numeric_features"][0].update(name="x; DROP TABLE customers"),
        lambda card: card["encoder"]["numeric_features"][0].update(edges=[3.0, 1.0, 2.0]),
        lambda card: card["encoder"]["numeric_features"].pop(),
    ],
)
def test_a_description_that_does_not_hold_is_refused(
    file: Path, tmp_path: Path, change: Callable[[dict[str, Any]], object]
) -> None:
    with_card(file, change)
    folder = tmp_path / "new"
    folder.mkdir()
    with pytest.raises(ModelFileError, match="cannot be used as a model") as refused:
        artifact.import_model(file, folder)
    assert not re.search(r"[($]|Expected|Object", str(refused.value)), "the log's words, not a reader's"
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda weights: weights.pop("intent.bias"),
        lambda weights: weights.update({"spare": torch.zeros(1)}),
        lambda weights: weights.update({"intent.bias": torch.zeros(3, 2)}),
        lambda weights: weights.update({"intent.bias": torch.zeros(3, 1, dtype=torch.float64)}),
        lambda weights: weights.update({"intent.bias": torch.full((3, 1), float("nan"))}),
        lambda weights: weights.update({"intent.bias": torch.full((3, 1), float("inf"))}),
        lambda weights: weights.update({"intent.bias": torch.full((3, 1), -3e38)}),
        lambda weights: weights["paid.threshold"].fill_(float("nan")),
        lambda weights: weights["spent.answer"].fill_(1e9),
        lambda weights: weights["paid.start"].fill_(float("inf")),
    ],
)
def test_weights_that_do_not_fit_the_description_are_refused(
    file: Path, tmp_path: Path, change: Callable[[dict[str, torch.Tensor]], object]
) -> None:
    with_weights(file, change)
    with pytest.raises(ModelFileError, match="weights"):
        artifact.import_model(file, tmp_path)


def test_a_file_larger_than_any_model_is_not_read(file: Path, tmp_path: Path) -> None:
    with file.open("ab") as handle:
        handle.truncate(artifact.MOST_BYTES + 1)
    with pytest.raises(ModelFileError, match="bytes"):
        artifact.import_model(file, tmp_path)


def test_a_model_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="not there"):
        artifact.load_model(tmp_path)


@pytest.mark.parametrize(("trees", "column"), [("paid", -1), ("paid", 6), ("spent", 5)])
def test_trees_that_ask_for_a_column_that_is_not_there_are_refused(
    file: Path, tmp_path: Path, trees: str, column: int
) -> None:
    with_weights(file, lambda weights: weights[f"{trees}.feature"].fill_(column))
    with pytest.raises(ModelFileError, match="trees"):
        artifact.import_model(file, tmp_path)
