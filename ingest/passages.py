"""Sentences → passages, sized by the embedding model's own tokenizer, and the headings above them; pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from advisor.records import Heading, Passage, Sentence
from ingest.layout import Layout
from ingest.pages import SourcePdf
from ingest.sections import sections
from ingest.sentences import Draft, SentenceReader

MAX_PASSAGE_TOKENS = 200
"""A passage of this size says one thing; with its title and section it stays inside a model that reads 256 tokens."""

LONGEST_WORD = 100
"""Letters in a row of which a passage holds no more: tokenizers of BERT's kind count a longer word as one token."""

_UNBROKEN = re.compile(rf"[^\W_]{{{LONGEST_WORD + 1},}}")

CRUMB_TOKENS = 40
"""A passage smaller than this takes sentences over from the one before it in its section."""

SECTION_MARK = " › "

CountTokens = Callable[[str], int]


@dataclass(frozen=True, slots=True)
class Split:
    """What a document falls into, in reading order; a heading without a passage under it is left out."""

    passages: tuple[Passage, ...]
    headings: tuple[Heading, ...]


def context(title: str, section: Sequence[str]) -> str:
    """Return the header under which a passage is embedded: the document's title and the section path."""
    return SECTION_MARK.join(part for part in (title, *section) if part)


def embedded_text(title: str, passage: Passage, *, count_tokens: CountTokens, max_tokens: int) -> str:
    """Return what is embedded for a passage: its header, shortened where it must be, and its text."""
    parts = [title, *passage.section]
    while parts and count_tokens(context("", parts) + "\n" + passage.text) > max_tokens:
        parts.pop(0)  # the title first, then the outer sections: the innermost says most
    return f"{context('', parts)}\n{passage.text}" if parts else passage.text


def split_document(
    document_id: str, pdf: SourcePdf, layout: Layout, *, count_tokens: CountTokens, max_tokens: int
) -> Split:
    """Return the passages of a document, none across a section and none above `max_tokens`, and its headings.

    `max_tokens` is what the model reads, its own marks included; texts that are longer are cut between words.
    """
    reader = SentenceReader(pdf, layout)
    limit = min(MAX_PASSAGE_TOKENS, max_tokens)
    passages: list[Passage] = []
    headings: dict[int, Heading] = {}
    for path, blocks in sections(layout.blocks):
        section = tuple(heading.text for heading in path)
        first = len(passages)
        said = [draft for draft in reader.drafts(blocks) if any(map(str.isalnum, draft.text))]
        drafts = [piece for draft in said for piece in _within(draft, limit, count_tokens)]
        for held in _without_crumbs(list(_packed(drafts, limit, count_tokens)), limit, count_tokens):
            passages.append(_passage(f"{document_id}-{len(passages) + 1:04d}", document_id, section, held))
        for depth, heading in enumerate(path if passages[first:] else (), start=1):
            if id(heading) not in headings and (spans := reader.place(heading)):
                headings[id(heading)] = Heading(passages[first].passage_id, document_id, section[:depth], spans)
    return Split(tuple(passages), tuple(headings.values()))


def _passage(passage_id: str, document_id: str, section: tuple[str, ...], drafts: Sequence[Draft]) -> Passage:
    sentences = tuple(
        Sentence(
            f"{passage_id}-{i:02d}",
            passage_id,
            document_id,
            draft.kind,
            draft.group,
            draft.text,
            draft.spans,
            draft.borrowed,
        )
        for i, draft in enumerate(drafts, start=1)
    )
    lines = [
        (" " if members[0].kind == "text" else "\n").join(member.text for member in members)
        for members in _groups(drafts)
    ]
    return Passage(passage_id, document_id, section, "\n".join(lines), sentences)


def _groups(drafts: Sequence[Draft]) -> list[list[Draft]]:
    return [list(members) for _, members in groupby(drafts, key=lambda draft: draft.group)]


def _packed(drafts: Sequence[Draft], limit: int, count_tokens: CountTokens) -> Iterator[list[Draft]]:
    """Fill passages up to the limit; a list or table that fits into one passage is not divided."""
    held: list[Draft] = []
    size = 0
    for whole in _groups(drafts):
        cost = [count_tokens(draft.text) for draft in whole]
        if held and size + sum(cost) > limit and (sum(cost) <= limit or size > limit // 2):
            yield held
            held, size = [], 0
        for draft, tokens in zip(whole, cost, strict=True):
            if held and size + tokens > limit:
                yield held
                held, size = [], 0
            held.append(draft)
            size += tokens
    if held:
        yield held


def _without_crumbs(packed: list[list[Draft]], limit: int, count_tokens: CountTokens) -> list[list[Draft]]:
    """Move sentences from one passage to the next where that one would be a crumb, as long as both keep enough.

    Lists and tables stay whole where the passage before has others to give; else their last items move.
    """
    for before, crumb in pairwise(packed):
        size, left = (sum(count_tokens(draft.text) for draft in drafts) for drafts in (crumb, before))
        while size < CRUMB_TOKENS:
            groups = _groups(before)
            last = groups[-1] if len(groups) > 1 or groups[-1][0].kind == "text" else before[-1:]
            moved = last if sum(count_tokens(draft.text) for draft in last) + size <= limit else last[-1:]
            tokens = sum(count_tokens(draft.text) for draft in moved)
            if size + tokens > limit or left - tokens < CRUMB_TOKENS or len(moved) == len(before):
                break
            crumb[:0] = moved
            del before[-len(moved) :]
            size, left = size + tokens, left - tokens
    return packed


def _within(draft: Draft, limit: int, count_tokens: CountTokens) -> Iterator[Draft]:
    """Cut a sentence that no passage can hold between words, or inside one as long; its pieces share its place."""
    if _fits(draft.text, limit, count_tokens):
        yield draft
        return
    marks = count_tokens("")
    held: list[str] = []
    size = marks
    for word in draft.text.split(" "):
        for piece in _halved(word, limit, count_tokens):
            tokens = count_tokens(piece) - marks
            if held and size + tokens > limit:
                yield from _checked(draft, held, limit, count_tokens)
                held, size = [], marks
            held.append(piece)
            size += tokens
    yield from _checked(draft, held, limit, count_tokens)


def _checked(draft: Draft, held: list[str], limit: int, count_tokens: CountTokens) -> Iterator[Draft]:
    """Yield words as one piece; halved where together they have more tokens than one by one."""
    text = " ".join(held)
    if len(held) > 1 and count_tokens(text) > limit:
        yield from _checked(draft, held[: len(held) // 2], limit, count_tokens)
        yield from _checked(draft, held[len(held) // 2 :], limit, count_tokens)
    else:
        yield replace(draft, text=text)


def _fits(text: str, limit: int, count_tokens: CountTokens) -> bool:
    """Tell whether a text has few enough tokens, and no word that a tokenizer takes for one for its length."""
    return count_tokens(text) <= limit and not _UNBROKEN.search(text)


def _halved(word: str, limit: int, count_tokens: CountTokens) -> list[str]:
    """Halve a word until each piece fits: a line to fill in, "______", has one token for each character."""
    if len(word) < 2 or _fits(word, limit, count_tokens):
        return [word]
    middle = len(word) // 2
    return _halved(word[:middle], limit, count_tokens) + _halved(word[middle:], limit, count_tokens)
