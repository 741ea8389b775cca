"""The Data page as the place where data live on: versions, the way back, what was deleted and comes back."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from segmenter import pipeline
from segmenter.workspace import Workspace
from tests.pages.test_adding_files import ORDERS, bring, data_page, empty, labels, press, routed, said

__all__ = ["empty", "routed"]

MAPPING = """
[[transactions]]
file = "orders.csv"
customer_id = "customer"
at = "when"
amount = "paid"
"""


@pytest.fixture
def shop(empty: Workspace, tmp_path: Path) -> tuple[Workspace, str, str]:
    """A data set of April and the version that May made of it."""
    ids: list[str] = []
    for month, orders in (("april", ORDERS), ("may", ORDERS + b"C999,2025-12-30,3.50\n")):
        folder = tmp_path / month
        folder.mkdir()
        (folder / "orders.csv").write_bytes(orders)
        (folder / "mapping.toml").write_text(MAPPING)
        before = ids[-1] if ids else None
        ids.append(pipeline.ingest(empty, folder / "mapping.toml", name="Shop", append_to=before))
    return empty, ids[0], ids[1]


def confirmed(press_label: str, script) -> None:
    at = AppTest.from_function(script, default_timeout=60).run()
    assert not at.exception
    press(at, press_label)


def test_a_version_says_what_it_follows_and_undo_goes_back_to_that(shop) -> None:
    workspace, april, may = shop
    with workspace.create("model", name="May model", parents=(may,)) as model:
        (model.folder / "m").write_text("m")
    at = data_page()
    assert not at.exception
    assert "Version 2." in said(at)
    assert "New files were added" in said(at)
    at = press(at, "Undo")
    assert "1 model (May model)" in said(at)

    def undo() -> None:
        from segmenter.ui import cached
        from segmenter.ui.versions import ask_undo

        ask_undo(cached.workspace(), cached.workspace().records("dataset")[0].id)

    confirmed("Go back", undo)
    assert [record.id for record in workspace.records()] == [april]
    at = data_page()
    assert "Undo" not in labels(at)
    at = press(at, "Bring back")
    assert not at.exception
    assert {record.id for record in workspace.records()} == {april, may, model.id}


def test_where_data_come_from_is_told_with_the_files(shop) -> None:
    at = data_page()
    assert "version 2, made on" in said(at)
    assert "orders.csv, 120 rows" in said(at)
    assert "orders.csv, 121 rows" in said(at)


def test_new_files_may_go_into_the_data_that_are_there_or_take_their_place(shop) -> None:
    _, _, may = shop
    at = data_page()
    at = at.button_group[0].set_value("add").run() if at.button_group else at
    at = bring(at, june__csv=ORDERS)
    (question,) = (radio for radio in at.radio if radio.label == "Where do these files go?")
    assert question.options[0] == "A new data set"
    assert question.options[1].startswith("Add to Shop, version 2 of ")
    assert question.options[2].startswith("Replace Shop, version 2 of ")
    assert len(question.options) == 3, "the version that May follows is not offered"
    at = question.set_value(1).run()
    assert not at.exception
    name = next(field for field in at.text_input if field.label == "Name of the data")
    assert (name.value, name.disabled) == ("Shop", True)


def test_erasing_names_what_is_rewritten_and_hands_the_id_over_unseen(shop, monkeypatch) -> None:
    from segmenter.workspace import jobs

    started: list[tuple[list[str], str]] = []
    start_job = jobs.start_job

    def noted(workspace, verb, arguments, *, told=""):
        started.append((arguments, told))
        return start_job(workspace, "datasets", [])

    monkeypatch.setattr(jobs, "start_job", noted)
    at = data_page()
    at = at.text_input(key="erasing_customer").set_value("C001").run()
    assert "2 data sets" in said(at)
    assert "cannot be called back" in said(at)
    assert next(button for button in at.button if button.label == "Erase for good").disabled
    at = at.text_input(key="erasing_word").set_value("ERASE").run()
    at = press(at, "Erase for good")
    assert not at.exception
    assert started == [(["-"], "C001")]
    at = at.text_input(key="erasing_customer").set_value("C001x").run()
    assert "Nothing stored here holds a customer with this id" in said(at)
    at = at.text_input(key="erasing_word").set_value("ERASE").run()
    assert next(button for button in at.button if button.label == "Erase for good").disabled
    at = at.checkbox(key="erasing_unknown").check().run()
    at = press(at, "Erase for good")
    assert not at.exception
    assert started[1:] == [(["-", "--even-unknown"], "C001x")]
