"""The start: the page that says how far the library is, at the address where the chat will be."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

import httpx
import pytest
from starlette.testclient import TestClient

from advisor.serving.api import create_app
from advisor.serving.catalogue import LANGUAGES, words_in
from advisor.serving.keeping.keeper import Keeper
from advisor.serving.opening import Built, create_opening, describe, opening, render_opening
from tests.patience import MINUTES

from .axe import GRAVE, axe_script, find_violations
from .fakes import FakeAdvisor, build_store
from .running import running
from .visits import profile
from .watching import watch

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from advisor.answering.advisor import Advisor

HALF = Built(done=4, total=8, share=0.5, left_s=20.0)


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(create_opening(lambda: HALF, ["testserver"])) as client:
        yield client


@pytest.mark.parametrize(
    ("built", "said"),
    [
        (Built(), "Looking for the documents"),
        (Built(0, 8, 0.0, None), "0 of 8 documents read"),
        (HALF, "4 of 8 documents read, 20 s left"),
        (Built(7, 8, 0.9, 200.0), "7 of 8 documents read, 3 min left"),
        (Built(8, 8, 1.0, 0.0), "8 of 8 documents read"),
        (Built(0, 1, 0.2, 1.2), "0 of 1 document read, 1 s left"),
    ],
)
def test_the_state_of_the_library_is_said_in_words(built: Built, said: str) -> None:
    assert describe(built, words_in("en")) == said


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_page_is_in_the_language_of_the_browser(client: TestClient, code: str) -> None:
    page = client.get("/", headers={"Accept-Language": code})
    assert page.status_code == 200
    assert page.text == render_opening(HALF, words_in(code))
    assert f'<html lang="{code}">' in page.text


def test_the_figures_are_there_for_the_page_and_never_kept(client: TestClient) -> None:
    reply = client.get("/opening")
    assert reply.json() == {"share": 0.5, "said": "4 of 8 documents read, 20 s left"}
    assert reply.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("method", "path"), [("GET", "/api/health"), ("POST", "/api/ask"), ("GET", "/pages/x/1.png")])
def test_programs_are_told_to_come_back(client: TestClient, method: str, path: str) -> None:
    reply = client.request(method, path)
    assert (reply.status_code, reply.headers["Retry-After"]) == (503, "2")
    assert reply.json() == {"error": "The library is still being built (50 %); ask again in a minute"}


def test_a_page_of_another_site_cannot_ask_under_a_name_of_its_own(client: TestClient) -> None:
    assert client.get("/", headers={"Host": "elsewhere.example"}).status_code == 400


def test_the_socket_goes_on_listening_for_the_server_that_follows() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}/opening"
        for share in (0.1, 0.2):
            with opening(listening, lambda share=share: Built(share=share), allowed_hosts=["127.0.0.1"]):  # type: ignore[misc]
                assert httpx.get(address, timeout=MINUTES).json()["share"] == share


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (360, "light"), (360, "dark")])
def test_the_page_follows_the_build_and_becomes_the_chat(
    chromium: Browser, tmp_path: Path, width: int, scheme: Literal["light", "dark"]
) -> None:
    built = [HALF]
    listening = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listening.getsockname()[1]}/"
    context = profile(chromium, viewport={"width": width, "height": 740}, color_scheme=scheme, locale="de-DE")
    page = context.new_page()
    seen = watch(page, address)
    with opening(listening, lambda: built[0], allowed_hosts=["127.0.0.1"]):
        page.goto(address)
        page.get_by_text("4 von 8 Dokumenten gelesen, noch 20 s").wait_for()
        assert page.get_by_role("progressbar").get_attribute("value") == "0.500"
        assert [each for each in find_violations(page, axe_script()) if each.impact in GRAVE] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        built[0] = Built(7, 8, 0.9, None)
        page.get_by_text("7 von 8 Dokumenten gelesen", exact=True).wait_for()
    keeper = Keeper(tmp_path / "kept.sqlite")
    chat = create_app(cast("Advisor", FakeAdvisor(build_store(tmp_path))), keeper)
    with running(chat, listener=listening):
        page.locator("#ca-question").wait_for()
        context.close()
    keeper.close()
    assert seen.everything == []
