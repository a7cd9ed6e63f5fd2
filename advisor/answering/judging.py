"""A query and what was found for it → whether it is answered, how likely that is right, and what is said of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from advisor.answering.abstention import DOUBTFUL, Judgement, Verdict, judge
from advisor.answering.declines import unspoken, why
from advisor.answering.evidence import Evidence
from advisor.answering.expected import untold
from advisor.answering.premises import Known, known
from advisor.answering.sufficiency import Signals, measure
from advisor.answering.tables.lookup import has_rows_asked
from advisor.records import Hit
from advisor.retrieval.understanding import Query
from advisor.store.versions import Store


@dataclass(frozen=True, slots=True)
class Judged:
    """What is thought of a question.

    Attributes:
        confidence: probability that the documents answer it.
        note: what they lack, in the language of the question; "" where nobody can say.
    """

    verdict: Verdict
    confidence: float
    note: str

    @property
    def is_answered(self) -> bool:
        """Tell whether it is answered."""
        return self.verdict == "answered"


def judged(
    store: Store, query: Query, hits: Sequence[Hit], evidence: Sequence[Evidence], told: Sequence[str]
) -> Judged:
    """Judge a question by its hits, by the evidence in them, and by the sentences that its answer is made of."""
    has_rows = has_rows_asked(store, query, evidence)
    lacking = "row" if has_rows is False else "" if has_rows else untold(query.focused, told)
    signals, sure, found = _judged(store, query, hits, lacks=not evidence or bool(lacking), has=bool(has_rows))
    if found.verdict != "answered":
        return Judged(found.verdict, found.confidence, why(store.library, query, signals, evidence, sure, lacking))
    lost = unspoken(store.library, query)
    return Judged(found.verdict, min(found.confidence, DOUBTFUL) if lost else found.confidence, lost)


def seems_answered(store: Store, query: Query, hits: Sequence[Hit]) -> bool:
    """Tell whether a question is answered, as far as its hits tell."""
    return _judged(store, query, hits)[2].verdict == "answered"


def _judged(
    store: Store, query: Query, hits: Sequence[Hit], *, lacks: bool = False, has: bool = False
) -> tuple[Signals, Known, Judgement]:
    signals, sure = measure(store, query, hits), known(store.library, query)
    return signals, sure, judge(signals, lacks=sure.lacks or lacks, has=sure.has or has)
