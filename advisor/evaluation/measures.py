"""A judgment and what a system found or said → measures, as the field names them. Door of ir-measures and RapidFuzz."""

from __future__ import annotations

import re
import string
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence

from advisor.text import figures, names, same_words, stem, terms, words

Qrels = Mapping[str, Mapping[str, int]]
"""Question id → unit → relevance."""

Run = Mapping[str, Mapping[str, float]]
"""Question id → unit → score."""

RANKING = ("Success@1", "Success@5", "Success@10", "RR@10", "nDCG@10", "R@5", "R@10")
"""Success@k, also called hit@k, is 1 where a relevant unit is among the first k."""


def ranking_measures(qrels: Qrels, run: Run, measures: Sequence[str] = RANKING) -> dict[str, dict[str, float]]:
    """Return for each judged question its measures; one without results counts 0.

    Units with the same score are ordered by the outside library: give each its own.
    """
    import ir_measures  # with pandas and scipy behind it, paid only where something is measured

    parsed = [ir_measures.parse_measure(name) for name in measures]
    questions = list(qrels)
    found: dict[str, dict[str, float]] = {question: dict.fromkeys(measures, 0.0) for question in questions}
    # Ids go through C, which reads them up to the first NUL and cannot read all that is text here: numbers stand in.
    numbers: defaultdict[str, str] = defaultdict(lambda: f"u{len(numbers)}")
    judged = {f"q{i}": {numbers[u]: value for u, value in qrels[name].items()} for i, name in enumerate(questions)}
    ranked = {f"q{i}": {numbers[u]: s for u, s in run.get(name, {}).items()} for i, name in enumerate(questions)}
    for value in ir_measures.iter_calc(parsed, judged, ranked):
        found[questions[int(value.query_id[1:])]][str(value.measure)] = float(value.value)
    return found


# --- what an answer says -----------------------------------------------------------------------------------------


def fact_recall(answer: str, facts: Sequence[Sequence[str]]) -> float:
    """Return the share of key facts of which a wording stands in the answer: its words in a row, compared by stem."""
    told = f" {_stems(answer)} "
    return sum(any(f" {_stems(wording)} " in told for wording in fact) for fact in facts) / len(facts)


def _stems(text: str) -> str:
    return " ".join(map(stem, words(text)))


_ARTICLES = re.compile(r"\b(a|an|the)\b")


def squad_tokens(text: str) -> list[str]:
    """Return the tokens that SQuAD compares: lower case, without punctuation and articles, divided at white space.

    Source: the evaluation script of SQuAD 2.0, https://rajpurkar.github.io/SQuAD-explorer/.
    """
    bare = "".join(character for character in text.lower() if character not in string.punctuation)
    return _ARTICLES.sub(" ", bare).split()


def exact_match(answer: str, golds: Sequence[str]) -> float:
    """Return 1 where the answer has the tokens of a gold answer and no others; no gold answer means no answer."""
    given = squad_tokens(answer)
    return float(any(given == squad_tokens(gold) for gold in golds or [""]))


def token_f1(answer: str, golds: Sequence[str]) -> float:
    """Return the best F1 between the tokens of the answer and of a gold answer, as SQuAD counts them.

    Where either is empty it is 1 if both are, else 0.
    """
    return max(_f1(squad_tokens(answer), squad_tokens(gold)) for gold in golds or [""])


def _f1(given: Sequence[str], gold: Sequence[str]) -> float:
    if not given or not gold:
        return float(given == gold)
    return _harmonic((Counter(given) & Counter(gold)).total(), len(given), len(gold))


def rouge_l(answer: str, golds: Sequence[str]) -> float:
    """Return the best ROUGE-L F1 against a gold answer: the longest common subsequence of their stems.

    Source: Lin, ACL 2004 workshop, https://aclanthology.org/W04-1013; with beta = 1.
    """
    from rapidfuzz.distance import LCSseq

    given = list(map(stem, words(answer)))
    golds_stems = [list(map(stem, words(gold))) for gold in golds]
    return max(
        _harmonic(LCSseq.similarity(given, gold), len(given), len(gold)) if given and gold else float(given == gold)
        for gold in golds_stems
    )


def _harmonic(common: int, one: int, other: int) -> float:
    """Return F1 from what two sequences have in common and their lengths: 2c / (a + b)."""
    return 2 * common / (one + other)


# --- what an answer is proved by ---------------------------------------------------------------------------------

BORNE_OUT_FROM = 0.7
"""Share of a sentence's search terms that its quotes must hold, beside all of its figures and names."""


def bears_out(quote: str, sentence: str) -> bool:
    """Tell whether some quoted text says what a sentence says, by its words: all figures and names, and most terms.

    Stands in for the inference model of ALCE, so that the measure needs no model and repeats exactly.
    """
    if same_words(sentence, quote):
        return True
    held = set(terms(quote))
    asked = terms(sentence)
    named = {term for name in names(sentence) for term in terms(name)}
    if not figures(sentence) <= figures(quote) or not named <= held:
        return False
    return not asked or sum(term in held for term in asked) >= BORNE_OUT_FROM * len(asked)


def citation_quality(
    sentences: Sequence[tuple[str, Sequence[str]]], holds: Callable[[str, str], bool] = bears_out
) -> tuple[float, float] | None:
    """Return citation recall and precision of an answer's sentences, each with its quotes; None without sentences.

    Recall is the share of sentences that their quotes together bear out. A citation is precise when its sentence is
    borne out and it is of use: it bears the sentence out alone, or the others do not without it. Precision is the
    share of precise citations, 0 where there are none.
    Source: ALCE, Gao et al., EMNLP 2023, doi:10.18653/v1/2023.emnlp-main.398, section 3.
    """
    if not sentences:
        return None
    recalled = precise = cited = 0
    for sentence, quotes in sentences:
        cited += len(quotes)
        if not quotes or not holds(" ".join(quotes), sentence):
            continue
        recalled += 1
        for i, quote in enumerate(quotes):
            others = " ".join((*quotes[:i], *quotes[i + 1 :]))
            precise += holds(quote, sentence) or not holds(others, sentence)
    return recalled / len(sentences), precise / cited if cited else 0.0


# --- spans -------------------------------------------------------------------------------------------------------

Span = tuple[str, int, int]
"""Name of a text, start and end in it."""


def span_measures(gold: Sequence[Span], found: Sequence[Span]) -> dict[str, float]:
    """Return recall, precision and IoU of retrieved characters against those of the gold spans.

    Precision and IoU count text that was retrieved twice twice, so that overlap between chunks costs.
    Source: Smith and Troynikov, "Evaluating Chunking Strategies for Retrieval", Chroma 2024; characters here, tokens
    there.
    """
    wanted, read = _merged(gold), _merged(found)
    length, retrieved = (sum(end - start for _, start, end in spans) for spans in (wanted, found))
    common = sum(max(0, min(a[2], b[2]) - max(a[1], b[1])) for a in wanted for b in read if a[0] == b[0])
    return {
        "span recall": common / length,
        "span precision": common / retrieved if retrieved else 0.0,
        "span IoU": common / (length + retrieved - common),
    }


def _merged(spans: Sequence[Span]) -> list[Span]:
    """Return spans that hold the same characters, none of them twice."""
    merged: list[Span] = []
    for name, start, end in sorted(spans):
        if merged and merged[-1][0] == name and start <= merged[-1][2]:
            merged[-1] = (name, merged[-1][1], max(merged[-1][2], end))
        else:
            merged.append((name, start, end))
    return merged
