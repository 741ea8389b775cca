"""The loss functions of the paper, as functions of logits and labels.

Sources: Gopalakrishnan et al. 2025, "Latent Customer Segmentation and Value-Based Recommendation Leveraging a
Two-Stage Model with Missing Labels" (the paper; eq. 1 to 5), and Zhang et al. 2021, arXiv 2112.07368 (SPLC).
"""

import torch
from torch import Tensor
from torch.nn import functional


def class_weights(labels: Tensor, n_classes: int) -> Tensor:
    """w_c = N / (C * N_c) of the paper's eq. 1: every class weighs the same in total.

    labels: (N,) long  ->  (n_classes,); a class without examples weighs 0.
    """
    counts = torch.bincount(labels, minlength=n_classes).to(torch.float32)
    return torch.where(counts > 0, labels.numel() / (n_classes * counts.clamp(min=1)), 0.0)


def weighted_cross_entropy(logits: Tensor, labels: Tensor, weights: Tensor) -> Tensor:
    """Eq. 1: the mean of w_c * cross entropy.  logits: (B, C), labels: (B,) long, weights: (C,)  ->  ()."""
    # Not functional.cross_entropy(weight=...): its mean divides by the batch's own weights, which differ by
    # batch.
    return (weights[labels] * functional.cross_entropy(logits, labels, reduction="none")).mean()


def weighted_binary_cross_entropy(logits: Tensor, positive: Tensor, weights: Tensor) -> Tensor:
    """Eq. 2 without doubt.  logits: (B,), positive: (B,) bool, weights: (2,) of negative and positive  ->
    ().
    """
    losses = functional.binary_cross_entropy_with_logits(logits, positive.to(logits.dtype), reduction="none")
    return (weights[positive.long()] * losses).mean()


def printed_splc(logits: Tensor, positive: Tensor, weights: Tensor, tau: float) -> Tensor:
    """Eq. 2 to 5 as printed: a positive counts as negative wherever the model, in this very batch, says p
    <= tau.

    logits: (B,), positive: (B,) bool given labels, weights: (2,) by given label  ->  ().
    Kept to be compared with, not to be used: a flip lowers p, which causes more flips, until hardly a
    positive is left. Two sentences of the paper contradict eq. 4; the equation is what stands here.
    """
    p = torch.sigmoid(logits.detach())
    believed = positive & (p > tau)  # (B,)
    losses = functional.binary_cross_entropy_with_logits(logits, believed.to(logits.dtype), reduction="none")
    return (weights[positive.long()] * losses).mean()


def quasi_poisson(log_mean: Tensor, amount: Tensor) -> Tensor:
    """Half the Poisson deviance up to a constant, for amounts >= 0 and a log link.  (B,), (B,)  ->  ().

    Quasi: only the mean is modelled. Its optimum satisfies sum(mean) = sum(amount), which a loss on
    logarithms does not, and money has to add up.
    """
    return (torch.exp(log_mean) - amount * log_mean).mean()
