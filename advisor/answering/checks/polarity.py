"""Negations, quantifiers and opposites of a written sentence → do they say what the source says?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from advisor.answering.checks.cues import Cues, language_cues, parted, pole_places, read_cues
from advisor.answering.checks.findings import Finding
from advisor.answering.checks.grounds import Claim, Ground, Statement
from advisor.text import stem

SUBJECT = 2
"""Terms at the head of a statement that count double when it is laid beside those of the source."""

FIGURE = 2
"""What a figure counts for that both hold."""

PREFIXES = ("un", "in", "im", "dis", "non", "ir")
EXACT_AXES = frozenset({"amount", "order", "time", "change", "duty"})
"""Axes of which a word that the source has no counterpart for leaves a sentence in doubt."""

_ENOUGH = {"some": ("some", "many", "most", "all"), "many": ("many", "most", "all")}


def check_polarity(claim: Claim, chosen: Sequence[Ground]) -> Iterator[Finding]:
    """Yield where a sentence turns round what the sentences say on which it rests."""
    said = [(statement, ground) for ground in chosen for statement in ground.statements]
    for told in claim.statements:
        held, ground = max(said, key=lambda pair: _overlap(told, pair[0]))
        if told.terms and not _overlap(told, held)[0]:
            if told.cues.negated and not any(statement.cues.negated for statement, _ in said):
                yield Finding("negation", fatal=True)
            continue
        yield from _other_subject(told, held, ground)
        yield from _negation(told, held, {stem(word) for s, _ in said for word, _ in s.cues.privations})
        yield from _quantifiers(told, held, claim, ground)
        yield from _directions(told, held, said)
    for ground in chosen:
        yield from _order(claim, ground)
        yield from _changed_places(claim, ground)


def _overlap(told: Statement, held: Statement) -> tuple[float, float]:
    shared = frozenset(told.terms) & frozenset(held.terms)
    double = sum(term in shared for term in dict.fromkeys(told.terms[:SUBJECT]))
    return len(shared) + double + FIGURE * len(told.values & held.values), -len(held.terms)


def _other_subject(told: Statement, held: Statement, ground: Ground) -> Iterator[Finding]:
    """Yield where what is said of one thing is said of the other of two that a "but" sets against each other."""
    at = ground.statements.index(held)
    breaks = language_cues(ground.language).breaks
    against = [ground.statements[at - 1]] if at and breaks.match(held.text.lstrip()) else []
    against += [s for s in ground.statements[at + 1 : at + 2] if breaks.match(s.text.lstrip())]
    subject = told.terms[:1]
    points = language_cues(ground.language).pointing & set(held.text.lower().split()[:3])
    if subject and subject[0] not in held.terms and not points and any(subject[0] in s.terms for s in against):
        yield Finding("meaning", fatal=True)


def _negation(told: Statement, held: Statement, privations: set[str]) -> Iterator[Finding]:
    ours = {stem(word) for word, _ in told.cues.privations}
    turns = len(ours - privations)
    turns += sum(stem(behind) in told.terms for word, behind in held.cues.privations if stem(word) not in ours)
    turns += _prefixed(told.terms, held.terms) + _prefixed(held.terms, told.terms)
    if (told.cues.negated + held.cues.negated + turns) % 2:
        yield Finding("negation", fatal=True)


def _prefixed(terms: Sequence[str], others: Sequence[str]) -> int:
    """Count terms such as "unsuccess" that stand without their prefix in the other text."""
    return sum(
        term not in others and any(term.startswith(p) and term[len(p) :] in others for p in PREFIXES) for term in terms
    )


def _quantifiers(told: Statement, held: Statement, claim: Claim, ground: Ground) -> Iterator[Finding]:
    ours, theirs = told.cues.quantifiers, held.cues.quantifiers
    share = _share(ground)
    figures = bool(claim.quantities)
    for name in sorted(ours - theirs):
        if name in _ENOUGH and (theirs & {*_ENOUGH[name]} or ground.quantities):
            continue
        if (name == "most" and share and share > 50) or (name == "few" and share and share < 50):
            continue
        if name == "not-all" and (theirs & {"most", "some", "few"} or held.cues.negated):
            continue
        if name == "all" and not theirs and (figures or _is_each(held)):
            continue
        soft = (name in ("all", *_ENOUGH) and not theirs) or (name == "only" and figures)
        yield Finding("quantifier", fatal=not soft)
    for name in sorted(theirs - ours):
        if name == "all" or any(name in _ENOUGH.get(own, ()) for own in ours) or ("most" in ours and share):
            continue
        if name == "only" and figures:
            continue
        yield Finding("quantifier", fatal=name in ("few", "not-all") and not figures)


def _is_each(held: Statement) -> bool:
    return " per " in f" {held.text.lower()} " or "annual" in held.text.lower()


def _share(ground: Ground) -> Fraction | None:
    """Return the share in percent that a sentence gives: "65 %" or "17 of 20"."""
    parts = [place for place in ground.counted if place.role == "part"]
    wholes = [place for place in ground.counted if place.role == "whole"]
    if parts and wholes and wholes[0].quantity.value:
        return 100 * parts[0].quantity.value / wholes[0].quantity.value
    return next((q.value for q in ground.quantities if q.unit == "percent"), None)


def _directions(told: Statement, held: Statement, said: Sequence[tuple[Statement, Ground]]) -> Iterator[Finding]:
    ours, theirs = _poles(told.cues), _poles(held.cues)
    everywhere = {pole for statement, _ in said for pole in statement.cues.poles}
    for axis, sides in ours.items():
        all_sides = {side for name, side in everywhere if name == axis}
        near = theirs.get(axis, all_sides)
        if axis == "time" and near:
            continue  # "A before B" is "B after A": the order is looked at, see below
        if near and (not sides & near or sides - all_sides):
            yield Finding("direction", fatal=True)
        elif not near and axis in EXACT_AXES:
            yield Finding("direction", fatal=False)


def _poles(cues: Cues) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for axis, side in cues.poles:
        found.setdefault(axis, set()).add(side)
    return found


def _order(claim: Claim, ground: Ground) -> Iterator[Finding]:
    """Yield where what comes before and what after is not as in the source: "A before B" is "B after A"."""
    ours = pole_places(claim.text, "time", claim.language)
    theirs = pole_places(ground.text, "time", ground.language)
    if len(ours) != 1 or len(theirs) != 1:
        if len(ours) == len(theirs) and [side for *_, side in ours] != [side for *_, side in theirs]:
            yield Finding("direction", fatal=True)
        return
    (left, right), (first, second) = _sides(claim, ours[0]), _sides(ground, theirs[0])
    is_opposite = ours[0][2] != theirs[0][2]
    nothing_behind = is_opposite and not (right and second)  # "they were there before" is not "… after"
    if nothing_behind or _has_changed_places(left, right, first, second, is_opposite=is_opposite):
        yield Finding("direction", fatal=True)


def _changed_places(claim: Claim, ground: Ground) -> Iterator[Finding]:
    """Yield where what is compared, or what comes later, has changed places.

    "A is quieter than B" is "B is louder than A", but not "B is quieter than A".
    """
    told, held = (read_cues(t.text, t.language).poles for t in (claim, ground))
    for name in ("than", "then"):
        ours, theirs = (parted(t.text, getattr(language_cues(t.language), name), t.language) for t in (claim, ground))
        if len(ours) != 1 or not theirs:
            continue
        left, right = (frozenset(claim.terms_of(part)) for part in ours[0])
        is_opposite = name == "than" and any((axis, 1 - side) in held for axis, side in told)
        sides = [(frozenset(ground.terms_of(a)), frozenset(ground.terms_of(b))) for a, b in theirs]
        if all(_has_changed_places(left, right, a, b, is_opposite=is_opposite) for a, b in sides):
            yield Finding("direction", fatal=True)


def _has_changed_places(
    left: frozenset[str], right: frozenset[str], first: frozenset[str], second: frozenset[str], *, is_opposite: bool
) -> bool:
    """Tell whether what stands on one side of a word stands on its other side in the source.

    With the opposite word it must stand there. What stands on the left of both says nothing: it is what is compared.
    """
    straight = len(right & second)
    crossed = len((left & second) - first) + len((right & first) - second)
    return straight > crossed if is_opposite else crossed > straight


def _sides(text: Claim | Ground, place: tuple[int, int, int]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the terms before and behind a word such as "after"; where it opens a sentence, those behind the comma."""
    start, end, _ = place
    before, behind = text.text[:start], text.text[end:]
    if not text.terms_of(before):
        behind, _, before = behind.partition(",")
        if not before:
            return frozenset(), frozenset()
    return frozenset(text.terms_of(before)), frozenset(text.terms_of(behind))
