"""Lines -> where to write each line's name: never on a line, on another name, or off the chart.

Works on a nominal plot of the narrowest size the page gives a chart. A name hangs on a data position by the
edge that faces its line (or by its middle), so on a wider plot it covers less of the axis and stays clear:
what holds for the phone holds for the desktop. Pure geometry, no plotly.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

NARROW_WIDTH, PLOT_HEIGHT = 262.0, 270.0  # pixels inside the axes: on a 375 px phone, and of a 340 px chart
LETTER_WIDTH, LINE_HEIGHT = 6.8, 17.0  # pixels of one letter and one line of 13 px text, rounded up
SAMPLES = 64  # points of a line, evenly along its length: about 6 pixels apart, so no name slips between them
NEAR_GAPS = (4.0, 8.0, 14.0)  # pixels between a line and a name that stands at it
FAR_GAPS = (30.0, 54.0, 84.0, 120.0)  # pixels across which a thin leader joins a name to its line
CLEAR = 3.5  # pixels from a name to the nearest sampled point of any line, and to the chart's border
NAMES_APART = 5.0

# Side of the line -> the edge of the text at the anchor (plotly's words), and the direction from the line.
SIDES: dict[str, tuple[str, str, float, float]] = {
    "up left": ("right", "bottom", -1, 1),
    "down right": ("left", "top", 1, -1),
    "steeply down right": ("left", "top", 0.4, -1),
    "right": ("left", "middle", 1, 0),
    "left": ("right", "middle", -1, 0),
    "above": ("center", "bottom", 0, 1),
    "below": ("center", "top", 0, -1),
}
_FACING_X = {"left": 0.0, "center": -0.5, "right": -1.0}
_FACING_Y = {"bottom": 0.0, "middle": -0.5, "top": -1.0}


@dataclass(frozen=True, slots=True)
class LabelPlace:
    """Where a name is written, in shares of the plot; anchors as plotly names them.

    leader: the point of its line that a thin line joins to the name, or None where the name stands at the
    line.
    """

    x: float
    y: float
    xanchor: str
    yanchor: str
    leader: tuple[float, float] | None


def place_labels(
    lines: Mapping[str, tuple[Sequence[float], Sequence[float]]],
    names: Mapping[str, str],
    *,
    stem: tuple[float, float] | None = None,
    width: float = NARROW_WIDTH,
    height: float = PLOT_HEIGHT,
) -> dict[str, LabelPlace]:
    """A place for the name of each line; lines are (x rising in [0, 1], y in [0, 1]) on a plot of width x
    height pixels.

    `stem`: a vertical line from the axis up to this point, which no name may touch. Names are placed in the
    order given, each at its cheapest free place: near its own line, nearer to it than to any other, its
    leader crossing as little as can be. A name for which the chart has no free place is left out (the table
    still names it).
    """
    size = np.array([width, height])
    pixels = {key: _evenly(np.array(xs) * width, np.array(ys) * height) for key, (xs, ys) in lines.items()}
    walls = []
    if stem is not None:
        walls = [np.linspace((stem[0] * width, 0.0), (stem[0] * width, stem[1] * height), SAMPLES)]
    placed: dict[str, LabelPlace] = {}
    taken = np.empty((0, 4))
    for key, own in pixels.items():
        others = np.concatenate([line for other, line in pixels.items() if other != key] + walls or [own[:0]])
        text = (len(names[key]) * LETTER_WIDTH, LINE_HEIGHT)
        # A name at its line is always better than one with a leader, which is looked for only in need.
        for spots in (_Spots(own[3:-3], NEAR_GAPS, text), _Spots(own[3:-3:4], FAR_GAPS, text)):
            cost = _costs(spots, own, others, taken, size)
            best = int(np.argmin(cost))
            if np.isfinite(cost[best]):
                taken = np.vstack([taken, spots.boxes[best]])
                placed[key] = spots.place(best, size)
                break
    return placed


class _Spots:
    """All candidates for one name: points of its line x sides x gaps, as arrays of the same length n."""

    def __init__(self, points: np.ndarray, gaps: tuple[float, ...], text: tuple[float, float]) -> None:
        """points: (m, 2) pixels on the line; text: width and height of the name in pixels."""
        sides = list(SIDES.values())
        direction = np.array([(dx, dy) for _, _, dx, dy in sides])
        corner = np.array([(_FACING_X[h] * text[0], _FACING_Y[v] * text[1]) for h, v, _, _ in sides])
        grid = np.meshgrid(np.arange(len(points)), np.arange(len(sides)), np.array(gaps), indexing="ij")
        index, self.side, self.gap = (values.ravel() for values in grid)
        self.has_leader = gaps == FAR_GAPS
        self.points = points[index]
        self.anchors = self.points + direction[self.side] * self.gap[:, None]
        low = self.anchors + corner[self.side]
        self.boxes = np.concatenate([low, low + np.array(text)], axis=1)  # (n, 4): x0, y0, x1, y1

    def place(self, index: int, size: np.ndarray) -> LabelPlace:
        """Candidate `index` in shares of a plot of `size` pixels."""
        xanchor, yanchor, _, _ = list(SIDES.values())[int(self.side[index])]
        x, y = (self.anchors[index] / size).tolist()
        leader = (self.points[index] / size).tolist()
        return LabelPlace(x, y, xanchor, yanchor, (leader[0], leader[1]) if self.has_leader else None)


def _costs(
    spots: _Spots, own: np.ndarray, others: np.ndarray, taken: np.ndarray, size: np.ndarray
) -> np.ndarray:
    """(n,) cost of each candidate; infinite where the name would touch something or be misread."""
    boxes = spots.boxes
    free = (boxes[:, :2] >= CLEAR).all(axis=1) & (boxes[:, 2:] <= size - CLEAR).all(axis=1)
    for x0, y0, x1, y1 in taken + np.array([-NAMES_APART, -NAMES_APART, NAMES_APART, NAMES_APART]):
        free &= (boxes[:, 0] > x1) | (boxes[:, 2] < x0) | (boxes[:, 1] > y1) | (boxes[:, 3] < y0)
    index = np.flatnonzero(free)
    to_own = _distances(boxes[index], own)
    index, to_own = index[to_own >= CLEAR], to_own[to_own >= CLEAR]
    to_others = _distances(boxes[index], others)
    cost = spots.gap[index] - 0.05 * np.minimum(to_others, 40.0)
    touches = to_others < CLEAR
    if spots.has_leader:
        # A leader that ends among lines could belong to any, and one that crosses them is hard to follow.
        ends, anchors = spots.points[index], spots.anchors[index]
        leader = np.concatenate([np.minimum(ends, anchors) - 1, np.maximum(ends, anchors) + 1], axis=1)
        crowded = np.maximum(12.0 - _distances(np.tile(ends, 2), others), 0.0)
        cost += 2.5 * crowded + 20.0 * (_distances(leader, others) == 0)
    else:
        # A name that stands nearer to another line than to its own would be read as the other's.
        touches |= to_others < to_own
        cost += 12.0 * (to_others < to_own + 2.0)
    costs = np.full(len(boxes), np.inf)
    costs[index] = np.where(touches, np.inf, cost)
    return costs


def _distances(boxes: np.ndarray, line: np.ndarray) -> np.ndarray:
    """(n,) pixels from each box (n, 4) to the nearest point of the line (m, 2); 0 where a point lies
    inside.
    """
    if not line.size:
        return np.full(len(boxes), 99.0)
    x, y = line[:, 0], line[:, 1]
    across = np.maximum(np.maximum(boxes[:, [0]] - x, x - boxes[:, [2]]), 0)
    along = np.maximum(np.maximum(boxes[:, [1]] - y, y - boxes[:, [3]]), 0)
    return np.asarray(np.sqrt((across * across + along * along).min(axis=1)))


def _evenly(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """(SAMPLES, 2) points evenly spaced along the length of a line given by its corners."""
    length = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))])
    along = np.linspace(0.0, length[-1], SAMPLES)
    return np.column_stack([np.interp(along, length, x), np.interp(along, length, y)])
