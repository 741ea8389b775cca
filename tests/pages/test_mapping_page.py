"""The mapping page: rows kept and left out, the date that is asked, currency and clock said once."""

import runpy
from pathlib import Path

import msgspec
import pytest
from streamlit.runtime.scriptrunner import script_runner
from streamlit.testing.v1 import AppTest

from segmenter.tables.mapping import Mapping, SourceMapping
from tests.conftest import ROOT

ORDERS = b"Customer ID,Order Date,Total EUR,Status,Shop\n" + b"".join(
    b"C%03d,2024-%02d-11,%d.50,%s,%s\n"
    % (n % 40, n % 12 + 1, n, [b"paid", b"cancelled", b"test"][n % 3], [b"web", b"till"][n % 2])
    for n in range(120)
)


@pytest.fixture(autouse=True)
def routed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What asgi.py settles for the server: app.py is the router, and the folder pages/ alone is not."""
    monkeypatch.setattr(script_runner, "_mpa_v1", runpy.run_path)
    monkeypatch.setenv("SEGMENTER_WORKSPACE", str(tmp_path / "workspace"))


def brought(content: bytes) -> AppTest:
    """The Data page with one file of orders."""
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120).run()
    at = at.switch_page("pages/data.py").run()
    uploader = next(u for u in at.get("file_uploader") if "files" in u.proto.label)
    uploader.set_value([("orders.csv", content, "text/csv")])
    at = at.run()
    assert not at.exception
    return at


def draft(tmp_path: Path) -> Mapping:
    """The mapping as the page has written it so far."""
    (path,) = (tmp_path / "workspace" / "uploads").glob("*/mapping.json")
    return msgspec.json.decode(path.read_bytes(), type=Mapping)


def purchases(tmp_path: Path) -> SourceMapping:
    (part,) = draft(tmp_path).tables["transactions"]
    return part


def boxes(at: AppTest, label: str) -> list:
    return [box for box in (*at.selectbox, *at.multiselect) if box.label == label]


def test_rows_are_kept_and_left_out_by_words_of_several_columns(tmp_path: Path) -> None:
    at = brought(ORDERS)
    at = boxes(at, "Rows where")[0].select("Status").run()
    at = boxes(at, "Condition")[0].select("is none of").run()
    at = boxes(at, "Words")[0].set_value(["cancelled", "test"]).run()
    assert purchases(tmp_path).unless == {"Status": ("cancelled", "test")}
    at = boxes(at, "Rows where")[1].select("Shop").run()
    at = boxes(at, "Words")[1].set_value(["web"]).run()
    assert (purchases(tmp_path).where, purchases(tmp_path).unless) == (
        {"Shop": ("web",)},
        {"Status": ("cancelled", "test")},
    )
    assert not at.exception


def test_a_condition_that_is_taken_back_leaves_the_others(tmp_path: Path) -> None:
    at = brought(ORDERS)
    at = boxes(at, "Rows where")[0].select("Status").run()
    at = boxes(at, "Words")[0].set_value(["paid"]).run()
    at = boxes(at, "Rows where")[1].select("Shop").run()
    at = boxes(at, "Words")[1].set_value(["web"]).run()
    assert purchases(tmp_path).where == {"Status": ("paid",), "Shop": ("web",)}
    at = boxes(at, "Rows where")[0].select("").run()
    assert purchases(tmp_path).where == {"Shop": ("web",)}
    assert boxes(at, "Rows where")[0].value == "Shop"


def test_a_date_that_can_be_read_both_ways_is_asked_and_nothing_is_read_before(tmp_path: Path) -> None:
    lines = [b"Customer ID,Order Date,Total EUR"]
    lines += [b"C%03d,%02d/%02d/2024,%d.50" % (n, n % 9 + 1, n % 7 + 1, n) for n in range(60)]
    at = brought(b"\n".join(lines) + b"\n")
    read = next(button for button in at.button if button.label == "Read the files")
    assert read.disabled
    (question,) = (group for group in at.button_group if " mean " in group.label)
    at = question.set_value(False).run()
    assert purchases(tmp_path).columns["at"].day_first is False
    assert not next(button for button in at.button if button.label == "Read the files").disabled


def test_currency_is_shown_as_a_choice_and_another_can_be_typed(tmp_path: Path) -> None:
    at = brought(ORDERS)
    (currency,) = boxes(at, "Currency of all amounts")
    assert (currency.value, draft(tmp_path).currency) == ("EUR", "EUR")
    currency.select("CHF").run()
    assert draft(tmp_path).currency == "CHF"
