"""A text that cites nothing → what of it is no wording of the advisor's own, filled in with what is known to be true.

The wordings are those of `advisor/answering/talk/replies.toml`. A blank in one is filled with titles of the store, the
number of their pages, words and numbers of the question, questions that headings make, or counts of statements.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from advisor.answering.talk.replies import all_texts
from advisor.quantities import values
from advisor.records import DOUBTS, SOURCES_ENGLISH
from advisor.retrieval.references import references
from ingest.proofs.answers import Record
from ingest.proofs.asked import asked
from ingest.proofs.sources import Sources

PARTS = frozenset({"and_more", "place", "page", "pages", "printed", "section"})
"""Wordings that stand inside others, or are a sentence that cites."""

BESIDE_AN_ANSWER = frozenset(
    {"complete", "left", "further", "cut", "shortest", "no_point", "counted", "no_table", "section_end", "no_words"}
)
"""Wordings that stand beside an answer; what abstains may have all."""

Filled = tuple[tuple[str, str], ...]
"""The blanks of a wording, and what stands in them."""

LONGEST_TITLES = 2000
"""Characters up to which titles are read that no store tells."""

_QUOTED = re.compile(r"“([^”]*)”")
_BLANK = re.compile(r"\{(\w+)\}")
_BLANKS = {
    "words": re.compile(r"“[^”]{1,200}”(?:, “[^”]{1,200}”)*"),
    "part": re.compile(r"(?:[^\W\d_]{1,20} )?[A-Z]{0,5}\d{1,3}"),
    "last": re.compile(r"(?:[^\W\d_]{1,20} )?[A-Z]{0,5}\d{1,3}"),
    "pages": re.compile(r"\d{1,3}(?:,\d{3}){0,3}"),
    **dict.fromkeys(("left", "kept", "all"), re.compile(r"\d{1,6}")),
}
_BEHIND_TITLES = re.compile(r"\.| \(")
_ANY_QUESTION = re.compile(r"[^?]{1,300}\?")
_ITEM = re.compile(r" - ")
BETWEEN = re.compile(rf"(?:[\s-]|{'|'.join(map(re.escape, DOUBTS.values()))})*")
"""What stands between the sentences of an answer beside markers: doubts, and the dashes of lists."""


def spaced(text: str) -> str:
    """Return a text with every run of white space as one space."""
    return " ".join(text.split())


class Wordings:
    """Knows the advisor's own words in the answers from one store; without one, any titles and questions are."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._titles = sorted({spaced(d.title) for d in sources.documents()}, key=len, reverse=True)

    def others(self, text: str, record: Record) -> str:
        """Return a text from where it is no wording of the advisor's own on; "" where all of it is."""
        text, at = spaced(text), 0
        while at < len(text):
            end = _end(BETWEEN, text, at) or at
            end = end if end > at else self._own(text, at, record)
            if end == at:
                return text[at:]
            at = end
        return ""

    def _own(self, text: str, at: int, record: Record) -> int:
        """Return where the longest wording ends that begins at a place; the place itself where none does."""
        ends = [at + len(note) for note in SOURCES_ENGLISH.values() if text.startswith(note, at)]
        for language, key, pieces in _wordings():
            if key in BESIDE_AN_ANSWER or record.get("abstained"):
                for end, filled in self._filled(text, at, pieces, language):
                    if self._is_true(key, dict(filled), record, language):
                        ends.append(self._behind_questions(text, end) if key == "ask" else end)
        return max(ends, default=at)

    def _filled(self, text: str, at: int, pieces: Sequence[str], language: str) -> Iterator[tuple[int, Filled]]:
        """Yield where a wording may end that begins at a place, with what stands in its blanks.

        Of its pieces every other one is the name of a blank.
        """
        if not text.startswith(pieces[0], at):
            return
        at += len(pieces[0])
        if len(pieces) == 1:
            yield at, ()
            return
        for end, filled in self._blank(text, at, pieces[1], language):
            for last, others in self._filled(text, end, pieces[2:], language):
                yield last, ((pieces[1], text[at:end]), *filled, *others)

    def _blank(self, text: str, at: int, name: str, language: str) -> Iterator[tuple[int, Filled]]:
        """Yield where a blank may end, with what stands in the blanks of a wording inside it."""
        if name != "titles":
            if end := _end(_BLANKS[name], text, at):
                yield end, ()
            return
        if not self._sources.has_store:
            yield from ((found.start(), ()) for found in _BEHIND_TITLES.finditer(text, at + 1, at + LONGEST_TITLES))
            return
        listed = [at]
        while listed:
            start = listed.pop()
            for title in self._titles:
                if text.startswith(title, start):
                    end = start + len(title)
                    yield end, ()
                    yield from ((last, filled) for last, filled in self._more(text, end, language))
                    if text.startswith("; ", end):
                        listed.append(end + 2)

    def _more(self, text: str, at: int, language: str) -> Iterator[tuple[int, Filled]]:
        """Yield where "and 3 more" ends behind the titles."""
        _, *behind = _BLANK.split(all_texts()[language]["and_more"])
        yield from self._filled(text, at, behind[1:], language)

    def _behind_questions(self, text: str, at: int) -> int:
        """Return where a list ends of questions that the store answers."""
        known = [question for question in self._sources.questions if question in text]
        while item := _ITEM.match(text, at):
            ends = [item.end() + len(question) for question in known if text.startswith(question, item.end())]
            if not self._sources.has_store:
                ends = [_end(_ANY_QUESTION, text, item.end())]
            if not max(ends, default=0):
                break
            at = max(ends)
        return at

    def _is_true(self, key: str, filled: Mapping[str, str], record: Record, language: str) -> bool:
        """Tell whether what stands in the blanks comes from the question, or is so by the store."""
        if "words" in filled or "part" in filled:
            told = asked(record, language)
            numbers = {number for part in references(told) for number in re.findall(r"\d+", part[-1])} | values(told)
            if not all(word in told.lower() for word in _QUOTED.findall(filled.get("words", "").lower())):
                return False
            part, last = (re.sub(r"\D", "", filled.get(name, "")) for name in ("part", "last"))
            if part and not (part in numbers and int(last) < int(part)):
                return False
        if key == "counted" and int(filled["all"]) > len(record["sentences"]):
            return False
        if "kept" in filled and int(filled["kept"]) >= int(filled["all"]):
            return False
        if not self._sources.has_store or "titles" not in filled:
            return True
        return self._has_pages(filled)

    def _has_pages(self, filled: Mapping[str, str]) -> bool:
        """Tell whether as many pages are told as the documents that are named have, or with more of them, can have."""
        documents, rest, least, most = self._sources.documents(), filled["titles"], 0, 0
        for title in self._titles:
            if title in rest:
                held = [d.page_count for d in documents if spaced(d.title) == title]
                rest, least, most = rest.replace(title, ""), least + min(held), most + sum(held)
        if "left" in filled:
            if int(filled["left"]) > len(documents):
                return False
            most = sum(d.page_count for d in documents)
        told = filled.get("pages")
        return told is None or least <= int(told.replace(",", "")) <= most


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else 0


@lru_cache(maxsize=1)
def _wordings() -> list[tuple[str, str, list[str]]]:
    """Return the wordings that stand by themselves: language, key, and its text divided at its blanks."""
    return [
        (language, key, _BLANK.split(spaced(text)))
        for language, texts in all_texts().items()
        for key, text in [*texts.items(), ("searched", texts["searched"].format(titles="", pages=0))]
        if key not in PARTS
    ]
