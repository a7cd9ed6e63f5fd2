"""The statements of an answer → the same among the sentences around them in their sections."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.answering.outline import is_heading, section_of
from advisor.answering.statements import Statement
from advisor.answering.talk.replies import say
from advisor.answering.talk.shown import Material, Shown, ids
from advisor.answering.telling import is_evidence
from advisor.records import Sentence
from advisor.store.library import Library

AROUND_WORDS, LEAST_WORDS = 110, 40
"""Words that are added to what an answer says of each section, at most, and where several headings are told of each."""


def lengthen(material: Material, shown: Shown, language: str) -> Shown:
    """Show each statement among those around it in its section; where there are none, around what says the same."""
    told = _among_others(material.library, shown.statements)
    if ids(told) <= shown.ever:
        twins = [Statement(sentence) for one in shown.statements for sentence in one.also]
        told = _among_others(material.library, [*shown.statements, *twins])
    added = ids(told) - ids(shown.statements)
    return shown.goes_on(told, "" if added else say("section_end", language), chosen=False)


def _among_others(library: Library, statements: Sequence[Statement]) -> list[Statement]:
    apart = [one for statement in statements for one in _as_they_stand(statement)]
    before = {one.sentence.sentence_id: one for one in apart}
    headings = {place_of(library, one.sentence): one for one in apart if is_heading(one.sentence)}
    room = max(AROUND_WORDS // max(len(headings), 1), LEAST_WORDS)
    told: list[Statement] = []
    for document_id, section in dict.fromkeys(place_of(library, one.sentence) for one in apart):
        heading = headings.get((document_id, section))
        under = sentences_of(library, document_id, section, deep=heading is not None)
        held = [s for s in under if s.sentence_id in before or _is_worth_telling(s)]
        members = {s.group for s in held if s.kind != "lead"}
        sentences = [s for s in held if s.group in members or s.sentence_id in before]
        at = [i for i, sentence in enumerate(sentences) if sentence.sentence_id in before]
        around = _around(sentences, at or [0], room=room)
        told += [*([heading] if heading else ()), *(before.get(s.sentence_id, Statement(s)) for s in around)]
    return told


def _as_they_stand(statement: Statement) -> list[Statement]:
    """Return a statement as it is on its page, and a list that was made one sentence as its parts."""
    if not statement.words:
        return [statement]
    parts = [sentence for sentence in statement.also if sentence.group == statement.sentence.group]
    also = tuple(sentence for sentence in statement.also if sentence not in parts)
    return [Statement(statement.sentence, also), *map(Statement, parts)]


def _is_worth_telling(sentence: Sentence) -> bool:
    """Leave out captions, rows of tables, and lines of text that are no sentence, such as an address."""
    is_sentence = sentence.kind != "text" or sentence.text.endswith((".", "!", "”", '"', ")"))
    return is_evidence(sentence) and sentence.kind != "row" and is_sentence


def _around(sentences: Sequence[Sentence], at: Sequence[int], *, room: int) -> list[Sentence]:
    """Return the sentences at some places and those nearest to them, short lists whole, in order, up to some words."""
    taken = {i for i in at if i < len(sentences)}
    for i in sorted(range(len(sentences)), key=lambda i: (min(abs(i - j) for j in at), -i)):
        added = [j for j in _with_list(sentences, i) if j not in taken]
        room -= _words(sentences, added)
        if room < 0:
            break
        taken.update(added)
    return [sentences[i] for i in sorted(taken)]


def _with_list(sentences: Sequence[Sentence], place: int) -> list[int]:
    """Return the places of a short list with its lead-in, by the place of one of its items; of a sentence its own."""
    block = [i for i, sentence in enumerate(sentences) if sentence.group == sentences[place].group]
    return block if sentences[place].kind != "text" and _words(sentences, block) <= AROUND_WORDS else [place]


def _words(sentences: Sequence[Sentence], places: Sequence[int]) -> int:
    return sum(len(sentences[i].text.split()) for i in places)


def place_of(library: Library, sentence: Sentence) -> tuple[str, tuple[str, ...]]:
    """Return the document and the section of a sentence; of a heading the one that it opens."""
    return sentence.document_id, section_of(sentence, library.passages([sentence.passage_id])[0])


def sentences_of(library: Library, document_id: str, section: tuple[str, ...], *, deep: bool = False) -> list[Sentence]:
    """Return the sentences that stand directly under a heading, in reading order; `deep` with all below it."""
    length = len(section) if deep else None
    ids = [passage_id for passage_id, path in library.outline(document_id) if path[:length] == section]
    return [sentence for passage in library.passages(ids) for sentence in passage.sentences]
