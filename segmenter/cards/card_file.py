"""A model card -> one HTML file that needs nothing else: no script, no network, light and dark, and print."""

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from jinja2 import Environment, StrictUndefined, Template

from segmenter.cards.card import ModelCard
from segmenter.cards.making import make_card
from segmenter.cards.picture import HEIGHT, WIDTH, gain_picture
from segmenter.cards.stored import open_stored
from segmenter.delivery.whole_file import FOR_EVERYBODY, whole_file
from segmenter.plots.palette import DARK, LIGHT, Meaning, ink, mark, veil
from segmenter.workspace import Workspace

DRAWN: Final[tuple[Meaning, ...]] = ("segmenter", "rfm", "random")


def write_card(ws: Workspace, model: str, out: Path) -> Path:
    """Write the card of a model as HTML, whole or not at all. Raises WorkspaceError in plain words."""
    html = card_html(make_card(open_stored(ws, model)))
    with whole_file(out, mode=FOR_EVERYBODY) as file:  # no customer is in it
        file.write(html.encode("utf-8"))
    return out


def card_html(card: ModelCard) -> str:
    """The card as a page of its own. Every text from the data is escaped by the template engine."""
    return _template().render(
        card=card,
        picture=gain_picture(card),
        width=WIDTH,
        height=HEIGHT,
        schemes={"light": _colours(dark=False), "dark": _colours(dark=True)},
        said=[(about, each) for about, each in card.said() if each.figures],
    )


@cache
def _template() -> Template:
    """Our own template; it marks nothing as safe, so the engine escapes all that it is given."""
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    text = files("segmenter.cards").joinpath("card.html.jinja").read_text(encoding="utf-8")
    return environment.from_string(text)


def _colours(*, dark: bool) -> dict[str, str]:
    """Names of the style sheet -> colours of the app's theme."""
    surface = DARK if dark else LIGHT
    colours = {
        "page": surface.page,
        "text": surface.text,
        "quiet": surface.quiet,
        "hairline": surface.hairline,
        "accent": ink("segmenter", dark),
        "band": veil("segmenter", dark),
    }
    for meaning in DRAWN:
        colours |= {f"{meaning}-mark": mark(meaning, dark), f"{meaning}-ink": ink(meaning, dark)}
    return colours
