"""The contracts are complete, and the data dictionary says what they say."""

import pytest

from segmenter.tables.contracts import TABLES
from segmenter.tables.dictionary import dictionary_markdown
from segmenter.tables.header_words import header_words, plain_title
from tests.conftest import ROOT


def test_the_data_dictionary_is_what_the_contracts_say():
    assert (ROOT / "data" / "DICTIONARY.md").read_text(encoding="utf-8") == dictionary_markdown()


def test_there_are_seven_tables_and_each_knows_its_key():
    tables = ["customers", "transactions", "engagements", "campaigns", "assignments", "intents", "outcomes"]
    assert list(TABLES) == tables
    for contract in TABLES.values():
        assert set(contract.key) <= set(contract.required)


@pytest.mark.parametrize("table", TABLES)
def test_every_column_is_described_and_choices_have_words(table):
    for column in TABLES[table].columns:
        assert column.description.endswith("."), column.name
        assert bool(column.choices) == (column.type == "choice")


@pytest.mark.parametrize("table", TABLES)
def test_every_column_can_be_guessed_by_some_title(table):
    words = header_words()
    for column in TABLES[table].columns:
        assert words[column.name], column.name
        assert all(word == plain_title(word) for word in words[column.name]), column.name
