"""Words behind a number or a "how many" → what is counted: its noun and what narrows it down; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from advisor.text import stem

MOST_WORDS = 5
"""How many words may name what is counted."""

_WORD = re.compile(r"[^\W\d_][\w&’'-]*")
_GAP = re.compile(r"\s*[-–]?\s*")
_PART = re.compile(r"\s*\b(strand|phase|step|type|level|part|stage|group|wave|round)s?[\s-]*(\d)\b", re.IGNORECASE)
_PLURAL = re.compile(r"[^\Wsui]s$|ies$", re.IGNORECASE)
_ENDS = frozenset(
    "of in from with by to for on at and or but that which who whose whom were was are is be been has have had will "
    "would can could may might must should do does did not as than per under over between during until since when "
    "while within without through across into about because if so also only out up each every both including given "
    "involving respectively nearly almost selected signed reported responded participated answered approved there "
    "then already still take takes took have it they he she we you i this these those their our its the a an".split()
)

FAMILIES = (
    frozenset({"cluster", "member", "partner", "particip", "organis"}),
    frozenset({"partnership", "project", "consortium", "consortia", "initi", "escp", "escp-4i", "escp-s3"}),
    frozenset({"compani", "firm", "sme", "smes", "enterpris", "busi"}),
    frozenset({"fair", "exhibit"}),
    frozenset({"agreement", "memoranda", "memorandum", "mou", "mous"}),
    frozenset({"countri", "state", "nation"}),
    frozenset({"event", "meet"}),
)
"""Nouns, by stem, with which different authors count the same things."""

_PRONOUNS = ("them", "respond")
"""Stems of words that stand for what was named before."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What is counted.

    Attributes:
        noun: stem of the noun; "" where none is named.
        part: the numbered part that it is limited to: "strand 2" for "six Strand 2 partnerships".
        end: where its words end in the sentence.
    """

    noun: str = ""
    part: str = ""
    end: int = 0


def counted(sentence: str, at: int) -> Counted:
    """Return what the words from a place on name: up to the first plural, or up to a word that ends them."""
    gap = _GAP.match(sentence, at)
    end = gap.end() if gap else at
    held: list[str] = []
    part = ""
    while len(held) < MOST_WORDS:
        if labelled := _PART.match(sentence, end):
            part, end = f"{labelled[1].lower()} {labelled[2]}", labelled.end()
            continue
        match = _WORD.search(sentence, end)
        if not match or sentence[end : match.start()].strip(" \u2010\"“‘'") or match.group().lower() in _ENDS:
            break
        if held and _PLURAL.search(held[-1]):
            break
        held.append(match.group())
        end = match.end()
    return Counted(_noun(held), part, end if held or part else at)


def _noun(held: Sequence[str]) -> str:
    """Return the stem of the noun among some words: the plural, or a name that is counted without one."""
    stems = [stem(word.lower()) for word in held]
    if not stems or _PLURAL.search(held[-1]):
        return stems[-1] if stems else ""
    # "13 ESCP-4i indicated that": what follows the noun was taken for a part of it.
    return next((word for word in stems if any(word in family for family in FAMILIES)), stems[-1])


def may_count(asked: str, given: str) -> bool:
    """Tell whether a noun, by stem, may count what another asks for; where none is named, it may be anything."""
    return not asked or given in (asked, "", *_PRONOUNS) or any({asked, given} <= family for family in FAMILIES)
