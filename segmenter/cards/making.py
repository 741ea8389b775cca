"""Everything stored of a model -> its card."""

from segmenter.cards.card import ModelCard, Said
from segmenter.cards.correcting import correction_section
from segmenter.cards.ladder import make_ladder
from segmenter.cards.learning import data_section, method_section, segments_section
from segmenter.cards.limits import limits_section, misuse_section, provenance_section, purpose_section
from segmenter.cards.stored import EVALUATION, StoredResults
from segmenter.cards.tested import (
    gain_band,
    gain_lines,
    groups_section,
    performance_section,
    untested_answer,
)


def make_card(stored: StoredResults) -> ModelCard:
    """The card of one model: what it is, what stands behind it, and what it must not be used for."""
    evaluation = stored.evaluation
    return ModelCard(
        name=stored.record.name,
        is_demo=stored.record.demo,
        answer=_answer(stored),
        ladder=make_ladder(stored),
        sections=(
            purpose_section(stored),
            performance_section(stored),
            groups_section(stored),
            correction_section(stored),
            data_section(stored),
            segments_section(stored),
            method_section(stored),
            limits_section(stored),
            misuse_section(),
            provenance_section(stored),
        ),
        lines=gain_lines(evaluation) if evaluation else (),
        band=gain_band(evaluation) if evaluation else (),
    )


def _answer(stored: StoredResults) -> Said:
    if stored.evaluation is None:
        return untested_answer(stored)
    return stored.said("{sentence}", sentence=("text", f"{EVALUATION}: sentence"))
