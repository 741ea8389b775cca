"""A mapping that was read -> answers kept per set of column titles, given again when such titles come back.

Kept are the answers only: which column is what, and which words mean what. No file name is kept, and of cells
only words that an answer names: in a filter of rows, as what a word stands for, as a constant. Filters on
columns of ids are not kept, and what names somebody who is erased is forgotten.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from uuid import uuid4

import msgspec

from segmenter.tables.contracts import TABLES
from segmenter.tables.header_words import plain_title
from segmenter.tables.mapping import ColumnSource, Mapping, SourceMapping
from segmenter.tables.reading import SourceFile, find_source


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """What was said of files with these columns. tables: parts without a file; on: when it was last used."""

    on: date
    tables: dict[str, tuple[SourceMapping, ...]]
    currency: str | None = None
    time_zone: str | None = None


def signature(file: SourceFile) -> str:
    """The same for files with the same titles, in whatever order, however spaced, and under any name."""
    titles = sorted(_key(column.name) for column in file.columns)
    return hashlib.blake2b("\n".join(titles).encode(), digest_size=16).hexdigest()


def remember(folder: Path, mapping: Mapping, files: Sequence[SourceFile], *, on: date) -> None:
    """Keep what the mapping says of each file's columns; a later answer takes the place of an earlier one."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in files:
        tables = {
            table: tuple(_to_keep(table, part) for part in parts if find_source(files, part.source) is file)
            for table, parts in mapping.tables.items()
        }
        kept = Remembered(
            on=on,
            tables={table: parts for table, parts in tables.items() if parts},
            currency=mapping.currency,
            time_zone=mapping.time_zone,
        )
        if kept.tables:
            half = folder / f"{uuid4().hex}.writing"
            half.write_bytes(msgspec.json.encode(kept))
            half.replace(folder / f"{signature(file)}.json")


def recall(folder: Path, file: SourceFile) -> Remembered | None:
    """What was said of such a file, for this one: its name, and its titles as it writes them.

    None where nothing was said, or what was kept cannot be read any more.
    """
    try:
        kept = msgspec.json.decode((folder / f"{signature(file)}.json").read_bytes(), type=Remembered)
    except (OSError, msgspec.DecodeError):
        return None
    own = {_key(column.name): column.name for column in file.columns}
    exact = {column.name for column in file.columns}

    def renamed(title: str) -> str:
        return title if title in exact else own.get(_key(title), title)

    tables = {
        table: tuple(_renamed(part, renamed, file) for part in parts) for table, parts in kept.tables.items()
    }
    return replace(kept, tables=tables)


def forget(folder: Path, is_named: Callable[[str], bool]) -> None:
    """Forget whole answers of which a word is named: they are asked for again. Unreadable ones go, too."""
    for path in (*folder.glob("*.json"), *folder.glob("*.writing")):
        try:
            told = msgspec.json.decode(path.read_bytes())
        except msgspec.DecodeError:
            path.unlink(missing_ok=True)
            continue
        if any(is_named(text) for text in _texts(told)):
            path.unlink(missing_ok=True)


def with_remembered(guess: Mapping, files: Sequence[SourceFile], folder: Path) -> tuple[Mapping, date | None]:
    """The guess, with what was said before of files with the same columns in its place; and when that was."""
    on: date | None = None
    for file in files:
        kept = recall(folder, file)
        if kept is None:
            continue
        on = max(kept.on, on or kept.on)
        others = {
            table: tuple(part for part in parts if find_source(files, part.source) is not file)
            for table, parts in guess.tables.items()
        }
        names = dict.fromkeys([*others, *kept.tables])
        tables = {table: (*others.get(table, ()), *kept.tables.get(table, ())) for table in names}
        guess = Mapping(
            tables={table: parts for table, parts in tables.items() if parts},
            currency=guess.currency or kept.currency,
            time_zone=guess.time_zone or kept.time_zone,
        )
    return guess, on


def _key(title: str) -> str:
    return plain_title(title) or title.strip().casefold()


def _to_keep(table: str, part: SourceMapping) -> SourceMapping:
    """What is said of a file's columns, but not of which file, and without filters on ids."""
    contract = TABLES[table]
    ids = {source.column for name, source in part.columns.items() if contract.column(name).is_id}

    def kept(filters: Dictionary[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        return {title: words for title, words in filters.items() if title not in ids}

    return replace(part, file="", sheet=None, where=kept(part.where), unless=kept(part.unless))


def _texts(value: object) -> Iterator[str]:
    """Every text in decoded JSON, keys too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for pair in value.items() for each in pair for text in _texts(each))
    elif isinstance(value, list):
        yield from (text for each in value for text in _texts(each))


def _renamed(part: SourceMapping, renamed: Callable[[str], str], file: SourceFile) -> SourceMapping:
    def named(filters: Dictionary[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        return {renamed(title): words for title, words in filters.items()}

    columns: dict[str, ColumnSource] = {
        name: replace(
            source,
            column=None if source.column is None else renamed(source.column),
            times=None if source.times is None else renamed(source.times),
        )
        for name, source in part.columns.items()
    }
    return replace(
        part,
        file=file.name,
        sheet=file.sheet,
        columns=columns,
        where=named(part.where),
        unless=named(part.unless),
        part=None if part.part is None else renamed(part.part),
        attributes=None if part.attributes is None else tuple(map(renamed, part.attributes)),
        reasons={renamed(title): reason for title, reason in part.reasons.items()},
    )
