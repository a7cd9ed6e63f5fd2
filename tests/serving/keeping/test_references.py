"""A reference names the work, the page and the words, with what is known of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from advisor.records import Answer, Citation
from advisor.serving.catalogue import words_in
from advisor.serving.conversation import Source, Turn
from advisor.serving.keeping.references import references_of

SAY = words_in("en")
ANALYSIS = Source("d9", "analysis.pdf", "Analysis of the replies", "Harbour Platform", 2019)


@pytest.fixture
def citation(answer: Answer) -> Citation:
    return replace(
        answer.citations[0],
        document_id="d9",
        title="Analysis of the replies",
        page=9,
        page_label="8",
        section=("Analysis of the replies", "3 Replies", "3.3 Barriers"),
        quote="firms are hard\nto involve",
    )


def referred(citation: Citation, source: Source | None = ANALYSIS) -> str:
    turn = Turn("Why?", citations=[citation], sources={"d9": source} if source else {})
    [reference] = references_of(turn, SAY)
    return reference.marked


def test_a_reference_names_publisher_year_title_page_section_and_words(citation: Citation) -> None:
    assert referred(citation) == (
        "[1] Harbour Platform (2019): Analysis of the replies. Page 9 (printed 8), section 3.3 Barriers. "
        "“firms are hard to involve”."
    )


@pytest.mark.parametrize(
    ("source", "work"),
    [
        (replace(ANALYSIS, year=None), "Harbour Platform: Analysis of the replies."),
        (replace(ANALYSIS, publisher=""), "Analysis of the replies (2019)."),
        (replace(ANALYSIS, publisher="", year=None), "Analysis of the replies."),
        (replace(ANALYSIS, title="Who takes part?"), "Harbour Platform (2019): Who takes part?"),
        (None, "Analysis of the replies."),
    ],
)
def test_what_is_not_known_of_a_work_is_left_out(citation: Citation, source: Source | None, work: str) -> None:
    assert referred(citation, source).startswith(f"[1] {work} Page 9")


def test_a_page_has_its_printed_number_only_where_that_is_another(citation: Citation) -> None:
    assert " Page 9, section" in referred(replace(citation, page_label="9"))
    assert " Page 9, section" in referred(replace(citation, page_label=""))
    assert " Page 1200 (printed xii), section" in referred(replace(citation, page=1200, page_label="xii"))


def test_the_title_of_the_document_is_no_section(citation: Citation) -> None:
    assert referred(replace(citation, section=("Analysis of the replies",))).endswith(
        "Page 9 (printed 8). “firms are hard to involve”."
    )


def test_a_quote_that_ends_a_sentence_has_one_full_stop(citation: Citation) -> None:
    assert referred(replace(citation, quote="Firms are hard to involve.")).endswith("“Firms are hard to involve.”")


def test_a_long_quote_is_cut_behind_a_word(citation: Citation) -> None:
    shown = referred(replace(citation, quote="firms and agencies " * 40)).partition("“")[2]
    assert len(shown) <= 302
    assert shown.endswith(" …”")


def test_quotes_from_one_section_of_a_page_share_a_reference_and_keep_their_markers(citation: Citation) -> None:
    second = replace(citation, marker=3, quote="money comes second")
    elsewhere = replace(citation, marker=2, section=("4 Outlook",), quote="more firms")
    turn = Turn("Why?", citations=[second, citation, elsewhere], sources={"d9": ANALYSIS})
    assert [reference.marked for reference in references_of(turn, SAY)] == [
        "[1] [3] Harbour Platform (2019): Analysis of the replies. Page 9 (printed 8), section 3.3 Barriers. "
        "“firms are hard to involve” [1]; “money comes second” [3].",
        "[2] Harbour Platform (2019): Analysis of the replies. Page 9 (printed 8), section 4 Outlook. “more firms”.",
    ]
