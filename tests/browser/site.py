"""The app as a person meets it: a served workspace, a page that has settled, and what axe finds on it."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.conftest import ROOT

CHROMIUM = Path("/usr/bin/chromium")
# Colours differ by scheme and layout by width; a dark phone would show neither anew.
LOOKS = [("light", 1360), ("dark", 1360), ("light", 375)]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def started_browser() -> Iterator[Browser]:
    """Debian's Chromium. Skips where it is not installed, except where CI=true: there it must be."""
    if not CHROMIUM.exists() and os.environ.get("CI") != "true":
        pytest.skip("needs Chromium at /usr/bin/chromium (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        browser.new_context(accept_downloads=True)  # the one in which open_page opens its pages
        yield browser
        browser.close()


@contextmanager
def served(workspace: Path) -> Iterator[str]:
    """The app on a free port with this workspace, stopped afterwards; yields its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "segmenter", "serve", "--port", str(port), "--workspace", str(workspace)]
    server = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "SEGMENTER_WORKSPACE": str(workspace)})
    try:
        _wait_until_healthy(port, server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)


def _wait_until_healthy(port: int, server: subprocess.Popen) -> None:
    for _ in range(240):
        assert server.poll() is None, "the server ended while starting"
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1) as answer:
                if answer.read() == b"ok":
                    return
        except OSError:
            time.sleep(0.25)
    raise TimeoutError("the server did not answer within a minute")


@contextmanager
def open_page(browser: Browser, *, scheme: str = "light", width: int = 1360) -> Iterator[Page]:
    """A new tab of the one reader, who has the app's scripts in the cache; fails when the page's own scripts
    fail.
    """
    page = browser.contexts[0].new_page()
    wear(page, scheme, width)
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    yield page
    page.close()
    assert not failures


def wear(page: Page, scheme: str, width: int) -> None:
    """Look at what is loaded next in these colours, this wide."""
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 1000})


def in_every_look(page: Page, address: str, *, charts: bool = False) -> Iterator[tuple[str, int]]:
    """The address loaded and settled in one look after the other; yields each look (scheme, width)."""
    for scheme, width in LOOKS:
        wear(page, scheme, width)
        page.goto(address)
        settle(page, charts=charts)
        yield scheme, width


# A click takes a moment to reach the server, so that a page at rest is one that has been for a while.
AT_REST_MS = 350
IS_AT_REST = """([asked, ms]) => {
    const state = document.querySelector('[data-testid=stApp]')?.getAttribute('data-test-script-state');
    const busy = !state || ['running', 'initial'].includes(state);
    if (busy || window.restAsked !== asked) [window.restAsked, window.restSince] = [asked, performance.now()];
    return !busy && performance.now() - window.restSince >= ms;
}"""


def settle(page: Page, *, charts: bool = False) -> None:
    """Wait until the script has run and, where asked, a chart is drawn."""
    if charts:
        page.locator(".js-plotly-plot .main-svg").first.wait_for(timeout=60_000)
    asked = [time.monotonic_ns() % 10**9, AT_REST_MS]
    page.wait_for_function(IS_AT_REST, arg=asked, polling=50, timeout=60_000)


def serious_findings(page: Page) -> list[str]:
    """What axe calls serious or critical, as 'rule: first element'."""
    return [
        f"{finding['id']}: {finding['nodes'][0]['html'][:120]}"
        for finding in Axe().run(page).response["violations"]
        if finding["impact"] in ("serious", "critical")
    ]
