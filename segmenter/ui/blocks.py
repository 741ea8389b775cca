"""Files that feed a table -> blocks of files with the same columns and answers, each asked about once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from segmenter.tables.mapping import ColumnSource, SourceMapping
from segmenter.tables.reading import SourceColumn, SourceFile, find_source, source_title


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Files of one kind, such as the months of a year.

    places: of the files among those that feed the table. source: the answers that they share. file: what is
    in all of them together; None where a file is not there. titles: what the files are called.
    """

    places: tuple[int, ...]
    source: SourceMapping
    file: SourceFile | None
    titles: tuple[str, ...]

    @property
    def name(self) -> str:
        """'orders-01.csv and 11 more with the same columns'."""
        if len(self.titles) < 3:
            return " and ".join(self.titles)
        return f"{self.titles[0]} and {len(self.titles) - 1} more with the same columns"


def blocks_of(sources: Sequence[SourceMapping], files: Sequence[SourceFile]) -> list[Block]:
    """The blocks, in the order of their first files. A file that is not there is a block of its own."""
    grouped: dict[object, list[int]] = {}
    for place, source in enumerate(sources):
        grouped.setdefault(_kind(source, find_source(files, source.source), place), []).append(place)
    return [_block(places, sources, files) for places in grouped.values()]


def _kind(source: SourceMapping, file: SourceFile | None, place: int) -> object:
    """What files of one block agree on: their titles, and all answers but the meanings of words."""
    if file is None:
        return place
    titles = tuple(column.name for column in file.columns)
    answers = tuple((name, replace(column, values={})) for name, column in sorted(source.columns.items()))
    rows = (tuple(source.where), tuple(sorted(source.unless.items())), source.attributes, source.part)
    return titles, repr(answers), rows, tuple(sorted(source.reasons.items()))


def _block(places: list[int], sources: Sequence[SourceMapping], files: Sequence[SourceFile]) -> Block:
    own = [sources[place] for place in places]
    found = [file for source in own if (file := find_source(files, source.source)) is not None]
    return Block(
        places=tuple(places),
        source=_together(own),
        file=_as_one(found) if found else None,
        titles=tuple(source_title(source.source) for source in own),
    )


def _together(sources: Sequence[SourceMapping]) -> SourceMapping:
    """The first one's answers, with the meanings and the chosen words of all."""
    first = sources[0]
    columns: dict[str, ColumnSource] = {}
    for name, column in first.columns.items():
        values: dict[str, str] = {}
        for source in reversed(sources):
            values |= source.columns[name].values
        columns[name] = replace(column, values=values)
    where = {
        name: tuple(dict.fromkeys(word for source in sources for word in source.where[name]))
        for name in first.where
    }
    return replace(first, columns=columns, where=where)


def _as_one(files: Sequence[SourceFile]) -> SourceFile:
    """The first file, its rows, columns and findings those of all."""
    first = files[0]
    columns = tuple(
        _same(first.columns[n], [file.columns[n] for file in files]) for n in range(len(first.columns))
    )
    findings = tuple(finding for file in files for finding in file.findings)
    return replace(first, rows=sum(file.rows for file in files), columns=columns, findings=findings)


def _same(first: SourceColumn, columns: Sequence[SourceColumn]) -> SourceColumn:
    """One column as all files have it. What is open in one file is open; words are those of all."""
    is_wordy = all(column.words or column.missing_share == 1 for column in columns)
    words = dict.fromkeys(word for column in columns for word in column.words) if is_wordy else ()
    known = next((column for column in columns if column.missing_share < 1), first)
    return replace(
        known,
        words=tuple(words),
        missing_share=min(column.missing_share for column in columns),
        ambiguous_dates=any(column.ambiguous_dates for column in columns),
    )
