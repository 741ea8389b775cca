"""A reader of the app without a browser: speaks the app's own protocol, and keeps every byte that came.

A Reader asks for pages, moves widgets and uploads files as the browser's code does, and hears what the server
answers: elements by their widgets' labels, and all frames as they came.
"""

import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie
from uuid import uuid4

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import ClientConnection, connect

WIDGETS = (
    *("button", "button_group", "checkbox", "multiselect", "number_input", "radio", "selectbox", "slider"),
    *("text_input", "file_uploader"),
)


class Reader:
    """One session of the app. frames: every message received, as bytes; elements: what the page shows now."""

    def __init__(self, address: str, socket: ClientConnection, cookies: dict[str, str]) -> None:
        self.address, self.socket, self.cookies = address, socket, cookies
        self.frames: list[bytes] = []
        self.elements: dict[tuple[int, ...], Element] = {}
        self.pages: dict[str, str] = {}
        self.page = ""
        self._states: dict[str, WidgetState] = {}
        self._heard: set[tuple[int, ...]] = set()  # where this run of the script has put something
        self._answers: list[ForwardMsg] = []

    def open(self, name: str, seconds: float = 60) -> None:
        """Ask for a page by the last part of its address ('' is the first)."""
        self._states.clear()
        self.page = self.pages.get(name, "")
        self.rerun(seconds, page_name="" if self.page else name)

    def rerun(self, seconds: float = 60, page_name: str = "") -> float:
        """Have the page run with the widgets as they are; returns how many seconds that took."""
        message = BackMsg()
        message.rerun_script.page_script_hash = self.page
        message.rerun_script.page_name = page_name
        message.rerun_script.widget_states.widgets.extend(self._states.values())
        began = time.monotonic()
        self.socket.send(message.SerializeToString())
        self.until_at_rest(seconds)
        # A press counts once.
        self._states = {k: v for k, v in self._states.items() if not v.HasField("trigger_value")}
        return time.monotonic() - began

    def until_at_rest(self, seconds: float = 60) -> None:
        """Hear the server out until the script has run; scripts that start another are waited for too."""
        end = time.monotonic() + seconds
        while True:
            message = self.hear(end - time.monotonic())
            if message.HasField("script_finished") and message.script_finished in (
                ForwardMsg.FINISHED_SUCCESSFULLY,
                ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY,
            ):
                return

    def hear(self, seconds: float) -> ForwardMsg:
        """The next message. Raises TimeoutError where none comes."""
        frame = self.socket.recv(timeout=max(seconds, 0.01), decode=False)
        assert isinstance(frame, bytes)
        self.frames.append(frame)
        message = ForwardMsg.FromString(frame)
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self._heard.clear()
        elif kind == "navigation":
            self.pages = {page.url_pathname: page.page_script_hash for page in message.navigation.app_pages}
            self.page = message.navigation.page_script_hash
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            self.elements[tuple(message.metadata.delta_path)] = message.delta.new_element
            self._heard.add(tuple(message.metadata.delta_path))
        elif kind == "script_finished" and message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
            self.elements = {path: e for path, e in self.elements.items() if path in self._heard}
        elif kind == "file_urls_response":
            self._answers.append(message)
        return message

    def widgets(self) -> Iterator[tuple[str, object]]:
        """Kind and proto of every widget that can be used now."""
        for element in list(self.elements.values()):
            kind = element.WhichOneof("type")
            if kind in WIDGETS and not getattr(getattr(element, kind), "disabled", False):
                yield kind, getattr(element, kind)

    def find(self, kind: str, label: str) -> object:
        """The widget of that kind whose label begins so. Raises StopIteration where none does."""
        return next(w for k, w in self.widgets() if k == kind and w.label.startswith(label))  # type: ignore[attr-defined]

    def set(self, widget: object, **value: object) -> None:
        """Give a widget a state: the field of WidgetState that it uses, such as int_value."""
        state = WidgetState(id=widget.id)  # type: ignore[attr-defined]
        for name, content in value.items():
            field = getattr(state, name)
            if isinstance(content, list):
                field.data.extend(content)
            else:
                setattr(state, name, content)
        self._states[state.id] = state

    def press(self, label: str, seconds: float = 60) -> float:
        """Press the button of that label."""
        self.set(self.find("button", label), trigger_value=True)
        return self.rerun(seconds)

    def words(self) -> str:
        """All that the elements now on the page say, as text."""
        return "\n".join(str(element) for element in self.elements.values())

    def upload(self, label: str, name: str, content: bytes, seconds: float = 60) -> None:
        """Send a file to the uploader of that label, as the browser does, and run the page."""
        uploader = self.find("file_uploader", label)
        urls = self._upload_address(name, seconds)
        boundary = uuid4().hex
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
            "Content-Type: text/csv\r\n\r\n"
        )
        request = urllib.request.Request(
            f"{self.address}{urls.upload_url}",
            data=b"".join((head.encode(), content, f"\r\n--{boundary}--\r\n".encode())),
            method="PUT",
            headers={
                "Content-Type": f"multipart/form-data; boundary={boundary}",
                "X-Xsrftoken": self.cookies["_streamlit_xsrf"],
                "Cookie": _as_header(self.cookies),
            },
        )
        with urllib.request.urlopen(request, timeout=seconds) as answer:
            assert answer.status == 204
        state = WidgetState(id=uploader.id)  # type: ignore[attr-defined]
        given = state.file_uploader_state_value.uploaded_file_info.add(name=name, size=len(content))
        given.file_id = urls.file_id
        given.file_urls.CopyFrom(urls)
        self._states[state.id] = state
        self.rerun(seconds)
        self._states.pop(state.id, None)

    def _upload_address(self, name: str, seconds: float) -> object:
        message = BackMsg()
        message.file_urls_request.request_id = uuid4().hex
        message.file_urls_request.file_names.append(name)
        self.socket.send(message.SerializeToString())
        end = time.monotonic() + seconds
        while not self._answers:
            self.hear(end - time.monotonic())
        return self._answers.pop().file_urls_response.file_urls[0]


@contextmanager
def reading(address: str, page: str = "") -> Iterator[Reader]:
    """A new browser that opens a page of the served app; gone at the end."""
    cookies = _cookies_of(address)
    host = address.removeprefix("http://")
    with connect(
        f"ws://{host}/_stcore/stream",
        origin=address,  # type: ignore[arg-type]
        subprotocols=["streamlit"],  # type: ignore[list-item]
        additional_headers={"Cookie": _as_header(cookies)},
        max_size=None,
        compression=None,
    ) as socket:
        reader = Reader(address, socket, cookies)
        reader.open(page)
        yield reader


def _cookies_of(address: str) -> dict[str, str]:
    """The cookies that a first visit is given."""
    found: dict[str, str] = {}
    for path in ("/", "/_stcore/host-config", "/_stcore/health"):
        with urllib.request.urlopen(f"{address}{path}", timeout=30) as answer:
            for header in answer.headers.get_all("Set-Cookie") or ():
                found |= {name: morsel.value for name, morsel in SimpleCookie(header).items()}
    return found


def _as_header(cookies: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())
