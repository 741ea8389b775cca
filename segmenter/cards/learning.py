"""Stored results -> the parts of a card that say what a model learned from, and how."""

from dataclasses import fields, is_dataclass
from typing import Any, Final

from segmenter.cards.card import Fact, Said, Section, Table
from segmenter.cards.forms import SEGMENTS
from segmenter.cards.stored import DATASET, MODEL, REPORT, SUMMARY, StoredResults
from segmenter.figures import MISSING
from segmenter.settings import TrainingSettings

WINDOWS: Final = f"{REPORT}: settings.windows"
TABLE_WORDS: Final = {
    "customers": "Customers",
    "transactions": "Purchases",
    "engagements": "Campaign touches",
    "campaigns": "Campaigns",
    "assignments": "Trial groups",
    "intents": "Known intents",
    "outcomes": "Outcomes by customer",
}
NOT_HERE: Final = Said(
    "The data are not in this workspace, because the model came from a file. What follows came with it."
)
STAGES: Final = Said(
    "The first stage tells engaged, unengaged and inactive customers apart. The second compares the "
    "engaged with the unengaged, doubting engaged labels where evidence allows, and gives the prompted "
    "score. A third part learns what buyers pay, for the ranking by value."
)


def data_section(stored: StoredResults) -> Section:
    """Which data, which windows, which features."""
    report = stored.report
    facts = [
        Fact("Data set", stored.said("{name}", name=("text", f"{REPORT}: dataset_name"))),
        Fact("Known before", stored.said("{days}", days=("days", f"{REPORT}: cutoffs.train"))),
        Fact(
            "What is predicted",
            stored.said("what happens in the {days} days after", days=("number", f"{WINDOWS}.outcome_days")),
        ),
        Fact(
            "A reaction",
            stored.said(
                "an offer {kinds}; a purchase within {days} days counts as following it",
                kinds=("reactions", f"{WINDOWS}.engagement_kinds"),
                days=("number", f"{WINDOWS}.attribution_days"),
            ),
        ),
        Fact("Learned from", _learned_from(stored)),
        Fact(
            "Kept back for testing",
            stored.said("{share} of the customers", share=("share", f"{REPORT}: settings.test_share")),
        ),
        *_features(stored),
    ]
    flattering = [i for i, each in enumerate(report.suspicious) if each.flatters]
    useless = [i for i, each in enumerate(report.suspicious) if not each.flatters]
    return Section(
        key="data",
        title="Data",
        sentences=() if stored.dataset else (NOT_HERE,),
        facts=(
            *facts,
            *(Fact("May know the outcome", _suspicion(stored, i)) for i in flattering),
            *(Fact("Tells nothing", _suspicion(stored, i)) for i in useless),
        ),
        tables=_tables(stored),
        details=_feature_lists(stored),
    )


def _suspicion(stored: StoredResults, place: int) -> Said:
    return stored.said("{words}", words=("text", f"{REPORT}: suspicious[{place}].sentence"))


def _learned_from(stored: StoredResults) -> Said:
    return stored.said(
        "{rows} customers, counted once at each cutoff; the second stage from {trained_on} of them, engaged "
        "or unengaged" + (", within reach of a campaign" if stored.report.settings.exposed_only else ""),
        rows=("number", f"{REPORT}: training.customers"),
        trained_on=("number", f"{REPORT}: training.trained_on"),
    )


def _features(stored: StoredResults) -> list[Fact]:
    encoder = f"{MODEL}: encoder"
    facts = []
    if stored.value(f"{encoder}.numeric_features") is not None:
        used = ("two counts", f"{encoder}.numeric_features", f"{encoder}.category_features")
        facts.append(Fact("Features used", stored.said("{used}, all known before the cutoff", used=used)))
    facts.append(Fact("Features left out", _names(stored, f"{REPORT}: settings.leave_out")))
    if stored.dataset is not None:
        found = ("sensitive columns", f"{DATASET}: attributes")
        facts.append(Fact("Sensitive columns", stored.said("{found}", found=found)))
    if not any(each.flatters for each in stored.report.suspicious):
        facts.append(Fact("May know the outcome", Said("no feature was found to")))
    return facts


def _feature_lists(stored: StoredResults) -> tuple[Fact, ...]:
    """The names of all features, by kind."""
    kinds = {"numeric_features": "Features that are numbers", "category_features": "Features that are words"}
    return tuple(
        Fact(title, _names(stored, f"{MODEL}: encoder.{kind}"))
        for kind, title in kinds.items()
        if stored.value(f"{MODEL}: encoder.{kind}")
    )


def _names(stored: StoredResults, source: str) -> Said:
    return stored.said("{names}", names=("feature names", source, f"{DATASET}: attributes", WINDOWS))


def _tables(stored: StoredResults) -> tuple[Table, ...]:
    """Rows used and set aside, per table of the data set that was given."""
    if stored.dataset is None:
        return ()
    rows = []
    for table in stored.dataset.rows:
        if stored.dataset.has(table):
            used, aside = (("number", f"{DATASET}: {what}.{table}") for what in ("rows", "set_aside"))
            ends = [("day", f"{DATASET}: coverage.{table}.{end}") for end in ("first", "last")]
            rows.append(
                (
                    Said(TABLE_WORDS.get(table, table)),
                    stored.said("{n}", n=used),
                    stored.said("{n}", n=aside),
                    stored.said("{first} to {last}", first=ends[0], last=ends[1])
                    if table in stored.dataset.coverage
                    else Said(MISSING),
                )
            )
    return (
        Table(
            caption="Rows of each table",
            columns=("Table", "Used", "Set aside", "From and to"),
            kinds=("words", "number", "number", "number"),
            rows=tuple(rows),
        ),
    )


def segments_section(stored: StoredResults) -> Section:
    """How many customers fell in each segment, per cutoff, and what the scores say of those of today."""
    given = f"{REPORT}: given"
    rows = [
        (
            stored.said("{day}", day=("day", f"{REPORT}: cutoffs.train[{i}]")),
            *(stored.said("{n}", n=("number", f"{given}.{cutoff}.{label}")) for label in SEGMENTS),
        )
        for i, cutoff in enumerate(stored.report.cutoffs.train)
    ]
    facts = [Fact("Scored", Said("Nobody has been scored by this model yet."))]
    if stored.summary is not None:
        facts = [
            Fact(
                "Scored",
                stored.said(
                    "{customers} customers as known on {day}: {engaged} lean to engaged, {unengaged} to "
                    "unengaged, {inactive} to inactive",
                    customers=("number", f"{SUMMARY}: customers"),
                    day=("day", f"{SUMMARY}: as_of"),
                    **{
                        label: ("number or none", f"{SUMMARY}: segments.{label}")
                        for label in ("engaged", "unengaged", "inactive")
                    },
                ),
            )
        ]
    return Section(
        key="segments",
        title="Segments",
        sentences=(
            Said(
                "Engaged customers reacted to a campaign and bought after it. Unengaged ones bought without "
                "reacting, inactive ones did neither. Browsing customers reacted and did not buy after it: "
                "they are counted, and learned and predicted together with the inactive."
            ),
        ),
        facts=tuple(facts),
        tables=(
            Table(
                caption="Customers per segment in each window learned from",
                columns=("From", "Engaged", "Unengaged", "Inactive", "Browsing"),
                kinds=("words", "number", "number", "number", "number"),
                rows=tuple(rows),
            ),
        ),
    )


def method_section(stored: StoredResults) -> Section:
    """The two stages in three sentences, and the settings: those that differ from the defaults, then all."""
    settings = f"{REPORT}: settings"
    changed = [name for name, value in _settings(stored) if value != dict(_DEFAULTS)[name]]
    words = "as they come" if not changed else "changed, see below"
    facts = [
        Fact("Ranked by", stored.said("{ranking}", ranking=("ranking", f"{settings}.ranking"))),
        Fact(
            "Models that vote",
            stored.said(
                "{members}, each learned from all customers but its own part, by which it is judged",
                members=("number", f"{settings}.network.members"),
            ),
        ),
        Fact(
            "Training",
            stored.said(
                "{epochs} passes in {time}, {device}",
                epochs=("number", f"{REPORT}: training.epochs"),
                time=("duration", f"{REPORT}: training.seconds"),
                device=("device", f"{REPORT}: training.trained_on_device"),
            ),
        ),
        *(
            (Fact("Where it ran", stored.said("{note}", note=("text", f"{REPORT}: training.device_note"))),)
            if stored.report.training.device_note
            else ()
        ),
        Fact("Settings", Said(words)),
        *(Fact(_setting_words(name), _setting(stored, name)) for name in changed),
    ]
    return Section(
        key="method",
        title="How it learned",
        sentences=(STAGES,),
        facts=tuple(facts),
        details=tuple(Fact(_setting_words(name), _setting(stored, name)) for name, _ in _settings(stored)),
    )


def _flat(settings: TrainingSettings) -> tuple[tuple[str, Any], ...]:
    """(dotted name, value) of every setting but the seed, which is told with where the model came from."""
    flat: list[tuple[str, Any]] = []
    for each in fields(settings):
        value = getattr(settings, each.name)
        if is_dataclass(value):
            flat += [(f"{each.name}.{inner.name}", getattr(value, inner.name)) for inner in fields(value)]
        elif each.name != "seed":
            flat.append((each.name, value))
    return tuple(flat)


_DEFAULTS: Final = _flat(TrainingSettings())


def _settings(stored: StoredResults) -> tuple[tuple[str, Any], ...]:
    return _flat(stored.report.settings)


def _setting_words(name: str) -> str:
    """'network.max_epochs' -> 'Setting max_epochs': as the command line calls it."""
    return f"Setting {name.rsplit('.', 1)[-1]}"


def _setting(stored: StoredResults, name: str) -> Said:
    return stored.said("{value}", value=("setting", f"{REPORT}: settings.{name}"))
