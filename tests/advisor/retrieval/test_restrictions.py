"""Which documents a question names, and what is left of it to search for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.records import Document
from advisor.retrieval.restrictions import KINDS, Restriction, among, restrictions, with_articles, without


def document(item: str, title: str, *, publisher: str = "", year: int | None = None, file: str = "") -> Document:
    return Document(item, file or f"{item}.pdf", "", title, 1, item * 8, publisher, year)


DOCUMENTS = (
    document("h", "Harbour handbook", publisher="TACTICS", year=2012),
    document("s", "Study of excellence", publisher="Océan", year=2014),
    document("p", "Study of partnerships", year=2019),
    document("q", "Looking back", file="progress_report-final.pdf", year=2021),
)


def named(question: str) -> list[tuple[str, ...]]:
    return [found.document_ids for found in restrictions(question, DOCUMENTS)]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What does the handbook say of fairs?", "h"),
        ("According to The Handbook, who pays?", "h"),
        ("Who pays in the TACTICS handbook?", "h"),
        ("What did the 2014 study find?", "s"),
        ("What did the study of 2014 find?", "s"),
        ("What did the Océan study find?", "s"),
        ("What did the study from 2019 find?", "p"),
        ("What did the partnerships study find?", "p"),
        ("What did the study on partnerships find?", "p"),
        ("What does this report say?", "q"),
    ],
)
def test_a_document_is_named_by_its_kind_with_words_of_its_title_publisher_file_or_year(
    question: str, expected: str
) -> None:
    assert named(question) == [(expected,)]


def test_another_word_for_the_kind_is_enough_where_the_year_is_the_documents_own() -> None:
    assert named("What does the 2014 document say?") == [("s",)]


@pytest.mark.parametrize("question", ["What does the guide say?", "Who wrote the yellow paper?"])
def test_a_kind_that_no_title_holds_names_nothing_without_a_year_or_a_word_of_a_title(question: str) -> None:
    assert named(question) == []


def test_a_word_that_few_documents_have_goes_before_what_any_document_is_called() -> None:
    [alone] = named("Who wrote the TACTICS report?")
    assert alone == named("What does the TACTICS handbook say?")[0]


def test_words_that_fit_several_documents_name_them_all() -> None:
    assert named("What did the study find?") == [("s", "p")]


@pytest.mark.parametrize("question", ["Is there a handbook?", "handbook", "Which studies are there?", "", "?!", "the"])
def test_a_document_is_named_only_behind_the_this_or_that(question: str) -> None:
    assert named(question) == []


def test_several_documents_are_named_in_the_order_of_the_question() -> None:
    assert named("Compare the 2019 study with the handbook") == [("p",), ("h",)]


def test_what_names_all_documents_restricts_nothing() -> None:
    assert restrictions("What does the handbook say?", DOCUMENTS[:1]) == []
    assert restrictions("What did the study find?", DOCUMENTS[1:3]) == []


def test_without_documents_none_is_named() -> None:
    assert restrictions("What does the handbook say?", []) == []


@pytest.mark.parametrize("kind", ["handbooks", "studies"])
def test_a_kind_may_stand_in_the_plural(kind: str) -> None:
    assert named(f"What do the {kind} say?")


def test_a_year_that_no_document_has_does_not_name_a_document_of_another_year() -> None:
    """Who asks for the study of 1999 would be answered from that of 2014, and its year would not be searched."""
    assert named("What did the 1999 study find?") == []


def test_a_case_study_is_no_document() -> None:
    assert named("What does the case study of Lyon show?") == []


# --- the rest of the question --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("Who pays according to the handbook?", "Who pays ?"),
        ("In the 2014 study, who pays?", ", who pays?"),
        ("Compare the 2019 study with the handbook", "Compare with"),
        ("The handbook", ""),
        ("What does the handbook on fairs say?", "What does on fairs say?"),
        ("What did the study on partnerships find?", "What did find?"),
        ("Who pays?", "Who pays?"),
    ],
)
def test_the_words_that_name_documents_are_taken_out_of_the_question(question: str, rest: str) -> None:
    assert without(question, restrictions(question, DOCUMENTS)) == rest


def test_each_mention_is_taken_out_once() -> None:
    said = Restriction("the handbook", ("h",))
    assert without("the handbook and the handbook", [said]) == "and the handbook"
    assert without("the handbook and the handbook", [said, said]) == "and"


def test_only_whole_words_are_taken_out() -> None:
    question = "Is the reporting better than the report?"
    assert without(question, restrictions(question, DOCUMENTS)) == "Is the reporting better than ?"


WORDS = st.sampled_from(["the", "in", "of", "2014", "2019", "1999", "TACTICS", "Harbour", "pays", "excellence", *KINDS])


@given(st.lists(WORDS, max_size=10).map(" ".join))
def test_what_is_named_was_said_and_is_some_but_not_all_of_the_documents(question: str) -> None:
    for found in restrictions(question, DOCUMENTS):
        assert found.said in question
        assert 0 < len(set(found.document_ids)) < len(DOCUMENTS)


@given(st.text(max_size=60))
def test_no_question_is_too_odd(question: str) -> None:
    found = restrictions(question, DOCUMENTS)
    assert len(without(question, found)) <= len(question)


# --- documents that are chosen ------------------------------------------------------------------------------


def chosen(question: str, *ids: str) -> tuple[list[tuple[str, ...]], tuple[str, ...]]:
    """Return the documents that a question is kept to, and those that it names and that are not chosen."""
    kept, left_out = among(restrictions(question, DOCUMENTS), ids)
    return [one.document_ids for one in kept], left_out


def test_where_no_document_is_chosen_every_one_may_be_named() -> None:
    assert chosen("What does the handbook say of fairs?") == ([("h",)], ())


def test_a_document_that_is_named_and_not_chosen_is_left_out() -> None:
    assert chosen("What does the handbook say of fairs?", "s", "p") == ([], ("h",))
    assert chosen("What did the 2014 study find?", "p") == ([], ("s",))


def test_of_several_that_fit_those_that_are_chosen_are_meant() -> None:
    assert chosen("What did the study find?", "p", "h") == ([("p",)], ())


def test_the_report_alone_is_whatever_was_chosen() -> None:
    assert chosen("What does the report say of fairs?", "h") == ([("h",)], ())


def test_of_two_that_are_named_one_may_be_left_out() -> None:
    assert chosen("Do the handbook and the 2014 study agree?", "h") == ([("h",)], ("s",))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("what recommend study 2014", "what recommend the 2014 study"),
        ("which chapter the guide", "which chapter the guide"),
        ("partner", "partner"),
    ],
)
def test_words_of_a_translation_name_documents_as_people_do(text: str, expected: str) -> None:
    assert with_articles(text) == expected


def test_a_survey_may_be_what_the_documents_are_about() -> None:
    assert named("When did the TACTICS survey close?") == []
