"""Files whose rows and columns do not lie as they should: delimiters, quotes, headers, totals, no tables."""

import json

from tests.bad_files.entry import (
    CANARY,
    SALES,
    accepted,
    in_category,
    rejected,
    rows_of,
    sales,
    some,
    swapped,
    table,
    text_of,
    warned,
)

LOGIN_PAGE = (
    "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><form>user,password</form></body></html>"
)


def decimal_comma(delimiter: str) -> str:
    return sales(delimiter=delimiter, amount=lambda n: SALES["amount"](n).replace(".", ","))


def mixed_ends() -> str:
    """Lines that end in LF and in CRLF in turn."""
    lines = sales().splitlines()
    return "".join(line + ("\r\n" if n % 2 else "\n") for n, line in enumerate(lines))


def with_line(row: int, line: str) -> str:
    """Sales with one more line, which becomes that row."""
    lines = sales().splitlines()
    return "\n".join([*lines[: row - 1], line, *lines[row - 1 :], ""])


def other_header(header: str) -> str:
    return header + "\n" + sales().split("\n", 1)[1]


def transposed() -> str:
    """Every customer a column."""
    cells = SALES | {"customer_id": lambda n: n % 30 + 100}
    return text_of(list(zip(*rows_of(cells, 60), strict=True)))


def unclosed_quote() -> str:
    return with_line(10, f'"{CANARY}999,2024-05-05,12.50,hats')


def every_line_quoted() -> str:
    """As some systems do it: each line is one quoted cell."""
    return "".join(f'"{line}"\n' for line in sales().splitlines())


STRUCTURE = in_category(
    "structure",
    [
        accepted("good.csv", sales),
        accepted("semicolon.csv", lambda: sales(delimiter=";")),
        accepted("tab.tsv", lambda: sales(delimiter="\t")),
        accepted("bar.txt", lambda: sales(delimiter="|")),
        accepted("caret.txt", lambda: sales(delimiter="^")),
        accepted("decimal_comma.csv", lambda: decimal_comma(";")),
        accepted("decimal_comma_quoted.csv", lambda: decimal_comma(",")),
        accepted("cr.csv", lambda: sales(newline="\r")),
        accepted("crlf.csv", lambda: sales(newline="\r\n")),
        accepted("crlf_and_lf.csv", mixed_ends),
        accepted("sep_line.csv", lambda: "sep=;\n" + sales(delimiter=";")),
        accepted("line_break_in_cell.csv", lambda: sales(note=lambda n: f"{CANARY}\nsecond line")),
        accepted("quotes_in_cell.csv", lambda: sales(note=lambda n: f'the "{CANARY}" one')),
        accepted(
            "backslash_quotes.csv",
            lambda: swapped(sales(category=lambda n: f'a "{CANARY}" b'), ('""', '\\"')),
        ),
        accepted("no_newline_at_end.csv", lambda: sales().rstrip("\n")),
        accepted("blank_lines_at_end.csv", lambda: sales() + "\n\n\n"),
        accepted("delimiter_at_line_ends.csv", lambda: sales().replace("\n", ",\n")),
        accepted("spaces_after_commas.csv", lambda: sales().replace(",", ", ")),
        rejected("one_row.csv", lambda: sales(1), "one_customer", "one_day", rows=1),
        accepted(
            "hundred_thousand_rows.csv",
            lambda: sales(100_000, customer_id=lambda n: f"{CANARY}{n % 20_000}"),
            rows=100_000,
        ),
        accepted("blank_lines_between.csv", lambda: sales().replace("\n", "\n\n")),
        accepted("rows_of_delimiters.csv", lambda: sales() + ",,,\n" * 5, rows=65),
        warned(
            "long_row.csv",
            lambda: with_line(7, f"{CANARY},2024-01-05,7.50,hats,more"),
            "ragged_row",
            row=7,
            rows=61,
        ),
        warned("short_row.csv", lambda: with_line(9, f"{CANARY},2024-01-05"), "ragged_row", row=9, rows=61),
        warned(
            "comma_in_text.csv",
            lambda: swapped(sales(category=lambda n: "hats; red" if n == 30 else "hats"), ("; red", ", red")),
            "ragged_row",
            row=32,
        ),
        warned("title_lines.csv", lambda: "Sales report\nMay 2024\n\n" + sales(), "lines_above_header"),
        warned(
            "title_lines_full_width.csv",
            lambda: "Report,,,\nMay,,,\n" + sales(),
            "lines_above_header",
        ),
        warned("totals_row.csv", lambda: sales() + "Total,,3456.00,\n", "total_row", row=62, rows=61),
        warned(
            "totals_row_german.csv", lambda: sales() + "Gesamtsumme,,3456.00,\n", "total_row", row=62, rows=61
        ),
        warned("totals_row_without_word.csv", lambda: sales() + ",,3456.00,\n", "missing", row=62, rows=61),
        warned(
            "footer_line.csv",
            lambda: sales() + "Exported by the shop on 1 May\n",
            "ragged_row",
            row=62,
            rows=61,
        ),
        warned(
            "header_repeated.csv", lambda: sales() + sales(), "header_row", "repeated_rows", row=62, rows=121
        ),
        warned(
            "units_row.csv", lambda: with_line(2, "text,yyyy-mm-dd,EUR,text"), "not_a_date", row=2, rows=61
        ),
        warned(
            "same_title_twice.csv",
            lambda: other_header("customer_id,date,amount,amount"),
            "repeated_header",
            column="amount",
        ),
        warned(
            "titles_differ_by_case.csv",
            lambda: other_header("customer_id,date,amount,Amount"),
            "similar_headers",
            column="amount",
        ),
        warned(
            "blank_title.csv",
            lambda: other_header("customer_id,date,amount,"),
            "blank_header",
            column="column 4",
        ),
        warned(
            "one_megabyte_cell.csv",
            lambda: sales(category=lambda n: "x" * (1_000_000 if n == 8 else 4)),
            "long_cell",
            column="category",
            row=10,
        ),
        rejected("unclosed_quote.csv", unclosed_quote, row=10),
        rejected(
            "unclosed_quote_at_end.csv", lambda: sales() + f'"{CANARY},2024-01-05,7.50,hats\n' + sales(9)
        ),
        rejected("every_line_quoted.csv", every_line_quoted),
        rejected(
            "ragged_throughout.csv", lambda: "a,b\n" + "".join("x," * (n % 7) + "x\n" for n in range(60))
        ),
        rejected(
            "half_ragged.csv",
            lambda: "".join(
                line + (",more" if n % 9 > 3 else "") + "\n" for n, line in enumerate(sales().splitlines())
            ),
        ),
        rejected("decimal_comma_bare.csv", lambda: decimal_comma("\t").replace("\t", ","), row=1),
        rejected("header_too_long.csv", lambda: other_header("customer_id,date,amount,category,a,b")),
        rejected("header_only.csv", lambda: "customer_id,date,amount\n"),
        rejected("header_and_blank_lines.csv", lambda: "customer_id,date,amount\n\n\n"),
        rejected(
            "header_and_delimiters.csv",
            lambda: "customer_id,date,amount\n" + ",,\n" * 9,
            "no_rows_left",
            rows=9,
        ),
        rejected("empty.csv", lambda: b""),
        rejected("only_blank_lines.csv", lambda: "\n \n\t\n"),
        rejected("only_a_byte_order_mark.csv", lambda: b"\xef\xbb\xbf"),
        rejected("only_a_sep_line.csv", lambda: "sep=;\n"),
        rejected("no_header.csv", lambda: sales().split("\n", 1)[1], "missing_column", "no_header"),
        rejected("one_column.csv", lambda: "customer_id\n" + f"{CANARY}\n" * 60, "missing_column"),
        rejected(
            "other_columns.csv",
            lambda: table({"colour": lambda n: "red", "size": lambda n: n}),
            "missing_column",
        ),
        rejected("transposed.csv", lambda: transposed(), "missing_column", "no_header"),
        rejected(
            "ten_thousand_columns.csv", lambda: sales(20, **{f"c{n}": lambda n: 1 for n in range(10_000)})
        ),
        rejected("json_page.csv", lambda: json.dumps({"error": "log in", "page": 2}), "unreadable_file"),
        rejected("login_page.csv", lambda: LOGIN_PAGE),
        rejected("xml.csv", lambda: f"<?xml version='1.0'?><orders><order id='{CANARY}'/></orders>"),
        rejected("error_message.csv", lambda: "Error: your session has expired. Please log in again.\n"),
        rejected(
            "sql_dump.csv", lambda: f"INSERT INTO orders VALUES ('{CANARY}', '2024-01-05', 7.50);\n" * 40
        ),
        warned("merge_conflict.csv", lambda: with_line(20, "======="), "ragged_row", row=20, rows=61),
        rejected(
            "amount_missing.csv",
            lambda: table({k: v for k, v in SALES.items() if k != "amount"}),
            "missing_column",
            column="amount",
        ),
        warned(
            "few_empty_amounts.csv",
            lambda: sales(**some("", "amount")),
            "missing",
            column="amount",
            row=2,
        ),
    ],
)
