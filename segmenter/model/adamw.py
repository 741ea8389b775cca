"""Gradients -> smaller losses: AdamW (Loshchilov and Hutter 2019), as torch computes it, without the wait.

torch.optim gives the same bits, but the first optimizer of a process loads torch's compiler (1.2 s, which
every background training would wait for), and its bookkeeping takes as long as a step of ours.
"""

from collections.abc import Iterable

import torch
from torch import Tensor

BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-8


class AdamW:
    """Steps on some parameters, all on one device."""

    def __init__(self, parameters: Iterable[Tensor], *, learning_rate: float, weight_decay: float) -> None:
        self._parameters = list(parameters)
        self._learning_rate, self._weight_decay = learning_rate, weight_decay
        self._mean = [torch.zeros_like(each) for each in self._parameters]
        self._square = [torch.zeros_like(each) for each in self._parameters]
        self._steps = [torch.zeros((), device=each.device) for each in self._parameters]

    def forget_gradients(self) -> None:
        """Before losses are computed anew: gradients would add up."""
        for each in self._parameters:
            each.grad = None

    @torch.no_grad()
    def step(self) -> None:
        """Move every parameter against its gradient; all of them must have one."""
        for steps in self._steps:
            steps += 1
        torch._fused_adamw_(
            self._parameters,
            [each.grad for each in self._parameters if each.grad is not None],
            self._mean,
            self._square,
            [],
            self._steps,
            lr=self._learning_rate,
            beta1=BETA_1,
            beta2=BETA_2,
            weight_decay=self._weight_decay,
            eps=EPSILON,
            amsgrad=False,
            maximize=False,
        )
