"""The headings of a document → those that are things of one kind: steps, actions, useful tools, its chapters."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace

from advisor.answering.parts import JOINS
from advisor.records import Heading
from advisor.store.library import Library
from advisor.text import lowered, stem, terms, words

LEAST, MOST = 3, 40
"""Headings from which on they are a list, and up to which they are one that somebody reads."""

PLAIN = frozenset(
    terms("useful preliminary main key important selected learnt learned drawn conclusion summary overview further")
)
"""Search terms beside the name of things that say nothing of which they are: "Useful tools", "Lessons learnt"."""

_NUMBERED = re.compile(
    r"^(?:\d[\d.]*\s+)?((?:[^\W\d_][\w’'-]*\s+){0,3}?)([^\W\d_]{3,})\s+[A-Z]?(\d{1,2})[a-z]?(?:\s*[.:)–—-]|$)"
)
"""A heading with a label and a number: "STEP 1. WHY?", "3.2 Green transition action 1: Find out"."""

_ITEM = re.compile(r"^\(?[A-Z]?(\d{1,2})[.):]?\s")
_LISTS = re.compile(r"^(?:table of contents|contents|(?:table|list) of .+)$", re.IGNORECASE)
"""Headings of what lists headings, figures or tables."""


@dataclass(frozen=True, slots=True)
class Series:
    """Headings that are things of one kind, in reading order.

    Attributes:
        noun: the stem of what they are; "" for chapters, which are what they say.
        said: the terms that are said of all of them: in the title, and in the heading that names them.
        headings: themselves.
        numbers: their own, in the order of the headings; 0 where they have none.
        naming: the heading that names them: "The ten steps of the Journey"; None where there is none.
        held: all headings of the documents.
    """

    noun: str
    said: frozenset[str]
    headings: tuple[Heading, ...]
    numbers: tuple[int, ...]
    naming: Heading | None
    held: tuple[Heading, ...]

    @property
    def groups(self) -> list[list[Heading]]:
        """The headings in lists, a new one where their numbers begin anew."""
        found: list[list[Heading]] = []
        before = 0
        for heading, number in zip(self.headings, self.numbers, strict=True):
            if not found or (number and number < before):
                found.append([])
            found[-1].append(heading)
            before = number
        return found

    def only(self, places: Sequence[int]) -> Series:
        """Return the headings at some places, from 0."""
        return replace(
            self,
            headings=tuple(self.headings[i] for i in places),
            numbers=tuple(self.numbers[i] for i in places),
        )

    def goes_on(self, other: Series) -> Series:
        """Return both as one."""
        return replace(
            self,
            said=self.said | other.said,
            headings=self.headings + other.headings,
            numbers=self.numbers + other.numbers,
            held=self.held + other.held,
        )

    def lead(self, group: Sequence[Heading]) -> Heading | None:
        """Return the outermost heading above all of a group that is above no other one; else the one that names all."""
        rest = [heading for heading in self.headings if heading not in group]
        for depth in range(1, len(group[0].section)):
            path = group[0].section[:depth]
            if rest and all(h.section[:depth] == path for h in group) and all(h.section[:depth] != path for h in rest):
                return next((h for h in self.held if h.section == path), None)
        return self.naming


@dataclass(frozen=True, slots=True)
class Outline:
    """The headings of a document, and the search terms of its title."""

    title: frozenset[str]
    headings: tuple[Heading, ...]


def outline(library: Library, document_id: str) -> Outline:
    """Return the outline of a document."""
    return Outline(frozenset(terms(library.document(document_id).title)), tuple(library.headings(document_id)))


def labelled(outlines: Sequence[Outline], things: Set[str], asked: Set[str]) -> list[Series]:
    """Return the series of headings with a label and a number of their own, where the label is one of the things.

    One whose numbers go on where those of another document end, steps 1 to 5 and steps 6 to 10, goes on with it. The
    heading that names them has most of the terms that are asked for, and two at least.
    """
    found = [series for one in outlines for series in _labelled(one, things, asked)]

    def go_on(one: Series, other: Series) -> bool:
        return one.noun == other.noun and one.numbers[-1] + 1 == other.numbers[0]

    chained: list[Series] = []
    for series in found:
        if any(go_on(other, series) for other in found):
            continue
        rest = [other for other in found if other is not series]
        while following := next((other for other in rest if go_on(series, other)), None):
            series = series.goes_on(following)
            rest.remove(following)
        chained.append(series)
    return chained


def _labelled(held: Outline, things: Set[str], asked: Set[str]) -> Iterator[Series]:
    headings = held.headings
    found: defaultdict[str, list[tuple[Heading, int]]] = defaultdict(list)
    for heading in headings:
        match = _NUMBERED.match(heading.text)
        if match and stem(lowered(match[2])) in things and not JOINS & set(words(match[1])):
            found[stem(lowered(match[2]))].append((heading, int(match[3])))
    for noun, members in found.items():
        numbered, numbers = zip(*members, strict=True)
        others = {h: len(asked & set(terms(h.text))) for h in headings if noun in terms(h.text) and h not in numbered}
        naming = max(others, key=lambda heading: others[heading], default=None)
        naming = naming if naming and others[naming] > 1 else None
        said = held.title | frozenset(terms(naming.text) if naming else ())
        yield Series(noun, said, numbered, numbers, naming, headings)


def named_in(heading: str, things: Set[str], asked: Set[str]) -> str:
    """Return which of the things a heading is the name of; "" where it says of which they are and nobody asked.

    "4 Preliminary lessons learnt" is the name of lessons; "5 Upcoming activities" only of those.
    """
    said = [term for term in terms(heading) if term not in PLAIN and not term[0].isdigit()]
    noun = next((term for term in reversed(said) if term in things), "")
    return noun if noun and set(said) <= asked | {noun} else ""


def titled(held: Outline, things: Set[str], asked: Set[str]) -> Iterator[Series]:
    """Yield the headings directly under one that is the name of the things, where none of them has it too.

    Of several such headings only those come above which something that is asked for stands.
    """
    parents = [(h, noun) for h in held.headings if (noun := named_in(h.text, things, asked))]
    for parent, noun in parents:
        under = tuple(h for h in held.headings if h.section[:-1] == parent.section)
        above = asked & set(terms(" ".join(parent.section[:-1])))
        is_one_of_many = sum(h.text == parent.text for h, _ in parents) > 1 and not above - held.title
        if not is_one_of_many and not any(noun in terms(h.text) for h in under):
            yield Series(noun, held.title | set(terms(parent.text)), under, (0,) * len(under), parent, held.headings)


def number_in(text: str) -> int:
    """Return the number that a heading or an item has of its own, 0 where it has none: "R8. …", "Case 7a: …"."""
    found = _NUMBERED.match(text) or _ITEM.match(text)
    return int(found[found.lastindex or 1]) if found else 0


def chapters(held: Outline) -> Series | None:
    """Return the outermost headings of a document of which there are several; None where there are none."""
    headings = tuple(h for h in held.headings if not _LISTS.match(h.text))
    for depth in range(1, max((len(h.section) for h in headings), default=0) + 1):
        outer = tuple(h for h in headings if len(h.section) == depth)
        if len(outer) >= LEAST:
            above = next((h for h in held.headings if h.section == outer[0].section[:-1]), None)
            return Series("", frozenset(), outer, (0,) * len(outer), above, held.headings)
    return None
