"""A question → the numbered parts it names: "step 3", "the fourth stage", "case 17", "R9"."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from advisor.text import lowered, stem

LABELS = (
    "action annex appendix box case chapter figure lesson line module objective part phase pillar principle priority "
    "question recommendation section segment stage step strand table task tool"
).split()

ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()

NUMBERS = "one two three four five six seven eight nine ten eleven twelve".split()

_LABEL = rf"({'|'.join(LABELS)})s?"
_NUMBER = rf"(\d{{1,3}}|[a-z]\d{{1,2}}|{'|'.join(NUMBERS)})"
_JOIN = r"\s*(?:,\s*(?:and\b|or\b)?|and\b|or\b|to\b|versus\b|vs\.?|with\b|[&/–-])\s*"
_COUNTS = r"(?!\s*(?:%|per ?cent)|[,.]\d|\s+[a-z]{3,}(?<!ss)(?<!us)(?<!is)s\b)"
"""A number before these counts something: "step 3 with two partners" names one step."""

_LABELLED = re.compile(rf"\b{_LABEL}\s*(?:no\.?|number)?[\s#-]*{_NUMBER}\b", re.IGNORECASE)
_MORE = re.compile(rf"({_JOIN}){_NUMBER}\b{_COUNTS}", re.IGNORECASE)
_OR = re.compile(r"\bor\b", re.IGNORECASE)
_ORDINAL = rf"(?:{'|'.join(ORDINALS)})"
_ORDERED = re.compile(rf"\bthe\s+({_ORDINAL}(?:{_JOIN}(?:the\s+)?{_ORDINAL})*)\s+{_LABEL}\b", re.IGNORECASE)
_ONLY_NAMES = re.compile(
    r"\s*(?:and|or|but|then|also)?\s*(?:(?:what|how) about)?\s*(?:in|for|of|at|on)?\s*(?:the)?\s*…\s*"
    r"(?:then|too)?[\s?!.]*",
    re.IGNORECASE,
)
"""What may stand around a part that a question only names: "And in step 4?"."""

_ONLY_A_NUMBER = re.compile(
    r"\s*(?:and|or|what about|how about)\s+(?:number\s+|no\.?\s*)?(\d{1,3})[\s?!.]*", re.IGNORECASE
)

_CODE = re.compile(r"\b([A-Z]\d{1,3})\b")
_CODES = re.compile(r"\b([A-Z])(\d{1,2})\s*(?:\bto\b|-|–)\s*\1?(\d{1,2})\b")
_CODE_LIST = re.compile(rf"\b[A-Z]\d{{1,3}}\b(?:{_JOIN}[A-Z]?\d{{1,3}}\b)*")
_TO = re.compile(r"\s*(?:to\b|-|–)\s*", re.IGNORECASE)

LONGEST = 20
"""Parts that a range such as "steps 2 to 5" names at most; a longer one names its ends."""


def references(question: str) -> list[tuple[str, ...]]:
    """Return the numbered parts that a question names, as phrases of search terms, each once.

    "What does recommendation R9 ask of step 3?" gives ("r9",), ("recommend", "r9") and ("step", "3"); "the first and
    the second strand" and "strands 1 and 2" give ("strand", "1") and ("strand", "2"). A range names all its parts:
    "R1 to R3" gives ("r1",), ("r2",) and ("r3",).
    """
    found: list[tuple[str, ...]] = [
        (code,)
        for letter, first, last in _CODES.findall(question)
        for code in _range(f"{letter}{first}", f"{letter}{last}")
    ]
    found += [(code.lower(),) for code in _CODE.findall(question)]
    found += [reference for _, named in _numbered(question) for reference in named]
    return list(dict.fromkeys(found))


def without_references(question: str, label: str = "") -> str:
    """Return a question without the labels and numbers of the parts it names, or of those of one label (a stem).

    Codes such as "R9" stay.
    """
    places = [place for place, named in _numbered(question) if not label or named[0][0] == label]
    for start, end in sorted(places, reverse=True):
        question = f"{question[:start]} {question[end:]}"
    return " ".join(question.split())


def without_codes(question: str) -> str:
    """Return a question without its codes and what joins them: "What do R1 to R3 ask?" becomes "What do ask?"."""
    return " ".join(_CODE_LIST.sub(" ", question).split())


def exchanged(question: str, later: str) -> str:
    """Return a question with the numbered part that a later one names in the place of its own of that kind.

    "" where the later one says more than that, or one of them does not name just one part of that kind:
    "What does strand 1 fund?" and "And strand 2?" give "What does strand 2 fund?"; so do "And 2?", and codes, "R9" and
    "And R10?".
    """
    for places in (_labelled, _coded):
        told, own = places(later), places(question)
        if len(told) != 1 or not _ONLY_NAMES.fullmatch(f"{later[: told[0][0]]}…{later[told[0][1] :]}"):
            continue
        start, end, label, count = told[0]
        of_kind = [place for place in own if place[2] == label]
        if len(of_kind) == 1 == count == of_kind[0][3]:
            return question[: of_kind[0][0]] + later[start:end] + question[of_kind[0][1] :]
    own = _labelled(question)
    if (bare := _ONLY_A_NUMBER.fullmatch(later)) and len(own) == 1 == own[0][3]:
        start, end = own[0][:2]
        named = re.sub(r"\d+$", bare[1], question[start:end])
        return question[:start] + named + question[end:] if named != question[start:end] else ""
    return ""


def _labelled(question: str) -> list[tuple[int, int, str, int]]:
    """Return where parts with a label are named, the label, and how many parts that are."""
    return [(start, end, named[0][0], len(named)) for (start, end), named in _numbered(question)]


def _coded(question: str) -> list[tuple[int, int, str, int]]:
    """Return where codes such as "R9" stand, their letter, and that each is one."""
    return [(*code.span(), code[1][0], 1) for code in _CODE.finditer(question)]


def _numbered(question: str) -> Iterator[tuple[tuple[int, int], list[tuple[str, ...]]]]:
    """Yield where numbered parts are named, and which."""
    for match in _LABELLED.finditer(question):
        label, numbers, at = stem(lowered(match[1])), [match[2]], match.end()
        while more := _MORE.match(question, at):
            if _OR.search(more[1]) and _is_code(more[2]) and not _is_code(numbers[-1]):
                break  # "about step 3, or R9": another thing, no further step
            numbers += _range(numbers[-1], more[2])[1:-1] if _TO.fullmatch(more[1]) else []
            numbers.append(more[2])
            at = more.end()
        yield (match.start(), at), [(label, _figure(number)) for number in numbers]
    for match in _ORDERED.finditer(question):
        label = stem(lowered(match[2]))
        named = re.findall(_ORDINAL, match[1], re.IGNORECASE)
        yield match.span(), [(label, str(ORDINALS.index(lowered(ordinal)) + 1)) for ordinal in named]


def _range(first: str, last: str) -> list[str]:
    """Return the numbers or codes from the first to the last; nothing where that is no range to name in full."""
    ends = [re.fullmatch(r"([a-z]?)(\d+)", _figure(end)) for end in (first, last)]
    if not (ends[0] and ends[1]) or ends[0][1] != ends[1][1]:
        return []
    low, high = int(ends[0][2]), int(ends[1][2])
    return [f"{ends[0][1]}{number}" for number in range(low, high + 1)] if 0 < high - low < LONGEST else []


def _is_code(number: str) -> bool:
    return number[0].isalpha() and number[-1].isdigit()


def _figure(number: str) -> str:
    low = lowered(unicodedata.normalize("NFKC", number))
    return str(NUMBERS.index(low) + 1) if low in NUMBERS else low
