"""A question → what kind of answer it wants."""

from __future__ import annotations

import re
from itertools import dropwhile, takewhile
from typing import Literal

from advisor.text import lowered, stem, terms, words

Kind = Literal["fact", "list", "how-to", "advice", "definition", "comparison", "open"]

ASKING = frozenset(
    terms(
        "list name give tell show whole full complete every all main different various describe explain there say "
        "mention cover contain include have make know need please want"
    )
)
"""Search terms that ask, and say nothing of what is asked for."""

_CONTENTS = frozenset(
    terms(
        "structure structured divided organised chapter section content topic cover contain overview outline table "
        "summarise summary"
    )
)
"""Search terms of questions about what a document holds."""

_NUMBER = r"(?:two|three|four|five|six|seven|eight|nine|ten|twelve|\d{1,2})"
_PREPOSITION = r"(?:in|by|since|until|till|for|to|at|from|with)"
_COMPARED = re.compile(
    r"\b(?:compare[ds]?|comparison|differ(?:s|ence|ences|ent from)?|versus|vs|disagree|"
    r"(?:reports?|studies|study|guides?|handbook|documents?|sources?|they|both) (?:\w+ )?agree on|"
    r"which of the (?:two|\w+ strands)|(?:both|two|three) reports|than the (?:other|one)|"
    r"different (?:answers|numbers|days|dates|values|figures)|different \w+ .{1,60} than|two numbers)\b",
    re.IGNORECASE,
)
_MEASURED = r"(?:many|much|long|often|large|big|old|far|good|high|few)"
_AUXILIARY = r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|shall|should|may|might|must)"
_DEFINED = re.compile(
    r"^(what is|what['’]s|what are(?! the)) (meant by|(an? |the )?[\w&-]+( [\w&-]+){0,2}\??$)|"
    r"^what do(?:es)? .{1,60} (?:stand for|mean)\b|\bwhat .{1,40} stands for\b|"
    r"\b(?:definition of|define[ds]?|meaning of)\b",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    rf"^(?:and |but |so |or )?(?:{_PREPOSITION} )?(?:roughly |about |approximately )?"
    rf"(?:how {_MEASURED}|when|who|whom|where|whose|why|"
    r"(?:what|which) (?:year|country|city|month|date|day|percentage|share|portion|proportion|number|amount|"
    r"name|term|word|reason))\b",
    re.IGNORECASE,
)
_IN_ORDER = re.compile(
    r"\b(?:steps (?:to|for|of|in|are|should)|checklist|procedure|in (?:which|what) (?:order|sequence))\b", re.IGNORECASE
)
_DONE = re.compile(
    r"\bhow (?:do|can|could|should|shall|to|would|might|did) \w+|"
    r"\bwhat (?:should|shall|must|can|could) (?:we|i|a|an|the|one|our)\b|"
    r"\bwhat (?:to \w+|do(?:es)? (?:we|i|you) (?:have to|need))\b|"
    rf"(?:^|[.?!,;:] )how (?!{_MEASURED}\b|\w+ {_AUXILIARY}\b|{_AUXILIARY}\b)[a-z]+ \w",
    re.IGNORECASE,
)
_ADVISED = re.compile(
    r"^(?:and |but |so |or )?(?:should|shall|may) \w+|"
    r"\bis (?:it|this|that) (?:\w+ )?(?:a good idea|a problem|worth|wise|ok|okay|enough|better|useful|necessary|"
    r"sensible|advisable|risky|wrong|bad|dangerous)\b|"
    r"\bdo(?:es)? (?:we|i|(?:every|each|all|our|a) \w+) (?:\w+ )?(?:need|have) to\b|"
    r"\bwhat (?:would|do|does|did) .{2,60} (?:recommend|suggest|advise|tell (?:us|me))\b|"
    r"\bhow do(?:es)? .{2,60} (?:recommend|suggest|advise)\b",
    re.IGNORECASE,
)
_NAMED_ALL = re.compile(
    rf"\b(?:list (?:all|of|the)|name (?:all|the|some|{_NUMBER})|all the|names of|"
    r"(?:kinds|types|sorts|forms|parts|ways) of|(?:kind|type|sort) of \w+s|which (?:were|are) the|"
    r"what (?:were|are) the)\b|^list\b",
    re.IGNORECASE,
)
_WISHED_ALL = re.compile(
    r"\b(?:(?:full|whole|complete) list|(?:please|need|want|give me|name|tell me) (?:all|everything|the whole)|"
    r"step by step|stage by stage|one by one)\b",
    re.IGNORECASE,
)
"""What says in another sentence than the one that asks that all of it is wanted."""

_ENDS_NOUN = (
    r"do|does|did|is|are|was|were|can|could|should|has|have|had|will|would|must|may|might|to|of|for|in|on|at|that|the|"
    r"a|an|we|i|you|they|it|by|from|with|outside|beyond|go|goes|came|comes?|happens?|happened|makes?|made"
)
_ASKED_NOUN = re.compile(
    rf"\b(?:which|what|whose)((?: (?!(?:{_ENDS_NOUN})\b)[^\W_][\w’'-]*){{1,5}})",
    re.IGNORECASE,
)
"""Up to five words behind the question word, to the word that cannot belong to what is asked for."""

_OPENS = frozenset("which what list name give tell show and the all".split())
_PASSED = frozenset("are were me us all every the of these your our its their and".split())
"""Words that come before the name of the things that are asked for, at the beginning and behind it."""

_ENDS = re.compile(rf"(?:{_ENDS_NOUN})$", re.IGNORECASE)
_PLURAL_BEFORE = re.compile(r"(?:[^\Wsui_]s|people|criteria|data|media) \w+ed\b", re.IGNORECASE)
_PLURAL = re.compile(r"(?:[^\Wsui_]s|people|criteria|data|media)$", re.IGNORECASE)
_ONE = re.compile(r"^what (?:is|was|['’]s) (?:the|your|its|their|our)\b", re.IGNORECASE)
_YES_OR_NO = re.compile(
    r"^(?:and |but |so |or )?(?:is|are|was|were|does|do|did|has|have|had|can|could|may|might|must|should|shall|will|"
    r"would)\b|\b(?:or not|if|whether)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    rf"(?:[,:;–—-]\s|\b(?:and|but)\s)(?=(?:{_PREPOSITION} )?(?:what|which|how|who|whom|where|why)\b)", re.IGNORECASE
)

LONGEST_BARE = 8
"""Words up to which something without a question mark is a bare subject, as people type it into a search box."""


def asking(question: str) -> str:
    """Return the sentences of a question that ask; all of it where none ends in a question mark."""
    held = [part for part in re.split(r"(?<=[.?!])\s+", question.strip()) if part.endswith("?")]
    return " ".join(held) or question


def kind_of(question: str) -> Kind:
    """Return what a question wants: one statement, several things, steps, the meaning of a word, or two sides.

    "open" is what asks for no more than something about its subject: "What came up in the talks?", "trade fairs".
    """
    text = asking(question).strip()
    if _COMPARED.search(question):
        return "comparison"
    if _DEFINED.search(text):
        return "definition"
    clauses = [part.strip() for part in _CLAUSE.split(text)]
    if _WISHED_ALL.search(question) or any(
        _NAMED_ALL.search(clause) or _asks_for_several(clause) for clause in clauses
    ):
        return "list"
    if any(_COUNTED.match(clause) for clause in clauses[-2:]):
        return "fact"
    if _IN_ORDER.search(text):
        return "list"
    if _DONE.search(text):
        return "how-to"
    if any(map(_ADVISED.search, clauses)):
        return "advice"
    if not text.endswith("?") and len(text.split()) <= LONGEST_BARE and not _YES_OR_NO.search(text):
        return "list" if _PLURAL.search(text) else "open"
    return "fact" if any(form.search(text) for form in (_ASKED_NOUN, _ONE, _YES_OR_NO)) else "open"


def things_asked(question: str) -> frozenset[str]:
    """Return the stems of the plural words that name what a question is for: "What are the ten steps of …?".

    Empty where it asks for no things by their name: "What did the partnerships do?".
    """
    said = words(asking(question))
    found: set[str] = set()
    for i, word in enumerate(said):
        if i and word.lower() not in _OPENS - {"and", "the"}:
            continue
        named = dropwhile(lambda one: one.lower() in _OPENS | _PASSED, said[i:])
        found |= {
            stem(lowered(one)) for one in takewhile(lambda one: not _ENDS.match(one), named) if _PLURAL.search(one)
        }
    return frozenset(found)


def asks_for_contents(question: str) -> bool:
    """Tell whether a question asks what a document holds and nothing else: "Which chapters does … have?"."""
    said = set(terms(question))
    return bool(said & _CONTENTS) and not said - _CONTENTS - ASKING


def _asks_for_several(clause: str) -> bool:
    found = _ASKED_NOUN.search(clause)
    return bool(found and (_PLURAL.search(found.group(1)) or _PLURAL_BEFORE.search(found.group(1))))
