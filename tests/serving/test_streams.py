"""Where an event crosses the end of the stream before it: the reply waits until the browser knows of the end."""

from __future__ import annotations

import asyncio
import json

import pytest
from starlette.types import Message, Receive, Scope, Send

from advisor.serving import streams
from advisor.serving.streams import JOIN, STREAM, Streams
from tests.patience import MINUTES

CLOSE = b'data: {"msg":"close_stream","event_id":null}\n\n'


async def gradio(scope: Scope, receive: Receive, send: Send) -> None:
    """A stream that closes at once, and a queue that takes every event."""
    while scope["path"] == JOIN and (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": []})
    if scope["path"] == STREAM:
        await send({"type": "http.response.body", "body": CLOSE, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


class Request:
    """A request in progress: what it receives is put in, what it is sent is kept."""

    def __init__(self, app: Streams, path: str, query: bytes = b"") -> None:
        self.sent: list[Message] = []
        self._received: asyncio.Queue[Message] = asyncio.Queue()
        scope = {"type": "http", "path": path, "query_string": query}
        self.task = asyncio.create_task(app(scope, self._received.get, self._keep))

    async def _keep(self, message: Message) -> None:
        self.sent.append(message)

    def receive(self, body: bytes, *, more_body: bool = False) -> None:
        self._received.put_nowait({"type": "http.request", "body": body, "more_body": more_body})

    def leave(self) -> None:
        self._received.put_nowait({"type": "http.disconnect"})

    @property
    def ended(self) -> bool:
        return any(message["type"] == "http.response.body" and not message.get("more_body") for message in self.sent)


async def settle() -> None:
    """Let every task go as far as it can."""
    for _ in range(20):
        await asyncio.sleep(0)


def open_stream(app: Streams, session: str) -> Request:
    stream = Request(app, STREAM, b"session_hash=" + session.encode())
    stream.receive(b"")
    return stream


def join(app: Streams, body: object) -> Request:
    event = Request(app, JOIN)
    text = json.dumps(body).encode()
    event.receive(text[:9], more_body=True)
    event.receive(text[9:])
    return event


async def test_the_reply_to_an_event_waits_until_the_browser_has_hung_up_on_the_closing_stream() -> None:
    app = Streams(gradio)
    stream = open_stream(app, "s1")
    await settle()
    event = join(app, {"data": ["a question"], "session_hash": "s1"})
    await settle()
    assert [message.get("body") for message in stream.sent[1:2]] == [CLOSE]
    assert not stream.ended
    assert event.sent == []
    stream.leave()
    await asyncio.gather(stream.task, event.task)
    assert event.sent[0]["status"] == 200
    assert event.ended


async def test_a_stream_that_no_browser_hangs_up_on_ends_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "PATIENCE_S", 0.01)
    app = Streams(gradio)
    stream = open_stream(app, "s1")
    await settle()
    event = join(app, {"session_hash": "s1"})
    await asyncio.gather(stream.task, event.task)
    assert stream.ended
    assert event.ended


@pytest.mark.parametrize("body", [{"session_hash": "s2"}, {"session_hash": ["s1"]}, {}, ["s1"], None])
async def test_nothing_else_is_kept_waiting(body: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "PATIENCE_S", 2 * MINUTES)
    app = Streams(gradio)
    stream = open_stream(app, "s1")
    await settle()
    await asyncio.wait_for(join(app, body).task, MINUTES)
    stream.leave()
    await stream.task


async def test_a_body_that_is_no_json_is_left_to_gradio(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "PATIENCE_S", 2 * MINUTES)
    app = Streams(gradio)
    stream = open_stream(app, "s1")
    await settle()
    event = Request(app, JOIN)
    event.receive(b"{")
    await asyncio.wait_for(event.task, MINUTES)
    stream.leave()
    await stream.task


async def test_after_the_stream_nothing_is_remembered_of_it() -> None:
    app = Streams(gradio)
    stream = open_stream(app, "s1")
    stream.leave()
    await stream.task
    await asyncio.wait_for(join(app, {"session_hash": "s1"}).task, MINUTES)
    assert app._closing == {}
