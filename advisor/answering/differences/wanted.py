"""A question → the value it asks for: of what kind, what is counted, and which end of a time or of a range; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from advisor.answering.differences.counted import Counted, counted
from advisor.answering.differences.moments import ENDS, STARTS, Moment, moment_of
from advisor.answering.differences.quantities import Bound, Kind
from advisor.answering.expected import expected_in
from advisor.retrieval.kinds import asking
from advisor.text import terms, words

_MANY = re.compile(
    r"\bhow many\s+(?:of\s+(?:the|these|those|our|all)\s+)?|\b(?:the\s+)?(?:\w+\s+)?numbers?\s+of\s+(?:the\s+)?",
    re.IGNORECASE,
)
_NUMBER_OF = re.compile(r"\b(?:what|which)\b.*\bnumber of\b", re.IGNORECASE)
_SHARE = re.compile(
    r"\b(?:percentage|per cent|percent|share|proportion|part|fraction|majority|most|half)\s+(?:of\s+)?"
    r"(?:(?:all|the)\s+)*",
    re.IGNORECASE,
)
_IS_IT_MOST = re.compile(
    r"^(?:is|are|was|were|do|does|did|has|have|had|can|could|will)\b.*\b(?:most|majority|half)\b", re.IGNORECASE
)
_BOUNDS: Sequence[tuple[Bound, re.Pattern[str]]] = (
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
        noun: what is counted, in its own words; "" where it names nothing.
    """

    kind: Kind
    counted: Counted
    bound: Bound
    moment: Moment
    subject: tuple[str, ...]
    noun: str


def wanted(question: str) -> Wanted | None:
    """Return the value that a question asks for; None where it asks for no value that can be compared."""
    asked = asking(question)
    kind = _kind(asked)
    if kind is None:
        return None
    what, noun = _counted(asked, kind)
    bound: Bound = next((name for name, pattern in _BOUNDS if pattern.search(asked)), "")
    moment = moment_of(words(asked)) if kind == "date" else ""
    left_out = {what.noun, *what.part.split(), *_ASKS, *((STARTS | ENDS) if moment else ())}
    subject = tuple(dict.fromkeys(term for term in subject_terms(asked) if term not in left_out))
    return Wanted(kind, what, bound, moment, subject, noun)


def subject_terms(text: str) -> list[str]:
    """Return the search terms of a text; several of an abbreviation are one: "SMEs" is "sme"."""
    return terms(_SEVERAL.sub(r"\1", text))


def _kind(asked: str) -> Kind | None:
    if _IS_IT_MOST.search(asked):
        return "share"
    match expected_in(asked):
        case "count" | "share" | "money" | "duration" | "date" as expected:
            return expected
    return "count" if _NUMBER_OF.search(asked) else None


def _counted(asked: str, kind: Kind) -> tuple[Counted, str]:
    """Return what a count or a share is asked of, and its words."""
    pattern = _MANY if kind == "count" else _SHARE if kind == "share" else None
    match = pattern.search(asked) if pattern else None
    if not match:
        return Counted(), ""
    what = counted(asked, match.end())
    return what, asked[match.end() : what.end].strip() if what.noun else ""
