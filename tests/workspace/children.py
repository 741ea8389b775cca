"""Acts in a forked child process, to be killed, starved of disk or stripped of rights; pytest lives on."""

import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from segmenter.errors import SegmenterError


def in_child(act: Callable[[], Any]) -> Any:
    """What `act` returns (JSON) in a child process; when refused, {'raised': kind, 'words': message}."""
    with running(lambda say: say(json.dumps(_outcome(act)))) as child:
        return json.loads(child.rest())


class Child:
    """A forked process and the lines it has said."""

    def __init__(self, pid: int, pipe: int) -> None:
        self.pid = pid
        self._pipe = os.fdopen(pipe, encoding="utf-8")

    def next_line(self) -> str:
        return self._pipe.readline().strip()

    def rest(self) -> str:
        """All that was said, once the child has ended."""
        return self._pipe.read()

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)


@contextmanager
def running(act: Callable[[Callable[[str], None]], None]) -> Iterator[Child]:
    """A forked child in which `act(say)` runs; killed at the end of the block if it still lives."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(read)
            act(lambda text: os.write(write, f"{text}\n".encode()) and None)
        finally:
            if sys.exc_info()[0]:
                traceback.print_exc()
            sys.stderr.flush()
            # Not sys.exit: pytest's own clean-up belongs to the parent.
            os._exit(0)
    os.close(write)
    child = Child(pid, read)
    try:
        yield child
    finally:
        child.kill()
        os.waitpid(pid, 0)
        child._pipe.close()


def wait_until(is_so: Callable[[], bool], seconds: float = 20, every: float = 0.02) -> None:
    """Return as soon as it is so, asking `every` so many seconds; fail after `seconds`."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, f"not so after {seconds} s"
        time.sleep(every)


def _outcome(act: Callable[[], Any]) -> Any:
    try:
        return act()
    except SegmenterError as error:
        return {"raised": type(error).__name__, "words": str(error)}
