"""RFM segments on the Data page: for data without campaign touches, and in words."""

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from segmenter.evaluation.rfm_segments import RfmSegment, RfmSegments
from segmenter.ui import cached


def page() -> None:
    from segmenter.ui.rfm_view import show_rfm

    show_rfm("any")


def shown(monkeypatch: pytest.MonkeyPatch, found: RfmSegments | None) -> AppTest:
    monkeypatch.setattr(cached, "rfm_segments", lambda dataset_id: found)
    return AppTest.from_function(page).run()


def test_the_best_segment_is_told_with_its_share_of_the_money(monkeypatch: pytest.MonkeyPatch) -> None:
    segments = tuple(
        RfmSegment(
            name=name,
            meaning=meaning,
            customers=customers,
            spend=spend,
            typical_days=9.0,
            typical_purchases=2.0,
        )
        for name, meaning, customers, spend in (
            ("Champions", "bought lately", 20, 600.0),
            ("Lost", "bought long ago", 80, 400.0),
        )
    )
    app = shown(monkeypatch, RfmSegments(as_of=date(2026, 5, 1), segments=segments))
    assert not app.exception
    words = " ".join(caption.value for caption in app.caption)
    assert "20 of 100 customers are 'Champions'" in words
    assert "60" in words and "of the money" in words


def test_without_purchases_nothing_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    app = shown(monkeypatch, None)
    assert not app.exception and not app.caption
