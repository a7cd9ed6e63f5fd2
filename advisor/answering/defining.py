"""A question for what a thing is → the thing, and whether a sentence says what it is; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from advisor.records import Sentence
from advisor.text import terms

LONGEST = 5
"""Words up to which a thing has a name that is defined."""

FIRST = 2
"""Sentences under a heading that is the name of the thing that say what it is."""

_THING = r"(?:an? |the )?(?P<thing>[^?]+?)[\s?.!]*$"
_ASKED = (
    re.compile(rf"^what (?:is|are) (?:meant by |the (?:meaning|definition) of )?{_THING}", re.IGNORECASE),
    re.compile(r"^what do(?:es)? (?:an? |the )?(?P<thing>[^?]+?) mean[\s?.!]*$", re.IGNORECASE),
)
_SAYS_WHAT = re.compile(
    r"\s*(?:\([^()]*\)\s*)?(?:,?\s*(?:means?|describes?|refers? to|stands? for|consists? of|is defined as)\b|"
    r":\s|(?<=[A-Za-z]\))\s+[a-z]|"
    r",?\s*(?:is|are|was|were) (?:an?|the|one|any|all|every|what|when|where|how|those|groups?|sets?)\b)",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"^[\"'“”„‘’«»]*(?:(?:an?|the)\s+)?", re.IGNORECASE)


def thing_asked(question: str) -> str:
    """Return the thing that a question wants defined: "metacluster" for "What is a metacluster?"; "" for others."""
    found = next((match["thing"] for pattern in _ASKED if (match := pattern.match(question))), "")
    return found if len(found.split()) <= LONGEST else ""


def defines(sentence: Sentence, thing: str, section: Sequence[str], *, place: int) -> bool:
    """Tell whether a sentence says what a thing is.

    It begins with the thing and "is a", "means" or ":", or with both of its forms ("A joint venture (JV) …"); or is a
    row with that label; or opens what stands under a heading that is the thing's name, where it is the `place`-th
    sentence, from 0.
    """
    text = _BEFORE.sub("", sentence.text)
    if text[: len(thing)].lower() == thing.lower():
        rest = text[len(thing) :]
        if _SAYS_WHAT.match(rest) or (sentence.kind == "row" and rest.startswith(" — ")):
            return True
    heading = re.sub(r"\([^()]*\)", "", section[-1]) if section else ""
    return sentence.kind == "text" and place < FIRST and terms(heading) == terms(thing) != []
