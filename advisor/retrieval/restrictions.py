"""A question and the documents → those it restricts itself to: "in the 2014 study", "according to the handbook"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from advisor.records import Document
from advisor.text import stem, terms, words

KINDS = (
    "analysis brief consultation deliverable document guide guidebook guideline handbook manual paper publication "
    "questionnaire report review study survey whitepaper"
).split()

ANY_KIND = frozenset({"document", "paper", "publication", "report"})
"""What people call any of the documents: "the report" may mean the one document that was chosen, a handbook."""

PUBLISHED = ANY_KIND | {stem(kind) for kind in ("brief", "guide", "handbook", "manual", "study")}
"""What is always a document; a survey or a consultation may be what the documents are about."""

_KIND = "|".join([*KINDS, *(f"{kind}s" for kind in KINDS), "analyses", "studies", "surveys", "summaries"])
_MENTION = re.compile(
    r"(?:\b(?:in|of|from|by|to|according to|as per|see)\s+)?\b(?:the|this|that)\s+"
    rf"(?P<before>(?:(?!the\b|than\b|that\b)[\w'’.&-]+\s+){{0,4}}?)(?<!case )(?P<kind>{_KIND})\b"
    r"(?P<after>(?:\s+(?:of|from|on)\s+(?:the\s+)?(?:(?:19|20)\d\d|[A-Z][\w-]+))?)",
    re.IGNORECASE,
)
_BARE = re.compile(rf"\b(?<!the )(?P<kind>{_KIND})\b(?: (?:of |from )?(?P<year>(?:19|20)\d\d))?", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Restriction:
    """A document, or several, that a question names.

    Attributes:
        said: how the question names them.
        document_ids: more than one where the words fit several as well.
        is_bare: whether they are named by a word for any document alone, "the report".
    """

    said: str
    document_ids: tuple[str, ...]
    is_bare: bool = False


def restrictions(question: str, documents: Sequence[Document]) -> list[Restriction]:
    """Return the documents that a question names by a word for its kind with words of its title, publisher or year.

    "the 2014 study", "the TACTICS handbook", "the guide": the kind of document must be in the title, or the year or a
    word before it that most documents do not have be its own ("the skills report"), and not all documents may fit. What
    any document is called counts only where there is nothing else.
    """
    known = {document.document_id: identity(document) for document in documents}
    found = []
    for match in _MENTION.finditer(question):
        kind = stem(match["kind"].lower())
        around = [stem(word) for word in words(f"{match['before']} {match['after']}")]
        years = {word for word in around if _YEAR.fullmatch(word)}
        before = {stem(word) for word in words(match["before"])} if kind in PUBLISHED else set()
        telling = {word for word in before if 0 < sum(word in own for own in known.values()) <= len(known) / 2}
        worth = 0 if kind in ANY_KIND and (telling or years) else 1
        fits = {
            item: worth * (kind in own) + sum(1 + (word in telling) for word in around if word in own)
            for item, own in known.items()
            if not years or years & own or not any(_YEAR.fullmatch(word) for word in own)
        }
        best = max(fits.values(), default=0)
        named = [item for item, fit in fits.items() if fit == best and {kind, *years, *telling} & known[item]]
        if named and len(named) < len(known):
            is_bare = kind in ANY_KIND and not any(word in known[item] for item in named for word in around)
            behind = {stem(word) for word in words(match["after"])}
            names_it = bool(behind & years) or any(behind & known[item] for item in named)
            said = match.group() if names_it else question[match.start() : match.end("kind")]  # "the guide on training"
            found.append(Restriction(said, tuple(named), is_bare))
    return found


def with_articles(text: str) -> str:
    """Return words in English, as a translation gives them, with documents named as people do: "the 2014 study"."""
    return _BARE.sub(lambda match: " ".join(filter(None, ["the", match["year"], match["kind"]])), text)


def among(found: Sequence[Restriction], chosen: Sequence[str]) -> tuple[list[Restriction], tuple[str, ...]]:
    """Return restrictions kept to the documents that were chosen, and the ids of documents named that are not.

    A document that is named is never another one: one that was not chosen is told, not replaced. "The report" alone
    means what was chosen. Where none is chosen all are.
    """
    if not chosen:
        return list(found), ()
    kept: list[Restriction] = []
    left_out: list[str] = []
    for one in found:
        held = tuple(item for item in one.document_ids if item in chosen) or (tuple(chosen) if one.is_bare else ())
        kept += [replace(one, document_ids=held)] if held else []
        left_out += [] if held else one.document_ids
    return kept, tuple(dict.fromkeys(left_out))


def without(question: str, found: Sequence[Restriction]) -> str:
    """Return a question without the words that name documents; they would find passages about the documents."""
    for restriction in found:
        question = re.sub(rf"(?<!\w){re.escape(restriction.said)}(?!\w)", " ", question, count=1)
    return " ".join(question.split())


def identity(document: Document) -> set[str]:
    """Return the search terms of what a document is called: its title, file name, publisher and year."""
    name = re.sub(r"[_-]+", " ", PurePath(document.file).stem)
    return set(terms(f"{document.title} {name} {document.publisher} {document.year or ''}"))
