"""Files -> a proposed mapping: which file is which table, which column is what. A person confirms it.

Titles decide (header_words.toml), contents veto: a column of words is never an amount. An id or a date is
proposed only where both agree.
"""

from collections.abc import Sequence
from dataclasses import replace

from segmenter.errors import MissingColumn
from segmenter.tables.column_fit import fit, title_fit
from segmenter.tables.contracts import TABLES, ColumnContract, TableContract
from segmenter.tables.header_words import header_words, plain_title
from segmenter.tables.mapping import ColumnSource, Mapping, SourceMapping
from segmenter.tables.parts import guess_part
from segmenter.tables.reading import SAMPLE_ROWS, SourceColumn, SourceFile
from segmenter.tables.word_meanings import is_purchase_word, meanings

_FILE_WORDS: dict[str, tuple[str, ...]] = {
    "customers": (
        "customer",
        "client",
        "profile",
        "contact",
        "member",
        "kunde",
        "cliente",
        "people",
        "subscriber",
    ),
    "transactions": (
        "transaction",
        "order",
        "purchase",
        "sale",
        "invoice",
        "bestell",
        "umsatz",
        "commande",
        "pedido",
    ),
    "engagements": ("engagement", "event", "email", "click", "newsletter", "transcript", "touch"),
    "campaigns": ("campaign", "offer", "portfolio", "mailing", "kampagne", "campagne", "campana", "promo"),
    "assignments": ("assign", "trial", "experiment", "group", "holdout", "arm"),
    "intents": ("intent", "survey", "umfrage", "enquete", "encuesta"),
    "outcomes": ("outcome", "result", "response", "ergebnis", "resultat", "resultado"),
}
# What makes a file that table: at least one of these columns.
_TELLING: dict[str, tuple[str, ...]] = {
    "transactions": ("amount",),
    "engagements": ("kind",),
    "assignments": ("arm",),
    "intents": ("intent",),
    "outcomes": ("bought", "segment"),
}
_UNIQUE_ROWS = 50  # with this many rows and no id twice, a file is about people, not about what they did
_MOST_REPEATED = 0.05  # share of repeated ids up to which a file may still be one row per person


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
    telling = _TELLING.get(table, ())
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
    """The tables that a file most likely feeds: one, or two for a log of events and purchases; or none.

    leader: the largest of several files with the same titles, as months have; it decides for all of them.
    """
    if leader is not None and leader is not file:
        return [(table, _like(part, file, TABLES[table])) for table, part in guess_parts(leader)]
    candidates = {table: _part(file, contract) for table, contract in TABLES.items()}
    strengths = {table: _strength(file, part, TABLES[table]) for table, part in candidates.items()}
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
    return [(best, candidates[best])]


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
    if "customer_id" in contract.names and "customer_id" not in found:
        # Shops that export no id name the customer by the e-mail address.
        email = _email_column(file)
        if email is not None:
            found["customer_id"] = ColumnSource(column=email)
    times = [column.name for column in file.columns if column.type == "time"]
    if "at" in contract.required and "at" not in found and len(times) == 1:
        found["at"] = ColumnSource(column=times[0])  # whatever its title: there is no other
    return {name: found[name] for name in contract.names if name in found}


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
    return SourceMapping(
        file=file.name,
        sheet=file.sheet,
        columns=columns,
        where=where,
        part=guess_part(file, contract, columns),
    )


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


def _strength(file: SourceFile, part: SourceMapping, contract: TableContract) -> float:
    """How much a file looks like a table; 0 where what makes the table is not there."""
    found = part.columns
    if len([name for name in contract.required if name in found]) < 0.5 * len(contract.required):
        return 0.0
    telling = _TELLING.get(contract.name, ())
    if telling and not any(name in found for name in telling):
        return 0.0
    if contract.key and contract.key[0] not in found:
        return 0.0
    strength = sum(
        fit(column, contract.column(name), contract.name)
        for name, source in found.items()
        if (column := file.column(source.column or "")) is not None
    )
    strength += sum(0.5 for name in contract.required if name in found) if telling else 0.0
    if contract.name in _named_tables(file):
        strength += 1.0
    if "customer_id" in found:
        repeated = _repeated_share(file, found["customer_id"])
        if contract.name == "customers" and repeated > _MOST_REPEATED:
            return 0.0
        if repeated == 0 and file.rows >= _UNIQUE_ROWS:
            strength += 1.5 if contract.name == "customers" else -1.5
    return strength


def _named_tables(file: SourceFile) -> set[str]:
    """The tables that the sheet's name speaks of; where it speaks of none, the file's name."""
    for name in (file.sheet or "", file.name):
        found = {table for table, words in _FILE_WORDS.items() if any(word in name.lower() for word in words)}
        if found:
            return found
    return set()


def _repeated_share(file: SourceFile, source: ColumnSource) -> float:
    """Share of the first rows whose id was there before."""
    column = file.column(source.column or "")
    known = min(file.rows, SAMPLE_ROWS) * (1 - column.missing_share) if column is not None else 0.0
    return 0.0 if column is None or known == 0 else max(0.0, 1 - column.distinct / known)


def _email_column(file: SourceFile) -> str | None:
    titles = header_words()["email"]
    for column in file.columns:
        if plain_title(column.name) in titles and any("@" in sample for sample in column.samples):
            return column.name
    return None


def _with_one_key(mapping: Mapping, files: Sequence[SourceFile]) -> Mapping:
    """The same key in all tables: where one file knows customers by e-mail only, the others do so too."""
    emails = {file.source: _email_column(file) for file in files}
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
