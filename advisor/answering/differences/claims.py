"""A value that is asked for and hits → claims: sentences that give such a value, and what each is a value of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from advisor.answering.differences.counted import may_count
from advisor.answering.differences.moments import moment_at
from advisor.answering.differences.quantities import Quantity, quantities
from advisor.answering.differences.wanted import Wanted, subject_terms
from advisor.answering.evidence import rarity
from advisor.records import Hit, Sentence
from advisor.retrieval.references import references
from advisor.store.versions import Store
from advisor.text import names, stem

INSIDE, BESIDE, AROUND = 1.0, 0.8, 0.5
"""How well a term is met in the sentence; in its heading, its list's lead-in or what it points back to; farther off."""

BEHIND = 0.9
"""What a term behind a value counts beside one before it, where a sentence gives several: "Japan (7), China (5)"."""

CLEARLY = 1.05
"""How many times better than its next best a value must go with the question, where a sentence gives several."""

FRAGMENT_WORDS = 6
"""A list item or row with fewer words says nothing without its list."""

KEPT = 20_000
"""Sentences whose values stay in memory."""

_VALUED = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|sixty|"
    r"seventy|eighty|ninety|half|most|majority|minority)\b",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(r"\b(?:this|these|those|they|it|its|their|them|such)\b", re.IGNORECASE)
_BOUNDARY = re.compile(r"[,;:]|\band\b|\bagainst\b|\bcompar\w+|\bversus\b|\bwhile\b|\bwhereas\b|\bbut\b", re.IGNORECASE)
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
_PARTS = re.compile(
    rf"\b(?:{'|'.join(_ORDINALS)}|[1-9](?:st|nd|rd|th)|current|previous|former|earlier|new|next|additional|further|"
    r"pilot|voluntary|initial|outside|beyond|except|excluding|without)\b",
    re.IGNORECASE,
)
"""Words that set a part apart from the whole."""
_MODES = re.compile(
    r"\b(?:should|would|recommend\w*|propos\w*|plan(?:s|ned|ning)?|expect\w*|intend\w*|suggest\w*|extend\w*|"
    r"necessary)\b",
    re.IGNORECASE,
)
"""Words that tell what should be, or will be, from what is."""
_KINDS = re.compile(r"(?<!\w)[a-z]{3,}-[a-z]{2,}(?= [A-Z][\w-]*[A-Z])")
"""A kind of what has a name, which is not all of it: "dual-use ESCP-4i"."""
_NO_NAMES = frozenset(
    stem(word)
    for word in (
        "january february march april may june july august september october november december one two three four five "
        "six seven eight nine ten eleven twelve thirteen moreover however table figure source"
    ).split()
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence of a hit that gives a value.

    Attributes:
        beside: the words of its heading, of its list's lead-in, and of the sentence that it points back to.
        met: how well each term of the question's subject is met, 0 to 1.
        score: their mean, weighted by rarity.
    """

    sentence: Sentence
    hit: Hit
    quantity: Quantity
    beside: str
    met: Mapping[str, float]
    score: float

    @property
    def is_whole(self) -> bool:
        """Whether it says what its value is a value of, without the list or the table it stands in."""
        return self.sentence.kind in ("text", "lead") or self.sentence.text.endswith((".", "!"))

    @property
    def markers(self) -> frozenset[str]:
        """What sets its subject apart: numbered parts ("strand 1"), ordinals, "planned", "should", "dual-use"."""
        text = f"{self.sentence.text} {self.beside}"
        said = [match.group() for form in (_MODES, _KINDS) for match in form.finditer(text)]
        return parts(text) | {stem(word.lower()) for word in said}

    @property
    def parts(self) -> frozenset[str]:
        """The parts that it or one of its headings names."""
        return parts(" ".join([self.sentence.text, self.beside, *self.hit.passage.section]))

    @property
    def names(self) -> frozenset[str]:
        """Terms of the names in it and in its heading."""
        heading = next((part for part in self.hit.passage.section[-1:] if any(map(str.islower, part))), "")
        return name_terms(f"{self.sentence.text} {heading}")


def parts(text: str) -> frozenset[str]:
    """Return the words of a text that set a part apart from the whole, and the numbered parts that it names."""
    numbered = {" ".join(part) for part in references(text) if len(part) == 2}
    return frozenset(numbered | {_ordinal(match.group().lower()) for match in _PARTS.finditer(text)})


def name_terms(text: str) -> frozenset[str]:
    """Return the terms of the names in a text; months and numbers are none."""
    held = (term for name in names(text) for term in subject_terms(name))
    return frozenset(term for term in held if term not in _NO_NAMES and not term.isdigit())


def claims(store: Store, wanted: Wanted, hits: Sequence[Hit]) -> list[Claim]:
    """Return the claims of the hits on what is wanted, best first; at most one for each sentence."""
    weights = rarity(store, wanted.subject)
    found = [claim for hit in hits for claim in _of_hit(store, wanted, weights, hit)]
    return sorted(found, key=lambda claim: (-claim.score, claim.hit.rank, claim.sentence.sentence_id))


@lru_cache(maxsize=KEPT)
def _values(text: str) -> tuple[Quantity, ...]:
    return tuple(quantities(text)) if _VALUED.search(text) and not text.endswith("?") else ()


@lru_cache(maxsize=KEPT)
def _terms(text: str) -> frozenset[str]:
    return frozenset(subject_terms(text))


def _of_hit(store: Store, wanted: Wanted, weights: Mapping[str, float], hit: Hit) -> Iterator[Claim]:
    total = sum(weights.values())
    for position, sentence in enumerate(hit.passage.sentences):
        if sentence.kind in ("item", "row") and len(sentence.text.split()) < FRAGMENT_WORDS:
            continue
        fitting = [quantity for quantity in _values(sentence.text) if _fits(wanted, quantity, sentence.text)]
        quantity = _chosen(fitting, sentence.text, weights)
        if quantity is None:
            continue
        beside = " ".join([*hit.passage.section[-1:], _lead(store, sentence), _pointed_at(hit, position)])
        around = " ".join([*hit.passage.section[:-1], hit.document.title])
        met = _met(wanted.subject, sentence.text, beside, around)
        score = sum(weights[term] * met[term] for term in met) / total if total else 0.0
        yield Claim(sentence, hit, quantity, beside, met, score)


def _fits(wanted: Wanted, quantity: Quantity, sentence: str) -> bool:
    """Tell whether a value is of the kind, the noun and the end that are asked for."""
    if quantity.kind != wanted.kind:
        return False
    noun = quantity.counted.noun
    if wanted.kind in ("count", "share") and (not may_count(wanted.counted.noun, noun) or noun in wanted.subject):
        return False
    if wanted.counted.part and quantity.counted.part not in ("", wanted.counted.part):
        return False
    if wanted.moment and moment_at(sentence, quantity.start, quantity.end) != wanted.moment:
        return False
    if wanted.bound in ("least", "most"):
        return quantity.bound == wanted.bound or (quantity.is_range and not quantity.bound)
    return quantity.bound == wanted.bound


def _chosen(fitting: Sequence[Quantity], sentence: str, weights: Mapping[str, float]) -> Quantity | None:
    """Return the value that the question's terms stand next to; None where that is not clear."""
    if len(fitting) < 2:
        return fitting[0] if fitting else None
    cuts = [0, *(_cut(sentence, one, two) for one, two in pairwise(fitting)), len(sentence)]
    scored = []
    for quantity, start, end in zip(fitting, cuts[:-1], cuts[1:], strict=True):
        near = dict.fromkeys(subject_terms(sentence[quantity.end : end]), BEHIND)
        near |= dict.fromkeys(subject_terms(sentence[start : quantity.end]), 1.0)
        scored.append((sum(weight * near.get(term, 0.0) for term, weight in weights.items()), quantity))
    scored.sort(key=lambda item: -item[0])
    return scored[0][1] if scored[0][0] > CLEARLY * scored[1][0] else None


def _cut(sentence: str, one: Quantity, two: Quantity) -> int:
    """Return where the words of one value end and those of the next begin."""
    boundaries = [match.start() for match in _BOUNDARY.finditer(sentence, one.end, max(one.end, two.start))]
    return boundaries[-1] if boundaries else one.end


def _lead(store: Store, sentence: Sentence) -> str:
    if sentence.kind not in ("item", "row"):
        return ""
    return next((s.text for s in store.library.group(sentence.document_id, sentence.group) if s.kind == "lead"), "")


def _pointed_at(hit: Hit, position: int) -> str:
    """Return the sentence before one that points back."""
    held = hit.passage.sentences
    return held[position - 1].text if position and _POINTS_BACK.search(held[position].text) else ""


def _met(subject: Sequence[str], sentence: str, beside: str, around: str) -> dict[str, float]:
    places = [(INSIDE, _terms(sentence)), (BESIDE, _terms(beside)), (AROUND, _terms(around))]
    return {term: next((worth for worth, held in places if term in held), 0.0) for term in subject}


def _ordinal(word: str) -> str:
    """Return "third" for "3rd"; the stem of other words."""
    return _ORDINALS[int(word[0]) - 1] if word[0].isdigit() else stem(word)
