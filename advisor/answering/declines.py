"""A question that is not answered → why, in words, and questions near it that the documents do answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Literal

from advisor.answering.evidence import Evidence
from advisor.answering.expected import Expected, expected_in, holds
from advisor.answering.premises import Known
from advisor.answering.sufficiency import Signals
from advisor.answering.tables.conditions import names_in
from advisor.answering.tables.countries import is_known
from advisor.answering.talk.headings import question_of
from advisor.answering.talk.replies import say, titles_of
from advisor.records import Hit
from advisor.retrieval.references import LABELS
from advisor.retrieval.understanding import Query
from advisor.store.library import Library
from advisor.text import STOP_WORDS, names, stem, terms, words

_A_NAME = re.compile(r"(?!\w+(?:ish|ese|ian|ean|can|tch)\b)[^\W\d_a-z][^\W\d_A-Z]{3,}")

NEAREST = 3
"""How many statements are shown."""

WORDS = 3
"""How many unknown words are named."""

SUGGESTIONS, TRIED = 2, 4
"""How many questions are suggested, and how many are tried for it."""

COMPUTING_FROM = 0.5
"""Value of the signal `computing` or `computers` from which a question is taken to be about groups of computers."""


def nearest(evidence: Sequence[Evidence]) -> list[Evidence]:
    """Return the statements that come nearest: whole ones that say something by themselves, where there are any."""
    telling = [item for item in evidence if item.is_whole and item.sentence.kind != "lead"]
    return (telling or list(evidence))[:NEAREST]


def why(
    library: Library,
    query: Query,
    signals: Signals,
    evidence: Sequence[Evidence],
    sure: Known,
    lacking: Expected | Literal["row"] = "",
) -> str:
    """Return in words, in the language of the question, what it is that the documents lack; "" where nobody can say.

    `lacking` is the kind of value that is known to be lacking, or a row of a table.
    """
    if query.left_out:
        named = [library.document(document_id) for document_id in query.left_out]
        return say("left_out", query.language, titles=titles_of(named, query.language))
    if missing := sure.missing:
        last, part = (_part(missing.label, number) for number in (missing.last, missing.number))
        return say("no_part", query.language, last=last, part=part)
    if sure.unexplained:
        return say("no_long_form", query.language, words=_quoted(sure.unexplained))
    if max(signals.computing, signals.computers) >= COMPUTING_FROM:
        return say("computing", query.language)
    if unknown := _unknown(library, query):
        return say("no_words", query.language, words=_quoted(unknown))
    if lacking:
        return say(f"no_{lacking}", query.language)
    expected = expected_in(query.focused)
    if expected and not any(holds(expected, item.sentence.text, query.focused) for item in nearest(evidence)):
        return say(f"no_{expected}", query.language)
    return ""


def unspoken(library: Library, query: Query) -> str:
    """Return in words which names in a question no document holds, beside an answer that cannot speak of them.

    "" where they hold all. Words for people and languages ("British"), parts of the world and abbreviations are left
    out: the documents may say them otherwise.
    """
    known = names(query.focused)
    placed = {word for name in names_in(query.focused) if is_known(name) for word in words(name)}
    lost = [word for word in _unknown(library, query) if word.lower() in known - placed and _A_NAME.fullmatch(word)]
    return say("no_words", query.language, words=_quoted(lost)) if lost and query.language == "en" else ""


def suggestions(hits: Sequence[Hit], asked: str, is_answered: Callable[[str], bool]) -> list[str]:
    """Return questions made of the headings of the nearest passages that `is_answered` says are answered."""
    titles = {hit.document.title for hit in hits}
    headings = dict.fromkeys(h for hit in hits for h in hit.passage.section[::-1] if h not in titles)
    made = [question[1] for question in map(question_of, headings) if question]
    found: list[str] = []
    for text in [text for text in made if set(terms(text)) != set(terms(asked))][:TRIED]:
        if len(found) < SUGGESTIONS and is_answered(text):
            found.append(text)
    return found


def _quoted(words: Sequence[str]) -> str:
    return ", ".join(f"“{word}”" for word in words)


def _part(label: str, number: int) -> str:
    """Return a numbered part as people write it: "step 12", "R14"."""
    word = next((word for word in LABELS if stem(word) == label), "")
    return f"{word} {number}" if word else f"{label.upper()}{number}"


def _unknown(library: Library, query: Query) -> list[str]:
    """Return the words of the question, and those without English, that no document holds."""
    said = re.sub(
        r"\bhow (?:long|many|much|often|far|big|large|old|good|high)\b", " ", query.focused, flags=re.IGNORECASE
    )
    asked = [word for word in re.findall(r"[^\W_]+", said) if word.lower() not in STOP_WORDS]
    held = library.document_frequency([term for word in asked for term in terms(word)])
    lost = [word for word in asked if terms(word) and not any(held[term] for term in terms(word))]
    return list(dict.fromkeys([*lost, *query.unknown]))[:WORDS]
