"""Meaning -> colour, the same on every page: one hue per meaning, one variant per theme.

`mark` is for lines, bars and dots (at least 3:1 against the page), `ink` for words (at least 4.5:1). The
hues are Okabe and Ito's, which stay apart for colour-blind readers; the variants only move their lightness.
A chart never tells two things apart by colour alone: lines also differ by dash and by the name written at
them.
"""

from dataclasses import dataclass
from typing import Literal

Meaning = Literal[
    "engaged",
    "prompted",
    "unengaged",
    "organic",
    "inactive",
    "browsing",
    "segmenter",
    "value",
    "rfm",
    "random",
    "response",
    "uncorrected",
    "perfect",
    "challenger",
    "other",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """What a chart stands on: page colour, words, quiet words, hairlines, and the ends of the sequential
    scale.
    """

    page: str
    text: str
    quiet: str
    hairline: str
    scale: tuple[str, str]


LIGHT = Surface(
    page="#FFFFFF", text="#181715", quiet="#6B6862", hairline="#E4E1DA", scale=("#FBF6F1", "#EDA873")
)
DARK = Surface(
    page="#161514", text="#EEECE7", quiet="#A5A199", hairline="#34322F", scale=("#211D1A", "#8A4A1C")
)


def surface(dark: bool) -> Surface:
    """The surface of the theme the page is shown in."""
    return DARK if dark else LIGHT


# Meaning -> (mark light, ink light, mark dark, ink dark)
_ORANGE = ("#D55E00", "#B84A00", "#E8792B", "#F08A45")
_BLUE = ("#0072B2", "#0072B2", "#3D9BDC", "#5AB0E8")
_GREY = ("#8C8C8C", "#6E6E6E", "#8C8C8C", "#A8A8A8")
_HUES: dict[Meaning, tuple[str, str, str, str]] = {
    # Engaged customers and the model that ranks by them are what the product is about: the accent.
    "engaged": _ORANGE,
    "prompted": _ORANGE,
    "segmenter": _ORANGE,
    # Both bought, or would have bought, without the campaign.
    "unengaged": _BLUE,
    "organic": _BLUE,
    "inactive": _GREY,
    "browsing": ("#C26B9C", "#A8477F", "#CC79A7", "#E296C6"),
    "value": ("#7A3D14", "#7A3D14", "#F0CDB0", "#F0CDB0"),  # the accent, deeper: the same model, by money
    "rfm": ("#009E73", "#007D5B", "#1FB288", "#2FBF95"),
    "random": ("#938D85", "#6B665F", "#9A948C", "#ADA79E"),
    "response": ("#7A5195", "#7A5195", "#A98BD8", "#B9A2E8"),
    "uncorrected": ("#8A6D00", "#8A6D00", "#C9A83C", "#D9B84A"),
    "perfect": ("#6B6862", "#6B6862", "#A5A199", "#A5A199"),
    # Methods that only stand for comparison share one quiet hue; dashes and names tell them apart.
    "challenger": ("#566B85", "#4F637C", "#8BA3C0", "#9DB2CB"),
    "other": ("#3B3A38", "#3B3A38", "#D8D5CE", "#D8D5CE"),  # a second model: in ink, it has no colour yet
}


def mark(meaning: Meaning, dark: bool) -> str:
    """Colour of a line, bar or dot of this meaning: at least 3:1 against the page."""
    return _HUES[meaning][2 if dark else 0]


def ink(meaning: Meaning, dark: bool) -> str:
    """Colour of words about this meaning: at least 4.5:1 against the page."""
    return _HUES[meaning][3 if dark else 1]


def veil(meaning: Meaning, dark: bool) -> str:
    """The meaning's colour, thin enough to lie under lines: an interval band."""
    red, green, blue = (int(mark(meaning, dark)[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{0.20 if dark else 0.16})"
