"""Evidence, unit by unit → the statements of an answer: as many as what is asked needs, none of them twice."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np

from advisor.answering.evidence import Evidence
from advisor.answering.how_many import numbered
from advisor.answering.statements import Statement
from advisor.answering.units import hangs, unit_of, words_in
from advisor.embedding import Vectors
from advisor.quantities import quantities
from advisor.records import Sentence
from advisor.retrieval.kinds import Kind
from advisor.retrieval.understanding import Query
from advisor.store.versions import Store


@dataclass(frozen=True, slots=True)
class Measure:
    """How much an answer holds.

    Attributes:
        words: that further statements may make it long, for each side of the question; the first one may be longer.
        units: sentences, lists and rows.
        margin: how much lower than the best score that of a further statement may be; of a row no more than
            `ROWS_APART`.
        nearby: what a statement gains that stands in a section which is quoted already; rows gain nothing.
    """

    words: int
    units: int
    margin: float
    nearby: float = 0.05


MEASURES: Mapping[Kind, Measure] = {
    "fact": Measure(60, 3, 0.26),
    "definition": Measure(60, 2, 0.2),
    "open": Measure(150, 6, 0.25),
    "comparison": Measure(140, 6, 0.26),
    "list": Measure(200, 6, 0.25, 0.1),
    "how-to": Measure(150, 6, 0.25),
    "advice": Measure(150, 6, 0.25),
}

ROWS_APART = 0.2
"""Rows of a table are alike: less than this sets the one that answers apart from the others."""

SAME = 0.92
"""Sentences closer than this cosine say the same, if no figure, name or "not" sets them apart; the later one becomes a
further citation of the earlier."""

LEAST_ITEMS, MORE_LISTS = 2, 1.5
"""Items from which an answer opens with a list, and how much longer it may be where that is a part of what is asked."""

WHOLE_LIST = 3
"""Sentences of a first unit from which it is a list that answers by itself."""

VALUE_MARGIN = 0.3
"""How much less a statement that counts what is asked for may be worth to open the answer."""

MOST_ASKED = 40
"""A higher number in a question is hardly that of the things it asks for: "the 217 pages", "in 2019"."""

_NAME = re.compile(r"(?<=[\w,;:(“\"’'] )[^\W\d_a-z][\w’'-]*|(?<=\()[^\W\d_a-z][\w’'-]*|\b[A-Z]+\d[\w-]*")
_NOT = re.compile(r"\b(?:not|no|never|none|neither|nor|without|cannot)\b|n['’]t\b", re.IGNORECASE)


@dataclass(slots=True)
class Draft:
    """The units that an answer has so far, and what may still come; `asked` is how many things the question wants."""

    store: Store
    query: Query
    evidence: Sequence[Evidence]
    measure: Measure
    units: list[list[Statement]] = field(default_factory=list)
    places: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    words: int = 0
    best: float = 0.0
    passed: set[str] = field(default_factory=set)
    asked: Fraction = Fraction(0)

    def __post_init__(self) -> None:
        numbers = [quantity.value for quantity in quantities(self.query.focused) if not quantity.unit]
        self.asked = max(numbers, default=self.asked)

    def next(self) -> Evidence | None:
        """Return the best evidence that is not told yet and may still come; behind a whole list less may come."""
        left = [item for item in self.evidence if item.sentence.sentence_id not in self.passed]
        if not left or len(self.units) >= self.measure.units:
            return None
        if not self.units:
            return self._first(left, max(left, key=self._worth))
        margin = self.measure.margin / 2 if self._has_whole_list() else self.measure.margin
        near = [(worth, item) for item in left if (worth := self._worth(item)) >= self.best - _margin(item, margin)]
        return max(near, key=lambda each: each[0])[1] if near else None

    def _first(self, left: Sequence[Evidence], best: Evidence) -> Evidence:
        """Return what opens the answer: the best, or where a number of things is asked for the best that gives one."""
        counting = numbered(self.store, self.query, left)
        value = max(counting, key=self._worth, default=best)
        return value if self._worth(value) >= self._worth(best) - VALUE_MARGIN else best

    def _has_whole_list(self) -> bool:
        """Tell whether the answer opens with a list, and the question asks for no more than it holds."""
        return len(self.units[0]) >= WHOLE_LIST and not self._lacks_some()

    def _lacks_some(self) -> bool:
        """Tell whether the question asks for more things than the list that opens the answer holds."""
        items = sum(statement.kind != "lead" for statement in self.units[0])
        return LEAST_ITEMS <= items < self.asked <= MOST_ASKED

    def _worth(self, item: Evidence) -> float:
        is_nearby = place_of(item) in self.places and item.sentence.kind != "row" and not self._lacks_some()
        return item.score + self.measure.nearby * is_nearby

    def take(self, item: Evidence) -> bool:
        """Add a unit around some evidence, where it is new, understood by itself and not too long.

        Return whether the answer now tells it.
        """
        self.passed.add(item.sentence.sentence_id)
        if self._is_told(item.sentence):
            return True
        if self.evidence[0].on_subject and not item.on_subject:
            return False
        if self._add_to_twin(item):
            return True
        whole = unit_of(self.store, item, self.evidence, self.query)
        unit = [sentence for sentence in whole if not self._is_told(sentence)]
        if not unit or (self.units and (self._is_too_long(unit) or hangs(whole[0]))):
            return False
        if len(unit) == 1 and _opens_list(unit[0]) and len(self.evidence) > 1:
            return False  # its items were not read as such
        self.best = self.best or self._worth(item)
        if not self._add_to_items(unit):
            self.units.append([Statement(sentence) for sentence in unit])
            self.places.append(place_of(item))
        self.words += words_in(unit)
        return True

    def _add_to_items(self, unit: Sequence[Sentence]) -> bool:
        """Put a list with its lead-in where items of it are told: it is read once. Return whether there are any."""
        lead, firsts = unit[0], [told[0].sentence for told in self.units]
        told = [i for i, one in enumerate(firsts) if (one.document_id, one.group) == (lead.document_id, lead.group)]
        if lead.kind != "lead" or not told:
            return False
        whole = [*(one for i in told for one in self.units[i]), *map(Statement, unit)]
        self.units[told[0]] = sorted(whole, key=lambda one: one.sentence.sentence_id)
        for i in reversed(told[1:]):
            del self.units[i], self.places[i]
        return True

    def tell(self, sentences: Sequence[Sentence]) -> None:
        """Add some sentences as they are; those that are told already are left out."""
        self.units.append([Statement(sentence) for sentence in sentences if not self._is_told(sentence)])

    def _is_too_long(self, unit: Sequence[Sentence]) -> bool:
        more = MORE_LISTS if self._lacks_some() else 1.0
        return self.words + words_in(unit) > self.measure.words * max(1, len(self.query.sides)) * more

    def _is_told(self, sentence: Sentence) -> bool:
        told = {s.sentence_id for unit in self.units for one in unit for s in (one.sentence, *one.also)}
        return sentence.sentence_id in told

    def _add_to_twin(self, item: Evidence) -> bool:
        """Make the evidence a further citation of a sentence that says the same; return whether there is one.

        What says less than a sentence that is told already proves it no further, and is not told either.
        """
        vectors: Mapping[str, Vectors] = {e.sentence.sentence_id: e.vector for e in self.evidence}
        for unit in self.units:
            for i, one in enumerate(unit):
                other = vectors.get(one.sentence.sentence_id)
                if other is None or float(np.dot(other, item.vector)) <= SAME:
                    continue
                told, more = _exact(one.sentence.text), _exact(item.sentence.text)
                if told <= more:
                    unit[i] = replace(one, also=(*one.also, item.sentence))
                if told <= more or more <= told:
                    return True
        return False

    def statements(self) -> list[Statement]:
        """Return all statements in the order in which to read them: what decides first, then section by section."""
        if not self.units:  # nothing but lead-ins of lists that were not read as such
            return [Statement(self.evidence[0].sentence)]
        first, *others = zip(self.places, self.units, strict=True)
        if self.query.kind in ("list", "how-to", "open"):
            others.sort(key=lambda unit: (self.places.index(unit[0]), unit[1][0].sentence.sentence_id))
        return [statement for _, unit in (first, *others) for statement in unit]


def place_of(item: Evidence) -> tuple[str, tuple[str, ...]]:
    """Return the document and the section that evidence stands in."""
    return item.sentence.document_id, item.hit.passage.section


def _opens_list(sentence: Sentence) -> bool:
    """Tell whether a sentence only opens a list; an item or a row says something of its own before that."""
    return sentence.kind in ("lead", "text") and sentence.text.endswith(":")


def _margin(item: Evidence, margin: float) -> float:
    return min(margin, ROWS_APART) if item.sentence.kind == "row" else margin


def _exact(text: str) -> frozenset[object]:
    """Return what must not differ where two sentences say the same: figures with units, names, whether one says "not".

    The last is always there, so that of two sentences that differ in it neither holds all of the other.
    """
    figures = {(quantity.value, quantity.unit) for quantity in quantities(text)}
    return frozenset({*figures, *(name.lower() for name in _NAME.findall(text)), bool(_NOT.search(text))})
