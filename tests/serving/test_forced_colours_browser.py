"""Forced colours, as in the high contrast of Windows, where every ground is taken away: what it said is still seen."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, expect

pytestmark = pytest.mark.browser


def style(part: Locator, name: str) -> Any:
    return part.evaluate(f"node => getComputedStyle(node)['{name}']")


def test_the_words_on_the_page_stay_highlighted(visit: Any) -> None:
    here = visit(forced_colors="active")
    here.ask_and_wait("How do we find partners abroad?")
    here.mark(2).click()
    here.wait_for_image()
    expect(here.page.locator(".ca-hl").first).to_have_css("background-color", "rgb(255, 223, 128)")
    assert style(here.page.locator(".ca-hl2").first, "boxShadow") != "none"


def test_the_chosen_mark_and_its_sentence_stand_out_from_the_others(visit: Any) -> None:
    here = visit(forced_colors="active")
    here.ask_and_wait("How do we find partners abroad?")
    here.mark(2).click()
    here.wait_for_image()
    assert style(here.mark(2), "backgroundColor") != style(here.mark(1), "backgroundColor")
    expect(here.page.locator('.ca-s[data-cites="2"]')).to_have_css("outline-style", "solid")
    expect(here.page.locator('.ca-s[data-cites="1"]')).to_have_css("outline-style", "none")


def test_the_page_that_is_shown_is_marked_in_the_bar(visit: Any) -> None:
    here = visit(forced_colors="active")
    ask, library = (here.page.locator(f".ca-nav [data-view={view}]") for view in ("ask", "library"))
    assert style(ask, "borderBottomColor") != style(library, "borderBottomColor")


def test_the_bars_of_the_confidence_are_drawn(visit: Any) -> None:
    here = visit(forced_colors="active")
    here.ask_and_wait("How do we find partners abroad?")
    ground = style(here.page.locator("body"), "backgroundColor")
    assert style(here.page.locator(".ca-bars i").first, "backgroundColor") != ground
