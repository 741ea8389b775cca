"""What each table must look like: names, types, what is needed and what is welcome. Data, not code.

The data dictionary (data/DICTIONARY.md), the mapping page, the guesses, the checks and the stored Parquet
files are all made from this one description.
"""

from dataclasses import dataclass
from typing import Literal

ColumnType = Literal["text", "number", "time", "flag", "choice"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnContract:
    """One column of a table.

    `required`: a row without it is set aside. `contact`: personal contact data, so its values are never
    shown in messages, logs or the list of rows set aside. `choices`: the words a 'choice' column may hold.
    """

    name: str
    type: ColumnType
    required: bool
    description: str
    choices: tuple[str, ...] = ()
    contact: bool = False

    @property
    def is_id(self) -> bool:
        """Ids are text for ever: leading zeros, letters and long numbers survive."""
        return self.name.endswith("_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class TableContract:
    """One table: what a row is, what makes a row unique (empty: rows may repeat), and its columns."""

    name: str
    description: str
    key: tuple[str, ...]
    columns: tuple[ColumnContract, ...]

    def column(self, name: str) -> ColumnContract:
        """The column of that name; KeyError where the table has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.required)

    @property
    def has_time(self) -> bool:
        """Does the table say when things happened, so that it covers a period?"""
        return "at" in self.names


def _needs(name: str, type: ColumnType, description: str, choices: tuple[str, ...] = ()) -> ColumnContract:
    return ColumnContract(name=name, type=type, required=True, description=description, choices=choices)


def _may(
    name: str,
    type: ColumnType,
    description: str,
    choices: tuple[str, ...] = (),
    *,
    contact: bool = False,
) -> ColumnContract:
    return ColumnContract(
        name=name, type=type, required=False, description=description, choices=choices, contact=contact
    )


_CUSTOMER = "Whose row it is: the same id in every table. Kept as text, so 00012 and 12 are two customers."

CUSTOMERS = TableContract(
    name="customers",
    description="One row per customer: what is known about the person. Every column that is not mapped "
    "becomes an attribute the model may use.",
    key=("customer_id",),
    columns=(
        _needs("customer_id", "text", _CUSTOMER),
        _may(
            "joined_at",
            "time",
            "When the customer signed up or first became known. Without it, who had done nothing before a "
            "cutoff is scored, but not learned from: they may not have been a customer yet.",
        ),
        _may("consent_email", "flag", "May this customer be written to by e-mail? Empty counts as no."),
        _may(
            "consent_ads",
            "flag",
            "May this customer's data be sent to advertising platforms? Empty counts as no.",
        ),
        _may("email", "text", "E-mail address, used for exports only.", contact=True),
        _may("phone", "text", "Phone number, used for exports only.", contact=True),
        _may("first_name", "text", "Given name, used for exports only.", contact=True),
        _may("last_name", "text", "Family name, used for exports only.", contact=True),
        _may("country", "text", "Country of residence, used for exports only.", contact=True),
        _may("postcode", "text", "Postal code, used for exports only.", contact=True),
        _may(
            "days_since_last_purchase",
            "number",
            "How many days before the campaign the customer last bought. Only for data without a table of "
            "purchases.",
        ),
        _may(
            "purchase_count",
            "number",
            "How often the customer had bought before the campaign. Only for data without a table of "
            "purchases.",
        ),
        _may(
            "monetary_value",
            "number",
            "How much the customer had spent before the campaign, in your currency. Only for data without a "
            "table of purchases.",
        ),
    ),
)

# What a file with one row per customer may say of purchases; named as the features that they become.
HISTORY_COLUMNS = ("days_since_last_purchase", "purchase_count", "monetary_value")

TRANSACTIONS = TableContract(
    name="transactions",
    description="One row per purchase, or per line of a purchase. The one table that cannot be done without, "
    "unless a file of outcomes takes its place.",
    key=(),
    columns=(
        _needs("customer_id", "text", _CUSTOMER),
        _needs("at", "time", "When the purchase happened, in the shop's own time."),
        _needs(
            "amount",
            "number",
            "What was paid for the row, after any discount, in your currency; money given back is below "
            "zero.",
        ),
        _may("order_id", "text", "Order or invoice number; rows that share it are lines of one purchase."),
        _may("quantity", "number", "How many pieces."),
        _may(
            "discount_amount",
            "number",
            "How much was taken off the price before it was paid, in your currency; it is not part of the "
            "amount.",
        ),
        _may(
            "margin_amount",
            "number",
            "What is left of the amount after the cost of the goods, in your currency; below zero where they "
            "cost more. Where it is given, customers' value is margin, not amount. A row without it counts "
            "with the share of the amount that is left on average of the others.",
        ),
        _may("category", "text", "Product category."),
        _may("channel", "text", "Where it was bought: shop, web, app ..."),
        _may(
            "is_return",
            "flag",
            "Is the row a return? Where this is not mapped, amounts below zero are returns.",
        ),
    ),
)

ENGAGEMENTS = TableContract(
    name="engagements",
    description="One row per touch with marketing: something sent, shown, opened, clicked or redeemed.",
    key=(),
    columns=(
        _needs("customer_id", "text", _CUSTOMER),
        _needs("at", "time", "When the touch happened, in the data's own time."),
        _needs(
            "kind",
            "choice",
            "What happened: exposure (sent or received), impression (shown), view (opened), click, "
            "redeem (offer used).",
            ("exposure", "impression", "view", "click", "redeem"),
        ),
        _may("campaign_id", "text", "Which campaign, mailing or offer it belongs to."),
        _may("channel", "text", "Where it happened: e-mail, app, web, post ..."),
    ),
)

CAMPAIGNS = TableContract(
    name="campaigns",
    description="One row per campaign or offer: what it was and what it cost.",
    key=("campaign_id",),
    columns=(
        _needs("campaign_id", "text", "The campaign's id, as the engagements and assignments name it."),
        _may("name", "text", "The campaign's name."),
        _may("starts_at", "time", "When it starts."),
        _may("ends_at", "time", "When it ends."),
        _may("offer", "text", "What is offered: discount, voucher, information ..."),
        _may("contact_cost", "number", "What contacting one customer costs, in your currency."),
        _may("offer_cost", "number", "What one redeemed offer costs, in your currency."),
        _may("valid_days", "number", "For how many days after receipt the offer is valid."),
    ),
)

ASSIGNMENTS = TableContract(
    name="assignments",
    description="One row per customer and trial: who was contacted by chance, and who was left out to "
    "compare with.",
    key=("customer_id", "campaign_id", "arm"),
    columns=(
        _needs("customer_id", "text", _CUSTOMER),
        _needs("campaign_id", "text", "Which trial or campaign."),
        _needs("at", "time", "When the customer was assigned."),
        _needs(
            "arm",
            "choice",
            "treatment (to be contacted) or control (left out by chance).",
            ("treatment", "control"),
        ),
    ),
)

INTENTS = TableContract(
    name="intents",
    description="One row per customer whose intent is known, for example from a survey or an earlier trial.",
    key=("customer_id",),
    columns=(
        _needs("customer_id", "text", _CUSTOMER),
        _needs(
            "intent",
            "choice",
            "prompted (bought because of the campaign) or organic (would have bought anyway).",
            ("prompted", "organic"),
        ),
        _may("at", "time", "When this became known."),
        _may("evidence", "text", "How it is known."),
    ),
)

OUTCOMES = TableContract(
    name="outcomes",
    description="One row per customer of one campaign: what became of them. For files that have one row per "
    "customer with ready columns, in place of tables of purchases and touches.",
    key=("customer_id",),
    columns=(
        _needs("customer_id", "text", _CUSTOMER),
        _may(
            "segment",
            "choice",
            "The given label: engaged (the campaign reached them and they bought), unengaged (bought "
            "without it) or inactive. Where it is not mapped, it is made from whether they bought and were "
            "contacted.",
            ("engaged", "unengaged", "inactive"),
        ),
        _may("bought", "flag", "Whether the customer bought after the campaign, or did what it asked for."),
        _may("reacted", "flag", "Whether the customer reacted to the campaign: opened, clicked, visited."),
        _may("amount", "number", "What the customer paid after the campaign, in your currency."),
        _may(
            "arm",
            "choice",
            "treatment (contacted) or control (left out by chance). Without it everybody counts as "
            "contacted.",
            ("treatment", "control"),
        ),
        _may(
            "at",
            "time",
            "When the campaign began. What the file says about the customer must have been known before it.",
        ),
    ),
)

TABLES: dict[str, TableContract] = {
    table.name: table
    for table in (CUSTOMERS, TRANSACTIONS, ENGAGEMENTS, CAMPAIGNS, ASSIGNMENTS, INTENTS, OUTCOMES)
}
