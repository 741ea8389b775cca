"""The look all charts share, and user text that plotly must not read as markup."""

import pytest

from segmenter.plots.canvas import empty_figure, escaped, shortened


@pytest.mark.parametrize("dark", [False, True])
def test_a_figure_is_transparent_and_cannot_be_zoomed_or_clipped(dark: bool) -> None:
    layout = empty_figure(dark=dark, height=300).layout
    assert layout.paper_bgcolor == layout.plot_bgcolor == "rgba(0,0,0,0)"
    assert layout.xaxis.automargin
    assert layout.yaxis.automargin
    assert layout.xaxis.fixedrange
    assert layout.dragmode is False
    assert layout.height == 300


@pytest.mark.parametrize("text", ["<b>bold</b>", '<a href="javascript:alert(1)">x</a>', "a < b", "1 > 0 & c"])
def test_no_tag_survives_escaping(text: str) -> None:
    result = escaped(text)
    assert "<" not in result
    assert ">" not in result


def test_hover_templates_and_formulas_are_broken_and_the_text_reads_the_same() -> None:
    result = escaped("50 %{y} and $x^2$")
    assert "%{" not in result
    assert not result.endswith("$")  # plotly typesets only what starts and ends with a dollar sign
    assert result.replace("\u200b", "") == "50 %{y} and $x^2$"


def test_plain_words_are_left_alone() -> None:
    assert escaped("Days since last purchase, 50 %") == "Days since last purchase, 50 %"


def test_shortening_keeps_short_text_and_marks_what_it_cut() -> None:
    assert shortened("short", 10) == "short"
    assert shortened("a very long name", 8) == "a very…"
