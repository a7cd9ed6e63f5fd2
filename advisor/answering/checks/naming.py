"""The names of a written sentence → do they stand in the source, with the same things said of them?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from advisor.answering.checks.findings import Finding
from advisor.answering.checks.grounds import Claim, Ground
from advisor.quantities import quantities
from advisor.retrieval.languages import STEMMERS, lexicon
from advisor.text import STOP_WORDS, sentence_spans, stem, words

_WORD = re.compile(r"[^\W\d_][\w&’'-]*")
_ADDRESS = re.compile(r"https?://\S+|\bwww\.\S+|\b[\w.+-]+@[\w-]+\.\w+")
_TOGETHER = re.compile(r"[\s,/&]*(?:and|or|und|oder|et|ou|y|e|o|i|oraz|with|mit|avec|con|z)?[\s,/&]*", re.IGNORECASE)
_PASSIVE = re.compile(r"\b(?:by|von|vom|durch|par|por|da|dal|dalla|przez)\b", re.IGNORECASE)
_MUTUAL = re.compile(r"\b(?:between|with|together|and|mit|zwischen|avec|entre|con|tra|między|z)\b", re.IGNORECASE)
_GERMAN_NOUN = re.compile(
    r"(?:ung|heit|keit|schaft|tion|tät|nis|ment|en|er|e|ling|tum|or|ik|ie|al|um|us|el|ent|ant|ium|ismus)s?$"
)


@dataclass(frozen=True, slots=True)
class Name:
    """A name in a text: its words, the terms of them, and where it stands."""

    words: tuple[str, ...]
    terms: tuple[str, ...]
    start: int
    end: int


def find_names(text: str, language: str, others: frozenset[str] = frozenset()) -> list[Name]:
    """Return the names of a text in order; words with a capital that stand side by side are one.

    `others` are terms that are names elsewhere: a word that opens a sentence is a name if it is among them, if another
    capital follows, or if it looks like one. German nouns have capitals too: there it takes another sign.
    """
    dates = [(q.start, q.end) for q in quantities(text, language) if q.unit not in ("", "one")]
    found: list[Name] = []
    for start, end in sentence_spans(text):
        held = [m for m in _WORD.finditer(text, start, end) if not any(a <= m.start() < b for a, b in dates)]
        for i, match in enumerate(held):
            following = held[i + 1].group() if i + 1 < len(held) else ""
            if not _is_name(match.group(), i, following, language, others):
                continue
            terms = tuple(stem(word) for word in words(match.group()))
            if found and text[found[-1].end : match.start()].strip() == "" and found[-1].end > start:
                last = found.pop()
                found.append(Name((*last.words, match.group()), (*last.terms, *terms), last.start, match.end()))
            else:
                found.append(Name((match.group(),), terms, match.start(), match.end()))
    return found


def _is_name(word: str, i: int, following: str, language: str, others: frozenset[str]) -> bool:
    if sum(map(str.isupper, word)) > 1:
        return True
    if not word[0].isupper() or word.lower() in STOP_WORDS:
        return False
    term = stem("".join(words(word)))
    if term in others:
        return True
    if language != "en" and language in STEMMERS:
        if lexicon(language).english([word.lower()]) or word.lower() in lexicon(language).dropped:
            return False
        return language != "de" and i > 0
    if i > 0:
        return True
    # A bare singular that opens a sentence before its verb: "Meridian leads …", not "Visits help …".
    goes_on = following[:1].isupper() and following.lower() not in STOP_WORDS
    is_verb = following in ("is", "was", "has", "does") or bool(re.fullmatch(r"[a-z]{2,}(?:[^s]s|ed)", following))
    return goes_on or (is_verb and not word.endswith("ing") and not (following.endswith("ed") and word.endswith("s")))


def name_terms(grounds: Sequence[Ground]) -> frozenset[str]:
    """Return the terms of the words that the sources write with a capital inside a sentence."""
    # A cell of a table opens with a capital as a sentence does.
    texts = [
        part
        for ground in grounds
        for part in (re.split(r"[:;—]\s+", ground.text) if ground.sentence.kind == "row" else [ground.text])
    ]
    inside = {
        stem("".join(words(word)))
        for text in texts
        for start, end in sentence_spans(text)
        for word in _WORD.findall(text[start:end])[1:]
        if word[0].isupper() and word.lower() not in STOP_WORDS
    }
    plain = {stem(word) for text in texts for word in re.findall(r"(?<![\w’'-])[a-zß-ÿ]+", text)}
    opening = {
        stem("".join(words(first.group())))
        for text in texts
        for start, end in sentence_spans(text)
        if (first := _WORD.search(text, start, end)) and first.group().lower() not in STOP_WORDS
    }
    followed = {name.terms[0] for text in texts for name in find_names(text, "en", frozenset(inside))}
    return frozenset(inside | ((opening & followed) - plain)) - {""}


def check_names(claim: Claim, chosen: Sequence[Ground], candidates: Sequence[Ground]) -> Iterator[Finding]:
    """Yield what is wrong with the names of a sentence, given the sentences it rests on and all that it cites."""
    if any(address not in ground.text for address in _ADDRESS.findall(claim.text) for ground in chosen):
        yield Finding("name", fatal=True)
    others = name_terms(candidates)
    names = [name for name in find_names(claim.text, claim.language, others) if not _is_plain(name, claim, chosen)]
    for name in names:
        if not any(_holds(ground, name, claim.language) for ground in chosen):
            yield Finding("name", fatal=not _may_be_noun(name, claim.language))
        elif _said_of_another(name, claim, candidates, others):
            yield Finding("name", fatal=True)
    for one, other in _pairs(names, claim):
        places = [g for g in chosen if _holds(g, one, claim.language) and _holds(g, other, claim.language)]
        if not places or all(_turned_round(one, other, claim, ground) for ground in places):
            yield Finding("name", fatal=True)


def _is_plain(name: Name, claim: Claim, chosen: Sequence[Ground]) -> bool:
    """Tell whether a word that opens a sentence stands in the source as a plain word or as one like it."""
    opens = name.start == 0 and len(name.words) == 1
    if not opens or claim.language != "en":
        return False
    held = claim.terms_of(name.words[0])
    return bool(held) and held != list(name.terms) and any(term in ground.terms for ground in chosen for term in held)


def _holds(ground: Ground, name: Name, language: str) -> bool:
    known = ground.known
    plain = {*words(f"{ground.text} {ground.beside} {ground.shorts}")}
    return all(
        term in known or word.lower() in plain or _is_form(term, word, known, language)
        for term, word in zip(name.terms, name.words, strict=False)
    )


def _is_form(term: str, word: str, known: frozenset[str], language: str) -> bool:
    """Tell whether a name stands in the source in another form: "German" for "Germany", or with a case ending."""
    if any(len(a) >= 5 and b.startswith(a) for other in known for a, b in ((term, other), (other, term))):
        return True
    if language not in STEMMERS or language == "en":
        return False
    english = lexicon(language).english([word.lower()])
    if english and all(stem(part) in known for part in words(english)):
        return True
    return language == "pl" and len(term) > 4 and any(other.startswith(term[:-2]) for other in known)


def _may_be_noun(name: Name, language: str) -> bool:
    return language == "de" and all(_GERMAN_NOUN.search(word) for word in name.words)


def _said_of_another(name: Name, claim: Claim, candidates: Sequence[Ground], others: frozenset[str]) -> bool:
    """Tell whether a sentence without this name but with another one says more of what is said here of this name."""
    statement = next((s for s in claim.statements if any(term in s.terms for term in name.terms)), None)
    if statement is None:
        return False
    said = frozenset(statement.terms) - frozenset(name.terms)

    def says(ground: Ground) -> int:
        return sum(term in ground.terms or claim.vocabulary.alike(term, ground.terms) for term in said)

    mine = [says(g) for g in candidates if _holds(g, name, claim.language)]
    theirs = [
        says(g)
        for g in candidates
        if not _holds(g, name, claim.language) and (g.terms & others) - frozenset(statement.terms)
    ]
    return max(theirs, default=0) > max(mine, default=0)


def _pairs(names: Sequence[Name], claim: Claim) -> Iterator[tuple[Name, Name]]:
    """Yield neighbouring names of one statement that are not merely listed: "A leads B", not "A and B"."""
    at = 0
    bounds = []
    for statement in claim.statements:
        at += len(statement.text)
        bounds.append(at)
    for one, other in pairwise(names):
        same = not any(one.start < bound <= other.start for bound in bounds)
        if same and not _TOGETHER.fullmatch(claim.text[one.end : other.start]):
            yield one, other


def _turned_round(one: Name, other: Name, claim: Claim, ground: Ground) -> bool:
    """Tell whether the source says of the second what is said here of the first; a passive turns the order round."""
    places = {term: m.start() for m in _WORD.finditer(ground.text) if (term := stem("".join(words(m.group()))))}
    first, second = places.get(one.terms[0]), places.get(other.terms[0])
    if first is None or second is None:
        return False
    between = claim.text[one.end : other.start]
    theirs = ground.text[min(first, second) : max(first, second)]
    if _MUTUAL.search(between) and not _PASSIVE.search(between):
        return False
    if not frozenset(claim.terms_of(between)) & frozenset(ground.terms_of(theirs)):
        return False
    ours_first = not _PASSIVE.search(between)
    theirs_first = (first < second) != bool(_PASSIVE.search(theirs))
    return ours_first != theirs_first
