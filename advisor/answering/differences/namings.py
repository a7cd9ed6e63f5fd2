"""A question about an abbreviation or a column of tables, and hits → the names given for it, where they differ.

These are values in words: "European Aerospace Cluster Partnership (EACP)", or the cell "Smart Mobility" of a column
"Sector".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from advisor.abbreviations import abbreviations
from advisor.answering.tables.rows import cells_of
from advisor.records import Hit, Sentence
from advisor.store.versions import Store
from advisor.text import STOP_WORDS, same_words, terms, words

COMMON_LETTERS = 5
"""Words that begin with as many common letters are forms of one: "international" and "internationalisation"."""

MOST_HEADER_WORDS = 4

_OPEN = re.compile(
    r"\b(?:to be (?:defined|determined)|not (?:announced|determined|defined|known)|n/?a|tbd|tbc)\b|^\W*$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Naming:
    """What a sentence or a row names something."""

    value: str
    sentence: Sentence
    hit: Hit


def long_forms(shorts: Sequence[str], hits: Sequence[Hit]) -> tuple[str, list[Naming]]:
    """Return the first of some abbreviations that has different long forms, and these; "" and none where none has."""
    for short in shorts:
        found = [
            Naming(long, sentence, hit)
            for hit in hits
            for sentence in hit.passage.sentences
            for known, long in sorted(abbreviations(sentence.text))
            if known == short
        ]
        if len(kept := _different(found)) > 1:
            return short, kept
    return "", []


def cells(store: Store, question: str, hits: Sequence[Hit]) -> tuple[str, list[Naming]]:
    """Return the column that a question asks about, and the different cells that tables give for a name in it.

    Only columns that hold one thing for each name of their table are compared: a sector, not the place of an event.
    """
    found: dict[str, list[Naming]] = {}
    for hit in hits:
        for sentence in hit.passage.sentences:
            if sentence.kind != "row":
                continue
            for key, header, value in _asked_cells(question, cells_of(sentence.text)):
                if _is_settled(store, sentence, key, header):
                    found.setdefault(header.lower(), []).append(Naming(value, sentence, hit))
    for header, namings in sorted(found.items()):
        one_table = len({(n.sentence.document_id, n.sentence.group) for n in namings}) < 2
        if not one_table and len(kept := _different(namings)) > 1:
            return header, kept
    return "", []


def same_name(one: str, other: str) -> bool:
    """Tell whether two names may be forms of one: the words of the shorter are in the longer, in any form and order."""
    ours, theirs = ([word for word in words(name) if word not in STOP_WORDS] for name in (one, other))
    return not (_without(ours, theirs) and _without(theirs, ours))


def _without(some: Sequence[str], others: Sequence[str]) -> list[str]:
    return [word for word in some if not any(_alike(word, other) for other in others)]


def _alike(one: str, other: str) -> bool:
    shared = min(len(one), len(other), COMMON_LETTERS)
    return shared > 1 and one[:shared] == other[:shared]


def _different(namings: Sequence[Naming]) -> list[Naming]:
    """Return the first naming of each name, in the order of the hits."""
    kept: list[Naming] = []
    for naming in sorted(namings, key=lambda n: (n.hit.rank, n.sentence.sentence_id)):
        if not any(same_name(naming.value, one.value) for one in kept):
            kept.append(naming)
    return kept


def _asked_cells(question: str, held: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield the header of a name that the question holds, the header that it asks for, and the cell under that."""
    asked = _terms_of(question)
    for header, value in held.items():
        if not header or len(header.split()) > MOST_HEADER_WORDS or not _terms_of(header) <= asked:
            continue
        if re.search(r"\d", value) or _OPEN.search(value):
            continue
        for key, name in held.items():
            if key != header and name[:1].isupper() and same_words(name, question):
                yield key, header, value


@lru_cache(maxsize=2_000)
def _terms_of(text: str) -> frozenset[str]:
    return frozenset(terms(text))


def _is_settled(store: Store, row: Sentence, key: str, header: str) -> bool:
    """Tell whether a column holds one thing for each name of its table, and not by chance: no name or several recur."""
    seen: dict[str, list[str]] = {}
    for sentence in store.library.group(row.document_id, row.group):
        held = cells_of(sentence.text) if sentence.kind == "row" else {}
        if key in held and header in held:
            seen.setdefault(held[key].lower(), []).append(held[header])
    recurring = [values for values in seen.values() if len(values) > 1]
    agreed = all(same_name(values[0], value) for values in recurring for value in values[1:])
    return agreed and (not recurring or len(recurring) > 1)
