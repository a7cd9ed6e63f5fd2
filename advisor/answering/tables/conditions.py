"""A question → what the rows of a table must hold to answer it: names, places, times; pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import dropwhile

from advisor.answering.tables.countries import covered_by, is_known, names_country, spoken
from advisor.answering.tables.rows import Cells
from advisor.answering.tables.times import times_asked, times_in
from advisor.retrieval.references import without_references
from advisor.text import names, terms

PLACES = frozenset(terms("place location country city venue region market destination area"))
"""Headers of columns that "in Spain" and "to Spain" speak of, as search terms."""

TIMES = frozenset(terms("date time period when month year day"))
"""Headers of columns that "in May" speaks of, as search terms."""

_NAME = re.compile(r"[^\W\d_a-z][\w&’'-]*(?:(?: of)?(?: the)? [^\W\d_a-z][\w&’'-]*)*")
_EITHER = re.compile(r"\bor\b", re.IGNORECASE)
_TO_A_PLACE = re.compile(r"\b(?:in|at|from|to|into|within|across)\s+(?:the\s+)?$", re.IGNORECASE)
_OUTSIDE = re.compile(r"\b(?:outside|beyond)\s+(?:of\s+)?(?:the\s+)?$", re.IGNORECASE)
_AMONG = re.compile(r"\b(?:them|those|these|only)\b", re.IGNORECASE)
_CALLED = re.compile(r"\bthe (?P<what>(?:(?!of\b|in\b|for\b|to\b|by\b|and\b|with\b)[a-z-]+ ){1,4})$")
"""What stands before a name and says what it is: "the food partnership" FoodNet."""

_LONGEST = 3
"""Words of a country's name that is looked for in small letters."""


@dataclass(frozen=True)
class Condition:
    """What some cell of a row must hold, or where `is_outside` must not.

    Attributes:
        is_time: whether it is looked for in its own columns only.
        terms: the search terms of the question that it stands for.
        columns: the search terms of headers that it speaks of by itself.
        meets: tells whether a cell holds it.
        equals: tells whether it is all that a cell holds.
    """

    is_time: bool
    terms: frozenset[str]
    columns: frozenset[str]
    meets: Callable[[str], bool]
    equals: Callable[[str], bool]
    is_outside: bool = False

    def holds(self, cells: Cells, asked: Set[str]) -> bool:
        """Tell whether a row holds it in a column that it speaks of, or else in one that the question names.

        `asked` are the search terms of the question.
        """
        own = _under(cells, self.columns)
        if self.is_outside:
            return any(map(names_country, own)) and not any(map(self.meets, own))
        if own or self.is_time:
            return any(map(self.meets, own))
        return any(map(self.meets, _under(cells, asked - self.terms)))

    def is_cell(self, cells: Cells) -> bool:
        """Tell whether it is all that some cell of a row holds."""
        return not self.is_outside and any(map(self.equals, cells.values()))


@dataclass(frozen=True)
class Wanted:
    """What rows must hold, and the search terms of the question that stand for it.

    Attributes:
        names: groups of names, of each of which a row must hold all, or where it is `either` one ("Canada or Mexico").
        times: times, all of which it must hold.
    """

    names: tuple[tuple[bool, tuple[Condition, ...]], ...]
    times: tuple[Condition, ...]
    terms: frozenset[str]

    def __bool__(self) -> bool:
        """Tell whether rows must hold anything."""
        return bool(self.names or self.times)

    def is_held(self, cells: Cells, asked: Set[str], *, as_cells: bool = False) -> bool:
        """Tell whether a row holds it all; with `as_cells`, whether names are whole cells, in whichever column."""
        for either, group in self.names:
            held = (one.is_cell(cells) if as_cells else one.holds(cells, asked) for one in group)
            if not (any(held) if either else all(held)):
                return False
        return all(one.holds(cells, asked) for one in self.times)


def wanted_of_rows(question: str, before: str = "") -> list[Wanted]:
    """Return what a question asks of rows; behind others, each way to take it, the likelier one first.

    What it asks for by name or time counts instead of what was asked for before ("and in Spain?"), or, where it speaks
    of what was found, beside it ("only those in May", "which of them are in Spain?").
    """
    names, earlier = tuple(_names(question)), tuple(_names(before))
    times, past = tuple(_times(question)), tuple(_times(before))
    either = bool(_EITHER.search(question))
    said = frozenset(term for condition in (*names, *earlier, *times, *past) for term in condition.terms)
    own, others = (either, names), (bool(_EITHER.search(before)), earlier)
    instead = Wanted(_groups(own) or _groups(others), times or past, said)
    beside = Wanted((*_groups(others), *_groups(own)), (*past, *times), said)
    return list(dict.fromkeys([beside, instead])) if before and _AMONG.search(question) else [instead]


def _groups(group: tuple[bool, tuple[Condition, ...]]) -> tuple[tuple[bool, tuple[Condition, ...]], ...]:
    return (group,) if group[1] else ()


def names_in(question: str) -> list[str]:
    """Return the names in a question, each as it stands there: "United Arab Emirates"; "Strand 1" is none."""
    return [name for name, *_ in _named(question)]


def _named(question: str) -> Iterator[tuple[str, int]]:
    """Yield each name and where it begins; that of a country also in small letters."""
    plain = without_references(question)
    known = names(plain)
    taken: list[tuple[int, int]] = list(times_asked(plain).words)
    for match in _NAME.finditer(plain):
        name = " ".join(dropwhile(lambda word: word.lower() not in known, match.group().split()))
        if name and not any(start < match.end() and match.start() < end for start, end in taken):
            taken.append(match.span())
            yield name, match.end() - len(name)
    held = list(re.finditer(r"[^\W\d_]+", plain))
    for i, first in enumerate(held):
        for last in reversed(held[i : i + _LONGEST]):
            free = not any(start < last.end() and first.start() < end for start, end in taken)
            if free and len(text := plain[first.start() : last.end()]) > 3 and is_known(text):
                taken.append((first.start(), last.end()))
                yield text, first.start()


def _names(sentence: str) -> Iterator[Condition]:
    plain = without_references(sentence)
    for name, start in _named(sentence):
        forms = covered_by(name)
        before = plain[:start]
        is_outside = bool(_OUTSIDE.search(before))
        is_place = is_outside or is_known(name) or bool(_TO_A_PLACE.search(before))
        called = frozenset(terms(match["what"])) if (match := _CALLED.search(before)) else frozenset()
        said = called.union(terms(f"outside {name}" if is_outside else name))
        yield Condition(False, said, PLACES if is_place else called, _meets(forms), _equals(forms), is_outside)


def _times(sentence: str) -> Iterator[Condition]:
    asked = times_asked(sentence)
    if asked:
        said = frozenset(term for start, end in asked.words for term in terms(sentence[start:end]))
        yield Condition(True, said, TIMES, lambda cell: asked.meet(times_in(cell)), lambda cell: False)


def _meets(forms: Set[str]) -> Callable[[str], bool]:
    def meets(cell: str) -> bool:
        held = f" {spoken(cell)} "
        return any(f" {form} " in held for form in forms)

    return meets


def _equals(forms: Set[str]) -> Callable[[str], bool]:
    return lambda cell: spoken(cell) in forms


def _under(cells: Cells, headers: Set[str]) -> Sequence[str]:
    return [value for header, value in cells.items() if header and headers & set(terms(header))]
