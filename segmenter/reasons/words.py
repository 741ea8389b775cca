"""A feature and a customer's value of it -> why the score is as it is, in neutral words.

The words describe what was recorded, beside the average of the customers scored: never what kind of person
somebody is, and nothing that the customer would be surprised to read. Attributes come from the customer's
own file and are named as they are there: 'Age: 34'.
"""

from dataclasses import dataclass

from segmenter.features.catalog import ATTRIBUTES, FeatureSpec, window_words
from segmenter.settings import Windows


@dataclass(frozen=True, slots=True)
class Words:
    """What is said of a value above (or at) the average, of one below it, and of an unknown one.

    Both sides name the same quantity, because its value stands behind them: 'at a discount less often (30%)',
    not 'at full price more often'.

    {short}, {medium} and {long} are the recent windows; {value} is the value, of categories.
    """

    high: str
    low: str
    unknown: str = "{label}: not known"


NEVER_BOUGHT = "Has not bought yet"
NO_RHYTHM = "Has too few purchases for a rhythm"
NO_OFFER = "Has not received an offer yet"
NO_SEEN_OFFER = "Has not seen an offer yet"
TWO = ("short", "medium")


def _more_and_less(pattern: str, unknown: str = "{label}: not known") -> Words:
    return Words(
        pattern.format(than="more often than average"),
        pattern.format(than="less often than average"),
        unknown,
    )


def _recent(
    what: str, more: str, less: str, windows: tuple[str, ...] = ("short", "medium", "long")
) -> dict[str, Words]:
    """The same words for each recent window; `what` is the column without the window."""
    return {
        f"{what}_{window}": Words(
            f"{more} than average in the last {{{window}}}", f"{less} than average in the last {{{window}}}"
        )
        for window in windows
    }


WORDS: dict[str, Words] = {
    "tenure_days": Words(
        "Has been a customer for longer than average", "Became a customer more recently than average"
    ),
    "days_since_last_purchase": Words(
        "Has not bought for longer than average", "Bought more recently than average", NEVER_BOUGHT
    ),
    "days_since_first_purchase": Words(
        "First bought longer ago than average", "First bought more recently than average", NEVER_BOUGHT
    ),
    "purchase_count": Words("Has bought more often than average", "Has bought less often than average"),
    **_recent("purchase_count", "Bought more often", "Bought less often"),
    "monetary_value": Words("Has spent more than average so far", "Has spent less than average so far"),
    **_recent("monetary_value", "Spent more", "Spent less"),
    "average_order_amount": Words(
        "Places larger orders than average", "Places smaller orders than average", NEVER_BOUGHT
    ),
    "highest_order_amount": Words(
        "Largest order is above average", "Largest order is below average", NEVER_BOUGHT
    ),
    "last_order_amount": Words(
        "Last order was larger than average", "Last order was smaller than average", NEVER_BOUGHT
    ),
    "spend_trend": Words(
        "Recent spend, against the customer's own past, is above average",
        "Recent spend, against the customer's own past, is below average",
    ),
    "mean_gap_days": Words(
        "Leaves more time between purchases than average",
        "Leaves less time between purchases than average",
        NO_RHYTHM,
    ),
    "gap_sd_days": Words(
        "Buys at less regular times than average", "Buys at more regular times than average", NO_RHYTHM
    ),
    "overdue_ratio": Words(
        "Is further into the usual pause between purchases than average",
        "Is earlier in the usual pause between purchases than average",
        NO_RHYTHM,
    ),
    "items_per_order": Words(
        "Buys more items per order than average", "Buys fewer items per order than average"
    ),
    "return_count": Words(
        "Has returned purchases more often than average", "Has returned purchases less often than average"
    ),
    "discount_share": Words(
        "Buys at a discount more often than average", "Buys at a discount less often than average"
    ),
    "discount_depth": Words(
        "Buys at larger discounts than average", "Buys at smaller discounts than average"
    ),
    "returned_share": Words(
        "Returns a larger part of purchases than average", "Returns a smaller part of purchases than average"
    ),
    "category_count": Words(
        "Buys from more categories than average", "Buys from fewer categories than average"
    ),
    "channel_count": Words(
        "Buys through more channels than average", "Buys through fewer channels than average"
    ),
    "favourite_category_share": Words(
        "Keeps to one category more than average", "Keeps to one category less than average"
    ),
    "favourite_channel_share": Words(
        "Keeps to one channel more than average", "Keeps to one channel less than average"
    ),
    "weekend_share": Words(
        "Buys at the weekend more often than average",
        "Buys at the weekend less often than average",
        NEVER_BOUGHT,
    ),
    "evening_share": Words(
        "Buys after 18:00 more often than average", "Buys after 18:00 less often than average", NEVER_BOUGHT
    ),
    "favourite_category": Words(
        "Buys most from {value}", "Buys most from {value}", "No favourite category yet"
    ),
    "favourite_channel": Words(
        "Buys most through {value}", "Buys most through {value}", "No favourite channel yet"
    ),
    "exposure_count": Words(
        "Has received more offers than average", "Has received fewer offers than average"
    ),
    **_recent("exposure_count", "Received more offers", "Received fewer offers", TWO),
    "impression_count": Words(
        "Has been shown more ads than average", "Has been shown fewer ads than average"
    ),
    **_recent("impression_count", "Was shown more ads", "Was shown fewer ads", ("short",)),
    "view_count": _more_and_less("Has viewed offers {than}"),
    **_recent("view_count", "Viewed offers more often", "Viewed offers less often", TWO),
    "click_count": _more_and_less("Has clicked {than}"),
    **_recent("click_count", "Clicked more often", "Clicked less often", ("short",)),
    "redeem_count": Words("Has redeemed more offers than average", "Has redeemed fewer offers than average"),
    **_recent("redeem_count", "Redeemed more offers", "Redeemed fewer offers", ("short",)),
    "days_since_last_exposure": Words(
        "Last offer came longer ago than average", "Last offer came more recently than average", NO_OFFER
    ),
    "days_since_last_impression": Words(
        "Last ad was shown longer ago than average",
        "Last ad was shown more recently than average",
        "Has not been shown an ad yet",
    ),
    "days_since_last_view": Words(
        "Last viewed an offer longer ago than average",
        "Last viewed an offer more recently than average",
        "Has not viewed an offer yet",
    ),
    "days_since_last_click": Words(
        "Last clicked longer ago than average",
        "Last clicked more recently than average",
        "Has not clicked yet",
    ),
    "days_since_last_redeem": Words(
        "Last redeemed an offer longer ago than average",
        "Last redeemed an offer more recently than average",
        "Has not redeemed an offer yet",
    ),
    "clicks_per_impression": Words(
        "Clicks on more of the ads shown than average",
        "Clicks on fewer of the ads shown than average",
        "Has not been shown an ad yet",
    ),
    "view_rate": Words(
        "Sees more of the offers received than average",
        "Sees fewer of the offers received than average",
        NO_OFFER,
    ),
    "redeem_rate": Words(
        "Redeems more of the offers received than average",
        "Redeems fewer of the offers received than average",
        NO_OFFER,
    ),
    "mean_days_to_view": Words(
        "Sees offers later than average", "Sees offers sooner than average", NO_SEEN_OFFER
    ),
    "open_offer_count": Words("Has more open offers than average", "Has fewer open offers than average"),
    "organic_conversion_count": _more_and_less("Bought during an offer before seeing it {than}"),
    "prompted_conversion_count": _more_and_less("Saw an offer and then bought {than}"),
    "organic_conversion_share": Words(
        "A larger share of offers met was unseen than average",
        "A smaller share of offers met was unseen than average",
        "Has not bought during an offer yet",
    ),
    "prompted_conversion_share": Words(
        "Bought after more of the offers seen than average",
        "Bought after fewer of the offers seen than average",
        NO_SEEN_OFFER,
    ),
    "days_since_last_organic_conversion": Words(
        "Last bought during an unseen offer longer ago than average",
        "Last bought during an unseen offer more recently than average",
        "Has not bought during an offer before seeing it",
    ),
    "exposed_time_share": Words(
        "Had an open offer for more of the time than average",
        "Had an open offer for less of the time than average",
    ),
    "exposed_purchase_share": Words(
        "Makes more of the purchases with an open offer than average",
        "Makes fewer of the purchases with an open offer than average",
        NEVER_BOUGHT,
    ),
    "seen_purchase_share": Words(
        "Makes more of the purchases after seeing an offer than average",
        "Makes fewer of the purchases after seeing an offer than average",
        NEVER_BOUGHT,
    ),
    "purchases_per_exposed_day": _more_and_less(
        "Buys {than} on days with an open offer", "Has had no day with an open offer"
    ),
    "purchases_per_seen_day": _more_and_less("Buys {than} after seeing an offer", NO_SEEN_OFFER),
    "purchases_per_unexposed_day": _more_and_less(
        "Buys {than} on days without an offer", "Has had no day without an offer"
    ),
}


def reason_words(
    spec: FeatureSpec, value: float | None, *, average: float | None, level: str | None, windows: Windows
) -> str:
    """One reason as a sentence without its full stop, the value in brackets: 'Bought ... (12 days)'.

    value: None where unknown; average: of the known values; level: what a category's value is called.
    """
    is_known = level is not None if spec.kind == "category" else value is not None
    words = WORDS.get(spec.name)
    if words is None or spec.group == ATTRIBUTES:
        if not is_known:
            return f"{spec.label}: not known"
        return f"{spec.label}: {level if level is not None else value_words(value or 0.0, spec.unit)}"
    if not is_known:
        return words.unknown.format(label=spec.label)
    if level is not None:
        return words.high.format(value=level)
    is_high = average is None or (value or 0.0) >= average
    said = (words.high if is_high else words.low).format(**window_words(windows))
    return f"{said} ({value_words(value or 0.0, spec.unit)})"


def value_words(value: float, unit: str) -> str:
    """A value in its unit, with no more digits than a reader can use."""
    if unit == "share":
        return f"{value:.0%}"
    if unit == "days" and 0 < value < 1:
        hours = 24 * value
        return "under an hour" if hours < 1 else f"{hours:.0f} hours" if round(hours) > 1 else "1 hour"
    if unit == "money":
        text = f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.2f}"
    elif abs(value) >= 100 or float(value).is_integer():
        text = f"{value:,.0f}"
    else:
        text = f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}" if abs(value) >= 0.1 else f"{value:.3f}"
        text = "under 0.001" if 0 < value < 0.0005 else text
    text = text.replace("-", "−")
    if unit == "days":
        return f"{text} day" if text == "1" else f"{text} days"
    return f"{text}×" if unit == "ratio" else f"{text} per day" if unit == "per day" else text
