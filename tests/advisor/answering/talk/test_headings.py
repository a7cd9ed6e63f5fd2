"""Headings as questions: what a reader would ask to come to what stands under one, or nothing."""

from __future__ import annotations

import pytest

from advisor.answering.talk.headings import question_of


@pytest.mark.parametrize(
    ("heading", "question"),
    [
        ("3.2 Green action 1: Map Your Needs", "How do we map our needs?"),
        ("3.7 Green action 6: Be Part of Green Events", "How do we become part of green events?"),
        ("5.6 Checklists before leaving step 3: all", "What is on the checklist before leaving step 3?"),
        ("Covid and its impacts on members", "What do the documents say about covid and its impacts on members?"),
        ("4) Improve and target branding", "How do we improve and target branding?"),
        ("Memorandum of Understanding (MoU)", "What do the documents say about Memorandum of Understanding (MoU)?"),
        ("How do clusters find partners?", "How do clusters find partners?"),
        ("Barriers for small firms abroad", "What are the barriers for small firms abroad?"),
        ("Support from local agencies", "What do the documents say about support from local agencies?"),
    ],
)
def test_a_heading_makes_the_question_that_a_reader_would_ask(heading: str, question: str) -> None:
    found = question_of(heading)
    assert found
    assert found[1] == question


@pytest.mark.parametrize(
    "heading",
    [
        "OVERVIEW",
        "2) Catalyse the creation of regional innovation strategies for",
        "Members and",
        "What is your view?",
        "This line goes on …",
    ],
)
def test_what_is_no_whole_heading_makes_none(heading: str) -> None:
    assert question_of(heading) is None
