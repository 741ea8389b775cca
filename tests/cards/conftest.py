"""The demo's card, and what is stored of it, as files on the disk."""

from dataclasses import dataclass
from typing import Any

import msgspec
import pytest

from segmenter import demo
from segmenter.cards.card import ModelCard
from segmenter.cards.making import make_card
from segmenter.cards.stored import StoredResults, open_stored, value_at
from segmenter.workspace import Workspace


@dataclass(frozen=True)
class DemoCard:
    """The demo installed once: its stored results, its card, and the files that they were read from."""

    workspace: Workspace
    model: str
    stored: StoredResults
    card: ModelCard
    files: dict[str, Any]

    def value(self, source: str) -> Any:
        """What the file itself says at 'file: path', or the catalog."""
        file, _, path = source.partition(": ")
        return value_at(self.files[file], path)


@pytest.fixture(scope="session")
def demo_card(tmp_path_factory: pytest.TempPathFactory) -> DemoCard:
    """Shared: tests must not change its workspace."""
    ws = Workspace.open(tmp_path_factory.mktemp("demo_card") / "workspace")
    model = demo.install_demo(ws)
    ids = {kind: next(iter(ws.records(kind))).id for kind in ("model", "dataset", "evaluation", "scores")}  # type: ignore[arg-type]
    of = {
        "model": ("report.json", "model.json"),
        "evaluation": ("evaluation.json",),
        "scores": ("summary.json",),
        "dataset": ("dataset.json",),
    }
    files = {
        name: msgspec.json.decode((ws.path(ids[kind]) / name).read_bytes())
        for kind, names in of.items()
        for name in names
    }
    files["catalog"] = {**msgspec.to_builtins(ws.record(model)), **ids}
    stored = open_stored(ws, model)
    return DemoCard(ws, model, stored, make_card(stored), files)


# Names as somebody who means harm would give them.
PAYLOADS = (
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "</title><img src=x onerror=alert(1)>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<iframe src=javascript:alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "<base href=//evil.example>",
    "<link rel=stylesheet href=//evil.example>",
    "<meta http-equiv=refresh content=0>",
    "<form action=//evil.example><input name=x>",
    "<details open ontoggle=alert(1)>",
    "<math><mi xlink:href=javascript:alert(1)>",
    '" onmouseover="alert(1)',
    "' onmouseover='alert(1)",
    '"><b>bold</b>',
    "<!-- comment",
    "--><script>alert(1)</script>",
    "<![CDATA[x]]>",
    "&lt;script&gt;",
    "&#60;script&#62;",
    "{{7*7}}",
    "{% for x in y %}",
    "{{ config.__class__ }}",
    "${7*7}",
    "%{7*7}",
    "{0.__class__} %s {name}",
)
