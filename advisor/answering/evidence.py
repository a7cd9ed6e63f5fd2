"""A query and its hits → the sentences of the hits, scored by how well each answers."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from advisor.abbreviations import abbreviation_meant, abbreviations
from advisor.answering.checks.cues import pole_places
from advisor.answering.defining import FIRST, defines, thing_asked
from advisor.answering.demand import said
from advisor.answering.expected import expected_in, holds
from advisor.answering.matching import content_words, match_sentences, weighted
from advisor.answering.ranking import end_asked
from advisor.embedding import Vectors
from advisor.records import Hit, Sentence
from advisor.retrieval.understanding import Query
from advisor.store.vectors import SENTENCES
from advisor.store.versions import Store
from advisor.text import STOP_WORDS, terms

WEIGHTS: Mapping[str, float] = {
    "words": 0.25,
    "said": 1.25,
    "around": 0.2,
    "similarity": 0.4,
    "passage": 0.15,
    "typed": 0.1,
    "opens": 0.5,
    "under": 0.3,
    "spelt_out": 0.6,
    "defines": 0.3,
    "unfinished": -0.25,
    "elsewhere": -0.1,
    "off_subject": -0.3,
    "opposed": -0.4,
    "compares": -0.2,
}
"""What each signal of a sentence counts, see `Evidence`. Rounded from what `benchmarks/fit_evidence.py` finds on
development questions; numbered parts, abbreviations, definitions, borders and documents ("opens", "under",
"spelt_out", "defines", "off_subject", "opposed", "compares"), which few questions name, are set by hand: as much as it
takes to go first or last. So are "unfinished" and "elsewhere", for readers: such sentences say little by themselves."""

STANDS_IN = (1 - WEIGHTS["words"]) / WEIGHTS["said"]
"""What of "words" stands for "said" where there is none: "words" alone then counts 1."""

FOCUS = 3.0
"""How much more a term of the last question counts than one that it was put behind."""

_SIGNPOST = re.compile(
    r"\b(?:this|the (?:following|next|present|previous)) (?:chapter|section|part|report|annex|table|figure)\b|"
    r"\bnot repeated here\b|"
    r"\bit also (?:describes|presents)\b|"
    r"\b(?:described|presented|shown|listed) (?:below|above|in the (?:graph|table|figure))",
    re.IGNORECASE,
)
"""Sentences that say where something is said, instead of saying it."""

_SEVERAL = re.compile(r"(?:[\d.]+ )?[^\W\d_]* ?[^\W_]*\d[^\W_]*(?:, | and | or | to | & ?)(?:[^\W\d_]+ )?[A-Z]?\d")
"""Several numbered parts at the beginning of a text."""

_IN = re.compile(
    r"\b(?:in|within|inside)\s+(?:(?:and|or)\s+(?:outside|beyond)\s+)?(?:the\s+)?([A-Z][\w-]+)", re.IGNORECASE
)
_OUT = re.compile(r"\b(?:outside(?: of)?|beyond|out of)\s+(?:the\s+)?([A-Z][\w-]+)", re.IGNORECASE)
"""Where something is, or is not, by the word behind."""

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


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence of a hit.

    Attributes:
        score: how well it answers, the weighted sum of its signals; comparable within one question, where a tenth is a
            clear difference.
        vector: its unit vector.
        signals: "words", how well the question's words are met in it and its headings, by late interaction, 0 to 1;
            "said", how well it says what is asked, see `advisor.answering.demand`, and `STANDS_IN` where another model
            built the store; "around", in it and its neighbours; "similarity", its cosine with the question; "passage",
            the score of its passage, from 0 for the best to -1 for the last; and as 0 or 1: "typed", it holds a value
            of the kind that is asked for; "opens" with the part that the question names alone ("R9 …"), or stands
            "under" it; "spelt_out", it has the long form of the abbreviation that is asked for; "defines", it says
            what the thing that is asked for is ("What is …?"); "unfinished", it is no whole statement; "elsewhere", it
            asks, or says where something is said; "off_subject", it does not stand under that part, where some do, or
            does not even speak of it; "opposed", it and its headings are about what lies outside of where the question
            asks, or inside ("in Europe"), or it gives drawbacks where advantages are asked for, or what is named least
            where the question is after what is named most, or the other way round; "compares", it sets documents
            against each other where advice or steps are asked for.
    """

    sentence: Sentence
    hit: Hit
    score: float
    vector: Vectors
    signals: Mapping[str, float]

    @property
    def on_subject(self) -> bool:
        """Whether it speaks of the numbered part that the question names, or stands under it; true if none is."""
        return not self.signals["off_subject"]

    @property
    def is_whole(self) -> bool:
        """Whether it is a whole statement; false for fragments that the layout could not join."""
        return not self.signals["unfinished"]


def rarity(store: Store, query_terms: Sequence[str]) -> dict[str, float]:
    """Return the inverse document frequency of each term over passages: ln(1 + n / (1 + df)); highest if unknown."""
    n = store.library.counts().passages
    return {term: math.log(1 + n / (1 + df)) for term, df in store.library.document_frequency(query_terms).items()}


def gather(
    store: Store, query: Query, hits: Sequence[Hit], *, vectors: Mapping[str, Vectors] | None = None
) -> list[Evidence]:
    """Return the sentences of the hits as evidence, best first; captions and source lines are left out.

    `vectors` are those of the sentences that count, where they have been read; by default they are read.
    """
    weights = {
        term: weight * (FOCUS if term in query.focus else 1) for term, weight in rarity(store, query.terms).items()
    }
    words = content_words(query, weights)
    held = store.library.passage_tokens([hit.passage.passage_id for hit in hits])
    met = {match.sentence.sentence_id: match for match in match_sentences(query, words, hits, held)}
    says = said(store, query, words, hits, held)
    telling = [hit for hit in hits if not _lists_contents(hit) and not _is_form(hit, query)]
    sentences = [(s, hit) for hit in telling for s in hit.passage.sentences if is_evidence(s)]
    if vectors is None:
        vectors = store.vectors.vectors(SENTENCES, [s.sentence_id for s, _ in sentences])
    sentences = [(s, hit) for s, hit in sentences if s.sentence_id in vectors]
    best = max((hit.score for hit in hits), default=1.0)
    spread = best - min((hit.score for hit in hits), default=0.0) or 1.0
    named = [" ".join(phrase) for phrase in query.references]
    has_section = any(_stands_under(hit, named) for hit in hits)
    expected, where, worth = expected_in(query.focused), _where(query.focused), _worth(query.focused)
    end = end_asked(query.focused)
    thing = thing_asked(query.focused)
    meant = abbreviation_meant(query.focused)
    shorts = query.shorts or ((meant,) if meant else ())
    found = []
    for sentence, hit in sentences:
        vector, match = vectors[sentence.sentence_id], met.get(sentence.sentence_id)
        opens = opens_with(sentence.text, named) and not _SEVERAL.match(sentence.text)
        under = _stands_under(hit, named)
        words_met = weighted(match.headed, words) if match else 0.0
        signals = {
            "words": words_met,
            "said": says.get(sentence.sentence_id, STANDS_IN * words_met),
            "around": weighted(match.around, words) if match else 0.0,
            "similarity": float(np.dot(vector, query.vector)),
            "passage": (hit.score - best) / spread,
            "typed": float(bool(expected) and holds(expected, sentence.text, query.focused)),
            "opens": float(opens),
            "under": float(under),
            "spelt_out": float(bool(spelt_out(sentence.text, shorts))),
            "defines": float(bool(thing) and _is_definition(sentence, thing, hit)),
            "unfinished": float(not _is_whole(sentence)),
            "elsewhere": float(_points_elsewhere(sentence)),
            "opposed": float(
                _is_opposed(where, " ".join([*hit.passage.section[-2:], sentence.text]))
                or _is_of_other_worth(worth, sentence, hit)
                or (end and end_asked(sentence.text) == -end)
            ),
            "compares": float(query.kind in ("advice", "how-to") and _compares(sentence.text)),
            "off_subject": float(bool(named) and not under and (has_section or not _speaks_of(sentence, hit, named))),
        }
        score = sum(weight * signals[name] for name, weight in WEIGHTS.items())
        found.append(Evidence(sentence, hit, score, vector, signals))
    return sorted(found, key=lambda evidence: (-evidence.score, evidence.sentence.sentence_id))


def spelt_out(text: str, shorts: Sequence[str]) -> list[str]:
    """Return which of some abbreviations a text spells out."""
    return [short for short, _ in abbreviations(text) if short in shorts] if shorts else []


def _is_definition(sentence: Sentence, thing: str, hit: Hit) -> bool:
    place = next((i for i, one in enumerate(hit.passage.sentences) if one == sentence), FIRST)
    return defines(sentence, thing, hit.passage.section, place=place)


def is_evidence(sentence: Sentence) -> bool:
    """Leave out captions, source notes and single words; a caption that leads a table is the name of its rows."""
    if sentence.kind == "text" and len(sentence.text.split()) < 2 and sentence.text.isascii():
        # An address, or what is left of a broken line; scripts without spaces have whole sentences without one.
        return False
    if _FORM.search(sentence.text) or _LINKED.search(sentence.text):
        return False
    return sentence.kind == "lead" or not _NOT_EVIDENCE.match(sentence.text)


def _is_form(hit: Hit, query: Query) -> bool:
    """Tell whether a passage is of a form to fill in, which the question does not ask about."""
    is_form = any(_FORM_SECTION.match(heading) for heading in hit.passage.section)
    return is_form and not _ABOUT_FORMS & set(query.terms)


def _lists_contents(hit: Hit) -> bool:
    return any(_CONTENTS.match(heading) for heading in hit.passage.section[-1:])


def opens_with(text: str, phrases: Sequence[str]) -> bool:
    """Tell whether a text begins with a phrase, perhaps behind a number of its own: "1.2 Step 6: find partners"."""
    said = " ".join(terms(text)[:5]) + " "
    openings = (said, re.sub(r"^[\d.]+ ", "", said))
    return any(opening.startswith(f"{phrase} ") for opening in openings for phrase in phrases)


def _stands_under(hit: Hit, phrases: Sequence[str]) -> bool:
    return any(opens_with(heading, phrases) for heading in hit.passage.section)


def _where(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the words that a text says something is only in, and those that it says something is only outside."""
    inside, outside = (frozenset(place.lower() for place in pattern.findall(text)) for pattern in (_IN, _OUT))
    return inside - outside, outside - inside


def _is_opposed(asked: tuple[frozenset[str], frozenset[str]], text: str) -> bool:
    """Tell whether a text is about what is outside of where a question asks, or inside; `asked` as from `_where`."""
    if not any(asked):
        return False
    inside, outside = _where(text)
    return bool(asked[0] & outside or asked[1] & inside)


def _worth(text: str) -> frozenset[int]:
    """Return whether a text speaks of advantages (0), of drawbacks (1), or of both."""
    return frozenset(side for _, _, side in pole_places(text, "worth", "en"))


def _is_of_other_worth(asked: frozenset[int], sentence: Sentence, hit: Hit) -> bool:
    """Tell whether a question asks for drawbacks alone and a sentence gives advantages, by itself or its lead-in."""
    if len(asked) != 1:
        return False
    lead = next((s.text for s in hit.passage.sentences if s.group == sentence.group and s.kind == "lead"), "")
    told = _worth(f"{lead} {sentence.text}")
    return len(told) == 1 and told != asked


def _speaks_of(sentence: Sentence, hit: Hit, phrases: Sequence[str]) -> bool:
    said = f" {' '.join(terms(' '.join([sentence.text, *hit.passage.section])))} "
    return any(f" {phrase} " in said for phrase in phrases)


def _is_whole(sentence: Sentence) -> bool:
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


def _compares(text: str) -> bool:
    """Tell whether a sentence sets documents against each other: "the 2012 handbook …, while the 2021 guide …"."""
    return len({mention.lower() for mention in _DOCUMENT.findall(text)}) > 1


def _points_elsewhere(sentence: Sentence) -> bool:
    return sentence.text.endswith("?") or (sentence.kind == "text" and bool(_SIGNPOST.search(sentence.text)))
