"""Titles that real systems export are understood; a wrong id or date is never proposed in silence."""

import pytest

from segmenter.errors import MissingColumn
from segmenter.tables.contracts import TABLES
from segmenter.tables.guessing import guess_columns, guess_mapping, guess_parts, guess_source
from segmenter.tables.header_words import is_contact_name, is_id_name, plain_title
from segmenter.tables.word_meanings import meaning, meanings
from tests.tables.here import inspect

# Example cells per meaning, four rows each, so that contents never decide but only veto.
CELLS = {
    "id": ["00017", "00018", "00017", "00020"],
    "key": ["00017", "00018", "00019", "00020"],  # of people: nobody twice
    "date": ["2024-03-01", "2024-03-17", "2024-04-02", "2024-05-05"],
    "money": ["24.90", "59.00", "9.95", "14.50"],
    "number": ["1", "2", "1", "3"],
    "word": ["web", "shop", "web", "app"],
    "flag": ["yes", "no", "yes", "no"],
    "email": ["ada@example.com", "ben@example.com", "ada@example.com", "dev@example.com"],
    "phone": ["+441632960101", "+441632960102", "+441632960101", "+441632960104"],
    "order": ["A-1", "A-2", "A-3", "A-4"],
    "event": ["Sent", "Opened", "Clicked", "Sent"],
    "arm": ["test", "control", "test", "control"],
}

# (name of the export, {title: (kind of cells, contract column expected or None)}, table)
EXPORTS = {
    "plain English": (
        "transactions",
        {
            "Customer Number": ("id", "customer_id"),
            "Purchase Date": ("date", "at"),
            "Total Amount": ("money", "amount"),
        },
    ),
    "camel case": (
        "transactions",
        {
            "customerId": ("id", "customer_id"),
            "orderDate": ("date", "at"),
            "orderId": ("order", "order_id"),
            "totalPrice": ("money", "amount"),
        },
    ),
    "German": (
        "transactions",
        {
            "Kunden-Nr.": ("id", "customer_id"),
            "Bestelldatum": ("date", "at"),
            "Umsatz": ("money", "amount"),
            "Bestellnummer": ("order", "order_id"),
            "Menge": ("number", "quantity"),
            "Warengruppe": ("word", "category"),
            "Kanal": ("word", "channel"),
            "Rabatt": ("money", "discount_amount"),
            "Deckungsbeitrag": ("money", "margin_amount"),
        },
    ),
    "French": (
        "transactions",
        {
            "Numéro client": ("id", "customer_id"),
            "Date de commande": ("date", "at"),
            "Montant TTC": ("money", "amount"),
            "Quantité": ("number", "quantity"),
            "Catégorie": ("word", "category"),
            "Canal": ("word", "channel"),
            "Remise": ("money", "discount_amount"),
            "Marge brute": ("money", "margin_amount"),
        },
    ),
    "Spanish": (
        "transactions",
        {
            "ID cliente": ("id", "customer_id"),
            "Fecha de compra": ("date", "at"),
            "Importe": ("money", "amount"),
            "Cantidad": ("number", "quantity"),
            "Categoría": ("word", "category"),
            "Descuento": ("money", "discount_amount"),
            "Margen": ("money", "margin_amount"),
        },
    ),
    "WooCommerce orders": (
        "transactions",
        {
            "order_id": ("order", "order_id"),
            "order_date": ("date", "at"),
            "order_total": ("money", "amount"),
            "customer_id": ("id", "customer_id"),
            "cart_discount": ("money", "discount_amount"),
            "gross_profit": ("money", "margin_amount"),
            "billing_email": ("email", None),
        },
    ),
    "Magento orders": (
        "transactions",
        {
            "increment_id": ("order", "order_id"),
            "customer_id": ("id", "customer_id"),
            "created_at": ("date", "at"),
            "grand_total": ("money", "amount"),
            "total_qty_ordered": ("number", "quantity"),
        },
    ),
    "Shopify orders": (
        "transactions",
        {
            "Name": ("order", None),
            "Email": ("email", "customer_id"),
            "Created at": ("date", "at"),
            "Total": ("money", "amount"),
            "Discount Amount": ("money", "discount_amount"),
            "Lineitem quantity": ("number", "quantity"),
            "Id": ("order", None),
        },
    ),
    "Shopify customers": (
        "customers",
        {
            "Customer ID": ("key", "customer_id"),
            "First Name": ("word", "first_name"),
            "Last Name": ("word", "last_name"),
            "Email": ("email", "email"),
            "Accepts Email Marketing": ("flag", "consent_email"),
            "Default Address Country Code": ("word", "country"),
            "Default Address Zip": ("number", "postcode"),
            "Phone": ("phone", "phone"),
        },
    ),
    "Klaviyo profiles": (
        "customers",
        {
            "Klaviyo ID": ("key", "customer_id"),
            "Email": ("email", "email"),
            "Phone Number": ("phone", "phone"),
            "First Name": ("word", "first_name"),
            "Zip Code": ("number", "postcode"),
            "Email Marketing Consent": ("flag", "consent_email"),
            "Profile Created On": ("date", "joined_at"),
        },
    ),
    "HubSpot contacts": (
        "customers",
        {
            "Record ID": ("key", "customer_id"),
            "First Name": ("word", "first_name"),
            "Email": ("email", "email"),
            "Mobile Phone Number": ("phone", "phone"),
            "Create Date": ("date", "joined_at"),
            "Postal Code": ("number", "postcode"),
        },
    ),
    "German customers": (
        "customers",
        {
            "Kundennummer": ("key", "customer_id"),
            "Vorname": ("word", "first_name"),
            "Nachname": ("word", "last_name"),
            "E-Mail-Adresse": ("email", "email"),
            "Telefonnummer": ("phone", "phone"),
            "PLZ": ("number", "postcode"),
            "Land": ("word", "country"),
            "Kunde seit": ("date", "joined_at"),
            "Einwilligung Newsletter": ("flag", "consent_email"),
        },
    ),
    "mailing log": (
        "engagements",
        {
            "Person ID": ("id", "customer_id"),
            "Timestamp": ("date", "at"),
            "Event Type": ("event", "kind"),
            "Campaign Name": ("word", "campaign_id"),
        },
    ),
    "trial": (
        "assignments",
        {
            "customer": ("id", "customer_id"),
            "campaign": ("word", "campaign_id"),
            "assigned at": ("date", "at"),
            "group": ("arm", "arm"),
        },
    ),
}


def csv_of(titles: dict[str, tuple[str, str | None]]) -> str:
    rows = zip(*(CELLS[kind] for kind, _ in titles.values()), strict=True)
    return "\n".join(",".join(cells) for cells in [tuple(titles), *rows]) + "\n"


@pytest.mark.parametrize("export", EXPORTS)
def test_the_exports_of_real_systems_are_understood(export, tmp_path):
    table, titles = EXPORTS[export]
    parts = dict(guess_parts(inspect(csv_of(titles), tmp_path, "export.csv")))
    assert set(parts) == {table}
    found = {name: source.column for name, source in parts[table].columns.items()}
    expected = {wanted: title for title, (_, wanted) in titles.items() if wanted}
    assert found == expected


def test_contents_veto_a_title(tmp_path):
    source = inspect("customer_id,date,amount\nA,soon,much\nB,later,little\nA,never,none\n", tmp_path)
    assert set(guess_columns(source, TABLES["transactions"])) == {"customer_id"}


def test_an_order_number_called_id_is_not_taken_for_the_customer(tmp_path):
    source = inspect("id,created_at,total\n1,2024-01-01,5\n2,2024-01-02,6\n", tmp_path)
    with pytest.raises(MissingColumn, match="'customer_id'"):
        guess_source(source, "transactions")


def test_a_file_in_which_ids_repeat_is_not_a_list_of_customers(tmp_path):
    rows = "".join(f"{n % 5},red,{n}\n" for n in range(40))
    assert guess_parts(inspect("customer_id,colour,shelf\n" + rows, tmp_path)) == []


def test_the_only_dates_of_an_event_table_are_its_time(tmp_path):
    source = inspect("customer_id,Verkauft,total\nA,2024-01-01,5\nB,2024-01-02,6\nA,2024-01-03,7\n", tmp_path)
    assert guess_source(source, "transactions").columns["at"].column == "Verkauft"


def test_a_log_of_events_and_purchases_feeds_two_tables(tmp_path):
    log = (
        "person_id,event,at,offer_id,amount\n"
        "A,offer received,2024-01-01,o1,\nA,offer viewed,2024-01-02,o1,\nA,transaction,2024-01-03,,5.5\n"
        "B,transaction,2024-01-03,,7\nB,offer completed,2024-01-03,o1,\n"
    )
    mapping = guess_mapping([inspect(log, tmp_path, "transcript.csv")])
    (purchases,), (touches,) = mapping.tables["transactions"], mapping.tables["engagements"]
    assert purchases.where == {"event": ("transaction",)}
    assert set(touches.where["event"]) == {"offer received", "offer viewed", "offer completed"}
    assert touches.columns["kind"].values == {
        "offer received": "exposure",
        "offer viewed": "view",
        "offer completed": "redeem",
    }


def test_the_state_of_an_order_is_not_an_event(tmp_path):
    rows = "customer_id,date,total,status\n" + "A,2024-01-01,5,completed\nB,2024-01-02,6,ordered\n" * 3
    part = guess_source(inspect(rows, tmp_path, "orders.csv"), "transactions")
    assert part.where == {}


def test_files_that_know_customers_by_e_mail_only_make_e_mail_the_key_of_all(tmp_path):
    orders = inspect(csv_of(EXPORTS["Shopify orders"][1]), tmp_path, "orders.csv")
    customers = inspect(csv_of(EXPORTS["Shopify customers"][1]), tmp_path, "customers.csv")
    mapping = guess_mapping([orders, customers])
    keys = {table: parts[0].columns["customer_id"].column for table, parts in mapping.tables.items()}
    assert keys == {"customers": "Email", "transactions": "Email"}


@pytest.mark.parametrize(
    ("word", "ours"),
    [
        ("Email Sent", "exposure"),
        ("offer viewed", "view"),
        ("Opened Email", "view"),
        ("Clicked Email", "click"),
        ("geöffnet", "view"),
        ("coupon redeemed", "redeem"),
        ("Placed Order", None),
        ("order completed", None),
        ("Bounced", None),
        ("sent and opened", None),
    ],
)
def test_words_of_events_have_one_meaning_or_none(word, ours):
    assert meaning(word, "kind") == ours


def test_beside_a_control_group_every_other_group_is_treated():
    assert meanings(("Mens E-Mail", "Womens E-Mail", "No E-Mail"), "arm") == {
        "Mens E-Mail": "treatment",
        "Womens E-Mail": "treatment",
        "No E-Mail": "control",
    }
    assert meanings(("gold", "silver"), "arm") == {}


@pytest.mark.parametrize(
    ("title", "plain"),
    [("Kunden-Nr.", "kunden nr"), ("orderDate", "order date"), ("GRÖSSE", "groesse"), ("Prénom", "prenom")],
)
def test_titles_are_compared_in_plain_form(title, plain):
    assert plain_title(title) == plain


def test_contact_data_and_ids_are_known_by_their_titles():
    assert all(
        is_contact_name(title) for title in ("E-Mail", "Straße", "Date of Birth", "Full Name", "Nachname")
    )
    assert not any(is_contact_name(title) for title in ("Loyalty tier", "age", "income"))
    assert is_id_name("person_no")
    assert not is_id_name("income")


@pytest.mark.parametrize("table", TABLES)
def test_a_missing_column_is_named_with_the_columns_there_are(table, tmp_path):
    source = inspect("colour,size\nred,5\nblue,6\n", tmp_path, "things.csv")
    with pytest.raises(MissingColumn, match=r"'things.csv' has no column .* Found: 'colour', 'size'"):
        guess_source(source, table)


def months(sizes: dict[str, int]) -> dict[str, str]:
    """Files of orders with the same titles; the first of them has every customer once."""
    first = next(iter(sizes))
    return {
        name: "Customer No,Created at,Total,City,Email\n"
        + "".join(
            f"C{row if name == first else row % 7:04},2024-05-{row % 28 + 1:02},{row}.50,Köln,c{row}@x.de\n"
            for row in range(rows)
        )
        for name, rows in sizes.items()
    }


def test_files_of_the_same_titles_feed_one_table(tmp_path):
    """In January everybody bought once, which alone looks like customers; the largest file decides."""
    sizes = {f"export-2024-{month:02}.csv": 60 + month for month in range(1, 13)}
    files = [inspect(content, tmp_path, name) for name, content in months(sizes).items()]
    alone = guess_mapping(files[:1])
    assert list(alone.tables) == ["customers"]
    for order in (files, files[::-1]):
        mapping = guess_mapping(order)
        assert {table: [part.file for part in parts] for table, parts in mapping.tables.items()} == {
            "transactions": [file.name for file in order]
        }
        parts = mapping.tables["transactions"]
        assert all(part.columns == parts[0].columns for part in parts)


def test_files_of_other_titles_are_guessed_for_themselves(tmp_path):
    files = [inspect(content, tmp_path, name) for name, content in months({"a.csv": 60, "b.csv": 61}).items()]
    people = inspect("Customer No,City\n" + "".join(f"C{n:04},Köln\n" for n in range(60)), tmp_path, "p.csv")
    mapping = guess_mapping([*files, people])
    assert [part.file for part in mapping.tables["transactions"]] == ["a.csv", "b.csv"]
    assert [part.file for part in mapping.tables["customers"]] == ["p.csv"]


@pytest.mark.parametrize(
    ("dates", "is_asked"),
    [
        (("03/04/2024", "05/06/2024"), True),
        (("03/04/2024", "31/12/2024"), False),
        (("03/04/2024", "12/31/2024"), False),
        (("03.04.2024", "05.06.2024"), False),
        (("2024-04-03", "2024-06-05"), False),
    ],
)
def test_dates_that_could_be_read_both_ways_are_known_before_they_are_read(dates, is_asked, tmp_path):
    rows = "".join(f"C{n},{date},5\n" for n, date in enumerate(dates))
    column = inspect(f"customer_id,date,total\n{rows}", tmp_path).column("date")
    assert column.ambiguous_dates == is_asked
