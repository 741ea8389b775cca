"""Files that are cut, packed, swapped or made to swell are refused by the confined child; the app lives."""

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator

import pytest

from segmenter.errors import ModelFileError
from segmenter.model import artifact
from tests.bad_files.catalogue import CATALOGUE
from tests.bad_files.container import CONTAINER
from tests.bad_files.entry import BadFile
from tests.bad_files.models import MARKER, MODELS
from tests.bad_files.running import assert_right
from tests.conftest import ROOT

SERVED_WITHIN = 60.0  # seconds, on a busy machine


@pytest.mark.parametrize("file", CONTAINER, ids=lambda file: file.name)
def test_what_is_no_table_is_refused_in_words(file: BadFile, tmp_path):
    assert_right(file, tmp_path, confined=True)


@pytest.mark.parametrize("file", MODELS, ids=lambda file: file.name)
def test_a_bad_model_is_refused_in_words_and_nothing_of_it_is_run(file: BadFile, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / file.name
    path.write_bytes(file.content())
    out = tmp_path / "out"
    out.mkdir()
    with pytest.raises(ModelFileError, match="cannot be used as a model"):
        artifact.import_model(path, out)
    assert_right(file, tmp_path, confined=True)
    assert not list(out.iterdir())
    assert not MARKER.exists()


def test_there_are_as_many_bad_files_as_promised():
    categories = {file.category for file in CATALOGUE}
    assert len(CATALOGUE) >= 165
    assert len(categories) == 10


@pytest.fixture
def app(tmp_path) -> Iterator[str]:
    """The address of a served app with an empty workspace."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "segmenter",
        "serve",
        "--port",
        str(port),
        "--workspace",
        str(tmp_path / "ws"),
    ]
    served = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + SERVED_WITHIN
        while not _is_healthy(address):
            assert time.monotonic() < deadline, "the app did not come up"
            time.sleep(0.2)
        yield address
    finally:
        served.terminate()
        served.wait(timeout=20)


def test_after_the_worst_file_of_each_category_the_app_still_serves(app: str, tmp_path):
    worst = {file.category: file for file in CATALOGUE if file.verdict == "reject"}
    for file in worst.values():
        assert_right(file, tmp_path, confined=True)
        assert _is_healthy(app), f"after {file.category}/{file.name} the app does not answer"
    with urllib.request.urlopen(f"{app}/", timeout=20) as page:
        assert page.status == 200
    assert not list((tmp_path / "ws").glob("**/*.csv")), "a rejected file was left behind"


def _is_healthy(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/_stcore/health", timeout=10) as answer:
            return bool(answer.read() == b"ok")
    except OSError:
        return False
