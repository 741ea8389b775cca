"""Compare in a real browser: readable for everybody, fits a phone, and keeps its choice in the address."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.site import in_every_look, open_page, serious_findings, served
from tests.model_pair import ComparedPair

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(compared: ComparedPair, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the app on a copy of a workspace with two compared models."""
    root = tmp_path_factory.mktemp("compare_page") / "workspace"
    shutil.copytree(compared.workspace.root, root)
    with served(root) as address:
        yield address


def test_the_page_is_readable_for_everybody_and_fits_a_phone(browser: Browser, site: str) -> None:
    with open_page(browser) as page:
        for look in in_every_look(page, f"{site}/compare?size=30", charts=True):
            assert "The two top 30% lists share" in page.locator("h2").first.inner_text()
            assert not serious_findings(page), look
            assert page.evaluate("document.documentElement.scrollWidth") <= look[1]
            assert page.locator("[data-testid=stException]").count() == 0, look
            for chart in page.locator("[data-testid=stPlotlyChart]").all():
                assert len(chart.get_attribute("aria-label") or "") > 40
