"""Whatever a turn holds is read as it was written: answers with their hits, and every character of a document."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from advisor.records import (
    Answer,
    AnswerSentence,
    Citation,
    Document,
    Hit,
    Passage,
    Removed,
    Sentence,
    Span,
    Suspicious,
)
from advisor.serving.conversation import Source, Turn
from advisor.serving.keeping.turns import decoded, encoded, settled

TEXTS = st.text(st.characters() | st.characters(categories=["Cs"]), max_size=8)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
COUNTS = st.integers(0, 10**6)
BOXES = st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS), max_size=2).map(tuple)
SPANS = st.builds(Span, st.integers(1, 99), st.integers(0, 9), st.integers(10, 20), BOXES)
KINDS = st.sampled_from(["text", "lead", "item", "row"])


def several(one: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(one, max_size=2).map(tuple)


SENTENCES = st.builds(Sentence, TEXTS, TEXTS, TEXTS, KINDS, COUNTS, TEXTS, several(SPANS))
PASSAGES = st.builds(Passage, TEXTS, TEXTS, several(TEXTS), TEXTS, several(SENTENCES))
DOCUMENTS = st.builds(Document, TEXTS, TEXTS, TEXTS, TEXTS, COUNTS, TEXTS, TEXTS, st.none() | COUNTS, TEXTS)
HITS = st.builds(Hit, COUNTS, NUMBERS, NUMBERS, PASSAGES, DOCUMENTS)
CITATIONS = st.builds(
    Citation, COUNTS, TEXTS, TEXTS, TEXTS, COUNTS, TEXTS, several(TEXTS), TEXTS, COUNTS, COUNTS, BOXES, TEXTS
)
SAID = st.builds(
    AnswerSentence,
    TEXTS,
    several(COUNTS),
    st.sampled_from(["verbatim", "supported", "partial", "unsupported"]),
    KINDS,
)
ANSWERS = st.builds(
    Answer,
    *(TEXTS, TEXTS, TEXTS, TEXTS, st.booleans(), NUMBERS, TEXTS, st.sampled_from(["extractive", "generative"])),
    sentences=several(SAID),
    citations=several(CITATIONS),
    hits=several(HITS),
    conflicts=several(TEXTS),
    suspicious=several(st.builds(Suspicious, TEXTS, TEXTS, COUNTS, TEXTS, TEXTS)),
    suspicious_question=several(TEXTS),
    timings_ms=st.dictionaries(TEXTS, NUMBERS, max_size=2),
    language=TEXTS,
    note=TEXTS,
    suggestions=several(TEXTS),
    removed=several(st.builds(Removed, TEXTS, TEXTS)),
)
TURNS = st.builds(
    Turn,
    question=TEXTS,
    phase=st.sampled_from(["done", "stopped", "failed"]),
    documents=COUNTS,
    pages=COUNTS,
    passages=COUNTS,
    reports=COUNTS,
    sentences=st.lists(SAID, max_size=2),
    citations=st.lists(CITATIONS, max_size=2),
    answer=st.none() | ANSWERS,
    error=TEXTS,
    sources=st.dictionaries(
        st.text("0123456789abcdef"),
        st.builds(Source, TEXTS, TEXTS, TEXTS, TEXTS, st.none() | COUNTS, COUNTS),
        max_size=2,
    ),
    follow_ups=several(TEXTS),
    asked_at=st.datetimes(timezones=st.just(UTC)),
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(TURNS)
def test_a_turn_is_read_as_it_was_written(turn: Turn) -> None:
    again = decoded(encoded(turn))
    assert again == turn
    assert encoded(again) == encoded(turn)


@pytest.mark.parametrize(
    "text",
    [
        "half \ud800 of a pair",
        "\udc00",
        "\ud83d\ude00 in two halves",
        "\U0001f600 whole",
        "nul \x00",
        "\u2028",
        "e\u0301",
    ],
)
def test_no_character_is_lost_or_changed(text: str) -> None:
    assert decoded(encoded(Turn(text, phase="done"))).question == text


def test_what_a_newer_version_added_to_a_turn_does_no_harm() -> None:
    turn = Turn("Why?", phase="done", asked_at=datetime(2026, 11, 12, tzinfo=UTC))
    newer = encoded(turn).replace(b'{"question"', b'{"mood": {"colour": "blue"}, "question"')
    assert decoded(newer) == turn


def test_what_an_older_version_did_not_write_has_its_usual_value() -> None:
    turn = decoded(b'{"question": "Why?", "phase": "done", "asked_at": "2026-11-12T00:00:00Z"}')
    assert turn == Turn("Why?", phase="done", asked_at=datetime(2026, 11, 12, tzinfo=UTC))


def test_a_running_turn_has_stopped_after_a_restart() -> None:
    assert [settled(Turn("Why?", phase=phase)).phase for phase in ("starting", "searching", "writing", "done")] == [
        *["stopped"] * 3,
        "done",
    ]
