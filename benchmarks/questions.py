"""Names of development sets → their questions with what searches their documents, and which sentences answer them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from advisor.embedding import Embedder
from advisor.evaluation.corpora import open_corpus
from advisor.evaluation.datasets import Evidence, PdfCorpus, Question, QuestionSet, read_sets
from advisor.records import Sentence
from advisor.retrieval.retriever import Retriever
from advisor.store.versions import open_store
from advisor.text import words

HERE = Path(__file__).parent
BRIEFS = HERE / "cluster-capacity" / "dev.jsonl"
"""The set whose first corpus is that of sets which name no documents: the shipped one."""


def sets_at_hand(
    names: Sequence[str], embedder: Embedder, *, folders: Sequence[Path], cache: Path
) -> Iterator[tuple[str, QuestionSet, Retriever]]:
    """Yield each set, in each of its views, with its name and what searches its documents; say what is left out.

    Sets about the same documents come with the same retriever.
    """
    retrievers: dict[str, Retriever] = {}
    briefs = read_sets(BRIEFS)[0].corpus
    for name in names:
        for each in read_sets(HERE / name):
            corpus = briefs if isinstance(each.corpus, PdfCorpus) and not each.corpus.files else each.corpus
            assert corpus is not None, "these sets are about documents"
            searched = open_corpus(corpus, embedder=embedder, cache=cache, folders=folders)
            if searched is None:
                print(f"left out: {each.name}, whose documents are not at hand")
                continue
            if searched.sha256 not in retrievers:
                retrievers[searched.sha256] = Retriever(open_store(searched.store), embedder)
            yield name, each, retrievers[searched.sha256]


def group_of(question: Question, name: str) -> str:
    """Return what the questions of a pair, and both views of a question, have in common."""
    return f"{name}/{question.id.removesuffix('-twin')}"


def answers(sentence: Sentence, file: str, question: Question) -> bool:
    """Tell whether a sentence of a file stands at a place of the question's evidence."""
    return bool(places_in(sentence, file, question))


def places_in(sentence: Sentence, file: str, question: Question) -> list[int]:
    """Return which places of the question's evidence, from 0, a sentence of a file stands at."""
    return [i for i, place in enumerate(question.evidence) if place.document == file and _stands_at(sentence, place)]


def _stands_at(sentence: Sentence, place: Evidence) -> bool:
    """Tell whether a sentence is on the page of a place and has its words, or lies for the most part in its span."""
    if place.page not in {span.page for span in sentence.spans}:
        return False
    if place.span is None:
        return _words(place.phrase) <= _words(sentence.text)
    start, end = place.span
    shared = sum(max(0, min(end, span.end) - max(start, span.start)) for span in sentence.spans)
    return 2 * shared > sum(span.end - span.start for span in sentence.spans)


@lru_cache(maxsize=100_000)
def _words(text: str) -> frozenset[str]:
    return frozenset(words(text))
