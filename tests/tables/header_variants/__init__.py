"""Header variants: text blocks of titles and rows -> files, and what a good guess says of each column.

A block of a text file here is a name with its tables, a line of titles and some rows, cells apart by '|'.
'Total => amount' marks the right answer; of several titles so marked for one column, each is right; '=>?' is
right, and so is leaving it open.
"""

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

from segmenter.tables.contracts import TABLES
from segmenter.tables.guessing import guess_parts
from segmenter.tables.reading import SourceFile

NEVER_WRONG = ("customer_id", "order_id", "campaign_id", "at", "joined_at", "starts_at", "ends_at")
HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """right: (table, contract column) -> the titles that are right; open: pairs that may be left open."""

    name: str
    tables: tuple[str, ...]
    content: str
    right: dict[tuple[str, str], set[str]]
    open: set[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What came of one variant: pairs judged, those that were wrong, and those wrong in silence."""

    pairs: int
    wrong: tuple[str, ...]
    silently_wrong: tuple[str, ...]


def variants(part: str) -> list[Variant]:
    """The variants of one text file."""
    text = "\n".join(line for line in (HERE / f"{part}.txt").read_text().splitlines() if line[:2] != "# ")
    return [_variant(block) for block in re.split(r"\n\s*\n", text.strip())]


def _variant(block: str) -> Variant:
    head, titles, *rows = block.splitlines()
    name, _, tables = head.partition(" -> ")
    variant = Variant(name=name, tables=tuple(tables.split()), content="", right={}, open=set())
    names = []
    for cell in _cells(titles):
        title, sign, wanted = re.fullmatch(r"(.*?)(?:\s+(=>\??)\s+(.*))?", cell.strip()).groups()  # type: ignore[union-attr]
        names.append(title)
        for pair in _pairs(variant.tables, wanted or ""):
            variant.right.setdefault(pair, set()).add(title)
            if sign == "=>?":
                variant.open.add(pair)
    sure = {
        pair
        for cell in _cells(titles)
        if " => " in cell
        for pair in _pairs(variant.tables, cell.partition(" => ")[2])
    }
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([names, *(_cells(row) for row in rows)])
    return Variant(
        name=name,
        tables=variant.tables,
        content=out.getvalue(),
        right=variant.right,
        open=variant.open - sure,
    )


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("|")]


def _pairs(tables: tuple[str, ...], wanted: str) -> list[tuple[str, str]]:
    pairs = []
    for word in wanted.split():
        table, _, column = word.rpartition(".")
        pairs += [(t, column) for t in tables if column in TABLES[t].names and table in ("", t)]
    return pairs


def judge(variant: Variant, file: SourceFile) -> Score:
    """The guess for a file beside the right answers."""
    parts = dict(guess_parts(file))
    found = {
        (table, name): source.column for table, part in parts.items() for name, source in part.columns.items()
    }
    wrong, silent = [], []
    for pair in sorted({*variant.right, *found}):
        guess, right = found.get(pair), variant.right.get(pair, set())
        if guess in right or (guess is None and pair in variant.open):
            continue
        wrong.append(f"{pair[0]}.{pair[1]}: {guess!r} instead of {sorted(right) or 'open'}")
        if guess is not None and pair[1] in NEVER_WRONG:
            silent.append(wrong[-1])
    return Score(pairs=len({*variant.right, *found}), wrong=tuple(wrong), silently_wrong=tuple(silent))
