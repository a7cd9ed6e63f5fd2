"""A query and its hits → what it asks for by its form, and which traits a sentence has that bear on that."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from advisor.abbreviations import abbreviation_meant, abbreviations
from advisor.answering.checks.cues import pole_places
from advisor.answering.defining import FIRST, defines, thing_asked
from advisor.answering.expected import Expected, expected_in, holds
from advisor.answering.ranking import end_asked
from advisor.answering.telling import compares, is_whole, points_elsewhere
from advisor.records import Hit, Sentence
from advisor.retrieval.understanding import Query
from advisor.text import terms

_SEVERAL = re.compile(r"(?:[\d.]+ )?[^\W\d_]* ?[^\W_]*\d[^\W_]*(?:, | and | or | to | & ?)(?:[^\W\d_]+ )?[A-Z]?\d")
"""Several numbered parts at the beginning of a text."""

_IN = re.compile(
    r"\b(?:in|within|inside)\s+(?:(?:and|or)\s+(?:outside|beyond)\s+)?(?:the\s+)?([A-Z][\w-]+)", re.IGNORECASE
)
_OUT = re.compile(r"\b(?:outside(?: of)?|beyond|out of)\s+(?:the\s+)?([A-Z][\w-]+)", re.IGNORECASE)
"""Where something is, or is not, by the word behind."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a question asks for, by its form.

    Attributes:
        named: the numbered parts that it names.
        has_section: whether a hit stands under one of them.
        expected: the kind of value.
        where: see `_where`.
        worth: see `_worth`.
        end: of which end of a ranking.
        thing: what is to be defined.
        shorts: abbreviations to be spelt out.
    """

    named: Sequence[str]
    has_section: bool
    expected: Expected
    where: tuple[frozenset[str], frozenset[str]]
    worth: frozenset[int]
    end: int
    thing: str
    shorts: Sequence[str]


def wanted_in(query: Query, hits: Sequence[Hit]) -> Wanted:
    """Return what a question asks for, whose hits these are."""
    asked = query.focused
    named = [" ".join(phrase) for phrase in query.references]
    meant = abbreviation_meant(asked)
    return Wanted(
        named=named,
        has_section=any(_stands_under(hit, named) for hit in hits),
        expected=expected_in(asked),
        where=_where(asked),
        worth=_worth(asked),
        end=end_asked(asked),
        thing=thing_asked(asked),
        shorts=query.shorts or ((meant,) if meant else ()),
    )


def traits(sentence: Sentence, hit: Hit, query: Query, wanted: Wanted) -> dict[str, bool]:
    """Return which of the signals that are so or not a sentence has, see `advisor.answering.evidence.Evidence`."""
    text, named, under = sentence.text, wanted.named, _stands_under(hit, wanted.named)
    return {
        "typed": bool(wanted.expected) and holds(wanted.expected, text, query.focused),
        "opens": opens_with(text, named) and not _SEVERAL.match(text),
        "under": under,
        "spelt_out": bool(spelt_out(text, wanted.shorts)),
        "defines": bool(wanted.thing) and _is_definition(sentence, wanted.thing, hit),
        "unfinished": not is_whole(sentence),
        "elsewhere": points_elsewhere(sentence),
        "opposed": (
            _is_opposed(wanted.where, " ".join([*hit.passage.section[-2:], text]))
            or _is_of_other_worth(wanted.worth, sentence, hit)
            or bool(wanted.end and end_asked(text) == -wanted.end)
        ),
        "compares": query.kind in ("advice", "how-to") and compares(text),
        "off_subject": bool(named) and not under and (wanted.has_section or not _speaks_of(sentence, hit, named)),
    }


def spelt_out(text: str, shorts: Sequence[str]) -> list[str]:
    """Return which of some abbreviations a text spells out."""
    return [short for short, _ in abbreviations(text) if short in shorts] if shorts else []


def _is_definition(sentence: Sentence, thing: str, hit: Hit) -> bool:
    place = next((i for i, one in enumerate(hit.passage.sentences) if one == sentence), FIRST)
    return defines(sentence, thing, hit.passage.section, place=place)


def opens_with(text: str, phrases: Sequence[str]) -> bool:
    """Tell whether a text begins with a phrase, perhaps behind a number of its own: "1.2 Step 6: find partners"."""
    said = " ".join(terms(text)[:5]) + " "
    openings = (said, re.sub(r"^[\d.]+ ", "", said))
    return any(opening.startswith(f"{phrase} ") for opening in openings for phrase in phrases)


def _stands_under(hit: Hit, phrases: Sequence[str]) -> bool:
    return any(opens_with(heading, phrases) for heading in hit.passage.section)


def _where(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the words that a text says something is only in, and those that it says something is only outside."""
    inside, outside = (frozenset(place.lower() for place in pattern.findall(text)) for pattern in (_IN, _OUT))
    return inside - outside, outside - inside


def _is_opposed(asked: tuple[frozenset[str], frozenset[str]], text: str) -> bool:
    """Tell whether a text is about what is outside of where a question asks, or inside; `asked` as from `_where`."""
    if not any(asked):
        return False
    inside, outside = _where(text)
    return bool(asked[0] & outside or asked[1] & inside)


def _worth(text: str) -> frozenset[int]:
    """Return whether a text speaks of advantages (0), of drawbacks (1), or of both."""
    return frozenset(side for _, _, side in pole_places(text, "worth", "en"))


def _is_of_other_worth(asked: frozenset[int], sentence: Sentence, hit: Hit) -> bool:
    """Tell whether a question asks for drawbacks alone and a sentence gives advantages, by itself or its lead-in."""
    if len(asked) != 1:
        return False
    lead = next((s.text for s in hit.passage.sentences if s.group == sentence.group and s.kind == "lead"), "")
    told = _worth(f"{lead} {sentence.text}")
    return len(told) == 1 and told != asked


def _speaks_of(sentence: Sentence, hit: Hit, phrases: Sequence[str]) -> bool:
    said = f" {' '.join(terms(' '.join([sentence.text, *hit.passage.section])))} "
    return any(f" {phrase} " in said for phrase in phrases)
