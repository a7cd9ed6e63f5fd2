"""A store of two small PDFs, an advisor over it, and a server and a browser for the tests marked `browser`."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from fastapi.testclient import TestClient
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from advisor.serving.api import create_app
from advisor.serving.keeping.keeper import Keeper
from advisor.serving.streams import JOIN, LAST, STREAM
from tests.patience import MINUTES

from .fakes import FakeAdvisor, Store, build_store
from .running import running
from .visits import Gate, Visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from advisor.answering.advisor import Advisor


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return build_store(tmp_path)


@pytest.fixture
def fake(store: Store) -> FakeAdvisor:
    return FakeAdvisor(store)


@pytest.fixture
def keeper(tmp_path: Path) -> Iterator[Keeper]:
    keeper = Keeper(tmp_path / "kept.sqlite")
    yield keeper
    keeper.close()


@pytest.fixture
def client(fake: FakeAdvisor, keeper: Keeper) -> Iterator[TestClient]:
    with TestClient(create_app(cast("Advisor", fake), keeper), raise_server_exceptions=False) as client:
        yield client


ENDED = b'"msg":"process_completed"'


class Line:
    """The way from the server to the browsers, on which the end of a stream, or of an event, can be late."""

    def __init__(self) -> None:
        self.app: ASGIApp | None = None
        self._crossed = b""  # what an end says that is to be late
        self.ends: list[bytes] = []  # what was said of each event when it ended
        self._held = threading.Event()
        self._quiet = threading.Event()
        self._streams = 0
        self._joining = 0  # events that were sent and have no reply yet
        self._sent = asyncio.Event()  # set while there are such

    def let_the_next_event_cross_the_end_of_a_stream(self) -> None:
        """Bring the next end of a stream a fifth of a second after the event that follows it has been sent."""
        self._crossed = LAST
        self._held.clear()

    def let_the_next_event_cross_the_end_of_an_event(self) -> None:
        """The same, with what is said when an event ends while its stream stays open."""
        self._crossed = ENDED
        self._held.clear()

    def let_nothing_cross(self) -> None:
        """Bring everything at once again."""
        self._crossed = b""

    def wait_until_an_end_is_held(self) -> None:
        """Wait for the end that is to be late."""
        assert self._held.wait(MINUTES), "nothing has ended"

    def wait_until_no_stream_is_open(self) -> None:
        """Wait for the end of all streams that have begun."""
        assert self._quiet.wait(MINUTES), "a stream stays open"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def bring(message: Message) -> None:
            if self._crossed and self._crossed in message.get("body", b""):
                self.let_nothing_cross()
                self._held.set()
                await asyncio.wait_for(self._sent.wait(), timeout=MINUTES)
                await asyncio.sleep(0.2)  # the line is slow: a reply sent at once is there before
            if ENDED in message.get("body", b""):
                self.ends.append(message["body"])
            await send(message)

        assert self.app
        path = scope["path"] if scope["type"] == "http" else ""
        self._count(path, 1)
        try:
            await self.app(scope, receive, bring)
        finally:
            self._count(path, -1)

    def _count(self, path: str, more: int) -> None:
        self._streams += more * (path == STREAM)
        self._joining += more * (path == JOIN)
        (self._quiet.clear if self._streams else self._quiet.set)()
        (self._sent.set if self._joining else self._sent.clear)()


@pytest.fixture(scope="module")
def only_line() -> Line:
    return Line()


@pytest.fixture
def line(only_line: Line) -> Iterator[Line]:
    yield only_line
    only_line.let_nothing_cross()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, only_line: Line) -> Iterator[tuple[str, FakeAdvisor]]:
    """The address of a server that ends with the tests of one file, and the advisor that it serves."""
    fake = FakeAdvisor(build_store(tmp_path_factory.mktemp("store")))
    keeper = Keeper(tmp_path_factory.mktemp("kept") / "kept.sqlite")
    only_line.app = create_app(cast("Advisor", fake), keeper)
    with running(only_line) as address:
        yield address, fake
    keeper.close()


@pytest.fixture(scope="module")
def chromium(chromium_path: str) -> Iterator[Browser]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    playwright.expect.set_options(timeout=MINUTES * 1000)
    with playwright.sync_playwright() as driver:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = driver.chromium.launch(executable_path=chromium_path, args=flags)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser, served: tuple[str, FakeAdvisor]) -> Iterator[Any]:
    """Open the chat in a fresh browser profile; at the end nothing has gone out and nothing has been complained of."""
    visits: list[Visit] = []

    def arrive(path: str = "", **options: Any) -> Visit:
        visits.append(Visit.of(chromium, served[0], **options))
        visits[-1].open(path)
        return visits[-1]

    yield arrive
    for each in visits:
        each.context.close()
    assert [said for each in visits for said in each.seen.everything] == []


@pytest.fixture
def gate(served: tuple[str, FakeAdvisor]) -> Iterator[Any]:
    """Hold back the sentences of one question from a given one on."""
    gates: list[Gate] = []

    def hold(question: str, sentence: int) -> Gate:
        gates.append(Gate(question, sentence))
        return gates[-1]

    def pass_all(question: str, sentence: int) -> None:
        for each in gates:
            each(question, sentence)

    served[1].gate = pass_all
    yield hold
    for each in gates:
        each.opened.set()
    served[1].gate = lambda question, sentence: None
