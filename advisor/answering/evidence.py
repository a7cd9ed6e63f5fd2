"""A query and its hits → the sentences of the hits, scored by how well each answers."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from advisor.embedding import Vectors
from advisor.records import Hit, Sentence
from advisor.retrieval.understanding import Query
from advisor.store.vectors import SENTENCES
from advisor.store.versions import Store
from advisor.text import terms

COVERAGE, PASSAGE, SECTION_SHARE = 0.6, 0.35, 0.5
"""Weights beside the cosine: the question's words in the sentence, the passage's score, words in the section only."""

ROW_COVERAGE = 1.0
"""In a table row the words themselves say more than the likeness of the whole."""

OFF_SUBJECT = 0.6
"""What is left of a sentence's score when it does not speak of the question's subject, and others do."""

FOCUS = 3.0
"""How much more a term of the last question counts than one that it was put behind."""

OPENS_WITH, STANDS_UNDER = 0.5, 0.3
"""What a sentence gains that opens with the number the question names ("R9 …"), or stands under it ("Step 3")."""

_SIGNPOST = re.compile(
    r"\b(?:this|the (?:following|next|present|previous)) (?:chapter|section|part|report|annex|table|figure)\b|"
    r"\bit also (?:describes|presents)\b|"
    r"\b(?:described|presented|shown|listed) (?:below|above|in the (?:graph|table|figure))",
    re.IGNORECASE,
)
"""Sentences that say where something is said, instead of saying it."""

SUBJECT_SHARE = 0.05
"""A name in at most this share of the passages is what the question is about."""

LONG_WORDS = 60
"""Longer sentences are mostly lines that the layout has run together."""

_NOT_EVIDENCE = re.compile(
    r"^(?:source|sources|rests on|see also|question)\s*:|^(?:figure|table|chart|map)\s+\d+\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence of a hit.

    Attributes:
        score: how well it answers; comparable within one question.
        similarity: cosine with the question.
        coverage: share of the question's terms, weighted by rarity, that it or its section holds; 0 to 1.
        vector: its unit vector.
        on_subject: whether it speaks of the question's subject: stands under the numbered part that the question
            names ("step 3"), or holds the rarest name in it ("ELBE"); true for all where there is none.
    """

    sentence: Sentence
    hit: Hit
    score: float
    similarity: float
    coverage: float
    vector: Vectors
    on_subject: bool


def rarity(store: Store, query_terms: Sequence[str]) -> dict[str, float]:
    """Return the inverse document frequency of each term over passages: ln(1 + n / (1 + df)); highest if unknown."""
    n = store.library.counts().passages
    return {term: math.log(1 + n / (1 + df)) for term, df in store.library.document_frequency(query_terms).items()}


def coverage(weights: Mapping[str, float], text: str, section: Sequence[str] = ()) -> float:
    """Return the weighted share of terms that a text holds; those in its section alone count by half."""
    total = sum(weights.values())
    if not total:
        return 0.0
    inside, around = set(terms(text)), set(terms(" ".join(section)))
    found = sum(w if term in inside else SECTION_SHARE * w for term, w in weights.items() if term in inside | around)
    return found / total


def gather(store: Store, query: Query, hits: Sequence[Hit]) -> list[Evidence]:
    """Return the sentences of the hits as evidence, best first; captions and source lines are left out."""
    weights = {
        term: weight * (FOCUS if term in query.focus else 1) for term, weight in rarity(store, query.terms).items()
    }
    sentences = [(s, hit) for hit in hits for s in hit.passage.sentences if is_evidence(s)]
    vectors = store.vectors.vectors(SENTENCES, [s.sentence_id for s, _ in sentences])
    best = max((hit.score for hit in hits), default=1.0)
    spread = best - min((hit.score for hit in hits), default=0.0) or 1.0
    named = [" ".join(phrase) for phrase in query.references]
    subject = _subject(store, query)
    found = []
    for sentence, hit in sentences:
        vector = vectors[sentence.sentence_id]
        similarity = float(np.dot(vector, query.vector))
        covered = coverage(weights, sentence.text, hit.passage.section)
        weight = ROW_COVERAGE if sentence.kind == "row" else COVERAGE
        score = similarity + weight * covered + PASSAGE * (1 - (best - hit.score) / spread)
        gained = _named(sentence, hit, named)
        held = (
            gained > 0 if named else not subject or subject in terms(f"{sentence.text} {' '.join(hit.passage.section)}")
        )
        found.append(Evidence(sentence, hit, (score + gained) * _fitness(sentence), similarity, covered, vector, held))
    if any(item.on_subject for item in found):
        found = [item if item.on_subject else replace(item, score=OFF_SUBJECT * item.score) for item in found]
    return sorted(found, key=lambda evidence: (-evidence.score, evidence.sentence.sentence_id))


def is_evidence(sentence: Sentence) -> bool:
    """Leave out captions and source notes; a caption that leads a table is the name of its rows."""
    return sentence.kind == "lead" or not _NOT_EVIDENCE.match(sentence.text)


def _subject(store: Store, query: Query) -> str:
    """Return the rarest known name in the question when it occurs in few passages, else ""."""
    frequency = {term: df for term, df in store.library.document_frequency(query.names).items() if df}
    rarest = min(frequency, key=lambda term: (frequency[term], term), default="")
    limit = max(2.0, SUBJECT_SHARE * store.library.counts().passages)
    return rarest if rarest and frequency[rarest] <= limit else ""


def _named(sentence: Sentence, hit: Hit, phrases: Sequence[str]) -> float:
    """Return what a sentence gains from the numbered parts that the question names."""
    opening = " ".join(terms(sentence.text)[:3]) + " "
    section = " ".join(terms(" ".join(hit.passage.section))) + " "
    opens = any(opening.startswith(phrase + " ") for phrase in phrases)
    return OPENS_WITH * opens + STANDS_UNDER * any(phrase + " " in section for phrase in phrases)


def _fitness(sentence: Sentence) -> float:
    """Return how well a sentence serves as an answer whatever was asked: 1, less where it is no whole statement."""
    if sentence.kind != "text":
        return 1.0
    if sentence.text.endswith("?") or _SIGNPOST.search(sentence.text):
        return 0.7
    return (
        1.0 if sentence.text.endswith((".", "!", "”", '"', ")")) and len(sentence.text.split()) <= LONG_WORDS else 0.8
    )
