"""A window of little height, as a phone on its side or a page at 400 %: what is read has most of it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from advisor.serving.catalogue import words_in

SAY = words_in("en")

pytestmark = pytest.mark.browser

QUESTION = "How do we find partners abroad?"
SIZES = [(740, 360), (360, 225), (1000, 360)]


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_the_page_of_the_document_has_most_of_the_height(visit: Any, width: int, height: int) -> None:
    here = visit(viewport={"width": width, "height": height})
    here.ask_and_wait(QUESTION)
    here.mark(4).click()
    here.wait_for_image()
    paper, words, row = here.box(".ca-page"), here.box(".ca-hl"), here.box("#ca-proof .ca-row")
    top = max(paper["y"], row["y"] + row["height"])
    assert min(paper["y"] + paper["height"], height) - top > 0.7 * height
    assert top < words["y"] < height / 2
    here.button(SAY("proof.close")).click()
    expect(here.page.locator("#ca-proof")).to_be_hidden()
    expect(here.mark(4)).to_be_in_viewport()


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_the_bar_scrolls_away_with_the_answer(visit: Any, width: int, height: int) -> None:
    here = visit(viewport={"width": width, "height": height}, reduced_motion="reduce")
    here.ask_and_wait(QUESTION)
    here.ask_and_wait("And what follows?")
    expect(here.page.locator("#ca-bar")).not_to_be_in_viewport()
    expect(here.page.locator('.ca-turn[data-turn="2"] h2')).to_be_in_viewport()
    assert here.box("#ca-composer")["y"] > 0.7 * height
    assert here.page.evaluate("document.documentElement.scrollWidth") == width
