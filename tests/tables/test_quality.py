"""The quality report: every check of a table is listed, with what was found and what was done."""

from pathlib import Path

import pytest

from segmenter.tables.dataset import Dataset
from segmenter.tables.quality import CHECKS, table_quality, verdict_in_words
from segmenter.tables.validation import REASONS, Place, what_is_wrong
from tests.tables.here import ingest

MAPPING = '[[transactions]]\nfile = "buys.csv"\ncustomer_id = "who"\nat = "day"\namount = "paid"\n'
GOOD = "who,day,paid\na,2026-01-05,5\nb,2026-01-06,6\n"


def read(text: str, folder: Path) -> Dataset:
    return ingest(MAPPING, {"buys.csv": text}, folder)


def test_rows_set_aside_stand_beside_their_check_and_the_rest_is_in_order(tmp_path: Path) -> None:
    dataset = read(GOOD + ",2026-01-07,7\nc,2026-01-08,many\nd,2026-01-08,some\n", tmp_path)
    quality = table_quality(dataset, "transactions")
    assert (quality.rows_in, quality.rows_used, quality.rows_set_aside) == (5, 2, 3)
    by_check = {check.check: check for check in quality.checks}
    needed, numbers = by_check["What is needed is there"], by_check["Numbers and money"]
    assert (needed.rows, needed.done, needed.severity) == (1, "set aside", "warning")
    assert (numbers.rows, numbers.done) == (2, "set aside")
    assert by_check["Ids"].severity is None
    assert "Sensitive columns" not in by_check  # purchases have none


def test_the_verdict_counts_what_is_worth_a_look(tmp_path: Path) -> None:
    assert verdict_in_words(read(GOOD, tmp_path / "good")) == (
        None,
        "Accepted: nothing stands in the way of using these data.",
    )
    severity, words = verdict_in_words(read(GOOD + ",2026-01-07,7\n", tmp_path / "gap"))
    assert severity == "warning" and "1 thing worth a look" in words


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_to_set_a_row_aside_has_its_place_in_the_report_and_words(reason: str) -> None:
    assert any(reason in codes for codes in CHECKS.values()) or reason in ("erased",)
    wrong, _ = what_is_wrong(Place("transactions", "buys.csv", "paid"), reason)
    assert wrong.startswith("The row ") and wrong.endswith(".") and "{" not in wrong


def test_a_reason_of_a_later_version_is_said_as_it_is() -> None:
    assert what_is_wrong(Place("transactions", "buys.csv"), "eclipsed") == ("eclipsed", "")
