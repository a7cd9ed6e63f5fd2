"""Who made a document and when it came out, from its first pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from advisor.answering.imprint import imprint_asked
from advisor.store.versions import Store, open_store
from tests.advisor.stores import Report, build_store, prose, searched, section

HANDBOOK = Report(
    "handbook.pdf",
    "Handbook of harbours",
    (
        section(
            "Imprint",
            blocks=[
                prose("© Harbour Agency - September 2012", "Editors: Ada Byron and Mary Ellis"),
                prose("The authors used reasonable care.", "The cover was reworked by the authors of the map."),
            ],
        ),
        section("Text", blocks=[prose("The harbour plan was published by the port in May 2010.")]),
    ),
)
STUDY = Report(
    "study.pdf",
    "Study of skills",
    (
        section(
            "Front",
            blocks=[
                prose("Authors:", "Jo March, Quay Institute"),
                prose("The study builds on a survey of pilots, issued in May 2001.", "4 March 2019"),
            ],
        ),
        section("Text", blocks=[prose("Pilots learn from pilots.")]),
    ),
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = open_store(build_store(tmp_path_factory.mktemp("imprint") / "store", HANDBOOK, STUDY))
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Who wrote the study?", ["Authors:", "Jo March, Quay Institute"]),
        ("Who are the authors of the study?", ["Authors:", "Jo March, Quay Institute"]),
        ("Who edited the handbook?", ["Editors: Ada Byron and Mary Ellis"]),
        ("Who wrote the handbook?", ["Editors: Ada Byron and Mary Ellis"]),  # nobody else is named
        ("Wer hat das Handbuch geschrieben?", ["Editors: Ada Byron and Mary Ellis"]),
        ("When was the handbook published?", ["© Harbour Agency - September 2012"]),
        ("When was the study published?", ["4 March 2019"]),  # and not when what it builds on was
    ],
)
def test_the_first_pages_say_who_made_a_document_and_when(store: Store, question: str, told: list[str]) -> None:
    query, _ = searched(store, question)
    assert [sentence.text for sentence in imprint_asked(store.library, query)] == told


@pytest.mark.parametrize(
    "question",
    [
        "Who wrote the report?",  # which of the two?
        "Who pays for the handbook?",
        "When was the harbour plan published?",  # no document
        "When was the handbook of the pilots published?",  # another one
        "What do the handbook and the study say of their authors?",
    ],
)
def test_other_questions_are_not_about_the_makers_of_a_document(store: Store, question: str) -> None:
    query, _ = searched(store, question)
    assert imprint_asked(store.library, query) == []


def test_a_document_that_does_not_say_it_is_not_made_to(tmp_path: Path) -> None:
    silent = Report("guide.pdf", "Guide", (section("Text", blocks=[prose("Ships enter by night.")]),))
    store = open_store(build_store(tmp_path / "store", silent, STUDY))
    query, _ = searched(store, "Who wrote the guide?")
    assert imprint_asked(store.library, query) == []
