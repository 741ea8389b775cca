"""The contracts -> words that a person reads: the data dictionary, and the type of a column."""

from segmenter.tables.contracts import TABLES, ColumnContract

_NEED = {True: "needed", False: ""}
_TYPE_WORDS = {
    "text": "text",
    "number": "number",
    "time": "date or date and time",
    "flag": "yes or no",
    "choice": "one of",
}


def type_in_words(column: ColumnContract) -> str:
    """The type as a marketer would say it: 'yes or no', 'one of treatment, control'."""
    return " ".join([_TYPE_WORDS[column.type], ", ".join(column.choices)]).strip()


def dictionary_markdown() -> str:
    """The data dictionary as Markdown: what data/DICTIONARY.md holds, word for word."""
    lines = [
        "# Data dictionary",
        "",
        "What Segmenter's tables hold. Only transactions is indispensable, and a file with one row per",
        "customer may take its place (outcomes); every further table adds to what can be said. Columns",
        "marked *needed* must be filled in every row; a row without one is set aside, counted and listed.",
        "This page is made from `segmenter/tables/contracts.py`, and a test keeps the two equal.",
    ]
    for table in TABLES.values():
        unique = f"Unique by {' + '.join(table.key)}." if table.key else "Rows may repeat."
        lines += ["", f"## {table.name}", "", f"{table.description} {unique}", ""]
        lines += ["| column | type | needed? | meaning |", "|---|---|---|---|"]
        lines += [
            f"| {column.name} | {type_in_words(column)} | {_NEED[column.required]} | {column.description} |"
            for column in table.columns
        ]
    return "\n".join(lines) + "\n"
