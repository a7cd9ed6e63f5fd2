"""A question such as "What are the ten steps?", and evidence → the headings, or the list, of what it asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain

from advisor.answering.checks.cues import read_cues
from advisor.answering.evidence import Evidence
from advisor.answering.series import LEAST, MOST, Series, chapters, labelled, named_in, outline, titled
from advisor.answering.statements import Statement
from advisor.answering.units import blocks_of
from advisor.quantities import quantities
from advisor.records import Heading, Passage, Sentence, SentenceKind
from advisor.retrieval.kinds import ASKING, Kind, asks_for_contents, things_asked
from advisor.retrieval.references import without_references
from advisor.retrieval.understanding import Query
from advisor.store.versions import Store
from advisor.text import terms

KINDS: tuple[Kind, ...] = ("list", "open", "how-to", "advice")
"""What a question for the parts of a document may want."""

UNMET = 1
"""Words of the question that nothing above the headings says, where it gives their number."""

_END = re.compile(r"\b(first|last) (two|three|four|five|six|seven|eight|nine|\d{1,2})\b", re.IGNORECASE)
"""Some of the things, from one end."""

_HOW_MANY = re.compile(r"^how many\b", re.IGNORECASE)
_ASKING = ASKING | frozenset(terms("propose recommend suggest handle point"))


def outline_asked(store: Store, query: Query, evidence: Sequence[Evidence]) -> list[Statement]:
    """Return what a question for the parts of the documents asks for: their headings, or a list under such a heading.

    These are headings with the same label and a number of their own ("Action 1: …"), those directly under one that
    is the name of the things ("Useful tools"), and the chapters of a document that the question names. What else
    the question says must be said above them; it chooses among them ("the green actions"). Empty where there are none,
    or not as many as the question says. Where the evidence has a list or table of just as many, that comes in their
    place, and so does one that stands under a heading with their name alone ("4.2 Recommendations").
    """
    library = store.library
    if query.is_divided or read_cues(query.focused).negated:
        return []
    if query.document_ids and asks_for_contents(query.focused):
        found = [whole for item in query.document_ids if (whole := chapters(outline(library, item)))]
        return [one for whole in found for one in _statements(whole.only(range(len(whole.headings))[:MOST]), [])]
    things = things_asked(query.focused) if query.language == "en" else frozenset(query.terms)
    things = things or frozenset(query.subject if len(query.subject) == 1 else ())
    if (query.kind not in KINDS and not _HOW_MANY.search(query.focused)) or not things:
        return []
    documents = list(dict.fromkeys(item.sentence.document_id for item in evidence))
    documents = [item for item in documents if item in (query.document_ids or documents)]
    blocks = [one for one in blocks_of(library, evidence) if one[0].sentence.document_id in documents]
    outlines = [outline(library, document_id) for document_id in documents]
    asked = set(query.terms)
    for series in chain(labelled(outlines, things, asked), *(titled(one, things, asked) for one in outlines)):
        if chosen := _chosen(series, query):
            return list(_statements(chosen, [] if _END.search(query.focused) else blocks))
    return [Statement(sentence) for sentence in _under_name(blocks, things, query)]


def is_heading(sentence: Sentence) -> bool:
    """Tell whether a sentence of an answer is a heading: what stands under headings has groups from 1 on."""
    return sentence.group < 0


def section_of(sentence: Sentence, passage: Passage) -> tuple[str, ...]:
    """Return the path of the headings above a sentence of a passage; of a heading above it, to the heading itself."""
    depth = int(sentence.sentence_id.rpartition("-h")[2]) if is_heading(sentence) else None
    return passage.section[:depth]


def _chosen(series: Series, query: Query) -> Series | None:
    """Return the part of a series that a question is after, None where it is not after this one."""
    question = without_references(query.focused)
    asked = int(max((quantity.value for quantity in quantities(question) if not quantity.unit), default=0))
    end = _END.search(question)
    if end:
        question, asked = question.replace(end[0], " "), 0
    parts = [f" {' '.join(part)} " for part in query.references]
    said = [set(terms(" ".join(heading.section))) for heading in series.headings]
    above = [f" {' '.join(terms(' ; '.join(heading.section[:-1])))} " for heading in series.headings]
    rest = _rest(question, series.noun)
    chooses = {term for term in rest if any(term in one for one in said) and not all(term in one for one in said)}
    kept = list(range(len(series.headings)))
    if not asked or asked != len(series.headings):
        kept = [i for i in kept if chooses <= said[i] and all(part in above[i] for part in parts)]
    unmet = rest - series.said - {term for i in kept for term in said[i]}
    is_number = not asked or asked in (len(kept), len({series.numbers[i] for i in kept}))
    if not LEAST <= len(kept) <= MOST or not is_number or len(unmet) > (UNMET if asked else 0):
        return None
    if end:
        number = int(quantities(end[2])[0].value)
        kept = kept[:number] if end[1].lower() == "first" else kept[-number:]
    return series.only(kept)


def _rest(question: str, noun: str) -> set[str]:
    """Return what a question says besides what it asks for, and how many."""
    return {term for term in terms(question) if term != noun and term not in _ASKING and not quantities(term)}


def _statements(series: Series, blocks: Sequence[tuple[Evidence, list[Sentence]]]) -> Iterator[Statement]:
    """Yield each group of headings under its lead-in, or a list or table of the same size that names these things."""
    left = [(item, block) for item, block in blocks if series.noun in terms(_above(item, block))]
    for number, group in enumerate(series.groups, start=1):
        lead = series.lead(group)
        said = set(terms(lead.text)) if lead else set()
        same = [(item, block) for item, block in left if sum(s.kind != "lead" for s in block) == len(group)]
        if same:
            best = max(same, key=lambda one: len(said & set(terms(_above(*one)))))
            left.remove(best)
            yield from map(Statement, best[1])
            continue
        if lead:
            yield Statement(_sentence(lead, "lead", -number))
        yield from (Statement(_sentence(heading, "item", -number)) for heading in group)


def _under_name(
    blocks: Sequence[tuple[Evidence, list[Sentence]]], things: frozenset[str], query: Query
) -> list[Sentence]:
    """Return the list under the heading that is the name of the things and says least besides."""
    named: list[tuple[int, list[Sentence]]] = []
    for item, block in blocks:
        heading = " ".join(item.hit.passage.section[-1:])
        noun = named_in(heading, things, set(query.terms))
        said = {*terms(heading), *terms(" ".join([item.hit.document.title, *item.hit.passage.section]))}
        is_list = sum(s.kind == "item" for s in block) >= LEAST
        if noun and is_list and not _rest(query.focused, noun) - said:
            named.append((len(set(terms(heading)) - set(query.terms)), block))
    return min(named, key=lambda one: one[0])[1] if named else []


def _above(item: Evidence, block: Sequence[Sentence]) -> str:
    """Return the heading and the lead-in of a list."""
    return " ; ".join([*item.hit.passage.section[-1:], *(s.text for s in block if s.kind == "lead")])


def _sentence(heading: Heading, kind: SentenceKind, group: int) -> Sentence:
    """Return a heading as a sentence of a list, see `is_heading`; its id says how deep it lies above its passage."""
    name = f"{heading.passage_id}-h{len(heading.section)}"
    return Sentence(name, heading.passage_id, heading.document_id, kind, group, heading.text, heading.spans)
