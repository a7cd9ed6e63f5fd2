"""The events of an answer → server-sent events, one for each as it comes (https://html.spec.whatwg.org/#server-sent-events)."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from typing import Any

from starlette.responses import StreamingResponse
from starlette.types import Send

from advisor.errors import AdvisorError
from advisor.records import AnswerEvent, AnswerReady, CitationReady, PassagesFound, Searching, SentenceReady

LOGGER = logging.getLogger(__name__)

HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}  # a proxy gives each event on as it comes

NAMES = ("searching", "passages", "citation", "sentence", "record", "error")
"""What an event may be: the last one is "record", the whole answer, or "error"."""


class Events(StreamingResponse):
    """A stream that closes what it is made of as soon as the client has gone, so that the work stops."""

    def __init__(self, parts: AsyncGenerator[bytes, None]) -> None:
        super().__init__(parts, media_type="text/event-stream", headers=HEADERS)
        self._parts = parts

    async def stream_response(self, send: Send) -> None:
        """Send the events."""
        async with aclosing(self._parts):
            await super().stream_response(send)


async def streamed(events: AsyncGenerator[AnswerEvent, None], *, told: Callable[[Exception], str]) -> Events:
    """Return the response for the events of an answer; what cannot be asked is raised before there is one.

    Args:
        events: of the answer.
        told: gives the line for an error that comes later, when a status can no longer be sent.
    """
    first = await anext(events)
    return Events(_parts(first, events, told))


async def _parts(
    first: AnswerEvent, events: AsyncGenerator[AnswerEvent, None], told: Callable[[Exception], str]
) -> AsyncGenerator[bytes, None]:
    async with aclosing(events):
        try:
            yield _part(*named(first))
            async for event in events:
                yield _part(*named(event))
        except Exception as error:
            if not isinstance(error, AdvisorError):
                LOGGER.error("A streamed answer failed", exc_info=error)
            yield _part("error", {"error": told(error)})


def named(event: AnswerEvent) -> tuple[str, Mapping[str, Any]]:
    """Return the name of an event, and what it holds, ready for JSON."""
    match event:
        case Searching():
            return "searching", {
                "standalone_question": event.standalone_question,
                "documents": event.documents,
                "pages": event.pages,
            }
        case PassagesFound():
            return "passages", {"passages": [hit.to_dict() for hit in event.hits]}
        case CitationReady():
            return "citation", event.citation.to_dict()
        case SentenceReady():
            return "sentence", event.sentence.to_dict()
        case AnswerReady():
            return "record", event.answer.to_dict()


def _part(name: str, value: Mapping[str, Any]) -> bytes:
    # JSON has no line end in it; half of a surrogate pair, which UTF-8 cannot hold, becomes a question mark.
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return f"event: {name}\ndata: {text}\n\n".encode("utf-8", "replace")
