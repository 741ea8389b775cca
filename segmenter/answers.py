"""What a verb of the command line answers, and how its text for people is set."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec


@dataclass(frozen=True, slots=True)
class Answer:
    """What a verb answers: `fields` for programs (JSON), `text` for people."""

    fields: dict[str, Any]
    text: str


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Plain columns, two spaces apart; numbers to the right, whole ones with thousands separators."""
    rows = list(rows)
    to_the_right = [all(isinstance(row[n], int | float) for row in rows) for n in range(len(header))]
    lines = [[_cell(cell) for cell in row] for row in (header, *rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(line, widths, to_the_right, strict=True)
        ).rstrip()
        for line in lines
    )


def _cell(cell: object) -> str:
    if isinstance(cell, float):
        return f"{cell:.3f}"
    return f"{cell:,}" if isinstance(cell, int) else printable(str(cell))


def printable(text: str) -> str:
    """The text on one line, without what a terminal or a log would obey: names come from anywhere."""
    return "".join(character if character.isprintable() else " " for character in text)


def paragraphs(*parts: str) -> str:
    """The parts that say something, an empty line between them."""
    return "\n\n".join(part for part in parts if part)


def builtins(value: Any) -> Any:
    """A result as JSON can carry it."""
    return msgspec.to_builtins(value)
