"""The demo world: tables keep the contracts, hidden truth agrees with what happened, the trial is fair."""

from dataclasses import fields
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from scipy.stats import chi2

from segmenter.errors import Cancelled, SettingsError
from segmenter.synthetic import Assumptions, make_world
from segmenter.synthetic.folder import SCHEMAS
from segmenter.synthetic.history import live
from segmenter.synthetic.population import draw_customers
from segmenter.synthetic.schedule import N_DAYS, PERIODS, WAVE_DAYS, WAVES
from segmenter.tables.contracts import TABLES
from segmenter.tables.dataset import Dataset, read_dataset

ROOT = Path(__file__).resolve().parents[1]
CUSTOMERS = 6000


class World:
    """A world on disk and in memory."""

    def __init__(self, folder: Path, customers: int, seed: int) -> None:
        self.folder = folder
        self.dataset: Dataset = make_world(folder, customers=customers, seed=seed)
        self.tables = {name: pq.read_table(folder / f"{name}.parquet").to_pandas() for name in SCHEMAS}

    def __getitem__(self, table: str) -> pd.DataFrame:
        return self.tables[table]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("world"), CUSTOMERS, seed=3)


@pytest.fixture(scope="module")
def bought(world: World) -> pd.DataFrame:
    """Truth of every wave with a column `bought`: a purchase in its 28 days, as the transactions show it."""
    orders = world["transactions"].query("~is_return").drop_duplicates("order_id")
    sends = world["campaigns"].assign(day=lambda c: c["starts_at"].dt.normalize())
    wave = np.searchsorted(sends["day"].to_numpy(), orders["at"].to_numpy(), side="right") - 1
    in_wave = wave >= 0
    pairs = pd.DataFrame(
        {
            "customer_id": orders["customer_id"][in_wave].to_numpy(),
            "campaign_id": sends["campaign_id"].to_numpy()[wave[in_wave]],
            "bought": True,
        }
    ).drop_duplicates()
    truth = world["truth"].merge(pairs, on=["customer_id", "campaign_id"], how="left", validate="one_to_one")
    return truth.assign(bought=truth["bought"].eq(True))


def test_every_table_has_its_file_with_the_columns_and_types_of_the_contract(world: World) -> None:
    assert set(TABLES) < set(SCHEMAS)
    for name, schema in SCHEMAS.items():
        assert pq.read_schema(world.folder / f"{name}.parquet").equals(schema), name
    for name, contract in TABLES.items():
        assert tuple(world[name].columns) == contract.names
        assert not world[name][list(contract.required)].isna().any().any()
        if contract.key:
            assert not world[name].duplicated(list(contract.key)).any()
        for column in contract.columns:
            if column.choices and len(world[name]):
                assert set(world[name][column.name]) <= set(column.choices)


def test_the_description_says_what_the_files_hold(world: World) -> None:
    dataset = read_dataset(world.folder)
    assert dataset == world.dataset and dataset.demo
    assert dataset.rows == {name: len(world[name]) for name in TABLES}
    assert dataset.mapped["intents"] == () and not dataset.has("intents")
    for name in ("transactions", "engagements", "assignments"):
        at = world[name]["at"]
        assert (dataset.coverage[name].first, dataset.coverage[name].last) == (at.min(), at.max())
    assert [a.name for a in dataset.attributes] == [c for c in world["attributes"] if c != "customer_id"]


def test_every_row_belongs_to_a_known_customer_and_campaign(world: World) -> None:
    customers = set(world["customers"]["customer_id"])
    for name in ("attributes", "transactions", "engagements", "assignments", "truth"):
        assert set(world[name]["customer_id"]) <= customers, name
        if "campaign_id" in world[name]:
            assert set(world[name]["campaign_id"]) <= set(world["campaigns"]["campaign_id"]), name


@pytest.mark.parametrize("name", ["transactions", "engagements", "assignments", "truth"])
def test_rows_are_sorted_by_customer_and_time(world: World, name: str) -> None:
    rows = world[name][["customer_id", "at"]]
    assert rows.equals(rows.sort_values(["customer_id", "at"], kind="stable").reset_index(drop=True))


def test_nothing_happens_before_a_customer_joins_or_outside_the_history(world: World) -> None:
    joined = world["customers"].set_index("customer_id")["joined_at"]
    for name in ("transactions", "engagements", "assignments"):
        at = world[name]["at"]
        assert (at >= world[name]["customer_id"].map(joined)).all(), name
        assert at.min() >= pd.Timestamp("2025-05-01") and at.max() < pd.Timestamp("2026-11-01")


def test_the_calendar_tiles_the_history_and_no_offer_outlives_its_wave() -> None:
    assert [p.first for p in PERIODS] == [0, *(w.day for w in WAVES)]
    assert sum(p.days for p in PERIODS) == N_DAYS
    assert all(w.valid_days < WAVE_DAYS for w in WAVES)


def test_the_outcome_that_happened_is_the_one_of_the_contact_that_happened(bought: pd.DataFrame) -> None:
    expected = np.where(bought["contacted"], bought["buys_with_contact"], bought["buys_without_contact"])
    assert (bought["bought"] == expected).all()
    assert bought.groupby("contacted")["bought"].sum().min() > 100  # both sides are really tested


def test_contact_never_prevents_a_purchase_and_types_follow_from_the_outcomes(bought: pd.DataFrame) -> None:
    without, with_contact = bought["buys_without_contact"], bought["buys_with_contact"]
    assert (with_contact | ~without).all()
    assert (bought["truly_prompted"] == (with_contact & ~without)).all()
    kind = np.select([without, with_contact], ["anyway", "when_contacted"], "never")
    assert (bought["customer_type"] == kind).all()


def test_hidden_chances_are_the_frequencies_of_what_happens(bought: pd.DataFrame) -> None:
    for chance, outcome in (
        ("chance_without_contact", "buys_without_contact"),
        ("chance_prompted", "truly_prompted"),
    ):
        bins = pd.qcut(bought[chance], 8, labels=False)
        table = bought.groupby(bins).agg(said=(chance, "mean"), seen=(outcome, "mean"), n=(outcome, "size"))
        error = np.sqrt(table["said"] * (1 - table["said"]) / table["n"])
        z = (table["seen"] - table["said"]) / error
        assert (z**2).sum() < chi2.ppf(0.999, len(table)), f"{chance}\n{table}"


def test_only_customers_who_may_be_written_to_are_contacted(world: World, bought: pd.DataFrame) -> None:
    assert bought.loc[bought["contacted"], "reachable"].all()
    sent = world["engagements"].query("kind == 'exposure'")[["customer_id", "campaign_id"]]
    contacted = bought.loc[bought["contacted"], ["customer_id", "campaign_id"]]
    assert len(sent) == len(contacted)
    assert len(sent.merge(contacted)) == len(sent)
    ads = world["engagements"].query("channel == 'ads'")["customer_id"]
    assert ads.map(world["customers"].set_index("customer_id")["consent_ads"]).all()


def test_in_a_trial_everybody_reachable_is_assigned_and_only_the_treated_are_contacted(
    world: World, bought: pd.DataFrame
) -> None:
    trials = {wave.campaign_id for wave in WAVES if wave.randomised}
    eligible = bought[bought["campaign_id"].isin(trials) & bought["reachable"]]
    assigned = eligible.merge(
        world["assignments"][["customer_id", "campaign_id", "arm"]], on=["customer_id", "campaign_id"]
    )
    assert len(assigned) == len(eligible) == len(world["assignments"])
    assert (assigned["contacted"] == (assigned["arm"] == "treatment")).all()


def test_the_control_group_is_a_tenth_and_chance_alone_chose_it(world: World) -> None:
    wave = world["assignments"].query("campaign_id == 'W18'").merge(world["attributes"], on="customer_id")
    hidden = ["customer_id", "chance_without_contact", "chance_prompted"]
    wave = wave.merge(world["truth"].query("campaign_id == 'W18'")[hidden], on="customer_id")
    control = wave["arm"].eq("control")
    n = len(wave)
    assert abs(control.mean() - 0.1) < 4 * np.sqrt(0.09 / n)
    for trait in ("attr_num_1", "chance_without_contact", "chance_prompted"):
        a, b = wave.loc[control, trait].dropna(), wave.loc[~control, trait].dropna()
        z = (a.mean() - b.mean()) / np.sqrt(a.var() / len(a) + b.var() / len(b))
        assert abs(z) < 4, trait
    for trait in ("attr_cat_1", "attr_cat_2", "attr_cat_3"):
        seen = pd.crosstab(wave[trait], control).to_numpy()
        expected = seen.sum(1, keepdims=True) * seen.sum(0, keepdims=True) / n
        assert ((seen - expected) ** 2 / expected).sum() < chi2.ppf(0.9999, len(seen) - 1), trait


def test_ordinary_waves_are_aimed_at_recent_buyers_and_therefore_mislead(bought: pd.DataFrame) -> None:
    ordinary = bought[~bought["campaign_id"].isin([w.campaign_id for w in WAVES if w.randomised])]
    anyway = ordinary.groupby("contacted")["buys_without_contact"].mean()
    assert anyway[True] > 2 * anyway[False]


def test_customers_are_first_left_out_and_exposed_later(bought: pd.DataFrame) -> None:
    by_customer = bought.sort_values(["customer_id", "at"]).groupby("customer_id")["contacted"]
    late = ~by_customer.first() & by_customer.last()
    assert 0.2 < late.mean() < 0.9


def test_the_shop_looks_like_a_shop(world: World, bought: pd.DataFrame) -> None:
    """Orders of magnitude that a marketer would recognise, in the last wave."""
    last = bought.query("campaign_id == 'W18'").set_index("customer_id")
    rows = world["engagements"].query("campaign_id == 'W18'")
    touched = rows[rows["kind"].isin(["view", "click", "redeem"])]["customer_id"].unique()
    engaged = last.index.isin(touched)
    shares = pd.crosstab(engaged, last["bought"], normalize="all")
    assert 0.03 < shares.loc[True, True] < 0.15  # engaged
    assert 0.03 < shares.loc[False, True] < 0.15  # unengaged
    assert shares.loc[False, False] > 0.4  # inactive
    assert 0.05 < shares.loc[True, False] < 0.4  # browsing
    assert 0.01 < last["truly_prompted"].mean() < 0.05
    organic = 1 - last.loc[engaged & last["bought"], "truly_prompted"].mean()
    assert 0.4 < organic < 0.9  # most of the engaged would have bought anyway

    sent = len(rows.query("kind == 'exposure'"))
    assert 0.2 < rows.query("kind == 'view'")["customer_id"].nunique() / sent < 0.5
    assert 0.02 < rows.query("kind == 'click'")["customer_id"].nunique() / sent < 0.15
    amounts = world["transactions"].query("~is_return")["amount"]
    assert amounts.min() > 0 and amounts.mean() > 1.2 * amounts.median()
    assert 0.02 < world["transactions"]["is_return"].mean() < 0.15
    assert 0.1 < (world["transactions"]["discount_amount"] > 0).mean() < 0.6
    assert 0.05 < world["attributes"]["attr_num_1"].isna().mean() < 0.25
    never = 1 - world["transactions"]["customer_id"].nunique() / CUSTOMERS
    assert 0.1 < never < 0.5


def test_buyers_anyway_see_click_and_redeem_offers_too(world: World, bought: pd.DataFrame) -> None:
    anyway = bought.query("contacted and customer_type == 'anyway'")[["customer_id", "campaign_id"]]
    touches = world["engagements"].merge(anyway, on=["customer_id", "campaign_id"])
    for kind in ("view", "click", "redeem"):
        share = touches.query("kind == @kind")[["customer_id", "campaign_id"]].drop_duplicates()
        assert len(share) / len(anyway) > 0.1, kind


def test_what_a_message_brought_about_comes_after_it_was_sent(world: World, bought: pd.DataFrame) -> None:
    key = ["customer_id", "campaign_id"]
    prompted = bought.query("contacted and truly_prompted")[key]
    redeemed = world["engagements"].query("kind == 'redeem'").merge(prompted, on=key)
    sent = world["engagements"].query("kind == 'exposure'")[[*key, "at"]]
    both = redeemed.merge(sent, on=key, suffixes=("", "_sent"))
    assert len(both) > 50
    assert (both["at"] > both["at_sent"]).all()


def test_offers_are_redeemed_at_a_purchase_while_they_are_valid(world: World) -> None:
    redeemed = world["engagements"].query("kind == 'redeem'").merge(world["campaigns"], on="campaign_id")
    assert (redeemed["at"] < redeemed["ends_at"]).all()
    purchases = world["transactions"][["customer_id", "at"]].drop_duplicates()
    assert len(redeemed.merge(purchases, on=["customer_id", "at"])) == len(redeemed)


def test_a_return_gives_back_a_line_that_was_bought_before(world: World) -> None:
    lines = world["transactions"]
    back = lines[lines["is_return"]]
    bought = lines[~lines["is_return"]]
    line = ["customer_id", "order_id", "category", "quantity"]
    pairs = back.merge(bought, on=line, suffixes=("", "_bought"))
    pairs = pairs[np.isclose(-pairs["amount"], pairs["amount_bought"])]
    assert pairs.groupby(["order_id", "at"]).ngroups == back.groupby(["order_id", "at"]).ngroups
    assert (pairs["at"] > pairs["at_bought"]).all()


def test_contact_data_can_reach_nobody(world: World) -> None:
    customers = world["customers"]
    emails = customers["email"].dropna()
    assert emails.str.fullmatch(r"[a-z]+\.[a-z]+\.\d+@example\.(com|org)").all() and emails.is_unique
    assert customers["phone"].dropna().str.fullmatch(r"\+3363998\d{4}").all()
    assert customers["postcode"].str.fullmatch(r"99\d{3}").all()
    assert customers.loc[customers["consent_email"], "email"].notna().all()


def test_the_same_seed_gives_the_same_files_and_another_seed_others(tmp_path: Path) -> None:
    for name, seed in (("a", 5), ("b", 5), ("c", 6)):
        make_world(tmp_path / name, customers=200, seed=seed)
    for file in sorted(path.name for path in (tmp_path / "a").iterdir()):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes(), file
    assert (tmp_path / "a" / "truth.parquet").read_bytes() != (tmp_path / "c" / "truth.parquet").read_bytes()


def test_a_larger_world_of_several_blocks_has_the_same_rates(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("segmenter.synthetic._BLOCK", 1700)
    other = World(tmp_path, CUSTOMERS, seed=4)
    assert other["customers"]["customer_id"].tolist() == world["customers"]["customer_id"].tolist()
    orders = other["transactions"].groupby("order_id")["customer_id"].nunique()
    assert (orders == 1).all()  # order numbers go on from block to block
    for outcome in ("buys_without_contact", "truly_prompted", "contacted"):
        a, b = world["truth"][outcome], other["truth"][outcome]
        # Waves of one customer are alike: count customers, not rows, and allow five standard errors.
        error = np.sqrt(2 * a.mean() * (1 - a.mean()) / CUSTOMERS)
        assert abs(a.mean() - b.mean()) < 5 * error, outcome


def test_messages_that_do_nothing_prompt_nobody() -> None:
    a = Assumptions(response=1e-12)
    rng = np.random.default_rng(8)
    purchases, truths = live(draw_customers(1, 3000, a, rng), a, rng)
    assert not purchases.moved.any()
    for truth in truths:
        assert (truth.buys_with == truth.buys_without).all()
        assert truth.chance_prompted.max() < 1e-6


def test_a_world_without_customers_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="customers"):
        make_world(tmp_path, customers=0, seed=1)


def test_making_a_world_can_be_cancelled(tmp_path: Path) -> None:
    def stop(stage: str, share: float, message: str = "") -> None:
        raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        make_world(tmp_path, customers=100, seed=1, progress=stop)


def test_every_assumption_is_documented_with_its_value() -> None:
    text = (ROOT / "docs" / "demo-world.md").read_text(encoding="utf-8")
    for item in fields(Assumptions):
        value = str(item.default).strip("()")
        assert f"| `{item.name}` | {value} |" in text, item.name
    for wave in WAVES:
        assert wave.name in text
