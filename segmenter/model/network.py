"""Encoder -> torch: the piecewise-linear expansion all heads share, and the heads themselves.

A head without hidden units is one linear layer (the paper's network). On this expansion it is additive: each
feature contributes a curve of its own, made of straight pieces between the quantile edges.
"""

import math

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from segmenter.features.encoding import Encoder


class Expansion(nn.Module):
    """Numbers and category places -> one wide row of values in [0, 1] per customer; it learns nothing.

    Piecewise-linear encoding (Gorishniy et al. 2022, "On Embeddings for Numerical Features"): bin t of a
    feature with edges b is clip((x - b[t]) / (b[t+1] - b[t]), 0, 1). Departures: values outside the edges
    read as the edge (the paper extrapolates the outer bins), so that nobody's score leaves the range the
    training customers span; and an unknown value reads as the middle edge with an indicator of its own, so
    that a feature which was never unknown in training does not call its unknown customers extreme.
    """

    feature_of_bin: Tensor
    scale: Tensor
    shift: Tensor
    first_edge: Tensor
    middle_edge: Tensor
    last_edge: Tensor
    first_place: Tensor

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        feature_of_bin, low, width = [], [], []
        first, middle, last = [], [], []
        for position, feature in enumerate(encoder.numeric_features):
            edges = np.array(feature.edges or (0.0,), dtype=np.float64)
            feature_of_bin += [position] * (edges.size - 1)
            low += edges[:-1].tolist()
            width += np.diff(edges).tolist()
            first.append(edges[0])
            middle.append(edges[edges.size // 2])
            last.append(edges[-1])
        places = [feature.n_places for feature in encoder.category_features]
        self.register_buffer(
            "feature_of_bin", torch.tensor(feature_of_bin, dtype=torch.long), persistent=False
        )
        self._keep("scale", 1 / np.array(width))
        self._keep("shift", -np.array(low) / np.array(width))
        self._keep("first_edge", first)
        self._keep("middle_edge", middle)
        self._keep("last_edge", last)
        self.register_buffer(
            "first_place", torch.tensor(np.cumsum([0, *places])[:-1], dtype=torch.long), persistent=False
        )
        self.n_places = sum(places)

    @property
    def width(self) -> int:
        """Values per customer after the expansion: bins, unknown indicators, category places."""
        return self.feature_of_bin.numel() + self.first_edge.numel() + self.n_places

    def forward(self, x_num: Tensor, x_cat: Tensor) -> Tensor:
        """x_num: (B, n_num) float32, NaN unknown; x_cat: (B, n_cat) long places  ->  (B, width)."""
        unknown = torch.isnan(x_num)
        x = torch.where(unknown, self.middle_edge, x_num)
        x = torch.minimum(torch.maximum(x, self.first_edge), self.last_edge)  # (B, n_num), finite
        bins = torch.addcmul(self.shift, x[:, self.feature_of_bin], self.scale).clamp_(0, 1)  # (B, n_bins)
        one_hot = x_num.new_zeros(len(x_num), self.n_places)
        one_hot.scatter_(1, x_cat + self.first_place, 1.0)  # (B, n_places)
        return torch.cat([bins, unknown.to(bins.dtype), one_hot], dim=1)

    def _keep(self, name: str, values: object) -> None:
        # Not saved with the weights: they follow from the encoder, which is saved as JSON.
        self.register_buffer(name, torch.tensor(np.asarray(values), dtype=torch.float32), persistent=False)


class Head(nn.Module):
    """Expansion -> n_outputs numbers, by several members side by side: one linear layer each, or one hidden
    layer where n_hidden is above 0. What the head says is the mean of its members.
    """

    def __init__(
        self, width: int, n_outputs: int, n_hidden: int, members: int, generator: torch.Generator
    ) -> None:
        super().__init__()
        # A linear member starts at zero: it is convex there, and no chance is involved. Hidden units must
        # differ.
        self.weight = nn.Parameter(torch.zeros(members, n_outputs, n_hidden or width))
        self.bias = nn.Parameter(torch.zeros(members, n_outputs))
        if n_hidden:
            self.hidden_weight = nn.Parameter(torch.empty(members, n_hidden, width))
            self.hidden_bias = nn.Parameter(torch.zeros(members, n_hidden))
            for values, inputs in ((self.hidden_weight, width), (self.weight, n_hidden)):
                bound = 1 / math.sqrt(inputs)
                nn.init.uniform_(values, -bound, bound, generator=generator)
        self.n_hidden = n_hidden

    def forward(self, expanded: Tensor) -> Tensor:
        """expanded: (B, width)  ->  (B, members, n_outputs)."""
        if not self.n_hidden:
            return _by_member(expanded, self.weight, self.bias)
        hidden = torch.relu(_by_member(expanded, self.hidden_weight, self.hidden_bias))  # (B, members, h)
        return torch.einsum("bmh,moh->bmo", hidden, self.weight) + self.bias

    def mean(self, expanded: Tensor) -> Tensor:
        """What the members say together.  expanded: (B, width)  ->  (B, n_outputs)."""
        if self.n_hidden:
            outputs: Tensor = self(expanded).mean(1)
            return outputs
        # The mean of linear members is one linear layer: as quick as a single one, and as easily explained.
        return functional.linear(expanded, self.weight.mean(0), self.bias.mean(0))


def _by_member(expanded: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """expanded: (B, width), weight: (members, out, width), bias: (members, out)  ->  (B, members, out)."""
    flat = functional.linear(expanded, weight.flatten(0, 1), bias.flatten())
    return flat.reshape(-1, *bias.shape)
