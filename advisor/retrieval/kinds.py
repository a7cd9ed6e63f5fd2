"""A question → what kind of answer it wants."""

from __future__ import annotations

import re
from typing import Literal

Kind = Literal["fact", "list", "how-to", "definition", "comparison"]

SEVERAL: tuple[Kind, ...] = ("list", "how-to", "comparison")
"""Kinds that are answered by several statements."""

_COUNTED = re.compile(
    r"^(how (many|much|long|often|large|big|old|far)|when|who|where|whose|"
    r"(in|by|since|until) (what|which) (year|country|city|month|date))\b",
    re.IGNORECASE,
)
_COMPARED = re.compile(
    r"\b(compare[ds]?|comparison|differ(s|ence|ences|ent from)?|versus|vs|disagree|agree on|"
    r"which of the two|both reports|two reports|than the (other|one))\b",
    re.IGNORECASE,
)
_DEFINED = re.compile(
    r"^(what is|what['’]s|what are(?! the)) (meant by|(an? |the )?[\w&-]+( [\w&-]+){0,2}\??$)|"
    r"\b(stands? for|definition of|define[ds]?|"
    r"meaning of)\b",
    re.IGNORECASE,
)
_DONE = re.compile(
    r"\bhow (do|can|could|should|shall|to|would) |\b(steps|checklist|procedure)\b|"
    r"\bwhat (should|shall|must) (we|i|a|the)\b",
    re.IGNORECASE,
)
_LISTED = re.compile(
    r"\b(list|name all|all the|criteria|barriers|benefits|factors|tools|examples|activities|roles|skills|"
    r"recommendations|lessons|requirements|in place|should (we|i|a|the|cluster)|what (should|are|were|can|do)|which)\b",
    re.IGNORECASE,
)
_STATED = re.compile(
    r"^(what (year|percentage|share|date|number|is|was|does)|is|are|was|were|does|do|did|has|have|can)\b",
    re.IGNORECASE,
)


def kind_of(question: str) -> Kind:
    """Return what a question wants: one statement, several things, steps, the meaning of a word, or two sides."""
    text = question.strip()
    if _COUNTED.match(text):
        return "fact"
    if _COMPARED.search(text):
        return "comparison"
    if _DEFINED.search(text):
        return "definition"
    if _DONE.search(text):
        return "how-to"
    if _LISTED.search(text):
        return "list"
    return "fact" if _STATED.match(text) else "list"
