"""Start, Data and Training in a real browser: from nothing to a gain curve, from files to a training run."""

import os
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from segmenter.workspace import Workspace
from tests.browser.site import in_every_look, open_page, serious_findings, served, settle, wear
from tests.conftest import ROOT, Journey

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

EXAMPLES = sorted((ROOT / "data" / "examples").glob("*.csv"))
PURCHASES = [path for path in EXAMPLES if path.stem == "transactions"]
# Streamlit asks for its own health under the path of a deep link, and is told 404; that is not ours.
NOT_OURS = re.compile(r"404 \(Not Found\)")


@pytest.fixture(scope="module")
def full(journey: Journey, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the app on a copy of a workspace where the whole path has been walked."""
    root = tmp_path_factory.mktemp("way_in") / "workspace"
    shutil.copytree(journey.workspace.root, root)
    with served(root) as address:
        yield address


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the app on a workspace in which no test makes anything."""
    with served(tmp_path_factory.mktemp("bare") / "workspace") as address:
        yield address


@pytest.fixture
def fresh_root(tmp_path: Path) -> Path:
    return tmp_path / "workspace"


@pytest.fixture
def fresh(fresh_root: Path) -> Iterator[str]:
    """Address of the app just started on a new workspace."""
    with served(fresh_root) as address:
        yield address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A reader's page; fails on an error in the console, and on any request to another host."""
    with open_page(browser) as page:
        errors: list[str] = []
        strangers: list[str] = []
        page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
        page.on("request", lambda r: strangers.append(r.url) if "127.0.0.1" not in r.url else None)
        yield page
        assert [error for error in errors if not NOT_OURS.search(error)] == []
        assert [url for url in strangers if not url.startswith(("data:", "blob:"))] == []


def press(page: Page, label: str) -> None:
    page.get_by_role("button", name=label, exact=True).first.click()


def bring(page: Page, files: list[Path]) -> None:
    page.locator("input[type=file]").first.set_input_files(files)
    page.get_by_role("button", name="Read the files").wait_for(timeout=60_000)
    settle(page)


def test_from_nothing_to_a_gain_curve_in_one_press_and_ten_seconds(page: Page, fresh: str) -> None:
    # A deep link is the hardest first visit: Streamlit would take pages/ for an app without a router.
    page.goto(f"{fresh}/training")
    settle(page)
    assert page.get_by_role("heading", name="Training").count() == 1
    for title in ("Start", "Data", "Training", "Segments", "Performance", "Audience"):
        assert page.get_by_test_id("stSidebar").get_by_role("link", name=title).count() == 1
    page.goto(fresh)
    settle(page)
    began = time.monotonic()
    press(page, "Try it with demo data")
    page.locator("[data-testid=stPlotlyChart] .main-svg").first.wait_for(timeout=60_000)
    seconds = time.monotonic() - began
    assert page.url.endswith("/performance")
    assert "Demo" in page.get_by_test_id("stMain").inner_text()
    crowd = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))  # others at work on the same machine
    assert seconds < 10 * crowd, f"the gain curve took {seconds:.1f} s"


@pytest.mark.parametrize("name", ["", "data", "training", "segments", "reasons", "performance", "audience"])
def test_every_page_with_nothing_is_readable_for_everybody(page: Page, bare: str, name: str) -> None:
    for look in in_every_look(page, f"{bare}/{name}"):
        assert serious_findings(page) == [], look
        assert page.evaluate("document.documentElement.scrollWidth") <= look[1], look
        assert page.get_by_test_id("stException").count() == 0, look


@pytest.mark.parametrize("name", ["", "data", "training"])
def test_every_page_with_everything_is_readable_for_everybody(page: Page, full: str, name: str) -> None:
    for look in in_every_look(page, f"{full}/{name}", charts=bool(name)):
        for details in page.locator("[data-testid=stExpander] summary").all():
            details.click()
        settle(page)
        assert serious_findings(page) == [], look
        assert page.evaluate("document.documentElement.scrollWidth") <= look[1], look
        assert page.get_by_test_id("stException").count() == 0, look
        for chart in page.get_by_test_id("stPlotlyChart").all():
            assert len(chart.get_attribute("aria-label") or "") > 40


def test_the_menu_of_a_phone_closes_after_a_choice(browser: Browser, bare: str) -> None:
    context = browser.new_context(
        viewport={"width": 375, "height": 800}, has_touch=True, is_mobile=True, user_agent="Test Mobile"
    )
    page = context.new_page()
    page.goto(bare)
    settle(page)
    page.get_by_test_id("stExpandSidebarButton").click()
    page.get_by_role("link", name="Training").click()
    page.get_by_role("heading", name="Training").wait_for()
    settle(page)
    assert not page.get_by_test_id("stSidebar").is_visible() or (
        page.get_by_test_id("stSidebar").get_attribute("aria-expanded") == "false"
    )
    context.close()


def test_the_mapping_is_readable_for_everybody(page: Page, bare: str) -> None:
    wear(page, "light", 375)
    page.goto(f"{bare}/data")
    settle(page)
    bring(page, EXAMPLES)
    for table in ("Customers", "Campaign touches"):
        page.get_by_test_id("stMain").get_by_text(table, exact=False).first.click()
        settle(page)
        for scheme in ("light", "dark"):  # no chart here: colours follow the reader's at once
            wear(page, scheme, 375)
            settle(page)
            assert serious_findings(page) == [], (table, scheme)
            assert page.evaluate("document.documentElement.scrollWidth") <= 375


def test_own_files_too_few_to_test_a_model_still_become_segments(
    page: Page, fresh: str, fresh_root: Path
) -> None:
    page.goto(f"{fresh}/data")
    settle(page)
    bring(page, EXAMPLES)
    press(page, "Read the files")
    page.get_by_text("The files were read.").wait_for(timeout=90_000)
    settle(page)
    rows = sum(len(path.read_text().splitlines()) - 1 for path in EXAMPLES)
    assert f"{rows:,} rows" in page.locator("h2").first.inner_text()
    assert [record.kind for record in Workspace.open(fresh_root).records()] == ["dataset"]
    assert not list((fresh_root / "uploads").glob("*/*")), "read files are not kept twice"
    press(page, "Train a model")
    page.get_by_text("Probably too few customers to test the model").wait_for(timeout=60_000)
    page.get_by_role("button", name="Train the model").click(timeout=60_000)
    page.get_by_text("Trained and scored. Too few customers to test it").wait_for(timeout=120_000)
    assert page.get_by_role("button", name="Test the model").count() == 0
    press(page, "Choose whom to contact")
    page.get_by_role("heading", name="Audience", exact=True).wait_for()
    assert page.get_by_test_id("stException").count() == 0


def test_a_mapping_is_saved_and_loaded_again(page: Page, bare: str, tmp_path: Path) -> None:
    page.goto(f"{bare}/data")
    settle(page)
    bring(page, PURCHASES)
    page.get_by_text("Save or load this mapping").click()
    with page.expect_download() as download:
        press(page, "Download the mapping")
    saved = tmp_path / "mapping.toml"
    download.value.save_as(saved)
    assert "[[transactions]]" in saved.read_text()
    changed = saved.read_text().replace(
        "[[transactions]]", '[[transactions]]\nchannel = { value = "letter" }', 1
    )
    changed = re.sub(r'\nchannel = "[^"]*"', "", changed)
    saved.write_text(changed)
    page.locator("input[type=file]").first.set_input_files(saved)
    page.get_by_role("textbox", name="Value for every row").wait_for(timeout=30_000)
    assert page.get_by_role("textbox", name="Value for every row").input_value() == "letter"


def test_training_goes_on_while_the_reader_looks_elsewhere_and_stops_when_told(page: Page, full: str) -> None:
    page.goto(f"{full}/training")
    settle(page, charts=True)
    press(page, "Train the model")
    page.get_by_role("progressbar").wait_for(timeout=30_000)
    page.get_by_test_id("stSidebar").get_by_role("link", name="Data").click()
    page.get_by_role("heading", name="Data", exact=True).wait_for()
    page.get_by_test_id("stSidebar").get_by_role("link", name="Training").click()
    page.get_by_role("progressbar").wait_for(timeout=30_000)
    began = time.monotonic()
    press(page, "Stop this work")
    page.get_by_text("Stopped: Training the model").wait_for(timeout=30_000)
    assert time.monotonic() - began < 15
    page.get_by_role("button", name="Train the model").wait_for(timeout=30_000)


def test_the_first_action_is_reached_by_keyboard_alone(page: Page, bare: str) -> None:
    page.goto(bare)
    settle(page)
    for _ in range(25):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText") == "Use my own files":
            break
    else:
        pytest.fail("Tab never reached the button")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Data", exact=True).wait_for()
