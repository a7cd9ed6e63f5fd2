"""Text at twice its size, as set in the browser: what holds text grows with it, and nothing is cut off."""

from __future__ import annotations

from typing import Any

import pytest

from .visits import Visit

pytestmark = pytest.mark.browser

TWICE = "html { font-size: 200% !important }"
QUESTION = "How do we find partners abroad?"


@pytest.fixture
def here(visit: Any) -> Visit:
    """An answer with the page of its first citation, at twice the size."""
    arrived: Visit = visit(viewport={"width": 1440, "height": 900})
    arrived.page.add_style_tag(content=TWICE)
    arrived.ask_and_wait(QUESTION)
    arrived.mark(1).click()
    arrived.wait_for_image()
    return arrived


def test_no_control_of_the_proof_is_cut_off(here: Visit) -> None:
    cut = here.page.evaluate("""() => [...document.querySelectorAll('#ca-proof :is(button, a, input, h2, p)')]
        .filter(node => node.getClientRects().length && node.getBoundingClientRect().right > innerWidth)
        .map(node => node.outerHTML.slice(0, 80))""")
    assert cut == []


def test_the_button_of_a_new_conversation_holds_its_words(here: Visit) -> None:
    button, words = here.box(".ca-new"), here.box(".ca-new span")
    assert words["x"] + words["width"] <= button["x"] + button["width"]
    assert words["height"] <= button["height"]


def test_marks_the_field_and_the_languages_are_as_high_as_their_text(here: Visit) -> None:
    low = here.page.evaluate("""() => ['.ca-answer .ca-mk', '.ca-pane .ca-all .ca-mk', '#ca-question', '#ca-language']
        .map(part => document.querySelector(part))
        .filter(node => node.clientHeight < 1.2 * parseFloat(getComputedStyle(node).fontSize))
        .map(node => node.outerHTML.slice(0, 80))""")
    assert low == []
    assert here.box("#ca-question")["height"] >= 48, "a line of 32 px and its leading"
