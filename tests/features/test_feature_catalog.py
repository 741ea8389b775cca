"""Every column has its words, and every word its column."""

import re
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from segmenter.errors import SettingsError
from segmenter.features.catalog import FEATURES, feature_specs, names_to_leave_out
from segmenter.features.tables import DATASET_TABLES, STEPS, customer_features_sql
from segmenter.settings import Windows
from segmenter.tables.contracts import TABLES
from segmenter.tables.dataset import Attribute
from tests.features.world import features_of, write_world

FOLDER = Path(__file__).resolve().parents[2] / "segmenter" / "features"

ATTRIBUTES = (
    Attribute(name="attr_num_1", label="income", kind="numeric"),
    Attribute(name="attr_cat_1", label="town", kind="category"),
    Attribute(name="attr_date_1", label="birthday", kind="date"),
)


def test_the_columns_are_those_of_the_catalog_in_its_order_and_types(tmp_path: Path) -> None:
    dataset = write_world(
        tmp_path,
        transactions=[{"customer_id": "a", "at": "2026-03-01", "amount": 1.0}],
        attribute_list=ATTRIBUTES,
    )
    features_of(tmp_path, dataset, Windows(), date(2026, 3, 31))
    schema = pq.read_schema(tmp_path / "features.parquet")
    specs = feature_specs(dataset)
    assert schema.names == ["customer_id", *(spec.name for spec in specs)]
    types = {"numeric": "double", "category": "string"}
    assert [str(schema.field(spec.name).type) for spec in specs] == [types[spec.kind] for spec in specs]


def test_every_column_of_a_feature_table_reaches_the_customer_features() -> None:
    """A column that a step computes and nobody reads would be a feature without a description."""
    final = (FOLDER / "customer_features.sql").read_text(encoding="utf-8")
    read = set(re.findall(r"(\w+_features)\.(\w+)", final))
    for step in (name for name in STEPS if name.endswith("_features")):
        text = (FOLDER / f"{step}.sql").read_text(encoding="utf-8")
        outer = text[text.rindex("\nSELECT") : text.rindex("\nFROM")]
        columns = set(re.findall(r"(?:AS |^    \w+\.)(\w+),?$", outer, flags=re.MULTILINE)) - {"DOUBLE"}
        assert {(step, name) for name in columns} <= read, step
        assert {name for table, name in read if table == step} <= columns | {"customer_id"}, step


def test_there_are_enough_features_and_each_name_and_label_is_used_once() -> None:
    assert len(FEATURES) >= 30
    assert len({spec.name for spec in FEATURES}) == len(FEATURES)
    assert len({spec.label for spec in FEATURES}) == len(FEATURES)


def test_what_the_baseline_and_the_contract_name_is_there() -> None:
    names = {spec.name for spec in FEATURES}
    assert {
        "days_since_last_purchase",
        "purchase_count",
        "monetary_value",
        "tenure_days",
        "exposure_count",
        "organic_conversion_count",
    } <= names


def test_labels_are_words_and_not_column_names() -> None:
    for spec in FEATURES:
        assert "_" not in spec.label
        assert "{" not in spec.label
        assert spec.label[0].isupper()


def test_labels_say_how_long_the_recent_windows_are(tmp_path: Path) -> None:
    dataset = write_world(tmp_path)
    specs = {s.name: s for s in feature_specs(dataset, Windows(outcome_days=7, recent_windows=(1, 3, 12)))}
    assert specs["purchase_count_short"].label == "Purchases in the last 7 days"
    assert specs["monetary_value_medium"].label == "Spend in the last 21 days"
    assert specs["purchase_count_long"].label == "Purchases in the last 84 days"


def test_attributes_keep_the_words_of_the_user(tmp_path: Path) -> None:
    dataset = write_world(tmp_path, attribute_list=ATTRIBUTES)
    income, town, birthday = feature_specs(dataset)[-3:]
    assert (income.name, income.label, income.kind) == ("attr_num_1", "income", "numeric")
    assert (town.label, town.kind) == ("town", "category")
    assert (birthday.label, birthday.kind, birthday.unit) == ("Time since birthday", "numeric", "days")


@pytest.mark.parametrize("name", ["income", "attr_num_1; DROP TABLE x", "attr_num_01", "ATTR_NUM_1", ""])
def test_only_our_own_column_names_reach_sql_text(name: str) -> None:
    with pytest.raises(ValueError, match="attr_num_1"):
        customer_features_sql([Attribute(name=name, label="income", kind="numeric")])


def test_every_table_of_a_data_set_is_registered() -> None:
    assert set(DATASET_TABLES) == {*TABLES, "attributes"}


def test_features_are_left_out_by_their_names_or_by_the_names_of_their_columns(tmp_path: Path) -> None:
    dataset = write_world(tmp_path, attribute_list=ATTRIBUTES)
    names = names_to_leave_out(dataset, ("town", "view_rate", "attr_num_1", "income"))
    assert names == ("view_rate", "attr_num_1", "attr_cat_1")
    assert names_to_leave_out(dataset, names) == names
    kept = [spec.name for spec in feature_specs(dataset, leave_out=names)]
    assert kept == [spec.name for spec in feature_specs(dataset) if spec.name not in names]
    assert feature_specs(dataset, leave_out=("of another data set",)) == feature_specs(dataset)


@pytest.mark.parametrize(
    ("asked", "remedy"),
    [
        ("incom", "Did you mean 'income'"),
        ("View_rat", "'view_rate'"),
        ("qqq", "'income', 'town', 'birthday'"),
    ],
)
def test_a_name_that_is_no_feature_is_refused_with_what_is_near(
    tmp_path: Path, asked: str, remedy: str
) -> None:
    dataset = write_world(tmp_path, attribute_list=ATTRIBUTES)
    with pytest.raises(SettingsError, match=remedy) as refused:
        names_to_leave_out(dataset, (asked,))
    assert f"'{asked}'" in str(refused.value)


def test_not_everything_can_be_left_out(tmp_path: Path) -> None:
    dataset = write_world(tmp_path, attribute_list=ATTRIBUTES)
    with pytest.raises(SettingsError, match="nothing is left"):
        names_to_leave_out(dataset, [spec.name for spec in feature_specs(dataset)])
