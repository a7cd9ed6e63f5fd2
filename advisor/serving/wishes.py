"""What a browser sends with an event → what its reader wants; believed only where it is what our page sends."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from advisor.serving.talks import Place

MOST_READ_CHARS = 20_000
"""What is read of a question at all; the page and the advisor refuse one that is much shorter than this."""

MAX_REASON_CHARS = 2_000

MOST_SEARCHED_CHARS = 300
"""What is read of words that were searched for in the library; its field takes no more."""

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_DOCUMENT = re.compile(r"[0-9A-Za-z_.-]{1,128}")
_HIGHEST = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Question:
    """A question to answer at a place; `replaces` is the turn that it takes the place of, 0 for none."""

    text: str
    place: Place
    replaces: int


@dataclass(frozen=True, slots=True)
class Choice:
    """A page that the reader wants to see: of a citation, or of a document.

    Attributes:
        turn: the turn of the citation; 0 where `document` is named.
        page: 0 for the one that the citation is on.
        number: numbers the choices of one browser window.
        words: what was searched for where the page of a document was found; "" where it was not searched.
        sentence: id of the sentence that the search found there.
    """

    place: Place
    number: int
    turn: int = 0
    marker: int = 0
    document: str = ""
    page: int = 0
    words: str = ""
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the reader thinks of an answer; None takes it back."""

    place: Place
    turn: int
    good: bool | None
    reason: str


def read_place(data: object) -> Place:
    """Return the place that the page says it is at; a new conversation where it says nothing we know."""
    return Place(conversation=_id(data, "conversation"), link=_id(data, "link"))


def read_number(data: object) -> int:
    """Return the number that the page gives to what it asks for, 0 for none."""
    return _whole(data, "seq") or 0


def read_question(data: object) -> Question:
    """Return the question that is asked, with "" where there is none."""
    return Question(_text(data, "question", MOST_READ_CHARS), read_place(data), _whole(data, "replaces") or 0)


def read_choice(data: object) -> Choice | None:
    """Return the page that a browser asks for, or None where its data are not what our page sends."""
    number, page, document = _whole(data, "seq"), _whole(data, "page"), _text(data, "document", 128)
    turn, marker = _whole(data, "turn"), _whole(data, "n")
    if not number or page is None:
        return None
    if document:
        words, sentence = _text(data, "words", MOST_SEARCHED_CHARS), _id(data, "sentence")
        chosen = Choice(read_place(data), number, document=document, page=page, words=words, sentence=sentence)
        return chosen if _DOCUMENT.fullmatch(document) else None
    return Choice(read_place(data), number, turn, marker, page=page) if turn and marker else None


def read_opinion(data: object) -> Opinion | None:
    """Return what a reader thinks of an answer, or None where the data are not what our page sends."""
    turn, good = _whole(data, "turn"), _value(data, "good")
    if not turn or not (good is None or isinstance(good, bool)):
        return None
    return Opinion(read_place(data), turn, good, _text(data, "reason", MAX_REASON_CHARS))


def read_forgotten(data: object) -> tuple[str, bool]:
    """Return the id of the conversation to delete, and whether all of them are meant."""
    return _id(data, "forget"), _value(data, "all") is True


def _value(data: object, name: str) -> object:
    return data.get(name) if isinstance(data, Mapping) else None


def _text(data: object, name: str, longest: int) -> str:
    value = _value(data, name)
    return value.strip()[:longest] if isinstance(value, str) else ""


def _id(data: object, name: str) -> str:
    value = _text(data, name, 65)
    return value if _ID.fullmatch(value) else ""


def _whole(data: object, name: str) -> int | None:
    value = _value(data, name)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _HIGHEST:
        return value
    return None
