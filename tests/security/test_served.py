"""The served app and strangers: whose handshakes and uploads it takes, and what hostile words do on it."""

import csv
import json
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from segmenter import pipeline
from segmenter.workspace import Workspace
from tests.browser.site import open_page, served, settle
from tests.cards.conftest import PAYLOADS

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

# What each would do: leave a mark that the test can see.
MARKED = tuple(p.replace("alert(1)", "window.__xss=1").replace("//evil.example", "#") for p in PAYLOADS)


@pytest.fixture(scope="module")
def hostile_shop(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A workspace with hostile ids, words, titles, campaigns and names; and its file of purchases."""
    home = tmp_path_factory.mktemp("hostile")
    tables = {
        "people": ["id", "signed up", MARKED[0], MARKED[4]],
        "orders": ["id", "day", "paid", "department"],
        "mails": ["id", "day", "event", "campaign"],
        "campaigns": ["campaign", "name"],
    }
    rows: dict[str, list[list[object]]] = {name: [] for name in tables}
    for number, payload in enumerate(MARKED):
        rows["people"].append([payload, "2024-01-01", payload, number])
        rows["campaigns"].append([f"{number}{payload}", payload])
        for month in range(1, 9):
            rows["orders"].append([payload, f"2025-0{month}-11", number + month, payload])
            rows["mails"].append([payload, f"2025-0{month}-10", "click", f"{number}{payload}"])
    for name, header in tables.items():
        with (home / f"{name}.csv").open("w", newline="") as file:
            csv.writer(file).writerows([header, *rows[name]])
    titles = json.dumps([MARKED[0], MARKED[4]], ensure_ascii=False)
    (home / "mapping.toml").write_text(
        '[[customers]]\nfile = "people.csv"\ncustomer_id = "id"\njoined_at = "signed up"\n'
        f"attributes = {titles}\n"
        '[[transactions]]\nfile = "orders.csv"\ncustomer_id = "id"\nat = "day"\namount = "paid"\n'
        'category = "department"\n'
        '[[engagements]]\nfile = "mails.csv"\ncustomer_id = "id"\nat = "day"\nkind = "event"\n'
        'campaign_id = "campaign"\n'
        '[[campaigns]]\nfile = "campaigns.csv"\ncampaign_id = "campaign"\nname = "name"\n'
    )
    workspace = Workspace.open(home / "workspace")
    pipeline.ingest(workspace, home / "mapping.toml", name=" ".join(MARKED[:12])[:200])
    return workspace.root, home / "orders.csv"


@pytest.fixture(scope="module")
def address(hostile_shop: tuple[Path, Path]) -> Iterator[str]:
    with served(hostile_shop[0]) as address:
        yield address


@pytest.mark.parametrize(
    ("host", "origin", "is_taken"),
    [
        (None, None, True),
        (None, "http://evil.example", False),
        ("evil.example", "http://evil.example", False),
        ("evil.example", None, False),
    ],
    ids=["ours", "a foreign page", "a name that was bound to this machine anew", "a foreign host"],
)
def test_only_our_own_page_opens_a_session(
    address: str, host: str | None, origin: str | None, is_taken: bool
) -> None:
    port = int(address.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as door:
        stream = f"ws://{host or '127.0.0.1'}:{port}/_stcore/stream"
        try:
            with connect(stream, sock=door, origin=origin or address):  # type: ignore[arg-type]
                taken = True
        except InvalidStatus as refusal:
            taken = False
            assert refusal.response.status_code == 403
    assert taken == is_taken


def test_an_upload_without_the_token_is_refused(address: str) -> None:
    request = urllib.request.Request(f"{address}/_stcore/upload_file/session/file", data=b"x", method="PUT")
    with pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(request, timeout=10)
    assert refusal.value.code == 403


def test_a_browser_is_given_one_cookie_that_no_script_can_read(address: str) -> None:
    with urllib.request.urlopen(address, timeout=10) as answer:
        (cookie,) = [c for c in answer.headers.get_all("Set-Cookie") if c.startswith("segmenter_browser=")]
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    request = urllib.request.Request(address, headers={"Cookie": cookie.partition(";")[0]})
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert not [c for c in answer.headers.get_all("Set-Cookie") or () if "segmenter_browser" in c]


def test_hostile_words_stay_words_on_the_data_page(
    browser: Browser, address: str, hostile_shop: tuple[Path, Path], tmp_path: Path
) -> None:
    payload = "<img src=x onerror=window.__xss=1>"
    uploads = [tmp_path / "<img src=x onerror=window.__xss=1>.csv"]
    uploads[0].write_bytes(hostile_shop[1].read_bytes())
    people = tmp_path / "'onmouseover=window.__xss=1 x=.csv"
    people.write_bytes(hostile_shop[1].with_name("people.csv").read_bytes())
    with open_page(browser) as page:
        dialogs: list[str] = []
        page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        page.goto(f"{address}/data")
        settle(page)
        for summary in page.locator("[data-testid=stExpander] summary").all():
            summary.click()
        assert page.evaluate("window.__xss") is None
        page.get_by_text("Add data", exact=True).first.click()
        settle(page)
        page.locator("input[type=file]").first.set_input_files([*uploads, people])
        page.get_by_role("button", name="Read the files").wait_for(timeout=60_000)
        for label in ("Customers", "Campaign"):
            page.get_by_text(label).first.click()
            settle(page)
        for summary in page.locator("[data-testid=stExpander] summary").all():
            summary.click()
        settle(page)
        assert payload[1:5] in page.content()
        assert page.evaluate("window.__xss") is None
        assert dialogs == []
        assert page.locator("[data-testid=stMain] img[src=x], [data-testid=stMain] iframe").count() == 0
