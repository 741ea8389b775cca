"""`:name` parameters are found where SQL means them, and only there."""

import pytest

from segmenter.engines.sql import dollar_parameters, parameter_names, read_sql, used_parameters


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT :cutoff", "SELECT $cutoff"),
        ("WHERE a<:b AND c=:d_2", "WHERE a<$b AND c=$d_2"),
        ("SELECT (:a),:b", "SELECT ($a),$b"),
        ("SELECT x::DATE, :a::DATE", "SELECT x::DATE, $a::DATE"),
        ("SELECT '12:30', ':a', 'it''s :b'", "SELECT '12:30', ':a', 'it''s :b'"),
        ('SELECT ":a", :a', 'SELECT ":a", $a'),
        ("SELECT 1 -- at :a\n, :b", "SELECT 1 -- at :a\n, $b"),
        ("SELECT /* :a\n:b */ :c", "SELECT /* :a\n:b */ $c"),
        ("SELECT items[1:n], items[k:n]", "SELECT items[1:n], items[k:n]"),
        ("SELECT 'an open text :a", "SELECT 'an open text $a"),
    ],
)
def test_a_colon_is_a_parameter_only_where_sql_means_one(sql: str, expected: str) -> None:
    assert dollar_parameters(sql) == expected


def test_each_name_is_listed_once_in_order_of_appearance() -> None:
    assert parameter_names("SELECT :b, :a, :b -- :c") == ("b", "a")


def test_only_the_parameters_that_a_text_mentions_are_bound() -> None:
    assert used_parameters("SELECT :a", {"a": 1, "b": 2}) == {"a": 1}


def test_a_parameter_without_a_value_is_named() -> None:
    with pytest.raises(ValueError, match=":cutoff"):
        used_parameters("SELECT :cutoff, :a", {"a": 1})


def test_a_file_is_read_by_a_plain_name_only() -> None:
    assert read_sql("segmenter.features", "population").startswith("-- population:")
    with pytest.raises(ValueError, match="lower-case"):
        read_sql("segmenter.features", "../labels/arms")
