"""The library page in a real browser: a report goes in, is found, is left out of answers, and goes."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import uvicorn
from fastapi import Request
from fastapi.responses import HTMLResponse

from advisor.serving.catalogue import words_in
from advisor.serving.shelf.page import render_shelf
from tests.serving.shelf.conftest import Place, report
from tests.serving.shelf.test_routes import Choice, application

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

HYDROGEN = "Forty members asked for training on hydrogen pumps."
WAIT_MS = 90_000


@dataclass
class Shown:
    """The library page, open in a browser."""

    page: Page
    place: Place
    choice: Choice

    def add(self, *paths: Path) -> None:
        self.page.set_input_files("#ca-files", [str(path) for path in paths])

    def row(self, title: str) -> str:
        return f'tbody tr:has-text("{title}")'


@pytest.fixture(scope="module")
def chromium(chromium_path: str) -> Iterator[Browser]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium_path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


def document(place: Place) -> HTMLResponse:
    static = files("advisor.serving") / "static"
    styles = "".join((static / name).read_text(encoding="utf-8") for name in ("chat.css", "shelf.css"))
    body = render_shelf(place.shelf.entries(), place.shelf.jobs("anna"), (), words_in("en"))
    script = (static / "shelf.js").read_text(encoding="utf-8")
    return HTMLResponse(
        f'<!doctype html><html lang="en"><title>Library</title><style>{styles}</style>'
        f"<body><main>{body}</main><script>{script}</script></body></html>"
    )


@pytest.fixture
def shown(place: Place, chromium: Browser) -> Iterator[Shown]:
    choice = Choice()
    app = application(place, choice)

    @app.get("/")
    def page(_request: Request) -> HTMLResponse:
        return document(place)

    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    context = chromium.new_context()
    context.set_default_timeout(WAIT_MS)
    tab = context.new_page()
    errors: list[str] = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.goto(f"http://127.0.0.1:{listener.getsockname()[1]}/")
    yield Shown(tab, place, choice)
    context.close()
    server.should_exit = True
    thread.join(timeout=20)
    listener.close()
    assert errors == []


def write(folder: Path, name: str, content: bytes) -> Path:
    (folder / name).write_bytes(content)
    return folder / name


def test_a_report_is_added_found_left_out_and_removed(shown: Shown, tmp_path: Path) -> None:
    page = shown.page
    shown.add(write(tmp_path, "survey.pdf", report(HYDROGEN)))
    page.wait_for_selector(shown.row("Members survey"))
    assert page.inner_text("#ca-shelf-said") == "survey.pdf: Added, 1 page. Answers use it from now on."
    page.fill("#ca-find", "hydrogen pumps")
    page.wait_for_selector("#ca-found mark")
    assert page.inner_text("#ca-found li:first-child p") == HYDROGEN

    page.uncheck(f"{shown.row('Members survey')} input")
    page.wait_for_selector(f"{shown.row('Members survey')} >> text=Ready, not used")
    assert page.input_value("#ca-find") == "hydrogen pumps"
    assert len(shown.choice.left_out["anna"]) == 1

    page.click(f"{shown.row('Members survey')} [data-do=remove]")
    assert page.inner_text("#ca-remove-title") == "Remove “Members survey”?"
    page.click("[data-do=shelf-remove]")
    page.wait_for_selector(shown.row("Members survey"), state="detached")
    assert shown.place.files() == []


def test_a_removal_is_not_begun_before_it_is_confirmed(shown: Shown) -> None:
    page = shown.page
    page.click(f"{shown.row('Skills')} [data-do=remove]")
    assert page.evaluate("document.activeElement.dataset.do") == "shelf-keep"
    page.keyboard.press("Escape")
    assert not page.locator("#ca-remove").is_visible()
    assert page.evaluate("document.activeElement.dataset.do") == "remove"
    assert shown.place.shelf.jobs("anna") == []


def test_several_files_each_get_their_row_and_one_is_cancelled(shown: Shown, tmp_path: Path) -> None:
    page = shown.page
    shown.add(
        write(tmp_path, "endless.pdf", report("Endless words.")),
        write(tmp_path, "minutes.docx", b"no PDF"),
        write(tmp_path, "empty.pdf", b""),
    )
    page.wait_for_selector("text=minutes.docx is not a PDF.")
    page.wait_for_selector("#ca-jobs li:has-text('empty.pdf') >> text=Waiting for the file before it")
    page.click("#ca-jobs li:has-text('endless.pdf') [data-do=shelf-drop]")
    page.wait_for_selector("text=Skipped: this file is empty.")
    assert page.locator("#ca-jobs li").count() == 1
    page.click("#ca-jobs [data-do=shelf-drop]")
    page.wait_for_selector("#ca-jobs li", state="detached")
    assert shown.place.files() == []


def test_files_that_are_dropped_anywhere_on_the_page_are_added(shown: Shown) -> None:
    page = shown.page
    drop = (
        "type => document.body.dispatchEvent("
        "new DragEvent(type, {bubbles: true, cancelable: true, dataTransfer: window.held}))"
    )
    page.evaluate("() => { window.held = new DataTransfer(); held.items.add(new File([''], 'dropped.pdf')); }")
    page.evaluate(drop, "dragenter")
    assert page.inner_text("#ca-drop strong") == "Let go to add these files"
    page.evaluate(drop, "drop")
    page.wait_for_selector("#ca-jobs li:has-text('dropped.pdf') >> text=Skipped: this file is empty.")
    assert page.inner_text("#ca-drop strong") == "Drag PDF reports here"


def test_nothing_is_asked_for_while_nothing_goes_on(shown: Shown) -> None:
    page = shown.page
    page.clock.install()
    with page.expect_response("**/parts/documents"):
        page.reload()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.run_for(10_000)
    assert asked == []


def test_a_phone_shows_cards_without_scrolling_sideways(shown: Shown) -> None:
    shown.page.set_viewport_size({"width": 360, "height": 800})
    assert shown.page.evaluate("document.querySelector('.ca-lib').scrollWidth <= 360")
    assert "1 page" in shown.page.inner_text(shown.row("Skills"))
