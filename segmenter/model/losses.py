"""The loss functions of the paper, as functions of logits and labels.

Sources: Gopalakrishnan et al. 2025, "Latent Customer Segmentation and Value-Based Recommendation Leveraging a
Two-Stage Model with Missing Labels" (the paper; eq. 1 to 5), and Zhang et al. 2021, arXiv 2112.07368 (SPLC).
"""

import torch
from torch import Tensor
from torch.nn import functional


def class_weights(mass: Tensor) -> Tensor:
    """w_c = N / (C * N_c) of the paper's eq. 1: every class weighs the same in total.

    mass: (..., C), how much of each class there is  ->  (..., C); a class without examples weighs 0.
    """
    total, classes = mass.sum(-1, keepdim=True), mass.shape[-1]
    return torch.where(mass > 0, total / (classes * mass.clamp(min=1e-12)), 0.0)


def cross_entropies(logits: Tensor, labels: Tensor) -> Tensor:
    """Of each row and member, unweighted.  logits: (B, M, C), labels: (B,) long  ->  (B, M)."""
    said = torch.log_softmax(logits, dim=2)
    return -said.gather(2, labels[:, None, None].expand(-1, said.shape[1], 1))[:, :, 0]


def balanced_cross_entropies(logits: Tensor, belief: Tensor, weights: Tensor) -> Tensor:
    """Eq. 2 of each row and member, for labels that may be believed in part.

    logits, belief: (B, M), belief in [0, 1] that the label is positive; weights: (M, 2) of negative and
    positive  ->  (B, M).
    """
    positive, negative = functional.softplus(-logits), functional.softplus(logits)
    return weights[:, 1] * belief * positive + weights[:, 0] * (1 - belief) * negative


def printed_splc(logits: Tensor, positive: Tensor, weights: Tensor, tau: float) -> Tensor:
    """Eq. 2 to 5 as printed: a positive counts as negative wherever the model, in this very batch, says p
    <= tau.

    logits: (B, M), positive: (B, 1) bool given labels, weights: (M, 2) by given label  ->  (B, M).
    Kept to be compared with, not to be used: a flip lowers p, which causes more flips, until hardly a
    positive is left. Two sentences of the paper contradict eq. 4; the equation is what stands here.
    """
    believed = positive & (torch.sigmoid(logits.detach()) > tau)
    losses = torch.where(believed, functional.softplus(-logits), functional.softplus(logits))
    return torch.where(positive, weights[:, 1], weights[:, 0]) * losses


def bought_losses(hazard: Tensor, bought: Tensor) -> Tensor:
    """Minus log-likelihood of buying or not with the chance 1 - exp(-hazard).  All (B, M)  ->  (B, M).

    Hazards add where chances do not: what a campaign adds can stand beside what would have come anyway.
    """
    return torch.where(bought, -torch.log(-torch.expm1(-hazard).clamp(max=-1e-9)), hazard)
