"""Pages over HTTP, on this machine only, from memory: nothing but what was built can be asked for.

A request must name this machine as its host, so that no page of the web can read along by pointing
a name of its own at the loopback address.
"""

from __future__ import annotations

import errno
import gzip
import os
import sys
import threading
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import unquote, urlsplit

from tallybook.command.outcome import Refusal
from tallybook.command.site import INDEX

if TYPE_CHECKING:
    from collections.abc import Mapping
    from email.message import Message

    from tallybook.command.site import Content

HOST = "127.0.0.1"
CHANGES = "/.tally/changes"
LAST_GOOD = "last-good/"
_MOST_AT_ONCE = 100  # connections; a browser opens six
_STILL_HERE = 10.0  # seconds between two signs of life
_KINDS = {
    "html": "text/html; charset=utf-8",
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """What there is to see: the files of the last good build, and what is wrong since, if anything.

    `version` is another one after every build, whatever came of it.
    """

    version: str
    files: Mapping[str, Content]
    fault: str | None = None


@dataclass(slots=True)
class Board:
    """What is shown now. The building thread puts it up, those that answer requests read it."""

    shown: Shown
    _turned: threading.Condition = field(default_factory=threading.Condition)

    def show(self, shown: Shown) -> None:
        """Put up something else, and wake who waits for it."""
        with self._turned:
            self.shown = shown
            self._turned.notify_all()

    def wait(self, seen: str, seconds: float) -> str:
        """The version shown, as soon as it is not the one `seen`, or after so many seconds."""
        with self._turned:
            self._turned.wait_for(lambda: self.shown.version != seen, seconds)
            return self.shown.version


class PageServer(ThreadingHTTPServer):
    """Answers from a board."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64
    # On Windows, reuse would let two servers have the same port.
    allow_reuse_address = os.name != "nt"

    def __init__(self, port: int, board: Board) -> None:
        self.board = board
        self._room = threading.Semaphore(_MOST_AT_ONCE)
        super().__init__((HOST, port), _Answer)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answer in a thread of its own, unless there are too many: slow readers pile up."""
        if self._room.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer, and make room for another."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._room.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a browser that left before its answer; it is not this program's fault."""
        if not isinstance(sys.exc_info()[1], ConnectionError | TimeoutError):
            super().handle_error(request, client_address)

    def server_bind(self) -> None:
        """Without the look-up of this machine's name, which can take seconds."""
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = HOST, self.server_address[1]

    @property
    def address(self) -> str:
        """Where the pages are."""
        return f"http://{HOST}:{self.server_port}/"

    def means_us(self, headers: Message) -> bool:
        """Whether a request is for this machine, and comes from none of another's pages."""
        hosts = [host.lower() for host in headers.get_all("Host", [])]
        origins = headers.get_all("Origin", [])
        ours = {f"http://{host}" for host in self.hosts}
        return len(hosts) == 1 and hosts[0] in self.hosts and set(origins) <= ours

    @property
    def hosts(self) -> tuple[str, ...]:
        """What a request may call this machine."""
        return tuple(f"{name}:{self.server_port}" for name in (HOST, "localhost", "[::1]"))


def listen(port: int, board: Board) -> PageServer:
    """A server on a port of the loopback address; 0 is any that is free.

    Raises `Refusal` where the port cannot be had.
    """
    try:
        return PageServer(port, board)
    except OSError as error:
        taken = error.errno in (errno.EADDRINUSE, getattr(errno, "WSAEADDRINUSE", None))
        why = "is in use" if taken else f"cannot be had: {(error.strerror or '').lower()}"
        raise Refusal(
            f"port {port} {why}", "name another with `--port`; `--port 0` takes any that is free"
        ) from None


class _Answer(BaseHTTPRequestHandler):
    """One connection."""

    server: PageServer
    protocol_version = "HTTP/1.1"
    server_version = "tally"
    sys_version = ""
    timeout = 60.0
    _HEADERS: ClassVar[Mapping[str, str]] = {
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "X-Frame-Options": "DENY",
    }

    def do_GET(self) -> None:
        """Answer, if the request means this machine."""
        if "Content-Length" in self.headers or "Transfer-Encoding" in self.headers:
            self.close_connection = True  # what follows is no other request
        if not self.server.means_us(self.headers):
            self._text(HTTPStatus.FORBIDDEN, f"this is {self.server.address} only\n")
        elif self.path == CHANGES:
            self._tell_changes()
        else:
            self._page(unquote(urlsplit(self.path).path).removeprefix("/"))

    do_HEAD = do_GET  # noqa: N815 - the same, without what comes after the headers

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's
        """Say nothing: what matters is on the page and in the terminal."""

    def _page(self, path: str) -> None:
        from tallybook.render.live import live, problem

        shown = self.server.board.shown
        name = path.removeprefix(LAST_GOOD) or INDEX
        if shown.fault is not None and not path.startswith(LAST_GOOD):
            known = name if name in shown.files else INDEX
            last_good = f"/{LAST_GOOD}{known}" if shown.files else ""
            self._send(
                HTTPStatus.OK, _KINDS["html"], problem(shown.fault, last_good, shown.version)
            )
            return
        if name not in shown.files:
            self._text(HTTPStatus.NOT_FOUND, f"there is no {name!a} here\n")
            return
        try:
            content = shown.files[name]()
        except Refusal as refusal:  # a format whose library is not installed
            self._text(HTTPStatus.NOT_IMPLEMENTED, f"{refusal.message}: {refusal.help}\n")
            return
        suffix = name.rpartition(".")[2]
        if isinstance(content, str) and suffix == "html":
            content = live(content, shown.version)
        self._send(HTTPStatus.OK, _KINDS[suffix], content)

    def _tell_changes(self) -> None:
        """A stream of versions, the present one first, for as long as somebody listens."""
        self.close_connection = True
        self._head(HTTPStatus.OK, {"Content-Type": "text/event-stream", "Connection": "close"})
        seen = ""
        try:
            while self.command == "GET":
                version = self.server.board.wait(seen, _STILL_HERE)
                line = f"data: {version}" if version != seen else ": still here"
                self.wfile.write(f"{line}\n\n".encode())
                self.wfile.flush()
                seen = version
        except OSError:  # the reader has gone
            return

    def _text(self, status: HTTPStatus, text: str) -> None:
        self._send(status, _KINDS["txt"], text)

    def _send(self, status: HTTPStatus, kind: str, content: str | bytes) -> None:
        body = content if isinstance(content, bytes) else content.encode()
        headers = {"Content-Type": kind, "Vary": "Accept-Encoding"}
        if "gzip" in self.headers.get("Accept-Encoding", ""):
            body = gzip.compress(body, compresslevel=6, mtime=0)
            headers["Content-Encoding"] = "gzip"
        self._head(status, {**headers, "Content-Length": str(len(body))})
        if self.command != "HEAD":
            self.wfile.write(body)

    def _head(self, status: HTTPStatus, more: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in (*self._HEADERS.items(), *more.items()):
            self.send_header(name, value)
        self.end_headers()
