"""The running app with its demo -> the pictures in the README.

`python docs/take_pictures.py` needs Chromium; it serves the app on a free port with a workspace of its own.
"""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import urlopen

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from segmenter.demo import install_demo  # noqa: E402
from segmenter.workspace import Workspace  # noqa: E402

PAGES = ("data", "training", "segments", "reasons", "performance", "audience")
WIDTH, HEIGHT = 1360, 1000
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


def main() -> None:
    """Take one picture per page, in the light theme, of what is above the fold."""
    pictures = ROOT / "docs" / "pictures"
    pictures.mkdir(exist_ok=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with TemporaryDirectory() as folder:
        workspace = Path(folder) / "demo-shop"
        install_demo(Workspace.open(workspace))
        server = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "segmenter", "serve", "--port", str(port), "--workspace", str(workspace)],
            cwd=ROOT,
            env={**os.environ, "NO_COLOR": "1"},
        )
        try:
            wait_for(f"http://127.0.0.1:{port}/_stcore/health")
            take(f"http://127.0.0.1:{port}", pictures)
        finally:
            server.terminate()
            server.wait()


def wait_for(address: str, seconds: float = 60) -> None:
    """Return when the address answers. Raises TimeoutError."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            with urlopen(address, timeout=2):  # noqa: S310 - our own server
                return
        except OSError:
            time.sleep(0.3)
    raise TimeoutError(f"{address} did not answer within {seconds:.0f} seconds")


def take(home: str, pictures: Path) -> None:
    """Visit each page and save what it shows."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        for name in PAGES:
            page.goto(f"{home}/{name}")
            page.get_by_role("heading", level=1).wait_for(timeout=60_000)
            page.wait_for_function(
                "document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'",
                timeout=60_000,
            )
            page.wait_for_timeout(2_000)  # charts draw after the script has ended
            page.screenshot(path=pictures / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
