"""Evidence → the sentences, list items and rows that make up an answer without a language model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from advisor.answering.choosing import MEASURES, Draft, Measure, place_of
from advisor.answering.evidence import Evidence, gather
from advisor.answering.how_many import is_counted, is_number_told
from advisor.answering.imprint import imprint_asked
from advisor.answering.outline import outline_asked
from advisor.answering.parts import EACH, ONE, asks_for_parts, openings
from advisor.answering.statements import Statement, set_apart
from advisor.answering.tables.extremes import extremes_asked
from advisor.answering.tables.lookup import rows_asked, table_asked
from advisor.answering.traits import opens_with, spelt_out
from advisor.answering.units import words_in
from advisor.records import Sentence
from advisor.retrieval.kinds import Kind
from advisor.retrieval.understanding import Query
from advisor.store.versions import Store
from advisor.text import terms

TRIED = 4
"""Evidence of a side that is looked at until one can be told."""

MAX_SECTION_WORDS = 130
"""A section of at most this length is told whole when a question asks for it by its number."""


def compose(
    store: Store, query: Query, evidence: Sequence[Evidence], *, measures: Mapping[Kind, Measure] = MEASURES
) -> list[Statement]:
    """Return the statements of the answer in the order in which to read them; `measures` say how much it holds.

    A unit is a sentence (with the one before it where it points back), a list with its lead-in, or rows of a table.
    The best unit comes first; in an answer of several things, units of one section stand together in their order on
    the page. Fragments come only where there is nothing else.
    """
    if told := _spelt_out(query, evidence):
        return set_apart(told)
    if imprint := imprint_asked(store.library, query):
        return [Statement(sentence) for sentence in imprint]
    evidence = [item for item in evidence if item.is_whole] or list(evidence)
    if not evidence:
        return []
    if asks_for_parts(query) and (parts := _parts(store, query, evidence, measures)):
        return parts
    if not query.is_divided and (section := _named_section(query, evidence)):
        return [Statement(sentence) for sentence in section]
    if not is_number_told(store, query, evidence) and (rows := rows_asked(store, query, evidence)):
        return set_apart([Statement(row) for row in rows])
    if first := extremes_asked(store, query, evidence):
        return [Statement(sentence) for sentence in first]
    if not is_counted(query, evidence) and (parts := outline_asked(store, query, evidence)):
        return parts
    if whole := table_asked(store, query, evidence):
        return [Statement(sentence) for sentence in whole]
    draft = Draft(store, query, evidence, measures[query.kind])
    if not _joins_sides(query, evidence[0].sentence):
        for side in _sides(store, query, evidence):
            next(filter(draft.take, side), None)
    while (further := draft.next()) is not None:
        draft.take(further)
    return set_apart(draft.statements())


def _spelt_out(query: Query, evidence: Sequence[Evidence]) -> list[Statement]:
    """Return the best sentence that spells out each abbreviation which the question asks about.

    A whole statement goes before a fragment or a lead-in. Empty where one of them is spelt out nowhere.
    """
    found: list[Sentence] = []
    for short in query.shorts:
        own = [item for item in evidence if spelt_out(item.sentence.text, [short])]
        if not own:
            return []
        best = next((item for item in own if item.is_whole and item.sentence.kind != "lead"), own[0])
        found.append(best.sentence)
    return [Statement(sentence) for sentence in dict.fromkeys(found)]


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
    section = [e.sentence for e in evidence if place_of(e) == place_of(best)]
    section.sort(key=lambda sentence: sentence.sentence_id)
    return section if words_in(section) <= MAX_SECTION_WORDS else []


def _parts(
    store: Store, query: Query, evidence: Sequence[Evidence], measures: Mapping[Kind, Measure]
) -> list[Statement]:
    """Return what each numbered part opens with, or where no heading names it the best that begins with its name.

    Empty where the documents have neither.
    """
    documents = list(dict.fromkeys(item.sentence.document_id for item in evidence))
    if not query.sides:
        return [Statement(sentence) for sentence in openings(store.library, query, documents, words=ONE)]
    draft = Draft(store, query, evidence, measures[query.kind])
    for part, ranked in zip(query.sides, _sides(store, query, evidence), strict=True):
        phrases = [" ".join(phrase) for phrase in part.references]
        named = [item.sentence for item in ranked if opens_with(item.sentence.text, phrases)]
        draft.tell(openings(store.library, part, documents, words=EACH) or named[:1])
    return set_apart([statement for unit in draft.units for statement in unit])


def _sides(store: Store, query: Query, evidence: Sequence[Evidence]) -> Iterator[list[Evidence]]:
    """Yield the best evidence of each side of a question, best first, so that none is left out.

    Where only names set the sides apart, that is evidence which names them, if there is any.
    """
    held = {item.hit.passage.passage_id: item.hit for item in evidence}
    # Whole passages, also where sentences were screened out of them: token vectors are those of all their sentences.
    hits = [replace(held[whole.passage_id], passage=whole) for whole in store.library.passages(list(held))]
    known = {item.sentence.sentence_id: item for item in evidence}
    vectors = {sentence_id: item.vector for sentence_id, item in known.items()}
    apart = query.names_apart or [frozenset[str]()] * len(query.sides)
    for side, names in zip(query.sides, apart, strict=True):
        own = [hit for hit in hits if not side.document_ids or hit.document.document_id in side.document_ids]
        ranked = gather(store, side, own, vectors=vectors)
        ranked = [item for item in ranked if item.on_subject] or ranked
        ranked = [item for item in ranked if names <= _said(item.sentence, item.hit.passage.section)] or ranked
        yield [known[item.sentence.sentence_id] for item in ranked[:TRIED]]


def _joins_sides(query: Query, best: Sentence) -> bool:
    """Tell whether the best sentence names what sets each side apart: it tells what they have to do with each other."""
    return bool(query.names_apart) and all(names <= _said(best) for names in query.names_apart)


def _said(sentence: Sentence, section: Sequence[str] = ()) -> frozenset[str]:
    return frozenset(terms(" ".join((sentence.text, *section))))
