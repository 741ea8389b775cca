"""What happened in a block of customers -> rows of the tables, and the hidden truth beside them."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from segmenter.synthetic.assumptions import CATEGORIES, CHANNELS
from segmenter.synthetic.baskets import OrderLines
from segmenter.synthetic.history import CONTROL, NO_TRIAL, WaveTruth
from segmenter.synthetic.people_tables import customer_ids, moments, words
from segmenter.synthetic.population import Customers
from segmenter.synthetic.schedule import WAVES
from segmenter.synthetic.traces import DAY, KINDS, MEDIA, SEND_SECOND, Engagements

CUSTOMER_TYPES = ("never", "when_contacted", "anyway")
_WAVE_IDS = tuple(wave.campaign_id for wave in WAVES)
_WAVE_DAYS = np.array([wave.day for wave in WAVES])
_SENDS = _WAVE_DAYS * DAY + SEND_SECOND


def transactions_table(people: Customers, lines: OrderLines, first_order: int) -> pa.Table:
    """transactions, one row per order line or returned line; orders are numbered on from `first_order`."""
    order = pc.utf8_lpad(pc.cast(pa.array(lines.order + first_order), pa.string()), 9, "0")
    return pa.table(
        {
            "customer_id": customer_ids(people.number).take(pa.array(lines.customer)),
            "at": moments(lines.at),
            "amount": lines.amount,
            "order_id": pc.binary_join_element_wise("N", order, ""),
            "quantity": lines.quantity,
            "discount_amount": lines.discount_amount,
            "margin_amount": pa.nulls(len(lines.at), pa.float64()),  # this shop does not tell
            "category": words(lines.category, CATEGORIES),
            "channel": words(lines.channel, CHANNELS),
            "is_return": lines.is_return,
        }
    )


def engagements_table(people: Customers, engagements: Engagements) -> pa.Table:
    """engagements, one row per touch."""
    return pa.table(
        {
            "customer_id": customer_ids(people.number).take(pa.array(engagements.customer)),
            "at": moments(engagements.at),
            "kind": words(engagements.kind, KINDS),
            "campaign_id": words(engagements.wave, _WAVE_IDS),
            "channel": words(engagements.medium, MEDIA),
        }
    )


def assignments_table(people: Customers, truths: tuple[WaveTruth, ...]) -> pa.Table:
    """assignments, one row per customer and randomised wave, made an hour before the send."""
    arm = np.stack([truth.arm for truth in truths], axis=1)  # (n, n_waves)
    customer, wave = np.nonzero(arm != NO_TRIAL)
    return pa.table(
        {
            "customer_id": customer_ids(people.number).take(pa.array(customer)),
            "campaign_id": words(wave, _WAVE_IDS),
            "at": moments(_SENDS[wave] - 3600),
            "arm": words((arm[customer, wave] != CONTROL).astype(np.int64), ("control", "treatment")),
        }
    )


def truth_table(people: Customers, truths: tuple[WaveTruth, ...]) -> pa.Table:
    """truth, one row per campaign and customer who had joined before: what no real table could hold."""
    customer, wave = np.nonzero(people.joined_day[:, None] < _WAVE_DAYS[None, :])

    def column(name: str) -> np.ndarray:
        return np.stack([getattr(truth, name) for truth in truths], axis=1)[customer, wave]

    without, with_contact = column("buys_without"), column("buys_with")
    return pa.table(
        {
            "customer_id": customer_ids(people.number).take(pa.array(customer)),
            "campaign_id": words(wave, _WAVE_IDS),
            "at": moments(_SENDS[wave]),
            "reachable": people.consent_email[customer],
            "contacted": column("contacted"),
            "buys_without_contact": without,
            "buys_with_contact": with_contact,
            "customer_type": words(with_contact.astype(np.int64) + without, CUSTOMER_TYPES),
            "truly_prompted": with_contact & ~without,
            "chance_without_contact": column("chance_without").astype(np.float32),
            "chance_prompted": column("chance_prompted").astype(np.float32),
        }
    )
