"""Which neighbouring passages are given together, and in what order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.records import Document, Hit, Page, Passage, Sentence, SentenceKind, Span
from advisor.retrieval.segments import LENGTH, MOST, Segment, join
from advisor.store.library import Embedded, Library, PassageTokens

Written = tuple[tuple[str, ...], SentenceKind, int]
"""Section path, kind and group of a passage of one sentence."""


def write(library: Library, name: str, blocks: Sequence[Written]) -> None:
    """Add a document of passages with one sentence each, every one on a page of its own."""
    passages = []
    for number, (section, kind, group) in enumerate(blocks, start=1):
        item, text = f"{name}-{number:04d}", f"{name} {number}."
        sentence = Sentence(f"{item}-01", item, name, kind, group, text, (Span(number, 0, len(text)),))
        passages.append(Passage(item, name, section, text, (sentence,)))
    pages = [Page(n, "", passage.text, 595.0, 842.0) for n, passage in enumerate(passages, start=1)]
    zeros = np.zeros((len(passages), 2), dtype=np.float32)
    none = PassageTokens(np.zeros((0, 1), dtype=np.int8), np.zeros(0, dtype=np.uint8))
    with library.transaction():
        document = Document(name, f"{name}.pdf", f"/{name}.pdf", name, len(pages), name * 8)
        library.add(document, pages, passages, Embedded(zeros, [none] * len(passages), zeros))


def prose(number: int, *section: str, group: int = 100) -> list[Written]:
    return [(section, "text", group + i) for i in range(number)]


def written(kind: SentenceKind, *section: str) -> Written:
    return section, kind, 1


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The book has twelve passages of prose in chapter "One" and four in "Two"; in the list, four of six are one."""
    opened = Library(tmp_path_factory.mktemp("segments") / "library.sqlite", writable=True)
    write(opened, "book", [*prose(6, "One", "A"), *prose(6, "One", "B", group=200), *prose(4, "Two", group=300)])
    lead, item = written("lead", "Tools"), written("item", "Tools")
    write(opened, "list", [*prose(1, "Tools"), lead, item, item, item, *prose(1, "Tools", group=200)])
    yield opened
    opened.close()


def joined(library: Library, ranks: Mapping[str, int], *, k: int = 3) -> list[Segment]:
    """Return the segments around hits, given by passage ("book 3") and rank."""
    names = {f"{name.split()[0]}-{int(name.split()[1]):04d}": rank for name, rank in ranks.items()}
    hits = [
        Hit(names[passage.passage_id], 0.0, 0.0, passage, library.document(passage.document_id))
        for passage in library.passages(sorted(names, key=lambda item: names[item]))
    ]
    return join(library, hits, k=k)


def numbers(segments: Sequence[Segment]) -> list[list[int]]:
    return [[int(passage.passage_id[-4:]) for passage in segment.passages] for segment in segments]


def test_no_hits_give_no_segment(library: Library) -> None:
    assert join(library, []) == []


def test_a_hit_by_itself_is_a_segment_worth_one_less_its_length(library: Library) -> None:
    [segment] = joined(library, {"book 3": 1})
    assert segment.rank == 1
    assert segment.score == pytest.approx(1 - 0.18)
    assert segment.document == library.document("book")
    assert segment.text == "book 3."
    assert (segment.first_page, segment.last_page) == (3, 3)


def test_hits_that_stand_together_are_given_together_in_reading_order(library: Library) -> None:
    [segment] = joined(library, {"book 4": 1, "book 3": 2, "book 5": 3})
    assert segment.text == "book 3.\nbook 4.\nbook 5."
    assert (segment.first_page, segment.last_page) == (3, 5)
    assert segment.score == pytest.approx(1 + 1 / 1.25 + 1 / 1.5 - 3 * 0.18)


def test_what_stands_between_two_good_hits_is_given_with_them(library: Library) -> None:
    assert numbers(joined(library, {"book 2": 1, "book 5": 2})) == [[2, 3, 4, 5]]


def test_hits_whose_gap_costs_more_than_they_are_worth_stay_apart(library: Library) -> None:
    # four passages in between cost 4 × 0.18 and the second hit 0.18 itself, and it is worth 1 / (1 + 3 / 4) = 0.57
    assert numbers(joined(library, {"book 2": 1, "book 7": 4})) == [[2], [7]]


def test_a_segment_may_cross_a_heading_but_not_a_chapter(library: Library) -> None:
    assert numbers(joined(library, {"book 6": 1, "book 7": 2})) == [[6, 7]]
    assert numbers(joined(library, {"book 12": 1, "book 13": 2})) == [[12], [13]]


def test_a_segment_does_not_cross_documents(library: Library) -> None:
    found = joined(library, {"book 16": 1, "list 1": 2})
    assert [segment.document.document_id for segment in found] == ["book", "list"]


def test_a_segment_holds_eight_passages_at_most(library: Library) -> None:
    found = numbers(joined(library, {f"book {n}": rank for rank, n in enumerate(range(1, 13), start=1)}))
    assert found == [[1, 2, 3, 4, 5, 6, 7, 8], [9, 10, 11, 12]]


def test_no_more_segments_come_than_were_asked_for_best_first(library: Library) -> None:
    ranks = {"book 15": 1, "book 9": 2, "list 1": 3, "book 1": 4}
    assert [segment.text for segment in joined(library, ranks, k=2)] == ["book 15.", "book 9."]
    assert joined(library, ranks, k=0) == []


@pytest.mark.parametrize("item", [2, 3, 4, 5])
def test_a_list_of_which_a_part_is_found_is_given_whole(library: Library, item: int) -> None:
    """Half a list is a wrong answer to "which tools are there?"."""
    assert numbers(joined(library, {f"list {item}": 1})) == [[2, 3, 4, 5]]


def test_prose_beside_a_list_is_not_given_with_it(library: Library) -> None:
    assert numbers(joined(library, {"list 1": 1})) == [[1]]


def test_a_list_is_whole_though_it_is_longer_than_a_segment_may_be(tmp_path: Path) -> None:
    library = Library(tmp_path / "long.sqlite", writable=True)
    write(library, "long", [written("item", "Tools")] * 12)
    assert numbers(joined(library, {"long 5": 1})) == [[*range(1, 13)]]
    library.close()


def test_a_list_stays_in_one_segment_though_both_its_ends_are_found(library: Library) -> None:
    assert numbers(joined(library, {"list 2": 1, "list 5": 12})) == [[2, 3, 4, 5]]


def test_a_passage_without_headings_is_found_too(tmp_path: Path) -> None:
    library = Library(tmp_path / "plain.sqlite", writable=True)
    write(library, "plain", prose(3))
    assert numbers(joined(library, {"plain 1": 1, "plain 2": 2})) == [[1, 2]]
    library.close()


def test_a_segment_is_worth_more_than_it_is_long(library: Library) -> None:
    """The module promises runs "worth more together than they are long"."""
    assert numbers(joined(library, {"book 1": 1, "book 15": 30})) == [[1]]


RANKED = st.lists(st.integers(1, 16), min_size=1, max_size=10, unique=True)


@given(order=RANKED, k=st.integers(1, 6))
def test_no_passage_is_in_two_segments_and_each_is_a_run_between_two_hits(
    library: Library, order: list[int], k: int
) -> None:
    found = numbers(joined(library, {f"book {n}": rank for rank, n in enumerate(order, start=1)}, k=k))
    held = [n for run in found for n in run]
    assert len(held) == len(set(held))
    assert len(found) <= k
    for run in found:
        assert run == list(range(run[0], run[-1] + 1))
        assert {run[0], run[-1]} <= set(order)
        assert len(run) <= MOST
        assert run[-1] <= 12 or run[0] >= 13  # the chapters end there


@given(order=RANKED)
def test_segments_enough_hold_every_hit(library: Library, order: list[int]) -> None:
    found = numbers(joined(library, {f"book {n}": rank for rank, n in enumerate(order, start=1)}, k=16))
    assert set(order) <= {n for run in found for n in run}


@given(order=RANKED)
def test_segments_are_ranked_from_1_by_falling_score_and_the_first_is_the_best_there_is(
    library: Library, order: list[int]
) -> None:
    found = joined(library, {f"book {n}": rank for rank, n in enumerate(order, start=1)}, k=16)
    assert [segment.rank for segment in found] == list(range(1, len(found) + 1))
    scores = [segment.score for segment in found]
    assert scores == sorted(scores, reverse=True)
    worth = {n: 1 / (1 + (rank - 1) / 4) for rank, n in enumerate(order, start=1)}
    runs = [range(a, b + 1) for ends in ((1, 12), (13, 16)) for a in range(*ends) for b in range(a, ends[1] + 1)]
    best = max(sum(worth.get(n, 0.0) - LENGTH for n in run) for run in [*runs, [12], [16]] if len(run) <= MOST)
    assert scores[0] == pytest.approx(best)


def test_passages_that_are_not_allowed_are_in_no_run_and_divide_it(library: Library) -> None:
    hits = [
        Hit(rank, 0.0, 0.0, passage, library.document("book"))
        for rank, passage in enumerate(library.passages(["book-0001", "book-0003"]), start=1)
    ]
    allowed = frozenset({"book-0001", "book-0003"})
    ids = [[passage.passage_id for passage in segment.passages] for segment in join(library, hits, allowed=allowed)]
    assert ids == [["book-0001"], ["book-0003"]]
    [whole] = join(library, hits)
    assert [passage.passage_id for passage in whole.passages] == ["book-0001", "book-0002", "book-0003"]


def test_a_segment_stands_under_the_headings_that_its_passages_share(library: Library) -> None:
    passages = tuple(library.passages(["book-0006", "book-0007"]))
    assert Segment(1, 1.0, library.document("book"), passages).section == ("One",)
    assert Segment(1, 1.0, library.document("book"), passages[:1]).section == ("One", "A")
