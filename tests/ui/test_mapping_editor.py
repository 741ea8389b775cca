"""The mapping page's rules: what is still needed, what one answer says about another, what is left out."""

from datetime import datetime
from pathlib import Path

import pytest

from segmenter.tables.contracts import TABLES
from segmenter.tables.mapping import ColumnSource, Mapping, SourceMapping
from segmenter.tables.reading import SourceColumn
from segmenter.ui.column_picker import CHOICE_WORDS, COLUMN_WORDS
from segmenter.ui.mapping_editor import in_words, rows_by_words, share_answers, still_needed
from segmenter.ui.uploads import Upload

AT = ColumnSource(column="hours", unit="hours", origin=datetime(2018, 7, 1))
WHO = ColumnSource(column="person")
PAID = ColumnSource(column="amount")


@pytest.fixture
def upload(tmp_path: Path) -> Upload:
    (tmp_path / "events.csv").write_text("person,hours,event,amount\n")
    return Upload(tmp_path)


def events(**columns: ColumnSource) -> SourceMapping:
    return SourceMapping(file="events.csv", columns=columns)


def test_nothing_can_be_read_without_purchases(upload: Upload) -> None:
    (sentence,) = still_needed(Mapping(tables={"customers": (events(customer_id=WHO),)}), upload)
    assert sentence.startswith("Purchases")


def test_what_is_needed_is_named_with_its_table_and_its_file(upload: Upload) -> None:
    mapping = Mapping(tables={"transactions": (events(customer_id=WHO),)})
    assert still_needed(mapping, upload) == [
        "Purchases: say which column of events.csv is When and Amount paid."
    ]


def test_a_file_of_a_loaded_mapping_that_was_not_brought_is_asked_for(upload: Upload) -> None:
    complete = events(customer_id=WHO, at=AT, amount=PAID)
    other = SourceMapping(file="older.csv", columns=complete.columns)
    assert still_needed(Mapping(tables={"transactions": (complete, other)}), upload) == [
        "Purchases: upload older.csv, or take it out."
    ]


def test_a_complete_mapping_needs_nothing_more(upload: Upload) -> None:
    mapping = Mapping(tables={"transactions": (events(customer_id=WHO, at=AT, amount=PAID),)})
    assert still_needed(mapping, upload) == []


def test_who_and_when_are_said_once_for_a_file_that_feeds_two_tables() -> None:
    mapping = Mapping(
        tables={
            "transactions": (events(customer_id=WHO, at=AT, amount=PAID),),
            "engagements": (events(kind=ColumnSource(column="event")),),
        }
    )
    shared = share_answers(mapping, "transactions")
    assert shared.tables["transactions"] == mapping.tables["transactions"]
    columns = shared.tables["engagements"][0].columns
    assert (columns["customer_id"], columns["at"]) == (WHO, AT)
    assert "amount" not in columns


def test_an_answer_that_was_given_is_never_replaced() -> None:
    other = ColumnSource(column="other")
    mapping = Mapping(
        tables={
            "transactions": (events(customer_id=WHO, at=AT),),
            "engagements": (events(customer_id=other),),
            "customers": (SourceMapping(file="people.csv", columns={}),),
        }
    )
    shared = share_answers(mapping, "transactions")
    assert shared.tables["engagements"][0].columns["customer_id"] == other
    assert shared.tables["customers"] == mapping.tables["customers"]


def test_words_without_a_meaning_are_left_out_of_the_table() -> None:
    event = SourceColumn(name="event", type="text", samples=("sent",), words=("sent", "bought", "opened"))
    kind = ColumnSource(column="event", values={"sent": "exposure", "opened": "view"})
    columns = {"event": event}
    assert rows_by_words(TABLES["engagements"], {"kind": kind}, columns) == {"event": ("sent", "opened")}
    every = ColumnSource(column="event", values={"sent": "exposure", "opened": "view", "bought": "redeem"})
    assert rows_by_words(TABLES["engagements"], {"kind": every}, columns) == {"event": ()}
    assert rows_by_words(TABLES["transactions"], {"category": kind}, columns) == {}


def test_the_mapping_is_told_in_one_sentence() -> None:
    assert in_words(Mapping(tables={})) == "No table is mapped yet."
    mapping = Mapping(tables={"transactions": (events(),), "engagements": (events(), events())})
    assert in_words(mapping) == "Purchases from events.csv; campaign touches from events.csv and events.csv."


def test_the_sentence_writes_files_as_their_owner_does() -> None:
    source = SourceMapping(file="Q3_Orders_DE.csv", columns={})
    mapping = Mapping(tables={"transactions": (source,), "customers": (source,)})
    assert in_words(mapping).replace("\\", "") == (
        "Purchases from Q3_Orders_DE.csv; customers from Q3_Orders_DE.csv."
    )


def test_every_column_and_every_choice_of_every_table_has_words_for_a_marketer() -> None:
    for table in TABLES.values():
        for column in table.columns:
            assert column.name in COLUMN_WORDS
            assert set(column.choices) <= set(CHOICE_WORDS)
