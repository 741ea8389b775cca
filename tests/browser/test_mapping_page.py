"""Files of the world in a real browser: few clicks to files that are read, and nothing guessed unseen."""

import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from segmenter.results import open_dataset
from segmenter.workspace import Workspace
from tests.browser.site import open_page, serious_findings, served, settle, wear
from tests.conftest import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

REAL = ROOT.parent / "shared" / "data"
MOST_CLICKS = 12


class Reader:
    """Whoever maps files on the Data page; counts every click on the way to the pressed 'Read the files'."""

    def __init__(self, page: Page, files: list[Path]) -> None:
        self.page, self.clicks = page, 0
        page.locator("input[type=file]").first.set_input_files(files)
        page.get_by_role("button", name="Read the files").wait_for(timeout=60_000)
        settle(page)

    def choose(self, label: str, option: str) -> None:
        """One click opens the question, one takes the answer."""
        self.page.get_by_role("combobox", name=label).first.click()
        self.page.get_by_role("option", name=option, exact=True).click()
        self.clicks += 2
        settle(self.page)

    def press(self, label: str) -> None:
        self.page.get_by_role("button", name=label, exact=True).click()
        self.clicks += 1
        settle(self.page)

    def say(self, question: str, answer: str) -> None:
        """An answer of which all choices are in sight; both given as patterns."""
        asked = self.page.get_by_test_id("stButtonGroup").filter(has_text=re.compile(question))
        choices = asked.locator("[role=radiogroup] button")
        choices.filter(has_text=re.compile(answer)).first.click()
        self.clicks += 1
        settle(self.page)

    def read(self) -> None:
        self.press("Read the files")
        self.page.get_by_text("The files were read.").wait_for(timeout=120_000)
        settle(self.page)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mapping_page") / "workspace"


@pytest.fixture(scope="module")
def address(root: Path) -> Iterator[str]:
    with served(root) as address:
        yield address


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The Data page, ready for files; what other tests read is put aside."""
    with open_page(browser) as page:
        open_adding(page, f"{address}/data")
        yield page


def open_adding(page: Page, address: str) -> None:
    page.goto(address)
    settle(page)
    files, adding = page.locator("input[type=file]").first, page.get_by_text("Add data", exact=True)
    files.or_(adding).first.wait_for(state="attached", timeout=60_000)
    if adding.count():
        adding.click()
        settle(page)
    files.wait_for(state="attached", timeout=60_000)


def real_files(folder: str) -> list[Path]:
    files = sorted((REAL / folder).glob("*.parquet"))
    if not files:
        pytest.skip(f"needs the files of {folder} in ../shared/data")
    return files


def newest(root: Path) -> dict[str, int]:
    """Rows of each table of the data set read last."""
    workspace = Workspace.open(root)
    rows = open_dataset(workspace, workspace.records("dataset")[0].id).rows
    return {table: count for table, count in rows.items() if count}


def test_starbucks_needs_the_one_thing_that_no_file_says(page: Page, root: Path) -> None:
    reader = Reader(page, real_files("starbucks"))
    assert page.get_by_text("say which column of transcript.parquet is When").count() == 2
    reader.choose("When (needed)", "time_hours")
    reader.read()
    assert reader.clicks <= MOST_CLICKS
    assert newest(root) == {
        "customers": 17_000,
        "transactions": 138_953,
        "engagements": 167_581,
        "campaigns": 10,
    }


def test_hillstrom_is_customers_with_outcomes_and_a_control_group(page: Page, root: Path) -> None:
    reader = Reader(page, real_files("hillstrom"))
    assert page.get_by_text("Contacted or left out").count()
    reader.read()
    assert reader.clicks <= MOST_CLICKS
    assert newest(root) == {"customers": 64_000, "outcomes": 64_000}


def test_ifood_is_customers_with_outcomes(page: Page, root: Path) -> None:
    reader = Reader(page, real_files("ifood"))
    reader.read()
    assert reader.clicks <= MOST_CLICKS
    assert newest(root) == {"customers": 2_240, "outcomes": 2_240}


def orders(folder: Path, months: int) -> list[Path]:
    """Files of orders, one a month, with dates that can be read both ways."""
    rng = random.Random(months)
    files = []
    for month in range(1, months + 1):
        lines = ["Customer No,Order Date,Total EUR,Order No"]
        lines += [
            f"C{n:03d},{rng.randint(1, 9):02d}/{month:02d}/2024,{rng.randint(1, 99)}.50,{month}-{n}"
            for n in range(40)
        ]
        files.append(folder / f"orders-{month:02d}.csv")
        files[-1].write_text("\n".join(lines) + "\n")
    return files


def test_months_are_one_block_dates_are_asked_and_next_month_the_answer_is_there(
    page: Page, root: Path, tmp_path: Path
) -> None:
    wear(page, "dark", 1360)  # from the start: what is drawn already changes its colours only in part
    open_adding(page, page.url)
    reader = Reader(page, orders(tmp_path, 4))
    assert page.get_by_role("button", name="Read the files").is_disabled(), "nothing is read until it is said"
    assert page.get_by_text("and 3 more with the same columns").count()
    assert page.get_by_role("button", name="Take out").count() == 1, "four files are asked about once"
    assert page.get_by_text("As the title 'Total EUR' shows.").count() == 1
    reader.say(r"Does 0\d/0\d/2024 mean \d \w+ or \w+ \d\?", r"^\d \w+$")
    reader.read()
    assert reader.clicks == 2
    dataset = open_dataset(Workspace.open(root), Workspace.open(root).records("dataset")[0].id)
    assert str(dataset.coverage["transactions"].first)[:7] == "2024-01"
    assert str(dataset.coverage["transactions"].last)[:7] == "2024-04"
    assert (dataset.currency, dataset.rows["transactions"]) == ("EUR", 160)
    page.get_by_text("Add data", exact=True).click()
    settle(page)
    renamed = tmp_path / "next-month.csv"
    renamed.write_bytes((tmp_path / "orders-04.csv").read_bytes())
    again = Reader(page, [renamed])
    assert page.get_by_text("You mapped files with these columns on").count() == 1
    assert page.get_by_role("button", name="Read the files").is_enabled()
    wear(page, "dark", 375)
    settle(page)
    assert serious_findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    again.press("Use the guesses instead")
    assert page.get_by_text("You mapped files with these columns on").count() == 0
    assert page.get_by_role("button", name="Read the files").is_disabled(), "the date is asked again"
