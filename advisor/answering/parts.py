"""A numbered part that a question asks for → the sentences with which it opens in the documents."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, islice

from advisor.answering.telling import is_evidence
from advisor.records import Sentence
from advisor.retrieval.understanding import Query
from advisor.store.library import Library
from advisor.text import terms

ONE, EACH = 60, 40
"""Words from which no further sentence is told of the only part that is asked for, and of each of several."""

LIST = 90
"""How many more words a list may bring, which comes whole."""

MOST = 3
"""Sections that are told of one part in one document."""

BEFORE = 3
"""Words of a heading that may stand before the name of a part: "3.2 Green transition action 3: …"."""

_HEAD = re.compile(r"^(?:[\d.]+\s+)?([^(:;–—]*)")
JOINS = frozenset("about after and at before by during for from in of on or to towards until with without".split())
"""Words behind which a heading names a part that it is not the heading of: "Checklist before step 3"."""

_ASKING = frozenset(
    terms(
        "say ask happen list name tell describe explain show summarise contain content mean call give about recommend "
        "compare comparison differ difference different versus vs"
    )
)
"""Terms that ask for a part as a whole."""

_NO_PARTS = frozenset(terms("figure line question"))
"""Stems of labels of what has no text of its own to be told."""


def asks_for_parts(query: Query) -> bool:
    """Tell whether a question asks for numbered parts and nothing else.

    "What do R3 and R5 say?" does; "Who pays for step 3?" asks for more.
    """
    named = {term for phrase in query.references for term in phrase}
    return bool(named) and not named & _NO_PARTS and not set(query.terms) - named - _ASKING


def openings(library: Library, query: Query, document_ids: Sequence[str], *, words: int) -> list[Sentence]:
    """Return the sentences with which the parts that a question names open, section by section, in reading order.

    Empty where no heading of these documents names one. Of each section come the first sentences, up to so many words.
    """
    phrases = [" ".join(phrase) for phrase in query.references]
    found: list[Sentence] = []
    for document_id in document_ids:
        for passage_ids in islice(_sections(library, document_id, phrases), MOST):
            sentences = [s for passage in library.passages(passage_ids) for s in passage.sentences if is_evidence(s)]
            found += _first(sentences, words)
    return found


def _sections(library: Library, document_id: str, phrases: Sequence[str]) -> Iterator[list[str]]:
    """Yield the passages of each section whose heading names one of the parts, in reading order."""
    marked = [(item, _named(path, phrases)) for item, path in library.outline(document_id)]
    for path, members in groupby(marked, key=lambda entry: entry[1]):
        if path:
            yield [item for item, _ in members]


def _named(path: Sequence[str], phrases: Sequence[str]) -> tuple[str, ...]:
    """Return a section path up to the heading of a part; empty where none of them is one."""
    for depth, heading in enumerate(path, start=1):
        if any(_is_heading_of(heading, phrase) for phrase in phrases):
            return tuple(path[:depth])
    return ()


def _is_heading_of(heading: str, phrase: str) -> bool:
    match = _HEAD.match(heading)
    words = (match[1] if match else "").replace(".", " ").split()
    for at in range(min(BEFORE + 1, len(words))):
        if words[at].lower() in JOINS:
            return False
        if re.match(rf"{re.escape(phrase)}[a-z]?(?: |$)", " ".join(terms(" ".join(words[at:])))):  # also "Case 7a"
            return True
    return False


def _first(sentences: Sequence[Sentence], words: int) -> list[Sentence]:
    """Return the first sentences up to so many words, at least one; a list comes whole or not at all."""
    kept: list[Sentence] = []
    length = 0
    for _, members in groupby(sentences, key=lambda sentence: sentence.group):
        block = list(members)
        for unit in [block] if block[0].kind != "text" else [[sentence] for sentence in block]:
            length += sum(len(sentence.text.split()) for sentence in unit)
            if kept and length > words + LIST * (len(unit) > 1):
                return kept
            kept += unit
    return kept
