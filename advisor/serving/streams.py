"""Gradio's event streams → the same, but no event is taken on while the stream that would carry it is closing."""

from __future__ import annotations

import asyncio
import json
from urllib.parse import parse_qs

from starlette.types import ASGIApp, Message, Receive, Scope, Send

STREAM = "/gradio_api/queue/data"
JOIN = "/gradio_api/queue/join"
LAST = b'"msg":"close_stream"'  # quotes inside a text are escaped in JSON, so no answer can contain this
PATIENCE_S = 2.0


class Streams:
    """ASGI middleware: a question that crosses the end of a stream gets a new stream.

    The server ends a session's stream with `close_stream` as soon as no event is pending; the browser opens a stream
    for a new event only when it knows of no open one. Where the reply to a new event overtakes the `close_stream`
    before it, the browser opens none: the question is answered, and the answer is never fetched. So a stream stays
    open until the browser has hung up on it, which is how it takes `close_stream`, and replies to the session's new
    events wait for that. Seen with Gradio 6.31.0; no report of it was found.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._closing: dict[str, asyncio.Event] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; keep a stream open at its end, or a reply back until the end is known."""
        path = scope["path"] if scope["type"] == "http" else ""
        if path == STREAM:
            await self._stream(scope, receive, send)
        elif path == JOIN:
            await self._join(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        session = parse_qs(scope["query_string"].decode("latin-1")).get("session_hash", [""])[0]
        known = asyncio.Event()

        async def keep_open(message: Message) -> None:
            if LAST in message.get("body", b""):
                self._closing[session] = known
            closing = self._closing.get(session) is known
            await send({**message, "more_body": True} if closing else message)

        try:
            await self.app(scope, receive, keep_open)
            if self._closing.get(session) is known and not await _has_left(receive):
                await send({"type": "http.response.body", "body": b""})
        finally:
            known.set()
            if self._closing.get(session) is known:
                del self._closing[session]

    async def _join(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = bytearray()

        async def listen() -> Message:
            message = await receive()
            body.extend(message.get("body", b""))
            return message

        async def reply(message: Message) -> None:
            # By now the event is pending, so no stream begins to close before the event has been carried.
            if message["type"] == "http.response.start" and (known := self._closing.get(_session(body))):
                await known.wait()
            await send(message)

        await self.app(scope, listen, reply)


async def _has_left(receive: Receive) -> bool:
    """Wait for the browser to hang up; a proxy between may keep that to itself, so not for ever."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            while (await receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        return False
    return True


def _session(body: bytearray) -> str:
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError):
        return ""  # refused by Gradio, in words
    session = asked.get("session_hash") if isinstance(asked, dict) else None
    return session if isinstance(session, str) else ""
