"""The shipped corpus → a store, a server of this process and a Chromium, for the scripts that drive the page."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
import threading
from collections.abc import AsyncIterator, Generator, Iterator, Sequence
from contextlib import aclosing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import uvicorn
from playwright.sync_api import sync_playwright
from starlette.types import ASGIApp

from advisor import Advisor
from advisor.answering.stepping import in_steps
from advisor.embedding import Embedder
from advisor.errors import BenchmarkError
from advisor.records import AnswerEvent, Message, SentenceReady
from advisor.serving.api import create_app
from advisor.serving.keeping.keeper import Keeper
from advisor.serving.shelf.process import builder_starter
from advisor.serving.shelf.shelf import Shelf
from ingest.build import ingest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CORPUS = Path(__file__).parents[1] / "corpus"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")


@contextmanager
def copied_store(given: Path | None, embedder: Embedder) -> Iterator[Path]:
    """Return a copy of a store, or a new store of the shipped corpus; it goes with the end of the block."""
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store"
        if given:
            shutil.copytree(given, store)
        else:
            ingest([CORPUS], store=store, embedder=embedder)
        yield store


@contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """Serve an application on a free port of this computer; return its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        server.should_exit = True
        thread.join(timeout=20)
        listener.close()


@contextmanager
def served_page(advisor: object, store: Path, embedder: Embedder) -> Iterator[str]:
    """Serve our page for an advisor over a store, with a library that can be added to; what it keeps goes with it."""
    with tempfile.TemporaryDirectory() as folder:
        keeper = Keeper(Path(folder) / "kept.sqlite")
        known = cast("Advisor", advisor)
        shelf = Shelf(
            known,
            store=store,
            folder=Path(folder) / "added",
            corpus=CORPUS,
            start_builder=builder_starter(embedder),
        )
        with served(create_app(known, keeper, shelf)) as address:
            yield address
        shelf.close()
        keeper.close()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the Chromium of this machine.

    Raises:
        BenchmarkError: there is none.
    """
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        raise BenchmarkError(f"no Chromium on this machine (looked for {', '.join(NAMES)}); install one")
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=list(FLAGS))
        yield browser
        browser.close()


class Held:
    """An advisor that waits before a sentence of one question, until it is let go: an answer caught in the middle."""

    def __init__(self, advisor: Advisor, question: str, *, sentence: int) -> None:
        self._advisor = advisor
        self._question = question
        self._sentence = sentence
        self.opened = threading.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._advisor, name)

    async def astream(self, question: str, **options: Any) -> AsyncIterator[AnswerEvent]:
        """Yield what the advisor yields."""
        async with aclosing(in_steps(self.stream(question, **options))) as events:
            async for event in events:
                yield event

    def stream(
        self, question: str, *, history: Sequence[Message] = (), **options: Any
    ) -> Generator[AnswerEvent, None, None]:
        """Yield what the advisor yields."""
        given = 0
        for event in self._advisor.stream(question, history=history, **options):
            if isinstance(event, SentenceReady):
                given += 1
                if question == self._question and given == self._sentence:
                    self.opened.wait(timeout=120)
            yield event
