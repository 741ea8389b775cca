"""Small hand-made results that the chart tests draw."""

import numpy as np
import pytest

from segmenter.evaluation.gains import GainCurve

DEPTHS = np.linspace(0, 1, 101)


def bowed(name: str, bow: float, *, band: float = 0.0) -> GainCurve:
    """1 - (1 - depth) ** bow: the diagonal at bow 1, better above it."""
    captured = 1 - (1 - DEPTHS) ** bow
    spread = band * DEPTHS * (1 - DEPTHS)
    return GainCurve(
        name,
        tuple(DEPTHS.tolist()),
        tuple(captured.tolist()),
        tuple((captured - spread).tolist()) if band else None,
        tuple((captured + spread).tolist()) if band else None,
    )


@pytest.fixture
def gains() -> dict[str, GainCurve]:
    """Curves of every ranking; the model reaches 1 - 0.6 ** 3 = 78.4 % at 40 % depth."""
    perfect = GainCurve("perfect", tuple(DEPTHS.tolist()), tuple(np.minimum(1, DEPTHS / 0.2).tolist()))
    return {
        "segmenter": bowed("segmenter", 3.0, band=0.2),
        "value": bowed("value", 2.7),
        "rfm": bowed("rfm", 1.5),
        "response": bowed("response", 2.2),
        "uncorrected": bowed("uncorrected", 2.9),
        "random": bowed("random", 1.0),
        "perfect": perfect,
    }
