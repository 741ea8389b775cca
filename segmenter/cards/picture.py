"""The gain curves of a card -> what its small picture draws, in pixels: paths, a band, names at the lines."""

from dataclasses import dataclass
from typing import Final

from segmenter.cards.card import ModelCard
from segmenter.figures import share
from segmenter.plots.labelling import place_labels

WIDTH, HEIGHT = 520.0, 280.0  # of the plot itself
ANCHORS: Final = {"left": "start", "center": "middle", "right": "end"}
# A name's baseline lies above the bottom of its letters, and below their middle and top.
BASELINES: Final = {"bottom": -4.0, "middle": 4.5, "top": 13.0}


@dataclass(frozen=True, slots=True)
class Name:
    """The name of a line: where, and how it hangs there."""

    x: float
    y: float
    anchor: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """One line: its key (colour and dash are the style sheet's), its points, its name if there is room."""

    key: str
    words: str
    points: str
    name: Name | None


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything that is drawn. words: the picture in a sentence, for who cannot see it."""

    lines: tuple[Drawn, ...]
    band: str
    words: str


def gain_picture(card: ModelCard) -> Picture | None:
    """None for a card without curves."""
    if not card.lines:
        return None
    curves = {line.key: ([x for x, _ in line.points], [y for _, y in line.points]) for line in card.lines}
    names = {line.key: line.name for line in card.lines}
    places = place_labels(curves, names, width=WIDTH, height=HEIGHT)
    drawn = []
    for line in card.lines:
        place = places.get(line.key)
        name = None
        if place is not None:
            x, y = _pixel(place.x, place.y)
            name = Name(x, round(y + BASELINES[place.yanchor], 1), ANCHORS[place.xanchor])
        drawn.append(Drawn(line.key, line.name, _points(line.points), name))
    above = [(x, high) for x, _, high in card.band]
    below = [(x, low) for x, low, _ in reversed(card.band)]
    return Picture(tuple(drawn), _points((*above, *below)), _words(card))


def _words(card: ModelCard) -> str:
    middle = {line.name: min(line.points, key=lambda point: abs(point[0] - 0.4)) for line in card.lines}
    parts = ", ".join(f"{name} {share(reached)}" for name, (_, reached) in middle.items())
    at = share(next(iter(middle.values()))[0])
    return f"Share of the engaged customers reached by share contacted. At the top {at}: {parts}."


def _points(points: tuple[tuple[float, float], ...]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in (_pixel(*point) for point in points))


def _pixel(x: float, y: float) -> tuple[float, float]:
    """Shares -> pixels, from the top left."""
    return round(x * WIDTH, 1), round((1 - y) * HEIGHT, 1)
