"""Words behind a number or a "how many" → what is counted: its noun and what narrows it down; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from advisor.text import stem

MOST_WORDS = 5
"""How many words may name what is counted."""

_WORD = re.compile(r"[^\W\d_][\w&’'-]*")
_GAP = re.compile(r"\s*[-–]?\s*")
_LABELLED = re.compile(r"\s*(?:strand|phase|step|type|level|part)[\s-]*\d\b", re.IGNORECASE)
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


@dataclass(frozen=True, slots=True)
class Counted:
    """What is counted.

    Attributes:
        noun: stem of the noun; "" where none is named.
        narrower: stems of the words before it ("pilot" in "six pilot projects").
        end: where its words end in the sentence.
    """

    noun: str = ""
    narrower: tuple[str, ...] = ()
    end: int = 0


def counted(sentence: str, at: int) -> Counted:
    """Return what the words from a place on name: up to the first plural, or up to a word that ends them."""
    gap = _GAP.match(sentence, at)
    end = at = gap.end() if gap else at
    held: list[str] = []
    while len(held) < MOST_WORDS:
        if labelled := _LABELLED.match(sentence, end):
            end = labelled.end()
            continue
        match = _WORD.search(sentence, end)
        if not match or sentence[end : match.start()].strip(" \u2010\"“‘'") or match.group().lower() in _ENDS:
            break
        held.append(match.group())
        end = match.end()
        if _PLURAL.search(match.group()):
            break
    if not held:
        return Counted()
    stems = [stem(word.lower()) for word in held]
    at = len(held) - 1
    if not _PLURAL.search(held[at]):  # "13 ESCP-4i indicated that": a verb was taken for the noun
        at = next((i for i, word in enumerate(stems) if any(word in family for family in FAMILIES)), at)
    return Counted(stems[at], tuple(stems[:at]), end)


def same_kind(one: str, other: str) -> bool:
    """Tell whether two nouns, by stem, may count the same things; a noun that is not named may count any."""
    pronoun = {"", "them", "respond", "respons"}
    return one == other or one in pronoun or other in pronoun or any({one, other} <= family for family in FAMILIES)
