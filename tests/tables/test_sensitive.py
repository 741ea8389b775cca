"""Sensitive columns are recognised by title and by words, and used by models only for a reason given."""

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from segmenter.features.catalog import feature_specs, names_to_leave_out
from segmenter.tables.sensitive import sensitive_topic
from tests.tables.here import ingest

LISTS = Path(__file__).parent / "sensitive"


def listed(file: str) -> dict[str, list[str]]:
    return tomllib.loads((LISTS / file).read_text(encoding="utf-8"))


def topic_of(entry: str) -> str:
    """An entry is a title, or the words of a column whose title tells nothing."""
    if entry.startswith("= "):
        return sensitive_topic("column_7", entry.removeprefix("= ").split("|"))
    return sensitive_topic(entry)


@pytest.mark.parametrize("held_out", [False, True], ids=["looked at", "held out"])
def test_sensitive_columns_are_recognised(held_out: bool) -> None:
    entries = [
        entry
        for names in listed("sensitive_names.toml").values()
        for place, entry in enumerate(names)
        if (place % 3 == 2) == held_out
    ]
    missed = [entry for entry in entries if not topic_of(entry)]
    assert len(missed) <= 0.05 * len(entries), missed


@pytest.mark.parametrize("held_out", [False, True], ids=["looked at", "held out"])
def test_plain_columns_of_a_shop_are_left_alone(held_out: bool) -> None:
    names = [n for place, n in enumerate(listed("plain_names.toml")["names"]) if (place % 3 == 2) == held_out]
    alarms = {name: topic for name in names if (topic := sensitive_topic(name))}
    assert len(alarms) <= 0.05 * len(names), alarms


def test_the_lists_are_as_long_as_promised() -> None:
    assert sum(map(len, listed("sensitive_names.toml").values())) >= 200
    assert len(set(listed("plain_names.toml")["names"])) >= 300


@pytest.mark.parametrize(
    "name", ["age", "Alter", "gender", "Geschlecht", "kind", "trans_date", "parent_account"]
)
def test_age_gender_and_look_alikes_are_not_sensitive(name: str) -> None:
    assert sensitive_topic(name) == ""


def test_colours_are_no_ethnic_origin() -> None:
    assert sensitive_topic("favourite", ["black", "white", "red"]) == ""
    assert sensitive_topic("group", ["black", "white", "asian"]) == "ethnic origin"


BUYS = '[[transactions]]\nfile = "buys.csv"\ncustomer_id = "who"\nat = "day"\namount = "paid"\n'
PEOPLE = '[[customers]]\nfile = "people.csv"\ncustomer_id = "who"\n'
FILES: dict[str, str | bytes] = {
    "buys.csv": "who,day,paid\na,2026-01-05,5\nb,2026-01-06,6\n",
    "people.csv": "who,age,income,c3\na,40,30000,married\nb,50,45000,divorced\n",
}


def test_a_sensitive_column_is_stored_and_named_but_no_feature(tmp_path: Path) -> None:
    dataset = ingest(BUYS + PEOPLE, FILES, tmp_path)
    sensitive = {attribute.label: attribute.sensitive for attribute in dataset.attributes}
    assert sensitive == {"age": "", "income": "income or debt", "c3": "children or family status"}
    features = {spec.label for spec in feature_specs(dataset)}
    assert "age" in features and not features & {"income", "c3"}
    found = [finding for finding in dataset.findings if finding.code == "sensitive_column"]
    assert [(finding.file, finding.column) for finding in found] == [
        ("people.csv", "income"),
        ("people.csv", "c3"),
    ]
    assert all("no model learns from it" in finding.message for finding in found)


def test_with_a_reason_it_is_a_feature_and_the_reason_is_kept(tmp_path: Path) -> None:
    reasons = 'reasons = { income = "agreed with the works council" }\n'
    dataset = ingest(BUYS + PEOPLE + reasons, FILES, tmp_path)
    by_label = {attribute.label: attribute for attribute in dataset.attributes}
    assert by_label["income"].reason == "agreed with the works council"
    assert "income" in {spec.label for spec in feature_specs(dataset)}
    (said,) = [finding for finding in dataset.findings if finding.column == "income"]
    assert "agreed with the works council" in said.message


REASONS = 'reasons = { income = "agreed with the works council" }\n'


def test_a_reason_is_withdrawn_by_a_file_that_has_the_column_and_gives_none(tmp_path: Path) -> None:
    ingest(BUYS + PEOPLE + REASONS, FILES, tmp_path / "one")
    dataset = ingest(PEOPLE, FILES, tmp_path / "two", tmp_path / "one")
    assert "income" not in {spec.label for spec in feature_specs(dataset)}
    said = [finding.message for finding in dataset.findings if finding.column == "income"]
    assert any("was not given again" in message for message in said)


def test_a_reason_stays_where_the_new_files_do_not_have_the_column(tmp_path: Path) -> None:
    ingest(BUYS + PEOPLE + REASONS, FILES, tmp_path / "one")
    people: dict[str, str | bytes] = {"people.csv": "who,age\nc,33\nd,44\n"}
    dataset = ingest(PEOPLE, people, tmp_path / "two", tmp_path / "one")
    assert "income" in {spec.label for spec in feature_specs(dataset)}


def test_a_new_model_leaves_out_what_an_older_data_set_does_not_call_sensitive(tmp_path: Path) -> None:
    dataset = ingest(BUYS + PEOPLE, FILES, tmp_path)
    by_label = {attribute.label: attribute.name for attribute in dataset.attributes}
    stored_before = replace(
        dataset, attributes=tuple(replace(one, sensitive="", reason="") for one in dataset.attributes)
    )
    assert names_to_leave_out(stored_before, ()) == (by_label["income"],)
    assert names_to_leave_out(stored_before, ("age",)) == (by_label["age"], by_label["income"])
    # A model that learned from it before still finds it among the features of the data set.
    assert "income" in {spec.label for spec in feature_specs(stored_before)}
    assert names_to_leave_out(dataset, ()) == ()
