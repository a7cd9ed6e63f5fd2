"""What a keeper tells about the conversations that it keeps: their titles, and what readers thought of answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from advisor.errors import StoreError
from advisor.records import Answer, Message

LONGEST_TITLE = 80
LONGEST_REASON = 2_000
LONGEST_PREFERENCE = 20_000

UNREADABLE = "keeping.unreadable"
"""The key of the text that stands as the error of a turn that was kept but cannot be read."""


class NotKeptError(StoreError):
    """This browser has no such conversation, or no answer in it under this number."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A conversation in the list of a browser; `turns` is how many questions it has. Moments are in UTC."""

    id: str
    title: str
    begun: datetime
    changed: datetime
    turns: int


@dataclass(frozen=True, slots=True)
class Rating:
    """What a reader thought of an answer.

    Attributes:
        id: stays the same when all ratings are read again; says nothing about the browser.
        history: the questions and answers before the question.
        reason: in the reader's words; "" where none was given.
        at: when the answer was rated, in UTC.
    """

    id: str
    question: str
    history: tuple[Message, ...]
    verdict: Literal["good", "bad"]
    reason: str
    at: datetime
    answer: Answer


def short_title(title: str) -> str:
    """Return a title of at most `LONGEST_TITLE` characters, cut behind a word where one ends in its second half."""
    if len(title) <= LONGEST_TITLE:
        return title
    cut = title[: LONGEST_TITLE - 1]
    head, _, _ = cut.rpartition(" ")
    return (head if len(head) > LONGEST_TITLE // 2 else cut).rstrip(" ,;:–-") + "…"
