"""Files -> a proposed mapping: which file is which table, which column is what. A person confirms it.

Titles decide (header_words.toml), contents veto: a column of words is never an amount. An id or a date is
proposed only where both agree.
"""

from collections.abc import Sequence
from dataclasses import replace

from segmenter.errors import MissingColumn
from segmenter.tables.column_fit import (
    contents_allow,
    fit,
    is_other_date,
    may_be_amount,
    may_be_own_id,
    speaks_of,
    title_fit,
)
from segmenter.tables.contracts import HISTORY_COLUMNS, TABLES, ColumnContract, TableContract
from segmenter.tables.header_words import plain_title
from segmenter.tables.mapping import ColumnSource, Mapping, SourceMapping
from segmenter.tables.parts import guess_part
from segmenter.tables.reading import SourceColumn, SourceFile
from segmenter.tables.table_strength import TELLING, table_strength
from segmenter.tables.title_forms import is_price_of_one
from segmenter.tables.word_meanings import is_purchase_word, meanings


def guess_mapping(files: Sequence[SourceFile]) -> Mapping:
    """The likeliest mapping of these files; a file that fits no table is left out.

    A table may lack required columns that could not be told: the mapping page asks for them.
    """
    tables: dict[str, tuple[SourceMapping, ...]] = {}
    leaders = _leaders(files)
    for file in files:
        for table, part in guess_parts(file, leaders[_titles(file)]):
            tables[table] = (*tables.get(table, ()), part)
    mapping = Mapping(tables={table: tables[table] for table in TABLES if table in tables})
    return _with_one_key(mapping, files)


def guess_source(file: SourceFile, table: str) -> SourceMapping:
    """How `file` feeds `table`, which is known. Where contents speak against every column, the title decides:
    what is wrong with the cells can then be said. Raises MissingColumn naming what was not found.
    """
    contract = TABLES[table]
    part = _part(file, contract)
    telling = TELLING.get(table, ())
    wanted = (*contract.required, *(telling if not set(telling) & set(part.columns) else ()))
    by_title = {name: source for name in wanted if (source := _by_title(file, contract, name))}
    if table == "outcomes" and "arm" not in part.columns:
        by_title |= _one_arm(file, contract)
    part = replace(part, columns={**by_title, **part.columns})
    missing = [name for name in contract.required if name not in part.columns]
    if missing:
        titles = ", ".join(f"'{column.name}'" for column in file.columns[:12])
        raise MissingColumn(
            f"'{file.title}' has no column that looks like '{missing[0]}', which table '{table}' needs. "
            f"{contract.column(missing[0]).description} Found: {titles}. Say in a mapping which one it is."
        )
    return part


def guess_parts(file: SourceFile, leader: SourceFile | None = None) -> list[tuple[str, SourceMapping]]:
    """The tables that a file most likely feeds: one; two for a log of events and purchases, and for customers
    with what became of them; or none.

    leader: the largest of several files with the same titles, as months have; it decides for all of them.
    """
    if leader is not None and leader is not file:
        return [(table, _like(part, file, TABLES[table])) for table, part in guess_parts(leader)]
    candidates = {table: _part(file, contract) for table, contract in TABLES.items()}
    strengths = {table: table_strength(file, part, TABLES[table]) for table, part in candidates.items()}
    best = max(strengths, key=lambda table: strengths[table])
    if strengths[best] <= 0:
        return []
    log = candidates["engagements"]
    if (
        "kind" in log.columns
        and _purchase_words(file, log)
        and "amount" in candidates["transactions"].columns
    ):
        return [("transactions", candidates["transactions"]), ("engagements", log)]
    people = ("customers", "outcomes")
    if best in (*people, "assignments") and all(strengths[table] > 0 for table in people):
        free = {column.name for column in file.columns} - set(candidates["outcomes"].source_columns())
        return [(table, candidates[table]) for table in people if free or table == "outcomes"]
    return [(best, _without_history(candidates[best]))]


def _without_history(part: SourceMapping) -> SourceMapping:
    """What a file of customers sums up of their purchases is only told apart where no purchases are."""
    columns = {name: source for name, source in part.columns.items() if name not in HISTORY_COLUMNS}
    return replace(part, columns=columns)


def guess_columns(file: SourceFile, contract: TableContract) -> dict[str, ColumnSource]:
    """Contract column -> where it comes from, for every column that a title and its contents agree on.

    Each of the file's columns is used once, for the contract column that it fits best.
    """
    scores = [
        (score, -place, column, wanted)
        for wanted in contract.columns
        for place, column in enumerate(file.columns)
        if (score := fit(column, wanted, contract.name)) > 0
    ]
    found: dict[str, ColumnSource] = {}
    taken: set[str] = set()
    for _, _, column, wanted in sorted(scores, key=lambda entry: entry[:2], reverse=True):
        if wanted.name not in found and column.name not in taken:
            found[wanted.name] = _column_source(column, wanted)
            taken.add(column.name)
    return _completed(found, taken, file, contract)


def _completed(
    found: dict[str, ColumnSource], taken: set[str], file: SourceFile, contract: TableContract
) -> dict[str, ColumnSource]:
    """What was found, and what no title says outright but nothing else in the file can be."""

    def take_the_only(name: str, likely: list[SourceColumn]) -> None:
        if name in contract.names and name not in found and len(likely) == 1:
            found[name] = ColumnSource(column=likely[0].name)
            taken.add(likely[0].name)

    free = [column for column in file.columns if column.name not in taken and column.missing_share < 1]
    email = email_column(file)
    may_have_id = contract.name == "customers" and any(may_be_own_id(column, file.rows) for column in free)
    if "customer_id" in contract.names and "customer_id" not in found and email is not None:
        # Shops that export no id name the customer by the e-mail address.
        found |= {} if may_have_id else {"customer_id": ColumnSource(column=email)}
    if "at" in contract.required:
        take_the_only(
            "at", [column for column in free if column.type == "time" and not is_other_date(column)]
        )
    if "amount" in contract.names and "quantity" in found:
        each = [column for column in file.columns if column.type == "number" and is_price_of_one(column.name)]
        if len(each) == 1 and ("amount" not in found or found["amount"].column == each[0].name):
            found["amount"] = ColumnSource(column=each[0].name, times=found["quantity"].column)
    take_the_only("amount", [column for column in free if may_be_amount(column)])
    for name in ("category", "channel", "discount_amount", "margin_amount"):
        wanted = contract.column(name) if name in contract.names else None
        if wanted is not None:
            left = [column for column in free if column.name not in taken and speaks_of(column, wanted)]
            take_the_only(name, [column for column in left if contents_allow(column, wanted)])
    if contract.name == "customers" and "first_name" in found:
        take_the_only("last_name", [column for column in free if _is_bare_name(column)])
    return {name: found[name] for name in contract.names if name in found}


def _is_bare_name(column: SourceColumn) -> bool:
    """'Name' beside 'Vorname' is the family name."""
    return plain_title(column.name) in ("name", "nom") and column.type == "text"


def _part(file: SourceFile, contract: TableContract) -> SourceMapping:
    columns = guess_columns(file, contract)
    where: dict[str, tuple[str, ...]] = {}
    if contract.name == "engagements" and "kind" in columns:
        kind = columns["kind"]
        words = _words(file, kind)
        if kind.values and len(kind.values) < len(words):
            where = {kind.column or "": tuple(kind.values)}
    if contract.name == "transactions":
        log = guess_columns(file, TABLES["engagements"]).get("kind")
        purchases = () if log is None else tuple(word for word in _words(file, log) if is_purchase_word(word))
        if log is not None and purchases and log.values:
            where = {log.column or "": purchases}
    rows_from = guess_part(file, contract, columns)
    return SourceMapping(file=file.name, sheet=file.sheet, columns=columns, where=where, part=rows_from)


def _titles(file: SourceFile) -> tuple[str, ...]:
    return tuple(column.name for column in file.columns)


def _leaders(files: Sequence[SourceFile]) -> dict[tuple[str, ...], SourceFile]:
    """The file with the most rows for each set of titles."""
    leaders: dict[tuple[str, ...], SourceFile] = {}
    for file in files:
        known = leaders.get(_titles(file))
        if known is None or file.rows > known.rows:
            leaders[_titles(file)] = file
    return leaders


def _like(part: SourceMapping, file: SourceFile, contract: TableContract) -> SourceMapping:
    """The leader's mapping for another file of the same titles: the same columns, each with its own words."""
    own = _part(file, contract)
    columns = {
        name: found if (found := own.columns.get(name)) and found.column == source.column else source
        for name, source in part.columns.items()
    }
    return replace(own, columns=columns)


def _by_title(file: SourceFile, contract: TableContract, name: str) -> ColumnSource | None:
    wanted = contract.column(name)
    best = max(file.columns, key=lambda column: title_fit(column, wanted, contract.name))
    return _column_source(best, wanted) if title_fit(best, wanted, contract.name) > 0 else None


def _one_arm(file: SourceFile, contract: TableContract) -> dict[str, ColumnSource]:
    """The column of arms where everybody is in the same one: nobody to compare with is worth saying."""
    source = _by_title(file, contract, "arm")
    words = () if source is None else _words(file, source)
    is_meant = bool(words) and set(words) <= set(meanings(words, "arm"))
    return {"arm": source} if source is not None and is_meant else {}


def _purchase_words(file: SourceFile, log: SourceMapping) -> list[str]:
    return [word for word in _words(file, log.columns["kind"]) if is_purchase_word(word)]


def _words(file: SourceFile, source: ColumnSource) -> tuple[str, ...]:
    column = file.column(source.column or "")
    return () if column is None else column.words


def _column_source(column: SourceColumn, wanted: ColumnContract) -> ColumnSource:
    if wanted.type != "choice":
        return ColumnSource(column=column.name)
    values = {word: ours for word, ours in meanings(column.words, wanted.name).items() if word != ours}
    is_kept = set(column.words) - set(values) <= set(wanted.choices)
    if not is_kept:
        values |= {word: word for word in column.words if word in wanted.choices}
    return ColumnSource(column=column.name, values=values)


def email_column(file: SourceFile) -> str | None:
    """The column of customers' e-mail addresses; None where there is none, or it is one address only."""
    wanted = TABLES["customers"].column("email")
    fits = {
        column.name: fit(column, wanted, "customers")
        for column in file.columns
        if column.distinct > 1 or file.rows < 2
    }
    best = max(fits, key=lambda name: fits[name], default=None)
    return best if best is not None and fits[best] > 0 else None


def _with_one_key(mapping: Mapping, files: Sequence[SourceFile]) -> Mapping:
    """The same key in all tables: where one file knows customers by e-mail only, the others do so too."""
    emails = {file.source: email_column(file) for file in files}
    by_email = [
        part
        for parts in mapping.tables.values()
        for part in parts
        if (key := part.columns.get("customer_id")) is not None and key.column == emails[part.source]
    ]
    if not by_email:
        return mapping

    def keyed(part: SourceMapping) -> SourceMapping:
        email = emails[part.source]
        if "customer_id" not in part.columns or email is None:
            return part
        return replace(part, columns={**part.columns, "customer_id": ColumnSource(column=email)})

    return replace(
        mapping,
        tables={table: tuple(keyed(part) for part in parts) for table, parts in mapping.tables.items()},
    )
