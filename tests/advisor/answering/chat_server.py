"""A small server on this machine that speaks the protocol of OpenAI, for tests of the chat writer over real HTTP."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

LONG_S = 60.0


class ChatServer(ThreadingHTTPServer):
    """Streams `pieces` to every request, or answers with `status`, or says nothing until `let_go` is set.

    Attributes:
        reply: gives the pieces for what the user's message says, instead of `pieces`.
        silent_from: the piece before which it waits for `let_go`; -1 for none.
        endless: whether the last piece is sent again and again.
        as_blocks: whether a piece is sent as a list with a block of text.
        finish: why the answer ended; None breaks it off there, without a reason or an end.
        error: what is said with a `status` other than 200.
        page: what is sent instead of a stream, as a web server at a wrong address does.
        hung_up: set when a client went away before the answer was whole.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.pieces: tuple[str, ...] = ()
        self.reply: Callable[[str], tuple[str, ...]] = lambda asked: self.pieces
        self.status = 200
        self.silent_from = -1
        self.endless = False
        self.as_blocks = False
        self.finish: str | None = "stop"
        self.error = "out of\n memory"
        self.page = b""
        self.usage: dict[str, int] = {}
        self.let_go = threading.Event()
        self.hung_up = threading.Event()
        self.requests: list[dict[str, Any]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is what some tests are about."""
        self.hung_up.set()


class _Handler(BaseHTTPRequestHandler):
    server: ChatServer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        request = {"path": self.path, **json.loads(body)}
        self.server.requests.append(request)
        if self.server.status != 200:
            said = json.dumps({"error": {"message": self.server.error}}).encode()
            self._send(self.server.status, "application/json", said)
            return
        if self.server.page:
            self._send(200, "text/html", self.server.page)
            return
        self._send(200, "text/event-stream", b"")
        pieces = self.server.reply(request["messages"][-1]["content"])
        for i, piece in enumerate(pieces):
            if i == self.server.silent_from:
                self._wait()
            self._piece(piece)
        while self.server.endless:
            self._piece(pieces[-1])
        if self.server.silent_from == len(pieces):
            self._wait()
        if self.server.finish is None:
            return
        self._piece(None)
        if self.server.usage:
            self._event({"choices": [], "usage": self.server.usage})
        self._write("data: [DONE]\n\n")

    def _wait(self) -> None:
        """Wait to be let go, or for the client to hang up: it sends nothing more, so that its side ends first."""
        self.connection.settimeout(0.01)
        while not self.server.let_go.is_set():
            try:
                if not self.connection.recv(1):
                    raise ConnectionResetError("the client hung up")
            except TimeoutError:
                continue
        self.connection.settimeout(LONG_S)

    def _piece(self, piece: str | None) -> None:
        content = [{"type": "text", "text": piece}] if self.server.as_blocks else piece
        delta = {} if piece is None else {"content": content}
        finish = self.server.finish if piece is None else None
        self._event({"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})

    def _event(self, said: dict[str, Any]) -> None:
        chunk = {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "test", **said}
        self._write(f"data: {json.dumps(chunk)}\n\n")

    def _send(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def _write(self, text: str) -> None:
        self.wfile.write(text.encode())
        self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing on the test's output."""


def key_of(words: str, asked: str) -> str:
    """Return the key of the passage with some words in a prompt; "kqzt" where it is not in it."""
    found = re.findall(r'<passage key="(\w+)"[^>]*>\n(.*?)</passage>', asked, re.DOTALL)
    return next((key for key, text in found if words in text), "kqzt")


@contextmanager
def running() -> Iterator[ChatServer]:
    """Run a server on a free port; it ends with the block."""
    with ChatServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield server
        server.let_go.set()
        server.endless = False
        server.shutdown()
        thread.join()


@contextmanager
def only_this_machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Refuse and report every connection to another host than this one."""
    asked: list[str] = []
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def checked(host: Any) -> None:
        name = host.decode() if isinstance(host, bytes) else host
        if name not in ("127.0.0.1", "localhost"):
            asked.append(str(name))
            raise OSError(f"{name} must not be asked")

    def connected(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX:
            checked(address[0])
        connect(self, address)

    def looked_up(host: Any, *args: Any, **options: Any) -> Any:
        checked(host)
        return look_up(host, *args, **options)

    monkeypatch.setattr(socket.socket, "connect", connected)
    monkeypatch.setattr(socket, "getaddrinfo", looked_up)
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_API_BASE", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    yield
    assert asked == []
