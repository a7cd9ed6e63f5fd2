"""The chat as a person meets it: a real browser against a server on this machine."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import expect

from advisor.errors import UsageError
from advisor.serving.catalogue import words_in

from .conftest import Line
from .fakes import HEIGHT, WIDTH, FakeAdvisor, answer, near_answer, partners_answer, rows_answer, said
from .visits import PHONE

SAY = words_in("en")

pytestmark = pytest.mark.browser

QUESTION = "How do we find partners abroad?"


# ---- asking ---------------------------------------------------------------------------------------------------------


def test_an_example_is_answered_with_its_question_as_heading(visit: Any) -> None:
    here = visit()
    here.page.get_by_role("button", name=QUESTION).click()
    here.page.locator(".ca-sources").wait_for()
    expect(here.page.locator(".ca-turn h2")).to_have_text(QUESTION, use_inner_text=True)
    expect(here.page.locator(".ca-state")).to_contain_text(SAY("answer.well_supported"), use_inner_text=True)
    expect(here.page.locator(".ca-state")).to_contain_text("Quoted from 2 reports", use_inner_text=True)
    expect(here.page.locator(".ca-answer li")).to_have_count(2)


def test_an_answer_streams_whole_sentences_with_whole_marks(visit: Any, gate: Any) -> None:
    here, held = visit(), gate("Stream, please", 2)
    here.ask("Stream, please")
    here.mark(2).wait_for()
    expect(here.page.locator(".ca-state")).to_have_text(
        "Putting the answer together from 5 passages in 2 reports", use_inner_text=True
    )
    expect(here.page.locator(".ca-answer .ca-mk")).to_have_text(["1", "2"], use_inner_text=True)
    expect(here.page.locator(".ca-answer")).to_have_text(re.compile(r"questions\.2\s*$"), use_inner_text=True)
    held.opened.set()
    here.page.locator(".ca-sources").wait_for()
    expect(here.page.locator(".ca-answer .ca-mk")).to_have_count(6)
    expect(here.page.locator("#ca-live")).to_have_text(re.compile("Answer complete, 6 citations$"), use_inner_text=True)


def test_enter_sends_and_shift_enter_begins_a_line(visit: Any) -> None:
    here = visit()
    field_ = here.page.locator("#ca-question")
    field_.fill("First line")
    here.page.keyboard.press("Shift+Enter")
    here.page.keyboard.type("second line")
    expect(field_).to_have_value("First line\nsecond line")
    here.page.keyboard.press("Enter")
    here.page.locator(".ca-sources").wait_for()
    expect(field_).to_have_value("")


def test_nothing_is_asked_with_an_empty_field(visit: Any, served: tuple[str, FakeAdvisor]) -> None:
    here, asked = visit(), len(served[1].asked)
    here.ask("   ")
    here.ask_and_wait("Something")
    assert [question for question, _ in served[1].asked[asked:]] == ["Something"]
    expect(here.page.locator(".ca-turn")).to_have_count(1)


def test_a_question_sent_as_the_page_opens_is_answered(visit: Any, line: Line) -> None:
    """Gradio asks for no answer where the reply to a question overtakes the end of the stream before it."""
    line.let_the_next_event_cross_the_end_of_a_stream()
    here = visit()
    line.wait_until_an_end_is_held()
    here.ask_and_wait("At once")
    expect(here.page.locator(".ca-sources")).to_be_visible()


def test_a_follow_up_sent_as_the_answer_ends_is_answered(visit: Any, line: Line) -> None:
    here = visit()
    line.wait_until_no_stream_is_open()
    line.let_the_next_event_cross_the_end_of_a_stream()
    here.ask_and_wait("First?")
    line.wait_until_an_end_is_held()
    here.ask_and_wait("And what follows?")
    expect(here.page.locator(".ca-turn")).to_have_count(2)


def test_a_question_sent_before_the_page_is_told_that_it_has_opened_is_answered(
    visit: Any, gate: Any, line: Line
) -> None:
    """The end of that event may cancel no answer."""
    line.let_the_next_event_cross_the_end_of_an_event()
    here, held = visit(), gate("At once", 1)
    line.wait_until_an_end_is_held()
    here.ask("At once")
    here.mark(1).wait_for()
    held.opened.set()
    expect(here.page.locator(".ca-sources")).to_be_visible()


def test_the_end_of_a_question_draws_nothing(visit: Any, line: Line) -> None:
    """It may come when the next question is on the page already, and would take that away."""
    line.wait_until_no_stream_is_open()
    line.ends.clear()
    visit().ask_and_wait("First?")
    line.wait_until_no_stream_is_open()
    assert len(line.ends) == 2
    assert not any(b"data-seq" in end for end in line.ends)


def test_a_follow_up_brings_the_turns_before_it_and_all_stay_on_the_page(
    visit: Any, served: tuple[str, FakeAdvisor]
) -> None:
    here = visit()
    here.ask_and_wait("First?")
    here.ask_and_wait("And what follows?")
    question, history = served[1].asked[-1]
    assert question == "And what follows?"
    assert [(message.role, message.content[:6]) for message in history] == [("user", "First?"), ("assistant", "Look f")]
    expect(here.page.locator(".ca-turn h2")).to_have_text(["First?", "And what follows?"], use_inner_text=True)


def test_a_new_conversation_begins_without_the_old_turns(visit: Any, served: tuple[str, FakeAdvisor]) -> None:
    here = visit()
    new = here.page.get_by_role("button", name=SAY("rail.new"))
    here.ask_and_wait("First?")
    here.mark(1).click()
    here.page.locator(".ca-hl").first.wait_for()
    new.click()
    here.page.locator(".ca-hello").wait_for()
    expect(here.page.locator("#ca-proof")).to_be_hidden()
    here.ask_and_wait("Second?")
    assert served[1].asked[-1] == ("Second?", ())


def test_stop_keeps_what_has_arrived_and_the_next_question_works(visit: Any, gate: Any) -> None:
    here, held = visit(), gate("Too long", 1)
    here.ask("Too long")
    here.mark(1).wait_for()
    expect(here.page.locator("#ca-send")).to_be_hidden()
    here.page.get_by_role("button", name=SAY("composer.stop")).click()
    here.page.get_by_text(SAY("progress.stopped")).wait_for()
    expect(here.page.locator(".ca-answer .ca-mk")).to_have_count(1)
    expect(here.page.locator("#ca-send")).to_be_visible()
    here.ask_and_wait("Next")
    held.opened.set()
    expect(here.page.locator(".ca-turn")).to_have_count(2)
    expect(here.page.locator('.ca-turn[data-turn="1"]')).to_contain_text(SAY("progress.stopped"), use_inner_text=True)


def test_a_reader_who_has_scrolled_up_stays_there_while_an_answer_comes(visit: Any, gate: Any) -> None:
    here, held = visit(viewport={"width": 1280, "height": 500}, reduced_motion="reduce"), gate("Long, please", 2)
    here.ask_and_wait("First?")
    here.ask("Long, please")
    here.page.locator('.ca-turn[data-turn="2"] .ca-mk').first.wait_for()
    here.page.evaluate("document.querySelector('#ca-transcript').scrollTop = 7")
    held.opened.set()
    here.page.locator('.ca-turn[data-turn="2"] .ca-sources').wait_for()
    assert here.page.evaluate("document.querySelector('#ca-transcript').scrollTop") == 7


# ---- proof ----------------------------------------------------------------------------------------------------------


def test_a_mark_opens_its_page_with_the_quote_under_the_highlight(visit: Any, served: tuple[str, FakeAdvisor]) -> None:
    here = visit()
    here.ask_and_wait(QUESTION)
    here.mark(2).click()
    here.wait_for_image()
    picture = here.box(".ca-page img")
    citation = partners_answer(served[1].store).citations[1]
    assert len(citation.boxes) == 2
    expect(here.page.locator(".ca-hl")).to_have_count(2)
    for place, (left, top, right, bottom) in enumerate(citation.boxes):
        drawn: Any = here.page.locator(".ca-hl").nth(place).bounding_box()
        across, down = picture["width"] / WIDTH, picture["height"] / HEIGHT
        assert drawn["x"] == pytest.approx(picture["x"] + left * across, abs=1)
        assert drawn["y"] == pytest.approx(picture["y"] + top * down, abs=1)
        assert drawn["width"] == pytest.approx((right - left) * across, abs=1)
        assert drawn["height"] == pytest.approx((bottom - top) * down, abs=1)
    expect(here.page.locator(".ca-hl2")).to_have_count(3)
    expect(here.page.locator(".ca-exact")).to_have_text(SAY("proof.exact"), use_inner_text=True)
    expect(here.mark(2)).to_have_attribute("aria-pressed", "true")
    expect(here.page.locator('.ca-s[data-cites="2"]')).to_contain_class("ca-lit")


def test_escape_closes_the_proof_and_gives_the_focus_back_to_the_mark(visit: Any) -> None:
    here = visit()
    here.ask_and_wait(QUESTION)
    here.mark(3).focus()
    here.page.keyboard.press("Enter")
    here.page.locator(".ca-hl").wait_for()
    here.page.keyboard.press("Escape")
    expect(here.page.locator("#ca-proof")).to_be_hidden()
    assert here.page.evaluate("document.activeElement.dataset.n") == "3"
    expect(here.page.locator(".ca-lit")).to_have_count(0)


def test_arrows_step_through_the_citations_but_not_while_a_field_has_focus(visit: Any) -> None:
    here = visit()
    here.ask_and_wait(QUESTION)
    here.mark(5).click()
    here.wait_for_count("Citation 5 of 6")
    here.page.keyboard.press("ArrowRight")
    here.wait_for_count("Citation 6 of 6")
    here.page.keyboard.press("ArrowRight")
    here.wait_for_count("Citation 1 of 6")
    here.page.keyboard.press("ArrowLeft")
    here.wait_for_count("Citation 6 of 6")
    here.page.locator("#ca-question").fill("abc")
    here.page.keyboard.press("ArrowLeft")
    here.page.locator('.ca-all [data-n="2"]').click()
    here.wait_for_count("Citation 2 of 6")


def test_of_many_quick_choices_the_last_one_is_shown(visit: Any) -> None:
    here = visit()
    here.ask_and_wait(QUESTION)
    here.page.evaluate(
        "[1, 4, 2, 6, 3].forEach((n) => document.querySelector(`.ca-answer .ca-mk[data-n='${n}']`).click())"
    )
    here.wait_for_count("Citation 3 of 6")
    expect(here.page.locator(".ca-answer .ca-mk[aria-pressed=true]")).to_have_text("3", use_inner_text=True)


def test_a_source_opens_its_page_and_the_pages_can_be_turned(visit: Any) -> None:
    here = visit()
    here.ask_and_wait(QUESTION)
    here.page.locator(".ca-place", has_text="Page 2, printed 12").click()
    here.wait_for_count("Citation 5 of 6")
    here.page.get_by_role("button", name=SAY("proof.previous_page")).click()
    here.page.get_by_text("The cited words are on page 2.").wait_for()
    here.wait_for_image()
    here.page.get_by_role("button", name=SAY("proof.back_to_page")).click()
    here.page.locator(".ca-hl").wait_for()
    link = here.page.get_by_role("link", name=SAY("proof.open_document"))
    expect(link).to_have_attribute("href", "documents/d1handbook.pdf#page=2")
    expect(link).to_have_attribute("target", "_blank")


def test_the_quoted_words_stand_a_third_down_when_the_page_is_enlarged(visit: Any) -> None:
    here = visit(viewport={"width": 1280, "height": 700})
    here.ask_and_wait(QUESTION)
    here.mark(4).click()
    here.wait_for_image()
    larger = here.page.get_by_role("button", name=SAY("proof.larger"))
    for _ in range(4):
        larger.click()
    frame, words_at = here.box(".ca-view"), here.box(".ca-hl")
    assert words_at["y"] - frame["y"] == pytest.approx(frame["height"] / 3, abs=6)


def test_a_page_that_cannot_be_loaded_leaves_the_quote(visit: Any) -> None:
    here = visit()
    here.ask_and_wait(QUESTION)
    here.context.route("**/pages/**", lambda route: route.fulfill(status=200, body="no image"))
    here.mark(1).click()
    failed = here.page.locator(".ca-failed")
    failed.wait_for()
    expect(failed).to_have_text(
        f"{SAY('proof.no_image')} Look for partners where your members already trade.", use_inner_text=True
    )
    expect(here.page.locator(".ca-page")).to_be_hidden()


def test_a_mark_tells_quote_document_and_page_before_it_is_chosen(visit: Any) -> None:
    here = visit()
    here.ask_and_wait(QUESTION)
    here.mark(6).hover()
    tip = here.page.get_by_role("tooltip")
    tip.wait_for()
    quote = "Half of the partnerships met their partners at a matchmaking event."
    expect(tip.locator("q")).to_have_text(quote, use_inner_text=True)
    expect(tip.locator("b")).to_have_text("Consultation of the partnerships, page 2", use_inner_text=True)
    here.page.keyboard.press("Escape")
    expect(tip).to_be_hidden()


def test_a_mark_can_be_opened_while_its_answer_still_streams(visit: Any, gate: Any) -> None:
    here, held = visit(), gate("Open early", 2)
    here.ask("Open early")
    here.mark(2).wait_for()
    here.mark(1).click()
    here.wait_for_count("Citation 1 of 2")
    held.opened.set()
    here.page.locator(".ca-sources").wait_for()
    expect(here.mark(1)).to_have_attribute("aria-pressed", "true")
    expect(here.page.locator("#ca-proof")).to_be_visible()


# ---- no answer, errors, hostile text --------------------------------------------------------------------------------


def test_a_decline_is_said_in_words_with_the_nearest_passages(visit: Any, served: tuple[str, FakeAdvisor]) -> None:
    served[1].answers["What pay?"] = near_answer(served[1].store, reason="declined")
    here = visit()
    told = here.ask_and_wait("What pay?").inner_text()
    assert SAY("none.declined") in told
    assert SAY("none.nearest") in told
    here.mark(1).click()
    here.page.locator(".ca-hl").wait_for()


def test_an_error_is_said_in_words_and_its_question_can_be_changed(visit: Any, served: tuple[str, FakeAdvisor]) -> None:
    served[1].answers["Too much"] = UsageError("The question has 5,204 characters; ask one of at most <2,000>")
    here = visit()
    here.ask_and_wait("Too much")
    alert = here.page.locator(".ca-turn").get_by_role("alert")
    expect(alert).to_contain_text("The question has 5,204 characters; ask one of at most <2,000>", use_inner_text=True)
    here.page.get_by_role("button", name=SAY("acts.edit")).click()
    expect(here.page.locator("#ca-question")).to_have_value("Too much")
    here.page.locator("#ca-question").fill("Less")
    here.page.keyboard.press("Enter")
    here.page.locator(".ca-sources").wait_for()
    expect(here.page.locator(".ca-turn h2")).to_have_text(["Less"], use_inner_text=True)


def test_an_unexpected_error_is_one_plain_sentence(visit: Any, served: tuple[str, FakeAdvisor]) -> None:
    served[1].answers["Break"] = RuntimeError("secret of the server")
    here = visit()
    told = here.ask_and_wait("Break").inner_text()
    assert SAY("page.unexpected") in told
    assert "secret" not in here.page.content()


def test_markup_in_a_question_or_a_quote_is_shown_and_never_run(visit: Any, served: tuple[str, FakeAdvisor]) -> None:
    attack = '<img src=x onerror="window.hit = 1"><script>window.hit = 1</script> ${window.hit = 1} {{hit}}'
    citation = replace(served[1].store.cite(1, "d1handbook", 1, "join"), quote=attack, title=attack, section=(attack,))
    served[1].answers[attack] = answer(attack, (said(attack, 1),), (citation,))
    here = visit()
    told = here.ask_and_wait(attack)
    expect(told.locator("h2")).to_have_text(attack, use_inner_text=True)
    expect(told.locator(".ca-answer")).to_contain_text(attack, use_inner_text=True)
    here.mark(1).hover()
    here.page.get_by_role("tooltip").wait_for()
    here.mark(1).click()
    here.wait_for_image()
    expect(here.page.locator(".ca-pane h2")).to_have_text(attack, use_inner_text=True)
    expect(here.page.locator(".ca-exact")).to_have_count(0)
    assert here.page.evaluate("window.hit") is None
    expect(here.page.locator("#ca-transcript img")).to_have_count(0)


def test_two_people_do_not_see_each_others_turns(visit: Any, gate: Any, served: tuple[str, FakeAdvisor]) -> None:
    one, other, held = visit(), visit(), gate("Asked by one", 1)
    one.ask("Asked by one")
    one.mark(1).wait_for()
    other.ask_and_wait("Asked by the other")
    held.opened.set()
    one.page.locator(".ca-sources").wait_for()
    expect(one.page.locator(".ca-turn h2")).to_have_text(["Asked by one"], use_inner_text=True)
    expect(other.page.locator(".ca-turn h2")).to_have_text(["Asked by the other"], use_inner_text=True)
    one.ask_and_wait("And then?")
    assert served[1].asked[-1][1][0].content == "Asked by one"


# ---- sizes and light ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [390, 360, 320])
def test_a_phone_shows_everything_without_scrolling_sideways_and_the_proof_as_a_sheet(visit: Any, width: int) -> None:
    here = visit(viewport={"width": width, "height": 800}, has_touch=True, is_mobile=True)
    sideways = "document.documentElement.scrollWidth > innerWidth || " + " || ".join(
        f"[...document.querySelectorAll('{part}')].some((part) => part.scrollWidth > part.clientWidth + 1)"
        for part in ("#ca-transcript", ".ca-col", "#ca-composer")
    )
    assert not here.page.evaluate(sideways)
    here.ask_and_wait(QUESTION)
    assert not here.page.evaluate(sideways)
    here.mark(4).tap()
    here.wait_for_image()
    sheet, sentence, quote = here.box("#ca-proof"), here.box(".ca-lit"), here.box(".ca-words")
    assert sheet["y"] + sheet["height"] == pytest.approx(800, abs=1)
    assert sheet["height"] == pytest.approx(0.72 * 800, abs=2)
    assert sentence["y"] + sentence["height"] <= sheet["y"]
    assert quote["height"] > 20
    assert quote["y"] < here.box(".ca-page")["y"]
    assert not here.page.evaluate(sideways)
    here.page.get_by_role("button", name=SAY("proof.close")).tap()
    expect(here.page.locator("#ca-proof")).to_be_hidden()


def test_the_page_follows_the_dark_system_and_can_be_switched(visit: Any) -> None:
    here = visit(color_scheme="dark")
    ground = "getComputedStyle(document.body).backgroundColor"
    assert here.page.evaluate(ground) == "rgb(16, 22, 27)"
    switch = here.page.get_by_role("button", name=SAY("page.dark"))
    expect(switch).to_have_attribute("aria-pressed", "true")
    switch.click()
    assert here.page.evaluate(ground) == "rgb(244, 246, 247)"
    here.page.reload()
    here.page.locator(".ca-hello").wait_for()
    here.page.wait_for_function("document.getElementById('ca-dark').getAttribute('aria-pressed') === 'false'")
    assert here.page.evaluate(ground) == "rgb(244, 246, 247)"


def test_at_twice_the_size_everything_is_still_within_reach(visit: Any) -> None:
    here = visit(viewport={"width": 640, "height": 450}, device_scale_factor=2)
    here.ask_and_wait(QUESTION)
    assert not here.page.evaluate("document.documentElement.scrollWidth > innerWidth")
    expect(here.page.locator("#ca-send")).to_be_visible()
    here.mark(1).click()
    here.wait_for_image()
    assert here.box(".ca-view")["height"] >= 60


def test_a_row_of_a_table_is_lit_with_its_citation_and_a_wide_table_moves_inside_its_box(
    visit: Any, served: tuple[str, FakeAdvisor]
) -> None:
    question = "Which partnerships are there?"
    served[1].answers[question] = rows_answer(served[1].store)
    here = visit(viewport=PHONE, has_touch=True)
    here.ask_and_wait(question)
    table = here.page.get_by_role("table", name="Table 1: The partnerships.")
    expect(table.get_by_role("rowheader")).to_have_text(["ELBE", "PIMAP", "NF4"])
    box = here.page.locator(".ca-rows")
    assert box.evaluate("node => node.scrollWidth > node.clientWidth")
    assert here.page.evaluate("document.scrollingElement.scrollWidth === innerWidth")
    box.evaluate("node => { node.scrollLeft = node.scrollWidth; }")
    caption = here.page.locator(".ca-rows caption .ca-s")
    assert caption.evaluate("node => node.getBoundingClientRect().left >= 0"), "the caption stays in sight"
    here.mark(3).tap()
    here.wait_for_image()
    lit = here.page.locator("tr.ca-lit")
    expect(lit).to_have_count(1)
    expect(lit.get_by_role("rowheader")).to_have_text("PIMAP")
