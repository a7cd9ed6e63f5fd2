"""Ratings of readers → a question set for `advisor evaluate`, in the form that benchmarks/README.md describes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from advisor.records import Answer
from advisor.serving.keeping.kept import Rating
from advisor.serving.keeping.outline import plain
from advisor.text import words

KIND = "rated"
"""The kind of all these questions: a report shows them by themselves."""
PHRASE_WORDS = 12
_NOT_ASKED_OF_THE_DOCUMENTS = ("small-talk", "nothing-before", "nothing-more", "needs-model", "empty-store")


def to_question_set(ratings: Iterable[Rating]) -> str:
    """Return one JSON object a line for each rating of an answer that the documents were asked for.

    A good answer gives a question with the cited pages as evidence, all of one part: the reader has not said that
    each of them is needed. Where the advisor rightly said that the documents do not answer, the question is not
    answerable. A bad answer tells nobody what the right one is: `answerable` is null, so that the question waits for
    someone who finds the pages and is passed over until then; what was cited stands under `rejected`.
    """
    return "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in map(_line, _asked(ratings)))


def _asked(ratings: Iterable[Rating]) -> Iterator[Rating]:
    for rating in ratings:
        if rating.answer.reason not in _NOT_ASKED_OF_THE_DOCUMENTS and plain(rating.question):
            yield rating


def _line(rating: Rating) -> Mapping[str, Any]:
    places = _places(rating.answer)
    line: dict[str, Any] = {
        "id": rating.id,
        "question": plain(rating.question),
        "language": rating.answer.language or "en",
        "kind": KIND,
        "answerable": _answerable(rating, places),
    }
    if line["answerable"]:
        line["evidence"] = places
    elif rating.verdict == "bad":
        line["rejected"] = places
    history = [{"role": turn.role, "content": plain(turn.content)} for turn in rating.history]
    line["history"] = [turn for turn in history if turn["content"]]
    line["note"] = plain(rating.reason)
    line["verdict"] = rating.verdict
    line["at"] = rating.at.isoformat(timespec="seconds")
    return line


def _answerable(rating: Rating, places: list[Mapping[str, Any]]) -> bool | None:
    """Tell whether the documents answer, as far as the reader has said so; None where somebody has to look."""
    if rating.verdict == "bad":
        return None
    if rating.answer.abstained:
        return False
    return True if places else None


def _places(answer: Answer) -> list[Mapping[str, Any]]:
    """Return where the citations of an answer stand, each with the first words of its quote."""
    found = [
        {
            "document": citation.document,
            "page": citation.page,
            "phrase": " ".join(plain(citation.quote).split()[:PHRASE_WORDS]),
            "part": 1,
        }
        for citation in answer.citations
    ]
    return [place for place in found if words(str(place["phrase"])) and str(place["document"]).strip()]
