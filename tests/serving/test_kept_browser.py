"""What a person asks is kept for her browser, found again, handed on and deleted."""

from __future__ import annotations

import json
import re
import threading
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from docx import Document as read_docx
from playwright.sync_api import expect

from advisor.serving.catalogue import words_in
from tests.patience import MINUTES

from .fakes import FakeAdvisor, build_store
from .running import advised
from .visits import PHONE, Visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SAY = words_in("en")

pytestmark = pytest.mark.browser

QUESTION = "How do we find partners abroad?"


def test_a_reload_comes_back_to_the_conversation_with_its_citations(visit: Any) -> None:
    here = visit()
    here.ask_and_wait(QUESTION)
    here.ask_and_wait("And what follows?")
    here.reload()
    expect(here.page.locator(".ca-turn h2")).to_have_text([QUESTION, "And what follows?"], use_inner_text=True)
    here.mark(2).click()
    here.wait_for_count("Citation 2 of 6")


def test_conversations_stand_beside_the_page_and_open_again(visit: Any) -> None:
    here = visit()
    here.ask_and_wait("First of all?")
    here.button(SAY("rail.new")).click()
    here.page.locator(".ca-hello").wait_for()
    here.ask_and_wait("Something else?")
    listed = here.page.locator("#ca-rail [data-do=open-talk]")
    listed.nth(1).wait_for()
    expect(listed).to_have_text(["Something else?", "First of all?"], use_inner_text=True)
    listed.nth(1).click()
    here.page.locator(".ca-turn h2", has_text="First of all?").wait_for()
    expect(here.page.locator(".ca-turn")).to_have_count(1)
    here.page.go_back()
    here.page.locator(".ca-turn h2", has_text="Something else?").wait_for()


def test_a_conversation_that_is_opened_shows_its_last_answer_ready_for_the_next_question(visit: Any) -> None:
    here = visit(viewport={"width": 1280, "height": 500})
    for question in ("One?", "Two?", "Three?"):
        here.ask_and_wait(question)
    last, field = here.page.locator('.ca-turn[data-turn="3"] h2'), here.page.locator("#ca-question")
    here.reload()
    expect(last).to_be_in_viewport()
    expect(field).to_be_focused()
    here.button(SAY("rail.new")).click()
    here.page.locator(".ca-hello").wait_for()
    here.page.locator("#ca-rail [data-do=open-talk]").click()
    expect(last).to_be_in_viewport()
    expect(field).to_be_focused()


def test_on_a_phone_a_conversation_that_is_opened_brings_up_no_keyboard(visit: Any) -> None:
    here = visit(viewport=PHONE, has_touch=True, is_mobile=True)
    for question in ("One?", "Two?"):
        here.ask_and_wait(question)
    here.page.reload()
    here.settled()
    expect(here.page.locator('.ca-turn[data-turn="2"] h2')).to_be_in_viewport()
    expect(here.page.locator("#ca-question")).not_to_be_focused()


def test_a_follow_up_after_a_reload_carries_what_was_said(visit: Any, served: tuple[str, FakeAdvisor]) -> None:
    here = visit()
    here.ask_and_wait("First?")
    here.reload()
    here.ask_and_wait("And then?")
    question, history = served[1].asked[-1]
    assert (question, [message.content[:6] for message in history]) == ("And then?", ["First?", "Look f"])


def test_a_conversation_is_deleted_after_a_question_and_for_good(visit: Any) -> None:
    here = visit()
    here.ask_and_wait("To be forgotten?")
    address = here.page.url
    delete = here.page.locator("#ca-rail").get_by_role("button", name=SAY("rail.delete"), exact=True)
    delete.click()
    dialog = here.page.get_by_role("dialog")
    expect(dialog).to_contain_text("Delete “To be forgotten?”?", use_inner_text=True)
    dialog.get_by_role("button", name=SAY("rail.cancel")).click()
    expect(here.page.locator(".ca-turn")).to_have_count(1)
    delete.click()
    yes = dialog.get_by_role("button", name=SAY("rail.delete_yes"))
    ink, ground = yes.evaluate("node => [getComputedStyle(node).color, getComputedStyle(node).backgroundColor]")
    assert ink != ground
    yes.click()
    here.page.locator(".ca-hello").wait_for()
    here.page.get_by_text(SAY("rail.none")).wait_for()
    here.page.goto(address)
    here.settled()
    expect(here.page.locator(".ca-turn")).to_have_count(0)
    expect(here.page.get_by_text(SAY("keeping.not_here"))).to_be_visible()


def test_all_conversations_are_deleted_at_once(visit: Any) -> None:
    here = visit()
    here.ask_and_wait("One?")
    here.button(SAY("rail.new")).click()
    here.page.locator(".ca-hello").wait_for()
    here.ask_and_wait("Two?")
    here.button(SAY("rail.delete_all")).click()
    here.page.get_by_role("dialog").get_by_role("button", name=SAY("rail.delete_yes")).click()
    here.page.get_by_text(SAY("rail.none")).wait_for()
    expect(here.page.locator("#ca-rail [data-do=open-talk]")).to_have_count(0)


def test_two_browsers_see_only_their_own(visit: Any) -> None:
    one, other = visit(), visit()
    one.ask_and_wait("Mine alone?")
    other.ask_and_wait("Yours alone?")
    other.reload()
    expect(other.page.locator("#ca-rail [data-do=open-talk]")).to_have_text(["Yours alone?"], use_inner_text=True)
    other.page.goto(one.page.url)
    other.settled()
    assert "Mine alone?" not in other.page.content()
    expect(other.page.locator(".ca-hello")).to_be_visible()
    expect(other.page.get_by_role("alert").get_by_text(SAY("keeping.not_here"))).to_be_visible()


# ---- handing on -----------------------------------------------------------------------------------------------------


def test_an_answer_is_copied_with_its_references(visit: Any) -> None:
    here = visit(permissions=["clipboard-read", "clipboard-write"])
    here.ask_and_wait(QUESTION)
    here.button(SAY("acts.copy")).click()
    here.button(SAY("acts.copied")).wait_for()
    text = here.page.evaluate("navigator.clipboard.readText()")
    assert "Look for partners where your members already trade. [1]" in text
    assert re.search(r"\[6\] .*Consultation of the partnerships.*Page 2", text)


@pytest.mark.parametrize("kind", ["Markdown", "Word", "JSON"])
def test_a_conversation_is_exported_with_all_references(visit: Any, kind: str) -> None:
    here = visit()
    here.ask_and_wait(QUESTION)
    here.page.locator(".ca-export summary").click()
    with here.page.expect_download() as started:
        here.page.get_by_role("link", name=kind, exact=True).click()
    content = Path(started.value.path()).read_bytes()
    text = (
        "\n".join(each.text for each in read_docx(BytesIO(content)).paragraphs) if kind == "Word" else content.decode()
    )
    quote = "Half of the partnerships met their partners at a matchmaking event."
    assert all(part in text for part in (QUESTION, quote, "Consultation of the partnerships"))
    if kind == "JSON":
        assert '"page": 2' in text


def test_the_menu_of_exports_stays_open_when_the_questions_to_ask_next_are_drawn(
    visit: Any, served: tuple[str, FakeAdvisor], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, opened, look_ahead = visit(), threading.Event(), served[1].follow_ups

    def wait(*found: Any, **options: Any) -> tuple[str, ...]:
        assert opened.wait(MINUTES)
        return look_ahead(*found, **options)

    monkeypatch.setattr(served[1], "follow_ups", wait)
    here.ask(QUESTION)
    here.page.locator(".ca-export summary").click()
    here.page.get_by_role("link", name="Word", exact=True).wait_for()
    opened.set()
    here.page.locator(".ca-next").wait_for()
    expect(here.page.get_by_role("link", name="Word", exact=True)).to_be_visible()
    expect(here.page.locator(".ca-export summary")).to_be_focused()
    here.page.keyboard.press("Escape")
    expect(here.page.get_by_role("link", name="Word", exact=True)).to_be_hidden()


def test_a_link_leads_anybody_to_that_answer_and_its_pages(visit: Any, served: tuple[str, FakeAdvisor]) -> None:
    here = visit(permissions=["clipboard-read", "clipboard-write"])
    here.ask_and_wait(QUESTION)
    here.button(SAY("acts.link")).click()
    here.button(SAY("acts.linked")).wait_for()
    link = here.page.evaluate("navigator.clipboard.readText()")
    assert link.startswith(here.address + "?answer=")
    there = visit(link.removeprefix(here.address), permissions=["clipboard-read", "clipboard-write"])
    expect(there.page.locator(".ca-turn h2")).to_have_text([QUESTION], use_inner_text=True)
    expect(there.page.get_by_text(SAY("rail.shared"))).to_be_visible()
    expect(there.page.locator(".ca-acts").get_by_role("button")).to_have_text([SAY("acts.copy")])
    there.button(SAY("acts.copy")).click()
    there.button(SAY("acts.copied")).wait_for()
    assert there.page.evaluate("navigator.clipboard.readText()").startswith(QUESTION)
    there.mark(2).click()
    there.wait_for_count("Citation 2 of 6")
    there.page.keyboard.press("Escape")
    there.ask("And then?")
    there.page.locator(".ca-turn h2", has_text="And then?").wait_for()
    there.whole()
    questions = [QUESTION, "And then?"]
    expect(there.page.locator(".ca-turn h2"), "it begins a conversation of one's own").to_have_text(questions)
    assert [message.content for message in served[1].asked[-1][1]][:1] == [QUESTION]
    there.reload()
    expect(there.page.locator(".ca-turn h2")).to_have_text(questions)
    here.reload()
    expect(here.page.locator(".ca-turn h2"), "and nothing is written for who gave the link").to_have_text([QUESTION])
    here.page.locator("#ca-rail").get_by_role("button", name=SAY("rail.delete"), exact=True).click()
    here.page.get_by_role("dialog").get_by_role("button", name=SAY("rail.delete_yes")).click()
    here.page.locator(".ca-hello").wait_for()
    late = visit(link.removeprefix(here.address))
    expect(late.page.locator("#ca-transcript")).to_contain_text(SAY("rail.no_link"), use_inner_text=True)


def test_a_rating_with_its_reason_becomes_a_question_of_a_question_set(visit: Any) -> None:
    here = visit()
    here.ask_and_wait(QUESTION)
    here.button(SAY("acts.unhelpful")).click()
    reason = here.page.get_by_label(SAY("acts.reason"))
    reason.wait_for()
    assert here.page.evaluate("document.activeElement.tagName") == "TEXTAREA"
    reason.fill("The year is missing")
    here.button(SAY("acts.send_reason")).click()
    here.page.locator("#ca-live", has_text=SAY("acts.reason_kept")).wait_for(state="attached")
    expect(here.page.locator(".ca-thanks")).to_be_visible()
    expect(here.page.locator(".ca-reason")).to_be_hidden()
    expect(here.button(SAY("acts.unhelpful"))).to_be_focused()
    kept = here.page.request.get(here.address + "api/ratings.jsonl").text()
    (rated,) = [json.loads(line) for line in kept.splitlines()]
    assert rated["question"] == QUESTION
    assert "The year is missing" in json.dumps(rated)
    here.reload()
    expect(here.button(SAY("acts.unhelpful"))).to_have_attribute("aria-pressed", "true")
    expect(here.page.locator(".ca-reason")).to_be_hidden()
    here.button(SAY("acts.unhelpful")).click()
    here.page.wait_for_function("!document.querySelector('.ca-acts [aria-pressed=true]')")
    assert here.page.request.get(here.address + "api/ratings.jsonl").text() == ""


# ---- a server that goes and comes -----------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "store").mkdir()
    return tmp_path


def test_without_the_server_the_page_says_so_itself_and_still_shows_the_quotes(chromium: Browser, folder: Path) -> None:
    """Gradio says it in a box of its own that lies over the bar, and draws nothing."""
    with advised(FakeAdvisor(build_store(folder / "store")), folder) as address:
        here = Visit.of(chromium, address)
        here.open()
        here.ask_and_wait(QUESTION)
    here.mark(2).click()
    expect(here.page.get_by_text(SAY("rail.lost"))).to_be_visible()
    expect(here.page.locator("#ca-proof h2")).to_have_text("Cluster internationalisation handbook, page 1, printed 11")
    expect(here.page.locator("#ca-proof .ca-words")).to_contain_text("Visits to fairs and study trips")
    expect(here.page.locator("#ca-proof").get_by_text(SAY("proof.unreached"))).to_be_visible()
    expect(here.mark(2)).to_have_attribute("aria-pressed", "true")
    here.page.keyboard.press("ArrowRight")
    expect(here.page.locator("#ca-proof .ca-words")).to_have_text("join a matchmaking event,")
    expect(here.page.get_by_test_id("toast-body")).to_be_hidden()
    here.page.keyboard.press("Escape")
    expect(here.page.locator("#ca-proof")).to_be_hidden()
    here.context.close()


@pytest.mark.parametrize("act", ["copy", "link"])
def test_without_the_server_copying_says_so_in_words_of_the_page(chromium: Browser, folder: Path, act: str) -> None:
    with advised(FakeAdvisor(build_store(folder / "store")), folder) as address:
        here = Visit.of(chromium, address, locale="de")
        here.open()
        here.ask_and_wait(QUESTION)
    here.button(words_in("de")(f"acts.{act}")).click()
    here.button(words_in("de")("rail.silent")).wait_for()
    expect(here.page.get_by_text(words_in("de")("rail.lost"))).to_be_visible()
    here.context.close()


def test_a_restart_of_the_server_keeps_the_conversation_and_the_open_page_says_so(
    chromium: Browser, folder: Path
) -> None:
    fake = FakeAdvisor(build_store(folder / "store"))
    with advised(fake, folder) as address:
        here = Visit.of(chromium, address)
        here.open()
        here.ask_and_wait("Before the restart?")
    here.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    here.page.get_by_text(SAY("rail.lost")).wait_for()
    with advised(fake, folder, port=int(address.rstrip("/").rpartition(":")[2])):
        here.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        here.page.get_by_text(SAY("rail.restarted")).wait_for()
        here.button(SAY("rail.reload")).click()
        here.settled()
        expect(here.page.locator(".ca-turn h2")).to_have_text(["Before the restart?"], use_inner_text=True)
        here.ask_and_wait("After it?")
        expect(here.page.locator(".ca-turn")).to_have_count(2)
        here.context.close()
