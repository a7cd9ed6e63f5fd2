"""A question for a number of things, and evidence → whether a sentence gives it, and which ones may open the answer."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.answering.differences.counted import may_count
from advisor.answering.differences.quantities import quantities
from advisor.answering.differences.wanted import wanted
from advisor.answering.evidence import Evidence
from advisor.answering.tables.conditions import wanted_of_rows
from advisor.retrieval.understanding import Query
from advisor.store.versions import Store
from advisor.text import terms, words

RARE = 0.1
"""Share of the passages up to which a name is in few of them."""


def thing_counted(query: Query) -> str | None:
    """Return the stem of what a question asks the number of, "" where it does not say; None where it asks for none."""
    asked = wanted(query.focused)
    return asked.counted.noun if asked is not None and asked.kind == "count" else None


def is_counted(query: Query, evidence: Sequence[Evidence]) -> bool:
    """Tell whether a question asks for a number of things, and some of the evidence gives it."""
    thing = thing_counted(query)
    return thing is not None and any(thing in _counted(item.sentence.text) for item in evidence)


def is_number_told(store: Store, query: Query, evidence: Sequence[Evidence]) -> bool:
    """Tell whether a question asks for a number of things, and a sentence gives it of just what the question names."""
    thing = thing_counted(query)
    if thing is None:
        return False
    named = wanted_of_rows(query.focused)[0].named or _telling_names(store, query)
    texts = [item.sentence.text for item in evidence if item.sentence.kind != "row"]
    return any(thing in _counted(text) and named <= {*terms(text), *words(text)} for text in texts)


def numbered(store: Store, query: Query, evidence: Sequence[Evidence]) -> list[Evidence]:
    """Return the evidence that gives the number of things that a question asks for; empty where it asks for none.

    What holds the names in it goes before the rest, and its own word for the things before those of other authors.
    """
    thing = thing_counted(query)
    if not thing:
        return []
    exact = [item for item in evidence if thing in _counted(item.sentence.text)]
    alike = [item for item in evidence if any(may_count(thing, other) for other in _counted(item.sentence.text))]
    names = _telling_names(store, query)
    named = ([item for item in each if names <= set(terms(item.sentence.text))] for each in (exact, alike))
    return next(filter(None, (*named, exact, alike)), [])


def _telling_names(store: Store, query: Query) -> set[str]:
    """Return the names in a question that few passages hold: "Japan", but not "European"."""
    held, passages = store.library.document_frequency(query.names), store.library.counts().passages
    return {name for name in query.names if held.get(name, 0) <= RARE * passages}


def _counted(text: str) -> set[str]:
    """Return the stems of what a text gives a number of."""
    return {value.counted.noun for value in quantities(text) if value.kind == "count" and value.counted.noun}
