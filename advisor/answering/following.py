"""An answer → further questions for whoever has just read it, all of which the documents answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest

from advisor.answering.talk.examples import alike
from advisor.answering.talk.headings import question_of
from advisor.records import Answer, Hit
from advisor.store.library import Library
from advisor.text import terms

TRIED = 5
"""Questions that are tried at most, some 10 ms each, before it is left at fewer."""

SAME = 0.8
"""Share of the terms of two questions that both hold from which they ask the same."""

_ASKING = frozenset(terms("What do the documents say about it? How do we? What does the case show?"))
"""Terms of how a question is put, not of what it is about."""

Place = tuple[str, tuple[str, ...]]
"""A document by its id, and a section of it."""


def follow_ups(
    library: Library,
    answer: Answer,
    *,
    asked: Sequence[str],
    chosen: Sequence[str],
    count: int,
    hits_if_answered: Callable[[str], Sequence[Hit]],
) -> list[str]:
    """Return up to `count` questions made of headings near those that an answer cites.

    They are of sections behind and before the cited ones, and of what was found besides, one of each document where
    there are several. What the answer cites itself is not asked for again.

    Args:
        library: the documents.
        answer: what was read.
        asked: questions that are not to be asked again, besides the one that was answered.
        chosen: the ids of the documents to keep to; empty for all.
        count: how many at most.
        hits_if_answered: gives the hits of a question that is answered, best first; nothing for one that is not.
    """
    cited = {citation.passage_id for citation in answer.citations}
    before = [answer.question, answer.standalone_question, *asked]
    found: list[tuple[str, str]] = []
    tried = 0
    candidates = _candidates(library, answer, chosen)
    for is_first in (True, False):
        for document_id, text in candidates:
            if len(found) == count or tried == TRIED:
                return [text for text, _ in found]
            if is_first and any(document_id == other for _, other in found):
                continue
            others = [text for text, _ in found]
            if any(_same(text, one) for one in before) or any(alike(text, one) for one in others):
                continue
            tried += 1
            before.append(text)  # nor tried twice
            hits = hits_if_answered(text)
            if hits and hits[0].passage.passage_id not in cited:
                found.append((text, document_id))
    return [text for text, _ in found]


def _candidates(library: Library, answer: Answer, chosen: Sequence[str]) -> list[tuple[str, str]]:
    """Return questions, each behind the id of its document; first those that share a word with what was read."""
    titles = {document.title for document in library.documents()}
    made = [(place[0], _question(place[1], titles)) for place in _places(library, answer)]
    possible = [(document_id, text) for document_id, text in made if text and (not chosen or document_id in chosen)]
    told = set(terms(f"{answer.question} {answer.answer}"))
    return sorted(possible, key=lambda each: told.isdisjoint(set(terms(each[1])) - _ASKING))


def _places(library: Library, answer: Answer) -> Iterator[Place]:
    """Yield the sections that may come next, in turn: beside the cited ones, and of the other passages found."""
    cited = list(dict.fromkeys((citation.document_id, citation.section) for citation in answer.citations))
    found = dict.fromkeys((hit.document.document_id, hit.passage.section) for hit in answer.hits)
    beside = [near for place in cited[:2] for near in _beside(library, place)]
    own = {document_id for document_id, _ in cited}
    elsewhere = [place for place in found if place[0] not in own]
    within = [place for place in found if place[0] in own]
    turns = zip_longest(beside, elsewhere, within)
    yield from dict.fromkeys(place for turn in turns for place in turn if place and place not in cited)


def _beside(library: Library, place: Place) -> list[Place]:
    """Return the sections behind and before a section: the two behind it, and the one before it."""
    document_id, section = place
    order = list(dict.fromkeys(path for _, path in library.outline(document_id)))
    if section not in order:
        return []
    at = order.index(section)
    return [(document_id, path) for path in (*order[at + 1 : at + 3], *order[max(at - 1, 0) : at])]


def _question(section: Sequence[str], titles: set[str]) -> str:
    """Return the question of the last heading that makes one; "" where none does."""
    made = (question_of(heading) for heading in reversed(section) if heading not in titles)
    return next((question[1] for question in made if question), "")


def _same(text: str, other: str) -> bool:
    """Tell whether two questions ask the same, in nearly the same words."""
    said, told = set(terms(text)), set(terms(other))
    return said <= told or len(said & told) >= SAME * len(said | told)
