"""A question → a query: in English, spelt right, with what it names and asks for, ready for search."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import and_

import numpy as np

from advisor.abbreviations import abbreviation_meant, abbreviations_asked
from advisor.embedding import Codes, Embedder, Tokens, Vectors, reads_other_languages
from advisor.records import Document
from advisor.retrieval.glossary import Glossary
from advisor.retrieval.kinds import ASKING, Kind, kind_of
from advisor.retrieval.languages import Translation, asks_for_several, recognise, translate
from advisor.retrieval.references import references
from advisor.retrieval.restrictions import among, restrictions, with_articles, without
from advisor.retrieval.sides import Side, sides
from advisor.text import names, stem, terms, words

OWN_LANGUAGE = 0.8
"""Share of a question's words that the documents hold from which they are taken to be in its language."""

_FRAME = re.compile(
    r"(?<!\w)is it (?:still |really |at all )?(?:worth|a good idea)(?: it)?(?: to)?\s+(?=\w)", re.IGNORECASE
)
_DEFINE = re.compile(
    r"^(?:please )?(?:define|(?:what is |give (?:me |us )?)?(?:the |a )?(?:definition|meaning) of|"
    r"(?:explain|what does) the (?:term|word|concept)(?: of)?)\s+(?=\w)",
    re.IGNORECASE,
)
"""How a definition is asked for, besides "What is …?"."""

_OPENING = re.compile(r"(?:\A|[.?!])[\W_]*[^\W_]")
"""Up to the first letter of each sentence."""

SUBJECT_TERMS = 2
"""Search terms up to which what is asked about a document is looked for in its headings."""

_NOUNS = {stem("conclude"): stem("conclusion")}
"""What a verb asks for, where its stem is another: "What does the study conclude?"."""

MARKS = 2
"""The marks that a model puts around a text and counts as tokens."""


@dataclass(frozen=True, slots=True)
class Understanding:
    """Which steps of understanding a question are taken; all are, but where their use is measured.

    Attributes:
        translation: words of other languages are put into English.
        spelling: unknown words are put right.
        expansion: abbreviations and other spellings of names are added.
        restriction: documents that are named are searched first.
        sides: the sides of a question are searched one by one.
    """

    translation: bool = True
    spelling: bool = True
    expansion: bool = True
    restriction: bool = True
    sides: bool = True


@dataclass(frozen=True, slots=True)
class Query:
    """A question made ready for search.

    Attributes:
        text: the question as it stands alone.
        searched: what is searched: the question in English, spelt right, without the documents that it names.
        vector: its unit vector.
        tokens: the vectors of its tokens, with their places in `searched`.
        focus_tokens: those of its last part, where it was put together from a conversation.
        terms: its search terms.
        added: search terms of abbreviations, long forms and other spellings of names, which it does not hold itself.
        references: the numbered parts it names, see `advisor.retrieval.references`.
        names: search terms of the names in it.
        focus: search terms of its last part, where it was put together from a conversation.
        asked: the words of that part, in English; "" where there is none.
        kind: what kind of answer it wants.
        language: ISO 639-1 code.
        shorts: abbreviations whose long form it asks for.
        spelt_out: how a text gives these long forms, or that of the one it asks about, as phrases of search terms:
            ("joint", "intern", "strategi", "ji").
        subject: what is asked about a document that it names, where that is a word or two: a phrase of search terms.
        unknown: words that were left out of `searched`, since they have no English here.
        document_ids: the documents that it restricts itself to; empty for all.
        left_out: documents that it names, and that are not among those chosen.
        sides: its sides, each a query of its own; empty where it has one.
    """

    text: str
    searched: str
    vector: Vectors
    tokens: Tokens
    terms: tuple[str, ...]
    focus_tokens: Tokens | None = None
    added: tuple[str, ...] = ()
    references: tuple[tuple[str, ...], ...] = ()
    names: tuple[str, ...] = ()
    focus: tuple[str, ...] = ()
    asked: str = ""
    kind: Kind = "fact"
    language: str = "en"
    shorts: tuple[str, ...] = ()
    spelt_out: tuple[tuple[str, ...], ...] = ()
    subject: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    document_ids: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    sides: tuple[Query, ...] = ()

    @property
    def focused(self) -> str:
        """The words that ask: those of the last part, where it was put together from a conversation; in English."""
        return self.asked or self.searched

    @property
    def names_apart(self) -> tuple[frozenset[str], ...]:
        """The terms of the names that set each side apart; empty where it has one side, or more than names does.

        "What do Anvil and Bellows pay?" has such sides; "What does Anvil pay, and who are its members?" has not.
        """
        if not self.sides:
            return ()
        names = [frozenset(side.names) for side in self.sides]
        own = tuple(each - reduce(and_, names) for each in names)
        others = {frozenset(side.terms) - each for side, each in zip(self.sides, own, strict=True)}
        return own if all(own) and len(others) == 1 else ()

    @property
    def is_divided(self) -> bool:
        """Whether it asks more than one thing: it has sides, and they differ in more than names."""
        return bool(self.sides) and not self.names_apart

    @property
    def codes(self) -> Codes:
        """The vectors of all tokens that are looked for; those of the last part come twice and so count double."""
        if self.focus_tokens is None:
            return self.tokens.vectors
        return np.concatenate([self.tokens.vectors, self.focus_tokens.vectors])


@dataclass(slots=True)
class _Reading:
    """What is known of a question before it is embedded."""

    searched: str
    focus: str
    language: str = "en"
    unknown: tuple[str, ...] = ()
    added: list[str] = field(default_factory=list)
    shorts: tuple[str, ...] = ()
    spelt_out: tuple[tuple[str, ...], ...] = ()
    document_ids: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    sides: tuple[Side, ...] = ()


def understand(
    text: str,
    glossary: Glossary,
    documents: Sequence[Document],
    embedder: Embedder,
    *,
    focus: str = "",
    chosen: Sequence[str] = (),
    steps: Understanding = Understanding(),
) -> Query:
    """Return the query for a question that stands alone, put to the documents with the ids chosen, or to all.

    `focus` is the last part of a question that was put together from a conversation: it counts as much as the whole,
    and what it names goes before what was named earlier.
    """
    read = _read(text, focus, glossary, documents, embedder, chosen, steps)
    texts = [read.searched, *([read.focus] if read.focus else []), *(side.text for side in read.sides)]
    vectors, tokens = embedder.embed_tokens(texts)
    vector = vectors[0] + vectors[1] if read.focus else vectors[0]
    naming = read.focus if references(read.focus) or names(read.focus) else read.searched
    first = len(texts) - len(read.sides)
    subject = tuple(_NOUNS.get(term, term) for term in terms(read.focus or read.searched) if term not in ASKING)
    return Query(
        text=text,
        searched=read.searched,
        vector=vector / np.float32(np.linalg.norm(vector)),
        tokens=tokens[0],
        focus_tokens=tokens[1] if read.focus else None,
        terms=tuple(terms(read.searched)),
        added=tuple(read.added),
        references=tuple(references(naming)),
        names=tuple(sorted({term for name in names(naming) for term in terms(name)})),
        focus=tuple(terms(read.focus)),
        asked=read.focus,
        kind=_kind(read, focus or text),
        language=read.language,
        shorts=read.shorts,
        spelt_out=read.spelt_out,
        subject=subject if read.document_ids and len(subject) <= SUBJECT_TERMS else (),
        unknown=read.unknown,
        document_ids=read.document_ids,
        left_out=read.left_out,
        sides=tuple(
            _side(side, vectors[first + i], tokens[first + i], read.language) for i, side in enumerate(read.sides)
        ),
    )


def _kind(read: _Reading, typed: str) -> Kind:
    """Return what kind of answer a question wants; the English of one in another language holds no plurals."""
    kind = "advice" if _FRAME.search(typed) else kind_of(read.focus or read.searched)
    return "list" if kind in ("fact", "open") and asks_for_several(typed, read.language) else kind


def _side(side: Side, vector: Vectors, tokens: Tokens, language: str) -> Query:
    return Query(
        text=side.text,
        searched=side.text,
        vector=vector,
        tokens=tokens,
        terms=tuple(terms(side.text)),
        references=side.references,
        names=tuple(sorted({term for name in names(side.text) for term in terms(name)})),
        kind=kind_of(side.text),
        language=language,
        document_ids=side.document_ids,
    )


def _read(
    text: str,
    focus: str,
    glossary: Glossary,
    documents: Sequence[Document],
    embedder: Embedder,
    chosen: Sequence[str],
    steps: Understanding,
) -> _Reading:
    read = _Reading(_without_frame(text), _without_frame(focus))
    if steps.translation:
        _translate(read, glossary, embedder)
    if steps.spelling and read.language == "en":
        read.searched, read.focus = (_spelt(part, glossary, embedder) for part in (read.searched, read.focus))
    if steps.restriction:
        named, read.left_out = among(restrictions(read.focus or read.searched, documents), chosen)
        if steps.sides:
            read.sides = sides(read.focus or read.searched, named)
        several = len(named) == 1 and len(named[0].document_ids) > 1
        # A comparison of several may be made in another document.
        if len(named) == 1 and not (several and kind_of(read.focus or read.searched) == "comparison"):
            read.document_ids = named[0].document_ids
            read.searched = _said_else(read.searched, without(read.searched, named))
            read.focus = _said_else(read.focus, without(read.focus, named))
    elif steps.sides:
        read.sides = sides(read.focus or read.searched)
    if steps.expansion:
        _expand(read, glossary)
    return read


def _without_frame(text: str) -> str:
    """Return a question without words that only say what kind it is: "Is it worth joining a fair?", "Define fair"."""
    return _DEFINE.sub("What is ", _FRAME.sub("", text, count=1))


def _translate(read: _Reading, glossary: Glossary, embedder: Embedder) -> None:
    """Put the words of another language into English, unless the documents or the model know that language.

    The last part of a conversation may be in another language than what it leans on.
    """
    earlier = read.searched[: len(read.searched) - len(read.focus)] if read.focus else ""
    parts = [part for part in (earlier, read.focus or read.searched) if part] or [read.searched]
    found = [_english(part, glossary) for part in parts]
    read.language = found[-1].language
    if all(part.language == "en" for part in found):
        return
    searched = " ".join(part.text for part in found)
    if reads_other_languages(embedder.name):
        read.added += terms(searched)  # the words of the documents stay English
        return
    read.unknown = tuple(word for part in found for word in part.unknown)
    read.searched = with_articles(searched) or read.searched
    read.focus = with_articles(found[-1].text) or read.focus if read.focus else ""


def _english(text: str, glossary: Glossary) -> Translation:
    """Return a text in English; as it is where it is English, or where the documents are in its language."""
    asked = words(text)
    known = sum(map(glossary.knows, asked))
    language = "en" if known == len(asked) else recognise(text, glossary.knows)
    if language == "en" or known > OWN_LANGUAGE * len(asked):
        return Translation(language, text, ())
    return translate(text, language, glossary.knows)


def _spelt(text: str, glossary: Glossary, embedder: Embedder) -> str:
    """Return a text with unknown words put right; a word that the model knows as one token is a word.

    Names stay as they are: words with a capital inside a sentence, or inside the word.
    """

    def is_word(word: str) -> bool:
        return embedder.count_tokens(word) <= MARKS + 1

    opening = {match.end() - 1 for match in _OPENING.finditer(text)}

    def spelt(match: re.Match[str]) -> str:
        word = match.group()
        if any(map(str.isupper, word[1:])) or (word[0].isupper() and match.start() not in opening):
            return word
        if match.start() in opening and (asking := glossary.question_word(word.lower())):
            return asking.capitalize() if word[0].isupper() else asking
        repaired = glossary.repaired(word.lower(), is_word)
        if repaired == word.lower():
            return word
        return repaired.capitalize() if word[0].isupper() else repaired

    return re.sub(r"[^\W\d_]+", spelt, text)


def _said_else(before: str, after: str) -> str:
    """Return a text as it is now, or as it was where it says nothing any more."""
    return after if terms(after) else before


def _expand(read: _Reading, glossary: Glossary) -> None:
    """Add to the search terms long forms of abbreviations, abbreviations of long forms, other spellings of names.

    Where it is the long form that is asked for, it becomes part of the question: what spells it out is looked for.
    """
    text = read.searched
    read.shorts = tuple(short for short in abbreviations_asked(text) if short in (read.focus or text))
    meant = read.shorts or (abbreviation_meant(read.focus or text),)
    known = {short: long for short in meant if (long := glossary.long_form(short))}
    read.spelt_out = tuple(
        tuple(terms(form))
        for short, long in known.items()
        for form in (f"{long} {short}", f"{long} {short}s", f"{short} {long}")
    )
    if read.shorts and (asked := list(known.values())):
        read.searched = " ".join([text, *asked])
        read.focus = " ".join([read.focus, *asked]) if read.focus else ""
    others = [*glossary.other_forms(text), *glossary.spellings(text)]
    held = set(terms(text))
    found = [*read.added, *(term for each in others for term in terms(each))]
    read.added = [term for term in dict.fromkeys(found) if term not in held]
