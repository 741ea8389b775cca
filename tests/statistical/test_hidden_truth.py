"""The benchmark against hidden truth: its yardstick is right, and its table says what was counted."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks.hidden_truth import DEPTHS, PRODUCT, Trial, run_trial, table_markdown
from segmenter.model.two_stage import CorrectionReport
from segmenter.synthetic import Assumptions
from tests.conftest import QUICK


def _trial(product: float, rfm: float) -> Trial:
    captured = pd.DataFrame({depth: {PRODUCT: product, "RFM": rfm} for depth in DEPTHS})
    correction = CorrectionReport(
        method="guarded",
        applied=False,
        fallback_reason="it helps nobody",
        tau=0.5,
        organic_share=0.7,
        share_source="evidence",
        estimated_share=None,
        estimated_interval=None,
        flipped_share=0.5,
        by_epoch=(),
        judged_by=None,
        auc_corrected=None,
        auc_uncorrected=None,
        checks=(),
        sentence="",
    )
    return Trial(
        captured=captured, customers=100, prompted=10, organic_share=0.6, correction=correction, seconds=1.0
    )


def test_the_table_pairs_differences_by_seed() -> None:
    # Score 0.60 and 0.70, RFM 0.50 and 0.64: differences 0.10 and 0.06, mean 0.08, standard error 0.02.
    text = table_markdown([_trial(0.60, 0.50), _trial(0.70, 0.64)], "command")
    assert "| RFM | 0.570 (0.070) | 0.570 (0.070) | +0.080 (0.020) |" in text
    assert f"| {PRODUCT} | 0.650 (0.050) | 0.650 (0.050) |  |" in text
    assert "| 1 | no | 0.70 (evidence) | 0.60 | 0.50 | it helps nobody |" in text


@pytest.mark.slow
def test_nothing_beats_knowing_the_hidden_chances_and_random_order_finds_its_share(tmp_path: Path) -> None:
    trial = run_trial(1, 3_000, Assumptions(), tmp_path, QUICK)
    at_40 = trial.captured[0.4]
    assert at_40.idxmax() == "oracle"
    assert abs(at_40["random"] - 0.4) < 4 * np.sqrt(0.24 / trial.prompted)
    assert 0 < trial.organic_share < 1
