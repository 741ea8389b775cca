"""Segments of the Starbucks events (simulated by their publisher) at 408 h: ours beside a narrower reference.

`python -m benchmarks.starbucks_segments` counts the segments of the outcome window 408 to 576 h as the
product does, and then changes one rule at a time until the reference's rule is reached (6,848 engaged, 7,542
unengaged, 2,610 inactive), so that every difference has a rule to its name. The table goes to stdout and to
benchmarks/results/starbucks_segments.md.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from benchmarks.starbucks import ORIGIN, ROOT
from segmenter.engines import open_engine
from segmenter.features.tables import register_dataset
from segmenter.labels.tables import segment_counts
from segmenter.settings import Windows
from segmenter.tables.ingestion import ingest
from segmenter.tables.mapping_file import read_mapping

RESULTS = ROOT / "benchmarks" / "results" / "starbucks_segments.md"
START, END = ORIGIN + timedelta(hours=408), ORIGIN + timedelta(hours=576)
WINDOWS = Windows(outcome_days=7)
REFERENCE = {"engaged": 6_848, "unengaged": 7_542, "inactive": 2_610, "browsing": 0}
KEY = ["customer_id", "campaign_id", "received"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """The tables of the data set; views, redemptions and purchases are those of the outcome window."""

    everybody: frozenset[str]
    receipts: pd.DataFrame  # customer_id, campaign_id, received, expires, again (the next receipt or NaT)
    views: pd.DataFrame
    redemptions: pd.DataFrame
    purchases: pd.DataFrame
    informational: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One rule changed, and the segments that are left."""

    words: str
    counts: dict[str, int]


def read_events(folder: Path) -> Events:
    """The ingested tables, as the rules below need them."""
    tables = {
        name: pd.read_parquet(folder / f"{name}.parquet")
        for name in ("customers", "engagements", "transactions", "campaigns")
    }
    touches, campaigns = tables["engagements"], tables["campaigns"].set_index("campaign_id")
    receipts = touches.loc[touches["kind"] == "exposure", ["customer_id", "campaign_id", "at"]]
    receipts = receipts.rename(columns={"at": "received"}).sort_values(KEY)
    valid = pd.to_timedelta(receipts["campaign_id"].map(campaigns["valid_days"]), unit="D")
    again = receipts.groupby(["customer_id", "campaign_id"])["received"].shift(-1)
    bought = tables["transactions"][["customer_id", "at"]]
    return Events(
        everybody=frozenset(tables["customers"]["customer_id"]),
        receipts=receipts.assign(expires=receipts["received"] + valid, again=again),
        views=_in_window(touches[touches["kind"] == "view"]),
        redemptions=_in_window(touches[touches["kind"] == "redeem"]),
        purchases=_in_window(bought),
        informational=frozenset(campaigns.index[campaigns["offer"] == "informational"]),
    )


def steps(events: Events) -> Iterator[Step]:
    """From the product's rule to the reference's, one change at a time."""
    views, purchases = events.views, events.purchases
    bought = frozenset(purchases["customer_id"])
    touched = pd.concat([views, events.redemptions])
    week = timedelta(days=WINDOWS.attribution_days)
    engaged = _followed(touched, purchases, touched["at"] + week)
    yield Step(
        words="Ours: a view or a redemption, then a purchase within 7 days; browsing stands apart",
        counts=_counts(events, engaged, bought, browsing=frozenset(touched["customer_id"])),
    )
    yield Step(
        words="No segment for browsing: who reacted and then bought nothing is unengaged or inactive",
        counts=_counts(events, engaged, bought),
    )
    engaged = _followed(views, purchases, views["at"] + week)
    yield Step(
        words="A redemption of an offer that was not viewed is no engagement",
        counts=_counts(events, engaged, bought),
    )
    seen = _of_receipt(events, views).sort_values("at").drop_duplicates(KEY)  # the first view of each
    engaged = _followed(seen, purchases, seen["at"] + week)
    yield Step(
        words="A view counts only while the offer is valid",
        counts=_counts(events, engaged, bought),
    )
    told = seen["campaign_id"].isin(events.informational)
    informed = _followed(seen[told], purchases, seen.loc[told, "expires"])
    yield Step(
        words="An informational offer's purchase has to fall within its validity",
        counts=_counts(events, informed | _followed(seen[~told], purchases, seen["at"] + week), bought),
    )
    redeemed = _of_receipt(events, events.redemptions)
    yield Step(
        words="Any other offer has to be completed, not only followed by a purchase",
        counts=_counts(events, informed | _completed(redeemed, seen[~told]), bought),
    )
    seen, redeemed = (rows[rows["at"] < rows["expires"]] for rows in (seen, redeemed))
    told = seen["campaign_id"].isin(events.informational)
    duration = seen["expires"] - seen["received"]
    informed = _followed(seen[told], purchases, (seen["at"] + duration)[told], in_the_same_hour=False)
    yield Step(
        words="Edges: an offer's last hour no longer counts; an informational offer's purchase comes after "
        "the hour of the view, and its duration runs from there",
        counts=_counts(events, informed | _completed(redeemed, seen[~told]), bought),
    )


def _in_window(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[(rows["at"] >= START) & (rows["at"] < END)]


def _of_receipt(events: Events, touches: pd.DataFrame) -> pd.DataFrame:
    """The touches that happened while their offer was valid, with its receipt."""
    found = touches[["customer_id", "campaign_id", "at"]].merge(
        events.receipts, on=["customer_id", "campaign_id"]
    )
    valid = (found["at"] >= found["received"]) & (found["at"] <= found["expires"])
    return found[valid & ~(found["at"] >= found["again"])]


def _completed(redemptions: pd.DataFrame, seen: pd.DataFrame) -> frozenset[str]:
    """Customers who redeemed an offer that they had seen since that receipt."""
    both = redemptions.merge(seen, on=KEY, suffixes=("", "_seen"))
    return frozenset(both.loc[both["at"] >= both["at_seen"], "customer_id"])


def _followed(
    touches: pd.DataFrame, purchases: pd.DataFrame, until: pd.Series, *, in_the_same_hour: bool = True
) -> frozenset[str]:
    """Customers with a purchase after a touch, up to `until` of that touch."""
    both = touches.assign(until=until).merge(purchases, on="customer_id", suffixes=("", "_bought"))
    after = (both["at_bought"] > both["at"]) | (in_the_same_hour & (both["at_bought"] == both["at"]))
    return frozenset(both.loc[after & (both["at_bought"] <= both["until"]), "customer_id"])


def _counts(
    events: Events, engaged: frozenset[str], bought: frozenset[str], browsing: frozenset[str] = frozenset()
) -> dict[str, int]:
    rest = events.everybody - engaged - browsing
    return {
        "engaged": len(engaged),
        "unengaged": len(rest & bought),
        "inactive": len(rest - bought),
        "browsing": len(browsing - engaged),
    }


def report_markdown(found: list[Step], product: dict[str, int]) -> str:
    """The page that is kept. Raises ValueError where the first step is not what the product counts."""
    ours = {name: product[name] for name in REFERENCE}
    if found[0].counts != ours:
        raise ValueError(f"The product counts {ours}, the first step {found[0].counts}.")
    lines = [
        "# Segments of the Starbucks events at 408 h",
        "",
        "Written by `python -m benchmarks.starbucks_segments`. The events are simulated by their publisher.",
        "Outcome window 408 to 576 h, 17,000 customers. The first row is what the product counts; each row",
        "below changes one rule more.",
        "",
        "| rule | engaged | unengaged | inactive | browsing |",
        "|---|---|---|---|---|",
    ]
    for step in found:
        lines.append(f"| {step.words} | {' | '.join(f'{step.counts[name]:,}' for name in REFERENCE)} |")
    lines.append(f"| *Reference* | {' | '.join(f'{count:,}' for count in REFERENCE.values())} |")
    lines += [
        "",
        "The reference does not state its edges; the last row is the reading that gives its counts.",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data" / "starbucks")
    arguments = parser.parse_args()
    if not arguments.data.is_dir():
        parser.exit(0, f"Nothing to do: the Starbucks events are not at {arguments.data}.\n")
    with TemporaryDirectory() as name:
        data, scratch = Path(name) / "data", Path(name) / "scratch"
        data.mkdir()
        scratch.mkdir()
        mapping = read_mapping(ROOT / "data" / "mappings" / "starbucks.toml")
        dataset = ingest(mapping, arguments.data, data, name="Starbucks events", scratch=scratch)
        with open_engine(allowed=[data, scratch], scratch=scratch) as engine:
            register_dataset(engine, data)
            product = segment_counts(engine, dataset, WINDOWS, START.date())
        text = report_markdown(list(steps(read_events(data))), product)
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
