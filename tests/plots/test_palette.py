"""Colours: readable on the page they are shown on, and one per meaning."""

import tomllib
from itertools import combinations

import pytest

from segmenter.plots.gains import LINES
from segmenter.plots.palette import _HUES, ink, mark, surface, veil
from tests.conftest import ROOT

THEMES = {"light": False, "dark": True}


def luminance(colour: str) -> float:
    """Relative luminance of '#RRGGBB' as WCAG 2 defines it."""
    shares = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(first: str, second: str) -> float:
    light, dim = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dim + 0.05)


def test_contrast_of_black_and_white_is_21() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)


@pytest.mark.parametrize("dark", THEMES.values(), ids=THEMES)
@pytest.mark.parametrize("meaning", _HUES)
def test_marks_reach_three_to_one_and_words_four_and_a_half(meaning: str, dark: bool) -> None:
    page = surface(dark).page
    assert contrast(mark(meaning, dark), page) >= 3
    assert contrast(ink(meaning, dark), page) >= 4.5


@pytest.mark.parametrize("dark", THEMES.values(), ids=THEMES)
def test_words_are_readable_on_the_page_and_on_every_shade_of_the_heat_map(dark: bool) -> None:
    look = surface(dark)
    assert contrast(look.text, look.page) >= 4.5
    assert contrast(look.quiet, look.page) >= 4.5
    assert min(contrast(look.text, shade) for shade in look.scale) >= 4.5


@pytest.mark.parametrize(("theme", "dark"), THEMES.items())
def test_charts_reckon_with_the_page_colour_of_the_app(theme: str, dark: bool) -> None:
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"][
        theme
    ]
    assert settings["backgroundColor"].lower() == surface(dark).page.lower()


@pytest.mark.parametrize("dark", THEMES.values(), ids=THEMES)
def test_lines_differ_by_colour_and_never_by_colour_alone(dark: bool) -> None:
    for first, second in combinations(LINES.values(), 2):
        # Methods that only stand for comparison share a hue.
        alike = first.meaning == second.meaning == "challenger"
        assert alike or mark(first.meaning, dark) != mark(second.meaning, dark)
        assert first.name != second.name
    dashed = [(line.dash, line.width) for key, line in LINES.items() if key != "value"]
    assert len(set(dashed)) == len(dashed)  # 'value' replaces 'segmenter' as the leading line of a chart


def test_rfm_is_always_dashed_and_random_always_dotted() -> None:
    assert (LINES["rfm"].dash, LINES["random"].dash) == ("dash", "dot")


def test_the_model_has_the_colour_of_the_customers_it_looks_for() -> None:
    for dark in THEMES.values():
        assert mark("segmenter", dark) == mark("engaged", dark) == mark("prompted", dark)
        assert mark("unengaged", dark) == mark("organic", dark)


def test_a_veil_is_its_colour_made_thin() -> None:
    assert veil("rfm", False) == "rgba(0,158,115,0.16)"  # 00, 9E, 73 in hexadecimal
