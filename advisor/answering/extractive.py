"""Evidence → the sentences, list items and rows that make up an answer without a language model."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from advisor.answering.evidence import Evidence
from advisor.records import Sentence, SentenceKind
from advisor.retrieval.kinds import SEVERAL
from advisor.retrieval.understanding import Query
from advisor.store.versions import Store
from advisor.text import terms

MAX_WORDS = {"fact": 75, "list": 260}
MAX_UNITS = 3
KEEP = {"fact": 0.85, "list": 0.8}
"""A further sentence joins the answer when its score is at least this share of the best one's."""

SAME = 0.92
"""Sentences closer than this cosine say the same; the later one becomes a further citation of the earlier."""

MAX_SECTION_WORDS = 130
"""A section of at most this length is told whole when a question asks for it by its number."""

MAX_ITEMS = 14

LIST_BONUS = 1.06
"""A question that wants several things is better served by a list than by a sentence of the same score."""

_POINTS_BACK = re.compile(
    r"^(it|its|they|their|them|this|these|that|those|such|he|she|both|however|therefore|thus|in addition|moreover|"
    r"furthermore|also|as a result|for this|here|then|the latter|the former|another|other|others)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer, with further sentences that are cited with it, as they say the same elsewhere.

    Attributes:
        words: what is said in place of the sentence's own text.
        is_point: whether it is shown as a bullet, whatever it is on its page.
    """

    sentence: Sentence
    also: tuple[Sentence, ...] = ()
    words: str = ""
    is_point: bool = False

    @property
    def text(self) -> str:
        """What is said."""
        return self.words or self.sentence.text

    @property
    def kind(self) -> SentenceKind:
        """How to show it; see `AnswerSentence`."""
        return "item" if self.is_point else "text" if self.words else self.sentence.kind


def compose(store: Store, query: Query, evidence: Sequence[Evidence]) -> list[Statement]:
    """Return the statements of the answer in the order in which to read them.

    A unit is a sentence (with the one before it where it points back), a list with its lead-in, or rows of a table.
    For a fact the best unit comes first; for a list, units of one section stand together in their order on the page.
    """
    if not evidence:
        return []
    kind = "list" if query.kind in SEVERAL else "fact"
    if kind == "list":
        evidence = sorted((_favoured(item) for item in evidence), key=lambda e: (-e.score, e.sentence.sentence_id))
    if section := _named_section(query, evidence):
        return [Statement(sentence) for sentence in section]
    units: list[list[Statement]] = []
    words = 0
    for candidate in evidence:
        if len(units) == MAX_UNITS or candidate.score < KEEP[kind] * evidence[0].score:
            break
        if (evidence[0].on_subject and not candidate.on_subject) or _is_in(candidate.sentence, units):
            continue
        if _add_to_twin(candidate, units, evidence):
            continue
        whole = _unit(store, candidate, evidence, kind)
        unit = [s for s in whole if not _is_in(s, units)]
        length = _words(unit)
        if not unit:
            continue  # an item that the list, cut to a readable length, left out
        if units and (words + length > MAX_WORDS[kind] or hangs(whole[0])):
            continue
        units.append([Statement(s) for s in unit])
        words += length
    ordered = _in_reading_order(units, evidence) if kind == "list" else units
    return [statement for unit in ordered for statement in unit]


def _named_section(query: Query, evidence: Sequence[Evidence]) -> list[Sentence]:
    """Return all sentences of the best evidence's section, in order, where its heading is the part that was asked for.

    Empty where the question names no numbered part, asks for something special in it, or the section is long.
    """
    best = evidence[0]
    if len(set(query.terms) - {term for phrase in query.references for term in phrase}) > 2:
        return []
    heading = " ".join(terms(" ".join(best.hit.passage.section[-1:]))) + " "
    if not any(" ".join(phrase) + " " in heading for phrase in query.references):
        return []
    section = [
        e.sentence
        for e in evidence
        if (e.sentence.document_id, e.hit.passage.section) == (best.sentence.document_id, best.hit.passage.section)
    ]
    section.sort(key=lambda sentence: sentence.sentence_id)
    return section if _words(section) <= MAX_SECTION_WORDS else []


def _is_in(sentence: Sentence, units: Sequence[Sequence[Statement]]) -> bool:
    told = {s.sentence_id for unit in units for one in unit for s in (one.sentence, *one.also)}
    return sentence.sentence_id in told


def _in_reading_order(units: Sequence[list[Statement]], evidence: Sequence[Evidence]) -> list[list[Statement]]:
    sections = {e.sentence.passage_id: (e.sentence.document_id, e.hit.passage.section) for e in evidence}
    of = [sections.get(unit[0].sentence.passage_id, (unit[0].sentence.document_id, ())) for unit in units]
    return [
        unit
        for _, _, unit in sorted(zip(map(of.index, of), (u[0].sentence.sentence_id for u in units), units, strict=True))
    ]


def _favoured(item: Evidence) -> Evidence:
    return replace(item, score=item.score * LIST_BONUS) if item.sentence.kind in ("lead", "item") else item


def _add_to_twin(candidate: Evidence, units: Sequence[list[Statement]], evidence: Sequence[Evidence]) -> bool:
    """Make the candidate a further citation of a sentence that says the same; return whether there is one."""
    vectors = {e.sentence.sentence_id: e.vector for e in evidence}
    for unit in units:
        for i, one in enumerate(unit):
            other = vectors.get(one.sentence.sentence_id)
            if other is not None and float(np.dot(other, candidate.vector)) > SAME:
                unit[i] = replace(one, also=(*one.also, candidate.sentence))
                return True
    return False


def _unit(store: Store, best: Evidence, evidence: Sequence[Evidence], kind: str) -> list[Sentence]:
    """Return the sentences that belong together with the best one, in reading order."""
    sentence = best.sentence
    if sentence.kind == "text":
        return list(_with_antecedent(best))
    block = store.library.group(sentence.document_id, sentence.group)
    lead = [s for s in block if s.kind == "lead"][:1]
    members = [s for s in block if s.kind != "lead" and sentence.kind in (s.kind, "lead")]
    scores = {e.sentence.sentence_id: e.score for e in evidence}
    if sentence.kind == "row" or (kind == "fact" and any(s.kind == "row" for s in members)):
        limit = KEEP[kind] * evidence[0].score
        members = [s for s in members if scores.get(s.sentence_id, -1.0) >= limit]
    elif kind == "fact" and sentence.kind == "item" and _words(block) > MAX_WORDS["fact"]:
        # One item under a lead-in that promises several looks like the whole list: it stands without it if it can.
        return [sentence] if is_whole(sentence) else [*lead, sentence]
    else:
        members = _on_subject(members, evidence)
    if len(members) > MAX_ITEMS:
        kept = sorted(members, key=lambda s: -scores.get(s.sentence_id, 0.0))[:MAX_ITEMS]
        members = [s for s in members if s in kept]
    return [*lead, *members]


def _words(sentences: Sequence[Sentence]) -> int:
    return sum(len(sentence.text.split()) for sentence in sentences)


def is_whole(item: Sentence) -> bool:
    """Tell whether a list item can stand without its lead-in."""
    return item.text.endswith((".", "!", "?")) and len(item.text.split()) > 5


def _on_subject(items: list[Sentence], evidence: Sequence[Evidence]) -> list[Sentence]:
    """Return the items that speak of the question's subject; all of them where each does, or none."""
    speaks = {e.sentence.sentence_id: e.on_subject for e in evidence}
    if all(speaks.get(item.sentence_id, True) for item in items):
        return items
    return [item for item in items if speaks.get(item.sentence_id, False)] or items


def hangs(sentence: Sentence) -> bool:
    """Tell whether a sentence points back to one that is not in the answer."""
    return sentence.kind == "text" and bool(_POINTS_BACK.match(sentence.text))


def _with_antecedent(best: Evidence) -> Iterator[Sentence]:
    siblings = best.hit.passage.sentences
    position = siblings.index(best.sentence)
    if position and _POINTS_BACK.match(best.sentence.text) and siblings[position - 1].group == best.sentence.group:
        yield siblings[position - 1]
    yield best.sentence
