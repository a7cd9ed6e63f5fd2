"""Hits of a search → the lines of each passage that bear on it, with the words that were asked for marked."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass

from advisor.records import Hit, Sentence
from advisor.text import terms

EXCERPT_CHARS = 320
"""Three or four lines on a page: enough to see whether the place is the one that is looked for."""

_WORD = re.compile(r"\w+(?:['’.,-]\w+)*")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text, and whether it is one of the words that were asked for."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was found: a page of a document, its section, and the words there."""

    document_id: str
    title: str
    page: int
    section: tuple[str, ...]
    pieces: tuple[Piece, ...]


def places(hits: Sequence[Hit], query: str) -> list[Place]:
    """Return a place for each hit, in their order."""
    wanted = frozenset(terms(query))
    return [_place(hit, wanted) for hit in hits]


def _place(hit: Hit, wanted: Set[str]) -> Place:
    sentences = _best_run(hit.passage.sentences, wanted)
    text = " ".join(sentence.text for sentence in sentences) or hit.passage.text
    return Place(
        hit.document.document_id,
        hit.document.title,
        sentences[0].spans[0].page if sentences else hit.passage.first_page,
        hit.passage.section,
        tuple(marked(text, wanted)),
    )


def _best_run(sentences: Sequence[Sentence], wanted: Set[str]) -> list[Sentence]:
    """Return the first run of sentences, about an excerpt long, that begins with a word and holds most of them."""
    best: list[Sentence] = []
    most = -1
    for start in range(len(sentences)):
        run: list[Sentence] = []
        size = 0
        for sentence in sentences[start:]:
            if run and size + len(sentence.text) > EXCERPT_CHARS:
                break
            run.append(sentence)
            size += len(sentence.text)
        begins = wanted & set(terms(run[0].text))
        held = len(wanted & {term for sentence in run for term in terms(sentence.text)}) if begins else 0
        if held > most:
            best, most = run, held
    return best


def marked(text: str, wanted: Set[str]) -> list[Piece]:
    """Return the text in pieces; together they are the text."""
    pieces: list[Piece] = []
    at = 0
    for word in _WORD.finditer(text):
        if wanted & set(terms(word.group())):
            if at < word.start():
                pieces.append(Piece(text[at : word.start()], False))
            pieces.append(Piece(word.group(), True))
            at = word.end()
    if at < len(text):
        pieces.append(Piece(text[at:], False))
    return pieces
