"""The card as a file: complete, readable for everybody, without script or network, whatever the data say."""

import json
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from segmenter import cli
from segmenter.cards.card import ModelCard
from segmenter.cards.card_file import card_html, write_card
from segmenter.cards.making import make_card
from segmenter.cards.stored import StoredResults
from segmenter.errors import NotFound, WorkspaceError
from segmenter.evaluation.leakage import Suspicion
from segmenter.tables.dataset import Attribute
from tests.cards.conftest import PAYLOADS, DemoCard

ACTIVE = {"script", "iframe", "object", "embed", "link", "base", "form", "input", "img", "math"}


class Outline(HTMLParser):
    """What a browser would make of a page: tags with their attributes, and the words between them."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def having(self, tag: str) -> Iterator[dict[str, str | None]]:
        return (attributes for name, attributes in self.tags if name == tag)


@pytest.fixture(scope="module")
def page(demo_card: DemoCard) -> str:
    return card_html(demo_card.card)


@pytest.fixture(scope="module")
def outline(page: str) -> Outline:
    return Outline(page)


@pytest.fixture(scope="module")
def harmless(demo_card: DemoCard) -> Outline:
    return Outline(card_html(hostile(demo_card.stored, "Shop")))


def hostile(stored: StoredResults, name: str) -> ModelCard:
    """The card of a model whose data set, model, attribute and suspicion have that name."""
    assert stored.dataset is not None
    suspicion = Suspicion(
        feature="attr_num_1", label=name, column=name, why="nearly unique", sentence=f"'{name}' is an id."
    )
    settings = stored.report.settings.replaced(leave_out=("attr_cat_1",))
    dataset = replace(
        stored.dataset,
        name=name,
        attributes=tuple(Attribute(name=f"attr_cat_{i}", label=name, kind="category") for i in (1, 2, 3)),
    )
    report = replace(stored.report, dataset_name=name, suspicious=(suspicion,), settings=settings)
    return make_card(
        StoredResults.of(
            replace(stored.record, name=name),
            report,
            evaluation=stored.evaluation,
            summary=stored.summary,
            dataset=dataset,
            model_file=stored.trees["model.json"],
        )
    )


def test_the_page_says_everything_that_is_on_the_card(demo_card: DemoCard, outline: Outline) -> None:
    words = " ".join(" ".join(outline.words).split())
    for about, said in demo_card.card.said():
        assert " ".join(said.words.split()) in words, about
    for rung in demo_card.card.ladder.rungs:
        assert rung.title in words
        assert rung.state in words


def test_headings_and_tables_can_be_followed_without_seeing_them(outline: Outline) -> None:
    assert next(outline.having("html"))["lang"] == "en"
    levels = [int(tag[1]) for tag, _ in outline.tags if tag in ("h1", "h2", "h3")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))
    tables = len(list(outline.having("table")))
    assert tables > 5
    assert len(list(outline.having("caption"))) == tables
    assert all(cell.get("scope") in ("col", "row") for cell in outline.having("th"))
    assert len(next(outline.having("svg"))["aria-label"] or "") > 40
    anchors = {attributes["id"] for _, attributes in outline.tags if "id" in attributes}
    assert {f"#{anchor}" for anchor in anchors} >= {link["href"] for link in outline.having("a")}


def test_numbers_stand_to_the_right(page: str, outline: Outline) -> None:
    assert ".number { text-align: right" in page
    cells = [cell.get("class") for cell in outline.having("td")]
    assert cells.count("number") > 60


def test_it_is_small_and_asks_nobody_for_anything(page: str, outline: Outline) -> None:
    assert len(page.encode("utf-8")) < 300_000
    assert "://" not in page
    assert "@import" not in page
    assert "url(" not in page
    assert not ACTIVE & {tag for tag, _ in outline.tags}
    assert not {"src", "xlink:href", "style"} & {
        name for _, attributes in outline.tags for name in attributes
    }
    policy = [meta["content"] for meta in outline.having("meta") if meta.get("http-equiv")]
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"]
    for scheme in ("@media (prefers-color-scheme: dark)", "@media print"):
        assert scheme in page


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_hostile_name_stays_text(demo_card: DemoCard, harmless: Outline, payload: str) -> None:
    shown = Outline(card_html(hostile(demo_card.stored, payload)))
    assert not ACTIVE & {tag for tag, _ in shown.tags}
    for tag, attributes in shown.tags:
        assert not any(name.startswith("on") for name in attributes), tag
        assert (attributes.get("href") or "#").startswith("#")
    # The same structure as with a harmless name: nothing was opened and nothing was closed.
    assert [tag for tag, _ in shown.tags] == [tag for tag, _ in harmless.tags]
    assert [set(each) for _, each in shown.tags] == [set(each) for _, each in harmless.tags]
    assert " ".join(shown.words).count(payload) >= 8


def test_a_file_is_written_whole_or_not_at_all(demo_card: DemoCard, tmp_path: Path) -> None:
    out = tmp_path / "card.html"
    assert write_card(demo_card.workspace, demo_card.model, out) == out
    assert out.read_text(encoding="utf-8") == card_html(demo_card.card)
    with pytest.raises(WorkspaceError, match="Choose a folder that exists"):
        write_card(demo_card.workspace, demo_card.model, tmp_path / "nowhere" / "card.html")
    with pytest.raises(WorkspaceError, match="could not be written"):
        write_card(demo_card.workspace, demo_card.model, tmp_path)
    with pytest.raises(NotFound):
        write_card(demo_card.workspace, "model-000000000000", out)
    assert [path.name for path in tmp_path.iterdir()] == ["card.html"]


def test_the_verb_writes_the_card_and_says_where(
    demo_card: DemoCard, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root, out = str(demo_card.workspace.root), tmp_path / "card.html"
    asked = ["card", "--model", demo_card.model, "--out", str(out), "--workspace", root]
    assert cli.main([*asked, "--json"]) == 0
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert said == {"card": str(out), "model": demo_card.model}
    assert out.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert cli.main([*asked[:2], "model-000000000000", *asked[3:], "--json"]) == 1
    assert "error" in json.loads(capsys.readouterr().out.splitlines()[-1])
