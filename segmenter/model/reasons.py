"""A trained model -> exactly what each feature adds to a customer's logit of being prompted, and its curve.

Without hidden units stage 2 is additive on the expansion: its logit is a base plus one curve per feature, and
the contributions are those curves read off. Nothing is approximated, so they add up to what the model says.
"""

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from segmenter.errors import NotExplainable
from segmenter.features.encoding import CategoryEncoding, NumericEncoding
from segmenter.model.network import Expansion, Head
from segmenter.model.training import ROWS_AT_ONCE
from segmenter.model.two_stage import TwoStageModel


class Explainer:
    """The intent head in use, read feature by feature, beside the average of the reference customers.

    Centred: what a feature adds is 0 on average over the reference, so 0 means 'like the average customer'
    and `base` is the average logit. The reference is whom one explains (the customers scored), not the
    training customers: 'more than average' is then true of the customers on the page. All in float64, on the
    expansion as the model computes it.
    """

    def __init__(self, model: TwoStageModel, reference: Iterable[pd.DataFrame]) -> None:
        """reference: frames with a column per feature of the encoder, read once. Raises NotExplainable."""
        head, encoder = model.heads["intent"], model.encoder
        if not isinstance(head, Head) or head.n_hidden:
            raise NotExplainable(
                "Scores can be traced to features only where the network has no hidden units; this model has "
                f"{model.settings.network.n_hidden}. Train it again with n_hidden 0 to see reasons."
            )
        self.names = encoder.names
        self._encoder, self._expansion = encoder, model.expansion
        self._by_member = head.weight[:, 0].detach().double()  # (members, width)
        self._weight = self._by_member.mean(0)  # (width,), as Head.mean takes it
        self._of_feature = _features_of_columns(model.expansion, encoder.category_features)  # (width,)
        total, customers = torch.zeros(self._expansion.width, dtype=torch.float64), 0
        for frame in reference:
            for expanded in self._expanded(frame):
                total += expanded.sum(0)
            customers += len(frame)
        if not customers:
            raise NotExplainable("There is nobody to compare with: an average needs at least one customer.")
        self._average = total / customers  # (width,), what the average customer's expansion is
        self.base = float(self._average @ self._weight + head.bias.detach().double().mean())

    def contributions(self, frame: pd.DataFrame) -> np.ndarray:
        """What each feature adds to each customer's logit: float64 (n, n_features), in the order of `names`.

        base + the sum of a row is the customer's logit.
        """
        # Each weight in the column of its feature: one product then adds up every feature's own columns.
        placed = self._weight.new_zeros(len(self._weight), len(self.names))  # (width, n_features)
        placed[torch.arange(len(self._weight)), self._of_feature] = self._weight
        parts = [(expanded - self._average) @ placed for expanded in self._expanded(frame)]
        return torch.cat(parts).numpy() if parts else np.zeros((0, len(self.names)))

    def curve(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """A feature's effect by its value, as each member of the ensemble sees it.

        Returns values (g,) and effects (g, members). Numbers: the bin edges, the points halfway between them,
        and last NaN, the unknown. Categories: the places of the encoding: unknown, the levels, any other.
        The mean over members is what `contributions` gives at the same value; each member is centred on its
        own average, so that its spread is about the feature and not about the level of the whole logit.
        """
        place = self.names.index(name)
        n_numeric = len(self._encoder.numeric_features)
        values = (
            _grid(self._encoder.numeric_features[place])
            if place < n_numeric
            else np.arange(self._encoder.category_features[place - n_numeric].n_places, dtype=np.float64)
        )
        # The other features do not matter: only this one's columns are read off.
        x_num = torch.full((len(values), n_numeric), torch.nan)
        x_cat = torch.zeros((len(values), len(self.names) - n_numeric), dtype=torch.long)
        if place < n_numeric:
            x_num[:, place] = torch.from_numpy(values.astype(np.float32))
        else:
            x_cat[:, place - n_numeric] = torch.from_numpy(values.astype(np.int64))
        own = self._of_feature == place
        expanded = self._expansion(x_num, x_cat)[:, own].double()
        effects = (expanded - self._average[own]) @ self._by_member[:, own].T  # (g, members)
        return values, effects.numpy()

    @torch.no_grad()
    def _expanded(self, frame: pd.DataFrame) -> Iterator[Tensor]:
        """Parts of (B, width) float64."""
        x_num = torch.from_numpy(self._encoder.numeric(frame))
        x_cat = torch.from_numpy(self._encoder.categories(frame))
        for at in range(0, len(frame), ROWS_AT_ONCE):
            rows = slice(at, at + ROWS_AT_ONCE)
            yield self._expansion(x_num[rows], x_cat[rows]).double()


def _features_of_columns(expansion: Expansion, categories: tuple[CategoryEncoding, ...]) -> Tensor:
    """Which feature each column of the expansion belongs to: (width,) long."""
    numbers = torch.arange(expansion.first_edge.numel())
    places = torch.tensor([category.n_places for category in categories], dtype=torch.long)
    of_places = torch.repeat_interleave(torch.arange(len(places)), places) + numbers.numel()
    return torch.cat([expansion.feature_of_bin, numbers, of_places])


def _grid(feature: NumericEncoding) -> np.ndarray:
    """Edges, the points halfway between, and NaN; in the precision that the network compares in."""
    edges = np.array(feature.edges or (0.0,), dtype=np.float64)
    grid = np.union1d(edges, (edges[:-1] + edges[1:]) / 2).astype(np.float32)
    return np.append(np.unique(grid).astype(np.float64), np.nan)
