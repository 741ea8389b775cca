"""Stored results -> the parts of a card on what a model cannot do, is not for, and where it is from."""

from typing import Final

from segmenter.cards.card import Fact, Said, Section
from segmenter.cards.stored import CATALOG, EVALUATION, MODEL, REPORT, SUMMARY, StoredResults
from segmenter.results import ERASED_ON

PURPOSE: Final = Said(
    "It ranks the customers of one shop by how likely a campaign is to prompt them to buy, for marketing "
    "managers who choose whom to contact, and how many."
)
RANKING_ONLY: Final = (
    Said(
        "The prompted score is a ranking. It is not a probability of being moved, and it is not uplift: what "
        "a campaign adds shows only in a randomised holdout."
    ),
    Said(
        "It is for customers like those it learned from, in campaigns like those it learned from. Prices, "
        "offers and seasons change: test it again when they do."
    ),
    Said(
        "Alike customers are alike in what the data show. Who looks at a message because of being about to "
        "buy seems prompted."
    ),
)
NOT_FOR: Final = (
    "Deciding who gets credit, insurance, a job, housing, a price, or access to anything: it was made to "
    "choose whom a message is sent to, and for nothing that harms who is left out.",
    "Saying that a customer will buy, or how likely that is, or that a campaign made somebody buy.",
    "Finding or addressing people by sensitive traits: health, money troubles, relationships, religion, "
    "ethnicity, politics, trade union, sexual orientation, or children. Leave such columns out, and any that "
    "stand for them; advertising networks refuse audiences built on them.",
    "Contacting people who have not agreed to it, or who must not be contacted: the score knows nothing of "
    "consent. The Audience page takes them out.",
    "Ranking customers unlike those it learned from, such as those of another shop or country. Their scores "
    "are guesses, and are marked as out of range.",
    "Labels that a person would be surprised to read of himself. Reasons are told in neutral words, and are "
    "for checking the model, not for quoting to customers.",
)


def purpose_section(stored: StoredResults) -> Section:
    """What the model is, and for whom."""
    return Section(
        key="purpose",
        title="What it is for",
        sentences=(PURPOSE,),
        facts=(
            Fact("Model", stored.said("{name}", name=("text", f"{CATALOG}: name"))),
            Fact("Trained on", stored.said("{day}", day=("day", f"{REPORT}: created_at"))),
        ),
    )


def limits_section(stored: StoredResults) -> Section:
    """What to keep in mind: what is true of every such model, and what was found of this one."""
    points = list(RANKING_ONLY)
    if stored.summary is not None:
        points.append(
            stored.said(
                "Of the {customers} customers scored, {far} are unlike all those it learned from, and "
                "{never} had never bought.",
                customers=("number", f"{SUMMARY}: customers"),
                far=("number", f"{SUMMARY}: out_of_range"),
                never=("number", f"{SUMMARY}: never_bought"),
            )
        )
    if stored.report.settings.exposed_only:
        points.append(
            Said("The prompted score was learned only from customers whom a campaign could have reached.")
        )
    evaluation = stored.evaluation
    if evaluation is None:
        points.append(Said("It is not tested: nothing shows that its ranking beats any other."))
    else:
        notes = range(len(evaluation.notes))
        points += [stored.said("{note}", note=("text", f"{EVALUATION}: notes[{i}]")) for i in notes]
        if not any(each.kind == "randomised" for each in evaluation.evidence):
            points.append(
                Said("The test compares who gets selected. It does not measure what contacting changes.")
            )
    erased = stored.record.details.get(ERASED_ON, ())
    points += [
        stored.said(
            "It was trained before a customer was erased on {day}.", day=("day", f"{CATALOG}: {place}")
        )
        for place in (f"details.{ERASED_ON}[{n}]" for n in range(len(erased)))
    ]
    points.append(
        stored.said(
            "It was trained on {day}: customers erased from the data since then had a part in it.",
            day=("day", f"{REPORT}: created_at"),
        )
    )
    return Section(key="limits", title="Limits", points=tuple(points))


def misuse_section() -> Section:
    """What the model must not be used for."""
    return Section(
        key="misuse",
        title="What it must not be used for",
        points=tuple(Said(words) for words in NOT_FOR),
    )


def provenance_section(stored: StoredResults) -> Section:
    """Which artifacts the card is about, and how they were made."""
    facts = [
        Fact("Model", stored.said("{id}", id=("text", f"{CATALOG}: id"))),
        Fact("Data set", stored.said("{id}", id=("text", f"{REPORT}: dataset"))),
    ]
    for name in ("evaluation", "scores"):
        if stored.value(f"{CATALOG}: {name}"):
            facts.append(Fact(name.capitalize(), stored.said("{id}", id=("text", f"{CATALOG}: {name}"))))
    facts += [
        Fact("Trained", stored.said("{at}", at=("moment", f"{REPORT}: created_at"))),
        Fact("Seed", stored.said("{seed}", seed=("setting", f"{REPORT}: settings.seed"))),
    ]
    if stored.value(f"{MODEL}: torch_version"):
        facts.append(
            Fact(
                "Model file",
                stored.said(
                    "format {version} of Segmenter, PyTorch {torch}",
                    version=("setting", f"{MODEL}: version"),
                    torch=("text", f"{MODEL}: torch_version"),
                ),
            )
        )
    return Section(
        key="provenance",
        title="Where it comes from",
        sentences=(Said("An id is made from content: the same id means the same bytes."),),
        facts=tuple(facts),
    )
