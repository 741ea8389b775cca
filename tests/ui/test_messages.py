"""What goes wrong is said in words; a surprise has a number in the log and never a customer's value."""

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from segmenter.workspace import Workspace


def failing(error: str) -> AppTest:
    """A page that raises."""
    script = f"""
from segmenter.errors import Cancelled, NotEnoughData, WorkspaceError
from segmenter.ui.messages import explained
with explained():
    raise {error}
"""
    return AppTest.from_string(script, default_timeout=30).run()


@pytest.mark.parametrize(
    ("error", "title"),
    [
        ("NotEnoughData('Only 3 customers. Bring more.')", "This needs a change"),
        ("WorkspaceError('Only 3 customers. Bring more.')", "This did not work"),
    ],
)
def test_an_explained_error_is_shown_as_it_stands(error: str, title: str, workspace: Workspace) -> None:
    at = failing(error)
    assert not at.exception
    (shown,) = at.error
    assert shown.value == "Only 3 customers. Bring more."
    assert shown.proto.title == title


def test_stopping_is_news_and_not_a_fault(workspace: Workspace) -> None:
    at = failing("Cancelled('Training was stopped.')")
    assert not at.error
    assert at.info[0].value == "Training was stopped."


def test_a_surprise_gets_a_number_and_the_log_no_value_of_a_customer(workspace: Workspace) -> None:
    at = failing("ValueError('cannot read mallory@example.com')")
    assert not at.exception
    (shown,) = at.error
    number = re.search(r"number (\w+)", shown.value)
    assert number
    assert "mallory" not in shown.value
    assert "Traceback" not in shown.value
    log = (workspace.root / "logs" / "segmenter.log").read_text()
    assert number[1] in log
    assert "ValueError" in log
    assert "mallory" not in log


def test_text_in_an_error_cannot_become_markup(workspace: Workspace) -> None:
    at = failing("NotEnoughData('Column [x](javascript:alert) is empty.')")
    assert at.error[0].value == r"Column \[x\](javascript\:alert) is empty."


def test_a_workspace_that_cannot_be_used_is_explained_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("SEGMENTER_WORKSPACE", str(tmp_path / "file"))
    script = """
from segmenter.ui.messages import explained
from segmenter.ui.session import current
with explained():
    current()
"""
    at = AppTest.from_string(script, default_timeout=30).run()
    assert not at.exception
    assert "file" in at.error[0].value
