"""RFM segments of a data set: who buys lately, often and for much, for data that allow no model yet."""

import pandas as pd
import streamlit as st

from segmenter.evaluation.rfm_segments import RfmSegments
from segmenter.plots.palette import mark
from segmenter.plots.rows import NamedBar, named_bars
from segmenter.ui import cached
from segmenter.ui.components import chart, dark, how_computed
from segmenter.ui.format import count_of, day, number, share

COMPUTED = """
Customers are sorted three times: by the days since their last purchase, by how many orders they placed, and
by what they spent, less returns. Each sorting is cut into fifths of the customers who have bought, and the
names follow from the fifths, as is usual in RFM. An order counts once, however many lines it has; one that
was cancelled later still counts as an order, but its money does not.
"""


def show_rfm(dataset_id: str) -> None:
    """The segments as bars, with what each name means and its spend in a table."""
    found = cached.rfm_segments(dataset_id)
    if found is None or not found.segments:
        return
    total = found.spend
    chart(
        named_bars(
            [
                NamedBar(
                    name=each.name,
                    figure=f"{number(each.customers)} customers",
                    value=each.customers,
                    colour=mark("rfm", dark()),
                )
                for each in found.segments
            ],
            dark=dark(),
        ),
        key="rfm",
        title="Who your customers are by their purchases (RFM)",
        alt=_alt(found),
        caption=_sentence(found),
        table=pd.DataFrame(
            {
                "segment": [each.name for each in found.segments],
                "they": [each.meaning for each in found.segments],
                "customers": [each.customers for each in found.segments],
                "spend, less returns": [each.spend for each in found.segments],
                "share of all spend": [
                    share(each.spend / total) if total > 0 else "" for each in found.segments
                ],
                "days since last purchase (median)": [each.typical_days for each in found.segments],
                "orders (median)": [each.typical_purchases for each in found.segments],
            }
        ),
    )
    st.caption(" ".join(f"**{each.name}** {each.meaning}." for each in found.segments))
    how_computed(COMPUTED)


def _sentence(found: RfmSegments) -> str:
    best = found.segments[0]
    part = f", and brought {share(best.spend / found.spend)} of the money" if found.spend > 0 else ""
    return (
        f"As of {day(found.as_of)}, {number(best.customers)} of {count_of(found.customers, 'customer')} are "
        f"'{best.name}': they {best.meaning}{part}."
    )


def _alt(found: RfmSegments) -> str:
    counts = "; ".join(f"{each.name} {number(each.customers)}" for each in found.segments)
    return f"Bar chart of customers in each RFM segment: {counts}."
