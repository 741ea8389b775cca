"""Demo customers whose hidden truth is known: who would have bought anyway, only when contacted, or never.

    assumptions   every parameter, in one place
    schedule      the days, the seasons, the campaigns
    population    what customers are like
    history       who was contacted, who bought when, and what would have happened otherwise
    messages, checkout   the traces that messages and buyers leave
    baskets       order lines, discounts, returns
    people_tables, event_tables, folder   rows and Parquet files

Customers are made in blocks, each from its own seed, so any number of them needs the memory of one block. The
world is described, with every assumption and its reason, in docs/demo-world.md.
"""

from pathlib import Path

import numpy as np

from segmenter.progress import Progress, silent
from segmenter.settings import check_positive
from segmenter.synthetic.assumptions import Assumptions
from segmenter.synthetic.baskets import fill_baskets
from segmenter.synthetic.checkout import check_out
from segmenter.synthetic.event_tables import (
    assignments_table,
    engagements_table,
    transactions_table,
    truth_table,
)
from segmenter.synthetic.folder import SCHEMAS, WorldFolder, campaigns_table
from segmenter.synthetic.history import live
from segmenter.synthetic.messages import leave_message_traces, sent_and_read
from segmenter.synthetic.people_tables import ATTRIBUTES, attributes_table, customers_table
from segmenter.synthetic.population import Customers, draw_customers
from segmenter.synthetic.traces import Traces
from segmenter.tables.contracts import HISTORY_COLUMNS, TABLES
from segmenter.tables.dataset import Dataset, write_dataset

__all__ = ["Assumptions", "make_world"]

_BLOCK = 20_000


def make_world(
    out: Path,
    *,
    customers: int,
    seed: int,
    assumptions: Assumptions | None = None,
    progress: Progress = silent,
) -> Dataset:
    """Fill the folder `out` with a dataset of invented customers, and truth.parquet with their hidden truth.

    The same customers, seed and assumptions give the same rows. Raises SettingsError for a number of
    customers that is not above 0; Cancelled comes from `progress`, between blocks.
    """
    check_positive(customers=customers)
    a = assumptions or Assumptions()
    out.mkdir(parents=True, exist_ok=True)
    with WorldFolder(out) as folder:
        folder.add("campaigns", campaigns_table())
        orders = 0
        for block, first in enumerate(range(0, customers, _BLOCK)):
            progress("customers", first / customers, f"{first:,} of {customers:,} customers made")
            rng = np.random.default_rng([seed, block])
            people = draw_customers(first + 1, min(_BLOCK, customers - first), a, rng)
            orders += _add_block(folder, people, orders + 1, a, rng)
    progress("customers", 1.0, f"{customers:,} customers made")
    dataset = Dataset(
        name=f"Demo shop, {customers:,} customers",
        demo=True,
        rows={name: folder.rows[name] for name in TABLES},
        set_aside=dict.fromkeys(TABLES, 0),
        mapped={
            name: tuple(column for column in SCHEMAS[name].names if _tells(name, column)) for name in TABLES
        },
        attributes=ATTRIBUTES,
        coverage=folder.coverage,
        findings=(),
    )
    write_dataset(out, dataset)
    return dataset


def _tells(table: str, column: str) -> bool:
    """Whether the shop says this: it knows nobody's intent, keeps its margins to itself, and has a table of
    purchases in place of what customer-level files say of them.
    """
    return table not in ("intents", "outcomes") and column not in ("margin_amount", *HISTORY_COLUMNS)


def _add_block(
    folder: WorldFolder, people: Customers, first_order: int, a: Assumptions, rng: np.random.Generator
) -> int:
    """Live the history of some customers and append it to the folder. Returns how many orders they placed."""
    purchases, truths = live(people, a, rng)
    traces = Traces()
    sent_at, read_at = sent_and_read(truths, rng)
    leave_message_traces(traces, people, truths, sent_at, read_at, a, rng)
    orders = check_out(traces, people, purchases, truths, sent_at, read_at, a, rng)
    lines = fill_baskets(people, orders, a, rng)
    folder.add("customers", customers_table(people, rng))
    folder.add("attributes", attributes_table(people, rng))
    folder.add("transactions", transactions_table(people, lines, first_order))
    folder.add("engagements", engagements_table(people, traces.engagements()))
    folder.add("assignments", assignments_table(people, truths))
    folder.add("truth", truth_table(people, truths))
    return len(orders.customer)
