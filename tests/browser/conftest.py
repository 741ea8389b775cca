"""One Chromium for all browser tests; where it is missing they skip, except where CI=true."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.site import started_browser


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with started_browser() as browser:
        yield browser
