"""The page between two places: what was begun in one conversation, page or language does not land in another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from advisor.serving.catalogue import words_in
from tests.serving.visits import PHONE, Gate, Visit

SAY = words_in("en")

pytestmark = pytest.mark.browser

Visits = Callable[..., Visit]
Gates = Callable[[str, int], Gate]


def questions(here: Visit) -> Any:
    return expect(here.page.locator(".ca-turn h2"))


def begin_anew(here: Visit) -> None:
    here.button(SAY("rail.new")).click()
    here.page.locator(".ca-hello").wait_for()


def test_an_edit_is_given_up_when_the_page_goes_to_another_conversation(visit: Visits) -> None:
    """Else the question would take the place of an answer that nobody sees any more."""
    here = visit()
    for question in ("B first?", "B second?"):
        here.ask_and_wait(question)
    begin_anew(here)
    here.ask_and_wait("A first?")
    here.ask_and_wait("A second?")
    here.page.locator('.ca-turn[data-turn="2"] [data-do=edit]').click()
    expect(here.page.locator(".ca-editing")).to_be_visible()
    here.page.go_back()
    here.page.locator(".ca-hello").wait_for()
    here.page.go_back()
    questions(here).to_have_text(["B first?", "B second?"])
    expect(here.page.locator(".ca-editing")).to_be_hidden()
    here.ask_and_wait("Brand new?")
    here.reload()
    questions(here).to_have_text(["B first?", "B second?", "Brand new?"])


def test_an_edit_goes_on_in_another_language(visit: Visits) -> None:
    here = visit()
    here.ask_and_wait("As it was?")
    here.page.locator("[data-do=edit]").click()
    here.page.locator("#ca-question").fill("As it is?")
    here.page.locator("#ca-language").select_option("de")
    here.page.get_by_text(words_in("de")("composer.editing")).wait_for()
    here.page.locator("#ca-question").press("Enter")
    questions(here).to_have_text(["As it is?"])


def test_the_pane_closes_when_the_page_goes_to_another_conversation(visit: Visits) -> None:
    here = visit()
    here.ask_and_wait("The first one?")
    begin_anew(here)
    here.ask_and_wait("The second one?")
    here.mark(1).click()
    here.wait_for_image()
    here.page.go_back()
    here.page.locator(".ca-hello").wait_for()
    expect(here.page.locator("#ca-proof")).to_be_hidden()
    assert here.page.locator('#ca-transcript .ca-mk[aria-pressed="true"]').count() == 0


def test_an_answer_that_the_page_leaves_ends_with_what_has_arrived(visit: Visits, gate: Gates) -> None:
    here = visit()
    held = gate("Slow?", 2)
    here.ask("Slow?")
    here.page.locator(".ca-turn[data-live] .ca-s").nth(1).wait_for()
    begin_anew(here)
    here.ask_and_wait("Something else?")
    held.opened.set()
    here.page.locator("#ca-rail [data-do=open-talk]").nth(1).click()
    here.page.get_by_text(SAY("progress.stopped")).wait_for()
    expect(here.page.locator(".ca-answer .ca-s")).to_have_count(2)


def test_a_conversation_that_is_deleted_while_its_answer_comes_is_not_drawn_again(visit: Visits, gate: Gates) -> None:
    here = visit()
    here.ask_and_wait("First of all?")
    held = gate("Slow?", 2)
    here.ask("Slow?")
    here.page.locator(".ca-turn[data-live] .ca-s").nth(1).wait_for()
    here.page.locator("#ca-rail [data-do=forget]").click()
    here.page.get_by_role("dialog").get_by_role("button", name=SAY("rail.delete_yes")).click()
    here.page.locator(".ca-hello").wait_for()
    held.opened.set()
    here.ask_and_wait("Something else?")
    questions(here).to_have_text(["Something else?"])


def test_a_language_that_is_chosen_while_an_answer_comes_is_spoken_at_its_end(visit: Visits, gate: Gates) -> None:
    here = visit()
    held = gate("Slow?", 2)
    here.ask("Slow?")
    here.page.locator(".ca-turn[data-live] .ca-s").nth(1).wait_for()
    here.page.locator("#ca-language").select_option("de")
    held.opened.set()
    here.page.locator("html[lang=de]").wait_for()
    expect(here.page.locator(".ca-turn[data-live]")).to_have_count(0)
    here.ask_and_wait("And the next?")
    questions(here).to_have_text(["Slow?", "And the next?"])


def test_the_current_conversation_in_the_list_does_not_cut_its_answer_off(visit: Visits, gate: Gates) -> None:
    here = visit()
    here.ask_and_wait("First of all?")
    held = gate("Slow?", 2)
    here.ask("Slow?")
    here.page.locator(".ca-turn[data-live] .ca-s").nth(1).wait_for()
    here.page.locator("#ca-rail [data-do=open-talk]").click()
    held.opened.set()
    here.whole()
    assert here.page.locator('.ca-turn[data-turn="2"] .ca-acts').count() == 1


def test_another_page_of_the_browser_shows_the_answer_that_comes_and_gives_its_own_question_back(
    visit: Visits, gate: Gates
) -> None:
    here = visit()
    here.ask_and_wait("First of all?")
    there = Visit(here.context, here.context.new_page(), here.address, here.seen)
    there.page.goto(here.page.url)
    there.settled()
    held = gate("Slow?", 2)
    here.ask("Slow?")
    here.page.locator(".ca-turn[data-live] .ca-s").nth(1).wait_for()
    there.ask("From the other page?")
    questions(there).to_have_text(["First of all?", "Slow?"])
    expect(there.page.locator("#ca-question")).to_have_value("From the other page?")
    held.opened.set()
    there.whole()
    there.page.locator("#ca-question").press("Enter")
    questions(there).to_have_text(["First of all?", "Slow?", "From the other page?"])


def test_a_question_in_a_conversation_that_was_deleted_on_another_page_begins_it_anew(visit: Visits) -> None:
    here = visit()
    here.ask_and_wait("First of all?")
    here.ask_and_wait("And then?")
    there = Visit(here.context, here.context.new_page(), here.address, here.seen)
    there.page.goto(here.page.url)
    there.settled()
    there.page.locator("#ca-rail [data-do=forget]").click()
    there.page.get_by_role("dialog").get_by_role("button", name=SAY("rail.delete_yes")).click()
    there.page.locator(".ca-hello").wait_for()
    here.ask("Something new?")
    questions(here).to_have_text(["Something new?"])
    here.whole()
    listed = here.page.locator("#ca-rail [data-do=open-talk]")
    expect(listed).to_have_text(["Something new?"])
    expect(listed).to_have_attribute("aria-current", "true")
    expect(here.page.locator(".ca-turn .ca-acts")).to_be_visible()
    here.reload()
    questions(here).to_have_text(["Something new?"])


def test_a_reason_stays_with_the_answer_it_was_typed_for(visit: Visits) -> None:
    here = visit()
    here.ask_and_wait("The first one?")
    here.page.locator("[data-do=rate][data-good=bad]").click()
    here.page.locator(".ca-reason textarea").wait_for()
    begin_anew(here)
    here.ask_and_wait("The second one?")
    here.page.locator("[data-do=rate][data-good=bad]").click()
    here.page.locator(".ca-reason textarea").fill("Only about the second")
    here.page.locator("#ca-rail [data-do=open-talk]", has_text="The first one?").click()
    questions(here).to_have_text(["The first one?"])
    expect(here.page.locator(".ca-reason textarea")).to_have_value("")


def test_escape_closes_a_dialog_and_not_what_lies_below(visit: Visits) -> None:
    here = visit()
    here.ask_and_wait("The first one?")
    here.mark(1).click()
    here.wait_for_image()
    here.page.locator("#ca-rail [data-do=forget]").click()
    here.page.keyboard.press("Escape")
    expect(here.page.get_by_role("dialog")).to_be_hidden()
    expect(here.page.locator("#ca-proof")).to_be_visible()


def test_on_a_phone_the_field_closes_the_sheet_that_lies_over_it(visit: Visits) -> None:
    here = visit(viewport=PHONE, has_touch=True)
    here.ask_and_wait("The first one?")
    here.mark(1).tap()
    here.wait_for_image()
    here.page.locator("#ca-question").focus()
    expect(here.page.locator("#ca-proof")).to_be_hidden()
    expect(here.page.locator("#ca-question")).to_be_focused()


def test_the_name_of_a_control_comes_back_after_a_redrawing(visit: Visits) -> None:
    here = visit(permissions=["clipboard-read", "clipboard-write"])
    here.ask_and_wait("The first one?")
    here.page.clock.install()
    here.page.locator("[data-do=copy]").click()
    here.page.get_by_text(SAY("acts.copied"), exact=True).first.wait_for()
    here.page.locator("[data-do=rate][data-good=good]").click()
    expect(here.page.locator("[data-do=rate][data-good=good]")).to_have_attribute("aria-pressed", "true")
    here.page.clock.run_for(5_000)
    expect(here.page.locator("[data-do=copy] .ca-lbl")).to_have_text(SAY("acts.copy"))


def test_what_looks_like_a_pattern_in_a_question_stands_in_the_dialog_as_it_is(visit: Visits) -> None:
    here = visit()
    here.ask_and_wait("Is $& or $` right?")
    here.page.locator("#ca-rail [data-do=forget]").click()
    expect(here.page.get_by_role("dialog")).to_contain_text("Is $& or $` right?")
