"""A written sentence and the passages it cites → is it borne out, and by which sentences of them?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np

from advisor.answering.checks.bearing import bearing
from advisor.answering.checks.counting import check_figures
from advisor.answering.checks.cues import has_cues
from advisor.answering.checks.findings import Finding, Reason
from advisor.answering.checks.grounds import Claim, Ground
from advisor.answering.checks.naming import check_names, name_terms
from advisor.answering.checks.polarity import check_polarity
from advisor.embedding import Embedder
from advisor.quantities import quantities
from advisor.records import Support
from advisor.text import STOP_WORDS, same_words, stem, words


@dataclass(frozen=True, slots=True)
class Measure:
    """From which cosine, and from which share of content words held by the source, a sentence counts as borne out."""

    cosine: float
    covered: float


SUPPORTED, PARTIAL = Measure(0.62, 0.7), Measure(0.42, 0.34)
LEAST_COVERED: Mapping[Support, float] = {"supported": 0.4, "partial": 0.3}
"""Share of its content words from which on a sentence keeps its support where no model tells which words are alike.

Of 47 right paraphrases in `tests/advisor/answering/data` none has less.
"""

COPIED = 0.7
"""Share of its words in order from which on a sentence is a copy, in which one other word is no paraphrase."""

SUPPORTED_TRANSLATED, PARTIAL_TRANSLATED = Measure(0.5, 0.75), Measure(0.3, 0.4)
"""A row of English words is less like a sentence than another sentence is: the words themselves must say more."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How far a sentence is borne out, by which sentences, best first, and what is first against it."""

    support: Support
    grounds: tuple[Ground, ...]
    reason: Reason | None = None


def judge(claim: Claim, candidates: Sequence[Ground], embedder: Embedder) -> Verdict:
    """Judge a sentence by the sentences of the passages it cites.

    Figures, names, negations, quantifiers and opposites are checked exactly; what is wrong with one of them makes the
    sentence "unsupported", however alike the rest is. The rest is judged by cosine and by shared content words.
    """
    for ground in candidates:
        if _is_whole(claim, ground):
            return Verdict("verbatim", (ground,))
    chosen = bearing(claim, candidates)
    if not chosen:
        return Verdict("unsupported", (), "meaning")
    findings = [*_findings(claim, chosen, candidates)]
    fatal = next((finding.reason for finding in findings if finding.fatal), None)
    if fatal:
        return Verdict("unsupported", tuple(chosen), fatal)
    doubt = next((finding.reason for finding in findings), None)
    for ground in chosen:
        if same_words(claim.text, ground.sentence.text):
            return Verdict("partial" if doubt else "verbatim", (ground,), doubt)
    similarity, covered = _similarity(claim, chosen, embedder), _covered(claim.weights, chosen)
    full, part = (SUPPORTED_TRANSLATED, PARTIAL_TRANSLATED) if claim.is_translated else (SUPPORTED, PARTIAL)
    if similarity < part.cosine or covered < part.covered:
        return Verdict("unsupported", tuple(chosen), "meaning")
    if similarity < full.cosine or covered < full.covered or _says_more(claim, chosen):
        doubt = doubt or "meaning"
    return Verdict("partial" if doubt else "supported", tuple(chosen), doubt)


def objection(claim: Claim, support: Support, cited: Sequence[Ground], candidates: Sequence[Ground]) -> Reason | None:
    """Return what is against the support that a sentence was once judged to have; None where nothing is.

    No model is needed for it: vectors are not looked at. `cited` are the sentences that it cites, the best first, as a
    verdict names them. It rests on all or on the first of them: those that bear it out once more stand behind.
    """
    if any(_is_whole(claim, ground) for ground in cited):
        return None
    found = [_against(claim, support, cited[:count], candidates) for count in range(1, len(cited) + 1)]
    return None if None in found else next(iter(found), "meaning")


def _against(claim: Claim, support: Support, chosen: Sequence[Ground], candidates: Sequence[Ground]) -> Reason | None:
    fatal = next((finding.reason for finding in _findings(claim, chosen, candidates) if finding.fatal), None)
    lacks = _covered(claim.weights, chosen) < LEAST_COVERED.get(support, 0)
    return fatal or ("meaning" if lacks or any(_has_exchanged(claim, ground) for ground in chosen) else None)


def _has_exchanged(claim: Claim, ground: Ground) -> bool:
    """Tell whether a sentence copies one of the source but for a word that means nothing there: "signed lawsuits"."""
    ours, theirs = ([stem(word) for word in words(t) if word not in STOP_WORDS] for t in (claim.text, ground.text))
    parts = SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes()
    same = sum(end - start for kind, start, end, _, _ in parts if kind == "equal")
    exchanged = [ours[i] for kind, i, end, j, last in parts if kind == "replace" and end - i == last - j == 1]
    return same >= COPIED * len(ours) and any(claim.weights.get(word) == 0 for word in exchanged)


def _is_whole(claim: Claim, ground: Ground) -> bool:
    """Tell whether a sentence is one of the source, word for word; "65 %" and "65" differ by no word."""
    told, held = ([(q.value, q.unit) for q in quantities(t)] for t in (claim.text, ground.sentence.text))
    one, other = claim.text, ground.sentence.text
    return told == held and same_words(one, other) and same_words(other, one)


def _findings(claim: Claim, chosen: Sequence[Ground], candidates: Sequence[Ground]) -> Iterator[Finding]:
    yield from check_figures(claim, chosen, candidates, name_terms(candidates))
    yield from check_names(claim, chosen, candidates)
    yield from check_polarity(claim, chosen)
    if not has_cues(claim.language):
        yield Finding("language", fatal=False)


def _similarity(claim: Claim, chosen: Sequence[Ground], embedder: Embedder) -> float:
    """Return the cosine with the best of the sentences, or with all of them together."""
    vectors = [ground.vector for ground in chosen]
    if len(chosen) > 1:
        vectors.append(embedder.embed([" ".join(ground.text for ground in chosen)])[0])
    return max(float(np.dot(claim.vector, vector)) for vector in vectors)


def _says_more(claim: Claim, chosen: Sequence[Ground]) -> bool:
    """Tell whether one of several statements of a sentence is hardly said by the sentences it rests on."""
    parts = [{meant.term: meant.weight for meant in claim.words_of(s.text)} for s in claim.statements]
    return any(len(part) > 1 and _covered(part, chosen) < PARTIAL.covered for part in parts)


def _covered(weights: Mapping[str, float], chosen: Sequence[Ground]) -> float:
    """Return the share of some content words that sentences hold, 1 where there are none."""
    held = frozenset().union(*(ground.known for ground in chosen))
    if not weights:
        return 1.0
    near = sum(weight if term in held or weight < 1 else 0.0 for term, weight in weights.items())
    return near / len(weights)
