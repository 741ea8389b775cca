"""Features that may know the outcome: told where a model is trusted, left out of the next if wished."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Final

import streamlit as st

from segmenter.errors import SegmenterError
from segmenter.evaluation.leakage import Suspicion
from segmenter.features.catalog import feature_specs
from segmenter.results import newest_child
from segmenter.ui import cached
from segmenter.ui.format import listed, plain

TOO_GOOD: Final = "The figures may be too good to be true"
LEAVE_OUT_HELP: Final = (
    "A feature that was filled in after the cutoff knows the outcome, and makes the model look better than "
    "it is. What seemed so in the newest model of these data is chosen here already."
)


def warn_of_leaks(suspicious: Sequence[Suspicion]) -> None:
    """A warning that names each feature that nearly restates the label; nothing where there is none."""
    lines = [f"- {plain(each.sentence)}" for each in suspicious if each.flatters]
    if lines:
        st.warning("\n".join(lines), title=TOO_GOOD)


def tell_useless(suspicious: Sequence[Suspicion]) -> None:
    """The columns that teach nothing, quietly: they do no harm to the figures."""
    for each in suspicious:
        if not each.flatters:
            st.caption(plain(each.sentence))


def ask_leave_out(dataset_id: str) -> tuple[str, ...]:
    """Names of the features not to learn from."""
    labels = {spec.name: spec.label for spec in feature_specs(cached.dataset(dataset_id))}
    newest = newest_child(cached.workspace(), "model", dataset_id)
    proposed = _proposed(newest.id) if newest else frozenset()
    chosen = st.multiselect(
        "Features to leave out",
        list(labels),
        default=[name for name in labels if name in proposed],
        format_func=labels.__getitem__,
        key=f"leave_out_{dataset_id}_{newest.id if newest else ''}",
        persist_state="session",
        help=LEAVE_OUT_HELP,
    )
    return tuple(name for name in labels if name in chosen)


def tell_left_out(dataset_id: str, names: Sequence[str]) -> None:
    """What the next model will not read, where everybody sees it: nothing is dropped in silence."""
    if names:
        labels = {spec.name: spec.label for spec in feature_specs(cached.dataset(dataset_id))}
        left_out = listed([f"**{plain(labels[name])}**" for name in names])
        st.caption(f"Not learned from: {left_out}. The advanced settings change that.")


def _proposed(model_id: str) -> frozenset[str]:
    """What the newest model left out, and what was suspicious in it; a constant does no harm where it is."""
    with suppress(SegmenterError):  # the model's own card says what is wrong with it
        report = cached.report(model_id)
        found = [each.feature for each in report.suspicious if each.why != "constant"]
        return frozenset(report.settings.leave_out) | frozenset(found)
    return frozenset()
