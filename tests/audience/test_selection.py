"""The audience's funnel, worked by hand and by law: suppressed and held-out customers are never exported."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmenter.audience.selection import (
    AudienceRule,
    Funnel,
    check_selects_somebody,
    count_selected,
    write_members,
)
from segmenter.engines import open_engine
from segmenter.errors import SettingsError

# Ten customers: rank 1..10 by score, the other way round by value; lots for the holdout 0.0, 0.1, ... 0.9.
IDS = [f"c{number:02d}" for number in range(1, 11)]
SCORES = pd.DataFrame(
    {
        "customer_id": IDS,
        "rank": range(1, 11),
        "rank_value": range(10, 0, -1),
        "holdout_draw": [number / 10 for number in range(10)],
    }
)


def members(
    folder: Path,
    rule: AudienceRule,
    *,
    suppression: list[str],
    consents: list[bool | None] | None = None,
    emails: list[str | None] | None = None,
    scores: pd.DataFrame = SCORES,
) -> tuple[Funnel, pd.DataFrame]:
    """Run the selection on the ten customers."""
    customers = pd.DataFrame(
        {
            "customer_id": IDS,
            "consent_email": pd.array(consents or [None] * 10, dtype="boolean"),
            "email": pd.array(emails or [None] * 10, dtype="string"),
        }
    )
    listed = pa.table({"value": pa.array(suppression, type=pa.string())})
    pq.write_table(pa.Table.from_pandas(scores, preserve_index=False), folder / "scores.parquet")
    pq.write_table(pa.Table.from_pandas(customers, preserve_index=False), folder / "customers.parquet")
    pq.write_table(listed, folder / "suppression.parquet")
    with open_engine(allowed=(folder,), scratch=folder) as engine:
        for table in ("scores", "customers", "suppression"):
            engine.register(table, folder / f"{table}.parquet")
        out = folder / "members.parquet"
        funnel = write_members(engine, rule, customers=10, consent_mapped=consents is not None, path=out)
    return funnel, pd.read_parquet(out)


def test_a_funnel_by_hand(tmp_path: Path) -> None:
    # The top half by score is c01..c05. c01 did not consent and c02 never said; c03 is on the list by id and
    # c04 by e-mail address, in another case; c05 has lot 0.4 and stays: the holdout takes lots below 0.4.
    funnel, table = members(
        tmp_path,
        AudienceRule(top=0.5, holdout=0.4),
        suppression=["c03", "FOUR@example.com", "c09"],
        consents=[False, None, *[True] * 8],
        emails=[None, None, None, "four@Example.com ", *[None] * 6],
    )
    assert funnel == Funnel(selected=5, no_consent=2, suppressed=2, held_out=0, exported=1, list_customers=3)
    assert dict(zip(table["customer_id"], table["status"], strict=True)) == {
        "c01": "no_consent",
        "c02": "no_consent",
        "c03": "suppressed",
        "c04": "suppressed",
        "c05": "exported",
    }


def test_nobody_is_asked_for_consent_that_was_never_recorded(tmp_path: Path) -> None:
    funnel, _ = members(tmp_path, AudienceRule(top=1.0), suppression=[])
    assert funnel == Funnel(selected=10, no_consent=0, suppressed=0, held_out=0, exported=10)


def test_ranking_by_value_selects_by_value(tmp_path: Path) -> None:
    _, table = members(tmp_path, AudienceRule(top=0.2, by="expected_value"), suppression=[])
    assert table["customer_id"].tolist() == ["c10", "c09"]


@settings(derandomize=True, deadline=None, max_examples=25)
@given(
    top=st.floats(0, 1),
    holdout=st.floats(0, 1),
    suppression=st.lists(st.sampled_from([*IDS, "stranger", ""]), max_size=12),
    consents=st.none() | st.lists(st.sampled_from([True, False, None]), min_size=10, max_size=10),
)
def test_every_selected_customer_ends_in_one_place_and_nobody_barred_is_exported(
    tmp_path_factory: pytest.TempPathFactory,
    top: float,
    holdout: float,
    suppression: list[str],
    consents: list[bool | None] | None,
) -> None:
    rule = AudienceRule(top=top, holdout=holdout)
    funnel, table = members(
        tmp_path_factory.mktemp("audience"), rule, suppression=suppression, consents=consents
    )
    assert funnel.selected == len(table) == count_selected(rule, 10) == table["customer_id"].nunique()
    assert funnel.selected == funnel.no_consent + funnel.suppressed + funnel.held_out + funnel.exported
    exported = set(table.loc[table["status"] == "exported", "customer_id"])
    assert not exported & set(suppression)
    if consents is not None:
        assert all(consents[IDS.index(customer)] for customer in exported)
    lots = SCORES.set_index("customer_id")["holdout_draw"]
    assert all(lots[customer] >= holdout for customer in exported)


@settings(derandomize=True, deadline=None, max_examples=10)
@given(tops=st.tuples(st.floats(0, 1), st.floats(0, 1)).map(sorted))
def test_a_smaller_share_is_a_part_of_a_larger_one(
    tmp_path_factory: pytest.TempPathFactory, tops: list[float]
) -> None:
    chosen = [
        set(
            members(tmp_path_factory.mktemp("audience"), AudienceRule(top=top), suppression=[])[1][
                "customer_id"
            ]
        )
        for top in tops
    ]
    assert chosen[0] <= chosen[1]


def test_whoever_shares_a_mailbox_with_somebody_on_the_list_is_kept_out(tmp_path: Path) -> None:
    # c01 is on the list by id and shares its mailbox with c05; c02 is on it by address, as c03 is. 'none' is
    # no mailbox: c07, on the list by id in other capitals, shares nothing with c08.
    emails = ["Anna@x.de", "bob@x.de ", "BOB@x.de", None, " anna@X.DE", None, "none", "none", None, None]
    funnel, table = members(
        tmp_path, AudienceRule(top=0.9), suppression=["c01", "Bob@X.de", "C07", "stranger"], emails=emails
    )
    assert funnel == Funnel(
        selected=9, no_consent=0, suppressed=5, held_out=0, exported=4, list_entries=None, list_customers=5
    )
    assert table.loc[table["status"] == "suppressed", "customer_id"].tolist() == [
        *("c01", "c02", "c03", "c05", "c07")
    ]


def test_an_address_is_found_in_whatever_stands_around_it_in_the_customers_table(tmp_path: Path) -> None:
    emails = [
        *("Anna <anna@x.de>", "mailto:bob@x.de", "cem@x.de;", "dora@x.de, d2@x.de", '"Eve" <EVE@x.de>'),
        *("fay@x.de.", "gus@x.de", "anna@x.de.org", None, "hal@x.de?subject=hi"),
    ]
    named = ["anna@x.de", "bob@x.de", "cem@x.de", "d2@x.de", "eve@x.de", "fay@x.de", "hal@x.de"]
    _, table = members(tmp_path, AudienceRule(top=1.0), suppression=named, emails=emails)
    assert table.loc[table["status"] == "exported", "customer_id"].tolist() == ["c07", "c08", "c09"]


def test_zeros_and_capitals_that_a_spreadsheet_took_bar_all_the_same(tmp_path: Path) -> None:
    plain = SCORES.assign(customer_id=["007", "7A", "0070", *IDS[3:]])
    funnel, table = members(tmp_path, AudienceRule(top=1.0), suppression=["7", "C05"], scores=plain)
    assert table.loc[table["status"] == "suppressed", "customer_id"].tolist() == ["007", "c05"]
    assert funnel.list_customers == 2


def test_a_customer_whose_id_is_the_address_shares_that_mailbox(tmp_path: Path) -> None:
    _, table = members(
        tmp_path, AudienceRule(top=1.0), suppression=["c02"], emails=[None, "C03", *[None] * 8]
    )
    assert table.loc[table["status"] == "suppressed", "customer_id"].tolist() == ["c02"]


@settings(derandomize=True, deadline=None, max_examples=15)
@given(
    holdout=st.floats(0, 1),
    mailboxes=st.lists(st.sampled_from(["a@x.de", "B@x.de", None]), min_size=10, max_size=10),
    suppression=st.lists(st.sampled_from([*IDS, "b@X.de"]), max_size=2),
)
def test_a_mailbox_is_held_out_or_suppressed_whole_or_not_at_all(
    tmp_path_factory: pytest.TempPathFactory,
    holdout: float,
    mailboxes: list[str | None],
    suppression: list[str],
) -> None:
    _, table = members(
        tmp_path_factory.mktemp("audience"),
        AudienceRule(top=1.0, holdout=holdout),
        suppression=suppression,
        emails=mailboxes,
    )
    statuses = table.assign(mailbox=table["customer_id"].map(dict(zip(IDS, mailboxes, strict=True))))
    assert (statuses.groupby("mailbox")["status"].nunique() == 1).all()


def test_a_shared_mailbox_is_held_out_no_more_often_than_another(tmp_path: Path) -> None:
    # All ten share a mailbox. The lot of the lowest id is 0.0, but with the ids' lots turned round it is 0.9.
    kept = AudienceRule(top=1.0, holdout=0.5)
    funnel, _ = members(tmp_path, kept, suppression=[], emails=["a@x.de"] * 10)
    assert funnel.held_out == 10
    turned = SCORES.assign(holdout_draw=SCORES["holdout_draw"].to_numpy()[::-1])
    funnel, _ = members(tmp_path, kept, suppression=[], emails=["a@x.de"] * 10, scores=turned)
    assert funnel.held_out == 0


@pytest.mark.parametrize(
    ("entries", "customers", "words"),
    [
        (None, 0, ""),
        (240, 198, "Your list: 240 entries, 198 of your customers."),
        (1, 0, "Your list: 1 entry, none of your customers. It may be the wrong file; nobody is left out."),
    ],
)
def test_a_list_says_how_many_customers_it_met(entries: int | None, customers: int, words: str) -> None:
    funnel = Funnel(
        selected=300,
        no_consent=0,
        suppressed=0,
        held_out=0,
        exported=300,
        list_entries=entries,
        list_customers=customers,
    )
    assert funnel.list_sentence() == words
    assert funnel.list_meets_nobody == (customers == 0 and entries is not None)


def test_a_share_that_selects_nobody_is_refused() -> None:
    check_selects_somebody(AudienceRule(top=0.05), 10)
    with pytest.raises(SettingsError, match="nobody"):
        check_selects_somebody(AudienceRule(top=0.04), 10)


def test_a_share_above_one_is_refused() -> None:
    with pytest.raises(SettingsError, match="top"):
        AudienceRule(top=1.2)
