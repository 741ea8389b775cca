"""Files whose amounts are written, mixed, or distributed as no reader should pass over in silence."""

from tests.bad_files.entry import (
    CANARY,
    SALES,
    accepted,
    at,
    in_category,
    rejected,
    sales,
    some,
    warned,
)


def amounts(make) -> str:
    """Sales of these amounts; `make` is given the row and its good amount."""
    return sales(amount=lambda n: make(n, SALES["amount"](n)))


def arabic(text: str) -> str:
    return text.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))


def whale() -> str:
    """One customer who bought for more than all others together."""
    return sales(amount=lambda n: "250000.00" if n == 33 else SALES["amount"](n))


NUMBERS = in_category(
    "numbers",
    [
        accepted("euro_sign.csv", lambda: amounts(lambda n, a: f"€ {a}")),
        accepted("euro_after.csv", lambda: amounts(lambda n, a: a.replace(".", ",") + " €")),
        accepted("currency_code.csv", lambda: amounts(lambda n, a: f"USD {a}")),
        accepted("zloty.csv", lambda: amounts(lambda n, a: a.replace(".", ",") + " zł")),
        accepted("rupees.csv", lambda: amounts(lambda n, a: f"₹{a}")),
        accepted("thousands_english.csv", lambda: amounts(lambda n, a: f"1,2{a}")),
        accepted("thousands_german.csv", lambda: amounts(lambda n, a: f"1.2{a.replace('.', ',')}")),
        accepted("thousands_french.csv", lambda: amounts(lambda n, a: f"1\u202f2{a.replace('.', ',')}")),
        accepted("thousands_swiss.csv", lambda: amounts(lambda n, a: f"CHF 1'2{a}")),
        accepted("thousands_indian.csv", lambda: amounts(lambda n, a: f"1,23,2{a}")),
        accepted("brackets_for_minus.csv", lambda: amounts(lambda n, a: f"({a})" if n % 9 == 0 else a)),
        accepted("minus_behind.csv", lambda: amounts(lambda n, a: f"{a}-" if n % 9 == 0 else a)),
        accepted("plus_signs.csv", lambda: amounts(lambda n, a: f"+{a}")),
        accepted("apostrophe_before.csv", lambda: amounts(lambda n, a: f"'{a}")),
        accepted("arabic_digits.csv", lambda: amounts(lambda n, a: arabic(a))),
        accepted(
            "full_width_digits.csv",
            lambda: amounts(lambda n, a: "".join(chr(ord(c) + 0xFEE0) for c in a)),
        ),
        accepted("scientific.csv", lambda: amounts(lambda n, a: f"{float(a):e}")),
        accepted("few_returns.csv", lambda: amounts(lambda n, a: f"-{a}" if n % 9 == 0 else a)),
        warned(
            "beyond_all_sums.csv",
            lambda: sales(**some("1e308", "amount")),
            "number_out_of_range",
            column="amount",
            row=2,
        ),
        warned(
            "beyond_floats.csv",
            lambda: sales(**some("1e309", "amount")),
            "number_out_of_range",
            column="amount",
            row=2,
        ),
        warned(
            "infinite.csv",
            lambda: sales(**some("inf", "amount")),
            "number_out_of_range",
            column="amount",
            row=2,
        ),
        warned(
            "many_digits.csv",
            lambda: sales(**some("9" * 40, "amount")),
            "number_out_of_range",
            column="amount",
            row=2,
        ),
        warned(
            "not_a_number_words.csv",
            lambda: sales(**some("NaN", "amount")),
            "missing",
            column="amount",
            row=2,
        ),
        warned(
            "few_words.csv",
            lambda: sales(**some("free", "amount")),
            "not_a_number",
            column="amount",
            row=2,
        ),
        warned(
            "one_word_late.csv",
            lambda: sales(5_000, **at(4_711, "twelve", "amount")),
            "not_a_number",
            column="amount",
            row=4_711,
            rows=5_000,
        ),
        warned(
            "error_of_a_spreadsheet.csv",
            lambda: sales(**some("#VALUE!", "amount")),
            "not_a_number",
            column="amount",
            row=2,
        ),
        warned(
            "few_percentages.csv",
            lambda: sales(**some("45%", "amount")),
            "not_a_number",
            column="amount",
            row=2,
        ),
        warned(
            "negative_quantity.csv",
            lambda: sales(quantity=lambda n: -2 if n % 9 == 4 else 1),
            "negative_quantities",
            column="quantity",
        ),
        warned(
            "words_in_quantity.csv",
            lambda: sales(quantity=lambda n: "two" if n == 3 else 2),
            "not_a_number",
            column="quantity",
            row=5,
        ),
        warned(
            "both_decimal_signs.csv",
            lambda: amounts(lambda n, a: a if n % 9 else a.replace(".", ",")),
            "mixed_decimals",
            "not_a_number",
            column="amount",
            row=2,
        ),
        warned(
            "thousands_or_decimals.csv",
            lambda: amounts(lambda n, a: f"{n + 1},500"),
            "ambiguous_numbers",
            column="amount",
        ),
        warned(
            "points_or_decimals.csv",
            lambda: amounts(lambda n, a: f"{n + 1}.500"),
            "ambiguous_numbers",
            column="amount",
        ),
        warned("constant.csv", lambda: amounts(lambda n, a: "9.99"), "constant_amount"),
        warned("all_zero.csv", lambda: amounts(lambda n, a: "0.00"), "constant_amount"),
        warned("one_whale.csv", whale, "dominant_customer"),
        warned(
            "returns_exceed_sales.csv",
            lambda: amounts(lambda n, a: f"-{a}" if n % 3 else a),
            "returns_exceed_sales",
        ),
        warned(
            "some_missing.csv",
            lambda: sales(**some("", "amount")),
            "missing",
            column="amount",
            row=2,
        ),
        rejected(
            "all_missing.csv",
            lambda: amounts(lambda n, a: ""),
            "no_rows_left",
            "missing",
            column="amount",
            row=2,
            rows=60,
        ),
        rejected(
            "all_words.csv",
            lambda: amounts(lambda n, a: f"{CANARY}"),
            "no_rows_left",
            "not_a_number",
            column="amount",
            row=2,
            rows=60,
        ),
        rejected(
            "mostly_words.csv",
            lambda: amounts(lambda n, a: a if n % 3 == 1 else "much"),
            "most_rows_unreadable",
            "not_a_number",
            column="amount",
            row=2,
            rows=60,
        ),
        rejected(
            "all_percentages.csv",
            lambda: amounts(lambda n, a: f"{a}%"),
            "no_rows_left",
            "not_a_number",
            column="amount",
            row=2,
            rows=60,
        ),
        rejected(
            "all_infinite.csv",
            lambda: amounts(lambda n, a: "inf"),
            "no_rows_left",
            "number_out_of_range",
            column="amount",
            row=2,
            rows=60,
        ),
        rejected(
            "true_and_false.csv",
            lambda: amounts(lambda n, a: n % 2 == 0),
            "no_rows_left",
            "not_a_number",
            column="amount",
            row=2,
            rows=60,
        ),
        rejected(
            "currencies_in_cells.csv",
            lambda: amounts(lambda n, a: ("€", "$")[n % 2] + a),
            "mixed_currencies",
            column="amount",
            rows=60,
        ),
        rejected(
            "three_currencies.csv",
            lambda: amounts(lambda n, a: f"{a} {('EUR', 'CHF', 'GBP')[n % 3]}"),
            "mixed_currencies",
            column="amount",
            rows=60,
        ),
        rejected(
            "currency_column.csv",
            lambda: sales(currency=lambda n: ("EUR", "USD")[n % 5 == 0]),
            "mixed_currencies",
            column="currency",
            rows=60,
        ),
    ],
)
