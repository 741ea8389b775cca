"""The Data page while files are brought: what goes wrong, what comes in another order, what stays behind."""

import runpy
from datetime import date
from pathlib import Path

import pytest
import streamlit as st
from streamlit.runtime.scriptrunner import script_runner
from streamlit.testing.v1 import AppTest

from segmenter.ui.browsers import COOKIE
from segmenter.workspace import Workspace
from tests.conftest import ROOT
from tests.tables.workbooks import xlsx

ORDERS = b"customer,when,paid\n" + b"".join(
    b"C%03d,2025-%02d-11,%d.50\n" % (n % 40, n % 12 + 1, n) for n in range(120)
)
MAPPING = b"""
[[transactions]]
file = "orders.csv"
customer_id = "customer"
at = "when"
amount = "paid"
channel = { value = "letter" }
"""


@pytest.fixture(autouse=True)
def routed(monkeypatch: pytest.MonkeyPatch) -> None:
    """What asgi.py settles for the server: app.py is the router, and the folder pages/ alone is not."""
    monkeypatch.setattr(script_runner, "_mpa_v1", runpy.run_path)


@pytest.fixture(autouse=True)
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("SEGMENTER_WORKSPACE", str(tmp_path / "empty"))
    return Workspace.open(tmp_path / "empty")


def data_page() -> AppTest:
    """The app, opened on the Data page."""
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120).run()
    return at.switch_page("pages/data.py").run()


def bring(at: AppTest, **files: bytes) -> AppTest:
    """Files of these names, dots written as two underscores, given to the uploader of data files."""
    uploader = next(u for u in at.get("file_uploader") if "files" in u.proto.label)
    uploader.set_value([(name.replace("__", "."), content, "text/csv") for name, content in files.items()])
    at = at.run()
    assert not at.exception
    return at


def press(at: AppTest, label: str) -> AppTest:
    return next(button for button in at.button if button.label == label).click().run()


def labels(at: AppTest) -> list[str]:
    return [button.label for button in at.button]


def said(at: AppTest) -> str:
    return "\n".join(str(e.value) for kind in (at.header, at.markdown, at.caption) for e in kind)


def picked(at: AppTest) -> dict[str, str]:
    return {box.label: box.value for box in at.selectbox}


def test_a_corrected_file_takes_the_place_of_a_wrong_one_of_its_name() -> None:
    at = bring(data_page(), orders__csv=ORDERS, people__csv=b"customer_id,age\nC001,40\nC002,50\n")
    assert "For example C0" in said(at)
    at = next(button for button in at.button if button.key == "remove_orders.csv").click().run()
    at = bring(at, orders__csv=ORDERS.replace(b"C0", b"D0"))
    assert "orders.csv" in at.header[0].value
    assert "For example D0" in said(at)
    assert str(at.dataframe[0].value.iloc[0, 0]).startswith("D0")


def test_a_mapping_that_comes_first_asks_for_its_files_and_is_used_when_they_come() -> None:
    at = bring(data_page(), march__toml=MAPPING)
    assert "Mapping loaded; now bring orders.csv" in at.info[0].value
    at = bring(at, orders__csv=ORDERS)
    assert picked(at)["Amount paid (needed)"] == "paid"
    assert next(field for field in at.text_input if field.label == "Value for every row").value == "letter"
    assert at.header[0].value == "Purchases from orders.csv."


def test_a_mapping_without_files_can_be_given_up() -> None:
    at = press(bring(data_page(), march__toml=MAPPING), "Forget this mapping")
    assert not at.info
    at = bring(at, orders__csv=ORDERS)
    assert "letter" not in [field.value for field in at.text_input]


def test_no_click_fills_a_table_twice_from_one_file() -> None:
    at = bring(data_page(), orders__csv=ORDERS)
    assert "Add" not in labels(at)
    at = bring(at, more__csv=ORDERS.replace(b"C0", b"D0"), people__csv=b"customer_id,age\nC001,40\nC002,50\n")
    (further,) = (box for box in at.selectbox if box.label == "Fill from a further file")
    assert further.options == ["people.csv"]
    assert further.value is None
    assert next(button for button in at.button if button.label == "Add").disabled


@pytest.mark.parametrize(
    "content",
    [b"", b"\n\n", b"PK\x03\x04" + bytes(range(256)) * 9, b"<html><body><p>Please log in</p></body></html>"],
)
def test_a_first_file_that_cannot_be_read_leaves_the_way_open(content: bytes, empty: Workspace) -> None:
    at = bring(data_page(), orders__csv=content)
    assert len(at.error) == 1
    assert "orders.csv" in at.error[0].value
    assert "Add" not in labels(at)
    assert "No table is mapped yet." not in said(at)
    (uploader,) = at.get("file_uploader")
    assert uploader.proto.label == "Customer and campaign files"
    assert not list((empty.root / "uploads").glob("*/orders*")), "the bad file is gone"
    at = bring(at, orders__csv=ORDERS)
    assert not at.error
    assert at.header[0].value == "Purchases from orders.csv."


def test_a_bad_file_beside_good_ones_is_said_and_can_be_removed_at_once() -> None:
    at = bring(data_page(), orders__csv=ORDERS, people__csv=b"")
    assert "people.csv" in at.error[0].value
    (files,) = (expander for expander in at.expander if expander.label == "Files")
    assert files.proto.expanded
    at = next(button for button in at.button if button.key == "remove_people.csv").click().run()
    assert not at.error


def test_leftovers_are_offered_in_the_same_browser_and_in_no_other(
    empty: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(st.context), "cookies", {COOKIE: "mine"})
    bring(data_page(), orders__csv=ORDERS)
    monkeypatch.setattr(type(st.context), "cookies", {COOKIE: "somebody else's"})
    assert "orders.csv" not in said(data_page())
    monkeypatch.setattr(type(st.context), "cookies", {COOKIE: "mine"})
    at = data_page()
    assert "Not read yet: orders.csv" in said(at)
    at = press(at, "Discard")
    assert "Not read yet" not in said(at)
    assert not list((empty.root / "uploads").glob("*"))


def test_the_name_of_the_data_outlasts_a_look_at_another_page() -> None:
    at = bring(data_page(), orders__csv=ORDERS)
    next(field for field in at.text_input if field.label == "Name of the data").set_value("Spring").run()
    at.switch_page("pages/training.py").run()
    at.switch_page("pages/data.py").run()
    assert next(field for field in at.text_input if field.label == "Name of the data").value == "Spring"


def test_two_columns_of_one_title_are_told_beside_the_file() -> None:
    twice = ORDERS.replace(b"customer,when,paid", b"customer,when,paid,paid").replace(b".50\n", b".50,1\n")
    at = bring(data_page(), orders__csv=twice)
    assert picked(at)["Amount paid (needed)"] == "paid"
    (warning,) = at.warning
    assert "several columns are called 'paid'" in warning.value.replace("\\", "")


def test_each_sheet_of_a_workbook_is_a_source_of_its_own() -> None:
    rows = [["customer", "when", "paid"], *([f"C{n % 9}", date(2025, 5, n + 1), n + 0.5] for n in range(28))]
    at = bring(data_page(), book__xlsx=xlsx({"May": rows, "June": rows, "Notes": [["To do"], ["nothing"]]}))
    assert not at.error
    assert at.header[0].value == "Purchases from book.xlsx, sheet May and book.xlsx, sheet June."
    assert "Not used so far: book.xlsx, sheet Notes." in said(at)
    further = next(box for box in at.selectbox if box.label == "Fill from a further file")
    assert further.options == ["book.xlsx, sheet Notes"]
    sheets = next(box for box in at.multiselect if box.label == "What you say here holds for")
    at = sheets.unselect(sheets.value[0]).run()
    assert at.header[0].value == "Purchases from book.xlsx, sheet June."
