"""A query and its hits → signals of whether the corpus is about what is asked, and whether it says it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from advisor.answering.checks.cues import read_cues
from advisor.answering.computing import about_computers, computing_words
from advisor.answering.demand import said
from advisor.answering.evidence import rarity
from advisor.answering.expected import Expected, expected_in, holds, places
from advisor.answering.matching import Match, Word, content_words, match_sentences, per_word, weighted
from advisor.embedding import Vectors
from advisor.quantities import quantities
from advisor.records import Hit
from advisor.retrieval.late import best_matches
from advisor.retrieval.references import references
from advisor.retrieval.understanding import Query
from advisor.store.versions import Store
from advisor.text import terms

FIRST = 8
"""Hits that are looked at; most signals look at fewer."""

WINDOW = 11
"""Tokens before and behind a value in which the words of the question should stand."""

USUAL = 0.6
"""What stands for how near words and value are where a question asks for no figure or date."""

MOST_NEW = 6
MOST_FIGURES = 3

USUAL_ANSWERING = 0.43
"""How well question words are met on average: what stands for it where a question has none."""

SENTENCES_WEIGHED = 12
SHARPNESS = 10.0
"""Sentences that are looked at for the question words, and how much faster than the content words are met in one it
counts: by a tenth less, by a factor of e."""

_ASKING = re.compile(r"\b(?:how many|how much|how long|how often|which|what|who|whose|where|when|why)\b", re.IGNORECASE)
_PRESUPPOSING = re.compile(
    r"(?:^|[.?!,;:]\s+)(?:and |but |so )?(?:why|how come|what made|how did .{3,80} manage)\b|"
    r"(?:^|[.?!;:]\s+)(?:given that|considering that|now that|since (?!when)|because|although|despite|as (?=.{10,}, ))",
    re.IGNORECASE,
)
_QUESTION_WORDS = frozenset("who whom whose when where why how which what many much long".split())
_NEW = re.compile(r"\b[A-Z][\w&-]+|\d[\d.,]*")


@dataclass(frozen=True, slots=True)
class Signals:
    """What the confidence is made of: cosines and shares, each from 0 to 1.

    The first seven say whether a question is about what the corpus is about (scope), the others whether the corpus
    says what is asked (sufficiency). "Met" is the mean best cosine of the tokens of the question's content words,
    weighted by rarity.

    Attributes:
        passage: best cosine of the question with a passage.
        late: best late interaction with a passage.
        words: how well the words are met in one of the first three passages.
        coverage: share of the terms, weighted by rarity, in one of the first three passages.
        unknown: share of the terms, weighted by rarity, that the corpus does not hold; words without English count.
        computing: words of computing clusters in it, of two; those that have other meanings too count half.
        computers: probability that it is about such clusters, by its vector and these words; it takes its share from
            whatever the six before say. 0 where another model built the store.
        said: how well the best sentence says what is asked, by a reading of the question that was fitted for this
            alone, see `advisor.answering.demand`; 0 where there is none, as another model built the store.
        typed: how well the words are met in the best sentence with a value of the kind that is asked for.
        drop: how much better they are met in the best sentence of any kind.
        near: how well they are met around such a value; `USUAL` where no figure or date is asked for.
        answering: how well the question words ("how many", "who") are met in the sentences that meet the others best:
            in the model's eyes they are like the words that answer them; `USUAL_ANSWERING` where there are none.
        asked: how well the first two words behind the question word are met next to a sentence of the passages that
            are about the names in the question.
        new: names and figures of the best sentence that the question does not hold, of six.
        presupposes: 1 where the question takes something for granted: it asks why it is so, or builds on it.
        negated: 1 where it says no.
        figures: figures in it, of three.
        other_part: 1 where it names a numbered part, and the best sentences speak of another of that kind.
    """

    passage: float = 0.0
    late: float = 0.0
    words: float = 0.0
    coverage: float = 0.0
    unknown: float = 1.0
    computing: float = 0.0
    computers: float = 0.0
    said: float = 0.0
    typed: float = 0.0
    drop: float = 0.0
    near: float = USUAL
    answering: float = USUAL_ANSWERING
    asked: float = 0.0
    new: float = 0.0
    presupposes: float = 0.0
    negated: float = 0.0
    figures: float = 0.0
    other_part: float = 0.0

    def __post_init__(self) -> None:
        for field in fields(self):
            # Cosines of rounded vectors may leave the range by a hundredth, and those of strangers fall below 0.
            object.__setattr__(self, field.name, min(max(float(getattr(self, field.name)), 0.0), 1.0))

    def to_dict(self) -> dict[str, float]:
        """Return the signals by name."""
        return {field.name: float(getattr(self, field.name)) for field in fields(self)}


def measure(store: Store, query: Query, hits: Sequence[Hit]) -> Signals:
    """Measure the signals for one question."""
    weights = rarity(store, query.terms)
    unknown = _unknown(store, query, weights)
    computing = computing_words(query.text)
    computers = about_computers(store, query.vector, computing)
    if not hits:
        return Signals(unknown=unknown, computing=computing, computers=computers)
    hits = hits[:FIRST]
    held = store.library.passage_tokens([hit.passage.passage_id for hit in hits])
    best = best_matches(query.tokens.vectors, held)
    late = max(float(np.mean(found)) if len(found) else 0.0 for found in best.values())
    terms_of = [set(terms(f"{_headings(hit)} {hit.passage.text}")) for hit in hits[:3]]
    total = sum(weights.values())
    covered = [sum(w for term, w in weights.items() if term in has) / total if total else 0.0 for has in terms_of]
    scope = {
        "passage": max(hit.similarity for hit in hits),
        "late": late,
        "coverage": max(covered),
        "unknown": unknown,
        "computing": computing,
        "computers": computers,
    }
    words = content_words(query, weights)
    if not words or late == 0.0:
        return Signals(**scope)
    met = np.stack([per_word(best[hit.passage.passage_id][None, :], words) for hit in hits])
    sentences = list(match_sentences(query, words, hits, held))
    return Signals(
        **scope,
        words=max(weighted(each, words) for each in met[:3]),
        said=max(said(store, query, words, hits, held).values(), default=0.0),
        **_of_sentences(query, hits, sentences, words, met),
    )


def _unknown(store: Store, query: Query, weights: Mapping[str, float]) -> float:
    """Return the share of unknown terms; a word that could not be put into English weighs as much as the rarest."""
    frequency = store.library.document_frequency(query.terms)
    lost = max(weights.values(), default=1.0) * len(query.unknown)
    total = sum(weights.values()) + lost
    return (lost + sum(w for term, w in weights.items() if not frequency[term])) / total if total else 1.0


def _headings(hit: Hit) -> str:
    return f"{hit.document.title} {' '.join(hit.passage.section)}"


def _of_sentences(
    query: Query,
    hits: Sequence[Hit],
    sentences: Sequence[Match],
    words: Sequence[Word],
    met: Vectors,
) -> dict[str, float]:
    """Return the signals that look at sentences."""
    if not sentences:
        return {}
    question = query.focused
    expected = expected_in(question)
    first = [(weighted(s.headed, words), s) for s in sentences if s.hit.rank <= 5]
    if not first:  # all that the first hits say was screened out
        return {}
    scored = sorted(first, key=lambda item: -item[0])
    best, top = scored[0]
    typed = max((score for score, s in scored if holds(expected, s.sentence.text, question)), default=0.0)
    names = np.array([word.is_name for word in words])
    names = names & ~names.all()
    asked = _asked(query, words)
    about = met[:, names].mean(axis=1) if names.any() else np.ones(len(met))
    on_subject = {hit.rank for hit, likely in zip(hits, about, strict=True) if likely >= about.max() - 0.05}
    told = " ".join(s.sentence.text for _, s in scored[:3])
    headings = " ".join(_headings(hit) + " " + hit.document.file for hit in hits[:3])
    parts = [reference for reference in references(question) if len(reference) == 2]
    spoken = set(references(f"{told} {headings}"))
    new = [found for found in _NEW.findall(top.sentence.text) if found.lower() not in question.lower()]
    return {
        "typed": typed,
        "drop": best - typed if expected else 0.0,
        "near": _near(expected, sentences, words, ~names, asked, dict(zip((h.rank for h in hits), about, strict=True))),
        "answering": _answering(query, scored),
        "asked": max((float(s.around[asked].mean()) for s in sentences if s.hit.rank in on_subject), default=0.0),
        "new": min(len(new), MOST_NEW) / MOST_NEW,
        "presupposes": float(bool(_PRESUPPOSING.search(question.strip()))),
        "negated": float(read_cues(question).negated),
        "figures": min(sum(q.unit != "one" for q in quantities(question)), MOST_FIGURES) / MOST_FIGURES,
        "other_part": float(any(_speaks_of_other(part, spoken) for part in parts)),
    }


def _answering(query: Query, scored: Sequence[tuple[float, Match]]) -> float:
    """Return the mean best cosine of the question words, over sentences that count by how well they meet the others."""
    spans = [query.searched[start:end].lower() for start, end in query.tokens.spans]
    columns = [i for i, word in enumerate(spans) if word in _QUESTION_WORDS]
    if not columns:
        return USUAL_ANSWERING
    kept = [(score, match.tokens.max(axis=0)[columns].mean()) for score, match in scored[:SENTENCES_WEIGHED]]
    scores, met = np.array(kept).T
    return float(np.average(met, weights=np.exp(SHARPNESS * (scores - scores.max()))))


def _asked(query: Query, words: Sequence[Word]) -> list[int]:
    """Return which are the first two words behind the question word, or the rarest where there is none."""
    found = list(_ASKING.finditer(query.searched))
    if found:
        behind = found[0] if query.searched.count("?") > 1 else found[-1]
        asked = [i for i, word in enumerate(words) if word.start >= behind.end()][:2]
        if asked:
            return asked
    return [int(np.argmax([word.rarity for word in words]))]


def _speaks_of_other(part: tuple[str, ...], spoken: set[tuple[str, ...]]) -> bool:
    """Tell whether a numbered part is not spoken of, but another of its kind is; a code such as R9 stands by itself."""
    if part in spoken or part[1:] in spoken:
        return False
    return any(other[0] == part[0] for other in spoken if len(other) == 2)


def _near(
    expected: Expected,
    sentences: Sequence[Match],
    words: Sequence[Word],
    plain: npt.NDArray[np.bool_],
    asked: Sequence[int],
    about: Mapping[int, float],
) -> float:
    """Return how well the words that are no names are met around a figure or a date of the kind that is asked for.

    Tokens are taken to be as long as each other: the store keeps whose they are, not where they stand.
    """
    if expected not in ("money", "share", "duration", "count", "date"):
        return USUAL
    rarities = np.array([word.rarity for word in words])
    most = max(about.values())
    found = [0.2]
    for match in sentences:
        text, count = match.sentence.text, len(match.tokens)
        for start, _ in places(expected, text):
            at = int(start / max(len(text), 1) * count)
            rows = match.tokens[max(0, at - WINDOW + 1) : at + WINDOW + 1]
            if not len(rows):
                continue
            met = per_word(rows, words)
            among = float((met * rarities)[plain].sum() / rarities[plain].sum())
            found.append((among + float(met[list(asked)].mean())) / 2 + 0.3 * (about[match.hit.rank] - most))
    return max(found)
