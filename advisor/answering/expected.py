"""A question → what kind of value answers it (a sum, a date, a reason …), and where a sentence holds such a value."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from advisor.retrieval.kinds import asking
from advisor.text import ITEM_NUMBER

Expected = Literal["", "money", "share", "duration", "count", "date", "reason", "person", "place", "entity"]
"""What a question asks for; "" where any statement may answer it."""

Spans = Sequence[tuple[int, int]]

_AUX = r"(?:is|are|was|were|does|do|did|will|would|should|shall|can|could|may|has|have|had|must)"
_BEGIN = r"(?:^|[,;:–]\s*|\band\s+)"

_ASKED: Sequence[tuple[Expected, str]] = (
    (
        "money",
        r"\bhow much (?:money|funding|EU (?:money|funding))\b|"
        r"\bhow much\b(?=.*\b(?:cost|costs|pay|paid|pays|charged?|spend|spent|invest|invested|received?|earn|fee|"
        r"budget|money|grant|contributed?|funding)\b)|\bhow many (?:euros?|dollars)\b|"
        r"\bwhat (?:do|does|did|would) .{2,60}\bcost\b|\bhow much .{2,60}\bworth\b|\bwhat .{2,40} worth\b|"
        r"\bwhat (?:(?:monthly|annual|yearly|daily|usual|average) )+(?:pay|wages?|fees?|costs?)\b|"
        r"\b(?:what|which|how high|how large|how big)\b (?:(?:is|was|were|are|the|a|total|annual|yearly|overall|"
        r"average|maximum|minimum|EU|daily|entry|exact|membership|participation|financial|public)\s+){0,4}"
        r"(?:budget|costs?|price|fees?|amount|sum|grant|turnover|revenue|salary|salaries|money)\b|"
        r"\bwhat\b.{3,60}\bcost\b\s*\?|\bhow expensive\b",
    ),
    (
        "share",
        r"\b(?:what|which|how (?:large|high|big|great)(?: a)?(?: is| was| were)?(?: the| this| that)?)\s+"
        r"(?:percentage|per cent|share|proportion|portion|fraction|part of the|success rate|rate)\b|"
        r"\bin per ?cent\b|\bhow many per ?cent\b",
    ),
    ("duration", r"\bhow long\b|\bhow many (?:working )?(?:days|weeks|months|years|hours|minutes)\b|\bfor how many\b"),
    (
        "count",
        r"\bhow many\b|\bhow much (?:has|have|did|bigger|more|larger)\b|"
        r"\bhow (?:big|large|often|far|old|high|strong)\b|"
        r"\b(?:what|which) (?:is |was |were )?(?:the )?(?:total |exact )?numbers?\b",
    ),
    (
        "date",
        rf"{_BEGIN}(?:since |until |by )?when\s+(?:exactly\s+|precisely\s+)?{_AUX}\b|"
        r"\b(?:which|what) (?:exact )?(?:year|date|month|day)s?\b|\bwhat (?:is|was) the deadline\b|"
        r"\b(?:since|until) when\b|\bwhen (?:and|or) where\b|\bwhere (?:and|or) when\b",
    ),
    (
        "reason",
        r"\bwhy\b|\bfor (?:what|which) reasons?\b|\bwhat (?:is|was|were|are) the reasons?\b|\bhow come\b|"
        r"\bwhat made\b|\bwhat (?:caused|led)\b",
    ),
    (
        "person",
        r"\bwho (?:is|was|are|were)\s+(?:the|its|their|our)?\s*(?:[\w-]+\s+){0,2}?(?:director|manager|president|"
        r"coordinator|chair\w*|head|contact|author|founder|leader|representative|ambassador|expert|speaker|person)\b|"
        r"\bwhose name\b|\b(?:which|what) person\b|"
        r"\bname of the (?:person|manager|director|coordinator|president|head|author)\b|"
        rf"{_BEGIN}who (?:leads?|led|chairs?|chaired|heads?|headed|manages?|managed|wrote|founded|directs?|runs?)\b",
    ),
    (
        "place",
        rf"{_BEGIN}(?:from )?where\s+(?:exactly\s+)?{_AUX}\b|\b(?:the|an|its|their|street|postal) address\b|"
        r"\b(?:which|what) (?:city|cities|town|venue|hotel|place|address|country|countries|region|regions)\b",
    ),
    (
        "entity",
        rf"\b(?:which|what)\s+(?:(?!(?:{_AUX}|an?|the|of)\b)[\w-]+\s+){{0,2}}?(?:company|companies|organisations?|software|platform|agency|agencies|"
        r"institutions?|firms?|university|universities|bank|provider|law firm|consultant|consultancy|product|brand|"
        r"supplier|newspaper|journal)\b|\bwhat (?:is|was) (?:it|he|she|the \w+) called\b|\bthe names? of\b",
    ),
)
_ANY_DATE = re.compile(r"\b\d{3,4}\b|\bcentur(?:y|ies)\b|\bBC\b|\bAD\b")
"""What may be a date in a text about any time."""

_SURE: frozenset[Expected] = frozenset({"money", "share", "duration", "count", "date", "entity"})
_ASKS = [(expected, re.compile(pattern, re.IGNORECASE)) for expected, pattern in _ASKED]

_NUMBER = (
    r"(?:\d[\d.,]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|"
    r"twenty|thirty|forty|fifty|sixty|hundred|thousand|none|no|several|dozens?)"
)
_MONTH = "(?:january|february|(?-i:March)|april|(?-i:May)|june|july|august|september|october|november|december)"
"""March and May are months with a capital only."""
_VALUES: Sequence[tuple[Expected, str]] = (
    ("money", r"€|\$|\b(?:euros?|eur|dollars?|usd)\b|\bmillion (?:euros?|eur)\b"),
    (
        "share",
        r"%|per ?cent|percentage|\b(?:half|thirds?|quarters?|majority)\b|\bproportion|"
        rf"\b{_NUMBER} (?:out of|of the|in) {_NUMBER}\b",
    ),
    ("duration", rf"(?<![\d.,])\b{_NUMBER}[\s-]*(?:to \d+ )?(?:days?|weeks?|months?|years?|hours?|minutes?)\b"),
    ("count", rf"\b(?!(?:19|20)\d\d\b){_NUMBER}\b"),
    ("date", rf"\b(?:19|20)\d\d\b|\b{_MONTH}\b|\b(?:spring|summer|autumn|winter)\b"),
)
VALUES: Mapping[Expected, re.Pattern[str]] = {
    expected: re.compile(pattern, re.IGNORECASE) for expected, pattern in _VALUES
}
"""Values that a sentence holds at a place in it."""

_NUMERAL = re.compile(rf"\b{_NUMBER}\b", re.IGNORECASE)
_REASON = re.compile(
    r"\b(?:because|since|due to|thanks to|as a result|in order to|so that|reasons?|therefore|thus|allows?|allowed|"
    r"helps?|owing|given that|aim|enables?|leads? to|explain)\b|\bas (?:it|they|the)\b|\bto \w+",
    re.IGNORECASE,
)
_PERSON = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Prof)\.?\s+[A-Z]\w+|\b[A-Z][a-z]+\s+(?:[A-Z]\.\s+)?[A-Z][a-zé]+\b")
_NAME = re.compile(r"(?<![.!?•\n]\s)(?<!^)\b[A-ZÀ-ÖØ-ÞĂÎȘȚŁŚŹŻČĎĚŇŘŠŤŮŽ][\w&’'-]+")


def expected_in(question: str) -> Expected:
    """Return what kind of value answers a question, by the words with which it asks."""
    text = asking(question)
    return next((expected for expected, pattern in _ASKS if pattern.search(text)), "")


def untold(question: str, told: Sequence[str]) -> Expected:
    """Return the kind of figure, date or name that a question asks for and none of some sentences gives; "" for none.

    Reasons, persons and places are left out: sentences give them in too many ways. The number of an item is no figure.
    """
    expected = expected_in(question)
    if expected not in _SURE or any(holds(expected, ITEM_NUMBER.sub("", text), question) for text in told):
        return ""
    if expected == "date" and any(_ANY_DATE.search(text) for text in told):
        return ""
    return expected


def holds(expected: Expected, sentence: str, question: str) -> bool:
    """Tell whether a sentence holds a value of a kind; a name must be one that the question does not hold itself."""
    return _TESTS[expected](sentence, question)


def places(expected: Expected, sentence: str) -> Spans:
    """Return where a sentence holds figures and dates of a kind; empty for kinds that have no place of their own."""
    pattern = VALUES.get(expected)
    return [match.span() for match in pattern.finditer(sentence)] if pattern else []


def _new_name(sentence: str, question: str) -> bool:
    asked = question.lower()
    return any(name.lower() not in asked for name in _NAME.findall(sentence))


def _found(expected: Expected) -> Callable[[str, str], bool]:
    return lambda sentence, _: bool(VALUES[expected].search(sentence))


_TESTS: Mapping[Expected, Callable[[str, str], bool]] = {
    "": lambda sentence, question: True,
    "money": lambda sentence, _: bool(VALUES["money"].search(sentence) and _NUMERAL.search(sentence)),
    "share": _found("share"),
    "duration": _found("duration"),
    "count": _found("count"),
    "date": _found("date"),
    "reason": lambda sentence, _: bool(_REASON.search(sentence)),
    "person": lambda sentence, question: bool(_PERSON.search(sentence)) or _new_name(sentence, question),
    "place": _new_name,
    "entity": _new_name,
}
