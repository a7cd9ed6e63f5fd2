"""Which sentence says what a thing is."""

from __future__ import annotations

import pytest

from advisor.answering.defining import defines, thing_asked
from advisor.records import Sentence, SentenceKind


def said(text: str, kind: SentenceKind = "text") -> Sentence:
    return Sentence("d-0-0", "d-0", "d", kind, 0, text, ())


@pytest.mark.parametrize(
    ("question", "thing"),
    [
        ("What is a joint venture?", "joint venture"),
        ("What are soft landings?", "soft landings"),
        ("What is meant by a metacluster?", "metacluster"),
        ("What does MoU mean?", "MoU"),
        ("What is the best way for a harbour to find partners abroad?", ""),
        ("Who pays?", ""),
    ],
)
def test_the_thing_is_what_the_question_names(question: str, thing: str) -> None:
    assert thing_asked(question) == thing


@pytest.mark.parametrize(
    "text",
    [
        "A joint venture is a firm of two owners.",
        "“Joint venture: a firm of two owners”.",
        "The joint venture (JV) joins two owners.",
        "Joint venture means a firm of two owners.",
    ],
)
def test_a_definition_begins_with_the_thing_and_says_what_it_is(text: str) -> None:
    assert defines(said(text), "joint venture", ["Terms"], place=5)


@pytest.mark.parametrize(
    "text",
    [
        "The joint venture is clear and simple.",
        "A joint venture is done against all odds.",
        "Joint ventures were signed in May.",
        "Each firm has a joint venture.",
    ],
)
def test_what_is_only_said_of_a_thing_is_no_definition(text: str) -> None:
    assert not defines(said(text), "joint venture", ["Terms"], place=0)


def test_a_row_with_the_name_of_the_thing_defines_it() -> None:
    assert defines(said("Joint venture — Meaning: A firm of two owners", "row"), "joint venture", [], place=9)


def test_what_opens_the_entry_of_a_glossary_defines_its_term() -> None:
    entry = ["Glossary", "Joint ventures (JV)"]
    assert defines(said("Two owners share a firm."), "joint venture", entry, place=0)
    assert not defines(said("They may be sold."), "joint venture", entry, place=3)
    assert not defines(said("Two owners share a firm."), "venture", entry, place=0)
