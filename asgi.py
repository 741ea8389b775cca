"""The server's side of the app: what is settled before the first reader arrives, and the headers of answers.

streamlit run asgi.py     (python -m segmenter serve does this)
"""

# Two readers arriving at once on a cold server would race on these: Streamlit imports them when first needed.
from secrets import token_hex

import pandas  # noqa: F401, ICN001
import plotly.graph_objects  # noqa: F401
import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.runtime.pages_manager import PagesManager

from segmenter.ui.browsers import COOKIE
from segmenter.ui.messages import show_surprise

# Nothing is loaded from elsewhere, and nobody may frame the app. Streamlit's own code needs inline styles and
# eval.
CONTENT_POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self' data: blob:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)
HEADERS = (
    (b"content-security-policy", CONTENT_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
)


COOKIE_SECONDS = 30 * 24 * 3600


class SecurityHeaders:
    """Adds HEADERS to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *HEADERS]
            await send(message)

        await self.app(scope, receive, send_with_headers)


class BrowserCookie:
    """Gives every browser that asks for the page a name of its own, which it keeps (ui/browsers.py)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or COOKIE in HTTPConnection(scope).cookies:
            await self.app(scope, receive, send)
            return
        secure = "; Secure" if scope["scheme"] == "https" else ""
        cookie = f"{COOKIE}={token_hex(16)}; Path=/; Max-Age={COOKIE_SECONDS}; HttpOnly; SameSite=Lax{secure}"

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_page(message):
                message["headers"] = [*message.get("headers", []), (b"set-cookie", cookie.encode())]
            await send(message)

        await self.app(scope, receive, send_with_cookie)


def _is_page(message: Message) -> bool:
    return any(name.lower() == b"content-type" and b"text/html" in kind for name, kind in message["headers"])


# The folder pages/ is routed by app.py. Left alone, Streamlit would take it for its older kind of app until
# app.py has run once, and show the first reader of a deep link a page without its frame.
PagesManager.uses_pages_directory = False

app = st.App(
    "app.py",
    middleware=[Middleware(SecurityHeaders), Middleware(BrowserCookie)],
    on_script_error=show_surprise,
)
