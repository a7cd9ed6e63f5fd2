"""A question and its hits → where they give different values for what is asked, each with the sentence that says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from advisor.answering.claims import BESIDE, Claim, claims
from advisor.answering.quantities import Quantity, agree
from advisor.answering.wanted import Wanted, subject_terms, wanted
from advisor.embedding import Vectors
from advisor.records import Hit, Sentence
from advisor.retrieval.understanding import Query
from advisor.store.vectors import SENTENCES
from advisor.store.versions import Store
from advisor.text import names, same_words

LOOKED_AT = 20
"""How many hits are looked at; those behind the ones that answer may well say otherwise."""

SPEAKS_OF_IT = 0.5
"""Share of the question's subject that a sentence must hold to be taken for one that answers it."""

AS_MUCH = 0.6
"""Share of the best sentence's score that another needs to be taken for one on the same thing."""

ALIKE = 0.4
"""Cosine from which two sentences may speak of the same thing."""

MOST_VALUES = 3
"""Where there are more, each is likely to be of a thing of its own."""

RARE_SHARE = 0.05
"""A name in at most this share of the passages tells one thing from another."""


@dataclass(frozen=True, slots=True)
class Said:
    """One value, as it is written, with the sentence and the hit that give it."""

    value: str
    sentence: Sentence
    hit: Hit


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Sentences that give different values for the same thing.

    Attributes:
        what: what they differ on, in words: "the number of partnerships".
        said: the values, the one of the best sentence first; at least two.
    """

    what: str
    said: tuple[Said, ...]

    @property
    def is_within_one_report(self) -> bool:
        """Whether a report contradicts itself."""
        return len({one.sentence.document_id for one in self.said}) == 1

    def is_told_in(self, text: str) -> bool:
        """Tell whether a text states all of the values already."""
        return all(same_words(one.value, text) for one in self.said)


def disagreements(store: Store, query: Query, hits: Sequence[Hit]) -> list[Disagreement]:
    """Return where the hits differ on what the question asks for; whatever the order of the hits.

    Precision goes first: sentences that may speak of different things are taken to do so.
    """
    asked = wanted(query.focused)
    if asked is None:
        return []
    found = claims(store, asked, hits)
    if not found or found[0].score < SPEAKS_OF_IT:
        return []
    best = found[0]
    rivals = [claim for claim in found[1:] if _may_rival(best, claim, asked)]
    if not rivals:
        return []
    vectors = store.vectors.vectors(SENTENCES, [claim.sentence.sentence_id for claim in (best, *rivals)])
    rare = _rare(store, [best, *rivals])
    rivals = [claim for claim in rivals if _on_the_same(best, claim, query, vectors, rare)]
    said = _distinct([best, *rivals], asked)
    if not 1 < len(said) <= MOST_VALUES:
        return []
    return [Disagreement(_what(asked), tuple(Said(c.quantity.text, c.sentence, c.hit) for c in said))]


def _may_rival(best: Claim, other: Claim, asked: Wanted) -> bool:
    """Tell whether two claims differ in their value, and not in what sets their subjects apart."""
    if (best.sentence.document_id, best.sentence.group) == (other.sentence.document_id, other.sentence.group):
        return False
    if other.score < AS_MUCH * best.score or agree(_end(best.quantity, asked), _end(other.quantity, asked)):
        return False
    if not (best.is_whole or other.is_whole):
        return False
    held = [term for term, worth in best.met.items() if worth == 1.0]
    return all(other.met[term] >= BESIDE for term in held) and best.markers == other.markers


def _end(quantity: Quantity, asked: Wanted) -> Quantity:
    """Return the end of a range that is asked for, as a value by itself; other values as they are."""
    if asked.bound == "least":
        return replace(quantity, high=quantity.low, is_range=False)
    if asked.bound == "most":
        return replace(quantity, low=quantity.high, is_range=False)
    return quantity


def _rare(store: Store, found: Sequence[Claim]) -> frozenset[str]:
    held = {name for claim in found for name in claim.names}
    limit = max(2.0, RARE_SHARE * store.library.counts().passages)
    return frozenset(term for term, df in store.library.document_frequency(held).items() if df <= limit)


def _on_the_same(
    best: Claim, other: Claim, query: Query, vectors: Mapping[str, Vectors], rare: frozenset[str]
) -> bool:
    """Tell whether two claims speak of the same thing by their meaning and by the rare names in them."""
    cosine = float(np.dot(vectors[best.sentence.sentence_id], vectors[other.sentence.sentence_id]))
    if cosine < ALIKE:
        return False
    asked = {term for name in names(query.focused) for term in subject_terms(name)}
    ours, theirs = best.names & rare, other.names & rare
    return bool(ours & theirs) or bool(asked & ours & theirs) or (not ours and not theirs) or bool(asked)


def _distinct(found: Sequence[Claim], asked: Wanted) -> list[Claim]:
    """Return the claims with values of their own; of those that agree, the first."""
    kept: list[Claim] = []
    for claim in found:
        if not any(agree(_end(claim.quantity, asked), _end(one.quantity, asked)) for one in kept):
            kept.append(claim)
    return kept


def _what(asked: Wanted) -> str:
    if asked.kind == "count":
        return f"the number of {asked.noun}" if asked.noun else "the number"
    if asked.kind == "share":
        return f"the share of {asked.noun}" if asked.noun else "the share"
    return {"money": "the amount", "duration": "the duration", "date": "the date"}[asked.kind]
