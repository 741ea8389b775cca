"""A mapping survives the way to TOML and back, and whatever is wrong with one is said in words."""

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmenter.errors import MappingError, MissingColumn
from segmenter.tables.contracts import TABLES
from segmenter.tables.mapping import ColumnSource, Mapping, SourceMapping, check_mapping
from segmenter.tables.mapping_file import mapping_from_toml, mapping_to_toml, read_mapping, write_mapping
from tests.conftest import ROOT

TRANSACTIONS = """
[[transactions]]
file = "orders.csv"
customer_id = "Customer No"
at = "Date"
amount = "Total"
"""

titles = st.text("aZ0 .-_#=[]{}'\"\\\n\täé€😀", min_size=1, max_size=8)
word_maps = st.dictionaries(titles, titles, max_size=3)


def sources_of(column):
    """Any way to fill a contract column."""
    named = st.builds(ColumnSource, column=titles, values=word_maps)
    constant = st.builds(ColumnSource, value=st.one_of(titles, st.integers(-9, 9), st.booleans()))
    ways = [named, constant]
    if column.type == "time":
        moments = st.datetimes(datetime(1990, 1, 1), datetime(2050, 1, 1)).map(
            lambda at: at.replace(microsecond=0)
        )
        ways += [
            st.builds(ColumnSource, column=titles, unit=st.sampled_from(["hours", "days"]), origin=moments),
            st.builds(ColumnSource, column=titles, format=st.sampled_from(["%d.%m.%Y", "%m/%d/%Y %H:%M"])),
        ]
    if column.type == "number":
        ways.append(st.builds(ColumnSource, column=titles, times=titles, decimal=st.sampled_from([".", ","])))
    return st.one_of(ways)


@st.composite
def mappings(draw):
    tables = {}
    tables_drawn = draw(st.lists(st.sampled_from(list(TABLES)), min_size=1, unique=True))
    if "outcomes" in tables_drawn and "customers" not in tables_drawn:
        tables_drawn.append("customers")
    for table in tables_drawn:
        contract = TABLES[table]
        optional = [name for name in contract.names if name not in contract.required]
        names = [
            *contract.required,
            *(["bought"] if table == "outcomes" else []),
            *draw(st.lists(st.sampled_from(optional), unique=True) if optional else st.just([])),
        ]
        columns = {name: draw(sources_of(contract.column(name))) for name in names}
        where = draw(st.dictionaries(titles, st.lists(titles, min_size=1, max_size=3).map(tuple), max_size=2))
        attributes = (
            draw(st.none() | st.lists(titles, max_size=3).map(tuple)) if table == "customers" else None
        )
        unless = draw(
            st.dictionaries(titles, st.lists(titles, min_size=1, max_size=2).map(tuple), max_size=1)
        )
        reasons = (
            draw(st.dictionaries(titles, titles.filter(str.strip), max_size=1))
            if table == "customers"
            else {}
        )
        part = SourceMapping(
            file=draw(titles),
            sheet=draw(st.none() | titles),
            columns=columns,
            where=where,
            unless=unless,
            part=draw(st.none() | titles),
            attributes=attributes,
            reasons=reasons,
        )
        tables[table] = (part,)
    return Mapping(
        tables=tables,
        currency=draw(st.sampled_from([None, "EUR", "USD"])),
        time_zone=draw(st.sampled_from([None, "Europe/Berlin", "UTC"])),
    )


@settings(max_examples=30, deadline=None, derandomize=True)
@given(mappings())
def test_a_mapping_survives_the_way_to_toml_and_back(mapping):
    blank = [part.file for parts in mapping.tables.values() for part in parts if not part.file.strip()]
    if blank:
        return  # a file without a name is refused; see below
    assert mapping_from_toml(mapping_to_toml(mapping)) == mapping


def test_a_mapping_file_is_read_as_it_was_written(tmp_path):
    mapping = mapping_from_toml(TRANSACTIONS)
    write_mapping(mapping, tmp_path / "mapping.toml")
    assert read_mapping(tmp_path / "mapping.toml") == mapping


def test_an_origin_may_be_text_or_a_toml_date():
    text = TRANSACTIONS.replace('"Date"', '{ column = "h", unit = "hours", origin = "2018-07-01" }')
    date = TRANSACTIONS.replace('"Date"', '{ column = "h", unit = "hours", origin = 2018-07-01 }')
    assert mapping_from_toml(text) == mapping_from_toml(date)


def test_every_mapping_that_comes_with_the_project_can_be_read():
    for path in (ROOT / "data" / "mappings").glob("*.toml"):
        assert read_mapping(path).files()


WRONG = {
    "not TOML": ("[[transactions", "not valid TOML"),
    "nothing": ("", "maps nothing"),
    "unknown line about the data": ("[data]\nmoney = 'EUR'\n" + TRANSACTIONS, "'money', which means nothing"),
    "no currency": ("[data]\ncurrency = 'euro'\n" + TRANSACTIONS, "three capital letters"),
    "no time zone": ("[data]\ntime_zone = 'Europe/Berlim'\n" + TRANSACTIONS, "Did you mean 'Europe/Berlin'"),
    "the order of dates, twice": (
        TRANSACTIONS.replace('"Date"', "{ column = 'd', format = '%d.%m.%Y', day_first = true }"),
        "'day_first' is for dates",
    ),
    "larger than any mapping": ("# " + "so\n# " * 70_000, "too large"),
    "a line made to take long": ("a." * 5_000 + "a = 1", "more than 8,000 letters"),
    "brackets without end": ("a = " + "[" * 3_900, "brackets within brackets"),
    "no reason": (
        "[[customers]]\nfile = 'a.csv'\ncustomer_id = 'a'\nreasons = { faith = ' ' }",
        "why the model may use",
    ),
    "reasons for purchases": (TRANSACTIONS + "reasons = { faith = 'x' }", "only customers"),
    "unknown table": ("[[orders]]\nfile = 'a.csv'", "the tables are: customers, transactions"),
    "one bracket": ("[transactions]\nfile = 'a.csv'", "two brackets"),
    "no file": ("[[transactions]]\ncustomer_id = 'a'", "which file"),
    "unknown column": (TRANSACTIONS + "ammount = 'x'", "Did you mean 'amount'"),
    "column is a number": (TRANSACTIONS.replace('"Total"', "5"), "must name a column"),
    "unknown key": (TRANSACTIONS.replace('"Total"', "{ col = 'x' }"), "'col', which means nothing here"),
    "neither column nor value": (
        TRANSACTIONS.replace('"Total"', "{ decimal = ',' }"),
        "a column of the file or one",
    ),
    "both column and value": (
        TRANSACTIONS.replace('"Total"', "{ column = 'x', value = 1 }"),
        "a column of the file or one",
    ),
    "unit without origin": (
        TRANSACTIONS.replace('"Date"', "{ column = 'h', unit = 'hours' }"),
        "needs both",
    ),
    "unknown unit": (
        TRANSACTIONS.replace('"Date"', "{ column = 'h', unit = 'moons', origin = '2020-01-01' }"),
        "could not be understood",
    ),
    "origin is no date": (
        TRANSACTIONS.replace('"Date"', "{ column = 'h', unit = 'hours', origin = 'noon' }"),
        "origin must be a date",
    ),
    "format of a number": (
        TRANSACTIONS.replace('"Total"', "{ column = 'x', format = '%Y' }"),
        "of type time",
    ),
    "attributes of purchases": (TRANSACTIONS + "attributes = ['x']", "only customers have attributes"),
    "where is text": (TRANSACTIONS + "where = 'event'", "write where ="),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_mapping_is_refused_in_words(case):
    text, words = WRONG[case]
    with pytest.raises(MappingError, match=words):
        mapping_from_toml(text)


def test_a_missing_required_column_is_named_with_its_meaning():
    with pytest.raises(MissingColumn, match="needs a column for 'amount': What was paid"):
        mapping_from_toml(TRANSACTIONS.replace('amount = "Total"\n', ""))


def test_a_mapping_made_in_code_is_held_to_the_same_rules():
    part = SourceMapping(file="a.csv", columns={"customer_id": ColumnSource(column="id")})
    with pytest.raises(MissingColumn):
        check_mapping(Mapping(tables={"transactions": (part,)}))


def test_files_are_named_once_each_in_order():
    mapping = mapping_from_toml(TRANSACTIONS + TRANSACTIONS.replace("orders", "more") + TRANSACTIONS)
    assert mapping.files() == ("orders.csv", "more.csv")
