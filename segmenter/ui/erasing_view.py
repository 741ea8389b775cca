"""Erasing one customer: what would be rewritten is named, a word is typed, and a job does it.

The id goes to the job through its input, never in the words of a command: lists of jobs and of processes show
those.
"""

from typing import Final

import streamlit as st

from segmenter.erasing import Erasure, what_erasing_takes
from segmenter.ui import jobs_panel
from segmenter.ui.format import count_of, listed, number, plain
from segmenter.ui.notices import note_done
from segmenter.ui.removal import KIND_WORDS
from segmenter.ui.session import forget_choices
from segmenter.workspace import Workspace
from segmenter.workspace.jobs import Job

WORD: Final = "ERASE"
ASKED: Final = "erasing_customer"
UNKNOWN: Final = "erasing_unknown"
FOREVER: Final = (
    "When this id comes again in a file, its rows are set aside. Files that were sent out already cannot be "
    "called back: delete the customer there too."
)


def show_erasing(workspace: Workspace) -> None:
    """The fold in which a customer can be erased; the work itself shows where it is."""
    job = jobs_panel.newest_job("erase")
    if job is not None:
        jobs_panel.job_panel(
            job,
            doing="Erasing a customer",
            done=f"The customer was erased. {FOREVER}",
            done_label="Look at the data",
            done_page="pages/data.py",
            on_done=_erased,
        )
    is_busy = job is not None and not job.is_over
    if is_busy or not (workspace.records() or workspace.deletions()):
        return
    with st.expander("Erase a customer"):
        st.markdown(
            "Takes one person out of everything stored here: data, scores, reasons, audiences, and what was "
            "deleted lately. This cannot be undone."
        )
        customer = st.text_input("Customer id", key=ASKED, max_chars=200, help="As it stands in your files.")
        if customer.strip():
            with st.spinner("Looking where the customer is"):
                found = what_erasing_takes(workspace, customer)
            _confirm(customer, found)


def _confirm(customer: str, found: Erasure) -> None:
    st.markdown(in_words(found))
    even_unknown = not found.is_known and st.checkbox(
        "Nobody here has this id. Set its rows aside all the same when it comes", key=UNKNOWN
    )
    typed = st.text_input(f"Type {WORD} to confirm", key="erasing_word", max_chars=20)
    is_sure = typed.strip() == WORD and (found.is_known or even_unknown)
    if st.button("Erase for good", disabled=not is_sure, key="erase_for_good"):
        for key in (ASKED, UNKNOWN, "erasing_word"):
            st.session_state.pop(key, None)
        jobs_panel.start("erase", ["-", *(["--even-unknown"] if even_unknown else [])], told=customer.strip())


def in_words(found: Erasure) -> str:
    """What will be rewritten, what was sent, what goes unread."""
    sentences = []
    if found.is_known:
        kinds = [count_of(n, *KIND_WORDS[kind]) for kind, n in found.rewritten.items()]
        sentences.append(
            f"**{number(found.rows)} rows** go from your data. Rewritten will be {listed(kinds)}; models "
            "keep what they learned and say so on their card."
        )
    else:
        sentences.append("Nothing stored here holds a customer with this id. Check how it is written.")
    if found.sent:
        names = listed([plain(name) for name in found.sent])
        sentences.append(f"The customer was in the file of {names}.")
    if found.waiting:
        sentences.append(
            f"{count_of(found.waiting, 'set')} of uploaded files not read yet will be discarded, whoever is "
            "in them; bring them again."
        )
    return " ".join([*sentences, FOREVER])


def _erased(job: Job) -> None:
    """Everything has other ids now: forget what is in memory, the customer with it."""
    st.cache_resource.clear()
    forget_choices()
    note_done("The customer was erased.")
