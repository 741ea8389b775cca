"""Profiles: a bar per difference, the user's names shown as they are."""

import pytest

from segmenter.evaluation.profiles import ProfileLine, SegmentProfile
from segmenter.plots.palette import mark
from segmenter.plots.profiles import MOST_ROWS, profile_alt, profile_chart, profile_table, told_apart


def line(difference: float, *, label: str = "Purchases", level: str | None = None) -> ProfileLine:
    return ProfileLine(
        feature="f",
        label=label,
        level=level,
        unit="share" if level else "days",
        segment_mean=0.31 if level else 12.4,
        rest_mean=0.12 if level else 45.9,
        difference=difference,
        words=f"{label}: different",
    )


def profile(*lines: ProfileLine, is_hidden: bool = False) -> SegmentProfile:
    return SegmentProfile(segment="engaged", customers=50, share=0.1, is_hidden=is_hidden, features=lines)


@pytest.mark.parametrize("dark", [False, True])
def test_bars_are_the_differences_in_the_segments_colour(dark: bool) -> None:
    figure = profile_chart(profile(line(-0.9), line(0.5)), dark=dark)
    assert list(figure.data[0].x) == [-0.9, 0.5]
    assert figure.data[0].marker.color == mark("engaged", dark)


def test_names_and_both_means_are_written_at_the_bars() -> None:
    notes = profile_chart(profile(line(0.5, label="Category", level="Home")), dark=False).layout.annotations
    assert {"Category: Home", "31% vs 12%"} <= {note.text for note in notes}


def test_a_hostile_name_is_shown_letter_for_letter() -> None:
    figure = profile_chart(profile(line(0.5, label="<img src=x> %{y}", level="$a$")), dark=False)
    texts = [note.text for note in figure.layout.annotations] + list(figure.data[0].hovertemplate)
    assert not any("<img" in text or "%{y}" in text for text in texts)


def test_no_more_rows_than_a_reader_takes_in() -> None:
    figure = profile_chart(profile(*(line(1 / (n + 1)) for n in range(12))), dark=False)
    assert len(figure.data[0].x) == MOST_ROWS
    assert len(profile_table(profile(*(line(1 / (n + 1)) for n in range(12))))) == 12


def test_the_table_gives_both_means_in_their_unit() -> None:
    row = profile_table(profile(line(-0.9))).iloc[0]
    assert (row["Engaged"], row["Everybody else"]) == ("12.4 days", "45.9 days")
    assert row["Standardised difference"] == "-0.90"


def test_the_sentence_repeats_the_words_of_the_profile() -> None:
    assert "Purchases: different" in profile_alt(profile(line(-0.9)))


def test_hidden_and_empty_profiles_have_nothing_to_show() -> None:
    shown = profile(line(0.5))
    assert told_apart([shown, profile(), profile(line(0.5), is_hidden=True)]) == (shown,)
