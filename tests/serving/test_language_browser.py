"""The page in the languages of its readers: the browser's, until another one is chosen."""

from __future__ import annotations

from typing import Any

import pytest

from advisor.serving.catalogue import LANGUAGES, words_in

from .visits import PHONE

pytestmark = pytest.mark.browser

QUESTION = "How do we find partners abroad?"


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_page_speaks_the_language_of_the_browser(visit: Any, code: str) -> None:
    say, here = words_in(code), visit(locale=f"{code}-{code.upper()}")
    assert here.page.evaluate("document.documentElement.lang") == code
    assert here.page.get_by_role("heading", level=1).inner_text() == say("first.heading")
    assert here.page.locator("#ca-question").get_attribute("placeholder") == say("composer.placeholder")
    assert here.page.locator("#ca-language").input_value() == code
    turn = here.ask_and_wait(QUESTION)
    assert say("answer.well_supported") in turn.inner_text()
    assert say("answer.quoted", n=2) in turn.inner_text()
    here.mark(1).click()
    here.wait_for_image()
    assert say("proof.exact") in here.page.locator("#ca-proof").inner_text()


def test_another_language_is_chosen_and_stays_chosen(visit: Any) -> None:
    here, german = visit(), words_in("de")
    here.ask_and_wait(QUESTION)
    here.page.locator("#ca-language").select_option("de")
    here.settled(2)
    assert german("answer.well_supported") in here.page.locator(".ca-turn").inner_text()
    assert here.page.locator("#ca-send").inner_text() == german("composer.send")
    assert here.page.locator(".ca-nav").inner_text().split("\n") == [german("page.ask"), german("page.library")]
    here.reload()
    assert here.page.evaluate("document.documentElement.lang") == "de"
    assert german("answer.well_supported") in here.page.locator(".ca-turn").inner_text()


def test_what_is_typed_stays_when_the_language_changes(visit: Any) -> None:
    here = visit()
    here.page.locator("#ca-question").fill("Half a quest")
    here.page.locator("#ca-language").select_option("fr")
    here.settled(2)
    assert here.page.locator("#ca-question").input_value() == "Half a quest"


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
