"""A question for who made a document, or when it came out → the sentences of its first pages that say so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile

from advisor.answering.differences.dates import read_dates
from advisor.records import Sentence
from advisor.retrieval.restrictions import KINDS, identity
from advisor.retrieval.understanding import Query
from advisor.store.library import Library
from advisor.text import terms

FRONT = 6
"""Pages at the beginning of a document where its makers and its date stand."""

MOST = 3
"""Sentences that are told of one document."""

SHORT, LONG = 8, 40
"""Words up to which a line with a date is that of the document, and up to which a sentence says who made it."""

_WROTE = r"(?:wrote|written|authored|drafted|prepared|produced|made)"
_ASKS_WHO = re.compile(
    rf"\bwho (?:has |have |had )?(?P<did>{_WROTE}|edited|published|issued|coordinated)\b|"
    r"\bwho (?:is|are|was|were) the (?:\w+ )?(?P<are>authors?|editors?|publishers?)\b|"
    r"\b(?:name|list|tell|give)\b.{0,20}\bthe (?P<named>authors?|editors?|publishers?)\b",
    re.IGNORECASE,
)
_ASKS_WHEN = re.compile(
    r"\bwhen\b.{0,80}?\b(?:publish(?:ed)?|written|issued?|released?|come out|appear)\b|"
    r"\b(?:what|which) (?:year|date)\b.{0,60}?\b(?:published|issued|written)\b|"
    r"\b(?:what|which) (?:year|date) is\b.{0,60}?\bfrom\b|"
    r"\b(?:date|year) of publication\b|\bpublication (?:date|year)\b",
    re.IGNORECASE,
)
_ASKING = frozenset(
    terms(
        "wrote written write author edited editor published publisher publication publish prepared produced drafted "
        "made issued released coordinated come came out appear year date name names tell exactly first list "
        + " ".join(KINDS)
    )
)
"""Search terms of a question for who made a document and when, besides what the document is called."""

_ROLES = {
    "edit": ("editors?", "edited"),
    "publi": ("publishers?", "published|issued|prepared"),
    "issu": ("publishers?", "published|issued"),
    "coord": ("coordinators?", "coordinated"),
    "": ("authors?", "written|prepared|produced|drafted|authored"),
}
"""Nouns and verbs of those who make a document, by how the word that asks for them begins."""

_ANY_ROLE = ("authors?|editors?|publishers?", "written|prepared|produced|drafted|authored|edited|published|issued")
_KINDS = "guide|handbook|manual|report|study|paper|document|publication|analysis|brief|work"
_MADE = (
    r"^(?:the |lead |main )*(?:{nouns})\b(?:\s*:|\s+(?:are|is|were|was)\b|\s*$|\s+(?=(?-i:[A-Z])))|"
    r"\b(?:was|were) (?:its|the) (?:{nouns})(?!\w)|(?:^|\b(?:{kinds})\b.{{0,160}}?\b)(?:{verbs})"
    r"(?: for [^.;]{{1,80}}?)? by\b|"
    r"\b(?:{verbs}) the (?:{kinds})\b"
)
_RESTS_ON = re.compile(rf"^this (?:{_KINDS}|summary) (?:rests|is based) (?:\w+ )?on\b", re.IGNORECASE)
_CAME_OUT = re.compile(r"©|\bpublished by\b|\b(?:was|were) (?:first )?(?:published|issued|released)\b", re.IGNORECASE)


def imprint_asked(library: Library, query: Query) -> list[Sentence]:
    """Return what the first pages of the documents that a question names say of their makers, or of their date.

    Empty where it names no document, asks for something else, or they do not say it.
    """
    if not query.document_ids or query.is_divided or _names_another(library, query):
        return []
    if _ASKS_WHEN.search(query.searched):
        return [s for item in query.document_ids for s in _dated(library, item)]
    match = _ASKS_WHO.search(query.searched)
    if match is None:
        return []
    asked = (match["did"] or match["are"] or match["named"]).lower()
    role = next(role for begin, role in _ROLES.items() if asked.startswith(begin))
    for made in (_made_by(role), _made_by(_ANY_ROLE), _RESTS_ON):
        if found := [s for item in query.document_ids for s in _made(library, item, made)]:
            return found
    return []


def _names_another(library: Library, query: Query) -> bool:
    """Tell whether an English question says more of a document than those are called: "the Expert Group report"."""
    if query.language != "en":
        return False
    called = set().union(*(identity(library.document(item)) for item in query.document_ids))
    return bool(set(terms(query.text)) - called - _ASKING)


def _made_by(role: tuple[str, str]) -> re.Pattern[str]:
    return re.compile(_MADE.format(nouns=role[0], verbs=role[1], kinds=_KINDS), re.IGNORECASE)


def _front(library: Library, document_id: str) -> list[Sentence]:
    passages = library.passages([item for item, _ in library.outline(document_id)][: 4 * FRONT])
    sentences = (sentence for passage in passages for sentence in passage.sentences)
    return list(takewhile(lambda sentence: sentence.spans[0].page <= FRONT, sentences))


def _made(library: Library, document_id: str, made: re.Pattern[str]) -> list[Sentence]:
    """Return the sentences that name who was what; behind a label alone ("Authors:"), also what follows it."""
    found: list[Sentence] = []
    sentences = _front(library, document_id)
    for sentence, follows in zip(sentences, [*sentences[1:], None], strict=True):
        if len(sentence.text.split()) <= LONG and made.search(sentence.text):
            is_label = sentence.text.endswith(":") and follows is not None
            found += [sentence, follows] if is_label and follows else [sentence]
    return found[:MOST]


def _dated(library: Library, document_id: str) -> Iterator[Sentence]:
    """Yield the first sentence that dates the document: a line of its own with a date, or one that says it came out."""
    for sentence in _front(library, document_id):
        length = len(sentence.text.split())
        if length <= LONG and read_dates(sentence.text) and (length <= SHORT or _tells_when(sentence.text)):
            yield sentence
            return


def _tells_when(text: str) -> bool:
    return bool(_CAME_OUT.search(text) or _RESTS_ON.search(text))
