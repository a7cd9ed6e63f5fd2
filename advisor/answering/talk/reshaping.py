"""The statements of an answer and what is asked of it → the statements to show instead, and what to say beside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from advisor.answering.choosing import SAME
from advisor.answering.evidence import Evidence
from advisor.answering.outline import is_heading
from advisor.answering.series import number_in
from advisor.answering.statements import Statement, are_together, as_text
from advisor.answering.talk.replies import place, say
from advisor.answering.talk.requests import Request
from advisor.answering.talk.shortening import in_one_sentence, keep_first, points_of, shorten, with_leads
from advisor.answering.talk.shown import Material, Shown
from advisor.answering.talk.surroundings import lengthen, place_of, sentences_of
from advisor.records import Sentence
from advisor.store.library import Library

MAX_ITEMS = 14
"""Items or rows that come at a time."""

MOST_OF_A_LIST = 60
"""Items of a list that is asked for as a whole, at most."""

NEAR, MOST_NEAR = 0.5, 3
"""Cosine from which a sentence says more on an item of a list, and how many of them are shown."""

ORIGIN = "Rests on:"
"""How a section of a brief names the report, section and pages that it is about."""

MARGIN = 0.45
"""How much lower than the best score that of further evidence may be."""


def reshape(material: Material, requests: Sequence[Request], *, spoken: str = "en") -> Shown:
    """Carry out requests on an answer, in order; without requests it is shown as it is.

    `spoken` is the language of the question: notes are in the language of a request, which it helps to tell.
    """
    first = material.compose(material.evidence, False)
    answer = shown = Shown(()).goes_on(first)
    for request in requests if first else ():
        shown = _carry_out(request, material, replace(answer, note=""), request.language(spoken))
        answer = answer if shown.reason else shown
    if requests:
        shown = replace(shown, statements=tuple(_apart(shown.statements)))
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
        case "first":
            return keep_first(shown, request.number, language)
        case "point":
            return _point(material, shown, request.number, language)
        case "shorter":
            return shorten(material, shown, language)
        case "sentence":
            return in_one_sentence(material, shown, language)
        case "counted":
            return _counted(shown, language)
        case "table":
            return _as_table(shown, language)
        case "longer":
            return lengthen(material, shown, language)
        case "reworded" | "translated":
            return replace(shown, statements=(), note=say(request.kind, language), reason="needs-model")
    return shown  # bullets, which are made of what is there in the end


def _counted(shown: Shown, language: str) -> Shown:
    """Say how many items or rows there are, and show these with what leads to them; where most have a number, those."""
    listed = [one for one in shown.statements if one.kind in ("item", "row")]
    counted = listed if len(listed) > 1 else list(points_of(shown))
    numbered = [one for one in counted if number_in(one.text)]
    told = len(numbered) if len(numbered) > len(counted) / 2 else len(counted)
    return replace(
        shown, statements=tuple(with_leads(shown.statements, counted)), note=say("counted", language, all=told)
    )


def _as_table(shown: Shown, language: str) -> Shown:
    """Show the rows alone, drawn as a table; or say that there are none, and show the statements in a list."""
    rows = tuple(one for one in shown.statements if one.kind == "row")
    if rows:
        return replace(shown, statements=rows)
    return replace(shown, statements=_as_list(shown.statements), note=say("no_table", language))


def _as_list(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """Make each statement a bullet, where there are several; lead-ins stay above what they lead to."""
    several = tuple(statements)
    return tuple(replace(s, is_point=len(several) > 1 and s.kind != "lead") for s in several)


def _apart(statements: Sequence[Statement]) -> Iterator[Statement]:
    """Make a lone item without its lead-in a text, so that it is not taken for one of the list before it."""
    for statement in statements:
        is_lone = sum(are_together(statement, other) for other in statements) == 1
        yield as_text(statement) if statement.kind == "item" and is_lone else statement


def _point(material: Material, shown: Shown, number: int, language: str) -> Shown:
    """Show one of the statements, by its own number or counted from 1 without lead-ins, with what says more on it.

    All come where there is none.

    What says more on an item of a list is what else was found that is near to it; on a sentence, what stands around it.
    """
    points = points_of(shown)
    numbered = _numbered(points, number)
    if numbered is None and number > len(points):
        return replace(shown, note=say("no_point", language, all=len(points)) if len(points) > 1 else "")
    chosen = numbered or points[number if number < 0 else number - 1]
    alone = replace(shown, statements=tuple(with_leads(shown.statements, [chosen])))
    if is_heading(chosen.sentence):
        return lengthen(material, replace(shown, statements=(chosen,)), language)
    if chosen.kind == "text":
        return lengthen(material, alone, language)
    nearest = _nearest(material.evidence, chosen.sentence)
    note = "" if nearest else say("section_end", language)
    return shown.goes_on([*alone.statements, *map(Statement, nearest)], note, chosen=False)


def _numbered(points: Sequence[Statement], number: int) -> Statement | None:
    """Return the first statement with this number of its own; None where few have one, or these do not only rise."""
    own = [number_in(point.text) for point in points]
    held = [each for each in own if each]
    is_known = number in held and held == sorted(held) and len(held) > len(own) / 2
    return points[own.index(number)] if is_known else None


def _nearest(evidence: Sequence[Evidence], sentence: Sentence) -> list[Sentence]:
    """Return the sentences, not of the same list, that mean most nearly what an item says, the nearest first."""
    own = next((item.vector for item in evidence if item.sentence.sentence_id == sentence.sentence_id), None)
    if own is None:
        return []
    others = [item for item in evidence if item.sentence.kind == "text" and item.is_whole]
    near = [(float(np.dot(item.vector, own)), item.sentence) for item in others]
    near = sorted((one for one in near if one[0] >= NEAR), key=lambda one: -one[0])
    return [one for _, one in near[:MOST_NEAR]]


# --- where it stands ------------------------------------------------------------------------------------------------


def _sources(library: Library, statements: Sequence[Statement], language: str) -> Iterator[Statement]:
    """Yield each place that the statements cite, in words, and the line in which its section names its own source."""
    places: dict[tuple[str, tuple[str, ...]], list[Sentence]] = {}
    for statement in statements:
        for sentence in (statement.sentence, *statement.also):
            places.setdefault(place_of(library, sentence), []).append(sentence)
    for (document_id, section), cited in places.items():
        numbers = sorted({span.page for sentence in cited for span in sentence.spans})
        pages = [library.page(document_id, number) for number in numbers]
        words = place(language, library.document(document_id), pages, section)
        yield Statement(cited[0], tuple(cited[1:]), words)
        origins = (s for s in sentences_of(library, document_id, section) if s.text.startswith(ORIGIN))
        yield from map(Statement, origins)


# --- more -----------------------------------------------------------------------------------------------------------


def _more(material: Material, shown: Shown, language: str) -> Shown:
    """Show what is left of the lists and tables that were shown as such; else the next best evidence, in brief."""
    if rest := _rest(material, shown, language, chosen=False):
        return rest
    further = material.compose(_further(material, shown), True)
    if not further:
        return replace(shown, statements=(), note=say("nothing_more", language), reason="nothing-more")
    was_list = any(statement.sentence.kind in ("item", "row") for statement in shown.uncut)
    is_complete = was_list and not _rest(material, shown, language)
    return shown.goes_on(further, say("further", language) if is_complete else "")


def _rest(material: Material, shown: Shown, language: str, *, chosen: bool = True) -> Shown | None:
    """Show what is left of each list and table under its lead-in, as much as an answer holds; None for nothing left.

    Without `chosen` those are left out of which an answer chose some only: the others are seldom what is meant.
    """
    rest: list[Statement] = []
    room, left = MAX_ITEMS, 0
    for lead, members in _lists(material.library, shown.uncut):
        unseen = [sentence for sentence in members if sentence.sentence_id not in shown.seen]
        if not chosen and not _is_shown_as_list(members, shown):
            continue
        if unseen[:room]:
            rest += [Statement(sentence) for sentence in (*lead, *unseen[:room])]
        left += len(unseen[room:])
        room -= len(unseen[:room])
    if not rest:
        return None
    note = say("left", language, left=left) if left else say("complete", language)
    return shown.goes_on(rest, note)


def _is_shown_as_list(members: Sequence[Sentence], shown: Shown) -> bool:
    """Tell whether more was shown than an item that was chosen by itself, or the fewer rows of a table."""
    told = sum(sentence.sentence_id in shown.ever for sentence in members)
    return told >= (len(members) / 2 if members[0].kind == "row" else min(2, len(members)))


def _lists(library: Library, statements: Sequence[Statement]) -> Iterator[tuple[list[Sentence], list[Sentence]]]:
    """Yield the lead-in and the items or rows of each list and table that some statements are of."""
    held = [s.sentence for s in statements if s.sentence.kind != "text"]
    for document_id, group in dict.fromkeys((sentence.document_id, sentence.group) for sentence in held):
        block = library.group(document_id, group) or [
            s for s in held if (s.document_id, s.group) == (document_id, group)
        ]
        members = [sentence for sentence in block if sentence.kind in ("item", "row")]
        if members:
            yield [sentence for sentence in block if sentence.kind == "lead"][:1], members


def _further(material: Material, shown: Shown) -> list[Evidence]:
    """Return the evidence that says something not yet shown, and bears on the question well enough."""
    seen = [item.vector for item in material.evidence if item.sentence.sentence_id in shown.seen]
    least = material.evidence[0].score - MARGIN
    return [
        item
        for item in material.evidence
        if item.score >= least
        and item.sentence.sentence_id not in shown.seen
        and not any(float(np.dot(item.vector, vector)) > SAME for vector in seen)
    ]


def _whole(material: Material, shown: Shown, language: str) -> Shown:
    """Show the lists and tables of an answer from end to end; where it has none, what comes next."""
    lists = list(_lists(material.library, shown.uncut))
    if not lists:
        return _more(material, shown, language)
    statements = [Statement(s) for lead, members in lists for s in (*lead, *members[:MOST_OF_A_LIST])]
    left = sum(len(members[MOST_OF_A_LIST:]) for _, members in lists)
    note = say("left", language, left=left) if left else say("complete", language)
    return shown.goes_on(statements, note)
