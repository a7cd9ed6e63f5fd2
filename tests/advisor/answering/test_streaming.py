"""An answer that nobody waits for any more is not worked on any more."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Generator, Sequence
from contextlib import aclosing
from pathlib import Path

import pytest

from advisor import Advisor
from advisor.answering.budget import Source
from advisor.answering.stepping import in_steps
from advisor.records import AnswerReady, CitationReady, Message, PassagesFound, Searching, SentenceReady
from tests.fakes import HashEmbedder

QUESTION = "Do visits to trade fairs bring new partners?"
FAIRS = "Visits to trade fairs bring new partners"
WAIT_S = 60.0
"""How long a test waits for a thread before it fails; none comes near it."""
SENTENCES = 12


class CountingWriter:
    """Writes a dozen sentences, and counts how many it was asked for; `held_at` is one that waits for `go_on`."""

    def __init__(self, held_at: int = 0) -> None:
        self.asked = 0
        self.closed = threading.Event()
        self.held = threading.Event()
        self.go_on = threading.Event()
        self._held_at = held_at

    def write(
        self, question: str, sources: Sequence[Source], *, language: str = "en", history: Sequence[Message] = ()
    ) -> Generator[str, None, None]:
        number = next(source.key for source in sources if FAIRS in source.passage.text)
        try:
            for before in range(SENTENCES):
                self.asked += 1
                if self.asked == self._held_at:
                    self.held.set()
                    assert self.go_on.wait(WAIT_S)
                yield f"{'Often ' * before}{FAIRS} [{number}]. "
        finally:
            self.closed.set()


@pytest.fixture
def writer() -> CountingWriter:
    return CountingWriter()


def advised(store: Path, writer: CountingWriter) -> Advisor:
    return Advisor.open(store, embedder=HashEmbedder(), writer=writer)


# --- stream ---------------------------------------------------------------------------------------------------------


def test_the_model_is_not_asked_before_the_passages_are_taken(small_store: Path, writer: CountingWriter) -> None:
    events = advised(small_store, writer).stream(QUESTION)
    assert [type(next(events)), type(next(events))] == [Searching, PassagesFound]
    assert writer.asked == 0
    events.close()
    assert writer.asked == 0


def test_a_stream_that_is_closed_asks_the_model_for_nothing_more(small_store: Path, writer: CountingWriter) -> None:
    events = advised(small_store, writer).stream(QUESTION)
    assert [type(next(events)) for _ in range(4)] == [Searching, PassagesFound, CitationReady, SentenceReady]
    asked = writer.asked
    events.close()
    assert writer.closed.is_set()
    assert writer.asked == asked <= 2
    assert list(events) == []


def test_a_stream_that_is_read_to_its_end_asks_for_everything(small_store: Path, writer: CountingWriter) -> None:
    *_, last = advised(small_store, writer).stream(QUESTION)
    assert isinstance(last, AnswerReady)
    assert len(last.answer.sentences) == writer.asked == SENTENCES


# --- astream --------------------------------------------------------------------------------------------------------


async def test_closing_a_stream_without_blocking_closes_what_it_reads_from(
    small_store: Path, writer: CountingWriter
) -> None:
    async with aclosing(advised(small_store, writer).astream(QUESTION)) as events:
        async for event in events:
            if isinstance(event, SentenceReady):
                break
    assert await asyncio.to_thread(writer.closed.wait, WAIT_S)
    assert writer.asked <= 2


async def test_cancelling_a_task_between_two_events_stops_the_work(small_store: Path, writer: CountingWriter) -> None:
    reached = asyncio.Event()

    async def read() -> None:
        async with aclosing(advised(small_store, writer).astream(QUESTION)) as events:
            async for event in events:
                if isinstance(event, SentenceReady):
                    reached.set()
                    await asyncio.Event().wait()

    task = asyncio.create_task(read())
    await reached.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await asyncio.to_thread(writer.closed.wait, WAIT_S)
    assert writer.asked <= 2


async def test_a_step_that_runs_when_its_task_is_cancelled_ends_at_the_next_event(small_store: Path) -> None:
    """Nobody waits for it: the task is over while the model is still silent."""
    writer = CountingWriter(held_at=3)
    task = asyncio.create_task(advised(small_store, writer).aask(QUESTION))
    assert await asyncio.to_thread(writer.held.wait, WAIT_S)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not writer.closed.is_set()
    writer.go_on.set()
    assert await asyncio.to_thread(writer.closed.wait, WAIT_S)
    assert writer.asked <= 4


async def test_an_error_of_a_step_reaches_the_one_who_waits() -> None:
    def failing() -> Generator[int, None, None]:
        yield 1
        raise ValueError("no more")

    values = in_steps(failing())
    assert await anext(values) == 1
    with pytest.raises(ValueError, match="no more"):
        await anext(values)


async def test_the_event_loop_runs_on_while_a_value_is_made() -> None:
    go_on = threading.Event()

    def slow() -> Generator[str, None, None]:
        assert go_on.wait(WAIT_S)
        yield "made"

    async with aclosing(in_steps(slow())) as values:
        waiting = asyncio.ensure_future(anext(values))
        await asyncio.sleep(0)
        assert not waiting.done()
        go_on.set()
        assert await waiting == "made"


async def test_all_values_come_in_order_and_the_thread_ends() -> None:
    threads: set[str] = set()

    def values() -> Generator[int, None, None]:
        for number in range(1, 4):
            threads.add(threading.current_thread().name)
            yield number

    assert [value async for value in in_steps(values())] == [1, 2, 3]
    assert len(threads) == 1
    assert threading.current_thread().name not in threads
