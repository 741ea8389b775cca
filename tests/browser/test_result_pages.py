"""Segments, Reasons, Performance and Audience in a real browser: the file is what the page says."""

import csv
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from segmenter.cards.card_file import write_card
from tests.browser.site import LOOKS, in_every_look, open_page, serious_findings, served, settle, wear
from tests.conftest import Journey

pytestmark = pytest.mark.browser

PAGES = ("segments", "reasons", "performance", "audience")


@pytest.fixture(scope="module")
def site(journey: Journey, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the app on a copy of the journey's workspace."""
    root = tmp_path_factory.mktemp("result_pages") / "workspace"
    shutil.copytree(journey.workspace.root, root)
    with served(root) as address:
        yield address


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    with open_page(browser) as page:
        yield page


def number_in(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def downloaded_rows(page: Page) -> list[dict[str, str]]:
    """What the newest audience's Download button gives, as read by a spreadsheet."""
    with page.expect_download() as downloaded:
        page.get_by_role("button", name=re.compile("^Download")).first.click()
    with Path(downloaded.value.path()).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def answer(page: Page) -> str:
    return page.locator("h2").first.inner_text()


def test_from_the_demo_to_a_file_with_as_many_rows_as_shown(browser: Browser, tmp_path: Path) -> None:
    with served(tmp_path / "workspace") as address, open_page(browser) as page:
        page.goto(address)
        page.get_by_role("button", name="Try it with demo data").click()
        settle(page, charts=True)
        assert re.match(r"Contacting the top 40% reaches \d+% of the engaged customers", answer(page))
        page.get_by_role("link", name="Audience").click()
        page.get_by_role("button", name=re.compile("^Save audience of")).wait_for()
        settle(page, charts=True)
        shown = number_in(page.get_by_role("button", name=re.compile("^Save audience of")).inner_text())
        page.get_by_role("button", name=re.compile("^Save audience of")).click()
        page.get_by_text("(just saved)").wait_for()
        settle(page)
        assert len(downloaded_rows(page)) == shown > 1000


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_readable_for_everybody_and_fits_a_phone(page: Page, site: str, name: str) -> None:
    for look in in_every_look(page, f"{site}/{name}", charts=True):
        assert not serious_findings(page), look
        assert page.evaluate("document.documentElement.scrollWidth") <= look[1]
        assert page.locator("[data-testid=stException]").count() == 0, look
        for chart in page.locator("[data-testid=stPlotlyChart]").all():
            assert len(chart.get_attribute("aria-label") or "") > 40
        assert page.locator(".modebar-btn:visible").count() == 0, look


def test_the_model_card_is_readable_for_everybody_on_its_page_and_as_a_file(
    page: Page, site: str, journey: Journey, tmp_path: Path
) -> None:
    file = write_card(journey.workspace, journey.model, tmp_path / "card.html")
    for look in in_every_look(page, f"{site}/card"):
        page.get_by_role("button", name="Download the model card").wait_for()
        assert not serious_findings(page), look
        assert page.evaluate("document.documentElement.scrollWidth") <= look[1]
    asked: list[str] = []
    page.goto("about:blank")
    page.on("request", lambda request: asked.append(request.url))
    for look in LOOKS:
        wear(page, *look)
        page.goto(file.as_uri())
        assert not serious_findings(page), look
        assert page.evaluate("document.documentElement.scrollWidth") <= look[1]
    assert asked == [file.as_uri()] * len(LOOKS), "the file fetches nothing"


def test_names_at_the_lines_are_inside_the_chart_and_apart(page: Page, site: str) -> None:
    page.set_viewport_size({"width": 375, "height": 1000})
    page.goto(f"{site}/performance?depth=40")
    settle(page, charts=True)
    chart = page.locator("[data-testid=stPlotlyChart]").first
    frame = chart.bounding_box()
    assert frame
    boxes = [box for note in chart.locator(".annotation").all() if (box := note.bounding_box())]
    assert len(boxes) >= 4
    for i, a in enumerate(boxes):
        assert frame["x"] <= a["x"] and a["x"] + a["width"] <= frame["x"] + frame["width"]
        for b in boxes[i + 1 :]:
            apart_x = a["x"] + a["width"] <= b["x"] or b["x"] + b["width"] <= a["x"]
            apart_y = a["y"] + a["height"] <= b["y"] or b["y"] + b["height"] <= a["y"]
            assert apart_x or apart_y


def test_the_address_keeps_the_choice(page: Page, site: str) -> None:
    page.goto(f"{site}/performance?depth=25")
    settle(page, charts=True)
    assert "top 25%" in answer(page)
    page.reload()
    settle(page, charts=True)
    assert "top 25%" in answer(page)


def test_nonsense_in_the_address_is_ignored(page: Page, site: str) -> None:
    page.goto(f"{site}/audience?top=-1e308&by=<script>&holdout=abc")
    settle(page, charts=True)
    assert "top 20%" in answer(page)
    assert page.locator("[data-testid=stAlert]").count() == 0


def test_the_slider_answers_at_once(page: Page, site: str) -> None:
    page.goto(f"{site}/audience?top=20")
    settle(page, charts=True)
    page.locator("[data-testid=stSlider] input[type=range]").first.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('h2').innerText.includes('21%')", timeout=5_000)


def test_the_downloaded_file_has_the_rows_the_page_shows_and_nobody_on_the_list(
    page: Page, site: str, journey: Journey, tmp_path: Path
) -> None:
    page.goto(f"{site}/audience?top=30&holdout=10")
    settle(page, charts=True)
    page.get_by_role("textbox", name="Name of the audience").fill('=cmd("x") <b>spring</b>')
    page.keyboard.press("Enter")
    settle(page)
    save = page.get_by_role("button", name=re.compile("^Save audience of"))
    shown = number_in(save.inner_text())
    save.click()
    download = page.get_by_role("button", name=re.compile("^Download"))
    download.first.wait_for()
    settle(page)
    assert number_in(download.first.inner_text()) == shown
    rows = downloaded_rows(page)
    assert len(rows) == shown == len({row["customer_id"] for row in rows})
    assert all(row["audience"].startswith("'=") for row in rows), "a spreadsheet must not run the name"
    assert "<b>spring</b>" in page.get_by_test_id("stMain").inner_text()

    # The first hundred unsubscribe: a list of them takes exactly those of them who were selected out.
    unsubscribed = tmp_path / "unsubscribed.csv"
    unsubscribed.write_text("customer_id\n" + "\n".join(row["customer_id"] for row in rows[:100]) + "\n")
    page.locator("input[type=file]").set_input_files(unsubscribed)
    page.wait_for_function(
        "[...document.querySelectorAll('[data-testid=stMetric]')].some("
        "m => m.innerText.includes('On your list') && m.innerText.includes('100'))"
    )
    settle(page)
    save = page.get_by_role("button", name=re.compile("^Save audience of"))
    remaining = number_in(save.inner_text())
    assert remaining < shown
    save.click()
    # The first audience, just saved too, is shown until the second one is.
    page.get_by_role("button", name=f"Download {remaining:,} rows").wait_for()
    settle(page)
    left = {row["customer_id"] for row in downloaded_rows(page)}
    assert not left & {row["customer_id"] for row in rows[:100]}
    assert left <= {row["customer_id"] for row in rows}
    assert not serious_findings(page)


def test_an_audience_is_removed_only_after_asking(page: Page, site: str) -> None:
    page.goto(f"{site}/audience?top=5")
    settle(page, charts=True)
    before = page.get_by_role("button", name=re.compile("^Download")).count()
    page.get_by_role("button", name=re.compile("^Save audience of")).click()
    page.get_by_text("(just saved)").wait_for()
    settle(page)
    page.get_by_role("button", name="Remove", exact=True).first.click()
    page.get_by_role("button", name="Remove the audience").click()
    page.get_by_text("(just saved)").wait_for(state="detached")
    settle(page)
    assert page.get_by_role("button", name=re.compile("^Download")).count() == before


def test_a_customer_s_id_never_stands_in_the_address(page: Page, site: str) -> None:
    page.goto(f"{site}/reasons")
    settle(page, charts=True)
    best = page.get_by_text(re.compile("ranks 1 of")).inner_text()
    customer = best.split()[1]
    page.get_by_role("textbox", name="Customer id").fill(customer)
    page.keyboard.press("Enter")
    settle(page)
    assert customer not in page.url
    assert "shown as an example" not in page.get_by_text(re.compile("ranks 1 of")).inner_text()
    page.get_by_role("textbox", name="Customer id").fill("nobody-of-that-id")
    page.keyboard.press("Enter")
    page.get_by_text(re.compile("nobody-of-that-id.*is among")).wait_for()
    assert not serious_findings(page)
