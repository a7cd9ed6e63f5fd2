"""A question → what the rows of a table must hold to answer it: names, places, times; pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import dropwhile
from typing import Literal

from advisor.answering.tables.countries import covered_by, is_known, names_country, spoken
from advisor.answering.tables.rows import Cells
from advisor.answering.tables.times import times_asked, times_in
from advisor.retrieval.references import without_references
from advisor.text import names, terms, words

PLACES = frozenset(terms("place location country city venue region market destination area"))
"""Headers of columns that "in Spain" and "to Spain" speak of, as search terms."""

TIMES = frozenset(terms("date time period when month year day"))
"""Headers of columns that "in May" speaks of, as search terms."""

_NAME = re.compile(r"[^\W\d_a-z][\w&’'-]*(?:(?: of)?(?: the)? [^\W\d_a-z][\w&’'-]*)*")
_EITHER = re.compile(r"\bor\b", re.IGNORECASE)
_TO_A_PLACE = re.compile(r"\b(?:in|at|from|to|into|within|across)\s+(?:the\s+)?$", re.IGNORECASE)
_OUTSIDE = re.compile(r"\b(?:outside|beyond)\s+(?:of\s+)?(?:the\s+)?$", re.IGNORECASE)
_AMONG = re.compile(r"\b(?:them|those|these|only)\b", re.IGNORECASE)
_CALLED = re.compile(
    r"\bthe (?P<what>(?:[a-z-]+ ){0,3}"
    r"(?:partnership|project|cluster|network|company|organisation|initiative|platform) )$"
)
"""What stands before a name and says what it is: "the food partnership" FoodNet."""

_ENDS = re.compile(r"(?<=[?!.])\s+")
_PART = re.compile(r"^(?: [a-z]+)? \d")
"""A numbered part behind a name: "Elm Strand 2", "Elm (2)"."""

_LONGEST = 3
"""Words of a country's name that is looked for in small letters."""

Whole = Literal["", "parties", "all"]
"""Which names must be all that a cell holds: none, those that are no places, all."""


@dataclass(frozen=True)
class Condition:
    """What some cell of a row must hold, or where `is_outside` must not.

    Attributes:
        kind: a place, the name of something else, or a time.
        name: as it stands in the question; of several times, all of them.
        terms: the search terms of the question that it stands for.
        columns: the search terms of headers that it speaks of by itself.
        meets: tells whether a cell holds it.
        equals: tells whether it is all that a cell holds, but for a numbered part: "Elm" and "Elm Strand 2".
    """

    kind: Literal["place", "party", "time"]
    name: str
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
        if own or self.kind == "time":
            return any(map(self.meets, own))
        return any(map(self.meets, _under(cells, asked - self.terms)))

    def has_column(self, cells: Cells, asked: Set[str]) -> bool:
        """Tell whether a row has a cell in a column that speaks of it."""
        return any(_under(cells, self.columns or asked - self.terms))

    def is_cell(self, cells: Cells) -> bool:
        """Tell whether it is all that some cell of a row holds."""
        return any(map(self.equals, cells.values()))

    def is_said(self, caption: str) -> bool:
        """Tell whether what stands above a table says of all its rows that they lie outside: "Events beyond Europe"."""
        if not self.is_outside:
            return False
        found = re.search(
            rf"\b(?:outside|beyond)\s+(?:of\s+)?(?:the\s+)?{re.escape(self.name)}\b", caption, re.IGNORECASE
        )
        return bool(found)


@dataclass(frozen=True)
class Wanted:
    """What rows must hold, and the search terms of the question that stand for it.

    Attributes:
        groups: of each a row must hold all, or where it is `either` one ("Canada or Mexico").
    """

    groups: tuple[tuple[bool, tuple[Condition, ...]], ...] = ()
    terms: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        """Tell whether rows must hold anything."""
        return bool(self.groups)

    @property
    def named(self) -> set[str]:
        """The words of the names and times in it."""
        return {word for _, group in self.groups for one in group for word in words(one.name)}

    @property
    def has_parties(self) -> bool:
        """Tell whether one of them is the name of something that is no place."""
        return any(one.kind == "party" for _, group in self.groups for one in group)

    def has_columns(self, cells: Cells, asked: Set[str]) -> bool:
        """Tell whether a row has cells that could hold it all."""
        return all(one.has_column(cells, asked) for _, group in self.groups for one in group)

    def is_held(self, cells: Cells, asked: Set[str], caption: str, *, whole: Whole = "") -> bool:
        """Tell whether a row holds it all, or what stands above it says it of all rows."""

        def is_one_held(one: Condition) -> bool:
            as_cell = not one.is_outside and (one.kind == "party" if whole == "parties" else whole == "all")
            held = one.is_cell(cells) if as_cell and one.kind != "time" else one.holds(cells, asked)
            return held or one.is_said(caption)

        return all((any if either else all)(map(is_one_held, group)) for either, group in self.groups)


def wanted_of_rows(question: str, before: str = "") -> list[Wanted]:
    """Return what a question asks of rows; behind others, each way to take it, the likelier one first.

    What it asks for counts instead of what was asked for before, if that is of the same kind ("and in Spain?"), or,
    where it speaks of what was found, beside it ("only those in May", "which of them are in Spain?").
    """
    past = Wanted()
    for sentence in _ENDS.split(before):
        past = _taken(sentence, past)[0]
    return _taken(question, past)


def _taken(sentence: str, past: Wanted) -> list[Wanted]:
    """Return the ways to take a sentence behind what was asked for, the likelier one first."""
    found = [*_names(sentence), *_times(sentence)]
    either = bool(_EITHER.search(sentence))
    own = [
        (either and kind != "time", group)
        for kind in ("place", "party", "time")
        if (group := tuple(one for one in found if one.kind == kind))
    ]
    said = past.terms.union(*(one.terms for one in found))
    kinds = {one.kind for one in found}
    kept = [(each, group) for each, group in past.groups if not kinds & {one.kind for one in group}]
    instead = Wanted((*kept, *own), said)
    beside = Wanted((*past.groups, *own), said)
    return list(dict.fromkeys([beside, instead])) if past and _AMONG.search(sentence) else [instead]


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
        what = _CALLED.search(before)
        called = frozenset(terms(what["what"])) if what and not is_place else frozenset()
        said = called.union(terms(f"outside {name}" if is_outside else name))
        kind: Literal["place", "party"] = "place" if is_place else "party"
        columns = PLACES if is_place else called
        yield Condition(kind, name, said, columns, _meets(forms), _equals(forms), is_outside)


def _times(sentence: str) -> Iterator[Condition]:
    asked = times_asked(sentence)
    if asked:
        said = frozenset(term for start, end in asked.words for term in terms(sentence[start:end]))
        name = " ".join(sentence[start:end] for start, end in asked.words)
        yield Condition("time", name, said, TIMES, lambda cell: asked.meet(times_in(cell)), lambda cell: False)


def _meets(forms: Set[str]) -> Callable[[str], bool]:
    def meets(cell: str) -> bool:
        held = f" {spoken(cell)} "
        return any(f" {form} " in held for form in forms)

    return meets


def _equals(forms: Set[str]) -> Callable[[str], bool]:
    def equals(cell: str) -> bool:
        held = spoken(cell)
        return held in forms or any(held.startswith(f"{form} ") and _PART.match(held[len(form) :]) for form in forms)

    return equals


def _under(cells: Cells, headers: Set[str]) -> Sequence[str]:
    return [value for header, value in cells.items() if header and headers & set(terms(header))]
