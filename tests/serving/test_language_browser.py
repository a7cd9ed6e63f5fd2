"""The page in the languages of its readers: the browser's, until another one is chosen."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from advisor.answering.conversation import MAX_QUESTION_CHARS
from advisor.serving.catalogue import LANGUAGES, words_in

from .visits import PHONE

pytestmark = pytest.mark.browser

QUESTION = "How do we find partners abroad?"


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_page_speaks_the_language_of_the_browser(visit: Any, code: str) -> None:
    say, here = words_in(code), visit(locale=f"{code}-{code.upper()}")
    assert here.page.evaluate("document.documentElement.lang") == code
    expect(here.page.get_by_role("heading", level=1)).to_have_text(say("first.heading"), use_inner_text=True)
    expect(here.page.locator("#ca-question")).to_have_attribute("placeholder", say("composer.placeholder"))
    expect(here.page.locator("#ca-language")).to_have_value(code)
    turn = here.ask_and_wait(QUESTION)
    expect(turn).to_contain_text(say("answer.well_supported"), use_inner_text=True)
    expect(turn).to_contain_text(say("answer.quoted", n=2), use_inner_text=True)
    here.mark(1).click()
    here.wait_for_image()
    expect(here.page.locator("#ca-proof")).to_contain_text(say("proof.exact"), use_inner_text=True)


def test_another_language_is_chosen_and_stays_chosen(visit: Any) -> None:
    here, german = visit(), words_in("de")
    here.ask_and_wait(QUESTION)
    here.page.locator("#ca-language").select_option("de")
    here.settled(2)
    expect(here.page.locator(".ca-turn")).to_contain_text(german("answer.well_supported"), use_inner_text=True)
    expect(here.page.locator("#ca-send")).to_have_text(german("composer.send"), use_inner_text=True)
    expect(here.page.locator(".ca-nav > *")).to_have_text([german("page.ask"), german("page.library")])
    here.reload()
    assert here.page.evaluate("document.documentElement.lang") == "de"
    expect(here.page.locator(".ca-turn")).to_contain_text(german("answer.well_supported"), use_inner_text=True)


def test_a_page_with_a_part_in_another_language_is_drawn_anew_in_that_one(visit: Any) -> None:
    """Another window chose German: the answer that this one's rating redraws is in German, and so is the rest then."""
    here, german = visit(), words_in("de")
    here.ask_and_wait(QUESTION)
    here.page.evaluate("document.cookie = 'ca-language=de; Path=/'")
    here.page.locator("[data-do=rate][data-good=good]").click()
    here.page.locator("html[lang=de]").wait_for()
    expect(here.page.locator(".ca-turn")).to_contain_text(german("answer.well_supported"), use_inner_text=True)
    expect(here.page.locator("#ca-send")).to_have_text(german("composer.send"), use_inner_text=True)


@pytest.mark.parametrize(
    ("typed", "name", "values"),
    [("?!", "composer.no_words", {}), ("why " * 501, "composer.too_long", {"limit": MAX_QUESTION_CHARS})],
)
def test_a_question_that_cannot_be_asked_is_refused_in_the_language_of_the_reader(
    visit: Any, typed: str, name: str, values: dict[str, int]
) -> None:
    """It stays in its field, and the advisor, whose errors are English, does not see it."""
    here = visit(locale="fr-FR")
    here.ask(typed)
    here.page.get_by_text(words_in("fr")(name, **values)).wait_for()
    expect(here.page.locator("#ca-question")).to_have_value(typed)
    expect(here.page.locator(".ca-turn")).to_have_count(0)


def test_what_is_typed_stays_when_the_language_changes(visit: Any) -> None:
    here = visit()
    here.page.locator("#ca-question").fill("Half a quest")
    here.page.locator("#ca-language").select_option("fr")
    here.settled(2)
    expect(here.page.locator("#ca-question")).to_have_value("Half a quest")


def test_a_first_screen_in_another_language_does_not_flash_in_english(visit: Any) -> None:
    """Nothing is shown before the server has said it in the language of the reader."""
    here = visit(locale="pl-PL")
    here.page.route("**/gradio_api/queue/join*", lambda route: None)  # the page gets no further than its first drawing
    here.page.goto(here.address)
    here.page.locator("#ca-transcript .ca-hello").wait_for(state="attached")
    assert here.page.evaluate("getComputedStyle(document.querySelector('#ca-main')).visibility") == "hidden"
    here.page.unroute_all(behavior="ignoreErrors")


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_language_is_too_long_for_a_phone(visit: Any, code: str) -> None:
    here = visit(locale=code, viewport=PHONE, has_touch=True)
    outside = """() => [...document.querySelectorAll('#ca-bar *, #ca-talk *')]
        .filter(node => node.offsetParent && !node.closest('.ca-sr'))
        .filter(node => node.getBoundingClientRect().right > innerWidth + 1)
        .map(node => node.outerHTML.slice(0, 80))"""
    assert here.page.evaluate(outside) == []
    here.ask_and_wait(QUESTION)
    here.page.locator(".ca-acts").wait_for()
    assert here.page.evaluate(outside) == []
