"""A trained model <-> files: weights as safetensors, everything else as JSON. No code is ever read back.

In the workspace a model is a folder (model.safetensors, model.json). To hand it on it is one file, a
safetensors file whose header carries the JSON. Whatever is read is checked before it is used, and what is
imported is written anew: a file may be torn, foreign, or made to do harm.
"""

import logging
import os
import re
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Literal

import msgspec
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn

from segmenter.errors import ModelFileError, SettingsError
from segmenter.features.encoding import Encoder
from segmenter.model.amount import TREES
from segmenter.model.examples import SEGMENTS
from segmenter.model.network import Expansion, Head
from segmenter.model.report import TrainingReport
from segmenter.model.trees import N_ANSWERS, N_QUESTIONS, Trees
from segmenter.model.two_stage import TwoStageModel
from segmenter.settings import TrainingSettings

logger = logging.getLogger(__name__)

WEIGHTS_FILE, CARD_FILE = "model.safetensors", "model.json"

# The pipeline's own report lies in the same folder and travels along as text; who reads it checks it.
COMPANION_FILE = "report.json"

N_OUTPUTS = {"segment": len(SEGMENTS), "intent": 1, "uncorrected": 1}

# Where alike customers could be compared, and where the loss as printed was tried.
N_OUTPUTS_COMPARED, N_OUTPUTS_PRINTED = {"anyway": 1, "extra": 1}, {"printed": 1}

# Sets of trees: what they are called in the file, and how many columns beyond the features they read.
TREE_SETS = {"paid": 1, "spent": 0}

# Ten thousand features with a wide hidden layer stay below this. Anything larger is no model of ours.
MOST_BYTES = 256 << 20

# Expanded features lie in [0, 1], so that weights of a trained model are small. Far above, sums overflow.
LARGEST_WEIGHT = 1e4

_FEATURE_NAME = re.compile(r"[a-z][a-z0-9_]{0,99}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """Everything about a model but its weights."""

    format: Literal["segmenter-model"] = "segmenter-model"
    version: Literal[3] = 3
    torch_version: str
    encoder: Encoder
    settings: TrainingSettings
    class_weights: tuple[float, float, float]
    largest_amount: float
    compares: bool
    has_printed: bool
    report: TrainingReport

    def __post_init__(self) -> None:
        if not all(isfinite(weight) and weight > 0 for weight in self.class_weights):
            raise ValueError("class weights must be finite and above 0")
        if not (isfinite(self.largest_amount) and self.largest_amount >= 0):
            raise ValueError("the largest amount must be finite and not below 0")
        if not all(_FEATURE_NAME.fullmatch(name) for name in self.encoder.names):
            raise ValueError("feature names must be ours")


def save_model(model: TwoStageModel, report: TrainingReport, folder: Path) -> None:
    """Write model.safetensors and model.json into `folder` (an artifact in the making: nobody reads it
    yet).
    """
    card = Card(
        torch_version=str(torch.__version__),
        encoder=model.encoder,
        settings=model.settings,
        class_weights=tuple(model.class_weights.tolist()),
        largest_amount=model.largest_amount,
        compares="anyway" in model.heads,
        has_printed="printed" in model.heads,
        report=report,
    )
    # Cloned, because the intent head and the uncorrected head may be one and the same.
    state = model.heads.state_dict()
    for name, trees in zip(TREE_SETS, (model.paid, model.spent), strict=True):
        state |= {f"{name}.{key}": value for key, value in trees.state_dict().items()}
    tensors = {name: value.clone() for name, value in state.items()}
    (folder / WEIGHTS_FILE).write_bytes(save(tensors))
    (folder / CARD_FILE).write_bytes(msgspec.json.encode(card))


def load_model(folder: Path) -> TwoStageModel:
    """The model of `folder`, bit by bit as it was saved. Raises ModelFileError."""
    card = _card(folder)
    return _assemble(card, _weights(folder / WEIGHTS_FILE, card))


def read_report(folder: Path) -> TrainingReport:
    """How the model of `folder` was trained. Raises ModelFileError."""
    return _card(folder).report


def export_model(folder: Path, path: Path) -> None:
    """Write the model of `folder` as the one file `path`, whole or not at all. Raises ModelFileError."""
    card = _card(folder)
    metadata = {"card": msgspec.json.encode(card).decode("utf-8")}
    companion = folder / COMPANION_FILE
    if companion.exists():
        metadata["report"] = _bytes(companion).decode("utf-8")
    content = save(_weights(folder / WEIGHTS_FILE, card), metadata)
    unfinished = path.with_name(f"{path.name}.part")
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def import_model(path: Path, folder: Path) -> TwoStageModel:
    """Check a file made by export_model, and write what it holds, anew, into `folder`. Raises ModelFileError.

    Checked: size, header, the JSON against its schema, names, shapes and kind of all weights, and that every
    weight is a number of a size that training gives.
    """
    metadata = _metadata(path)
    card = _decoded(metadata.get("card", "").encode("utf-8"), path)
    model = _assemble(card, _weights(path, card))
    if "report" in metadata:
        try:
            report = msgspec.json.decode(metadata["report"])
        except (msgspec.MsgspecError, RecursionError) as error:
            raise _refusal(path, "the report in it cannot be read") from error
        (folder / COMPANION_FILE).write_bytes(msgspec.json.encode(report))
    save_model(model, card.report, folder)
    return model


def _card(folder: Path) -> Card:
    return _decoded(_bytes(folder / CARD_FILE), folder / CARD_FILE)


def _decoded(text: bytes, path: Path) -> Card:
    if not text:
        raise _refusal(path, "it does not say how the model reads a customer")
    try:
        return msgspec.json.decode(text, type=Card)
    except (msgspec.MsgspecError, SettingsError, RecursionError) as error:
        logger.warning("the description in %s cannot be read: %r", path, str(error))
        raise _refusal(path, "its description is not one of this version") from error


def _bytes(path: Path) -> bytes:
    _check_size(path)
    return path.read_bytes()


def _check_size(path: Path) -> None:
    try:
        size = path.stat().st_size
    except OSError as error:
        raise _refusal(path, "it is not there, or may not be read") from error
    if size > MOST_BYTES:
        raise _refusal(path, f"it has {size:,} bytes, and a model has at most {MOST_BYTES:,}")


def _metadata(path: Path) -> dict[str, str]:
    _check_size(path)
    try:
        with safe_open(path, framework="pt") as file:
            return dict(file.metadata() or {})
    except (SafetensorError, OSError) as error:
        raise _refusal(path, "it is cut off, or no model file at all") from error


def _weights(path: Path, card: Card) -> dict[str, Tensor]:
    """The weights of a file, once they are known to be just those that the card's networks have."""
    _check_size(path)
    wanted = _shapes(card)
    try:
        with safe_open(path, framework="pt") as file:
            if set(file.keys()) != set(wanted):
                raise _refusal(path, "its weights are not those of its networks")
            for name, (kind, shape) in wanted.items():
                found = file.get_slice(name)
                # Compared before anything is read: a header can promise any shape.
                if (found.get_dtype(), tuple(found.get_shape())) != (kind, shape):
                    raise _refusal(path, f"the weights '{name}' do not have the shape its networks need")
            weights = {name: file.get_tensor(name) for name in wanted}
    except (SafetensorError, OSError) as error:
        raise _refusal(path, "it is cut off, or no model file at all") from error
    if not all(map(_is_usual, weights.items())):
        raise _refusal(path, "some of its weights are not numbers that training gives")
    features = len(card.encoder.numeric_features) + len(card.encoder.category_features)
    for name, beyond in TREE_SETS.items():
        asked = weights[f"{name}.feature"]
        if not bool(((asked >= 0) & (asked < features + beyond)).all()):
            raise _refusal(path, "its trees ask for columns that it does not have")
    return weights


def _n_outputs(card: Card) -> dict[str, int]:
    compared = N_OUTPUTS_COMPARED if card.compares else {}
    return N_OUTPUTS | compared | (N_OUTPUTS_PRINTED if card.has_printed else {})


def _of_trees(key: str) -> bool:
    return key.partition(".")[0] in TREE_SETS


def _is_usual(weight: tuple[str, Tensor]) -> bool:
    name, value = weight
    if name.endswith(".threshold"):  # in the units of the data, which can be anything
        return bool(torch.isfinite(value).all())
    return bool((value.abs() <= LARGEST_WEIGHT).all())


def _shapes(card: Card) -> dict[str, tuple[str, tuple[int, ...]]]:
    """Kind and shape of each weight, by name."""
    network, width = card.settings.network, Expansion(card.encoder).width
    members, n_hidden = network.members, network.n_hidden
    shapes: dict[str, tuple[str, tuple[int, ...]]] = {}
    for head, n_outputs in _n_outputs(card).items():
        if n_hidden:
            shapes[f"{head}.hidden_weight"] = ("F32", (members, n_hidden, width))
            shapes[f"{head}.hidden_bias"] = ("F32", (members, n_hidden))
        shapes[f"{head}.weight"] = ("F32", (members, n_outputs, n_hidden or width))
        shapes[f"{head}.bias"] = ("F32", (members, n_outputs))
    count = members * TREES
    for name in TREE_SETS:
        shapes[f"{name}.feature"] = ("I64", (count * N_QUESTIONS,))
        shapes[f"{name}.threshold"] = ("F64", (count * N_QUESTIONS,))
        shapes[f"{name}.answer"] = ("F64", (count * N_ANSWERS,))
        shapes[f"{name}.start"] = ("F64", (members,))
    return shapes


def _assemble(card: Card, weights: dict[str, Tensor]) -> TwoStageModel:
    network, width = card.settings.network, Expansion(card.encoder).width
    heads = nn.ModuleDict(
        {
            head: Head(width, n_outputs, network.n_hidden, network.members, torch.Generator())
            for head, n_outputs in _n_outputs(card).items()
        }
    )
    heads.load_state_dict({key: value for key, value in weights.items() if not _of_trees(key)})
    paid, spent = Trees(network.members, TREES), Trees(network.members, TREES)
    for name, trees in zip(TREE_SETS, (paid, spent), strict=True):
        trees.load_state_dict(
            {key.removeprefix(f"{name}."): weights[key] for key in weights if key.startswith(f"{name}.")}
        )
    return TwoStageModel(
        card.encoder,
        card.settings,
        heads.requires_grad_(False),
        paid,
        spent,
        class_weights=torch.tensor(card.class_weights, dtype=torch.float32),
        largest_amount=card.largest_amount,
    )


def _refusal(path: Path, reason: str) -> ModelFileError:
    return ModelFileError(
        f"'{path.name}' cannot be used as a model: {reason}. Choose a file that Segmenter saved, or train "
        "the model again."
    )
