"""A file and how it would feed a table -> how much it looks like that table."""

from segmenter.tables.column_fit import fit
from segmenter.tables.contracts import TableContract
from segmenter.tables.mapping import ColumnSource, SourceMapping
from segmenter.tables.reading import SAMPLE_ROWS, SourceFile

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
TELLING: dict[str, tuple[str, ...]] = {
    "transactions": ("amount",),
    "engagements": ("kind",),
    "assignments": ("arm",),
    "intents": ("intent",),
    "outcomes": ("bought", "segment"),
}
_UNIQUE_ROWS = 50  # with this many rows and no id twice, a file is about people, not about what they did
_MOST_REPEATED = 0.05  # share of repeated ids up to which a file may still be one row per person


def table_strength(file: SourceFile, part: SourceMapping, contract: TableContract) -> float:
    """How much a file looks like a table; 0 where what makes the table is not there."""
    found = part.columns
    # People of whom only contact data are known: the page asks which column is their id.
    is_contacts = contract.name == "customers" and "email" in found
    n_required = len([name for name in contract.required if name in found])
    if not is_contacts and n_required < 0.5 * len(contract.required):
        return 0.0
    telling = TELLING.get(contract.name, ())
    if telling and not any(name in found for name in telling):
        return 0.0
    if contract.key and contract.key[0] not in found and not is_contacts:
        return 0.0
    strength = sum(
        fit(column, contract.column(name), contract.name)
        for name, source in found.items()
        if (column := file.column(source.column or "")) is not None
    )
    if "customer_id" in contract.required and "customer_id" not in found:
        strength -= 1.5
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
