"""The headings of the documents → questions that the documents answer, to show what can be asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import zip_longest

from advisor.store.library import Library
from advisor.text import terms, words

EXAMPLES = 3
TRIED = 12
"""Questions that are tried at most before it is left at fewer than `EXAMPLES`."""

SHORTEST, LONGEST = 3, 14
"""Words of a heading that makes a question."""

TELLING = 3
"""Search terms that a heading needs to say by itself what it is about."""

_LABEL = re.compile(r"^(?:(?:\d+(?:\.\d+)*|[A-Z]\d*)[.)]?\s+)?(?:[^:?]{0,40}\b\d+[a-z]?\s*[:–-]\s+)?")
_ASKS = re.compile(
    r"^(?:how|what|which|who|whom|whose|why|when|where|is|are|do|does|did|can|could|should|will|has|have)\b",
    re.IGNORECASE,
)
_HOW_TO = re.compile(r"^how to\b", re.IGNORECASE)


def find_examples(library: Library, is_answered: Callable[[str], bool]) -> list[str]:
    """Return a few questions made of headings, from as many documents as there are, that `is_answered` says are.

    Headings that ask go before those that say how to do something, and both before other ones.
    """
    found: list[str] = []
    tried = 0
    for question in _candidates(library):
        if len(found) == EXAMPLES or tried == TRIED:
            break
        if not any(_alike(question, other) for other in found):
            tried += 1
            found += [question] if is_answered(question) else []
    return found


def question_of(heading: str) -> tuple[int, str] | None:
    """Return the question that a heading makes, behind how natural it is (0 best); None where it makes none.

    Headings in capitals make none, nor do questions to somebody, as in an interview.
    """
    text = _LABEL.sub("", " ".join(heading.split()))
    if not SHORTEST <= len(text.split()) <= LONGEST or not text[:1].isalpha() or text.isupper():
        return None
    if {"you", "your"} & set(words(text)):
        return None
    if text.endswith("?") and _ASKS.match(text):
        return 0, text[0].upper() + text[1:]
    if _HOW_TO.match(text):
        return 1, f"{_HOW_TO.sub('How do we', text)}?"
    if text.endswith(("…", "...")) or len(terms(text)) < TELLING:
        return None
    return 2, f"What do the documents say about “{text}”?"


def _alike(question: str, other: str) -> bool:
    """Tell whether at least half of what the shorter question says stands in the other one."""
    said, told = set(terms(question)), set(terms(other))
    return 2 * len(said & told) >= min(len(said), len(told))


def _candidates(library: Library) -> Iterator[str]:
    """Yield questions, the most natural first; of those as natural, one of each document in turn."""
    of_document: list[list[tuple[int, str]]] = []
    for document in library.documents():
        headings = dict.fromkeys(heading for _, path in library.outline(document.document_id) for heading in path)
        of_document.append(
            [made for heading in headings if heading != document.title if (made := question_of(heading))]
        )
    for rank in (0, 1, 2):
        turns = zip_longest(*([text for at, text in made if at == rank] for made in of_document))
        yield from dict.fromkeys(text for turn in turns for text in turn if text)
