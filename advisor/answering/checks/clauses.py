"""A text → its statements, and for each quantity in it the words that belong to it; pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from advisor.answering.checks.cues import language_cues
from advisor.quantities import Quantity, quantities

_IN = re.compile(r"\s*(?:in|by|since|im|en|w|nel|del|em)?\s*", re.I)

Terms = frozenset[str]
Content = Callable[[str], list[str]]
"""Gives the content terms of a part of a text, in order."""

_PAUSE = re.compile(r"[;:()–—]|,(?=\s)|(?<=[.!?])\s")
_BREATH = re.compile(r"[;:–—]|,(?=\s)|(?<=[.!?])\s")
"""A pause, but no bracket: what is counted in one stands before it."""

_AT_PAUSE = re.compile(r"\s*(?:[;:)–—]|,\s)")
_FULL_PAUSE = re.compile(r";|(?<=[.!?])\s")
_OF = re.compile(
    r"\s*(?:out )?(?:of|von|der|des|sur|de|di|z|ze|spośród)(?: (?:all|the|these|those|den|les|los|las|le))?\s*", re.I
)
_RANGE = re.compile(r"\s*(?:[-–]|to|and|bis|und|à|et|a|y|e|do|i)?\s*", re.I)


@dataclass(frozen=True, slots=True)
class Counted:
    """A quantity in its place.

    Attributes:
        near: the terms beside it that say what is counted.
        head: the first term behind it, "" where none follows at once.
        piece: the terms between the pauses before and behind it, in order.
        statement: all terms of the statement it stands in.
        role: "part" and "whole" in "3 of the 23", else "".
        year: the year for which it is given, None where there is none or there are several.
    """

    quantity: Quantity
    near: Terms
    head: str
    piece: tuple[str, ...]
    statement: Terms
    role: str
    year: Fraction | None


def statements(text: str, language: str, content: Content) -> list[str]:
    """Divide a sentence where one statement ends and the next begins, no piece with fewer than two content terms."""
    words = language_cues(language)
    breaks = {match.start() for match in words.breaks.finditer(text)}
    cuts = breaks | {match.end() for match in _PAUSE.finditer(text)}
    joins = {match.start() for match in words.joins.finditer(text)}
    held = quantities(text, language)
    pieces: list[str] = []
    start = 0
    for cut in sorted(cuts | joins):
        if cut not in breaks and not start and _depends(text[:cut], words.dependent):
            continue  # "According to the report, …", "In Porto, …" belong to what follows
        here, rest = content(text[start:cut]), content(text[cut:])
        counts = any(q.start >= cut for q in held) and any(start <= q.start < cut for q in held)
        if len(here) >= 2 and len(rest) >= (3 if cut in joins and not counts else 2):
            pieces.append(text[start:cut])
            start = cut
    return [*pieces, text[start:]]


def counted(text: str, language: str, content: Content, *, whole: bool = False) -> list[Counted]:
    """Return each quantity of a text with the words that belong to it; a table row is not divided (`whole`)."""
    found: list[Counted] = []
    given_for = _years(text, language)
    for start, end in [(0, len(text))] if whole else _parts(text, language, content):
        inside = [q for q in quantities(text, language) if start <= q.start < end]
        all_terms = frozenset(content(text[start:end]))
        for group in _groups(text, inside):
            before, behind = _room(text, language, content, group, inside, start, end, whole=whole)
            # In "grew from 20 to 30" what grew stands before the first figure and is meant for both.
            frame = next((held for q in inside if (held := content(text[start : q.lead]))), [])
            follows = content(behind) if not _AT_PAUSE.match(behind) or not content(before) else []
            near = frozenset(follows or content(before) or frame) if not whole else all_terms
            label = _label(before, language, content)
            near = label or near
            roles = ("part", "whole") if len(group) == 2 and _is_share(text, group) else ("",) * len(group)
            around = text[start:end] if whole else _between_pauses(text, start, group, end)
            piece = tuple(content(around)) or tuple(frame)
            for quantity, role in zip(group, roles, strict=True):
                head = content(" ".join(behind.split()[:3]))[:1]
                year = given_for.get(quantity.start)
                found.append(Counted(quantity, near, head[0] if head else "", piece, all_terms, role, year))
    return found


def _label(before: str, language: str, content: Content) -> Terms:
    """Return the word that a number is the number of: "step" in "step 3"; empty where it counts something."""
    last = next(iter(re.findall(r"([^\W\d_]+)[-\s]*$", before)), "")
    return frozenset(content(last)) if last.lower() in language_cues(language).labels else frozenset()


def _between_pauses(text: str, start: int, group: list[Quantity], end: int) -> str:
    lead, tail = group[0].lead, group[-1].end
    opens = [m.end() for m in _BREATH.finditer(text, start, lead)]
    closes = [m.start() for m in _BREATH.finditer(text, tail, end)]
    return text[max(opens, default=start) : min(closes, default=end)]


def _parts(text: str, language: str, content: Content) -> Iterator[tuple[int, int]]:
    """Yield the statements that have a subject of their own: behind "but", or "and" with two terms before a figure."""
    words = language_cues(language)
    held = [q for q in quantities(text, language) if q.unit != "one"]
    cuts = {m.start() for m in words.breaks.finditer(text)} | {m.end() for m in _FULL_PAUSE.finditer(text)}
    for match in [*words.joins.finditer(text), *re.finditer(r",(?=\s)", text)]:
        following = next((q for q in held if q.start >= match.end()), None)
        own = following and len(content(text[match.end() : following.start])) >= 2
        if _depends(text[match.end() :], words.dependent):
            continue  # "and received …" and ", after the visit, …" go on about the same
        nothing_counted = following is None and match.group() != "," and len(content(text[match.end() :])) >= 2
        if held and held[0].start < match.start() and (own or nothing_counted):
            cuts.add(match.start())
    bounds = [0, *sorted(cuts), len(text)]
    yield from ((a, b) for a, b in pairwise(bounds) if a < b)


def _depends(part: str, dependent: frozenset[str]) -> bool:
    """Tell whether a part of a sentence opens with a verb or a preposition."""
    first = next(iter(part.lower().split()), "")
    return first in dependent or (bool(dependent) and first.endswith("ed"))


def _groups(text: str, held: list[Quantity]) -> list[list[Quantity]]:
    """Put quantities together that share what they count: "3 of the 23", "20 to 30", "May 2014"."""
    groups: list[list[Quantity]] = []
    for q in held:
        if groups:
            between = text[groups[-1][-1].end : max(q.lead, groups[-1][-1].end)]
            if _OF.fullmatch(between) or _RANGE.fullmatch(between) or groups[-1][-1].end > q.lead:
                groups[-1].append(q)
                continue
        groups.append([q])
    return groups


def _is_share(text: str, group: list[Quantity]) -> bool:
    between = text[group[0].end : max(group[1].lead, group[0].end)]
    counts = all(q.value.denominator == 1 for q in group[1:]) and group[0].value <= group[1].value
    return bool(counts and between.strip() and _OF.fullmatch(between))


def _room(
    text: str,
    language: str,
    content: Content,
    group: list[Quantity],
    held: list[Quantity],
    start: int,
    end: int,
    *,
    whole: bool,
) -> tuple[str, str]:
    """Return the words before and behind a group that no pause, joining word or other quantity keeps from it."""
    lead, tail = group[0].lead, group[-1].end
    earlier = max((q.end for q in held if q.end <= lead), default=start)
    later = min((q.lead for q in held if q.lead >= tail), default=end)
    before, behind = text[earlier:lead], text[tail:later]
    if whole:
        return before, behind
    joins = language_cues(language).joins
    pauses = [m.end() for p in (_PAUSE, joins) for m in p.finditer(before)]
    # A short opening ("In Porto, …", "Of the firms, …") belongs to what follows it.
    for pause in sorted(pauses, reverse=True):
        if content(before[pause:]) or earlier > start:
            before = before[pause:]
            break
    if later < end:
        stops = [m.start() for p in (_PAUSE, joins) for m in p.finditer(behind)]
        behind = behind[: min(stops)] if stops else behind
    return before, behind


def _years(text: str, language: str) -> dict[int, Fraction]:
    """Return by its place the year for which a quantity is given: right behind it, or the only one between pauses."""
    held = quantities(text, language)
    found: dict[int, Fraction] = {}
    for i, q in enumerate(held):
        if is_year(q):
            continue
        following = held[i + 1] if i + 1 < len(held) else None
        if following and is_year(following) and _IN.fullmatch(text[q.end : following.start]):
            found[q.start] = following.value
            continue
        opens = max((m.end() for m in _PAUSE.finditer(text, 0, q.lead)), default=0)
        closes = min((m.start() for m in _PAUSE.finditer(text, q.end)), default=len(text))
        beside = {one.value for one in held if is_year(one) and opens <= one.start < closes}
        if len(beside) == 1:
            found[q.start] = beside.pop()
    return found


def is_year(q: Quantity) -> bool:
    """Tell whether a quantity is a year of our time."""
    return not q.unit and not q.bound and q.value.denominator == 1 and 1900 <= q.value <= 2100
