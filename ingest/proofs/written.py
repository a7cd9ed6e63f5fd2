"""A sentence that a chat model wrote and the quotes it cites → what is against it, by the checks it was written under.

What a model told then, which other words mean the same, is left out: the rest is exact and needs none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from advisor.answering.checks.findings import Reason
from advisor.answering.checks.grounds import Claim, Ground, grounds
from advisor.answering.checks.support import objection
from advisor.answering.checks.vocabulary import Vocabulary
from advisor.quantities import values
from advisor.records import Document, Passage, Sentence, Span
from advisor.retrieval.languages import recognise
from advisor.text import clean, names, stem, words
from ingest.proofs.answers import Record
from ingest.proofs.sources import Sources

PROBLEMS: Mapping[Reason, str] = {
    "figure": "has a figure that its quotes give of something else, or otherwise",
    "name": "says of a name what its quotes do not say of it",
    "negation": "says no where its quotes do not, or the other way round",
    "quantifier": "says of more or fewer what its quotes say",
    "direction": "turns round what its quotes say",
    "meaning": "says something else than its quotes",
}
"""What is wrong with a sentence, by what speaks against it."""

_NO_VECTOR = np.zeros(0, dtype=np.float32)


def written_problem(sentence: Record, question: str, cited: Sequence[Record], sources: Sources) -> str:
    """Return what the quotes have against a written sentence, "" where nothing is.

    Passages are those of the store; of one that it does not hold the quote is known alone.
    """
    text, reason = sentence["text"], _objection(sentence, question, cited, sources)
    quotes = " ".join(citation["quote"] for citation in cited)
    if reason == "figure" and (missing := values(text) - values(quotes)):
        return f"has a figure that is not in its quotes, {min(missing)[:20]}"
    if reason in ("figure", "name") and (
        missing := {name for name in names(text) if not _stems(name) <= _stems(quotes)}
    ):
        return f"has a name that is not in its quotes, {min(missing)[:40]}"
    return PROBLEMS[reason] if reason else ""


def _stems(text: str) -> set[str]:
    return {stem(word) for word in words(text)}


def _objection(sentence: Record, question: str, cited: Sequence[Record], sources: Sources) -> Reason | None:
    passages = list(dict.fromkeys(_passage(citation, sources) for citation in cited))
    read = [(passage, _document(passage, cited, sources)) for passage in passages]
    texts = [" ".join([passage.text, document.title, *passage.section]) for passage, document in read]
    glossary = sources.glossary
    texts += [" ".join(glossary.other_forms(one)) for one in texts] if glossary else []
    vocabulary = Vocabulary(texts, None, next((document.language for _, document in read if document.language), "en"))
    vectors = dict.fromkeys((s.sentence_id for passage in passages for s in passage.sentences), _NO_VECTOR)
    candidates = grounds(read, vectors, vocabulary, glossary)
    text = sentence["text"]
    language = vocabulary.language(text, recognise(question, vocabulary.knows) if question else "en")
    claim = Claim(text, language, _NO_VECTOR, vocabulary, is_translated=vocabulary.english(text, language) != text)
    return objection(claim, sentence["support"], list(_cited(cited, candidates)), candidates)


def _passage(citation: Record, sources: Sources) -> Passage:
    """Return the passage of a citation, or one that holds its quote alone."""
    place, document_id = (citation["page"], citation["start"], citation["end"]), citation["document_id"]
    held = sources.passage(citation["passage_id"])
    if held and held.document_id == document_id and place in _all_places(held):
        return held
    name = f"{document_id}-{'-'.join(map(str, place))}"
    text = clean(citation["quote"])
    sentence = Sentence(name, name, document_id, "text", 0, text, (Span(*place),))
    return Passage(name, document_id, tuple(citation["section"]), text, (sentence,))


def _all_places(passage: Passage) -> set[tuple[int, int, int]]:
    """Return the places of its sentences, and of what its rows have from elsewhere, which bears out no sentence."""
    borrowed = (span for sentence in passage.sentences for span in sentence.borrowed)
    own = (place for sentence in passage.sentences for place in _places(sentence))
    return {*own, *((span.page, span.start, span.end) for span in borrowed)}


def _document(passage: Passage, cited: Sequence[Record], sources: Sources) -> Document:
    document_id = passage.document_id
    known = next(citation for citation in cited if citation["document_id"] == document_id)
    return sources.document(document_id) or Document(document_id, known["document"], "", known["title"], 1, "")


def _cited(cited: Sequence[Record], candidates: Sequence[Ground]) -> Iterator[Ground]:
    """Yield the sentences that the citations are of, in their order; one that a page end breaks comes once."""
    seen: set[str] = set()
    for citation in cited:
        place = (citation["page"], citation["start"], citation["end"])
        for ground in candidates:
            sentence = ground.sentence
            if sentence.document_id == citation["document_id"] and place in _places(sentence):
                if sentence.sentence_id not in seen:
                    yield ground
                seen.add(sentence.sentence_id)


def _places(sentence: Sentence) -> list[tuple[int, int, int]]:
    return [(span.page, span.start, span.end) for span in sentence.spans]
