"""A small demo world -> CSV files as a shop would export them.

`python -m segmenter.synthetic.examples` writes data/examples anew, the same bytes every time. Headers,
dates, decimal commas and the shop's own words differ from Segmenter's on purpose: data/examples/mapping.toml,
written by hand, says how to read them.
"""

import csv
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow.parquet as pq

from segmenter.synthetic import make_world

CUSTOMERS, SEED = 300, 7
FOLDER = Path(__file__).resolve().parents[2] / "data" / "examples"

_YES_NO = {True: "yes", False: "no"}
_EVENTS = {
    "exposure": "sent",
    "impression": "shown",
    "view": "opened",
    "click": "clicked",
    "redeem": "voucher used",
}
_GROUPS = {"treatment": "mailed", "control": "left out"}
_SALES = {False: "sale", True: "return"}


def write_examples(folder: Path) -> None:
    """Fill `folder` with five CSV files."""
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as own:
        make_world(Path(own), customers=CUSTOMERS, seed=SEED)
        rows = {path.stem: pq.read_table(path).to_pylist() for path in Path(own).glob("*.parquet")}
    attributes = {row["customer_id"]: row for row in rows["attributes"]}
    _write(
        folder / "customers.csv",
        ({**_customer(row), **_attributes(attributes[row["customer_id"]])} for row in rows["customers"]),
    )
    _write(folder / "transactions.csv", map(_transaction, rows["transactions"]), delimiter=";")
    _write(folder / "engagements.csv", map(_engagement, rows["engagements"]))
    _write(folder / "campaigns.csv", map(_campaign, rows["campaigns"]))
    _write(folder / "assignments.csv", map(_assignment, rows["assignments"]))


def _write(path: Path, rows: Iterable[dict[str, Any]], *, delimiter: str = ",") -> None:
    lines = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(lines[0]), delimiter=delimiter, lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)


def _customer(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "Customer No": row["customer_id"],
        "Member since": row["joined_at"].strftime("%d.%m.%Y"),
        "Newsletter": _YES_NO[row["consent_email"]],
        "Ads allowed": _YES_NO[row["consent_ads"]],
        "E-mail": row["email"],
        "Mobile": row["phone"],
        "First name": row["first_name"],
        "Last name": row["last_name"],
        "Country": row["country"],
        "Postcode": row["postcode"],
    }


def _attributes(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "Age": "" if row["attr_num_1"] is None else f"{row['attr_num_1']:.0f}",
        "Signed up in": row["attr_cat_1"],
        "Region": row["attr_cat_2"],
        "Loyalty card": row["attr_cat_3"],
    }


def _transaction(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "Order": row["order_id"],
        "Customer No": row["customer_id"],
        "Ordered": row["at"].strftime("%d.%m.%Y %H:%M:%S"),
        "Department": row["category"],
        "Pieces": f"{row['quantity']:.0f}",
        "Paid EUR": f"{row['amount']:.2f}".replace(".", ","),
        "Discount EUR": f"{row['discount_amount']:.2f}".replace(".", ","),
        "Sold through": row["channel"],
        "Type": _SALES[row["is_return"]],
    }


def _engagement(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "Recipient": row["customer_id"],
        "When": row["at"].strftime("%Y-%m-%d %H:%M:%S"),
        "Event": _EVENTS[row["kind"]],
        "Mailing": row["campaign_id"],
        "Medium": row["channel"],
    }


def _campaign(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "Mailing": row["campaign_id"],
        "Title": row["name"],
        "From": row["starts_at"].strftime("%Y-%m-%d %H:%M:%S"),
        "Until": row["ends_at"].strftime("%Y-%m-%d %H:%M:%S"),
        "Offer": row["offer"],
        "Cost per contact": f"{row['contact_cost']:.2f}",
        "Cost per voucher": f"{row['offer_cost']:.2f}",
        "Voucher days": f"{row['valid_days']:.0f}",
    }


def _assignment(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "Customer No": row["customer_id"],
        "Mailing": row["campaign_id"],
        "Drawn": row["at"].strftime("%Y-%m-%d %H:%M:%S"),
        "Group": _GROUPS[row["arm"]],
    }


if __name__ == "__main__":
    write_examples(FOLDER)
