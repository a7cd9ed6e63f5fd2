"""Words around a date or in a question → which end of a time they speak of; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from advisor.text import stem

Moment = Literal["", "start", "end"]
"""Which end of a time a date marks; "" for neither."""

STARTS = frozenset(
    "launch start began begin begun found establish creat initi introduc set kick join invit send sent commenc "
    "open".split()
)
"""Stems of words that tell of a start."""
ENDS = frozenset("close end ended finish conclud expir until till deadlin last stop complet terminat".split())
"""Stems of words that tell of an end."""

_WORD = re.compile(r"[^\W\d_]+")
_UNTIL = re.compile(r"\b(?:until|till|up to|by|before|deadline)\s+(?:the\s+)?$", re.IGNORECASE)
_SINCE = re.compile(r"\b(?:since|from|as of)\s+(?:the\s+)?$", re.IGNORECASE)


def moment_of(held: Iterable[str]) -> Moment:
    """Return which end of a time words speak of, by the first of them that does."""
    for word in map(stem, held):
        if word in ENDS:
            return "end"
        if word in STARTS:
            return "start"
    return ""


def moment_at(sentence: str, start: int, end: int) -> Moment:
    """Return which end of a time the date at a place in a sentence marks: by the nearest word that says so."""
    before, after = sentence[:start], sentence[end:]
    if _UNTIL.search(before):
        return "end"
    if _SINCE.search(before):
        return "start"
    near = [(start - match.end(), match.group().lower()) for match in _WORD.finditer(before)]
    near += [(match.start(), match.group().lower()) for match in _WORD.finditer(after)]
    return moment_of(word for _, word in sorted(near))
