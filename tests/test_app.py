"""The main job from end to end: `python app.py`, a question in a real browser, the sentence on its page."""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from advisor.serving.shelf.leftout import ADDED, write_left_out
from tests.conftest import CORPUS, ROOT
from tests.ingest.pdfs import write_text
from tests.serving.visits import profile

pytestmark = pytest.mark.slow

QUESTION = "How do we find partners abroad?"


@dataclass
class App:
    """A running `python app.py` and the lines it printed before it was ready."""

    process: subprocess.Popen[str]
    lines: list[str]

    @property
    def url(self) -> str:
        return next(word for line in self.lines for word in line.split() if word.startswith("http://"))


def start(store: Path, *, corpus: Path = CORPUS, port: int, command: tuple[str, ...] = ("app.py",)) -> App:
    """Start the app and read what it prints until it is ready or has ended."""
    settings = {"ADVISOR_STORE": str(store), "ADVISOR_CORPUS": str(corpus), "ADVISOR_PORT": str(port)}
    settings["ADVISOR_KEPT"] = str(store.parent / "kept")
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env={key: value for key, value in os.environ.items() if not key.startswith(("ADVISOR_", "DISPLAY"))} | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout
    lines = []
    for line in process.stdout:
        lines.append(line.strip())
        if "is ready at" in line:
            break
    return App(process, lines)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@pytest.fixture(scope="module")
def app(shipped_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    store = tmp_path_factory.mktemp("app") / "store"
    shutil.copytree(shipped_store, store)
    running = start(store, port=free_port())
    yield running
    running.process.terminate()
    running.process.wait(timeout=30)


def test_a_store_that_is_up_to_date_is_not_built_again(app: App) -> None:
    number = len(list(CORPUS.glob("*.pdf")))
    assert any(line.startswith(f"{number} documents (0 new or changed)") for line in app.lines)


def test_the_address_is_told_before_the_library_is_brought_up_to_date(app: App) -> None:
    early, ready = (next(line for line in app.lines if said in line) for said in ("shows how far it is", "is ready at"))
    assert app.lines.index(early) < app.lines.index(ready)
    assert app.url in early
    assert app.url in ready


def test_the_rest_interface_answers_on_the_same_port(app: App) -> None:
    record = httpx.post(f"{app.url}/api/ask", json={"question": QUESTION}, timeout=60).json()
    assert record["abstained"] is False
    assert record["citations"]


def test_errors_of_the_rest_interface_are_in_words(app: App) -> None:
    reply = httpx.post(f"{app.url}/api/ask", json={"question": "  "}, timeout=60)
    assert (reply.status_code, reply.json()["error"]) == (400, "the question is empty; type a question in words")


@pytest.mark.browser
@pytest.mark.parametrize(("width", "height"), [(1280, 900), (390, 844)])
def test_a_question_is_answered_and_a_citation_shows_the_sentence_on_its_page(
    app: App, chromium_path: str, width: int, height: int
) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=chromium_path, args=flags)
        page = profile(browser, viewport={"width": width, "height": height}).new_page()
        hosts: set[str] = set()
        page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
        page.goto(app.url)
        page.locator("#ca-question").fill(QUESTION)
        page.keyboard.press("Enter")
        page.locator(".ca-sources").wait_for()
        page.locator(".ca-answer .ca-mk").nth(1).click()
        page.wait_for_function("document.querySelector('.ca-page img')?.naturalWidth > 0")
        highlight: Any = page.locator(".ca-hl").first.bounding_box()
        image: Any = page.locator(".ca-page img").bounding_box()
        answer, wide = page.locator(".ca-answer").inner_text(), page.evaluate("document.documentElement.scrollWidth")
        browser.close()

    record = httpx.post(f"{app.url}/api/ask", json={"question": QUESTION}, timeout=60).json()
    assert all(sentence["text"] in " ".join(answer.split()) for sentence in record["sentences"][:3])
    x0, y0, x1, y1 = record["citations"][1]["boxes"][0]
    points = image["width"] / 595.28  # the briefs are A4
    assert highlight["x"] - image["x"] == pytest.approx(x0 * points, abs=3)
    assert highlight["y"] - image["y"] == pytest.approx(y0 * points, abs=3)
    assert highlight["width"] == pytest.approx((x1 - x0) * points, abs=4)
    assert highlight["height"] == pytest.approx((y1 - y0) * points, abs=4)
    assert {host for host in hosts if host} == {urlsplit(app.url).netloc}
    assert wide <= width


def test_a_port_in_use_gives_way_to_the_next_free_one(shipped_store: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = int(taken.getsockname()[1])
        running = start(shipped_store, port=port, command=("-m", "advisor.cli", "serve"))
        running.process.terminate()
        running.process.wait(timeout=30)
    assert any(line.startswith(f"Port {port} is in use, so this is port ") for line in running.lines)
    assert f":{port}" not in running.url


def test_a_corpus_without_pdfs_ends_the_start_with_one_line(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    ended = start(tmp_path / "store", corpus=tmp_path / "corpus", port=free_port())
    assert ended.process.wait(timeout=60) == 2
    assert ended.lines[0].startswith("Building the library for the first time; http://")
    assert ended.lines[1:] == [
        f"advisor: the folder {tmp_path / 'corpus'} holds no PDF; put reports there or name another folder"
    ]


def test_a_document_that_was_removed_in_the_browser_does_not_come_back_at_the_next_start(tmp_path: Path) -> None:
    write_text(tmp_path / "corpus" / "kept.pdf", ["Welders are trained in two valleys."])
    removed = write_text(tmp_path / "corpus" / "removed.pdf", ["Smiths are trained in one valley."])
    write_left_out(tmp_path / "corpus" / ADDED, {hashlib.sha256(removed.read_bytes()).hexdigest()})
    running = start(tmp_path / "store", corpus=tmp_path / "corpus", port=free_port())
    try:
        listed = httpx.get(f"{running.url}/api/documents", timeout=60).json()["documents"]
    finally:
        running.process.terminate()
        running.process.wait(timeout=30)
    assert [document["file"] for document in listed] == ["kept.pdf"]
