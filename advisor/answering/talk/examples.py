"""The headings of the documents → questions that the documents answer, to show what can be asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import zip_longest

from advisor.answering.talk.headings import question_of
from advisor.store.library import Library
from advisor.text import terms

EXAMPLES = 3
TRIED = 12
"""Questions that are tried at most before it is left at fewer than `EXAMPLES`."""


def find_examples(library: Library, is_answered: Callable[[str], bool]) -> list[str]:
    """Return a few questions made of headings, from as many documents as there are, that `is_answered` says are.

    Headings that ask go before those that say how to do something, and both before other ones.
    """
    found: list[str] = []
    tried = 0
    for question in _candidates(library):
        if len(found) == EXAMPLES or tried == TRIED:
            break
        if not any(alike(question, other) for other in found):
            tried += 1
            found += [question] if is_answered(question) else []
    return found


def alike(question: str, other: str) -> bool:
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
