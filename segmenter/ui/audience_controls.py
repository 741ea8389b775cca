"""The Audience page's choices: how many customers, ranked by what, who is held back or taken out."""

import shutil
import time
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from segmenter.audience.selection import Ranking
from segmenter.model.report import ValueOf
from segmenter.ui import cached
from segmenter.ui.format import VALUE_WORDS, plain
from segmenter.ui.uploads import FILE_TYPES, tamed_name

RANKINGS: Final[dict[Ranking, str]] = {"score": "Chance", "expected_value": "Value"}
LISTS_FOLDER: Final = "suppression"
CHOSEN_LIST: Final = "suppression_list"
KEPT_SECONDS: Final = (
    24 * 3600
)  # a list names people who must not be contacted: keep it no longer than needed


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceChoice:
    """An audience as chosen. top, holdout: shares in [0, 1]; suppress: where the uploaded list lies."""

    top: float
    by: Ranking
    holdout: float = 0.0
    suppress: Path | None = None


def ask_ranking(key: str, help: str) -> Ranking:
    """By chance or by value; kept in the address of the page under `key`."""
    return st.segmented_control(
        "Ranked by",
        list(RANKINGS),
        default="score",
        required=True,
        format_func=RANKINGS.__getitem__,
        key=key,
        bind="query-params",
        persist_state="session",
        help=help,
    )


def ask_size(value_of: ValueOf) -> AudienceChoice:
    """The target percentile and the ranking; both kept in the address of the page."""
    left, right = st.columns([4, 1], gap="medium")
    with left:
        percent = st.slider(
            "Share of customers to contact",
            min_value=1,
            max_value=100,
            value=20,
            format="%d%%",
            key="top",
            bind="query-params",
            persist_state="session",
            help="The best-ranked share of all scored customers. Everything below follows at once.",
        )
    with right:
        by = ask_ranking(
            "by",
            "Chance: how much a customer looks prompted and likely to buy; for ranking, not a "
            f"probability. Value: that score times {VALUE_WORDS[value_of]}, so that larger ones come first.",
        )
    return AudienceChoice(top=float(percent) / 100, by=by)


def ask_exclusions(choice: AudienceChoice) -> AudienceChoice:
    """Who is held back by chance, and who must not be contacted."""
    left, right = st.columns(2, gap="medium")
    with left:
        percent = st.slider(
            "Hold back by chance",
            min_value=0,
            max_value=50,
            value=0,
            step=1,
            format="%d%%",
            key="holdout",
            bind="query-params",
            persist_state="session",
            help="These customers are not contacted, so that afterwards you can measure what the campaign "
            "changed. "
            "10% is usual. The same customers are held back every time.",
        )
    with right:
        suppress = _ask_list()
    return AudienceChoice(
        top=choice.top,
        by=choice.by,
        holdout=float(percent) / 100,
        suppress=suppress,
    )


def _ask_list() -> Path | None:
    """Whom to leave out. A list stays chosen until it is removed, whatever page is looked at in between."""
    chosen = st.session_state.get(CHOSEN_LIST)
    if chosen and not Path(chosen).exists():
        del st.session_state[CHOSEN_LIST]
        st.warning(
            f"The list '{plain(Path(chosen).name)}' is no longer here. Bring it again before you save."
        )
        chosen = None
    if chosen:
        st.markdown(f"List of customers to leave out: **{plain(Path(chosen).name)}**")
        if not st.button("Remove the list"):
            return Path(chosen)
        del st.session_state[CHOSEN_LIST]
        st.rerun()
    uploaded = st.file_uploader(
        "Leave out the customers in this file (optional)",
        type=list(FILE_TYPES),
        key="suppress",
        help="One column of customer ids or e-mail addresses: unsubscribed, complaints, employees, "
        "contacted last week. CSV, Excel workbook, JSON lines or Parquet; of a workbook, every sheet counts.",
    )
    if uploaded:
        st.session_state[CHOSEN_LIST] = str(_kept(uploaded))
        st.rerun()
    return None


def _kept(uploaded: UploadedFile) -> Path:
    """The list on disk, under its content, so that the same list is found again without reading it twice."""
    home = cached.workspace().root / LISTS_FOLDER
    content = uploaded.getbuffer()
    path = home / sha256(content).hexdigest()[:32] / tamed_name(uploaded.name)
    if not path.exists():
        _clear_old(home)
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_suffix(".writing")
        half.write_bytes(content)
        half.replace(path)
    return path


def _clear_old(home: Path) -> None:
    oldest = time.time() - KEPT_SECONDS
    for folder in home.glob("*/"):
        if folder.stat().st_mtime < oldest:
            shutil.rmtree(folder, ignore_errors=True)
