"""A query and its hits → the sentences of the hits, scored by how well each answers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from advisor.answering.demand import said
from advisor.answering.matching import content_words, match_sentences, weighted
from advisor.answering.telling import is_evidence, is_form, lists_contents
from advisor.answering.traits import traits, wanted_in
from advisor.embedding import Vectors
from advisor.records import Hit, Sentence
from advisor.retrieval.understanding import Query
from advisor.store.vectors import SENTENCES
from advisor.store.versions import Store

WEIGHTS: Mapping[str, float] = {
    "words": 0.25,
    "said": 1.25,
    "around": 0.2,
    "similarity": 0.4,
    "passage": 0.15,
    "typed": 0.1,
    "opens": 0.5,
    "under": 0.3,
    "spelt_out": 0.6,
    "defines": 0.3,
    "unfinished": -0.25,
    "elsewhere": -0.1,
    "off_subject": -0.3,
    "opposed": -0.4,
    "compares": -0.2,
}
"""What each signal of a sentence counts, see `Evidence`. Rounded from what `benchmarks/fit_evidence.py` finds on
development questions; numbered parts, abbreviations, definitions, borders and documents ("opens", "under",
"spelt_out", "defines", "off_subject", "opposed", "compares"), which few questions name, are set by hand: as much as it
takes to go first or last. So are "unfinished" and "elsewhere", for readers: such sentences say little by themselves."""

STANDS_IN = (1 - WEIGHTS["words"]) / WEIGHTS["said"]
"""What of "words" stands for "said" where there is none: "words" alone then counts 1."""

FOCUS = 3.0
"""How much more a term of the last question counts than one that it was put behind."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence of a hit.

    Attributes:
        score: how well it answers, the weighted sum of its signals; comparable within one question, where a tenth is a
            clear difference.
        vector: its unit vector.
        signals: "words", how well the question's words are met in it and its headings, by late interaction, 0 to 1;
            "said", how well it says what is asked, see `advisor.answering.demand`, and `STANDS_IN` where another model
            built the store; "around", in it and its neighbours; "similarity", its cosine with the question; "passage",
            the score of its passage, from 0 for the best to -1 for the last; and as 0 or 1: "typed", it holds a value
            of the kind that is asked for; "opens" with the part that the question names alone ("R9 …"), or stands
            "under" it; "spelt_out", it has the long form of the abbreviation that is asked for; "defines", it says
            what the thing that is asked for is ("What is …?"); "unfinished", it is no whole statement; "elsewhere", it
            asks, or says where something is said; "off_subject", it does not stand under that part, where some do, or
            does not even speak of it; "opposed", it and its headings are about what lies outside of where the question
            asks, or inside ("in Europe"), or it gives drawbacks where advantages are asked for, or what is named least
            where the question is after what is named most, or the other way round; "compares", it sets documents
            against each other where advice or steps are asked for.
    """

    sentence: Sentence
    hit: Hit
    score: float
    vector: Vectors
    signals: Mapping[str, float]

    @property
    def on_subject(self) -> bool:
        """Whether it speaks of the numbered part that the question names, or stands under it; true if none is."""
        return not self.signals["off_subject"]

    @property
    def is_whole(self) -> bool:
        """Whether it is a whole statement; false for fragments that the layout could not join."""
        return not self.signals["unfinished"]


def rarity(store: Store, query_terms: Sequence[str]) -> dict[str, float]:
    """Return the inverse document frequency of each term over passages: ln(1 + n / (1 + df)); highest if unknown."""
    n = store.library.counts().passages
    return {term: math.log(1 + n / (1 + df)) for term, df in store.library.document_frequency(query_terms).items()}


def gather(
    store: Store, query: Query, hits: Sequence[Hit], *, vectors: Mapping[str, Vectors] | None = None
) -> list[Evidence]:
    """Return the sentences of the hits as evidence, best first; captions and source lines are left out.

    `vectors` are those of the sentences that count, where they have been read; by default they are read.
    """
    weights = {
        term: weight * (FOCUS if term in query.focus else 1) for term, weight in rarity(store, query.terms).items()
    }
    words = content_words(query, weights)
    held = store.library.passage_tokens([hit.passage.passage_id for hit in hits])
    met = {match.sentence.sentence_id: match for match in match_sentences(query, words, hits, held)}
    says = said(store, query, words, hits, held)
    telling = [hit for hit in hits if not lists_contents(hit) and not is_form(hit, query)]
    sentences = [(s, hit) for hit in telling for s in hit.passage.sentences if is_evidence(s)]
    if vectors is None:
        vectors = store.vectors.vectors(SENTENCES, [s.sentence_id for s, _ in sentences])
    sentences = [(s, hit) for s, hit in sentences if s.sentence_id in vectors]
    best = max((hit.score for hit in hits), default=1.0)
    spread = best - min((hit.score for hit in hits), default=0.0) or 1.0
    wanted = wanted_in(query, hits)
    found = []
    for sentence, hit in sentences:
        vector, match = vectors[sentence.sentence_id], met.get(sentence.sentence_id)
        words_met = weighted(match.headed, words) if match else 0.0
        signals = {
            "words": words_met,
            "said": says.get(sentence.sentence_id, STANDS_IN * words_met),
            "around": weighted(match.around, words) if match else 0.0,
            "similarity": float(np.dot(vector, query.vector)),
            "passage": (hit.score - best) / spread,
            **{name: float(is_so) for name, is_so in traits(sentence, hit, query, wanted).items()},
        }
        score = sum(weight * signals[name] for name, weight in WEIGHTS.items())
        found.append(Evidence(sentence, hit, score, vector, signals))
    return sorted(found, key=lambda evidence: (-evidence.score, evidence.sentence.sentence_id))
