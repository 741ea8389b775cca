"""What people and programs do to a table on its way: each corruption changes a sheet in place, at random.

They compose in any order. A sheet stays countable as long as it can be said how many rows it must be read as.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from tests.bad_files.entry import CANARY, day

TITLES = ["customer_id", "date", "amount", "quantity", "note"]


@dataclass(slots=True)
class Sheet:
    """A table on its way to being a file. above: lines that are no rows. spoil: changes to the bytes."""

    rows: list[list[str]]
    titles: list[str] = field(default_factory=lambda: list(TITLES))
    delimiter: str = ","
    newlines: tuple[str, ...] = ("\n",)
    encoding: str = "utf-8"
    is_quoted: bool = False
    above: list[str] = field(default_factory=list)
    blank_after: set[int] = field(default_factory=set)
    spoil: list[Callable[[bytes], bytes]] = field(default_factory=list)
    is_countable: bool = True

    def cells(self, title: str, rng: Random, share: float = 0.3) -> list[tuple[list[str], int]]:
        """Some cells of a column, as row and place; none where the column is gone."""
        place = self.titles.index(title) if title in self.titles else None
        if place is None:
            return []
        return [(row, place) for row in self.rows if place < len(row) and rng.random() < share]

    def content(self) -> bytes:
        """The file."""
        lines = [*self.above, self._line(self.titles)]
        for number, row in enumerate(self.rows):
            lines.append(self._line(row))
            lines += [""] * (number in self.blank_after)
        ends = len(self.newlines)
        text = "".join(line + self.newlines[place % ends] for place, line in enumerate(lines))
        content = text.encode(self.encoding, "replace")
        for spoil in self.spoil:
            content = spoil(content)
        return content

    def _line(self, cells: list[str]) -> str:
        return self.delimiter.join(self._cell(cell) for cell in cells)

    def _cell(self, cell: str) -> str:
        is_special = any(sign in cell for sign in (self.delimiter, '"', "\n", "\r"))
        return '"' + cell.replace('"', '""') + '"' if is_special or self.is_quoted else cell


Corruption = Callable[[Sheet, Random], None]


def good_sheet(rows: int, rng: Random) -> Sheet:
    """Sales of a few customers, with a canary in every id and note."""
    return Sheet(
        rows=[
            [
                f"{CANARY}{rng.randrange(9):03d}",
                day(rng.randrange(300)),
                f"{rng.randrange(1, 999)}.{rng.randrange(10, 99)}",
                str(rng.randrange(1, 5)),
                f"{CANARY} {rng.choice(['red', 'Köln', 'a lamp'])}",
            ]
            for _ in range(rows)
        ]
    )


def put(title: str, make: Callable[[str, Random], str]) -> Corruption:
    """Changes some cells of a column."""

    def corrupt(sheet: Sheet, rng: Random) -> None:
        for row, place in sheet.cells(title, rng):
            row[place] = make(row[place], rng)

    return corrupt


def put_all(title: str, make: Callable[[str, Random], str]) -> Corruption:
    """Changes all cells of a column."""

    def corrupt(sheet: Sheet, rng: Random) -> None:
        for row, place in sheet.cells(title, rng, share=1.0):
            row[place] = make(row[place], rng)

    return corrupt


def one_of(*words: str) -> Callable[[str, Random], str]:
    return lambda cell, rng: rng.choice(words)


def other_date(cell: str, rng: Random) -> str:
    """The same day in another way, as far as it was written as a year, a month and a day."""
    parts = cell.split("-")
    if len(parts) != 3:
        return cell
    year, month, day = parts
    ways = (
        f"{day}/{month}/{year}",
        f"{month}/{day}/{year}",
        f"{day}.{month}.{year[2:]}",
        f"{year}{month}{day}",
    )
    return rng.choice((*ways, f"{day} March {year}", f"{cell}T10:00:00+02:00", f"{cell} 25:61"))


def drop_cells(sheet: Sheet, rng: Random) -> None:
    for title in TITLES:
        for row, place in sheet.cells(title, rng, share=0.1):
            row[place] = ""


def repeat_rows(sheet: Sheet, rng: Random) -> None:
    sheet.rows += [list(row) for row in sheet.rows if rng.random() < 0.5]


def repeat_header(sheet: Sheet, rng: Random) -> None:
    sheet.rows.insert(rng.randrange(1, len(sheet.rows) + 1), list(sheet.titles))


def shorten_rows(sheet: Sheet, rng: Random) -> None:
    for row in sheet.rows:
        if rng.random() < 0.1 and len(row) > 2:
            row.pop()


def lengthen_rows(sheet: Sheet, rng: Random) -> None:
    for row in sheet.rows:
        if rng.random() < 0.1:
            row.append(f"{CANARY} more")


def blank_lines(sheet: Sheet, rng: Random) -> None:
    sheet.blank_after = {number for number in range(len(sheet.rows)) if rng.random() < 0.2}


def rows_of_nothing(sheet: Sheet, rng: Random) -> None:
    sheet.rows.insert(rng.randrange(len(sheet.rows) + 1), [""] * len(sheet.titles))


def totals(sheet: Sheet, rng: Random) -> None:
    row = [""] * len(sheet.titles)
    row[0] = rng.choice(["Total", "Summe", "Grand total"])
    sheet.rows.append(row)


def title_lines(sheet: Sheet, rng: Random) -> None:
    sheet.above += ["Sales report", f"of May {rng.randrange(2000, 2030)}", ""]


def repeat_title(sheet: Sheet, rng: Random) -> None:
    sheet.titles[-1] = rng.choice(["amount", "Amount", "", "note "])


def swap_columns(sheet: Sheet, rng: Random) -> None:
    """Cells change places under titles that stay."""
    one, other = rng.sample(range(3), 2)
    for row in sheet.rows:
        if max(one, other) < len(row):
            row[one], row[other] = row[other], row[one]


def another_delimiter(sheet: Sheet, rng: Random) -> None:
    sheet.delimiter = rng.choice([";", "\t", "|"])


def another_encoding(sheet: Sheet, rng: Random) -> None:
    sheet.encoding = rng.choice(["latin-1", "cp1252", "utf-16", "utf-16-le", "utf-8-sig"])


def other_newlines(sheet: Sheet, rng: Random) -> None:
    sheet.newlines = rng.choice([("\r\n",), ("\r\n", "\n"), ("\n", "\n", "\r\n")])


def quote_all(sheet: Sheet, rng: Random) -> None:
    sheet.is_quoted = True


def cut_short(sheet: Sheet, rng: Random) -> None:
    sheet.is_countable = False
    share = rng.random()
    sheet.spoil.append(lambda content: content[: int(len(content) * share)])


def nul_bytes(sheet: Sheet, rng: Random) -> None:
    sheet.is_countable = False
    share = rng.random()
    sheet.spoil.append(lambda content: _with(content, share, b"\x00\x00"))


def stray_quote(sheet: Sheet, rng: Random) -> None:
    sheet.is_countable = False
    share = rng.random()
    sheet.spoil.append(lambda content: _with(content, share, b'"'))


def stray_byte(sheet: Sheet, rng: Random) -> None:
    sheet.is_countable = False
    share, byte = rng.random(), bytes([rng.randrange(128, 256)])
    sheet.spoil.append(lambda content: _with(content, share, byte))


def _with(content: bytes, share: float, sign: bytes) -> bytes:
    place = int(len(content) * share)
    return content[:place] + sign + content[place:]


CORRUPTIONS: dict[str, Corruption] = {
    "drop cells": drop_cells,
    "repeat rows": repeat_rows,
    "repeat header": repeat_header,
    "repeat title": repeat_title,
    "shorten rows": shorten_rows,
    "lengthen rows": lengthen_rows,
    "blank lines": blank_lines,
    "rows of nothing": rows_of_nothing,
    "totals": totals,
    "title lines": title_lines,
    "swap columns": swap_columns,
    "another delimiter": another_delimiter,
    "another encoding": another_encoding,
    "other newlines": other_newlines,
    "quote all": quote_all,
    "cut short": cut_short,
    "NUL bytes": nul_bytes,
    "stray quote": stray_quote,
    "stray byte": stray_byte,
    "decimal comma": put_all("amount", lambda cell, rng: cell.replace(".", ",")),
    "both decimal signs": put("amount", lambda cell, rng: cell.replace(".", ",")),
    "currency": put_all("amount", lambda cell, rng: f"€ {cell}"),
    "currencies": put("amount", lambda cell, rng: rng.choice(["€", "$", "£ ", "kr "]) + cell),
    "negative": put("amount", lambda cell, rng: rng.choice([f"-{cell}", f"({cell})", f"{cell}-"])),
    "huge": put("amount", one_of("1e308", "1e309", "inf", "9" * 60, "-" + "9" * 20)),
    "words for numbers": put("amount", one_of("free", "12 pcs", "45%", "#VALUE!", "--", "NaN", "twelve")),
    "thousands": put("amount", lambda cell, rng: f"1,234,{cell[:3]}"),
    "words for quantities": put("quantity", one_of("two", "-3", "1.5", "", "x")),
    "dates in other ways": put("date", other_date),
    "no dates": put(
        "date", one_of("soon", "2024-02-30", "1900-01-00", "0", "45291", "9999-12-31", "1.2.3.4")
    ),
    "numbers for dates": put_all("date", lambda cell, rng: str(rng.randrange(45_000, 46_000))),
    "case twins": put("customer_id", lambda cell, rng: cell.upper().replace("CANARY", CANARY.title())),
    "space twins": put(
        "customer_id", lambda cell, rng: rng.choice([f" {cell}", f"{cell}\t", f"{cell}\u00a0"])
    ),
    "unseen signs": put("customer_id", lambda cell, rng: f"{cell}\u200b"),
    "float ids": put_all("customer_id", lambda cell, rng: f"{rng.randrange(9)}.0"),
    "rounded ids": put("customer_id", one_of("1.23E+11", "#REF!", "9.007E+15")),
    "unknown ids": put("customer_id", one_of("NULL", "guest", "0", "NA")),
    "formulas": put("note", one_of("=1+1", "=cmd|' /C calc'!A0", "@SUM(A1)", "<script>alert(1)</script>")),
    "line breaks": put("note", lambda cell, rng: f"{cell}\n{rng.choice(['', 'more', 'a,b'])}"),
    "delimiters in texts": put("note", lambda cell, rng: f"{cell}, and; more | of\tit"),
    "quotes in texts": put("note", lambda cell, rng: f'the "{cell}" one'),
    "long texts": put("note", lambda cell, rng: cell * 3_000),
}
