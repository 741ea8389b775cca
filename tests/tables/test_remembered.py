"""Answers given once come back with the same columns, under any name; nothing else is kept of a file."""

from dataclasses import replace
from datetime import date

from segmenter.tables.guessing import guess_mapping
from segmenter.tables.mapping import ColumnSource
from segmenter.tables.remembered import forget, recall, remember, signature, with_remembered
from tests.tables.here import inspect

MARCH = "Kunde;Datum;Betrag;Laden\nK-4711;01.03.2024;12,50;Bonn-Geheim\nK-4712;02.03.2024;9,95;Bonn-Geheim\n"
APRIL = "Datum;Kunde ;LADEN;Betrag\n01.04.2024;K-4711;Ulm;12,50\n02.04.2024;K-4712;Ulm;9,95\n"
DAY = date(2024, 3, 31)


def answered(file):
    """The guess for a file, with one answer that nobody would guess."""
    mapping = guess_mapping([file])
    (part,) = mapping.tables["transactions"]
    columns = {**part.columns, "category": ColumnSource(column="Laden")}
    return replace(mapping, tables={"transactions": (replace(part, columns=columns),)}, currency="EUR")


def test_the_same_columns_in_another_order_and_file_get_the_same_answers(tmp_path):
    march = inspect(MARCH, tmp_path, "march.csv")
    remember(tmp_path / "kept", answered(march), [march], on=DAY)
    april = inspect(APRIL, tmp_path, "april.csv")
    mapping, on = with_remembered(guess_mapping([april]), [april], tmp_path / "kept")
    (part,) = mapping.tables["transactions"]
    assert on == DAY
    assert (part.file, part.columns["category"].column, mapping.currency) == ("april.csv", "LADEN", "EUR")
    assert set(part.source_columns()) <= {column.name for column in april.columns}


def test_other_columns_are_guessed_afresh(tmp_path):
    march = inspect(MARCH, tmp_path, "march.csv")
    remember(tmp_path / "kept", answered(march), [march], on=DAY)
    other = inspect(MARCH.replace("Laden", "Filiale"), tmp_path, "other.csv")
    assert signature(other) != signature(march)
    assert with_remembered(guess_mapping([other]), [other], tmp_path / "kept") == (
        guess_mapping([other]),
        None,
    )


def test_neither_cells_nor_file_names_are_kept(tmp_path):
    march = inspect(MARCH, tmp_path, "march-secret.csv")
    remember(tmp_path / "kept", answered(march), [march], on=DAY)
    (kept,) = (tmp_path / "kept").iterdir()
    assert not any(word in kept.read_text() + kept.name for word in ("Geheim", "4711", "secret", "12,50"))


def test_what_cannot_be_read_any_more_is_as_if_nothing_was_kept(tmp_path):
    march = inspect(MARCH, tmp_path, "march.csv")
    remember(tmp_path / "kept", answered(march), [march], on=DAY)
    (kept,) = (tmp_path / "kept").iterdir()
    kept.write_text('{"on": "2024')
    assert recall(tmp_path / "kept", march) is None


def filtered(file, **filters):
    """The guess for a file, with filters of rows."""
    mapping = answered(file)
    (part,) = mapping.tables["transactions"]
    return replace(mapping, tables={"transactions": (replace(part, **filters),)})


def test_filters_that_name_customers_are_not_kept(tmp_path):
    march = inspect(MARCH, tmp_path, "march.csv")
    mapping = filtered(march, where={"Laden": ("Ulm",)}, unless={"Kunde": ("K-4711", "K-4712")})
    remember(tmp_path / "kept", mapping, [march], on=DAY)
    (kept,) = (tmp_path / "kept").iterdir()
    assert "4711" not in kept.read_text()
    (part,) = recall(tmp_path / "kept", march).tables["transactions"]
    assert (part.where, part.unless) == ({"Laden": ("Ulm",)}, {})


def test_answers_that_name_somebody_are_forgotten_and_others_stay(tmp_path):
    march = inspect(MARCH, tmp_path, "march.csv")
    other = inspect(MARCH.replace("Laden", "Filiale"), tmp_path, "other.csv")
    remember(tmp_path / "kept", filtered(march, unless={"Laden": ("K-4711",)}), [march], on=DAY)
    remember(tmp_path / "kept", guess_mapping([other]), [other], on=DAY)
    (tmp_path / "kept" / "0a.writing").write_text('{"half": "K-47')
    forget(tmp_path / "kept", lambda word: word == "K-4711")
    assert recall(tmp_path / "kept", march) is None
    assert recall(tmp_path / "kept", other) is not None
    assert len(list((tmp_path / "kept").iterdir())) == 1
