"""A citation is shown on its page only after the store and the file have been asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from advisor.records import Box
from advisor.serving.catalogue import LANGUAGES, words_in
from advisor.serving.markup import escape
from advisor.serving.pane import document_url, page_url, render_lost_proof, render_proof, render_sheet
from advisor.serving.proof import Sheet, open_proof, open_sheet

from .fakes import HEIGHT, LEADING, TOP, WIDTH, FakeAdvisor, Store, partners_answer

if TYPE_CHECKING:
    from advisor.answering.advisor import Advisor

SAY = words_in("en")


def pane(fake: FakeAdvisor, marker: int, *, page: int = 0, quote: str = "") -> str:
    citations = list(partners_answer(fake.store).citations)
    if quote:
        citations[marker - 1] = replace(citations[marker - 1], quote=quote)
    proof = open_proof(cast("Advisor", fake), citations, marker, turn=1, page=page)
    return render_proof(proof, SAY, number=1)


def test_the_pane_names_number_document_page_printed_number_and_section(fake: FakeAdvisor) -> None:
    shown = pane(fake, 2)
    assert "Citation 2 of 6" in shown
    assert "Cluster internationalisation handbook</h2>" in shown
    assert 'Page 1 of 3, printed 11<span class="ca-more"> · Step 4. Find partners abroad' in shown


def test_the_chosen_quote_is_filled_and_the_others_of_that_page_are_underlined(fake: FakeAdvisor) -> None:
    shown = pane(fake, 2)
    assert shown.count('class="ca-hl"') == 2  # the quote runs over two lines
    assert shown.count('class="ca-hl2"') == 3


def test_boxes_are_given_in_percent_of_the_page(fake: FakeAdvisor) -> None:
    (left, top, right, bottom) = partners_answer(fake.store).citations[0].boxes[0]
    style = (
        f"left:{100 * left / WIDTH:.3f}%;top:{100 * top / HEIGHT:.3f}%;"
        f"width:{100 * (right - left) / WIDTH:.3f}%;height:{100 * (bottom - top) / HEIGHT:.3f}%"
    )
    assert f'<div class="ca-hl" style="{style}"></div>' in pane(fake, 1)


def test_the_match_is_claimed_only_where_the_stored_text_is_the_quote(fake: FakeAdvisor) -> None:
    assert SAY("proof.exact") in pane(fake, 2)
    assert SAY("proof.exact") not in pane(
        fake, 2, quote="Visits to fairs show in a week whether another cluster works."
    )


def test_another_page_of_the_document_says_where_the_words_are(fake: FakeAdvisor) -> None:
    shown = pane(fake, 1, page=2)
    assert "pages/d1handbook/2.png" in shown
    assert "The cited words are on page 1." in shown
    assert 'class="ca-hl"' not in shown
    assert shown.count('class="ca-hl2"') == 1  # citation 5 is on page 2


def test_a_changed_file_leaves_the_quote_and_says_why_there_is_no_page(fake: FakeAdvisor) -> None:
    with Path(fake.store.documents["d1handbook"].path).open("ab") as file:
        file.write(b"%")
    shown = pane(fake, 1)
    assert SAY("proof.file_changed", file="d1handbook.pdf") in shown
    assert "Look for partners where your members already trade." in shown
    assert "<img" not in shown
    assert SAY("proof.exact") not in shown


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_missing_file_is_told_in_the_language_of_the_reader(fake: FakeAdvisor, code: str) -> None:
    Path(fake.store.documents["d1handbook"].path).unlink()
    say = words_in(code)
    told = escape(say("proof.file_gone", file="d1handbook.pdf"))
    citations = partners_answer(fake.store).citations
    assert told in render_proof(open_proof(cast("Advisor", fake), citations, 1, turn=1), say, number=1)
    assert told in render_sheet(open_sheet(cast("Advisor", fake), "d1handbook", 1), say, number=1)


def test_a_page_of_a_document_that_is_not_held_says_so(fake: FakeAdvisor) -> None:
    assert SAY("proof.not_held") in render_sheet(open_sheet(cast("Advisor", fake), "unknown", 1), SAY, number=1)


# ---- what was searched for ------------------------------------------------------------------------------------------


def sheet(fake: FakeAdvisor, words: str, sentence_id: str = "", *, page: int = 1) -> Sheet:
    return open_sheet(cast("Advisor", fake), "d1handbook", page, words=words, sentence_id=sentence_id)


def heights(boxes: Sequence[Box]) -> list[int]:
    """The line of the page that each box stands in."""
    return [round((box[3] - TOP) / LEADING) for box in boxes]


def test_the_words_that_were_found_are_marked_those_of_the_sentence_first(fake: FakeAdvisor) -> None:
    shown = sheet(fake, "clusters", "d1handbook-7")
    assert heights(shown.marks) == [7, 3, 4, 6]  # in all their forms
    assert shown.others == ()


def test_a_sentence_without_the_words_is_marked_and_the_words_elsewhere_are_underlined(fake: FakeAdvisor) -> None:
    shown = sheet(fake, "fairs in Mongolia", "d1handbook-5")
    assert (heights(shown.marks), heights(shown.others)) == ([5], [2])
    assert 'class="ca-hl2"' in (html := render_sheet(shown, SAY, number=1))
    assert html.index('class="ca-hl2"') < html.index('class="ca-hl"')
    assert SAY("proof.alt_found", page=1) in html


@pytest.mark.parametrize("sentence_id", ["", "gone-1", "d2survey-1"])
def test_without_a_sentence_of_that_document_the_words_alone_are_marked(fake: FakeAdvisor, sentence_id: str) -> None:
    shown = sheet(fake, "fairs", sentence_id)
    assert (heights(shown.marks), shown.others) == ([2], ())


def test_another_page_has_its_own_marks_or_none(fake: FakeAdvisor) -> None:
    assert heights(sheet(fake, "agreed", "d1handbook-5", page=2).marks) == [0]
    assert sheet(fake, "Mongolia", "d1handbook-5", page=2).marks == ()
    assert SAY("proof.page", page=3) in render_sheet(sheet(fake, "", page=3), SAY, number=1)


def test_a_document_removed_meanwhile_leaves_the_quote(fake: FakeAdvisor) -> None:
    citations = partners_answer(fake.store).citations
    del fake.store.documents["d1handbook"]
    shown = render_proof(open_proof(cast("Advisor", fake), citations, 1, turn=1), SAY, number=1)
    assert 'role="alert"' in shown
    assert "Look for partners where your members already trade." in shown


def test_a_page_that_is_asked_for_but_not_there_is_told(fake: FakeAdvisor) -> None:
    assert 'role="alert"' in pane(fake, 1, page=999)


def test_a_quote_without_boxes_is_shown_above_its_page(store: Store) -> None:
    fake = FakeAdvisor(store)
    citation = replace(partners_answer(store).citations[0], boxes=())
    shown = render_proof(open_proof(cast("Advisor", fake), [citation], 1, turn=1), SAY, number=1)
    assert 'class="ca-words ca-shown"' in shown
    assert SAY("proof.no_boxes") in shown


def test_addresses_quote_whatever_an_id_holds() -> None:
    assert page_url("a/../b?c#d", 2) == "pages/a%2F..%2Fb%3Fc%23d/2.png?width=1200"
    assert document_url('"><img>', 3) == "documents/%22%3E%3Cimg%3E.pdf#page=3"


def test_a_citation_that_the_server_forgot_says_what_to_do() -> None:
    assert SAY("proof.lost") in render_lost_proof(SAY, number=4)
