"""Which member of a list or a table is named most often."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from advisor.answering.evidence import gather
from advisor.answering.tables.extremes import extremes_asked
from advisor.store.versions import Store, open_store
from tests.advisor.stores import Report, build_store, listed, prose, searched, section, table

REPORT = Report(
    "survey.pdf",
    "Survey of harbours",
    (
        section(
            "Barriers",
            blocks=[
                listed(
                    "The barriers that harbours meet:",
                    "Lack of money (8 harbours)",
                    "Lack of time (5 harbours)",
                    "Lack of partners (2 harbours)",
                )
            ],
        ),
        section(
            "Benefits",
            blocks=[
                table(
                    *(
                        (row, row)
                        for row in (
                            "Contacts — Large harbours: 3 of 9; Small harbours: 7 of 8",
                            "Knowledge — Large harbours: 6 of 9; Small harbours: 2 of 8",
                            "Exports — Large harbours: 1 of 9; Small harbours: 1 of 8",
                        )
                    )
                )
            ],
        ),
        section("Text", blocks=[prose("The weather is the barrier that harbours name least often.")]),
    ),
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = open_store(build_store(tmp_path_factory.mktemp("extremes") / "store", REPORT))
    yield opened
    opened.close()


def told(store: Store, question: str, focus: str = "") -> list[str]:
    query, hits = searched(store, f"{question} {focus}".strip(), focus=focus)
    return [
        sentence.text.split(" (")[0].split(" —")[0]
        for sentence in extremes_asked(store, query, gather(store, query, hits))
    ]


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Which barrier is named most often?", ["Lack of money"]),
        ("Which barrier of harbours is cited least?", ["Lack of partners"]),
        ("Which benefit was most common?", ["Knowledge"]),  # by the first column
        ("Which benefit was most common in small harbours?", ["Contacts"]),
        ("Which benefit was least common?", ["Exports"]),
    ],
)
def test_the_highest_or_the_lowest_count_is_told(store: Store, question: str, first: list[str]) -> None:
    assert told(store, question) == first


def test_a_question_about_what_was_just_told_means_the_same_list(store: Store) -> None:
    assert told(store, "Which barriers do harbours meet?", "Which one is cited most?") == ["Lack of money"]


@pytest.mark.parametrize(
    "question",
    [
        "Which barriers do harbours meet?",
        "Which barrier do ferries name most often?",  # nothing is said of ferries
        "Which barriers are named most and least often?",
    ],
)
def test_other_questions_have_no_first(store: Store, question: str) -> None:
    assert told(store, question) == []
