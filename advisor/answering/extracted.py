"""What was found for a question → an answer put together from the sources, or a decline, sentence by sentence."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, replace

from advisor.answering.budget import Source
from advisor.answering.citations import Citer
from advisor.answering.declines import nearest
from advisor.answering.differences.conflicts import Disagreement, disagreements
from advisor.answering.evidence import Evidence
from advisor.answering.extractive import compose
from advisor.answering.how_many import thing_counted
from advisor.answering.imprint import imprint_asked
from advisor.answering.outline import section_of
from advisor.answering.screening import Screened, sound
from advisor.answering.statements import Statement, without_lone_numbers
from advisor.answering.talk.replies import say
from advisor.answering.talk.requests import Request
from advisor.answering.talk.reshaping import reshape
from advisor.answering.talk.shown import Material
from advisor.answering.wording import conflict_note, declined, noted, render
from advisor.embedding import Vectors
from advisor.records import Answer, AnswerEvent, AnswerSentence, CitationReady, Hit, SentenceReady
from advisor.retrieval.understanding import Query
from advisor.store.versions import Store
from advisor.text import ITEM_NUMBER, same_words


@dataclass(frozen=True, slots=True)
class Found:
    """What was found for a question, all read from one version of the store.

    Attributes:
        hits: the passages that an answer is put together from, as they are stored.
        screened: the same without what addresses a program, and what that was.
        evidence: their sentences, best first.
        told: the statements of an answer that is put together from it.
        more: screened passages, these and further ones, in which disagreements are looked for.
        vectors: those of all their sentences, and of the sentences of the sources.
        sources: what a chat model is given; empty where none writes.
    """

    store: Store
    query: Query
    hits: tuple[Hit, ...]
    screened: Screened
    evidence: tuple[Evidence, ...]
    told: tuple[Statement, ...]
    more: tuple[Hit, ...]
    vectors: Mapping[str, Vectors]
    sources: tuple[Source, ...] = ()


def extracted(found: Found, answer: Answer, requests: Sequence[Request] = ()) -> Generator[AnswerEvent, None, Answer]:
    """Yield the sentences of an answer as requests make it, with their citations; return the whole of it.

    An answer that is to abstain becomes a decline with the nearest statements: they are no answer and come with the
    last event only.
    """
    query, library = found.query, found.store.library

    def statements(evidence: Sequence[Evidence], brief: bool) -> list[Statement]:
        if answer.abstained:
            # Each by itself, whatever list it is of.
            return [one for item in nearest(evidence) for one in without_lone_numbers([Statement(item.sentence)])]
        if evidence is found.evidence and not brief:
            return list(found.told)
        return compose(found.store, replace(query, kind="fact") if brief else query, evidence)

    shown = reshape(Material(library, found.evidence, statements), requests, spoken=query.language)
    if shown.reason:
        return replace(answer, abstained=True, reason=shown.reason, answer=shown.note, note=shown.note)
    citer = Citer(library)
    sentences: list[AnswerSentence] = []
    for statement in without_lone_numbers(sound(library, shown.statements)):
        known = len(citer.citations)
        sentence = _told(statement, citer, found, as_text=answer.abstained)
        sentences.append(sentence)
        if not answer.abstained:
            yield from map(CitationReady, citer.citations[known:])
            yield SentenceReady(sentence, citer.citations[known:])
    counted = _counted(query, sentences) if not requests else ""
    note = " ".join(dict.fromkeys(filter(None, [answer.note, shown.note, counted])))
    if answer.abstained:
        whole = replace(answer, sentences=tuple(sentences), citations=citer.citations, note=note)
        return replace(whole, answer=declined(whole, library.documents()))
    is_imprint = bool(imprint_asked(library, query))  # every date on its pages is another one
    differ = () if requests or is_imprint else disagreements(found.store, query, found.more, vectors=found.vectors)
    conflicts = tuple(_cited(one, citer) for one in differ if not any(one.is_told_in(s.text) for s in sentences))
    text = "\n\n".join(filter(None, [note, render(sentences), *conflicts]))
    return replace(
        answer,
        answer=noted(text, answer.language),
        sentences=tuple(sentences),
        citations=citer.citations,
        conflicts=conflicts,
        note=note,
    )


def _counted(query: Query, sentences: Sequence[AnswerSentence]) -> str:
    """Say how many rows there are, where a number of things is asked for and rows are all that is told."""
    are_rows = len(sentences) > 1 and all(sentence.kind == "row" for sentence in sentences)
    is_count = thing_counted(query) is not None
    return say("counted", query.language, all=len(sentences)) if are_rows and is_count else ""


def _told(statement: Statement, citer: Citer, found: Found, *, as_text: bool) -> AnswerSentence:
    """Return a statement as a sentence of an answer, its places cited."""
    library = found.store.library
    hits = {hit.passage.passage_id: hit for hit in found.hits}
    markers: list[int] = []
    for source in (statement.sentence, *statement.also):
        hit = hits.get(source.passage_id)
        passage = hit.passage if hit else library.passages([source.passage_id])[0]
        passage = replace(passage, section=section_of(source, passage))
        markers += citer.cite(source, passage, library.document(source.document_id))
    quotes = " ".join(citer.citations[marker - 1].quote for marker in markers[: len(statement.sentence.spans)])
    exact = same_words(statement.text, quotes) and same_words(ITEM_NUMBER.sub("", quotes), statement.text)
    kind = "text" if as_text else statement.kind
    return AnswerSentence(statement.text, tuple(dict.fromkeys(markers)), "verbatim" if exact else "supported", kind)


def _cited(disagreement: Disagreement, citer: Citer) -> str:
    """Return the words for a disagreement, with markers of the sentences that give the values."""
    markers = [citer.cite(one.sentence, one.hit.passage, one.hit.document) for one in disagreement.said]
    return conflict_note(disagreement, markers)
