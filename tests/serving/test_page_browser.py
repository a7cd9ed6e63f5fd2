"""The controls of the page: editing, asking again, pages of a document, keyboard, narrow screens, a queue."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from advisor.serving.catalogue import words_in

from .fakes import FOLLOW_UPS, FakeAdvisor, build_store, near_answer, partners_answer
from .running import advised
from .visits import PHONE, Gate, Visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SAY = words_in("en")

pytestmark = pytest.mark.browser

QUESTION = "How do we find partners abroad?"


# ---- asking again ---------------------------------------------------------------------------------------------------


def test_an_edited_last_question_takes_its_place(visit: Any) -> None:
    here = visit()
    here.ask_and_wait("First?")
    here.ask_and_wait("Secund?")
    here.page.locator('.ca-turn[data-turn="2"]').get_by_role("button", name=SAY("acts.edit")).click()
    expect(here.page.get_by_text(SAY("composer.editing"))).to_be_visible()
    here.page.locator("#ca-question").fill("Second?")
    here.page.keyboard.press("Enter")
    here.page.locator(".ca-turn h2", has_text="Second?").wait_for()
    here.whole()
    here.reload()
    expect(here.page.locator(".ca-turn h2")).to_have_text(["First?", "Second?"], use_inner_text=True)


def test_an_edit_is_given_up_with_escape(visit: Any) -> None:
    here = visit()
    here.ask_and_wait("First?")
    here.page.get_by_role("button", name=SAY("acts.edit")).click()
    here.page.keyboard.press("Escape")
    expect(here.page.get_by_text(SAY("composer.editing"))).to_be_hidden()
    expect(here.page.locator("#ca-question")).to_have_value("")
    here.ask_and_wait("Another?")
    expect(here.page.locator(".ca-turn h2")).to_have_text(["First?", "Another?"], use_inner_text=True)


def test_an_edited_earlier_question_is_asked_at_the_end(visit: Any) -> None:
    here = visit()
    here.ask_and_wait("First?")
    here.ask_and_wait("Second?")
    here.page.locator('.ca-turn[data-turn="1"]').get_by_role("button", name=SAY("acts.edit")).click()
    expect(here.page.get_by_text(SAY("composer.editing"))).to_be_hidden()
    here.page.keyboard.press("Enter")
    here.page.locator('.ca-turn[data-turn="3"]').wait_for()
    here.whole()
    expect(here.page.locator(".ca-turn h2")).to_have_text(["First?", "Second?", "First?"], use_inner_text=True)


def test_a_model_that_was_silent_can_be_tried_again(visit: Any, served: tuple[str, FakeAdvisor]) -> None:
    told = partners_answer(served[1].store)
    served[1].answers["Again?"] = replace(told, question="Again?", reason="model-timeout")
    here = visit()
    here.ask_and_wait("Again?")
    served[1].answers["Again?"] = replace(told, question="Again?")
    here.button(SAY("model.again")).click()
    here.page.wait_for_function("!document.querySelector('.ca-bad') && !document.querySelector('[data-live]')")
    expect(here.page.locator(".ca-turn h2")).to_have_text(["Again?"], use_inner_text=True)


def test_what_to_ask_next_stands_under_the_last_answer_and_is_asked_by_a_click(visit: Any) -> None:
    here = visit()
    here.ask_and_wait(QUESTION)
    here.page.locator(".ca-next").wait_for()
    offered = here.page.locator(".ca-next .ca-q")
    expect(offered).to_have_text(list(FOLLOW_UPS), use_inner_text=True)
    offered.first.click()
    here.page.locator('.ca-turn[data-turn="2"]').wait_for()
    here.whole()
    expect(here.page.locator(".ca-turn h2")).to_have_text([QUESTION, FOLLOW_UPS[0]], use_inner_text=True)
    here.page.locator('.ca-turn[data-turn="2"] .ca-next').wait_for()
    expect(here.page.locator(".ca-next .ca-q")).to_have_text([FOLLOW_UPS[1]], use_inner_text=True)


def test_a_decline_offers_the_questions_that_the_advisor_suggests(visit: Any, served: tuple[str, FakeAdvisor]) -> None:
    near = replace(near_answer(served[1].store), suggestions=("Who pays for a joint project?",))
    served[1].answers["What pay?"] = near
    here = visit()
    here.ask_and_wait("What pay?")
    here.button("Who pays for a joint project?").click()
    here.page.locator(".ca-turn h2", has_text="Who pays for a joint project?").wait_for()
    here.whole()


# ---- pages ----------------------------------------------------------------------------------------------------------


def test_all_pages_of_the_document_are_shown_and_opened_from_there(visit: Any) -> None:
    here = visit()
    here.ask_and_wait(QUESTION)
    here.mark(1).click()
    here.wait_for_image()
    here.button(SAY("proof.all_pages")).click()
    pages = here.page.locator(".ca-grid button")
    expect(pages).to_have_text(["1", "2", "3"], use_inner_text=True)
    expect(here.page.locator(".ca-grid .ca-cited")).to_have_text(["1", "2"], use_inner_text=True)
    pages.nth(2).click()
    here.page.get_by_text("The cited words are on page 1.").wait_for()
    expect(here.page.get_by_label(SAY("proof.go_to"))).to_have_value("3")


def test_a_page_is_opened_by_its_number(visit: Any) -> None:
    here = visit()
    here.ask_and_wait(QUESTION)
    here.mark(1).click()
    here.wait_for_image()
    number = here.page.get_by_label(SAY("proof.go_to"))
    number.fill("2")
    number.press("Enter")
    here.page.locator('.ca-page img[src*="/2.png"]').wait_for()
    here.page.get_by_label(SAY("proof.go_to")).fill("99")
    here.page.get_by_label(SAY("proof.go_to")).press("Enter")
    here.page.wait_for_function("document.querySelector('.ca-goto').value === '2'")


def test_the_number_of_the_page_has_room_in_its_field(visit: Any) -> None:
    here = visit()
    here.ask_and_wait(QUESTION)
    here.mark(1).click()
    here.wait_for_image()
    number = here.page.get_by_label(SAY("proof.go_to"))
    expect(number).to_have_css("padding-right", "4px")
    field, count = here.box(".ca-goto"), here.box(".ca-goto + span")
    assert count["x"] - (field["x"] + field["width"]) > 3
    assert number.evaluate("node => node.scrollWidth <= node.clientWidth")


# ---- a long question, and what the tab says --------------------------------------------------------------------------


def test_a_long_question_is_shown_whole_when_that_is_asked_for(visit: Any) -> None:
    here = visit()
    here.ask_and_wait("Why do partners trust each other? " * 40)
    heading, whole = here.page.locator(".ca-turn h2"), here.button(SAY("acts.whole"))
    hidden = "node => node.scrollHeight > node.clientHeight"
    assert heading.evaluate(hidden)
    whole.focus()
    here.page.keyboard.press("Enter")
    expect(whole).to_be_hidden()
    expect(heading).to_be_focused()
    assert not heading.evaluate(hidden)
    here.page.locator("[data-do=rate][data-good=good]").click()  # the turn is drawn anew
    expect(here.page.locator("[data-do=rate][data-good=good]")).to_have_attribute("aria-pressed", "true")
    assert not heading.evaluate(hidden)
    expect(whole).to_be_hidden()


def test_a_question_of_few_lines_needs_no_button_to_show_it_whole(visit: Any) -> None:
    here = visit()
    here.ask_and_wait("Why do partners trust each other? " * 6)
    expect(here.button(SAY("acts.whole"))).to_be_hidden()


def test_the_tab_is_named_by_the_first_question(visit: Any) -> None:
    here = visit()
    expect(here.page).to_have_title("Cluster Advisor")
    here.ask_and_wait("First of all?")
    here.ask_and_wait("And then?")
    expect(here.page).to_have_title("First of all? – Cluster Advisor")
    here.button(SAY("rail.new")).click()
    expect(here.page).to_have_title("Cluster Advisor")


# ---- keyboard, narrow screens, light ---------------------------------------------------------------------------------


def test_the_keyboard_alone_asks_checks_and_asks_again(visit: Any) -> None:
    here = visit()
    press = here.page.keyboard.press
    assert here.page.evaluate("document.activeElement.id") == "ca-question", "the page opens ready for typing"
    here.page.keyboard.type(QUESTION)
    press("Enter")
    here.page.locator(".ca-sources").wait_for()
    here.whole()
    for _ in range(80):  # back from the field to the first mark
        press("Shift+Tab")
        if here.page.evaluate("document.activeElement.matches('.ca-answer .ca-mk[data-n=\"1\"]')"):
            break
    here.page.get_by_role("tooltip").wait_for()
    press("Enter")
    here.wait_for_count("Citation 1 of 6")
    press("ArrowRight")
    here.wait_for_count("Citation 2 of 6")
    press("Escape")
    assert here.page.evaluate("document.activeElement.dataset.n") == "2"
    for _ in range(80):
        press("Tab")
        if here.page.evaluate("document.activeElement.id === 'ca-question'"):
            break
    here.page.keyboard.type("And then?")
    press("Enter")
    here.page.locator('.ca-turn[data-turn="2"] .ca-sources').wait_for()


def test_tab_goes_from_the_bar_over_the_conversations_to_the_answer_and_the_field(visit: Any) -> None:
    here = visit()
    here.ask_and_wait(QUESTION)
    here.page.locator("#ca-rail [data-do=open-talk]").wait_for()
    order = here.page.evaluate("""() => [...document.querySelectorAll('a[href], button, textarea, select, summary')]
        .filter(node => node.offsetParent && node.tabIndex >= 0)
        .map(node => node.closest('#ca-bar, #ca-rail, #ca-transcript, #ca-composer')?.id).filter(Boolean)""")
    parts = [part for place, part in enumerate(order) if place == 0 or order[place - 1] != part]
    assert parts == ["ca-bar", "ca-rail", "ca-transcript", "ca-composer"]


def test_at_360_pixels_conversations_and_pages_lie_behind_the_menu(visit: Any) -> None:
    here = visit(viewport=PHONE, has_touch=True)
    here.ask_and_wait(QUESTION)
    expect(here.page.locator("#ca-rail")).to_be_hidden()
    here.button(SAY("page.menu")).tap()
    here.page.locator("#ca-rail [data-do=open-talk]").wait_for()
    assert here.page.evaluate("document.documentElement.scrollWidth") == 360
    here.page.keyboard.press("Escape")
    expect(here.page.locator("#ca-rail")).to_be_hidden()
    assert here.page.evaluate("document.activeElement.dataset.do") == "menu"


def test_at_360_pixels_nothing_of_the_proof_stands_outside_the_screen(visit: Any) -> None:
    here = visit(viewport=PHONE, has_touch=True)
    here.ask_and_wait(QUESTION)
    here.mark(2).tap()
    here.wait_for_image()
    outside = here.page.evaluate("""() => [...document.querySelectorAll('#ca-proof *')]
        .filter(node => node.getBoundingClientRect().right > innerWidth + 1 && node.offsetParent)
        .map(node => node.outerHTML.slice(0, 80))""")
    assert outside == []


def test_who_wants_no_motion_gets_none(visit: Any, gate: Any) -> None:
    here, held = visit(reduced_motion="reduce"), gate("Still, please", 1)
    here.ask("Still, please")
    here.mark(1).wait_for()
    moving = "document.getAnimations().filter(each => each.playState === 'running').map(each => each.animationName)"
    assert here.page.evaluate(moving) == []
    held.opened.set()
    here.whole()


def test_who_asks_when_all_places_are_taken_is_told_the_number_and_can_read_on(
    chromium: Browser, tmp_path: Path
) -> None:
    (tmp_path / "store").mkdir()
    fake = FakeAdvisor(build_store(tmp_path / "store"))
    held = Gate("Slow?", 0)
    with advised(fake, tmp_path, answers_at_a_time=1) as address:
        here, there, third = (Visit.of(chromium, address) for _ in range(3))
        for each in (here, there, third):
            each.open()
        here.ask_and_wait("Quick?")
        fake.gate = held
        there.ask("Slow?")
        there.page.locator(".ca-turn", has_text="Putting the answer together").wait_for()
        here.ask("Next?")
        here.page.get_by_text("Several people are asking. You are number 1.").wait_for()
        third.ask("Last?")
        third.page.get_by_text("Several people are asking. You are number 2.").wait_for()
        here.mark(1).click()
        here.wait_for_count("Citation 1 of 6")
        held.opened.set()
        for each in (here, third):
            each.page.locator(".ca-turn").last.locator(".ca-sources").wait_for()
        for each in (here, there, third):
            each.context.close()
