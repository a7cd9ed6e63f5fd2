"""A query and its hits → the sentences of the hits, scored by how well each answers."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from advisor.answering.expected import expected_in, holds
from advisor.answering.matching import content_words, match_sentences, weighted
from advisor.embedding import Vectors
from advisor.records import Hit, Sentence
from advisor.retrieval.understanding import Query
from advisor.store.vectors import SENTENCES
from advisor.store.versions import Store
from advisor.text import terms

SIMILARITY, AROUND, PASSAGE = 0.2, 0.4, 0.1
"""Weights beside how well the question's words are met in the sentence and its headings, which counts 1: the cosine
with the question, the words met in the neighbouring sentences too, the passage's score. Fitted on development questions
by `benchmarks/fit_evidence.py`."""

TYPED = 0.1
"""What a sentence gains that holds a value of the kind that is asked for."""

UNFINISHED, SIGNPOST, OFF_SUBJECT = 0.25, 0.1, 0.3
"""What a sentence loses that is no whole statement; that asks, or says where something is said; that does not stand
under the numbered part that the question names."""

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

LONG_WORDS = 60
"""Longer sentences are mostly lines that the layout has run together."""

_NOT_EVIDENCE = re.compile(
    r"^(?:source|sources|rests on|see also|question)\s*:|^(?:figure|table|chart|map)\s+\d+\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence of a hit.

    Attributes:
        score: how well it answers; comparable within one question, where a tenth is a clear difference.
        vector: its unit vector.
        on_subject: whether it stands under the numbered part that the question names ("step 3"), or opens with it;
            true for all where it names none.
        is_whole: whether it is a whole statement; false for fragments that the layout could not join.
    """

    sentence: Sentence
    hit: Hit
    score: float
    vector: Vectors
    on_subject: bool
    is_whole: bool


def rarity(store: Store, query_terms: Sequence[str]) -> dict[str, float]:
    """Return the inverse document frequency of each term over passages: ln(1 + n / (1 + df)); highest if unknown."""
    n = store.library.counts().passages
    return {term: math.log(1 + n / (1 + df)) for term, df in store.library.document_frequency(query_terms).items()}


def gather(store: Store, query: Query, hits: Sequence[Hit]) -> list[Evidence]:
    """Return the sentences of the hits as evidence, best first; captions and source lines are left out."""
    weights = {
        term: weight * (FOCUS if term in query.focus else 1) for term, weight in rarity(store, query.terms).items()
    }
    words = content_words(query, weights)
    held = store.library.passage_tokens([hit.passage.passage_id for hit in hits])
    met = {
        match.sentence.sentence_id: weighted(match.headed, words) + AROUND * weighted(match.around, words)
        for match in match_sentences(query, words, hits, held)
    }
    sentences = [(s, hit) for hit in hits for s in hit.passage.sentences if _is_evidence(s)]
    vectors = store.vectors.vectors(SENTENCES, [s.sentence_id for s, _ in sentences])
    best = max((hit.score for hit in hits), default=1.0)
    spread = best - min((hit.score for hit in hits), default=0.0) or 1.0
    named = [" ".join(phrase) for phrase in query.references]
    expected = expected_in(query.focused)
    found = []
    for sentence, hit in sentences:
        vector = vectors[sentence.sentence_id]
        score = met.get(sentence.sentence_id, 0.0) + SIMILARITY * float(np.dot(vector, query.vector))
        score -= PASSAGE * (best - hit.score) / spread
        score += TYPED * bool(expected and holds(expected, sentence.text, query.focused))
        gained = _named(sentence, hit, named)
        whole = _is_whole(sentence)
        score += gained - UNFINISHED * (not whole) - SIGNPOST * _points_elsewhere(sentence)
        found.append(Evidence(sentence, hit, score, vector, not named or gained > 0, whole))
    if any(item.on_subject for item in found):
        found = [item if item.on_subject else replace(item, score=item.score - OFF_SUBJECT) for item in found]
    return sorted(found, key=lambda evidence: (-evidence.score, evidence.sentence.sentence_id))


def _is_evidence(sentence: Sentence) -> bool:
    """Leave out captions and source notes; a caption that leads a table is the name of its rows."""
    return sentence.kind == "lead" or not _NOT_EVIDENCE.match(sentence.text)


def _named(sentence: Sentence, hit: Hit, phrases: Sequence[str]) -> float:
    """Return what a sentence gains from the numbered parts that the question names."""
    opening = " ".join(terms(sentence.text)[:3]) + " "
    section = " ".join(terms(" ".join(hit.passage.section))) + " "
    opens = any(opening.startswith(phrase + " ") for phrase in phrases)
    return OPENS_WITH * opens + STANDS_UNDER * any(phrase + " " in section for phrase in phrases)


def _is_whole(sentence: Sentence) -> bool:
    """Tell whether a sentence is a whole statement; items and rows are made whole by what leads them."""
    ends = sentence.text.endswith((".", "!", "?", "”", '"', ")"))
    return sentence.kind != "text" or (ends and len(sentence.text.split()) <= LONG_WORDS)


def _points_elsewhere(sentence: Sentence) -> bool:
    return sentence.text.endswith("?") or (sentence.kind == "text" and bool(_SIGNPOST.search(sentence.text)))
