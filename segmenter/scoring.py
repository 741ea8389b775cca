"""Model + features -> one scored, ranked row per customer.

Features stream through the model in Arrow batches; only ids and scores (about 100 bytes a customer) are held
at once, because a rank needs everybody.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from segmenter.engines import Engine
from segmenter.evaluation.rfm import rfm_scores
from segmenter.hashing import uniform_hash
from segmenter.model.report import ValueOf
from segmenter.model.two_stage import TwoStageModel
from segmenter.samples import Sample

PROBABILITIES = ("p_engaged", "p_unengaged", "p_inactive", "p_prompted")
CONTACTS = ("exposure_count", "impression_count", "view_count", "click_count")
RFM_COLUMNS = ("days_since_last_purchase", "purchase_count", "monetary_value")


def score_features(model: TwoStageModel, engine: Engine, features: Path, out: Path) -> pd.DataFrame:
    """Score every customer of a features file and write the result to `out`, best rank first.

    Columns: customer_id; p_engaged, p_unengaged, p_inactive (sum to 1), p_prompted, score, all in [0, 1];
    expected_value in the data's currency; segment; rank by score and rank_value by expected value, both
    1..n without gaps; rfm_segment; out_of_range; purchase_count before the day of the scores; holdout_draw in
    [0, 1), the customer's lasting lot for holdouts.
    Ties are broken by p_engaged, then by a hash of the id, so that the list does not depend on row order.
    """
    engine.register("features_to_score", features)
    parts = [
        _score_batch(model, batch.to_pandas())
        for batch in engine.batches("SELECT * FROM features_to_score", {})
        if batch.num_rows
    ]
    scores = pd.concat(parts, ignore_index=True)
    tie_break = uniform_hash(scores["customer_id"], "tie")
    scores["rank"] = _rank(scores["score"], scores["p_engaged"], tie_break)
    scores["rank_value"] = _rank(scores["expected_value"], scores["p_engaged"], tie_break)
    scores["rfm_segment"] = rfm_scores(scores[["customer_id", *RFM_COLUMNS]])["rfm_segment"].to_numpy()
    scores = scores.drop(columns=["days_since_last_purchase", "monetary_value"])
    scores["holdout_draw"] = uniform_hash(scores["customer_id"], "holdout")
    scores = scores.sort_values("rank", ignore_index=True)
    pq.write_table(pa.Table.from_pandas(scores, preserve_index=False), out, compression="zstd")
    return scores


def score_sample(model: TwoStageModel, sample: Sample, value_of: ValueOf = "amount") -> pd.DataFrame:
    """Outcomes, scores and the RFM columns of the customers of a sample, side by side: what is evaluated.

    `uncorrected` is the score as it would be without the correction of labels, `printed` by the loss as the
    paper prints it, where the model tried it; `expected_amount`, what is expected of a customer who engages
    and buys; `amount`, what came: the margin, where value_of says that the model expects margins;
    `contacted_before`, whether an offer, ad, view or click is recorded before the cutoff.
    """
    scores = _score_batch(model, sample.features).reset_index(drop=True)
    outcomes = sample.outcomes.drop(columns="customer_id").reset_index(drop=True)
    if value_of == "margin":
        outcomes = outcomes.assign(amount=outcomes["margin"].fillna(0.0))
    as_given = model.predict(sample.features, "uncorrected")
    contacted = (sample.features[list(CONTACTS)].fillna(0) > 0).any(axis=1).to_numpy()
    if model.has_printed:
        outcomes = outcomes.assign(printed=model.predict(sample.features, "printed").score)
    return pd.concat([scores, outcomes], axis=1).assign(
        uncorrected=as_given.score, expected_amount=as_given.expected_amount, contacted_before=contacted
    )


def _score_batch(model: TwoStageModel, frame: pd.DataFrame) -> pd.DataFrame:
    predictions = model.predict(frame)
    columns = {
        name: getattr(predictions, name) for name in (*PROBABILITIES, "score", "expected_value", "segment")
    }
    known = frame[["customer_id", *RFM_COLUMNS]]
    return pd.DataFrame({**known, **columns, "out_of_range": model.out_of_range(frame)})


def _rank(values: pd.Series, second: pd.Series, third: np.ndarray) -> np.ndarray:
    """Places 1..n: the highest value first, then the highest `second`, then the lowest `third`."""
    order = np.lexsort((third, -second.to_numpy(), -values.to_numpy()))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(1, len(order) + 1)
    return rank
