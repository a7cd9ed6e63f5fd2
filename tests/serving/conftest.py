"""A store of two small PDFs, an advisor over it, and a server and a browser for the tests marked `browser`."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
import uvicorn
from fastapi.testclient import TestClient

from advisor.serving.api import create_app

from .fakes import FakeAdvisor, Store, build_store

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
def client(fake: FakeAdvisor) -> Iterator[TestClient]:
    with TestClient(create_app(cast("Advisor", fake)), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, FakeAdvisor]]:
    """The address of a server that ends with the tests of one file, and the advisor that it serves."""
    fake = FakeAdvisor(build_store(tmp_path_factory.mktemp("store")))
    listener = socket.create_server(("127.0.0.1", 0))  # connections wait here until the server takes them
    config = uvicorn.Config(create_app(cast("Advisor", fake)), log_level="warning", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/", fake
    server.should_exit = True
    thread.join(timeout=20)
    listener.close()


@pytest.fixture(scope="module")
def chromium(chromium_path: str) -> Iterator[Browser]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as driver:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = driver.chromium.launch(executable_path=chromium_path, args=flags)
        yield browser
        browser.close()
