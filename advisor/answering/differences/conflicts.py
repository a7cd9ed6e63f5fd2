"""A question and its hits → where they give different values for what is asked, each with the sentence that says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from advisor.answering.differences.claims import BESIDE, INSIDE, Claim, claims, name_terms, parts
from advisor.answering.differences.namings import Naming, cells, long_forms
from advisor.answering.differences.quantities import Quantity, agree
from advisor.answering.differences.wanted import Wanted, wanted
from advisor.embedding import Vectors
from advisor.quantities import values
from advisor.records import Hit
from advisor.retrieval.understanding import Query
from advisor.store.vectors import SENTENCES
from advisor.store.versions import Store
from advisor.text import same_words

LOOKED_AT = 20
"""How many hits are looked at; those behind the ones that answer may well say otherwise."""

SPEAKS_OF_IT = 0.45
"""Score from which a sentence is taken for one that answers the question."""

HELD, HELD_AT_AN_END = 0.45, 0.35
"""Share of the question's subject that a sentence must hold in words, whatever it means; few sentences tell of a start
or an end, so that they need less."""

SAME_MEANING = 0.7
"""Cosine from which a sentence is taken to mean all that the question does."""

AS_MUCH = 0.6
"""Share of the best sentence's score that another needs to be taken for one on the same thing."""

ALIKE = 0.4
"""Cosine from which two sentences may speak of the same thing."""

MOST_VALUES = 3
"""Where there are more, each is likely to be of a thing of its own."""

RARE_SHARE = 0.05
"""A name in at most this share of the passages tells one thing from another."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Sentences that give different values for the same thing.

    Attributes:
        what: what they differ on, in words: "the number of partnerships".
        said: the values, the one of the best sentence first; at least two.
    """

    what: str
    said: tuple[Naming, ...]

    @property
    def is_within_one_report(self) -> bool:
        """Whether a report contradicts itself."""
        return len({one.sentence.document_id for one in self.said}) == 1

    def is_told_in(self, text: str) -> bool:
        """Tell whether a text states all of the values already."""
        return all(same_words(one.value, text) for one in self.said)


def disagreements(
    store: Store, query: Query, hits: Sequence[Hit], *, vectors: Mapping[str, Vectors] | None = None
) -> list[Disagreement]:
    """Return where the hits differ on what the question asks for; whatever the order of the hits.

    Precision goes first: sentences that may speak of different things are taken to do so. `vectors` are those of all
    sentences of the hits, where they have been read; by default they are read.
    """
    if query.document_ids:  # what others say is not asked for
        hits = [hit for hit in hits if hit.document.document_id in query.document_ids]
    short, forms = long_forms(query.shorts, hits)
    header, held = cells(store, query.focused, hits)
    found = [
        (f"what {short} stands for", forms),
        (f"the {header}", held),
        _values(store, query, hits, vectors),
    ]
    return [Disagreement(what, tuple(said)) for what, said in found if 1 < len(said) <= MOST_VALUES]


def _values(
    store: Store, query: Query, hits: Sequence[Hit], vectors: Mapping[str, Vectors] | None
) -> tuple[str, list[Naming]]:
    """Return what value the question asks for, and the different values that the hits give."""
    asked = wanted(query.focused)
    if asked is None:
        return "", []
    least = HELD_AT_AN_END if asked.moment else HELD
    found = [claim for claim in claims(store, asked, hits) if claim.score >= least]
    if len(found) < 2:
        return "", []
    if vectors is None:
        vectors = store.vectors.vectors(SENTENCES, [claim.sentence.sentence_id for claim in found])
    scores = {c.sentence.sentence_id: _score(c, query, vectors[c.sentence.sentence_id]) for c in found}
    found.sort(key=lambda claim: (-scores[claim.sentence.sentence_id], claim.sentence.sentence_id))
    best = found[0]
    if INSIDE not in best.met.values() or not parts(query.focused) <= best.parts:
        return "", []  # it speaks of something else, or of another part than the question
    least = max(SPEAKS_OF_IT, AS_MUCH * scores[best.sentence.sentence_id])
    near = [claim for claim in found[1:] if scores[claim.sentence.sentence_id] >= least]
    rivals = [claim for claim in near if _may_rival(best, claim, asked)]
    rare = _rare(store, [best, *rivals]) if rivals else frozenset()
    rivals = [claim for claim in rivals if _on_the_same(best, claim, query, vectors, rare)]
    return _what(asked), [Naming(c.quantity.text, c.sentence, c.hit) for c in _distinct([best, *rivals], asked)]


def _score(claim: Claim, query: Query, vector: Vectors) -> float:
    """Return how well a claim answers the question, by its words and by its meaning; 0 to 1."""
    return (claim.score + min(1.0, max(0.0, float(np.dot(vector, query.vector))) / SAME_MEANING)) / 2


def _may_rival(best: Claim, other: Claim, asked: Wanted) -> bool:
    """Tell whether two claims differ in their value, and not in what sets their subjects apart."""
    if (best.sentence.document_id, best.sentence.group) == (other.sentence.document_id, other.sentence.group):
        return False
    if agree(_end(best.quantity, asked), _end(other.quantity, asked)):
        return False
    if not (best.is_whole or other.is_whole):
        return False
    if _knows(best.sentence.text, other.quantity) or _knows(other.sentence.text, best.quantity):
        return False
    held = [other.met[term] for term, worth in best.met.items() if worth == INSIDE]
    return min(held) >= BESIDE and INSIDE in held and best.markers == other.markers


def _knows(text: str, quantity: Quantity) -> bool:
    """Tell whether a text holds the figures of a value too: of 23 asked and 19 who answered, none is denied."""
    figures = values(quantity.text)
    return bool(figures) and figures <= values(text)


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


def _on_the_same(best: Claim, other: Claim, query: Query, vectors: Mapping[str, Vectors], rare: frozenset[str]) -> bool:
    """Tell whether two claims speak of the same thing by their meaning and by the rare names in them."""
    cosine = float(np.dot(vectors[best.sentence.sentence_id], vectors[other.sentence.sentence_id]))
    if cosine < ALIKE:
        return False
    asked = name_terms(query.focused)
    ours, theirs = best.names & rare, other.names & rare
    if not asked:
        return bool(ours & theirs) or not (ours or theirs)
    # A sentence with names of its own, under a heading with the one that is asked for, is rather about its own.
    inside = [name_terms(claim.sentence.text) for claim in (best, other)]
    return all(asked & held or not (held & rare) for held in inside)


def _distinct(found: Sequence[Claim], asked: Wanted) -> list[Claim]:
    """Return the claims with values of their own; of those that agree, the first."""
    kept: list[Claim] = []
    for claim in found:
        if not any(agree(_end(claim.quantity, asked), _end(one.quantity, asked)) for one in kept):
            kept.append(claim)
    return kept


def _what(asked: Wanted) -> str:
    """Return what is asked for, in words: "the smallest number of partners"."""
    end = {"": "", "least": "smallest ", "most": "largest ", "average": "average "}[asked.bound]
    name = {"count": "number", "money": "amount"}.get(asked.kind, asked.kind)
    return f"the {end}{name}" + (f" of {asked.noun}" if asked.noun else "")
