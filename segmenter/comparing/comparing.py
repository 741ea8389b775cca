"""Two loaded models, their test customers and the features of everybody -> their comparison."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pandas as pd

from segmenter.comparing.comparison import HEADLINE_DEPTH, ModelComparison, PairTest
from segmenter.comparing.movers import FeatureMeans, movers
from segmenter.comparing.overlap import RANK_COLUMNS, Membership, overlap
from segmenter.comparing.settings_words import differences
from segmenter.comparing.why import Frames, contributions, reasons_to_move
from segmenter.comparing.wording import pair_sentence
from segmenter.cutoffs import Cutoffs
from segmenter.engines import Engine
from segmenter.errors import NotExplainable
from segmenter.features.catalog import FeatureSpec
from segmenter.model.report import CorrectionReport
from segmenter.model.two_stage import TwoStageModel
from segmenter.progress import Progress, silent
from segmenter.reasons.words import reason_words
from segmenter.scoring import score_features
from segmenter.settings import TrainingSettings

Pair = tuple[pd.DataFrame, pd.DataFrame]


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two models, and everybody's features as it reads them (a Parquet file)."""

    id: str
    name: str
    model: TwoStageModel
    settings: TrainingSettings
    cutoffs: Cutoffs
    correction: CorrectionReport
    features: Path

    def frames(self, engine: Engine) -> Iterator[pd.DataFrame]:
        """The features in batches."""
        engine.register("features_to_compare", self.features)
        for batch in engine.batches("SELECT * FROM features_to_compare", {}):
            if batch.num_rows:
                yield batch.to_pandas()


def compare_sides(
    engine: Engine,
    ours: Side,
    theirs: Side,
    *,
    dataset: str,
    as_of: date,
    specs: Sequence[FeatureSpec],
    tested: PairTest | str,
    scratch: Path,
    progress: Progress = silent,
) -> ModelComparison:
    """Score everybody with both models and compare the lists. tested: the test, or why there is none.

    specs: of the features that either model learned from.
    """
    progress("score", 0.0, "Scoring every customer with both models")
    first, second = _scored_alike(engine, ours, theirs, scratch)
    members = Membership.of(first, second)
    progress("movers", 0.3, "Looking at who moves")
    levels = {
        each.name: each.levels for side in (theirs, ours) for each in side.model.encoder.category_features
    }
    features = FeatureMeans(specs, levels, members).read(ours.frames(engine))
    progress("reasons", 0.6, "Looking at why")
    whys, unexplained = {}, None
    try:
        parts = [contributions(side.model, _reader(side, engine), members) for side in (ours, theirs)]
        whys = reasons_to_move(parts[0], parts[1], members.sizes, _teller(ours, theirs, specs, features))
    except NotExplainable:
        unexplained = _why_unexplained(ours, theirs)
    agreement = {
        by: overlap(first[column].to_numpy(), second[column].to_numpy())
        for by, column in RANK_COLUMNS.items()
    }
    result = ModelComparison(
        model=ours.id,
        other=theirs.id,
        names=(ours.name, theirs.name),
        dataset=dataset,
        as_of=as_of,
        customers=len(first),
        differences=differences(
            (ours.settings, theirs.settings),
            (ours.cutoffs, theirs.cutoffs),
            (ours.correction, theirs.correction),
        ),
        overlap=agreement,
        movers=movers(first, second, members, features, whys),
        tested=tested if isinstance(tested, PairTest) else None,
        why_untested=tested if isinstance(tested, str) else None,
        unexplained=unexplained,
        sentence="",
    )
    sentence = pair_sentence(
        result.overlap_at("score", HEADLINE_DEPTH), result.reach_at("score", HEADLINE_DEPTH)
    )
    return replace(result, sentence=sentence)


def _scored_alike(engine: Engine, ours: Side, theirs: Side, scratch: Path) -> Pair:
    """Both models' scores of the same customers, in one order."""
    first, second = (
        score_features(side.model, engine, side.features, scratch / f"{name}.parquet")
        for name, side in (("ours", ours), ("theirs", theirs))
    )
    second = second.set_index("customer_id").loc[first["customer_id"]].reset_index()
    return first, second


def _reader(side: Side, engine: Engine) -> Frames:
    def read() -> Iterable[pd.DataFrame]:
        return side.frames(engine)

    return read


def _teller(
    ours: Side, theirs: Side, specs: Sequence[FeatureSpec], features: FeatureMeans
) -> Callable[[str, int], tuple[str, str]]:
    """A feature and the place of a group -> what it is called, and how the group stands in it."""
    by_name = {spec.name: spec for spec in specs}
    same_windows = ours.settings.windows == theirs.settings.windows

    def told(name: str, place: int) -> tuple[str, str]:
        spec, mean = by_name[name], features.known_mean(name, place)
        if mean is None or not same_windows:
            return spec.label, spec.label  # a group has no single category, and no single length of windows
        words = reason_words(
            spec,
            mean,
            average=features.known_mean(name, -1),
            level=None,
            windows=ours.settings.windows,
        )
        return spec.label, words

    return told


def _why_unexplained(ours: Side, theirs: Side) -> str:
    hidden = [name for name, side in (("A", ours), ("B", theirs)) if side.settings.network.n_hidden]
    who = "Both models have" if len(hidden) == 2 else f"Model {hidden[0]} has"
    return (
        f"{who} hidden units, so scores cannot be traced to single features. Models without them (the usual "
        "setting) say what moved each customer."
    )
