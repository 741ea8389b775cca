"""A mapping and its files -> what it says in a sentence, and what keeps it from being read."""

from collections.abc import Sequence

from segmenter.tables.contracts import TABLES
from segmenter.tables.mapping import ColumnSource, Mapping, SourceMapping
from segmenter.tables.reading import SourceFile
from segmenter.ui.blocks import blocks_of
from segmenter.ui.column_picker import COLUMN_WORDS
from segmenter.ui.format import TABLE_WORDS, count_of, listed, plain


def still_needed(mapping: Mapping, files: Sequence[SourceFile]) -> list[str]:
    """What keeps the mapping from being read, one sentence each; empty when it can be."""
    given = {table for table, sources in mapping.tables.items() if sources}
    if not given & {"transactions", "outcomes"}:
        return [
            "Purchases: fill this table from one of your files; nothing can be learned without it. For one "
            f"row per customer with what became of them, fill {TABLE_WORDS['outcomes']}."
        ]
    sentences = [sentence for table in mapping.tables for sentence in gaps(table, mapping, files)]
    if "outcomes" in given and not given & {"customers", "transactions"}:
        sentences.append(
            "Customers: fill this table from the file of outcomes, too; its further columns are what a model "
            "learns from."
        )
    return sentences


def gaps(table: str, mapping: Mapping, files: Sequence[SourceFile]) -> list[str]:
    """What one table still needs, one sentence for each block of its files."""
    sentences = []
    for block in blocks_of(mapping.tables[table], files):
        missing = [COLUMN_WORDS[name] for name in TABLES[table].required if name not in block.source.columns]
        if table == "outcomes" and not {"segment", "bought"} & set(block.source.columns):
            missing.append(f"{COLUMN_WORDS['bought']} or {COLUMN_WORDS['segment']}")
        if block.file is None:
            sentences.append(f"{TABLE_WORDS[table]}: upload {block.source.file}, or take it out.")
            continue
        if missing:
            sentences.append(f"{TABLE_WORDS[table]}: say which column of {block.name} is {listed(missing)}.")
        unsaid = [column for column in open_dates(block.source, block.file) if column.day_first is None]
        if unsaid:
            sentences.append(
                f"{TABLE_WORDS[table]}: say which number is the day in the dates of '{unsaid[0].column}' in "
                f"{block.name}."
            )
    return sentences


def open_dates(source: SourceMapping, file: SourceFile) -> list[ColumnSource]:
    """The mapped columns of dates such as 03/04/2024 in which no date shows which number is the day."""
    return [
        column
        for column in source.columns.values()
        if column.format is None
        and column.unit is None
        and (found := file.column(column.column or "")) is not None
        and found.ambiguous_dates
    ]


def first_to_look_at(mapping: Mapping, files: Sequence[SourceFile]) -> str:
    """The first table with an open question; else the one that matters most of those that are filled."""
    given = [table for table, sources in mapping.tables.items() if sources]
    asking = [table for table in given if gaps(table, mapping, files)]
    by_worth = [table for table in ("transactions", "outcomes", *TABLES) if table in given]
    return next(iter([*asking, *by_worth]), "transactions")


def in_words(mapping: Mapping, files: Sequence[SourceFile] = ()) -> str:
    """'Purchases from orders.csv; campaign touches from mail.csv and app.csv.'"""
    parts = []
    for table, sources in mapping.tables.items():
        if sources:
            names = [plain(block.name) for block in blocks_of(sources, files)]
            parts.append(f"{TABLE_WORDS[table].lower()} from {listed(names)}")
    sentence = "; ".join(parts)
    return f"{sentence[:1].upper()}{sentence[1:]}." if parts else "No table is mapped yet."


def table_label(table: str, mapping: Mapping) -> str:
    """'Purchases · 2 files'."""
    n = len(mapping.tables.get(table, ()))
    return f"{TABLE_WORDS[table]} · {count_of(n, 'file')}" if n else TABLE_WORDS[table]
