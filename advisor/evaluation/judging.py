"""Questions and records → for each question its measures: what was found, said, proved and declined."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from advisor.errors import BenchmarkError
from advisor.evaluation.answers import Record
from advisor.evaluation.corpora import SearchedCorpus
from advisor.evaluation.datasets import Evidence, Question, QuestionSet, token, unit_of
from advisor.evaluation.measures import (
    Span,
    citation_quality,
    exact_match,
    fact_recall,
    ranking_measures,
    rouge_l,
    span_measures,
    token_f1,
)
from advisor.evaluation.systems import TEXTS
from advisor.text import words

SPANS_AT = 5
"""How many passages the measures of spans look at."""

SEGMENTS_AT = 3
"""In how many segments, or passages of a system that gives none, key facts are looked for."""

RIGHT_FROM = 0.5
"""Token F1 from which an answer counts as right where a set has gold answers and no key facts."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What was measured on one question.

    Attributes:
        measures: by name; only those that the set and the record allow.
        confidence: None where the system gives none.
        loss: 0 for a right answer, 1 for a wrong one, as if nothing had been declined; None where nothing was said.
        ranked: units, best first.
        cited: document and page of each citation.
    """

    question: Question
    measures: Mapping[str, float]
    confidence: float | None
    abstained: bool
    loss: float | None
    ranked: tuple[str, ...]
    cited: tuple[tuple[str, int], ...]
    answer: str
    latency_ms: float | None
    tokens: Mapping[str, int] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return what a comparison needs, ready for JSON."""
        return {
            "id": self.question.id,
            "kind": self.question.kind,
            "answerable": self.question.answerable,
            "measures": {name: round(value, 6) for name, value in self.measures.items()},
            "confidence": self.confidence,
            "abstained": self.abstained,
            "loss": self.loss,
        }


def judge(
    questions: QuestionSet, records: Mapping[str, Record], corpus: SearchedCorpus | None = None
) -> dict[str, Judged]:
    """Return what was measured on each question, by id. Quotes are looked up in `corpus`, where it is given."""
    ranked = {question.id: _ranked(records[question.id], questions) for question in questions.questions}
    judged = [question for question in questions.questions if question.answerable]
    rankings: Mapping[str, Mapping[str, float]] = {}
    if questions.unit != "span":
        rankings = ranking_measures(
            {question.id: _qrels(questions, question) for question in judged},
            {name: {unit: 1 / rank for rank, unit in enumerate(units, start=1)} for name, units in ranked.items()},
        )
    _check_names(questions, ranked)
    quotes = Quotes(corpus) if corpus else None
    return {
        question.id: _judge(
            question, records[question.id], questions, ranked[question.id], rankings.get(question.id, {}), quotes
        )
        for question in questions.questions
    }


def _check_names(questions: QuestionSet, ranked: Mapping[str, Sequence[str]]) -> None:
    """Refuse rankings in which no document is one that the set knows: they were made for another set.

    Raises:
        BenchmarkError: there are ranked units, and none is of a judged document.
    """
    known = {token(unit).partition("#")[0] for question in questions.questions for unit in questions.qrels(question)}
    given = [unit for units in ranked.values() for unit in units]
    if known and given and not any(unit.partition("#")[0] in known for unit in given):
        raise BenchmarkError(
            f"what was found for {questions.name} names none of its documents: {given[0]!r}, for one, is not known; "
            f"they are named like {min(known)!r}"
        )


def _qrels(questions: QuestionSet, question: Question) -> dict[str, int]:
    return {token(unit): value for unit, value in questions.qrels(question).items()}


def _ranked(record: Record, questions: QuestionSet) -> tuple[str, ...]:
    """Return the units of a record, each once, in the order of the passages on them; ranks are never tied."""
    units = record.get("units")
    if units is None:
        units = [
            unit_of(document, page, questions.unit)
            for passage in record["passages"]
            for document, page in _places_of(passage)
        ]
    return tuple(dict.fromkeys(map(token, units)))


def _places_of(passage: Record) -> Sequence[tuple[str, int]]:
    """Return document and page of each page of a passage, in order."""
    first = int(passage.get("first_page", 1))
    last = int(passage.get("last_page") or first)
    return [(str(passage["document"]), page) for page in range(first, last + 1)]


def _judge(
    question: Question,
    record: Record,
    questions: QuestionSet,
    ranked: tuple[str, ...],
    ranking: Mapping[str, float],
    quotes: Quotes | None,
) -> Judged:
    measures: dict[str, float] = dict(ranking)
    if question.answerable and "passages" in record:
        measures |= _found(question, record, questions, ranked)
    answer, abstained = record.get("answer"), bool(record.get("abstained", False))
    loss = None
    if answer is not None:
        measures["declined"] = float(abstained)
        loss = 1.0
        if question.answerable:
            measures |= _said(question, "" if abstained else answer)
            loss = _loss(question, answer)
        if not abstained:
            measures |= _proved(question, record, quotes)
        fell_back = str(record.get("reason", "")).startswith("model-")
        if fell_back or record.get("mode") == "generative":
            measures["fell back"] = float(fell_back)
    confidence = record.get("confidence")
    return Judged(
        question,
        measures,
        None if confidence is None else float(confidence),
        abstained,
        loss if question.key_facts or question.answers or not question.answerable else None,
        ranked,
        tuple((str(citation["document"]), int(citation["page"])) for citation in record.get("citations", [])),
        answer or "",
        record.get("timings_ms", {}).get("total"),
        record.get("tokens", {}),
    )


# --- found -------------------------------------------------------------------------------------------------------


def _found(question: Question, record: Record, questions: QuestionSet, ranked: Sequence[str]) -> dict[str, float]:
    if questions.unit == "span":
        if not all("spans" in passage for passage in record["passages"][:SPANS_AT]):
            raise BenchmarkError(
                f"the passages found for {question.id!r} name no spans, by which {questions.name} is judged: "
                "[page, start, end], or start_index in LangChain's metadata"
            )
        gold = [(place.document, *place.span) for place in question.evidence if place.span]
        return span_measures(gold, [span for p in record["passages"][:SPANS_AT] for span in _spans(p)])
    if not question.evidence:
        return {}
    units = [token(unit_of(place.document, place.page, questions.unit)) for place in question.evidence]
    measures = {f"evidence@{k}": _parts_held(question, [unit in ranked[:k] for unit in units]) for k in (5, 10)}
    holds = [any(_holds(passage, place) for place in question.evidence) for passage in record["passages"][:TEXTS]]
    measures |= {f"passage hit@{k}": float(any(holds[:k])) for k in (1, 5, 10)}
    if question.key_facts:
        given = record.get("segments") or [passage.get("text", "") for passage in record["passages"]]
        share = fact_recall("\n".join(map(str, given[:SEGMENTS_AT])), question.key_facts)
        measures |= {"facts found@3": share, "all facts found@3": float(share == 1.0)}
    return measures


def _spans(passage: Record) -> list[Span]:
    return [(str(passage["document"]), int(start), int(end)) for _, start, end in passage.get("spans", [])]


def _parts_held(question: Question, held: Sequence[bool]) -> float:
    """Return the share of the parts of an answer of which a place of the evidence is held."""
    parts = {place.part for place in question.evidence}
    return len({place.part for place, is_held in zip(question.evidence, held, strict=True) if is_held}) / len(parts)


def _holds(passage: Record, place: Evidence) -> bool:
    """Tell whether a passage stands on a page of evidence and holds the words of its phrase, in any order.

    Tables are read with the names of their columns between the cells, so that the order is not kept.
    """
    return (place.document, place.page) in _places_of(passage) and set(words(place.phrase)) <= set(
        words(str(passage.get("text", "")))
    )


# --- said --------------------------------------------------------------------------------------------------------


def _said(question: Question, answer: str) -> dict[str, float]:
    measures: dict[str, float] = {}
    if question.key_facts:
        share = fact_recall(answer, question.key_facts)
        measures |= {"key facts": share, "all key facts": float(share == 1.0)}
    if question.answers:
        measures |= {
            "F1": token_f1(answer, question.answers),
            "EM": exact_match(answer, question.answers),
            "ROUGE-L": rouge_l(answer, question.answers),
        }
    if answer:
        measures["words"] = float(len(answer.split()))
    return measures


def _loss(question: Question, answer: str) -> float:
    if question.key_facts:
        return float(fact_recall(answer, question.key_facts) < 1.0)
    return float(token_f1(answer, question.answers) < RIGHT_FROM)


# --- proved ------------------------------------------------------------------------------------------------------


def _proved(question: Question, record: Record, quotes: Quotes | None) -> dict[str, float]:
    citations = {citation["marker"]: citation for citation in record.get("citations", [])}
    sentences = [
        # A marker without a citation quotes nothing: it bears nothing out.
        (str(sentence["text"]), [str(citations[m]["quote"]) if m in citations else "" for m in sentence["markers"]])
        for sentence in record.get("sentences", [])
    ]
    measures: dict[str, float] = {}
    quality = citation_quality(sentences)
    if quality:
        measures |= {"citation recall": quality[0], "citation precision": quality[1]}
    if citations and question.answerable and question.evidence:
        pages = [(place.document, place.page) for place in question.evidence]
        cited = [(citation["document"], citation["page"]) for citation in citations.values()]
        right = [page in pages for page in cited]
        measures |= {
            "cited pages right": sum(right) / len(right),
            "cites evidence": float(any(right)),
            "evidence cited": _parts_held(question, [page in cited for page in pages]),
        }
    if citations and quotes:
        verified = [quotes.verify(citation) for citation in citations.values()]
        if None not in verified:
            measures["quotes verified"] = sum(map(bool, verified)) / len(verified)
    return measures


class Quotes:
    """Checks quotes against the documents themselves, each read anew once."""

    def __init__(self, corpus: SearchedCorpus) -> None:
        self._corpus = corpus
        self._read: dict[str, Sequence[str] | None] = {}

    def verify(self, citation: Record) -> bool | None:
        """Tell whether a quote is on its page: at its span, byte for byte, or anywhere where it names no span.

        None where the document is no longer where it was ingested from.
        """
        document, page, quote = str(citation["document"]), citation["page"], citation["quote"]
        if document not in self._read:
            self._read[document] = self._corpus.pages(document)
        pages = self._read[document]
        if pages is None:
            return None
        if not 1 <= page <= len(pages) or not quote:
            return False
        if citation.get("end"):
            return bool(pages[page - 1][citation["start"] : citation["end"]] == quote)
        return " ".join(quote.split()) in " ".join(pages[page - 1].split())
