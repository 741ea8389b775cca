"""AdamW without torch.optim: the same bits as torch's own."""

import torch

from segmenter.model.adamw import AdamW


def test_every_step_is_torch_s_own_bit_by_bit() -> None:
    generator = torch.Generator().manual_seed(0)
    start = [torch.randn(3, 7, generator=generator), torch.randn(3, generator=generator)]
    ours, theirs = ([each.clone().requires_grad_() for each in start] for _ in range(2))
    mine = AdamW(ours, learning_rate=0.01, weight_decay=0.1)
    reference = torch.optim.AdamW(theirs, lr=0.01, weight_decay=0.1, fused=True)
    for _ in range(20):
        target = torch.randn(3, 7, generator=generator)
        mine.forget_gradients()
        reference.zero_grad()
        for weight, bias in (ours, theirs):
            torch.autograd.backward(((weight * target).sum(1) + bias).square().sum())
        mine.step()
        reference.step()
        assert all(torch.equal(a, b) for a, b in zip(ours, theirs, strict=True))
    assert not any(torch.equal(a, b) for a, b in zip(ours, start, strict=True)), "they moved"
