"""What the advisor says in words of its own."""

from __future__ import annotations

import string
import tomllib
from importlib import resources

import pytest

from advisor.answering.talk.replies import TITLES, place, say, small_talk
from advisor.answering.talk.requests import SMALL_TALK, Kind, Request
from advisor.records import Document, Page

EXAMPLES = ("Who pays the pilots?", "How do we find partners?")
LANGUAGES = ("en", "de", "fr", "es", "it", "pl")


def document(title: str, publisher: str = "", year: int | None = None) -> Document:
    return Document(title, f"{title}.pdf", f"{title}.pdf", title, 9, title, publisher, year)


def page(number: int, label: str = "") -> Page:
    return Page(number, label, "", 595.0, 842.0)


def table() -> dict[str, dict[str, str]]:
    return tomllib.loads(resources.files("advisor.answering.talk").joinpath("replies.toml").read_text(encoding="utf-8"))


def test_every_language_says_the_same_things_with_the_same_fields() -> None:
    held = table()
    assert tuple(held) == LANGUAGES

    def fields(text: str) -> set[str | None]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    for texts in held.values():
        assert {key: fields(text) for key, text in texts.items()} == {
            key: fields(text) for key, text in held["en"].items()
        }


def test_a_language_without_texts_hears_english() -> None:
    assert say("complete", "nl") == say("complete", "en")


def test_a_greeting_says_which_documents_there_are_and_what_to_ask() -> None:
    said = small_talk(Request("greeting"), [document("Harbour handbook"), document("Survey")], EXAMPLES)
    assert said == (
        "Hello. I answer questions from these documents and show the page behind every sentence: "
        "Harbour handbook; Survey.\n\nYou could ask:\n\n- Who pays the pilots?\n- How do we find partners?"
    )


def test_of_many_documents_the_first_are_named_and_the_others_counted() -> None:
    said = small_talk(Request("greeting"), [document(f"Report {i}") for i in range(9)], ())
    assert said.endswith(f"Report 0; Report 1; Report 2 and {9 - TITLES} more.")


@pytest.mark.parametrize("kind", SMALL_TALK)
@pytest.mark.parametrize("language", LANGUAGES)
def test_small_talk_is_answered_in_its_language(kind: Kind, language: str) -> None:
    said = small_talk(Request(kind, (language,)), [document("Survey")], EXAMPLES)
    assert said.startswith(table()[language][kind].partition("{")[0])
    assert ("- Who pays the pilots?" in said) == (kind != "goodbye")


def test_a_request_without_an_answer_before_it_says_so() -> None:
    said = small_talk(Request("shorter"), [document("Survey")], EXAMPLES)
    assert said.startswith("There is no answer yet that this could be about.")
    assert "- Who pays the pilots?" in said


def test_without_documents_it_is_said_how_to_add_some() -> None:
    assert small_talk(Request("greeting"), [], ()) == (
        "There are no documents yet. Add PDF reports with `advisor ingest`."
    )


def test_a_place_is_document_page_and_headings_in_words() -> None:
    said = place("en", document("Survey", "Harbour Press", 2019), [page(3)], ("Survey", "2 Barriers", "2.1 Money"))
    assert said == "Survey (Harbour Press, 2019), page 3, section “2 Barriers › 2.1 Money”."


def test_a_place_without_headings_publisher_or_year_says_what_there_is() -> None:
    assert place("en", document("Survey"), [page(3)], ()) == "Survey, page 3."


def test_a_printed_page_number_is_named_where_it_differs() -> None:
    assert place("en", document("Survey"), [page(3, "1")], ()) == "Survey, page 3 (printed 1)."
    assert place("en", document("Survey"), [page(3, "3")], ()) == "Survey, page 3."


def test_several_pages_are_all_named() -> None:
    assert place("fr", document("Survey"), [page(3, "1"), page(5, "3")], ()) == "Survey, pages 3, 5."
