"""The house rules: who may import whom, how long a file may grow, what never appears, what the map says."""

import ast
import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "segmenter"

# From the ground up: a module may import from its own floor and from floors below it.
FLOORS: tuple[frozenset[str], ...] = (
    frozenset({"errors", "settings", "hashing", "progress", "figures"}),
    frozenset({"engines"}),
    frozenset({"tables"}),
    frozenset({"features", "labels", "synthetic", "cutoffs"}),
    frozenset({"model", "samples"}),
    frozenset({"evaluation", "scoring", "summary", "reasons"}),
    frozenset({"audience", "comparing"}),
    frozenset({"delivery"}),
    frozenset({"workspace"}),
    frozenset(
        {
            "pipeline",
            "campaign",
            "results",
            "model_files",
            "model_pairs",
            "demo",
            "bringing",
            "lineage",
            "erasing",
            "without_customer",
        }
    ),
    frozenset({"plots"}),
    frozenset({"cards"}),
    frozenset({"cli", "verbs", "data_verbs", "segment_verbs", "answers"}),
    frozenset({"ui"}),
    frozenset({"app", "pages"}),
)
FLOOR = {name: level for level, names in enumerate(FLOORS) for name in names}

# Workspace is storage: it knows no domain, so that every kind of artifact is kept in the same way.
WORKSPACE_MAY_IMPORT = {"errors", "settings", "hashing", "progress", "workspace"}

ONLY_IN = {
    "streamlit": ("app.py", "asgi.py", "pages/", "segmenter/ui/"),
    "plotly": ("segmenter/plots/", "app.py", "asgi.py"),  # app.py imports it once, before the first session
    "torch": ("segmenter/model/",),
    "safetensors": ("segmenter/model/",),
    "duckdb": ("segmenter/engines/",),
    "pyspark": ("segmenter/engines/",),
    "sqlite3": ("segmenter/workspace/",),
    "python_calamine": ("segmenter/tables/",),
}

NEVER = {
    "pickle": re.compile(
        r"^\s*(import|from)\s+(pickle|cPickle|joblib|dill|cloudpickle|shelve)\b|read_pickle|to_pickle"
    ),
    "unsafe html": re.compile(r"unsafe_allow_html"),
    "code from text": re.compile(r"(?<![\w.])(eval|exec)\("),
    "torch.load": re.compile(r"torch\.load\("),
    "bare except": re.compile(r"except\s*:"),
    "unfinished work": re.compile(r"TODO|FIXME|XXX|NotImplementedError"),
}


def product_files() -> list[Path]:
    return [
        path
        for path in [*ROOT.glob("*.py"), *ROOT.glob("pages/*.py"), *PACKAGE.rglob("*.py")]
        if path.exists() and "__pycache__" not in path.parts
    ]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def room_of(path: Path) -> str | None:
    """The package or module that a file belongs to: 'tables' for segmenter/tables/mapping.py."""
    parts = path.relative_to(ROOT).parts
    if parts[0] == "segmenter":
        return None if parts[1] in ("__init__.py", "__main__.py") else parts[1].removesuffix(".py")
    return "pages" if parts[0] == "pages" else "app"


def imports_of(path: Path) -> set[str]:
    """Dotted names of all modules a file imports, wherever in the file."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{name_of(path)} uses a relative import; write the full name"
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def rooms_imported(path: Path) -> set[str]:
    return {name.split(".")[1] for name in imports_of(path) if name.startswith("segmenter.")} & set(FLOOR)


@pytest.mark.parametrize("path", product_files(), ids=name_of)
def test_imports_go_down_the_path_only(path: Path) -> None:
    room = room_of(path)
    if room is None:
        return
    assert room in FLOOR, f"{room} has no floor yet: say in tests/test_architecture.py where it belongs"
    above = {other for other in rooms_imported(path) if FLOOR[other] > FLOOR[room]}
    assert not above, f"{name_of(path)} imports upwards: {sorted(above)}"


@pytest.mark.parametrize("path", [p for p in product_files() if room_of(p) == "workspace"], ids=name_of)
def test_the_workspace_knows_no_domain(path: Path) -> None:
    assert rooms_imported(path) <= WORKSPACE_MAY_IMPORT


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_stays_in_its_rooms(library: str) -> None:
    strangers = [
        name_of(path)
        for path in product_files()
        if any(name.split(".")[0] == library for name in imports_of(path))
        and not name_of(path).startswith(ONLY_IN[library])
    ]
    assert not strangers, f"{library} belongs in {ONLY_IN[library]} only"


@pytest.mark.parametrize("rule", NEVER)
def test_what_never_appears(rule: str) -> None:
    hits = [
        f"{name_of(path)}:{number}"
        for path in product_files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if NEVER[rule].search(line)
    ]
    assert not hits, rule


@pytest.mark.parametrize("path", product_files(), ids=name_of)
def test_a_file_is_a_room_not_a_warehouse(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    limit = 80 if path.parent.name == "pages" else 300
    assert lines <= limit, f"{name_of(path)} has {lines} lines, {limit} is the budget: split it by purpose"


@pytest.mark.parametrize("path", product_files(), ids=name_of)
def test_every_file_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), f"{name_of(path)} has no docstring"


def test_the_map_is_what_the_files_say_and_every_named_path_exists() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    spec = importlib.util.spec_from_file_location("render_map", ROOT / "docs" / "render_map.py")
    assert spec and spec.loader
    render_map = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(render_map)
    assert render_map.with_map(text) == text, "run `python docs/render_map.py`"
    for named in re.findall(r"`((?:segmenter|pages|tests|data|docs|benchmarks)/[\w./-]*)`", text):
        assert (ROOT / named).exists(), f"ARCHITECTURE.md names {named}, which is not there"


def test_every_sql_file_states_its_grain_and_names_no_cast_shorthand() -> None:
    for path in PACKAGE.rglob("*.sql"):
        text = path.read_text(encoding="utf-8")
        assert text.startswith(f"-- {path.stem}:"), f"{name_of(path)} must open with its table's name"
        assert "One row per" in text.split("\n\n")[0], f"{name_of(path)} must state its grain"
        assert "::" not in text, f"{name_of(path)}: write CAST(x AS ...), which every engine reads"
