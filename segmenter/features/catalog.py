"""What each feature is called, in words that a marketer reads, and in which group and unit it comes."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Literal

from segmenter.errors import SettingsError
from segmenter.settings import Windows
from segmenter.tables.dataset import Attribute, Dataset
from segmenter.tables.sensitive import sensitive_topic

Kind = Literal["numeric", "category"]
Unit = Literal["days", "count", "money", "share", "ratio", "per day", ""]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureSpec:
    """One column of the customer features.

    name: the column. label: plain words, without the unit. unit: 'share' is in [0, 1]; 'ratio' has no bounds;
    'money' is in the data's currency. NULL in the column means unknown (no purchase yet: no gap between two).
    """

    name: str
    label: str
    group: str
    kind: Kind = "numeric"
    unit: Unit = ""


RECENCY, FREQUENCY, MONEY = "Recency", "Frequency", "Money"
RHYTHM, BASKET, PREFERENCE = "Rhythm", "Basket", "Preferences"
CONTACT, RESPONSE, PRESSURE = "Contacts", "Response to offers", "Buying with and without offers"
ATTRIBUTES = "Attributes"

# The three recent windows, as labels say them when no lengths are at hand; `feature_specs` fills in days.
_WINDOW_WORDS = {"short": "short window", "medium": "medium window", "long": "long window"}


def _numeric(group: str, unit: Unit, **labels: str) -> tuple[FeatureSpec, ...]:
    return tuple(
        FeatureSpec(name=name, label=label, group=group, unit=unit) for name, label in labels.items()
    )


def _category(group: str, **labels: str) -> tuple[FeatureSpec, ...]:
    return tuple(
        FeatureSpec(name=name, label=label, group=group, kind="category") for name, label in labels.items()
    )


_TEMPLATES: tuple[FeatureSpec, ...] = (
    *_numeric(
        RECENCY,
        "days",
        tenure_days="Time as a customer",
        days_since_last_purchase="Time since the last purchase",
        days_since_first_purchase="Time since the first purchase",
    ),
    *_numeric(
        FREQUENCY,
        "count",
        purchase_count="Purchases so far",
        purchase_count_short="Purchases in the last {short}",
        purchase_count_medium="Purchases in the last {medium}",
        purchase_count_long="Purchases in the last {long}",
    ),
    *_numeric(
        MONEY,
        "money",
        monetary_value="Spend so far, less returns",
        monetary_value_short="Spend in the last {short}",
        monetary_value_medium="Spend in the last {medium}",
        monetary_value_long="Spend in the last {long}",
        average_order_amount="Average order",
        highest_order_amount="Largest order",
        last_order_amount="Last order",
    ),
    *_numeric(MONEY, "ratio", spend_trend="Spend per day in the last {short} against all time"),
    *_numeric(
        RHYTHM,
        "days",
        mean_gap_days="Average time between purchases",
        gap_sd_days="How much the time between purchases varies",
    ),
    *_numeric(
        RHYTHM, "ratio", overdue_ratio="Time since the last purchase against the customer's average gap"
    ),
    *_numeric(BASKET, "count", items_per_order="Items per order", return_count="Returns"),
    *_numeric(
        BASKET,
        "share",
        discount_share="Orders with a discount",
        discount_depth="Average discount on the full price",
        returned_share="Spend that was returned",
    ),
    *_numeric(
        PREFERENCE,
        "count",
        category_count="Categories bought from",
        channel_count="Channels bought through",
    ),
    *_numeric(
        PREFERENCE,
        "share",
        favourite_category_share="Share of the favourite category",
        favourite_channel_share="Share of the favourite channel",
        weekend_share="Purchases at the weekend",
        evening_share="Purchases after 18:00",
    ),
    *_category(PREFERENCE, favourite_category="Favourite category", favourite_channel="Favourite channel"),
    *_numeric(
        CONTACT,
        "count",
        exposure_count="Offers received so far",
        exposure_count_short="Offers received in the last {short}",
        exposure_count_medium="Offers received in the last {medium}",
        impression_count="Ads shown so far",
        impression_count_short="Ads shown in the last {short}",
        view_count="Views so far",
        view_count_short="Views in the last {short}",
        view_count_medium="Views in the last {medium}",
        click_count="Clicks so far",
        click_count_short="Clicks in the last {short}",
        redeem_count="Redemptions so far",
        redeem_count_short="Redemptions in the last {short}",
    ),
    *_numeric(
        CONTACT,
        "days",
        days_since_last_exposure="Time since the last offer was received",
        days_since_last_impression="Time since the last ad was shown",
        days_since_last_view="Time since the last view",
        days_since_last_click="Time since the last click",
        days_since_last_redeem="Time since the last redemption",
    ),
    *_numeric(CONTACT, "ratio", clicks_per_impression="Clicks per ad shown"),
    *_numeric(RESPONSE, "share", view_rate="Offers that were seen", redeem_rate="Offers that were redeemed"),
    *_numeric(RESPONSE, "days", mean_days_to_view="Average time until an offer is seen"),
    *_numeric(
        RESPONSE,
        "count",
        open_offer_count="Offers still open and not redeemed",
        organic_conversion_count="Offers met without having been seen",
        prompted_conversion_count="Offers seen, then followed by a purchase",
    ),
    *_numeric(
        RESPONSE,
        "share",
        organic_conversion_share="Of the offers met, those not seen before",
        prompted_conversion_share="Of the offers seen, those followed by a purchase",
    ),
    *_numeric(
        RESPONSE,
        "days",
        days_since_last_organic_conversion="Time since an offer was last met without being seen",
    ),
    *_numeric(
        PRESSURE,
        "share",
        exposed_time_share="Time with an open offer",
        exposed_purchase_share="Purchases made while an offer was open",
        seen_purchase_share="Purchases made after seeing an open offer",
    ),
    *_numeric(
        PRESSURE,
        "per day",
        purchases_per_exposed_day="Purchases per day with an open offer",
        purchases_per_seen_day="Purchases per day after seeing an open offer",
        purchases_per_unexposed_day="Purchases per day without an open offer",
    ),
)


def _labelled(words: dict[str, str]) -> tuple[FeatureSpec, ...]:
    return tuple(replace(spec, label=spec.label.format(**words)) for spec in _TEMPLATES)


FEATURES: tuple[FeatureSpec, ...] = _labelled(_WINDOW_WORDS)


def recent_days(windows: Windows) -> tuple[int, int, int]:
    """Lengths of the short, medium and long window in days."""
    short, medium, long = (multiple * windows.outcome_days for multiple in windows.recent_windows)
    return short, medium, long


def window_words(windows: Windows) -> dict[str, str]:
    """Names of the recent windows -> their lengths in words: 'short' -> '30 days'."""
    return {
        name: f"{days} days" if days > 1 else "day"
        for name, days in zip(_WINDOW_WORDS, recent_days(windows), strict=True)
    }


def feature_specs(
    dataset: Dataset, windows: Windows | None = None, leave_out: Iterable[str] = ()
) -> tuple[FeatureSpec, ...]:
    """The columns of the customer features after customer_id, in their order: ours, then the attributes.

    With `windows`, labels say the length of the recent windows in days. leave_out: names of features that are
    not wanted; names that this data set does not have play no part. Sensitive attributes are features only
    where a reason was given.
    """
    unwanted = frozenset(leave_out)
    ours = FEATURES if windows is None else _labelled(window_words(windows))
    usable = (attribute for attribute in dataset.attributes if attribute.may_be_used)
    every = (*ours, *attribute_specs(usable))
    return tuple(spec for spec in every if spec.name not in unwanted)


def names_to_leave_out(dataset: Dataset, asked: Iterable[str]) -> tuple[str, ...]:
    """Names as a person gives them -> names of features, in the order of the features, each once.

    A column of the customers file may be given by its own name. Attributes with a sensitive title are left
    out unasked where the data set is older than the marks of what is sensitive; a model that learned from one
    finds it among the features all the same. Raises SettingsError for a name that the data set does not have,
    and where nothing would be left to learn from.
    """
    every = [spec.name for spec in feature_specs(dataset)]
    known = {attribute.label: attribute.name for attribute in dataset.attributes}
    known |= {name: name for name in every}
    found = {each.name for each in dataset.attributes if not each.sensitive and sensitive_topic(each.label)}
    for name in asked:
        if name not in known:
            near = get_close_matches(name.lower(), {key.lower(): key for key in known}, n=3, cutoff=0.6)
            meant = [key for key in known if key.lower() in near]
            did_you_mean = f"Did you mean {' or '.join(repr(key) for key in meant)}?"
            remedy = did_you_mean if meant else _examples(dataset)
            raise SettingsError(
                f"Setting 'leave_out' names '{name}', which is no feature of '{dataset.name}'. {remedy}"
            )
        found.add(known[name])
    if len(found) == len(every):
        raise SettingsError(
            "Setting 'leave_out' names every feature, so nothing is left to learn from. Keep some of them."
        )
    return tuple(name for name in every if name in found)


def _examples(dataset: Dataset) -> str:
    columns = ", ".join(f"'{attribute.label}'" for attribute in dataset.attributes) or "none"
    return f"Columns of the customers file: {columns}. Others are called 'purchase_count' or 'view_rate'."


def attribute_specs(attributes: Iterable[Attribute]) -> tuple[FeatureSpec, ...]:
    """One feature per attribute of the customer list; a date counts in days before the cutoff."""
    return tuple(
        FeatureSpec(
            name=attribute.name,
            label=f"Time since {attribute.label}" if attribute.kind == "date" else attribute.label,
            group=ATTRIBUTES,
            kind="category" if attribute.kind == "category" else "numeric",
            unit="days" if attribute.kind == "date" else "",
        )
        for attribute in attributes
    )
