"""What the demo world assumes, in one place: every number that shapes customers, purchases and messages.

Each value is an order of magnitude from common knowledge of retail and e-mail marketing, set before any model
was trained on the world and never changed because of a result; docs/demo-world.md gives the reason for each.
Shares are in [0, 1]; a `*_logit` is the log-odds for an average customer; a `*_sd` is a standard deviation of
logarithms (of log-odds for `read_sd`).
"""

from dataclasses import dataclass

from segmenter.settings import check_positive, check_share

CATEGORIES = ("clothing", "garden", "home", "kitchen", "stationery", "toys")
CHANNELS = ("shop", "web", "app")


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumptions:
    """The parameters of the demo world. Raises SettingsError for a share outside [0, 1]."""

    # Coming and going
    joined_before_share: float = (
        0.65  # joined before the history begins, evenly over the four years before it
    )
    joined_before_days: int = 1460
    lifetime_days: float = 900.0  # mean time until a customer quietly stops buying (exponential)
    lapsed_rate: float = 0.04  # what is left of the purchase rate after that
    never_bought_share: float = 0.10  # signed up without buying
    never_bought_rate: float = 0.3  # their purchase rate, relative to a customer's

    # Purchase rhythm
    monthly_rate: float = 0.25  # purchases a month of the median customer
    monthly_rate_sd: float = (
        0.9  # log-normal: the mean is 1.5 times the median, one in a hundred buys twice a month
    )

    # Baskets
    extra_lines: float = 0.5  # order lines beyond the first, on average (Poisson, three at most)
    price_sd: float = 0.6  # spread of prices inside a category
    basket_sd: float = 0.35  # spread of price levels between customers
    markdown_logit: float = -1.3  # a line bought at a general markdown, for an average customer
    markdown_by_deal_affinity: float = 0.8
    markdown_in_sale_season: float = 0.9
    returns_shop: float = 0.03
    returns_online: float = 0.12
    return_days: float = 8.0  # mean days until a return, after the first three

    # Who can be reached
    consent_email_share: float = 0.92
    consent_ads_share: float = 0.55
    age_missing_share: float = 0.15
    loyalty_logit: float = -0.4
    loyalty_by_rate: float = 0.6  # frequent buyers join the loyalty programme more often

    # Attention to messages
    read_logit: float = -0.75  # about a third of the messages are read by an average customer
    read_sd: float = 1.0
    attention_with_rate: float = 0.35  # correlation of attention and purchase rate: keen buyers read more
    read_when_lapsed: float = -0.8  # added to the log-odds once a customer has lapsed
    machine_open_share: float = 0.12  # mail programs that open every message by themselves
    hidden_open_share: float = 0.15  # customers whose opens are not recorded

    # What a message that was read does
    response: float = 0.10  # cumulative extra hazard of buying after reading, for the median customer
    response_by_deal_affinity: float = 0.4
    response_by_age: float = -0.15  # per standard deviation of age
    response_own_sd: float = 0.6  # lasting differences that nothing observable explains
    response_drift_sd: float = 0.35  # differences that fade from wave to wave
    response_drift_memory: float = 0.8  # correlation of the drift of two waves in a row
    response_by_rate: float = (
        0.5  # 0: the message adds the same chance for all; 1: it multiplies the own rate
    )
    response_when_lapsed: float = 0.4
    response_fit: float = 0.4  # how much the fit of the offered category matters
    response_daily_decay: float = 0.8  # the effect of each day relative to the day before

    # What buyers leave behind
    click_logit: float = -2.2  # a reader clicks, without buying because of it
    click_by_response: float = 0.4
    click_before_moved_purchase: float = 0.6
    fetch_logit: float = -1.4  # a customer who buys anyway looks the voucher up first
    fetch_by_deal_affinity: float = 0.5
    redeem_moved: float = 0.85
    redeem_fetched: float = 0.90
    redeem_read_logit: float = -0.8  # a reader who buys anyway uses the offer
    redeem_by_deal_affinity: float = 0.6
    redeem_unread_loyal: float = 0.25  # the till applies the offer to a loyalty card
    redeem_unread: float = 0.04
    redeem_uncontacted: float = 0.02  # found on a coupon site
    impressions: float = 1.0  # ad impressions per contacted customer who allows ads (Poisson, four at most)
    impression_before_online_purchase: float = 0.3  # who shops online meets more ads that day
    ad_click: float = 0.008

    # How the retailer contacts
    contact_by_points: tuple[float, ...] = (
        0.05,
        0.10,
        0.20,
        0.35,
        0.55,
        0.75,
        0.90,
    )  # by 0 to 6 RFM-like points
    control_share: float = 0.10  # of everybody who may be written to, in the randomised waves

    def __post_init__(self) -> None:
        check_positive(
            joined_before_days=self.joined_before_days,
            lifetime_days=self.lifetime_days,
            monthly_rate=self.monthly_rate,
        )
        check_share(
            joined_before_share=self.joined_before_share,
            never_bought_share=self.never_bought_share,
            consent_email_share=self.consent_email_share,
            consent_ads_share=self.consent_ads_share,
            control_share=self.control_share,
            attention_with_rate=self.attention_with_rate,
            response_daily_decay=self.response_daily_decay,
        )
