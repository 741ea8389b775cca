"""A reader's browser -> what unread files belong to: an unguessable cookie, kept only as its digest.

The server hands the cookie out with the page (asgi.py). It says nothing of the person and opens nothing but
files that were brought in this browser and not read yet; it outlasts a reload, and a restart of the server.
"""

from hashlib import sha256
from hmac import compare_digest
from secrets import token_hex
from typing import Final

import streamlit as st

COOKIE: Final = "segmenter_browser"


def this_browser() -> str:
    """What is kept of this reader's browser; one without a cookie is another browser each time."""
    return sha256(str(st.context.cookies.get(COOKIE) or token_hex(16)).encode()).hexdigest()


def is_this_browser(kept: str) -> bool:
    """Is it this browser of which `this_browser` was kept?"""
    return compare_digest(kept.encode(), this_browser().encode())
