"""Hits → the same without what addresses a program instead of a reader, and a note of each sentence left out.

What is left out answers nothing and is not shown to a chat model; the record of the answer keeps it, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from advisor.answering.budget import Source
from advisor.answering.evidence import Evidence
from advisor.answering.outline import is_heading, section_of
from advisor.answering.statements import Statement
from advisor.answering.suspicion import INSTRUCTING, suspicions
from advisor.records import Hit, Passage, Sentence, Suspicious
from advisor.store.library import Library

FOLLOWS = "follows"
"""The reason of a sentence that stands behind an instruction in its passage: it may say what is to be done."""

MAX_SHOWN = 160
"""Characters of a sentence that a note of it keeps."""


@dataclass(frozen=True, slots=True)
class Screened:
    """The hits without their suspicious sentences, those without any other left out; and what was left out."""

    hits: tuple[Hit, ...]
    suspicious: tuple[Suspicious, ...]

    def of(self, hits: Sequence[Hit]) -> list[Hit]:
        """Return those of the hits of which something is left, whole: their vectors are those of all their tokens."""
        left = {hit.passage.passage_id for hit in self.hits}
        return [hit for hit in hits if hit.passage.passage_id in left]

    def left(self, evidence: Sequence[Evidence]) -> list[Evidence]:
        """Return the evidence that is not left out, with the hits as they are here."""
        hits = {hit.passage.passage_id: hit for hit in self.hits}
        kept = {sentence.sentence_id for hit in self.hits for sentence in hit.passage.sentences}
        return [
            replace(item, hit=hits[item.sentence.passage_id]) for item in evidence if item.sentence.sentence_id in kept
        ]


def screen(hits: Sequence[Hit]) -> Screened:
    """Leave the suspicious sentences of hits out. Hits without any are the same objects as before."""
    kept: list[Hit] = []
    noted: list[Suspicious] = []
    for hit in hits:
        reasons = _reasons(hit.passage)
        noted += [_note(hit, sentence, reasons[sentence.sentence_id]) for sentence in _among(hit.passage, reasons)]
        if not reasons:
            kept.append(hit)
        elif len(reasons) < len(hit.passage.sentences):
            kept.append(replace(hit, passage=_without(hit.passage, reasons)))
    return Screened(tuple(kept), tuple(noted))


def sound_sources(sources: Sequence[Source]) -> list[Source]:
    """Return the sources of a chat model without what is suspicious in them."""
    kept: list[Source] = []
    for source in sources:
        reasons = _reasons(source.passage)
        if not reasons:
            kept.append(source)
        elif len(reasons) < len(source.passage.sentences):
            kept.append(replace(source, passage=_without(source.passage, reasons)))
    return kept


def titled(sources: Sequence[Source]) -> list[Source]:
    """Return sources as a chat model is told of them: a suspicious title gives way to the file name."""
    return [
        replace(one, document=replace(one.document, title=one.document.file)) if suspicions(one.document.title) else one
        for one in sources
    ]


def sound(library: Library, statements: Sequence[Statement]) -> list[Statement]:
    """Return the statements that are not suspicious in their passages; lists and rows may come from any passage."""
    found = []
    for statement in statements:
        sources = [source for source in (statement.sentence, *statement.also) if not _is_suspicious(library, source)]
        if statement.sentence in sources:
            found.append(replace(statement, also=tuple(sources[1:])))
    return found


def _is_suspicious(library: Library, sentence: Sentence) -> bool:
    [passage] = library.passages([sentence.passage_id])
    if is_heading(sentence):
        return bool(suspicions("\n".join(section_of(sentence, passage))))
    return sentence.sentence_id in _reasons(passage)


def _reasons(passage: Passage) -> dict[str, str]:
    """Return why each suspicious sentence of a passage is so, by sentence id.

    An instruction makes those behind it suspicious, and one in a heading all that stand under it.
    """
    under = [one.reason for one in suspicions("\n".join(passage.section))]
    if under:
        return {sentence.sentence_id: under[0] for sentence in passage.sentences}
    found: dict[str, str] = {}
    marked = suspicions(passage.text)
    if not marked:
        return found
    instructed = False
    for sentence, (start, end) in zip(passage.sentences, _places(passage), strict=True):
        here = [one.reason for one in marked if one.start < end and start < one.end]
        if here or instructed:
            found[sentence.sentence_id] = here[0] if here else FOLLOWS
        instructed = instructed or any(reason in INSTRUCTING for reason in here)
    return found


def _places(passage: Passage) -> Iterator[tuple[int, int]]:
    """Yield where each sentence stands in the text of its passage, which is made of them, in order."""
    end = 0
    for sentence in passage.sentences:
        start = max(passage.text.find(sentence.text, end), end)
        end = start + len(sentence.text)
        yield start, end


def _among(passage: Passage, reasons: Mapping[str, str]) -> list[Sentence]:
    return [sentence for sentence in passage.sentences if sentence.sentence_id in reasons]


def _without(passage: Passage, reasons: Mapping[str, str]) -> Passage:
    """Return a passage without some of its sentences, the others divided as before."""
    text = ""
    kept = []
    for sentence, (start, end) in zip(passage.sentences, _places(passage), strict=True):
        if sentence.sentence_id not in reasons:
            text += (passage.text[start - 1 : start] if text else "") + passage.text[start:end]
            kept.append(sentence)
    return replace(passage, text=text, sentences=tuple(kept))


def _note(hit: Hit, sentence: Sentence, reason: str) -> Suspicious:
    page = sentence.spans[0].page
    return Suspicious(hit.passage.passage_id, hit.document.file, page, sentence.text[:MAX_SHOWN], reason)
