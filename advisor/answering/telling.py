"""A sentence or a passage → whether it says something by itself: no caption, no form and no list of contents does."""

from __future__ import annotations

import re
from collections.abc import Sequence

from advisor.records import Hit, Sentence
from advisor.retrieval.understanding import Query
from advisor.text import STOP_WORDS, terms

_SIGNPOST = re.compile(
    r"\b(?:this|the (?:following|next|present|previous)) (?:chapter|section|part|report|annex|table|figure)\b|"
    r"\bnot repeated here\b|"
    r"\bit also (?:describes|presents)\b|"
    r"\b(?:described|presented|shown|listed) (?:below|above|in the (?:graph|table|figure))",
    re.IGNORECASE,
)
"""Sentences that say where something is said, instead of saying it."""

_CONTENTS = re.compile(r"(?:table of )?contents$", re.IGNORECASE)

LONG_WORDS = 60
"""Longer sentences are mostly lines that the layout has run together."""

LEAST_WORDS = 6
_BEGINS = re.compile(r"[“\"'‘(]?(?!(?:How|What|Why|Which|Who|When|Where)\b)[^\W_a-z]")
_ENDS = re.compile(r"[.!?”\")]$")
_TELLS = re.compile(
    r"\b(?:is|are|was|were|has|have|had|can|could|will|would|should|must|may|might|does|did|please)\b", re.IGNORECASE
)
"""A statement whose full stop was left out: what it begins with, how long it is at least, and what it has."""

_NOT_EVIDENCE = re.compile(
    r"^(?:source|sources|rests on|see also|question)\s*:|^(?:figure|table|chart|map)\s+\d+\b|^[^.!?]{1,60}, page \d+$|"
    r"^\(.{10,}\b(?:19|20)\d\d\b",
    re.IGNORECASE,
)

_DOCUMENT = re.compile(
    r"\bthe (?:(?:19|20)\d\d (?:[\w-]+ )?)(?:guide|handbook|study|report|consultation|survey|analysis)\b", re.IGNORECASE
)
"""A document named by its year, beside what it says."""

_FORM_SECTION = re.compile(r"^(?:annex|appendix)\b.*\b(?:survey|questionnaire|form)\b", re.IGNORECASE)
_ABOUT_FORMS = frozenset(terms("survey questionnaire form question asked ask annex appendix"))
"""A form to fill in, whose lines only answer a question about it."""

_LINKED = re.compile(
    r"\b(?:available|accessed|retrieved) (?:at|via|from|on)\b.{0,12}(?:https?:|www\.|\w+\.\w+/)", re.IGNORECASE
)
"""An entry in a list of sources."""

_FORM = re.compile(
    r"^[♣#*] |\bchoose one of the following\b|\bcomment only when\b|\b(?:welcome|thank you for) your participation\b|"
    r"\bplease send an e-?mail\b|"
    r"^(?:\d+[.)]? )?please (?:indicate|choose|select|specify|tick|provide|write|answer|describe|explain|list)\b",
    re.IGNORECASE,
)
"""Lines of a form to fill in."""


def is_evidence(sentence: Sentence) -> bool:
    """Leave out captions, source notes and single words; a caption that leads a table is the name of its rows."""
    if sentence.kind == "text" and len(sentence.text.split()) < 2 and sentence.text.isascii():
        # An address, or what is left of a broken line; scripts without spaces have whole sentences without one.
        return False
    if _FORM.search(sentence.text) or _LINKED.search(sentence.text):
        return False
    return sentence.kind == "lead" or not _NOT_EVIDENCE.match(sentence.text)


def is_form(hit: Hit, query: Query) -> bool:
    """Tell whether a passage is of a form to fill in, which the question does not ask about."""
    stands_in_form = any(_FORM_SECTION.match(heading) for heading in hit.passage.section)
    return stands_in_form and not _ABOUT_FORMS & set(query.terms)


def lists_contents(hit: Hit) -> bool:
    """Tell whether a passage is of a table of contents."""
    return any(_CONTENTS.match(heading) for heading in hit.passage.section[-1:])


def is_whole(sentence: Sentence) -> bool:
    """Tell whether a sentence is a whole statement; items and rows are made whole by what leads them."""
    if sentence.kind != "text":
        return True
    said = sentence.text.split()
    return len(said) <= LONG_WORDS and bool(_ENDS.search(sentence.text) or _lacks_stop_only(sentence.text, said))


def _lacks_stop_only(text: str, said: Sequence[str]) -> bool:
    """Tell whether a text is a statement but for its full stop: "… by e-mail to info@example.org"."""
    if len(said) < LEAST_WORDS or not said[-1][-1].isalnum() or said[-1].lower() in STOP_WORDS:
        return False
    return bool(_BEGINS.match(text) and _TELLS.search(text))


def compares(text: str) -> bool:
    """Tell whether a sentence sets documents against each other: "the 2012 handbook …, while the 2021 guide …"."""
    return len({mention.lower() for mention in _DOCUMENT.findall(text)}) > 1


def points_elsewhere(sentence: Sentence) -> bool:
    """Tell whether a sentence asks, or says where something is said."""
    return sentence.text.endswith("?") or (sentence.kind == "text" and bool(_SIGNPOST.search(sentence.text)))
