"""Module docstrings -> the map in ARCHITECTURE.md: every file of the product and what it is for, in one line.

`python docs/render_map.py` writes the map anew between its two marks; a test fails when it is out of date.
"""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = ROOT / "ARCHITECTURE.md"
BEGIN, END = "<!-- map: begin -->", "<!-- map: end -->"


def first_line(path: Path) -> str:
    """What a file says it is for: the first line of its docstring, or of its opening SQL comment."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".sql":
        return text.splitlines()[0].removeprefix("-- ").split(": ", 1)[1]
    docstring = ast.get_docstring(ast.parse(text))
    if not docstring:
        raise ValueError(f"{path} does not say what it is for")
    return docstring.splitlines()[0]


def rooms() -> dict[str, list[Path]]:
    """The product's folders, in reading order, with their files."""
    package = ROOT / "segmenter"
    folders = [ROOT / "pages", package, *sorted(p for p in package.iterdir() if (p / "__init__.py").exists())]
    found: dict[str, list[Path]] = {"": sorted(ROOT.glob("*.py"))}
    for folder in folders:
        files = [p for p in folder.iterdir() if p.suffix in (".py", ".sql") and p.name != "__init__.py"]
        found[f"{folder.relative_to(ROOT).as_posix()}/"] = sorted(files)
    return found


def render() -> str:
    """The map as Markdown."""
    lines: list[str] = []
    for room, files in rooms().items():
        if room:
            init = ROOT / room / "__init__.py"
            said = ast.get_docstring(ast.parse(init.read_text(encoding="utf-8"))) if init.exists() else None
            lines += [f"**`{room}`**" + (f" {said.splitlines()[0]}" if said else ""), ""]
        lines += [f"- `{path.name}`: {first_line(path)}" for path in files] + [""]
    return "\n".join(lines).rstrip() + "\n"


def with_map(document: str) -> str:
    """The document with the map between its marks made anew."""
    before, rest = document.split(BEGIN)
    after = rest.split(END)[1]
    return f"{before}{BEGIN}\n\n{render()}\n{END}{after}"


if __name__ == "__main__":
    DOCUMENT.write_text(with_map(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
