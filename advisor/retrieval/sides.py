"""A question → its sides, where it asks about two things: each is searched by itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import dropwhile

from advisor.retrieval.references import references, without_codes, without_references
from advisor.retrieval.restrictions import Restriction, without
from advisor.text import STOP_WORDS, terms

MOST, MOST_PARTS = 3, 12
"""Further sides, and further numbered parts, are not searched by themselves."""

_ASKING = (
    r"(?:how|what|where|who|whom|whose|when|which|why|(?:in|on|for|with|at|by|from|to|until|since) "
    r"(?:which|what|whom|how|when|where))\b"
)
_CLAUSES = re.compile(rf"[,;:–]?\s+and\s+(?={_ASKING})|\?\s+(?=(?:and\s+)?{_ASKING})", re.IGNORECASE)
_BETWEEN = re.compile(
    r"\bbetween\s+(?P<a>[^?,;]{3,60}?)\s+and\s+(?P<b>[^?,;.]{3,60}?)(?=[?,;.]|$)|"
    r"\b(?P<c>[\w-]+(?:\s+[\w-]+){0,3})\s+(?:versus|vs\.?|compared (?:to|with))\s+(?P<d>[\w-]+(?:\s+[\w-]+){0,3})|"
    r"\bcompare\s+(?P<e>[^?,;.]{3,60}?)\s+(?:with|(?:and|to)(?!.* with ))\s+(?P<f>[^?,;.]{3,60}?)"
    r"(?=\s+(?:on|regarding|concerning|in terms of|with regard to)\s|[?,;.]|$)|"
    r"\bhow\s+(?:do|does|are|is)\s+(?P<g>[^?,;]{3,60}?)\s+and\s+(?P<h>[^?,;.]{3,60}?)\s+(?:differ|compare|different)\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"(?:\d{1,2} )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?(?: \d{1,2})?"
    r"(?:,? (?:19|20)\d\d)?|(?:19|20)\d\d",
    re.IGNORECASE,
)
"""Between two times lies one: "between March and May 2019"."""

_COMPARING = re.compile(
    r"\b(?:(?:please )?compare[sd]?|comparing|comparison (?:of|between)|differ(?:s|ences?|ent)?(?: from)?|versus|vs\.?|"
    r"those|the (?:ones?|other))\b",
    re.IGNORECASE,
)
"""Words that set two things against each other, and say nothing of either."""

_PREPOSITION = "(?:at|by|for|from|in|of|to|with)"
_STANDS_FOR = re.compile(rf"(?:those|that|the ones?)\b.*(?P<by> {_PREPOSITION} )(?P<rest>\S.*)", re.IGNORECASE)
"""The second of two things that leans on the first: "the visits to Chile" and "those to Peru"."""

_NAME = r"(?:[^\W\d_a-z]|[a-z]+[A-Z])[\w’'-]*(?: (?:[^\W\d_a-z][\w’'-]*|(?:19|20)\d\d\b))*"
_OTHER = rf"(?:{_PREPOSITION} )?(?:the )?"
_NAMED = re.compile(rf"(?<![\w’'-]){_NAME}(?:, {_OTHER}{_NAME})*,? (?:and|or|versus|vs\.?|against) {_OTHER}{_NAME}")
_JOINED = re.compile(rf"(?:,? (?:and|or|versus|vs\.?|against) |, ){_OTHER}")
"""Names beside each other, and what stands between two of them: "Harbour Lab 2020 or the Mill Trust"."""

_HEADED = re.compile(r"(?P<head>(?:the )?[\w-]+(?: [\w-]+)?? (?:for|of|in|by|from)) (?P<rest>.+)", re.IGNORECASE)
"""What is said of the first of two things alone, and is meant of both: "the fees for members and guests"."""


@dataclass(frozen=True, slots=True)
class Side:
    """What one side of a question asks: its words, the numbered part and the documents it is about."""

    text: str
    references: tuple[tuple[str, ...], ...] = ()
    document_ids: tuple[str, ...] = ()


def sides(question: str, named: Sequence[Restriction] = ()) -> tuple[Side, ...]:
    """Return the sides of a question, in its order, at most `MOST` or `MOST_PARTS`; empty where it has one.

    Sides are two documents, two numbered parts of one kind ("strands 1 and 2", "R1 to R10"), two things that are set
    against each other ("between A and B", "A versus B", "compare A with B"), names beside each other, and clauses that
    ask ("On what is A based, and who pays for B?").
    """
    for found, most in (
        (_documents(question, named), MOST),
        (_parts(question), MOST_PARTS),
        (_coded(question), MOST_PARTS),
        (_opposed(question), MOST),
        (_named(question), MOST),
        (_clauses(question), MOST),
    ):
        if len(found) > 1:
            return tuple(found[:most])
    return ()


def _documents(question: str, named: Sequence[Restriction]) -> list[Side]:
    asked = _without_comparing(without(question, named))
    return [Side(asked, tuple(references(asked)), one.document_ids) for one in named]


def _parts(question: str) -> list[Side]:
    named = [reference for reference in references(question) if len(reference) == 2 and reference[1].isdigit()]
    first = next((label for label, _ in named if sum(label == other for other, _ in named) > 1), "")
    asked = _without_comparing(without_references(question, first)) if first else ""
    others = tuple(reference for reference in named if reference[0] != first)
    return [Side(f"{label} {number} {asked}", ((label, number), *others)) for label, number in named if label == first]


def _coded(question: str) -> list[Side]:
    named = [reference for reference in references(question) if len(reference) == 1]
    letters = {code[0] for (code,) in named}
    asked = without_codes(question)
    return [Side(f"{code.upper()} {asked}", ((code,),)) for (code,) in named] if len(letters) == 1 else []


def _opposed(question: str) -> list[Side]:
    match = _BETWEEN.search(question)
    if match is None:
        return []
    if not all(map(terms, _pair(match))) or all(map(_TIME.fullmatch, _pair(match))):
        return []
    return _each_in_place(question[: match.start()], _pair(match), question[match.end() :])


def _each_in_place(before: str, things: Iterable[str], after: str) -> list[Side]:
    asked = (" ".join(f"{_without_comparing(before)} {thing} {after}".split()) for thing in things)
    return [Side(text, tuple(references(text))) for text in asked]


def _named(question: str) -> list[Side]:
    for match in _NAMED.finditer(question):
        first, *others = _JOINED.split(match[0])
        name = " ".join(dropwhile(lambda word: word.lower() in STOP_WORDS, first.split()))  # "Did Anna" is one name
        named = [name, *others]
        if all(map(terms, named)) and not all(map(_TIME.fullmatch, named)):
            return _each_in_place(question[: match.start()] + first.removesuffix(name), named, question[match.end() :])
    return []


def _pair(match: re.Match[str]) -> Iterator[str]:
    first, second = (
        match["a"] or match["c"] or match["e"] or match["g"],
        match["b"] or match["d"] or match["f"] or match["h"],
    )
    yield first
    if (leaning := _STANDS_FOR.fullmatch(second)) and leaning["by"] in first:
        yield f"{first.rpartition(leaning['by'])[0]}{leaning['by']}{leaning['rest']}"
        return
    headed = _HEADED.fullmatch(first)
    yield f"{headed['head']} {second}" if headed and match["e"] and not _HEADED.fullmatch(second) else second


def _without_comparing(text: str) -> str:
    return " ".join(_COMPARING.sub(" ", text).split())


def _clauses(question: str) -> list[Side]:
    # Only in sentences that ask: "we must decide where to go and with whom. Is this wise?" has one side.
    asking = " ".join(part for part in re.split(r"(?<=[.?!])\s+", question) if part.endswith("?"))
    clauses = [clause.strip(" ,;:–") for clause in _CLAUSES.split(asking)]
    return [Side(clause, tuple(references(clause))) for clause in clauses if len(terms(clause)) >= 2]
