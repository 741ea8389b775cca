"""A large CSV file brought by upload and from a folder on the server -> what it costs the server and others.

    python -m benchmarks.big_file [--mb 400]

Serves the app, brings the file as a browser would, and watches the server's memory every 100 ms while a
second reader goes on using another page. Then stops one reading, and lets two run to their end. Writes
benchmarks/results/big_file.md. Timings are of the machine and of whoever else works on it; memory counts.
"""

import argparse
import os
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import psutil

from segmenter.workspace import Workspace
from tests.browser.site import ROOT
from tests.reader import Reader, reading

RESULT = Path(__file__).parent / "results" / "big_file.md"
MB = 1 << 20
ROWS_OF_A_BLOCK = 200_000


@dataclass
class Phase:
    """What was seen while something was done. *_mb: above the server's memory at rest before it."""

    name: str
    seconds: float = 0.0
    peak_mb: float = 0.0
    left_mb: float = 0.0
    child_mb: float = 0.0
    waits: list[float] = field(default_factory=list)


class Watch:
    """Looks at the server every 100 ms, and has a second reader use the app all the time."""

    def __init__(self, server: int, address: str) -> None:
        self.server, self.address = psutil.Process(server), address
        self.phase: Phase | None = None
        self.base = 0.0
        self._over, self._settled = threading.Event(), threading.Event()
        self._threads = [threading.Thread(target=run) for run in (self._look, self._use)]

    def __enter__(self) -> "Watch":
        for thread in self._threads:
            thread.start()
        assert self._settled.wait(120), "the second reader never came to the page"
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    @contextmanager
    def during(self, name: str) -> Iterator[Phase]:
        """Everything seen in the body belongs to this phase."""
        phase = Phase(name)
        self.base = self.rss()
        began, self.phase = time.monotonic(), phase
        yield phase
        phase.seconds = time.monotonic() - began
        time.sleep(0.5)
        self.phase = None
        phase.left_mb = self.rss() - self.base

    def rss(self) -> float:
        return float(self.server.memory_info().rss) / MB

    def _look(self) -> None:
        while not self._over.wait(0.1):
            phase = self.phase
            if phase is None:
                continue
            phase.peak_mb = max(phase.peak_mb, self.rss() - self.base)
            for child in self.server.children(recursive=True):
                try:
                    phase.child_mb = max(phase.child_mb, child.memory_info().rss / MB)
                except psutil.NoSuchProcess:
                    continue

    def _use(self) -> None:
        with reading(self.address) as other:
            other.press("Try it with demo data")
            other.open("performance")
            for _ in range(5):
                other.rerun()
            self._settled.set()
            while not self._over.wait(0.2):
                wait, phase = other.rerun(), self.phase
                if phase is not None:
                    phase.waits.append(wait)


def write_file(path: Path, megabytes: int) -> int:
    """A shop's order lines; returns how many. A block of lines again and again, under other order numbers."""
    rng = random.Random(1)
    lines = []
    for line in range(ROWS_OF_A_BLOCK):
        day = f"{2023 + line % 3}-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02} 12:{line % 60:02}:00"
        customer, category = rng.randrange(400_000), rng.randrange(40)
        price = f"{rng.random() * 100:.2f}"
        lines.append(f"O#{line:07},C{customer:07},{day},category {category},{rng.randrange(1, 5)},{price}\n")
    block, rows = "".join(lines), 0
    with path.open("w") as file:
        file.write("order_id,customer_id,order_date,category,quantity,amount\n")
        while file.tell() < megabytes * 1_000_000:
            file.write(block.replace("#", f"{rows // ROWS_OF_A_BLOCK:03}"))
            rows += ROWS_OF_A_BLOCK
    return rows


@contextmanager
def served(workspace: Path, exports: Path) -> Iterator[tuple[int, str]]:
    """The app on a free port: the server's process number and its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "segmenter", "serve", "--port", str(port), "--workspace", str(workspace)],
        cwd=ROOT,
        env=os.environ | {"SEGMENTER_SOURCES": f"exports={exports}"},
        stdout=subprocess.DEVNULL,
    )
    try:
        for _ in range(240):
            with socket.socket() as door:
                if door.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.25)
        yield server.pid, f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(30)


def read_to_the_end(reader: Reader) -> list[float]:
    """Press the button and wait; the shares done that the page has shown on the way."""
    reader.press("Read the files")
    shares: list[float] = []
    while "Train a model" not in reader.words():
        time.sleep(1)
        reader.rerun()
        shares += [e.progress.value / 100 for e in reader.elements.values() if e.HasField("progress")]
    return shares


def stop_midway(reader: Reader, server: psutil.Process) -> tuple[float, float]:
    """Start reading, stop it; seconds until the page says so, and until no process is left."""
    reader.press("Read the files")
    while not any("segmenter.tables.child" in _command(each) for each in server.children(recursive=True)):
        time.sleep(0.1)
    time.sleep(2)
    reader.rerun()
    children = server.children(recursive=True)
    began = time.monotonic()
    reader.press("Stop this work")
    said = time.monotonic() - began
    psutil.wait_procs(children, timeout=30)
    return said, time.monotonic() - began


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:
        return []


def p95(waits: list[float]) -> str:
    return f"{np.quantile(waits, 0.95):.2f}" if waits else ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mb", type=int, default=400)
    size = parser.parse_args().mb
    with tempfile.TemporaryDirectory(prefix="big-file-") as home:
        exports, root = Path(home) / "exports", Path(home) / "workspace"
        exports.mkdir()
        rows = write_file(exports / "orders.csv", size)
        phases: list[Phase] = []
        with served(root, exports) as (pid, address), Watch(pid, address) as watch:
            workspace = Workspace.open(root)
            with watch.during("at rest") as phase:
                time.sleep(20)
            phases.append(phase)
            with reading(address, "data") as reader:
                if "Add data" in reader.words():
                    add_data(reader)
                with watch.during(f"upload of {size} MB, until the mapping is shown") as phase:
                    content = (exports / "orders.csv").read_bytes()
                    reader.upload("Customer and campaign", "orders.csv", content, seconds=300)
                    del content
                phases.append(phase)
                before = workspace.records()
                with watch.during("reading it, stopped on the way") as phase:
                    said, ended = stop_midway(reader, watch.server)
                phases.append(phase)
                assert workspace.records() == before, "something was kept"
                with watch.during("reading it to the end") as phase:
                    shares = read_to_the_end(reader)
                phases.append(phase)
            with reading(address, "data") as reader:
                add_data(reader)
                with watch.during("the same file chosen on the server, until the mapping is shown") as phase:
                    choose_on_server(reader)
                phases.append(phase)
                with watch.during("reading it from there") as phase:
                    read_to_the_end(reader)
                phases.append(phase)
    report(phases, rows=rows, size=size, said=said, ended=ended, shares=shares)


def add_data(reader: Reader) -> None:
    """From the data that are there to the place where files are brought."""
    reader.set(reader.find("button_group", "View"), string_array_value=["Add data"])
    reader.rerun()


def choose_on_server(reader: Reader) -> None:
    reader.set(reader.find("button_group", "Where are the files?"), string_array_value=["From the server"])
    reader.rerun()
    files = reader.find("multiselect", "Files")
    reader.set(files, string_array_value=[str(files.options[0])])  # type: ignore[attr-defined]
    reader.rerun()
    reader.press("Use these files", seconds=300)


def report(
    phases: list[Phase], *, rows: int, size: int, said: float, ended: float, shares: list[float]
) -> None:
    lines = [
        "# A large file",
        "",
        f"Written by `python -m benchmarks.big_file --mb {size}`: a CSV file of {size} MB ({rows:,} rows),",
        "brought by upload and from a folder on the server, while a second reader runs the Performance page",
        "again and again. Memory is the server process's own, beyond what it held before each step; the",
        f"framework's copy of an upload ({size} MB) is part of the peak. Files are read in child processes.",
        "",
        "| step | seconds | server, peak MB | server, MB after | largest child, MB | others' p95, s |",
        "|---|---|---|---|---|---|",
        *(
            f"| {p.name} | {p.seconds:.1f} | {p.peak_mb:.0f} | {p.left_mb:.0f} | {p.child_mb:.0f} "
            f"| {p95(p.waits)} |"
            for p in phases
        ),
        "",
        f"Stop: said on the page after {said:.1f} s, no process left after {ended:.1f} s, nothing kept.",
        f"The machine has {os.cpu_count()} cores; its load, others' work included, was "
        f"{os.getloadavg()[2]:.1f}.",
        f"Progress shown while reading: {', '.join(f'{share:.0%}' for share in dict.fromkeys(shares))}.",
        "",
    ]
    RESULT.write_text("\n".join(lines))
    print("\n".join(lines))


if __name__ == "__main__":
    main()
