"""What a caller gave for an option → the value that is used, or a UsageError in one line; pure."""

from __future__ import annotations

from collections.abc import Iterable

from advisor.errors import UsageError

Texts = Iterable[str] | None
"""Several texts, or one by itself; None is none."""


def as_texts(value: Texts, name: str) -> tuple[str, ...]:
    """Return several texts; one by itself is one of them, not its letters.

    Raises:
        UsageError: it holds something else than texts.
    """
    if value is None:
        return ()
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, Iterable):
        raise UsageError(f"{name} is {type(value).__name__}; give a list of texts")
    given = tuple(value)
    for one in given:
        if not isinstance(one, str):
            raise UsageError(f"{name} holds {type(one).__name__}; give a list of texts")
    return given


def as_headings(value: Texts) -> tuple[str, ...]:
    """Return the words of headings; an empty one, as of a form that was left empty, asks for nothing.

    Raises:
        UsageError: it holds something else than texts.
    """
    return tuple(words for words in as_texts(value, "sections") if words.strip())


def as_text(value: object, name: str) -> str:
    """Return a text.

    Raises:
        UsageError: it is none.
    """
    if not isinstance(value, str):
        raise UsageError(f"{name} is {type(value).__name__}; give a text")
    return value


def as_count(value: object, noun: str, *, name: str = "k") -> int:
    """Return how many of something are asked for.

    Raises:
        UsageError: it is no whole number from 1.
    """
    if not isinstance(value, int) or value < 1:
        raise UsageError(f"{name} is {value!r}; ask for at least one {noun}")
    return value
