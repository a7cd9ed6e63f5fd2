"""The statements of an answer → fewer of them: the deciding ones, or one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from advisor.answering.statements import Statement, are_together, as_text
from advisor.answering.talk.replies import say
from advisor.answering.talk.shown import Material, Shown, ids
from advisor.answering.units import hangs, stands_alone
from advisor.text import ITEM_NUMBER

MOST = 3
"""Statements of a shortened answer at most."""

READS_WELL = 0.25
"""A whole sentence goes before a row or a fragment that is worth more by at most this."""

LONE_ROW = 0.25
"""How much less a row is worth whose table is not shown."""

BESIDE = 1.0
"""How much less a statement is worth that stands beside an answer and was not chosen for it."""

JOINED_WORDS = 45
"""Words up to which a lead-in and the items under it make one sentence."""


def shorten(material: Material, shown: Shown, language: str) -> Shown:
    """Keep half of the statements, the best ones and three at most."""
    points = points_of(shown)
    kept = _best(_worth(material, shown, points), max(1, min(MOST, len(points) // 2)))
    statements = with_leads(shown.statements, kept)
    return _cut(shown, statements, sum(one in points for one in statements), len(points), language)


def keep_first(shown: Shown, number: int, language: str) -> Shown:
    """Keep the first statements, with their lead-ins; all where there are no more."""
    points = points_of(shown)
    kept = points[: max(number, 1)]
    return _cut(shown, with_leads(shown.statements, kept), len(kept), len(points), language)


def in_one_sentence(material: Material, shown: Shown, language: str) -> Shown:
    """Keep the best statement; a short list becomes one sentence as a whole."""
    points = points_of(shown)
    worth = [(point, value) for point, value in _worth(material, shown, points) if not hangs(point.sentence)]
    most = max((value for _, value in worth), default=0.0)
    good = [(point, value) for point, value in worth if _reads_well(point) and value >= most - READS_WELL]
    best = next(iter(_best(good or worth, 1)), points[0])
    leads = [lead for lead in shown.statements if lead.sentence.kind == "lead" and are_together(lead, best)]
    if best.words or best in leads or not leads or stands_alone(best.sentence):
        return _cut(shown, [as_text(best)], 1, len(points), language)
    listed = [point for point in points if are_together(point, best)]
    joined = _joined([*leads, *listed])
    if len(joined.words.split()) > JOINED_WORDS:
        listed, joined = [best], _joined([*leads, best])
    return _cut(shown, [joined], len(listed), len(points), language)


def points_of(shown: Shown) -> Sequence[Statement]:
    """Return the statements without the lead-ins, which stand and fall with what is under them."""
    return [one for one in shown.statements if one.words or one.sentence.kind != "lead"] or shown.statements


def _reads_well(statement: Statement) -> bool:
    return bool(statement.words) or statement.sentence.kind == "text" or stands_alone(statement.sentence)


def _worth(material: Material, shown: Shown, points: Sequence[Statement]) -> list[tuple[Statement, float]]:
    """Return each statement with how well it answers: by its evidence, less where it only stands beside the answer.

    Rows of a table and items of a list stand in an order that means something: all are worth as much as the best of
    them, so that the first ones go first. A row without others is worth less: it is mostly found by a word in it.
    """
    scores = {item.sentence.sentence_id: item.score for item in material.evidence}
    found = []
    for point in points:
        ordered = point.sentence.kind in ("row", "item") or ITEM_NUMBER.match(point.sentence.text)
        peers = [other for other in points if are_together(point, other)] if ordered else [point]
        value = max(scores.get(peer.sentence.sentence_id, 0.0) for peer in peers)
        if point.sentence.kind == "row" and len(peers) == 1:
            value -= LONE_ROW
        found.append((point, value if point.sentence.sentence_id in shown.chosen else value - BESIDE))
    return found


def _best(worth: Sequence[tuple[Statement, float]], most: int) -> list[Statement]:
    """Return the statements that are worth most, in the order in which they stand."""
    ranked = [point for point, _ in sorted(worth, key=lambda item: -item[1])[:most]]
    return [point for point, _ in worth if point in ranked]


def with_leads(statements: Sequence[Statement], kept: Sequence[Statement]) -> list[Statement]:
    """Return what is kept with the lead-ins of its items, and with what its sentences point back to."""
    found: list[Statement] = []
    for i, statement in enumerate(statements):
        following = statements[i + 1] if i + 1 < len(statements) else None
        leads = statement.sentence.kind == "lead" and any(are_together(statement, one) for one in kept)
        meant = following in kept and following is not None and hangs(following.sentence)
        if statement in kept or leads or meant:
            found.append(statement)
    return found


def _joined(statements: Sequence[Statement]) -> Statement:
    """Return a lead-in and items as one sentence that cites them all."""
    lead, *items = statements
    text = "; ".join(item.text.rstrip(" .,;") for item in items)
    also = [s for statement in statements for s in (statement.sentence, *statement.also)][1:]
    return Statement(lead.sentence, tuple(also), f"{lead.text.rstrip(' .:')}: {text}.")


def _cut(shown: Shown, statements: Sequence[Statement], kept: int, all: int, language: str) -> Shown:
    note = ""
    if kept < all:
        note = say("cut", language, kept=kept, all=all)
    elif all == 1:
        note = say("shortest", language)
    taken = ids(shown.statements) - ids(statements)
    return replace(shown, statements=tuple(statements), seen=shown.seen - taken, note=note)
