"""Boosted regression trees -> plain arrays that torch evaluates: no object of the library is ever stored.

A tree of depth 4 is laid out like a heap: the children of place p are 2p + 1 and 2p + 2, places 0 to 14 ask
and 15 to 30 answer. A branch that ends early repeats its answer, so every row takes four steps in every tree.
"""

import numpy as np
import torch
from sklearn.ensemble import HistGradientBoostingRegressor
from torch import Tensor, nn

DEPTH = 4
N_QUESTIONS, N_ANSWERS = 2**DEPTH - 1, 2**DEPTH

# An unknown number reads as less than any number, in training as in scoring: unknown is a branch of its own.
UNKNOWN = -1e30

ROWS_AT_ONCE = 2048


class Trees(nn.Module):
    """The sum of many trees, by several members side by side; each member has as many trees as the others."""

    feature: Tensor  # (members * trees * 15,) long, places of columns
    threshold: Tensor  # the same length, float64: a value at most this goes to the first child
    answer: Tensor  # (members * trees * 16,) float64
    start: Tensor  # (members,) float64, added to a member's sum

    def __init__(self, members: int, trees: int) -> None:
        super().__init__()
        self.members, self.trees = members, trees
        count = members * trees
        self.register_buffer("feature", torch.zeros(count * N_QUESTIONS, dtype=torch.long))
        self.register_buffer("threshold", torch.zeros(count * N_QUESTIONS, dtype=torch.float64))
        self.register_buffer("answer", torch.zeros(count * N_ANSWERS, dtype=torch.float64))
        self.register_buffer("start", torch.zeros(members, dtype=torch.float64))

    def keep(self, member: int, fitted: HistGradientBoostingRegressor) -> None:
        """Take over what the library has learned. Trees it did not grow (it may stop early) add nothing."""
        first = member * self.trees
        self.start[member] = float(np.ravel(fitted._baseline_prediction)[0])
        for number, (grown,) in enumerate(fitted._predictors):
            _lay_out(grown.nodes, *self._of_tree(first + number))

    @torch.no_grad()
    def forward(self, columns: Tensor) -> Tensor:
        """columns: (n, n_columns) float64 without NaN  ->  (n, members)."""
        parts = [self._sums(part) for part in torch.split(columns, ROWS_AT_ONCE)]
        return torch.cat(parts) if parts else columns.new_zeros(0, self.members)

    def _sums(self, columns: Tensor) -> Tensor:
        count = self.members * self.trees
        questions = torch.arange(count) * N_QUESTIONS  # where each tree's questions begin
        place = torch.zeros(len(columns), count, dtype=torch.long)
        for _ in range(DEPTH):
            asked = place + questions
            value = columns.gather(1, torch.take(self.feature, asked))
            place = 2 * place + 1 + (value > torch.take(self.threshold, asked)).long()
        answers = torch.take(self.answer, place - N_QUESTIONS + torch.arange(count) * N_ANSWERS)
        return answers.reshape(-1, self.members, self.trees).sum(2) + self.start

    def _of_tree(self, number: int) -> tuple[Tensor, Tensor, Tensor]:
        """Views of one tree's part of the arrays."""
        asks = slice(number * N_QUESTIONS, (number + 1) * N_QUESTIONS)
        answers = slice(number * N_ANSWERS, (number + 1) * N_ANSWERS)
        return self.feature[asks], self.threshold[asks], self.answer[answers]


def columns_of(x_num: Tensor, x_cat: Tensor) -> Tensor:
    """What trees read.  x_num: (n, n_num) float32, NaN unknown; x_cat: (n, n_cat) long  ->  float64."""
    return torch.cat([torch.nan_to_num(x_num.double(), nan=UNKNOWN), x_cat.double()], dim=1)


def _lay_out(nodes: np.ndarray, feature: Tensor, threshold: Tensor, answer: Tensor) -> None:
    """Write the library's nodes (a structured array, the root first) into the heap of one tree."""
    node_at = {0: 0}  # place in the heap -> place among the nodes
    for place in range(N_QUESTIONS):
        node = nodes[node_at[place]]
        if node["is_leaf"]:  # both ways lead to the same answer
            node_at[2 * place + 1] = node_at[2 * place + 2] = node_at[place]
            continue
        feature[place], threshold[place] = int(node["feature_idx"]), float(node["num_threshold"])
        node_at[2 * place + 1], node_at[2 * place + 2] = int(node["left"]), int(node["right"])
    for place in range(N_ANSWERS):
        answer[place] = float(nodes[node_at[N_QUESTIONS + place]]["value"])
