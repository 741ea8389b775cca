"""The mapping page's rules: what is still needed, what one answer says about another, what is left out."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from segmenter.tables.contracts import TABLES
from segmenter.tables.mapping import ColumnSource, Mapping, SourceMapping
from segmenter.tables.reading import SourceColumn, SourceFile
from segmenter.ui.blocks import blocks_of
from segmenter.ui.column_picker import CHOICE_WORDS, COLUMN_WORDS
from segmenter.ui.mapping_editor import share_answers
from segmenter.ui.mapping_words import in_words, still_needed
from segmenter.ui.row_filters import rows_by_words

AT = ColumnSource(column="hours", unit="hours", origin=datetime(2018, 7, 1))
WHO = ColumnSource(column="person")
PAID = ColumnSource(column="amount")


def file(name: str = "events.csv", *, day_is_open: bool = False, words: tuple[str, ...] = ()) -> SourceFile:
    """A file of events; its dates may be such as 03/04/2024."""
    columns = [SourceColumn(name=title, type="number", samples=("1",)) for title in ("hours", "amount")]
    who = SourceColumn(name="person", type="text", samples=("A",))
    event = SourceColumn(name="event", type="text", samples=("sent",), words=words)
    date = SourceColumn(name="date", type="time", samples=("03/04/2024",), ambiguous_dates=day_is_open)
    return SourceFile(path=Path(name), rows=2, columns=(who, *columns, event, date))


FILES = (file(),)


def events(**columns: ColumnSource) -> SourceMapping:
    return SourceMapping(file="events.csv", columns=columns)


def test_nothing_can_be_read_without_purchases() -> None:
    (sentence,) = still_needed(Mapping(tables={"customers": (events(customer_id=WHO),)}), FILES)
    assert sentence.startswith("Purchases")


def test_what_is_needed_is_named_with_its_table_and_its_file() -> None:
    mapping = Mapping(tables={"transactions": (events(customer_id=WHO),)})
    assert still_needed(mapping, FILES) == [
        "Purchases: say which column of events.csv is When and Amount paid."
    ]


def test_a_file_of_a_loaded_mapping_that_was_not_brought_is_asked_for() -> None:
    complete = events(customer_id=WHO, at=AT, amount=PAID)
    other = SourceMapping(file="older.csv", columns=complete.columns)
    assert still_needed(Mapping(tables={"transactions": (complete, other)}), FILES) == [
        "Purchases: upload older.csv, or take it out."
    ]


def test_a_complete_mapping_needs_nothing_more() -> None:
    mapping = Mapping(tables={"transactions": (events(customer_id=WHO, at=AT, amount=PAID),)})
    assert still_needed(mapping, FILES) == []


def test_customers_with_outcomes_need_no_purchases() -> None:
    outcomes = events(customer_id=WHO, bought=ColumnSource(column="event"))
    alone = Mapping(tables={"outcomes": (outcomes,)})
    assert still_needed(alone, FILES) == [
        "Customers: fill this table from the file of outcomes, too; its further columns are what a model "
        "learns from."
    ]
    both = Mapping(tables={"customers": (events(customer_id=WHO),), "outcomes": (outcomes,)})
    assert still_needed(both, FILES) == []
    unclear = Mapping(tables={"customers": both.tables["customers"], "outcomes": (events(customer_id=WHO),)})
    assert still_needed(unclear, FILES) == [
        "Outcomes by customer: say which column of events.csv is Bought or Given label."
    ]


def test_dates_that_can_be_read_both_ways_are_asked_for_until_somebody_says() -> None:
    def needed(**said: bool) -> list[str]:
        at = ColumnSource(column="date", **said)
        mapping = Mapping(tables={"transactions": (events(customer_id=WHO, at=at, amount=PAID),)})
        return still_needed(mapping, (file(day_is_open=True),))

    assert needed() == ["Purchases: say which number is the day in the dates of 'date' in events.csv."]
    assert needed(day_first=True) == needed(day_first=False) == []


def test_which_number_is_the_day_holds_for_every_table_of_a_file() -> None:
    said, open_ = ColumnSource(column="date", day_first=False), ColumnSource(column="date")
    mapping = Mapping(
        tables={
            "transactions": (events(customer_id=WHO, at=said, amount=PAID),),
            "engagements": (events(customer_id=WHO, at=open_),),
        }
    )
    assert share_answers(mapping, "transactions").tables["engagements"][0].columns["at"] == said


def test_months_are_one_block_with_the_words_of_all() -> None:
    months = [f"log-{n:02d}.csv" for n in range(1, 13)]
    files = [file(name, words=("sent", f"w{n}"), day_is_open=n == 3) for n, name in enumerate(months)]
    kind = [ColumnSource(column="event", values={f"w{n}": "view"}) for n in range(12)]
    sources = [
        SourceMapping(file=name, columns={"customer_id": WHO, "kind": kind[n]}, where={"event": (f"w{n}",)})
        for n, name in enumerate(months)
    ]
    (block,) = blocks_of(sources, files)
    assert block.name == "log-01.csv and 11 more with the same columns"
    assert block.source.columns["kind"].values == {f"w{n}": "view" for n in range(12)}
    assert block.source.where == {"event": tuple(f"w{n}" for n in range(12))}
    assert block.file is not None
    assert block.file.rows == 24
    assert block.file.column("event").words == ("sent", *(f"w{n}" for n in range(12)))
    assert block.file.column("date").ambiguous_dates, "what is open in one month is asked for all"


def test_files_with_other_answers_or_other_columns_are_blocks_of_their_own() -> None:
    one, two, three = (SourceMapping(file=f"{n}.csv", columns={"customer_id": WHO}) for n in range(3))
    other = replace(two, where={"event": ("sent",)})
    files = [file("0.csv"), file("1.csv"), replace(file("2.csv"), columns=file().columns[:2])]
    assert [block.places for block in blocks_of([one, other, three], files)] == [(0,), (1,), (2,)]
    assert [block.places for block in blocks_of([one, two, three], files)] == [(0, 1), (2,)]


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
