"""The model card: sections of facts, tables and sentences, each figure with the place where it is stored.

A text and its figures are kept together (`Said`), so that a card can be checked against the stored results:
whatever number it shows is what a named form makes of named stored values, and nothing else.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["number", "words"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A stored value as it is shown.

    words: what the form of that name (cards/forms.py) makes of the values at `sources`, each 'file: path
    inside it', such as 'report.json: training.correction.flipped_share'.
    """

    words: str
    form: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A text, and the figures in it in their order."""

    words: str
    figures: tuple[Figure, ...] = ()

    @property
    def source(self) -> str:
        """Where its figures are stored, each place once; empty for words that rest on no result."""
        return "; ".join(dict.fromkeys(source for figure in self.figures for source in figure.sources))


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the card."""

    label: str
    said: Said

    @property
    def words(self) -> str:
        """The value in words."""
        return self.said.words

    @property
    def source(self) -> str:
        """Where it is stored."""
        return self.said.source


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of the same facts. The first column names the row; `kinds` says which columns hold numbers."""

    caption: str
    columns: tuple[str, ...]
    kinds: tuple[Kind, ...]
    rows: tuple[tuple[Said, ...], ...]
    is_detail: bool = False

    def __post_init__(self) -> None:
        assert len(self.kinds) == len(self.columns)
        assert all(len(row) == len(self.columns) for row in self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the card. key: its name in links. details: facts that few readers need, shown folded."""

    key: str
    title: str
    sentences: tuple[Said, ...] = ()
    facts: tuple[Fact, ...] = ()
    tables: tuple[Table, ...] = ()
    points: tuple[Said, ...] = ()
    details: tuple[Fact, ...] = ()

    def said(self) -> Iterator[tuple[str, Said]]:
        """Everything the section says, each with what it is about."""
        for sentence in (*self.sentences, *self.points):
            yield self.title, sentence
        for fact in (*self.facts, *self.details):
            yield fact.label, fact.said
        for table in self.tables:
            for row in table.rows:
                for column, cell in zip(table.columns, row, strict=True):
                    yield f"{table.caption}: {row[0].words}, {column}", cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One rung of the evidence ladder.

    here: whether the data hold this evidence; tells: whether it tells prompted from organic. findings: what
    it says, by the period it was counted in. cannot: what it cannot tell. needed: what it takes to have it,
    or for it to tell.
    """

    kind: str
    title: str
    strength: str
    here: bool
    tells: bool
    findings: tuple[Fact, ...]
    cannot: str
    needed: Said

    @property
    def state(self) -> str:
        """Whether one can stand on it, in few words."""
        if not self.here:
            return "not in these data"
        return "here" if self.tells else "here, but does not tell"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """The evidence ladder, strongest rung first. stands_on: the strongest that is there."""

    sentence: Said
    rungs: tuple[Rung, ...]
    next_step: Said

    @property
    def stands_on(self) -> Rung:
        """The strongest rung that is there; the last always is."""
        return next(rung for rung in self.rungs if rung.here)


@dataclass(frozen=True, slots=True)
class Line:
    """A gain curve to draw: the share of the engaged reached at each share contacted, thinned."""

    key: str
    name: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """Everything a reader must know before trusting a model.

    lines, band: the gain curves, and the interval (low, high) of the first; empty where it is not tested.
    """

    name: str
    is_demo: bool
    answer: Said
    ladder: Ladder
    sections: tuple[Section, ...]
    lines: tuple[Line, ...] = ()
    band: tuple[tuple[float, float, float], ...] = ()

    def said(self) -> Iterator[tuple[str, Said]]:
        """Everything on the card, each with what it is about."""
        yield "Answer", self.answer
        yield "Evidence", self.ladder.sentence
        yield "Next step", self.ladder.next_step
        for rung in self.ladder.rungs:
            for fact in rung.findings:
                yield f"{rung.title}: {fact.label}", fact.said
            yield f"{rung.title}: needed", rung.needed
        for section in self.sections:
            yield from section.said()

    def section(self, key: str) -> Section:
        """One section by its key."""
        return next(section for section in self.sections if section.key == key)
