"""The command line over a pipeline whose one stage only waits: what jobs and their ends are tested with.

`demo --customers N --name HOW`: N steps of 20 ms, then a data set; HOW says how it goes instead.
"""

import os
import subprocess
import sys
import time
import types

from segmenter.errors import NotEnoughData
from segmenter.progress import Progress
from segmenter.tables.dataset import Dataset, read_dataset, write_dataset
from segmenter.workspace import Workspace

SECRET = "maria@example.com"


def make_demo(ws: Workspace, *, customers: int, seed: int, name: str | None, progress: Progress) -> str:
    if name == "too few":
        raise NotEnoughData("There are 3 customers; at least 100 are needed. Bring more.")
    if name == "surprise":
        raise KeyError(f"could not convert {SECRET}")
    with ws.create("dataset", name=name or "Demo", demo=True) as draft, ws.scratch() as own:
        if name == "stubborn":
            # With a child of its own, and deaf: no progress call, so no place where it could stop by itself.
            helper = subprocess.Popen(["sleep", "60"], start_new_session=True)
            (ws.root / "logs").mkdir(exist_ok=True)
            (ws.root / "logs" / "helper").write_text(str(helper.pid))
            while True:
                time.sleep(0.1)
        for step in range(customers):
            progress("work", step / customers, f"Step {step}")
            (own / "half-done").write_text(str(step))
            time.sleep(0.02)
        dataset = Dataset(
            name="Demo",
            rows={"customers": customers},
            set_aside={},
            mapped={},
            attributes=(),
            coverage={},
            findings=(),
        )
        write_dataset(draft.folder, dataset)
        (draft.folder / "niceness").write_text(str(os.nice(0)))
    return draft.id


if __name__ == "__main__":
    pipeline = types.ModuleType("segmenter.pipeline")
    pipeline.make_demo = make_demo
    results = types.ModuleType("segmenter.results")
    results.open_dataset = lambda ws, dataset: read_dataset(ws.path(dataset))
    sys.modules |= {"segmenter.pipeline": pipeline, "segmenter.results": results}
    from segmenter.cli import main

    sys.exit(main())
