"""The pages in the order of the work, the menu that leads to them, and the one repair the theme needs.

Streamlit's own menu puts its section names between the items of one list, which screen readers cannot follow
(axe: list, listitem), so the groups are plain links under plain captions. On a phone the menu lies over the
page and only Streamlit's own closes itself after a choice, so there it is used, without groups.
"""

from typing import Final

import streamlit as st
from streamlit.navigation.page import Page

from segmenter.ui.components import PAGES, dark

GROUPS: Final = {
    "": ("Start",),
    "Customers": ("Data", "Training", "Segments", "Reasons", "Performance", "Compare", "Model card"),
    "Campaign": ("Audience",),
}
ICONS: Final = {
    "Start": ":material/home:",
    "Data": ":material/table:",
    "Training": ":material/model_training:",
    "Segments": ":material/donut_small:",
    "Reasons": ":material/help_center:",
    "Performance": ":material/insights:",
    "Compare": ":material/compare_arrows:",
    "Model card": ":material/assignment:",
    "Audience": ":material/groups:",
}


def all_pages() -> dict[str, Page]:
    """Every page by its title, in the order of the work; Start is where a reader arrives."""
    titles = [title for group in GROUPS.values() for title in group]
    return {
        title: st.Page(PAGES[title], title=title, icon=ICONS[title], default=title == "Start")
        for title in titles
    }


def current_page(pages: dict[str, Page]) -> Page:
    """The page that was asked for; draws the menu."""
    if _on_phone():
        return st.navigation(list(pages.values()))
    page = st.navigation(list(pages.values()), position="hidden")
    _show_groups(pages)
    return page


def _on_phone() -> bool:
    return "Mobi" in (st.context.headers.get("User-Agent") or "")


def _show_groups(pages: dict[str, Page]) -> None:
    with st.sidebar:
        for group, titles in GROUPS.items():
            with st.container(gap="xsmall"):
                if group:
                    st.caption(group)
                for title in titles:
                    st.page_link(pages[title], label=title, icon=ICONS[title], width="stretch")
        st.divider()


def readable_accents() -> None:
    """Dark words on the dark theme's light accent: Streamlit always writes white there, which is 2.4 to 1."""
    if dark():
        accents = "[data-testid^='stBaseButton-primary']:enabled, [data-testid='stMultiSelect'] [data-tag] *"
        st.html(f"<style>{accents} {{color: #161514}}</style>")
