"""Every number on a card is a stored number: found in the file that it names, and nowhere typed in."""

import re
from copy import deepcopy
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from segmenter.cards.card import Figure, ModelCard
from segmenter.cards.correcting import correction_section
from segmenter.cards.forms import FORMS
from segmenter.cards.making import make_card
from segmenter.cards.stored import REPORT, StoredResults
from segmenter.evaluation.comparison import Evaluation
from segmenter.labels.intent import FEWEST_CUSTOMERS
from segmenter.results import ModelReport
from segmenter.summary import ScoresSummary
from segmenter.tables.dataset import Dataset
from tests.cards.conftest import DemoCard

# What a card may say without a stored result: how sure an interval is, and the fewest that a rule needs.
CONSTANTS = {"95%", str(FEWEST_CUSTOMERS)}
TYPES = {
    "report.json": ModelReport,
    "evaluation.json": Evaluation,
    "summary.json": ScoresSummary,
    "dataset.json": Dataset,
}


def figures(card: ModelCard) -> list[Figure]:
    return [figure for _, said in card.said() for figure in said.figures]


def numbers(text: str) -> list[str]:
    return re.findall(r"\d[\d,.]*%?", text)


def test_every_figure_is_what_its_form_makes_of_the_values_in_the_files(demo_card: DemoCard) -> None:
    every = figures(demo_card.card)
    assert len(every) > 200
    for figure in every:
        values = [demo_card.value(source) for source in figure.sources]
        if all(value is None for value in values):
            # Not in the file: a field newer than the report. Its default is words, and never a number.
            assert not numbers(figure.words), figure
            continue
        assert FORMS[figure.form](*values) == figure.words, figure


def test_no_number_stands_beside_the_stored_ones(demo_card: DemoCard) -> None:
    for about, said in demo_card.card.said():
        rest = said.words
        for figure in sorted(said.figures, key=lambda each: -len(each.words)):
            assert figure.words in said.words, (about, figure)
            rest = rest.replace(figure.words, " ")
        assert set(numbers(rest)) <= CONSTANTS, f"{about}: {said.words}"


def test_every_fact_with_a_number_says_where_it_is_stored(demo_card: DemoCard) -> None:
    for section in demo_card.card.sections:
        for fact in (*section.facts, *section.details):
            if numbers(fact.words):
                assert re.match(r"(report|evaluation|summary|dataset|model)\.json: |catalog: ", fact.source)


def with_changed(stored: StoredResults, file: str, path: str, change: Any) -> StoredResults:
    """The same results, but for one number in one file."""
    tree = deepcopy(stored.trees[file])
    *way, last = path.replace("]", "").replace("[", ".").split(".")
    place = tree
    for step in way:
        place = place[int(step)] if isinstance(place, list | tuple) else place[step]
    place[last] = change(place[last])
    parts = {
        "report": stored.report,
        "evaluation": stored.evaluation,
        "summary": stored.summary,
        "dataset": stored.dataset,
    }
    parts[file.removesuffix(".json")] = msgspec.convert(tree, TYPES[file])
    return StoredResults.of(
        stored.record,
        parts.pop("report"),  # type: ignore[arg-type]
        **parts,  # type: ignore[arg-type]
        model_file=stored.trees["model.json"],
    )


def changeable(demo_card: DemoCard) -> list[tuple[str, str]]:
    """(file, path) of every stored number that a figure shows by itself."""
    sources = {figure.sources[0] for figure in figures(demo_card.card) if len(figure.sources) == 1}
    places = [tuple(source.split(": ", 1)) for source in sorted(sources)]
    return [
        (file, path)
        for file, path in places
        if file in TYPES
        and isinstance(value := demo_card.value(f"{file}: {path}"), int | float)
        and not isinstance(value, bool)
        and not path.endswith("]")
    ]


def test_a_changed_number_in_a_file_changes_the_card(demo_card: DemoCard) -> None:
    places = changeable(demo_card)
    assert len(places) > 60
    before = [said.words for _, said in demo_card.card.said()]
    for file, path in places[::5]:
        changed = with_changed(
            demo_card.stored, file, path, lambda value: value + (7 if isinstance(value, int) else 0.11)
        )
        after = [said.words for _, said in make_card(changed).said()]
        assert after != before, f"{file}: {path}"


def test_a_changed_buying_rate_changes_the_holdout_that_is_asked_for(demo_card: DemoCard) -> None:
    last = demo_card.stored.report.cutoffs.train[-1]
    changed = with_changed(demo_card.stored, REPORT, f"given.{last}.engaged", lambda n: 3 * n)
    before, after = demo_card.card.ladder.next_step.words, make_card(changed).ladder.next_step.words
    assert re.findall(r"about ([\d,]+)", before) != re.findall(r"about ([\d,]+)", after)


def test_a_figure_that_no_result_holds_is_caught(demo_card: DemoCard) -> None:
    # The test above must be able to fail: a number typed into a sentence is left over.
    said = demo_card.stored.said("{n} of 4,711", n=("number", f"{REPORT}: training.customers"))
    assert numbers(said.words.replace(said.figures[0].words, " ")) == ["4,711"]


@pytest.mark.parametrize(
    "path", ["training.nothing", "cutoffs.train[99]", "training.customers.deeper", "x[y]"]
)
def test_a_path_that_leads_nowhere_gives_nothing(demo_card: DemoCard, path: str) -> None:
    assert demo_card.stored.value(f"{REPORT}: {path}") is None


@pytest.mark.parametrize(
    ("falls_back", "said"),
    [(True, "guarded: tried, and used only where"), (False, "guarded: kept for comparison, whatever")],
)
def test_a_correction_kept_against_the_judgement_is_not_called_judged(
    demo_card: DemoCard, falls_back: bool, said: str
) -> None:
    report = demo_card.stored.report
    settings = report.settings.replaced(correction=replace(report.settings.correction, fall_back=falls_back))
    report = replace(report, settings=settings)
    section = correction_section(StoredResults.of(demo_card.stored.record, report))
    assert section.facts[0].said.words.startswith(said)
