"""A question → the value it asks for: of what kind, what is counted, and which end of a time or of a range; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from advisor.answering.counted import Counted, counted
from advisor.answering.expected import asking, expected_in
from advisor.answering.quantities import Bound, Kind
from advisor.text import stem, terms, words

Moment = Literal["", "start", "end"]
"""Which end of a time a date marks."""

_START = frozenset(
    "launch start began begin begun found establish creat initi introduc set kick join invit send sent commenc open up "
    "since from".split()
)
_END = frozenset("close end ended finish conclud expir until till deadlin last stop complet terminat".split())
_EVENT = re.compile(r"[^\W\d_]+")
_UNTIL = re.compile(r"\b(?:until|till|up to|by|before|deadline)\s+(?:the\s+)?$", re.IGNORECASE)
_SINCE = re.compile(r"\b(?:since|from|as of)\s+(?:the\s+)?$", re.IGNORECASE)

_MANY = re.compile(
    r"\bhow many\s+(?:of\s+(?:the|these|those|our|all)\s+)?|"
    r"\b(?:the\s+)?(?:\w+\s+)?numbers?\s+of\s+(?:the\s+)?",
    re.IGNORECASE,
)
_SHARE = re.compile(
    r"\b(?:percentage|per cent|percent|share|proportion|part|fraction|majority|most|half)\s+(?:of\s+)?(?:all\s+|the\s+)*",
    re.IGNORECASE,
)
_IS_IT_MOST = re.compile(
    r"^(?:is|are|was|were|do|does|did|has|have|had|can|could|will)\b.*\b(?:most|majority|(?:more|less) than half|half)\b",
    re.IGNORECASE,
)
_ENDS = (
    ("least", re.compile(r"\b(?:smallest|fewest|minimum|minimal|lowest|at least|least)\b", re.IGNORECASE)),
    ("most", re.compile(r"\b(?:largest|biggest|maximum|maximal|highest|at most|greatest)\b", re.IGNORECASE)),
    ("average", re.compile(r"\b(?:average|mean|median|typical(?:ly)?)\b", re.IGNORECASE)),
)
_SEVERAL = re.compile(r"\b([A-Z]{2,})s\b")
_ASKS = frozenset(
    "number year date day month percentag share proport part percent cent total how mani long old big larg smallest "
    "fewest minimum lowest least largest biggest maximum highest most averag major half exact exactli precis "
    "valu figur sum amount time take last".split()
)
"""Stems of words that ask, and do not say about what."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a question asks for.

    Attributes:
        bound: the end of a range, or "average", where it asks for one.
        moment: the start or the end, where it asks when something did.
        subject: its other search terms: what the value is about.
    """

    kind: Kind
    counted: Counted
    bound: Bound
    moment: Moment
    subject: tuple[str, ...]
    noun: str = ""


def wanted(question: str) -> Wanted | None:
    """Return the value that a question asks for; None where it asks for no value that can be compared."""
    asked = asking(question)
    kind = _kind(asked)
    if kind is None:
        return None
    what, noun = _counted(asked, kind)
    bound = next((name for name, pattern in _ENDS if pattern.search(asked)), "")
    moment = moment_of(words(asked)) if kind == "date" else ""
    left_out = {what.noun, *what.part.split(), *_ASKS, *((_START | _END) if moment else ())}
    subject = tuple(dict.fromkeys(term for term in subject_terms(asked) if term not in left_out))
    return Wanted(kind, what, bound, moment, subject, noun)  # type: ignore[arg-type]


def subject_terms(text: str) -> list[str]:
    """Return the search terms of a text; several of an abbreviation are one: "SMEs" is "sme"."""
    return terms(_SEVERAL.sub(r"\1", text))


def _kind(asked: str) -> Kind | None:
    if _IS_IT_MOST.search(asked):
        return "share"
    expected = expected_in(asked)
    if expected in ("count", "share", "money", "duration", "date"):
        return expected  # type: ignore[return-value]
    return "count" if re.search(r"\b(?:what|which)\b.*\bnumber of\b", asked, re.IGNORECASE) else None


def _counted(asked: str, kind: Kind) -> tuple[Counted, str]:
    pattern = {"count": _MANY, "share": _SHARE, "duration": None}.get(kind)
    match = pattern.search(asked) if pattern else None
    if not match:
        return Counted(), ""
    what = counted(asked, match.end())
    return what, asked[match.end() : what.end].strip() if what.noun else ""


def moment_of(held: Iterable[str]) -> Moment:
    """Return which end of a time words speak of, by the first of them that does."""
    for word in held:
        if stem(word) in _END:
            return "end"
        if stem(word) in _START:
            return "start"
    return ""


def moment_at(sentence: str, start: int, end: int) -> Moment:
    """Return which end of a time the date at a place in a sentence marks: by the nearest word that says so."""
    before, after = sentence[:start], sentence[end:]
    if _UNTIL.search(before):
        return "end"
    if _SINCE.search(before):
        return "start"
    near = [(start - match.end(), match.group()) for match in _EVENT.finditer(before)]
    near += [(match.start(), match.group()) for match in _EVENT.finditer(after)]
    return moment_of(word for _, word in sorted(near, key=lambda item: item[0]))
