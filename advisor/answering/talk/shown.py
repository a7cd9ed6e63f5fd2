"""What an answer was made of and what is shown of it: the records that requests about an answer pass on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from advisor.answering.evidence import Evidence
from advisor.answering.statements import Statement
from advisor.store.library import Library


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
        uncut: the statements before they were shortened; else the same.
        seen: ids of the sentences that have been shown up to now, without those that were taken away.
        ever: with those.
        chosen: those of them that were chosen as an answer, and not for standing beside it.
        note: what is said beside the statements, or in their place.
        reason: why there are none, as in `Answer.reason`; "" where there are, or never were.
    """

    statements: tuple[Statement, ...]
    uncut: tuple[Statement, ...] = ()
    seen: frozenset[str] = frozenset()
    ever: frozenset[str] = frozenset()
    chosen: frozenset[str] = frozenset()
    note: str = ""
    reason: str = ""

    def goes_on(self, statements: Sequence[Statement], note: str = "", *, chosen: bool = True) -> Shown:
        """Return what is shown when these statements come next."""
        told = ids(statements)
        answers = self.chosen | told if chosen else self.chosen
        return Shown(tuple(statements), tuple(statements), self.seen | told, self.ever | told, answers, note)


def ids(statements: Sequence[Statement]) -> frozenset[str]:
    """Return the ids of the sentences that some statements cite."""
    return frozenset(s.sentence_id for statement in statements for s in (statement.sentence, *statement.also))
