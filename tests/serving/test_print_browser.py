"""A conversation on paper: all of it, over several sheets, without what only a screen can use."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from advisor.serving.catalogue import words_in

SAY = words_in("en")

pytestmark = pytest.mark.browser

QUESTIONS = [f"Question {number}: how do we find partners abroad?" for number in range(1, 6)]


def test_a_printed_conversation_has_every_turn_with_its_sources_and_no_controls(visit: Any) -> None:
    """Also where a proof is open, over the answers on a narrow sheet, and in the dark appearance."""
    here = visit(color_scheme="dark")
    for question in QUESTIONS:
        here.ask_and_wait(question)
    here.mark(1).click()
    here.wait_for_image()
    sheets = [sheet.extract_text() for sheet in PdfReader(BytesIO(here.page.pdf(format="A4"))).pages]
    text = "\n".join(sheets)
    assert len(sheets) > 1
    assert [text.count(question) for question in QUESTIONS] == [1] * len(QUESTIONS)
    assert text.count("Half of the partnerships met their partners at a matchmaking event.") == len(QUESTIONS)
    assert text.count("Page 2, printed 12") == len(QUESTIONS)
    for control in ("page.name", "rail.new", "rail.today", "composer.send", "acts.copy", "acts.next", "proof.exact"):
        assert SAY(control) not in text.splitlines()
    last_lines = [sheet.strip().splitlines()[-1] for sheet in sheets]
    assert not {*QUESTIONS, SAY("answer.sources"), "Consultation of the partnerships"} & set(last_lines)


def test_a_printed_page_is_black_on_white_also_from_the_dark_appearance(visit: Any) -> None:
    here = visit(color_scheme="dark")
    here.ask_and_wait(QUESTIONS[0])
    here.page.emulate_media(media="print", color_scheme="dark")
    for part in ("body", ".ca-turn h2", ".ca-answer p", ".ca-sources dt"):
        expect(here.page.locator(part).first).to_have_css("color", "rgb(0, 0, 0)")
    for part in ("body", "gradio-app", ".gradio-container"):
        expect(here.page.locator(part)).to_have_css("background-color", "rgb(255, 255, 255)")
