"""What differs between two models is named in words, and nothing else is."""

from dataclasses import replace
from datetime import date

from segmenter.comparing.settings_words import differences
from segmenter.cutoffs import Cutoffs
from segmenter.model.report import CorrectionReport
from segmenter.settings import Correction, Network, TrainingSettings

CUTOFFS = Cutoffs(train=(date(2026, 1, 1), date(2026, 2, 1)), test=date(2026, 3, 1), unseen_period=True)
LABELS = CorrectionReport(
    method="guarded",
    applied=False,
    fallback_reason="nothing speaks for it",
    tau=0.5,
    organic_share=0.55,
    share_source="alike customers",
    estimated_share=0.55,
    estimated_interval=(0.4, 0.7),
    flipped_share=0.0,
    by_epoch=(),
    judged_by=None,
    auc_corrected=None,
    auc_uncorrected=None,
    checks=(),
    sentence="",
)


def told(ours: TrainingSettings, theirs: TrainingSettings, labels=LABELS, cutoffs=CUTOFFS) -> list:
    found = differences((ours, theirs), (CUTOFFS, cutoffs), (LABELS, labels))
    return [(each.setting, each.ours, each.theirs) for each in found]


def test_the_same_settings_differ_in_nothing() -> None:
    assert told(TrainingSettings(seed=3), TrainingSettings(seed=3)) == []


def test_every_setting_that_differs_is_told_with_both_values() -> None:
    changed = TrainingSettings(
        correction=Correction(organic_share=0.8, fall_back=False, tau=0.4),
        network=Network(n_hidden=4),
        ranking="paper",
        leave_out=("age", "region"),
    )
    assert told(TrainingSettings(), changed) == [
        ("network.n_hidden", "0", "4"),
        ("correction.tau", "0.5", "0.4"),
        ("correction.organic_share", "as the evidence tells", "80%"),
        ("correction.fall_back", "yes", "no"),
        (
            "ranking",
            "prompted score times chance to be active",
            "prompted score, without the likely inactive",
        ),
        ("leave_out", "none", "age, region"),
    ]


def test_other_days_and_what_became_of_the_labels_are_told_too() -> None:
    later = replace(CUTOFFS, train=(date(2026, 2, 1),), test=date(2026, 4, 1))
    used = replace(LABELS, applied=True, flipped_share=0.79)
    assert told(TrainingSettings(), TrainingSettings(), used, later) == [
        ("cutoff", "1 Jan 2026, 1 Feb 2026", "1 Feb 2026"),
        ("", "1 Mar 2026", "1 Apr 2026"),
        ("", "every engaged customer counts as prompted", "79% of the engaged count as organic"),
    ]


def test_how_far_a_correction_is_followed_is_told() -> None:
    whole = replace(LABELS, applied=True, flipped_share=0.79, strength=1.0)
    part = replace(whole, strength=0.1)
    found = differences((TrainingSettings(),) * 2, (CUTOFFS,) * 2, (part, whole))
    assert [(each.ours, each.theirs) for each in found] == [
        (
            "79% of the engaged count as organic, followed 10% of the way",
            "79% of the engaged count as organic",
        )
    ]
