"""Server-sent events: one for each event of an answer, as it comes, and no more work once the client has gone."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from advisor.errors import GenerationError
from advisor.records import AnswerEvent, Message, Searching
from advisor.serving.api import UNEXPECTED
from advisor.serving.events import streamed
from tests.patience import MINUTES

from .fakes import FakeAdvisor

QUESTION = "How do we find partners abroad?"


def parts(body: str) -> list[tuple[str, Any]]:
    """Return the events of a stream: name and value."""
    found = [part.split("\n") for part in body.split("\n\n") if part]
    assert all(len(lines) == 2 for lines in found)
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in found]


def test_an_answer_comes_event_by_event_and_ends_with_the_record(client: TestClient, fake: FakeAdvisor) -> None:
    reply = client.post("/api/ask/stream", json={"question": QUESTION, "id": "q7"})
    assert reply.status_code == 200
    assert reply.headers["content-type"].startswith("text/event-stream")
    assert reply.headers["cache-control"] == "no-store"
    told = parts(reply.text)
    assert [name for name, _ in told[:4]] == ["searching", "passages", "citation", "sentence"]
    assert told[0][1] == {"standalone_question": QUESTION, "documents": 2, "pages": 5}
    record = client.post("/api/ask", json={"question": QUESTION, "id": "q7"}).json()
    assert told[-1] == ("record", record)
    assert told[1][1]["passages"][0] == fake.store.hit(1, "d1handbook", 1).to_dict()
    assert [value for name, value in told if name == "citation"] == record["citations"]
    assert [value for name, value in told if name == "sentence"] == record["sentences"]


def test_a_stream_takes_what_a_question_takes(client: TestClient, fake: FakeAdvisor) -> None:
    history = [{"role": "user", "content": "First?"}]
    client.post("/api/ask/stream", json={"question": "Why?", "history": history, "documents": ["d1handbook"]})
    assert (fake.asked, fake.chosen) == ([("Why?", (Message("user", "First?"),))], [("d1handbook",)])


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        ({"question": " "}, 400, "the question is empty"),
        ({"question": "Why?", "documents": ["d9"]}, 404, "'d9'"),
        ({"question": "Why?", "temperature": 2}, 400, "temperature"),
    ],
)
def test_what_cannot_be_asked_has_a_status_as_without_a_stream(
    client: TestClient, body: dict[str, Any], status: int, told: str
) -> None:
    reply = client.post("/api/ask/stream", json=body)
    assert reply.status_code == status
    assert told in reply.json()["error"]


@pytest.mark.parametrize(
    ("raised", "told"),
    [(GenerationError("the model was silent"), "the model was silent"), (RuntimeError("secret"), UNEXPECTED)],
)
def test_an_error_in_the_middle_is_the_last_event(
    client: TestClient, fake: FakeAdvisor, caplog: pytest.LogCaptureFixture, raised: Exception, told: str
) -> None:
    fake.answers["Why?"] = raised
    with caplog.at_level(logging.ERROR):
        reply = client.post("/api/ask/stream", json={"question": "Why?"})
    assert [name for name, _ in parts(reply.text)] == ["searching", "error"]
    assert parts(reply.text)[-1][1] == {"error": told}
    assert ("secret" in caplog.text) == (told == UNEXPECTED)


def test_a_letter_that_no_utf_8_can_hold_does_not_end_a_stream(client: TestClient) -> None:
    body = '{"question": "Who \\ud800 pays?"}'
    reply = client.post("/api/ask/stream", content=body, headers={"Content-Type": "application/json"})
    assert parts(reply.text)[0][1]["standalone_question"] == "Who ? pays?"


class Answering:
    """The events of an answer that is never done, and whether the work on it has ended."""

    def __init__(self) -> None:
        self.ended = False

    async def events(self) -> AsyncGenerator[AnswerEvent, None]:
        try:
            while True:
                yield Searching("Who pays?", 2, 5)
                await asyncio.sleep(0)
        finally:
            self.ended = True


@pytest.mark.parametrize("is_slow", [False, True])
async def test_the_work_ends_when_the_client_hangs_up_also_while_an_event_is_sent_to_it(is_slow: bool) -> None:
    answering, sent = Answering(), asyncio.Event()
    response = await streamed(answering.events(), told=str)

    async def receive() -> dict[str, Any]:
        await sent.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        if message.get("body"):
            sent.set()
            await asyncio.sleep(2 * MINUTES if is_slow else 0)

    async with asyncio.timeout(MINUTES):
        await response({"type": "http", "asgi": {"spec_version": "2.3"}}, receive, send)
    assert answering.ended
