"""What a search inside the documents found → the lines of each passage that bear on it, with the words marked."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass

from advisor.answering.mentions import Mention
from advisor.records import Sentence
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
    """Where something was found: a page of a document, its section, and the words there.

    Attributes:
        sentence_id: names the sentence with which the words begin; "" where there is none.
    """

    document_id: str
    title: str
    page: int
    section: tuple[str, ...]
    pieces: tuple[Piece, ...]
    sentence_id: str = ""


def places(found: Sequence[Mention], query: str) -> list[Place]:
    """Return a place for each passage, in their order."""
    wanted = frozenset(terms(query))
    return [_place(mention, wanted) for mention in found]


def _place(mention: Mention, wanted: Set[str]) -> Place:
    sentences = _best_run(mention, wanted)
    text = " ".join(sentence.text for sentence in sentences) or mention.passage.text
    return Place(
        mention.document.document_id,
        mention.document.title,
        sentences[0].spans[0].page if sentences else mention.passage.first_page,
        mention.passage.section,
        tuple(marked(text, wanted)),
        sentences[0].sentence_id if sentences else "",
    )


def _best_run(mention: Mention, wanted: Set[str]) -> list[Sentence]:
    """Return the first run of sentences, about an excerpt long, that begins with a word and holds most of them.

    Where none begins with a word it is the one that begins with the sentence that comes nearest.
    """
    best: list[Sentence] = []
    most = -1
    for start, first in enumerate(mention.passage.sentences):
        run = _run(mention.passage.sentences[start:])
        begins = wanted & set(terms(first.text))
        held = len(wanted & {term for sentence in run for term in terms(sentence.text)}) if begins else 0
        if held > most or (held == 0 == most and first == mention.best):
            best, most = run, held
    return best


def _run(sentences: Sequence[Sentence]) -> list[Sentence]:
    run: list[Sentence] = []
    size = 0
    for sentence in sentences:
        size += len(sentence.text)
        if run and size > EXCERPT_CHARS:
            break
        run.append(sentence)
    return run


def marked(text: str, wanted: Set[str]) -> list[Piece]:
    """Return the text in pieces; together they are the text."""
    pieces: list[Piece] = []
    at = 0
    for start, end in word_spans(text, wanted):
        if at < start:
            pieces.append(Piece(text[at:start], False))
        pieces.append(Piece(text[start:end], True))
        at = end
    if at < len(text):
        pieces.append(Piece(text[at:], False))
    return pieces


def word_spans(text: str, wanted: Set[str]) -> list[tuple[int, int]]:
    """Return where the words of some search terms stand in a text, in any of their forms."""
    return [word.span() for word in _WORD.finditer(text) if wanted & set(terms(word.group()))]
