"""A query → what is surely known of what it names: "step 12" of ten is not there, "JIS" is explained."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from advisor.answering.imprint import imprint_asked
from advisor.answering.parts import asks_for_parts
from advisor.quantities import quantities
from advisor.retrieval.kinds import asks_for_contents
from advisor.retrieval.understanding import Query
from advisor.store.library import Library
from advisor.text import terms

LEAST = 2
"""Parts of a kind, from the first on, that the documents must have before it is said that another is none of them."""

BEYOND = 2
"""How many more parts than the documents have a question may count ("the eleven steps"), where it means all of them."""

MOST = 60
"""Higher numbers name no part of a row that could be looked through."""


@dataclass(frozen=True, slots=True)
class MissingPart:
    """A part that the documents do not have: its label as a search term ("step", "r"), its number, the last one."""

    label: str
    number: int
    last: int


_ALL = re.compile(r"\b(?:the|all|these|those|its)\s+$", re.IGNORECASE)
_COUNTED = re.compile(r"\s+(?:main |key |different )?([a-z]+s)\b", re.IGNORECASE)

_EXPLAINED_BY = tuple(terms("stands means abbreviation acronym"))
"""Terms that stand behind an abbreviation where a text says what it stands for without brackets."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is surely known of a question before anything is read for it.

    Attributes:
        missing: a part that it names and the documents do not have.
        unexplained: abbreviations that it asks about and no document explains.
        lacks: whether the documents lack what it takes for granted: these, or a document.
        has: whether they have all that it asks for.
    """

    missing: MissingPart | None = None
    unexplained: tuple[str, ...] = ()
    lacks: bool = False
    has: bool = False


def known(library: Library, query: Query) -> Known:
    """Return what is surely known of a question."""
    missing, unexplained = missing_part(library, query), _unexplained(library, query)
    lacks = missing is not None or bool(unexplained) or bool(query.left_out)
    return Known(missing, unexplained, lacks, not lacks and has_all_asked(library, query))


def _unexplained(library: Library, query: Query) -> tuple[str, ...]:
    held = {short.lower() for short, _, _ in library.abbreviations()} if query.shorts else set()
    return tuple(
        short
        for short in query.shorts
        if short.lower() not in held
        and not library.match_phrases([(*terms(short), behind) for behind in _EXPLAINED_BY])
    )


def missing_part(library: Library, query: Query) -> MissingPart | None:
    """Return the first numbered part in a question that the documents do not have, though they have those before it.

    "The eleven steps" speaks of step 11. None where they have it, or have no such row of parts: then nothing is known.
    """
    for label, number, is_code in _numbered(query):
        if last := _last_before(library, label, number, is_code):
            return MissingPart(label, number, last)
    for label, number, said in _counted(query):
        last = _last_before(library, label, number, False)
        is_said = library.match_phrases([(str(number), label), (said, label)])
        if last and number <= last + BEYOND and not is_said:
            return MissingPart(label, number, last)
    return None


def _last_before(library: Library, label: str, number: int, is_code: bool) -> int:
    """Return the number of the last part of a row that a part would belong to; 0 where it is there, or no such row."""
    if number > MOST or _has(library, label, number, is_code):
        return 0
    last = 0
    while last + 1 < number and _has(library, label, last + 1, is_code):
        last += 1
    later = any(_has(library, label, other, is_code) for other in range(number + 1, number + 4))
    return last if last >= LEAST and not later else 0


def has_all_asked(library: Library, query: Query) -> bool:
    """Tell whether a question asks for nothing but what the documents surely have.

    That is numbered parts, what abbreviations stand for, what a heading of the document that is named speaks of, or
    who made that document and when.
    """
    if query.shorts:
        return {short.lower() for short in query.shorts} <= {short.lower() for short, _, _ in library.abbreviations()}
    if query.document_ids and (asks_for_contents(query.focused) or imprint_asked(library, query)):
        return True
    if query.subject and max(library.only(query.document_ids).match_phrases([query.subject]).values(), default=0) >= 1:
        return True
    parts = list(_numbered(query))
    return bool(parts) and asks_for_parts(query) and all(_has(library, *part) for part in parts)


def _numbered(query: Query) -> Iterator[tuple[str, int, bool]]:
    """Yield label, number, and whether they are one word ("R14") of each numbered part in a question."""
    for reference in query.references:
        if len(reference) == 2 and reference[1].isdigit():
            yield reference[0], int(reference[1]), False
        elif code := re.fullmatch(r"([a-z])(\d{1,2})", reference[-1]):
            yield code[1], int(code[2]), True


def _counted(query: Query) -> Iterator[tuple[str, int, str]]:
    """Yield label, number, and the number as it is said, of the parts that a question counts: "the eleven steps"."""
    for quantity in quantities(query.focused):
        behind = _COUNTED.match(query.focused, quantity.end)
        if behind and not quantity.unit and _ALL.search(query.focused[: quantity.start]):
            said = query.focused[quantity.start : quantity.end].lower()
            yield from ((label, int(quantity.value), said) for label in terms(behind[1]))


def _has(library: Library, label: str, number: int, is_code: bool) -> bool:
    phrase = (f"{label}{number}",) if is_code else (label, str(number))
    return bool(library.match_phrases([phrase]))
