"""Why customers move: parts add up, swap with the sides, and are the models themselves, taken apart."""

import numpy as np
import pandas as pd
import pytest
import torch

from segmenter.comparing.overlap import Membership
from segmenter.comparing.why import MOST_REASONS, Contributions, contributions, reasons_to_move
from segmenter.cutoffs import scoring_day
from segmenter.features.tables import customer_features
from segmenter.model import artifact
from segmenter.results import dataset_engine, open_comparison, open_dataset, open_report

SIZES = np.array([40, 19, 0])


def told(feature: str, place: int) -> tuple[str, str]:
    return feature.title(), feature


def parts(rng: np.random.Generator, names: str, base: float) -> Contributions:
    return Contributions(base, {name: rng.normal(size=len(SIZES)) for name in names})


def test_level_reasons_and_others_add_up_to_the_difference(rng) -> None:
    ours, theirs = parts(rng, "abcdefghijklmnopq", 0.3), parts(rng, "defghijklmnopqrst", -0.2)
    why = reasons_to_move(ours, theirs, SIZES, told)[0]
    expected = (
        0.5 + sum(v[0] for v in ours.by_feature.values()) - sum(v[0] for v in theirs.by_feature.values())
    )
    assert why.total == pytest.approx(expected)
    assert why.level + sum(each.adds for each in why.reasons) + why.others == pytest.approx(why.total)
    assert sum(each.adds > 0 for each in why.reasons) <= MOST_REASONS
    assert sum(each.adds < 0 for each in why.reasons) <= MOST_REASONS
    assert [abs(r.adds) for r in why.reasons] == sorted((abs(r.adds) for r in why.reasons), reverse=True)


def test_no_reason_is_told_of_fewer_than_twenty(rng) -> None:
    assert set(reasons_to_move(parts(rng, "ab", 0), parts(rng, "ab", 0), SIZES, told)) == {0}


def test_swapped_every_reason_changes_its_sign_and_a_model_has_none_against_itself(rng) -> None:
    ours, theirs = parts(rng, "abcd", 0.1), parts(rng, "abcd", 0.4)
    there = reasons_to_move(ours, theirs, SIZES, told)[0]
    back = reasons_to_move(theirs, ours, SIZES, told)[0]
    assert {r.feature: r.adds for r in there.reasons} == {r.feature: -r.adds for r in back.reasons}
    assert there.total == -back.total
    itself = reasons_to_move(ours, ours, SIZES, told)[0]
    assert (itself.total, itself.level, itself.reasons, itself.others) == (0, 0, (), 0)


def test_the_reasons_of_real_models_add_up_to_what_the_models_say(compared, tmp_path) -> None:
    ws = compared.workspace
    result = open_comparison(ws, compared.comparison)
    report = open_report(ws, compared.model)
    data = open_dataset(ws, report.dataset)
    with dataset_engine(ws, report.dataset, tmp_path) as engine:
        day = scoring_day(data, None, report.settings.windows.outcome_days)
        customer_features(engine, data, report.settings.windows, day, tmp_path / "features.parquet")
        engine.register("f", tmp_path / "features.parquet")
        frame = engine.frame("SELECT * FROM f", {})
    logits, scores = [], []
    for model in (compared.model, compared.other):
        said = artifact.load_model(ws.path(model)).predict(frame)
        logits.append(torch.logit(torch.from_numpy(said.p_prompted)).numpy())
        scores.append(pd.Series(said.score).rank(ascending=False, method="first"))
    assert result.as_of == day
    for depth in (0.1, 0.4):
        found = result.movers_at("score", depth)
        only_ours = ((scores[0] <= found.customers) & (scores[1] > found.customers)).to_numpy()
        why = found.ours.why
        assert found.ours.customers == only_ours.sum() >= 20
        assert why.total == pytest.approx((logits[0] - logits[1])[only_ours].mean(), abs=1e-4)
        assert why.level + sum(r.adds for r in why.reasons) + why.others == pytest.approx(why.total)


def test_contributions_of_everybody_are_centred(compared, tmp_path) -> None:
    ws = compared.workspace
    model = artifact.load_model(ws.path(compared.model))
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(
        {name: rng.normal(size=50) for name in model.encoder.names} | {"customer_id": map(str, range(50))}
    )
    for category in model.encoder.category_features:
        frame[category.name] = category.levels[0] if category.levels else "x"
    members = Membership(pd.Index(frame["customer_id"]), np.ones((50, 1), dtype=bool))
    found = contributions(model, lambda: [frame.head(20), frame.tail(30)], members)
    assert max(abs(float(mean[0])) for mean in found.by_feature.values()) < 1e-9
