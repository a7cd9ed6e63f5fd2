"""The statements of an answer and what is asked of it → the statements to show instead, and what to say beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from advisor.answering.evidence import Evidence, is_evidence
from advisor.answering.extractive import MAX_ITEMS, SAME, Statement, hangs, is_whole
from advisor.answering.replies import place, say
from advisor.answering.requests import Request
from advisor.records import Sentence
from advisor.store.library import Library

MOST = 3
"""Statements of a shortened answer at most."""

MOST_OF_A_LIST = 60
"""Items of a list that is asked for as a whole, at most."""

JOINED_WORDS = 45
"""Words up to which a lead-in and the items under it make one sentence."""

AROUND_WORDS = 110
"""Words that are added to what an answer says of each section, at most."""

ORIGIN = "Rests on:"
"""How a section of a brief names the report, section and pages that it is about."""

WORTH = 0.6
"""Further evidence is shown when its score is at least this share of the best one's."""


@dataclass(frozen=True, slots=True)
class Material:
    """What an answer was made of.

    Attributes:
        evidence: all that was found for its question, best first.
        compose: makes the statements of an answer from evidence: as its question wants it, or brief.
    """

    library: Library
    evidence: Sequence[Evidence]
    compose: Callable[[Sequence[Evidence], bool], list[Statement]]


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown of an answer.

    Attributes:
        seen: ids of the sentences that have been shown up to now, without those that were taken away.
        ever: with those.
        note: what is said beside the statements, or in their place.
        reason: why there are none, as in `Answer.reason`; "" where there are, or never were.
    """

    statements: tuple[Statement, ...]
    seen: frozenset[str] = frozenset()
    ever: frozenset[str] = frozenset()
    note: str = ""
    reason: str = ""

    def goes_on(self, statements: Sequence[Statement], note: str = "") -> Shown:
        """Return what is shown when these statements come next."""
        told = _ids(statements)
        return Shown(tuple(statements), self.seen | told, self.ever | told, note)


def reshape(material: Material, requests: Sequence[Request], *, spoken: str = "en") -> Shown:
    """Carry out requests on an answer, in order; without requests it is shown as it is.

    `spoken` is the language of the question: notes are in the language of a request, which it helps to tell.
    """
    first = material.compose(material.evidence, False)
    answer = shown = Shown(()).goes_on(first)
    for request in requests if first else ():
        shown = _carry_out(request, material, replace(answer, note=""), request.language(spoken))
        answer = answer if shown.reason else shown
    if any(request.kind == "bullets" for request in requests):
        shown = replace(shown, statements=_as_list(shown.statements))
    return shown


def _carry_out(request: Request, material: Material, shown: Shown, language: str) -> Shown:
    match request.kind:
        case "sources":
            return replace(shown, statements=_as_list(_sources(material.library, shown.statements, language)))
        case "more":
            return _more(material, shown, language)
        case "rest":
            return _rest(material, shown, language) or _more(material, shown, language)
        case "whole":
            return _whole(material, shown, language)
        case "shorter":
            return _shorter(material, shown, language)
        case "sentence":
            return _one_sentence(material, shown, language)
        case "longer":
            return _longer(material, shown, language)
        case "reworded" | "translated":
            return replace(shown, statements=(), note=say(request.kind, language), reason="needs-model")
    return shown  # bullets, which are made of what is there in the end


def _as_list(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """Make each statement a bullet, where there are several; lead-ins stay above what they lead to."""
    several = tuple(statements)
    return tuple(replace(s, is_point=len(several) > 1 and s.kind != "lead") for s in several)


def _ids(statements: Sequence[Statement]) -> frozenset[str]:
    return frozenset(s.sentence_id for statement in statements for s in (statement.sentence, *statement.also))


# --- where it stands ------------------------------------------------------------------------------------------------


def _sources(library: Library, statements: Sequence[Statement], language: str) -> Iterator[Statement]:
    """Yield each place that the statements cite, in words, and the line in which its section names its own source."""
    places: dict[tuple[str, tuple[str, ...]], list[Sentence]] = {}
    for statement in statements:
        for sentence in (statement.sentence, *statement.also):
            places.setdefault(_place_of(library, sentence), []).append(sentence)
    for (document_id, section), cited in places.items():
        numbers = sorted({span.page for sentence in cited for span in sentence.spans})
        pages = [library.page(document_id, number) for number in numbers]
        words = place(language, library.document(document_id), pages, section)
        yield Statement(cited[0], tuple(cited[1:]), words)
        origins = (s for s in _sentences_of(library, document_id, section) if s.text.startswith(ORIGIN))
        yield from map(Statement, origins)


def _place_of(library: Library, sentence: Sentence) -> tuple[str, tuple[str, ...]]:
    """Return the document and the section of a sentence."""
    return sentence.document_id, library.passages([sentence.passage_id])[0].section


def _sentences_of(library: Library, document_id: str, section: tuple[str, ...]) -> list[Sentence]:
    """Return the sentences that stand directly under a heading, in reading order."""
    ids = [passage_id for passage_id, path in library.outline(document_id) if path == section]
    return [sentence for passage in library.passages(ids) for sentence in passage.sentences]


# --- more -----------------------------------------------------------------------------------------------------------


def _more(material: Material, shown: Shown, language: str) -> Shown:
    """Show what is left of the lists and tables that were shown as such; else the next best evidence, in brief."""
    if rest := _rest(material, shown, language, chosen=False):
        return rest
    further = material.compose(_further(material, shown), True)
    if not further:
        return replace(shown, statements=(), note=say("nothing_more", language), reason="nothing-more")
    was_list = any(statement.sentence.kind in ("item", "row") for statement in shown.statements)
    is_complete = was_list and not _rest(material, shown, language)
    return shown.goes_on(further, say("further", language) if is_complete else "")


def _rest(material: Material, shown: Shown, language: str, *, chosen: bool = True) -> Shown | None:
    """Show what is left of each list and table under its lead-in, as much as an answer holds; None for nothing left.

    Without `chosen` those are left out of which an answer chose a single item, or the fewer rows: the others are seldom
    what is meant.
    """
    rest: list[Statement] = []
    room, left = MAX_ITEMS, 0
    for lead, members in _lists(material.library, shown.statements):
        unseen = [sentence for sentence in members if sentence.sentence_id not in shown.seen]
        told = sum(sentence.sentence_id in shown.ever for sentence in members)
        if not chosen and told < (len(members) / 2 if members[0].kind == "row" else min(2, len(members))):
            continue
        if unseen[:room]:
            rest += [Statement(sentence) for sentence in (*lead, *unseen[:room])]
        left += len(unseen[room:])
        room -= len(unseen[:room])
    if not rest:
        return None
    note = say("left", language, left=left) if left else say("complete", language)
    return shown.goes_on(rest, note)


def _lists(library: Library, statements: Sequence[Statement]) -> Iterator[tuple[list[Sentence], list[Sentence]]]:
    """Yield the lead-in and the items or rows of each list and table that some statements are of."""
    held = [s.sentence for s in statements if s.sentence.kind != "text"]
    for document_id, group in dict.fromkeys((sentence.document_id, sentence.group) for sentence in held):
        block = library.group(document_id, group)
        members = [sentence for sentence in block if sentence.kind in ("item", "row")]
        if members:
            yield [sentence for sentence in block if sentence.kind == "lead"][:1], members


def _further(material: Material, shown: Shown) -> list[Evidence]:
    """Return the evidence that says something not yet shown, and bears on the question well enough."""
    seen = [item.vector for item in material.evidence if item.sentence.sentence_id in shown.seen]
    least = WORTH * material.evidence[0].score
    return [
        item
        for item in material.evidence
        if item.score >= least
        and item.sentence.sentence_id not in shown.seen
        and not any(float(np.dot(item.vector, vector)) > SAME for vector in seen)
    ]


def _whole(material: Material, shown: Shown, language: str) -> Shown:
    """Show the lists and tables of an answer from end to end; where it has none, what comes next."""
    lists = list(_lists(material.library, shown.statements))
    if not lists:
        return _more(material, shown, language)
    statements = [Statement(s) for lead, members in lists for s in (*lead, *members[:MOST_OF_A_LIST])]
    left = sum(len(members[MOST_OF_A_LIST:]) for _, members in lists)
    note = say("left", language, left=left) if left else say("complete", language)
    return shown.goes_on(statements, note)


# --- less -----------------------------------------------------------------------------------------------------------


def _shorter(material: Material, shown: Shown, language: str) -> Shown:
    """Keep half of the statements, the best ones and three at most."""
    points = [statement for statement in shown.statements if statement.sentence.kind != "lead"] or shown.statements
    kept = _best(material, points, max(1, min(MOST, len(points) // 2)))
    statements = _with_leads(shown.statements, kept)
    return _cut(shown, statements, sum(s.sentence.kind != "lead" for s in statements), len(points), language)


def _one_sentence(material: Material, shown: Shown, language: str) -> Shown:
    """Keep the best statement; a short list becomes one sentence as a whole."""
    points = [statement for statement in shown.statements if statement.sentence.kind != "lead"] or shown.statements
    alone = [point for point in points if not hangs(point.sentence)] or points
    [best] = _best(material, alone, 1)
    if best.sentence.kind == "text" or is_whole(best.sentence):
        return _cut(shown, [replace(best, words=best.text)], 1, len(points), language)
    leads = [lead for lead in shown.statements if lead.sentence.kind == "lead" and _together(lead, best)]
    listed = [point for point in points if _together(point, best)]
    joined = _joined([*leads, *listed])
    if len(joined.words.split()) > JOINED_WORDS:
        listed, joined = [best], _joined([*leads, best])
    return _cut(shown, [joined], len(listed), len(points), language)


def _best(material: Material, points: Sequence[Statement], most: int) -> list[Statement]:
    """Return the statements with the best evidence, in the order in which they stand; rows from the top of a table."""
    scores = {item.sentence.sentence_id: item.score for item in material.evidence}
    of_table: dict[tuple[str, int], float] = {}
    for point in points:
        if point.sentence.kind == "row":
            of_table[_block(point)] = max(of_table.get(_block(point), 0.0), scores.get(point.sentence.sentence_id, 0.0))
    ranked = sorted(points, key=lambda p: -of_table.get(_block(p), scores.get(p.sentence.sentence_id, 0.0)))[:most]
    return [point for point in points if point in ranked]


def _with_leads(statements: Sequence[Statement], kept: Sequence[Statement]) -> list[Statement]:
    """Return what is kept with the lead-ins of its items, and with what its sentences point back to."""
    found: list[Statement] = []
    for i, statement in enumerate(statements):
        following = statements[i + 1] if i + 1 < len(statements) else None
        leads = statement.sentence.kind == "lead" and any(_together(statement, one) for one in kept)
        meant = following in kept and following is not None and hangs(following.sentence)
        if statement in kept or leads or meant:
            found.append(statement)
    return found


def _block(statement: Statement) -> tuple[str, int]:
    return statement.sentence.document_id, statement.sentence.group


def _together(one: Statement, other: Statement) -> bool:
    return _block(one) == _block(other)


def _joined(statements: Sequence[Statement]) -> Statement:
    """Return a lead-in and items as one sentence that cites them all."""
    lead, *items = statements
    if not items:
        return lead
    text = "; ".join(item.text.rstrip(" .,;") for item in items)
    also = [s for statement in statements for s in (statement.sentence, *statement.also)][1:]
    return Statement(lead.sentence, tuple(also), f"{lead.text.rstrip(' .:')}: {text}.")


def _cut(shown: Shown, statements: Sequence[Statement], kept: int, all: int, language: str) -> Shown:
    note = ""
    if kept < all:
        note = say("cut", language, kept=kept, all=all)
    elif all == 1:
        note = say("shortest", language)
    taken = _ids(shown.statements) - _ids(statements)
    return replace(shown, statements=tuple(statements), seen=shown.seen - taken, note=note)


# --- around it ------------------------------------------------------------------------------------------------------


def _longer(material: Material, shown: Shown, language: str) -> Shown:
    """Show each statement among those around it in its section; where there are none, around what says the same."""
    told = _among_others(material.library, shown.statements)
    if _ids(told) <= shown.ever:
        twins = [Statement(sentence) for one in shown.statements for sentence in one.also]
        told = _among_others(material.library, [*shown.statements, *twins])
    added = _ids(told) - _ids(shown.statements)
    return shown.goes_on(told, "" if added else say("section_end", language))


def _among_others(library: Library, statements: Sequence[Statement]) -> list[Statement]:
    before = {statement.sentence.sentence_id: statement for statement in statements}
    told: list[Statement] = []
    for document_id, section in dict.fromkeys(_place_of(library, one.sentence) for one in statements):
        sentences = [
            s for s in _sentences_of(library, document_id, section) if s.sentence_id in before or _is_worth_telling(s)
        ]
        at = [i for i, sentence in enumerate(sentences) if sentence.sentence_id in before]
        told += [before.get(s.sentence_id, Statement(s)) for s in _around(sentences, at)]
    return told


def _is_worth_telling(sentence: Sentence) -> bool:
    """Leave out captions, and lines of text that are no sentence, such as an address."""
    return is_evidence(sentence) and (sentence.kind != "text" or sentence.text.endswith((".", "!", "”", '"', ")")))


def _around(sentences: Sequence[Sentence], at: Sequence[int]) -> list[Sentence]:
    """Return the sentences at some places and those nearest to them, items with their lead-in, in order."""
    taken, room = set(at), AROUND_WORDS
    others = [i for i in range(len(sentences)) if i not in taken]
    for i in sorted(others, key=lambda i: (min(abs(i - j) for j in at), -i)):
        room -= len(sentences[i].text.split())
        if room < 0:
            break
        taken.add(i)
    groups = {sentences[i].group for i in taken}
    leads = {i for i, sentence in enumerate(sentences) if sentence.kind == "lead" and sentence.group in groups}
    return [sentences[i] for i in sorted(taken | leads)]
