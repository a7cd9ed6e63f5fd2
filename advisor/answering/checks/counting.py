"""The figures of a written sentence → are they the source's, of the same unit and bound, and of the same thing?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from advisor.answering.checks.clauses import Counted, is_year
from advisor.answering.checks.findings import Finding
from advisor.answering.checks.grounds import Claim, Ground
from advisor.quantities import MONEY, Quantity

NAME = 2
"""What a name beside a figure counts for, where another word counts for one."""

_COUNTS = ("", "one", "ordinal")


def check_figures(
    claim: Claim, chosen: Sequence[Ground], candidates: Sequence[Ground], names: frozenset[str]
) -> Iterator[Finding]:
    """Yield what is wrong with the figures of a sentence, given the sentences it rests on and all that it cites.

    `names` are the terms that are names. A figure is found where value and unit are the same; it is that of another
    thing where the words beside it stand beside another figure of the source.
    """
    dates = {told.year for told in claim.counted if told.year}
    if not dates and _out_of_order(claim, chosen):
        yield Finding("figure", fatal=False)
    for told in claim.counted:
        places = [(g, c) for g in chosen for c in g.counted if _same(told.quantity, c.quantity, g)]
        if told.quantity.unit == "one":
            if not places and _counts_other(told, chosen):
                yield Finding("figure", fatal=True)
            continue
        if not places:
            yield Finding("figure", fatal=True)
            continue
        given_for = {place.year for _, place in places if place.year}
        if told.year and given_for and told.year not in given_for:
            yield Finding("figure", fatal=True)  # it is given for another year
            continue
        # The place that fits best decides: a figure may stand in the source more than once.
        if is_year(told.quantity) and told.quantity.value in dates:
            continue  # that it is the year of its figure has been seen to
        verdicts = [list(_at(told, ground, place, claim, candidates, names)) for ground, place in places]
        yield from min(verdicts, key=lambda held: (any(f.fatal for f in held), len(held)))


def _out_of_order(claim: Claim, chosen: Sequence[Ground]) -> bool:
    """Tell whether two figures that the source gives of the same come in another order: "(54 % against 67 %)"."""
    for one, other in pairwise(claim.counted):
        for ground in chosen:
            first = [place for place in ground.counted if _same(one.quantity, place.quantity, ground)]
            second = [place for place in ground.counted if _same(other.quantity, place.quantity, ground)]
            single = len(first) == len(second) == 1 and not first[0].role
            if single and first[0].quantity.start > second[0].quantity.start:
                apart = first[0].near ^ second[0].near
                if not apart & (one.near | other.near):
                    return True
    return False


def _same(told: Quantity, held: Quantity, ground: Ground) -> bool:
    if told.value != held.value:
        return False
    if told.unit == held.unit or {told.unit, held.unit} <= {*_COUNTS}:
        return True
    if not told.unit or told.unit == "ordinal":
        return held.unit in MONEY or held.unit in ("day", "week", "month", "year", "hour", "minute", "km")
    return not held.unit and told.unit in ground.units


def _counts_other(told: Counted, chosen: Sequence[Ground]) -> bool:
    """Tell whether what is said to be one is counted otherwise: "one contact" of "two contacts"."""
    return bool(told.head) and any(
        place.head == told.head and place.quantity.value != 1 for ground in chosen for place in ground.counted
    )


def _at(
    told: Counted, ground: Ground, place: Counted, claim: Claim, candidates: Sequence[Ground], names: frozenset[str]
) -> Iterator[Finding]:
    """Yield what is wrong where a figure of the sentence is taken to be that at one place of the source."""
    yield from _bound(told.quantity, place.quantity)
    if _is_other_part(told, place):
        yield Finding("figure", fatal=True)
        return
    others = [
        other
        for candidate in candidates
        for other in candidate.counted
        if other is not place
        and other.quantity.value != told.quantity.value
        # One that is given for another year is another figure of the same, and no other thing.
        and not (told.year and told.year == place.year and other.year and other.year != told.year)
    ]
    near = told.near | frozenset(told.piece[:1])
    own = _weight(near & place.statement, names)
    for other in others:
        same, swapped = _fit(told.near, place.near, other.near, names)
        if not same and not swapped:
            piece, own_piece, other_piece = map(frozenset, (told.piece, place.piece, other.piece))
            same, swapped = _fit(piece, own_piece, other_piece, names)
        is_head = told.head and told.head == other.head != place.head and told.head not in place.near
        if swapped > same or (is_head and swapped >= same):
            yield Finding("figure", fatal=True)
            return
    yield from _subject(told, ground, place, claim, candidates, names)
    if near and not own and ground.sentence.kind == "text":
        yield Finding("figure", fatal=False)


def _is_other_part(told: Counted, place: Counted) -> bool:
    """Tell whether a figure is the whole where the source has a part: "23 signed" of "3 of the 23 signed"."""
    if told.role == place.role or "whole" not in (told.role, place.role):
        return False
    # That there are 23 is said as well: more than what is counted must be said of them.
    return bool((told.role and place.role) or (frozenset(told.piece) - {place.head}) & place.statement)


def _bound(told: Quantity, held: Quantity) -> Iterator[Finding]:
    if told.bound == held.bound or (told.bound in ("", "about") and held.bound in ("", "about")):
        return
    pair = {told.bound, held.bound}
    # "300" of "more than 300" leaves something out; the other way round something is made up.
    yield Finding("figure", fatal=pair == {"more", "less"} or (told.bound in ("more", "less") and not held.bound))


def _subject(
    told: Counted, ground: Ground, place: Counted, claim: Claim, candidates: Sequence[Ground], names: frozenset[str]
) -> Iterator[Finding]:
    """Yield where the words around a figure stand in another statement of the source than the figure."""
    here = place.statement | (ground.known - ground.terms)
    elsewhere = frozenset().union(*(candidate.terms for candidate in candidates))
    excused = frozenset().union(
        *(other.piece for other in claim.counted if other is not told and other.piece != told.piece)
    )
    if told.role and len(claim.counted) > 1:
        excused |= frozenset(
            term
            for g in candidates
            for c in g.counted
            if c.role != place.role
            and any(c.quantity.value == o.quantity.value for o in claim.counted if o is not told)
            for term in c.statement
        )
    strange = [t for t in dict.fromkeys((*told.piece, *told.near)) if t in elsewhere and t not in here | excused]
    strange = [t for t in strange if t in claim.own and (t in names or not claim.vocabulary.alike(t, place.near))]
    foreign = [term for term in strange if term in names]
    if (foreign and not frozenset(foreign) <= ground.terms) or (
        strange and (strange[0] in told.piece[:1] or strange[0] == told.head)
    ):
        yield Finding("figure", fatal=True)
    elif strange and not _linked(strange, told, ground, candidates):
        yield Finding("figure", fatal=False)


def _linked(strange: Sequence[str], told: Counted, ground: Ground, candidates: Sequence[Ground]) -> bool:
    """Tell whether other sentences say the strange words of something that the figure's sentence speaks of too."""
    shared = frozenset(told.piece) & ground.terms
    return all(any(term in g.terms and g.terms & shared for g in candidates if g is not ground) for term in strange)


def _fit(told: frozenset[str], place: frozenset[str], other: frozenset[str], names: frozenset[str]) -> tuple[int, int]:
    """Return how much of the words beside a figure stands at its place only, and how much at another figure's only."""
    return _weight(told & place - other, names), _weight(told & other - place, names)


def _weight(terms: frozenset[str], names: frozenset[str]) -> int:
    return sum(NAME if term in names else 1 for term in terms)
