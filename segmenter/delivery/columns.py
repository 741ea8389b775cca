"""Which columns an audience file can carry, and what each is for."""

from collections.abc import Sequence

from segmenter.errors import SettingsError

# Always possible.
AUDIENCE_COLUMNS = {
    "customer_id": "the customer's id, as in your files",
    "audience": "the audience's name",
    "exported_on": "the day of the export",
    "rank": "place in the list, 1 = contact first",
    "segment": "predicted segment",
    "score": "how much a customer looks prompted and likely to buy, 0 to 1; for ranking, not a probability",
    "expected_value": "score times expected amount or margin, in the currency of your data",
}

# Possible when the customers table has them.
CONTACT_COLUMNS = {
    "email": "e-mail address",
    "phone": "phone number",
    "first_name": "first name",
    "last_name": "last name",
    "country": "country",
    "postcode": "postcode",
}

# Scores are opt-in: a mail tool does not need them, and whoever reads them judges people by them.
DEFAULT_COLUMNS = ("customer_id", "email", "audience", "exported_on")


def available_columns(mapped_customer_columns: Sequence[str]) -> tuple[str, ...]:
    """The columns a file made from this data set can carry, in the order they are offered."""
    contact = [name for name in CONTACT_COLUMNS if name in mapped_customer_columns]
    return ("customer_id", *contact, *[name for name in AUDIENCE_COLUMNS if name != "customer_id"])


def choose_columns(wanted: Sequence[str] | None, mapped_customer_columns: Sequence[str]) -> tuple[str, ...]:
    """The wanted columns, checked; None gives the default ones that exist. customer_id always comes first."""
    available = available_columns(mapped_customer_columns)
    if wanted is None:
        return tuple(name for name in DEFAULT_COLUMNS if name in available)
    unknown = [name for name in wanted if name not in available]
    if unknown:
        raise SettingsError(
            f"An audience file cannot carry the column '{unknown[0]}'. Columns: {', '.join(available)}."
        )
    return ("customer_id", *[name for name in dict.fromkeys(wanted) if name != "customer_id"])
