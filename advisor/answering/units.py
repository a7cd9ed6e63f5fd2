"""A sentence that answers → what belongs with it: what it points back to, its list and lead-in, rows of its table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from advisor.answering.evidence import Evidence
from advisor.records import Sentence
from advisor.retrieval.understanding import Query
from advisor.store.library import Library
from advisor.store.versions import Store
from advisor.text import ITEM_NUMBER, terms

SMALL_LIST = 60
"""A list of at most this many words is told whole whatever is asked."""

LONGEST_LIST = 400
"""Of a longer list only the items come that answer best, up to this many words."""

LONG_LIST, ITEM_MARGIN = 160, 0.3
"""Of a list of more words those items are left out that answer so much worse than the best one."""

MOST_ROWS, ROW_MARGIN = 4, 0.1
"""Rows of one table that come together, and how much lower than the best score theirs may be."""

MOST_NAMED = 10
"""Rows of one table that come together where all hold a name in the question."""

_EXPLETIVE = (
    r"(?:is|was|would be|can be|may be) (?:therefore |also |thus |quite |very |more |often |always |not )*"
    r"(?:important|necessary|essential|crucial|vital|possible|useful|advisable|recommended|difficult|hard|easy|easier|"
    r"better|clear|evident|likely|worth|interesting|critical|key|said|expected|planned) (?:to note |to say )?"
    r"(?:to|that)\b"
)
"""Behind an "it" that stands for what follows: "It is important to …"."""

_POINTS_BACK = re.compile(
    rf"^(it(?! {_EXPLETIVE})|its|they|their|them|this|these|that|those|such|he|she|both|however|therefore|thus|"
    r"in addition|moreover|furthermore|also|as a result|for this|here|then|the latter|the former|another|other|others)"
    r"\b|^[^,.]{2,50}, (?:on the other hand|however|by contrast|in contrast|in turn|though),",
    re.IGNORECASE,
)


def blocks_of(library: Library, evidence: Sequence[Evidence]) -> Iterator[tuple[Evidence, list[Sentence]]]:
    """Yield each list and table of the evidence, whole, with the best evidence of it."""
    seen: set[tuple[str, int]] = set()
    for item in evidence:
        place = (item.sentence.document_id, item.sentence.group)
        if item.sentence.kind != "text" and place not in seen:
            seen.add(place)
            yield item, library.group(*place)


def unit_of(store: Store, best: Evidence, evidence: Sequence[Evidence], query: Query) -> list[Sentence]:
    """Return the sentences that belong together with the best one, in reading order."""
    sentence = best.sentence
    if sentence.kind == "text":
        return _with_antecedent(best)
    block = store.library.group(sentence.document_id, sentence.group)
    lead = [s for s in block if s.kind == "lead"][:1]
    members = [s for s in block if s.kind != "lead"]
    scores = {e.sentence.sentence_id: e.score for e in evidence}
    if any(s.kind == "row" for s in members):
        if sentence.kind == "lead" and _is_of_all(members, lead, best, query):
            return members
        top = (
            scores[sentence.sentence_id]
            if sentence.kind == "row"
            else max(scores.get(s.sentence_id, 0) for s in members)
        )
        named = _on_names(members, lead, best, query)
        is_named = len(named) < len(members) and sentence in named
        margin, most = (ITEM_MARGIN, MOST_NAMED) if is_named else (ROW_MARGIN, MOST_ROWS)
        near = [s for s in (named if is_named else members) if scores.get(s.sentence_id, 0.0) >= top - margin]
        return _best(near, scores, words=LONGEST_LIST, most=most)
    is_asked_for = query.kind == "list" or (query.kind == "how-to" and _are_steps(members))
    if is_asked_for or sentence.kind == "lead" or words_in(block) <= SMALL_LIST:
        told = _on_names(members, lead, best, query)
        if words_in(told) > LONG_LIST:
            top = max(scores.get(m.sentence_id, 0.0) for m in told)
            told = [m for m in told if scores.get(m.sentence_id, top) >= top - ITEM_MARGIN]
        return [*lead, *_best(told, scores, words=LONGEST_LIST, most=len(told))]
    # One item under a lead-in that promises several looks like the whole list: it stands without it if it can.
    return [sentence] if stands_alone(sentence) else [*lead, sentence]


def _best(members: list[Sentence], scores: Mapping[str, float], *, words: int, most: int) -> list[Sentence]:
    """Return members of a list in their order: all, or those that answer best within some words and a number."""
    kept: set[str] = set()
    length = 0
    for sentence in sorted(members, key=lambda s: (-scores.get(s.sentence_id, 0.0), s.sentence_id))[:most]:
        length += len(sentence.text.split())
        if kept and length > words:
            break
        kept.add(sentence.sentence_id)
    return [sentence for sentence in members if sentence.sentence_id in kept]


def words_in(sentences: Sequence[Sentence]) -> int:
    """Return how many words some sentences have."""
    return sum(len(sentence.text.split()) for sentence in sentences)


def stands_alone(item: Sentence) -> bool:
    """Tell whether a list item can be understood without its lead-in."""
    return item.text.endswith((".", "!", "?")) and len(item.text.split()) > 5


def _are_steps(items: Sequence[Sentence]) -> bool:
    """Tell whether items stand in an order: most of them have a number."""
    return 2 * sum(bool(ITEM_NUMBER.match(item.text)) for item in items) > len(items)


def _on_names(items: list[Sentence], lead: Sequence[Sentence], item: Evidence, query: Query) -> list[Sentence]:
    """Return the items that hold a name in the question which what stands above them does not; all where none does."""
    above = set(terms(" ".join([item.hit.document.title, *item.hit.passage.section, *(s.text for s in lead)])))
    asked = set(query.names) - above
    return [s for s in items if asked & set(terms(s.text))] or items


def _is_of_all(rows: Sequence[Sentence], lead: Sequence[Sentence], caption: Evidence, query: Query) -> bool:
    """Tell whether a question is after a whole table: a short one, among whose rows no word of it chooses."""
    above = set(terms(" ".join([caption.hit.document.title, *caption.hit.passage.section, *(s.text for s in lead)])))
    asked = set(query.terms) - above
    held = [asked & set(terms(row.text)) for row in rows]
    chooses = any(held) and not all(held)
    return query.kind in ("list", "how-to") and words_in(rows) <= LONG_LIST and not chooses


def hangs(sentence: Sentence) -> bool:
    """Tell whether a sentence points back to one that is not in the answer."""
    return sentence.kind == "text" and bool(_POINTS_BACK.match(sentence.text))


def _with_antecedent(best: Evidence) -> list[Sentence]:
    siblings = best.hit.passage.sentences
    position = siblings.index(best.sentence)
    before = siblings[position - 1] if position else None
    if before and _POINTS_BACK.match(best.sentence.text) and before.group == best.sentence.group:
        return [before, best.sentence]
    return [best.sentence]
