from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from advisor.errors import CorpusError, UsageError
from advisor.records import Hit, SearchMode
from advisor.retrieval.retriever import Retriever, Scope, Tuning
from advisor.store.versions import Store, open_store
from tests.advisor.stores import HANDBOOK, SURVEY, Report, build_store, prose, section, understood
from tests.fakes import HashEmbedder

MODES: tuple[SearchMode, ...] = ("hybrid", "dense", "lexical")


def found(
    store: Store, text: str, *, k: int = 8, document_ids: Sequence[str] = (), mode: SearchMode = "hybrid"
) -> list[Hit]:
    retriever = Retriever(store, HashEmbedder(), tuning=Tuning(mode=mode))
    return retriever.retrieve(retriever.understand(text), k=k, scope=Scope(tuple(document_ids)))


def sections(hits: Sequence[Hit]) -> list[str]:
    return [hit.passage.section[-1] for hit in hits]


def test_a_prepared_question_has_its_unit_vector_and_its_search_terms(opened: Store) -> None:
    query = understood(opened, "Who finances joint missions?")
    assert query.terms == ("financ", "joint", "mission")
    assert float(query.vector @ query.vector) == pytest.approx(1.0)


@pytest.mark.parametrize("mode", MODES)
def test_the_passage_with_the_words_of_the_question_comes_first(opened: Store, mode: SearchMode) -> None:
    assert sections(found(opened, "staff who learned Portuguese in Lisbon", mode=mode))[0] == "Skills"


@pytest.mark.parametrize("mode", MODES)
def test_hits_are_ranked_from_1_by_falling_score(opened: Store, mode: SearchMode) -> None:
    hits = found(opened, "trade fairs for partners and partnerships", mode=mode)
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


@pytest.mark.parametrize("mode", MODES)
def test_a_hit_names_the_document_of_its_passage(opened: Store, mode: SearchMode) -> None:
    hits = found(opened, "trade fairs", mode=mode)
    assert {hit.document.file for hit in hits} == {"handbook.pdf", "survey.pdf"}
    assert all(hit.document.document_id == hit.passage.document_id for hit in hits)


@pytest.mark.parametrize("k", [1, 3])
@pytest.mark.parametrize("mode", MODES)
def test_no_more_hits_come_than_were_asked_for(opened: Store, mode: SearchMode, k: int) -> None:
    assert len(found(opened, "trade fairs bring partners to the organisation", k=k, mode=mode)) == k


@pytest.mark.parametrize("mode", ["hybrid", "dense"])
def test_asking_for_more_than_there_is_gives_all_there_is(opened: Store, mode: SearchMode) -> None:
    assert len(found(opened, "trade fairs", k=500, mode=mode)) == 8


def test_lexical_search_leaves_out_passages_without_a_word_of_the_question(opened: Store) -> None:
    assert set(sections(found(opened, "trade fairs", mode="lexical"))) == {"Fairs", "Contacts"}


def test_lexical_search_for_unknown_words_finds_nothing(opened: Store) -> None:
    assert found(opened, "zebra", mode="lexical") == []


def test_lexical_scores_are_positive(opened: Store) -> None:
    assert all(hit.score > 0 for hit in found(opened, "trade fairs", mode="lexical"))


def test_dense_scores_are_cosines(opened: Store) -> None:
    hits = found(opened, "trade fairs", mode="dense")
    assert all(hit.score == hit.similarity and -1 <= hit.score <= 1 for hit in hits)


@pytest.mark.parametrize("mode", MODES)
def test_the_similarity_of_a_hit_is_the_same_in_every_mode(opened: Store, mode: SearchMode) -> None:
    dense = {hit.passage.passage_id: hit.similarity for hit in found(opened, "trade fairs", mode="dense")}
    for hit in found(opened, "trade fairs", mode=mode):
        assert hit.similarity == pytest.approx(dense[hit.passage.passage_id], abs=1e-5)


def test_a_numbered_part_that_the_question_names_comes_before_everything_else(opened: Store) -> None:
    assert sections(found(opened, "What should a cluster organisation hold before leaving step 4?"))[0] == "Step 4"
    assert sections(found(opened, "What should a cluster organisation hold before leaving step 3?"))[0] == "Step 3"


def test_a_code_that_the_question_names_is_found(opened: Store) -> None:
    assert sections(found(opened, "What about R9?"))[0] == "Recommendations"


@pytest.mark.parametrize("name", ["survey.pdf", "survey", SURVEY.document_id])
@pytest.mark.parametrize("mode", MODES)
def test_only_the_documents_named_by_id_or_file_are_searched(opened: Store, mode: SearchMode, name: str) -> None:
    hits = found(opened, "trade fairs", document_ids=[name], mode=mode)
    assert {hit.document.file for hit in hits} == {"survey.pdf"}


def test_a_numbered_part_of_another_document_is_not_found(opened: Store) -> None:
    hits = found(opened, "What comes before step 3?", document_ids=["survey.pdf"])
    assert {hit.document.file for hit in hits} == {"survey.pdf"}


@pytest.mark.parametrize("mode", MODES)
def test_several_documents_may_be_named(opened: Store, mode: SearchMode) -> None:
    hits = found(opened, "trade fairs", document_ids=["survey.pdf", HANDBOOK.document_id], mode=mode)
    assert {hit.document.file for hit in hits} == {"handbook.pdf", "survey.pdf"}


@pytest.mark.parametrize("mode", MODES)
def test_a_document_that_is_not_in_the_store_is_named_in_the_error(opened: Store, mode: SearchMode) -> None:
    with pytest.raises(CorpusError, match=r"^no document 'other\.pdf' in .*; `advisor documents` lists what there is$"):
        found(opened, "fairs", document_ids=["other.pdf"], mode=mode)


@pytest.mark.parametrize("k", [0, -3])
def test_fewer_than_one_passage_cannot_be_asked_for(opened: Store, k: int) -> None:
    with pytest.raises(UsageError, match=f"^k is {k}; ask for at least one passage$"):
        found(opened, "fairs", k=k)


def test_another_mode_is_refused_with_those_there_are(opened: Store) -> None:
    with pytest.raises(UsageError, match=r"^the mode 'fuzzy' is none of hybrid, dense, lexical$"):
        found(opened, "fairs", mode="fuzzy")  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["", "what is it?", "' OR 1=1 --", 'he said "NEAR(x)" *', "don't", "1,200.50"])
@pytest.mark.parametrize("mode", MODES)
def test_no_question_is_a_syntax_error(opened: Store, mode: SearchMode, text: str) -> None:
    assert len(found(opened, text, k=2, mode=mode)) <= 2


def test_the_same_question_gives_the_same_hits(opened: Store) -> None:
    assert found(opened, "trade fairs") == found(opened, "trade fairs")


# --- under a heading -----------------------------------------------------------------------------------------------


def under(
    store: Store, *headings: str, document_ids: Sequence[str] = (), mode: SearchMode = "hybrid", text: str = "step 3"
) -> list[str]:
    """Return the last headings of the passages found, in alphabetical order."""
    retriever = Retriever(store, HashEmbedder(), tuning=Tuning(mode=mode))
    hits = retriever.retrieve(retriever.understand(text), scope=Scope(tuple(document_ids), headings))
    return sorted(sections(hits))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("heading", ["Step 3", "steps 3", "STEP 3"])
def test_only_what_stands_under_a_heading_of_the_scope_is_found(opened: Store, mode: SearchMode, heading: str) -> None:
    assert under(opened, heading, mode=mode, text="a cluster organisation before leaving step 4") == ["Step 3"]


def test_an_outer_heading_holds_what_is_under_the_inner_ones(opened: Store) -> None:
    assert under(opened, "Journey") == ["Step 3", "Step 4"]


def test_of_several_headings_any_will_do(opened: Store) -> None:
    assert under(opened, "Skills", "Step 4") == ["Skills", "Step 4"]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("heading", ["Zebra", "?!", ""])
def test_under_a_heading_that_no_document_has_nothing_is_found(opened: Store, mode: SearchMode, heading: str) -> None:
    assert under(opened, heading, mode=mode) == []


def test_document_and_heading_both_must_fit(opened: Store) -> None:
    assert under(opened, "Contacts", "Fairs", document_ids=["survey.pdf"]) == ["Contacts"]
    assert under(opened, "Fairs", document_ids=["survey.pdf"]) == []


def test_a_scope_holds_for_the_sides_of_a_question_too(opened: Store) -> None:
    text = "What should an organisation hold before leaving step 3, and who visits trade fairs?"
    assert under(opened, "Journey", text=text) == ["Step 3", "Step 4"]


# --- a store in which one thing is said very often -----------------------------------------------------------------

TWICE = "How is the yearly fee of members paid and grown by month, and who finances missions?"


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Seventy passages are about fees; one, among other things, about missions."""
    fees = [
        section("Fees", blocks=[prose(f"A yearly fee of members is paid in month {n}, and the fee grows.")])
        for n in range(70)
    ]
    mission = prose("Joint missions are financed by the ministry.", "It was cold, and ships lay in the harbour.")
    report = Report("crowd.pdf", "Crowd", (*fees, section("Travel", blocks=[mission])))
    store = open_store(build_store(tmp_path_factory.mktemp("crowded") / "store", report))
    yield store
    store.close()


@pytest.mark.parametrize("mode", ["hybrid", "dense"])
def test_a_heading_is_found_though_many_passages_elsewhere_fit_better(crowded: Store, mode: SearchMode) -> None:
    assert under(crowded, "Travel", mode=mode, text="the yearly fee of members") == ["Travel"]


@pytest.mark.parametrize("k", [5, 8])
def test_the_best_passage_of_each_side_is_among_the_first_five(crowded: Store, k: int) -> None:
    hits = found(crowded, TWICE, k=k)
    assert "Travel" in sections(hits[:5])
    assert sections(hits)[0] == "Fees"
    assert len(hits) == len({hit.passage.passage_id for hit in hits}) == k


def test_without_the_step_that_divides_a_question_its_weaker_side_is_lost(crowded: Store) -> None:
    retriever = Retriever(crowded, HashEmbedder(), tuning=Tuning(sides=False))
    assert "Travel" not in sections(retriever.retrieve(retriever.understand(TWICE)))


def test_the_passage_of_a_side_has_its_cosine_with_the_whole_question(crowded: Store) -> None:
    dense = {hit.passage.passage_id: hit.similarity for hit in found(crowded, TWICE, k=71, mode="dense")}
    for hit in found(crowded, TWICE):
        assert hit.similarity == pytest.approx(dense[hit.passage.passage_id], abs=1e-5)


# --- documents that are named --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("What does the survey say of visits to trade fairs?", "survey.pdf"),
        ("What does the handbook say of visits to trade fairs?", "handbook.pdf"),
    ],
)
def test_only_the_document_that_the_question_names_is_searched(opened: Store, text: str, first: str) -> None:
    """Both say the same of visits to trade fairs."""
    hits = found(opened, text)
    assert hits[0].passage.sentences[0].text == "Visits to trade fairs bring new partners."
    assert {hit.document.file for hit in hits} == {first}


def test_each_of_two_documents_that_are_named_is_among_the_first(opened: Store) -> None:
    hits = found(opened, "Compare what the survey and the handbook say of visits to trade fairs.")
    assert {hit.document.file for hit in hits[:2]} == {"handbook.pdf", "survey.pdf"}


def test_a_scope_goes_before_a_document_that_is_named(opened: Store) -> None:
    hits = found(opened, "What does the survey say of trade fairs?", document_ids=["handbook.pdf"])
    assert {hit.document.file for hit in hits} == {"handbook.pdf"}


# --- late interaction ----------------------------------------------------------------------------------------------


def test_by_late_interaction_a_passage_with_every_word_beats_one_that_is_nearer_as_a_whole(tmp_path: Path) -> None:
    report = Report(
        "yards.pdf",
        "Yards",
        (
            section("Near", blocks=[prose("Harbours teach apprentices.")]),
            section(
                "Whole",
                blocks=[
                    prose(
                        "Most harbours lie on the coast and own several cranes, sheds and railway tracks.",
                        "A firm can teach its clerks on paper, on screens and in rooms rented from a school.",
                        "All apprentices eat at noon, in winter with soup, bread, cheese and a glass of tea.",
                        "Often welding needs gas, masks, gloves, dry plates and a roof against heavy rain.",
                    )
                ],
            ),
        ),
    )
    store = open_store(build_store(tmp_path / "store", report))
    retriever = Retriever(store, HashEmbedder())
    query = retriever.understand("harbours teach apprentices welding")
    assert sections(retriever.retrieve(query))[0] == "Whole"
    assert sections(retriever.retrieve(query, tuning=Tuning(late=0)))[0] == "Near"
    store.close()


# --- a reranker ----------------------------------------------------------------------------------------------------


class Backwards:
    """Turns the hits round that it reads, and remembers what it was given."""

    def __init__(self, top_n: int) -> None:
        self.top_n = top_n
        self.question = ""
        self.read: list[Hit] = []

    def rerank(self, question: str, hits: Sequence[Hit]) -> list[Hit]:
        self.question, self.read = question, [*hits]
        turned = [*reversed(hits[: self.top_n]), *hits[self.top_n :]]
        return [replace(hit, rank=rank, score=-float(rank)) for rank, hit in enumerate(turned, start=1)]


@pytest.mark.parametrize("k", [1, 3, 6, 8])
@pytest.mark.parametrize("mode", ["hybrid", "dense"])
def test_the_order_and_the_scores_of_a_reranker_are_kept(opened: Store, mode: SearchMode, k: int) -> None:
    text = "visits to trade fairs bring partners"
    plain = [hit.passage.passage_id for hit in found(opened, text, mode=mode)]
    retriever = Retriever(opened, HashEmbedder(), tuning=Tuning(mode=mode), reranker=Backwards(6))
    hits = retriever.retrieve(retriever.understand(text), k=k)
    assert [hit.passage.passage_id for hit in hits] == [*plain[5::-1], *plain[6:]][:k]
    assert [hit.rank for hit in hits] == list(range(1, k + 1))
    assert [hit.score for hit in hits] == [-float(rank) for rank in range(1, k + 1)]


def test_a_reranker_reads_as_many_hits_as_it_wants_however_few_are_asked_for(opened: Store) -> None:
    reranker = Backwards(7)
    retriever = Retriever(opened, HashEmbedder(), reranker=reranker)
    assert len(retriever.retrieve(retriever.understand("trade fairs"), k=1)) == 1
    assert len(reranker.read) == 7


def test_a_reranker_is_asked_what_is_searched_without_the_document_that_is_named(opened: Store) -> None:
    reranker = Backwards(7)
    retriever = Retriever(opened, HashEmbedder(), reranker=reranker)
    retriever.retrieve(retriever.understand("What does the survey say of trade fairs?"))
    assert reranker.question == "What does say of trade fairs?"


# --- ranks and scores ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "text",
    [
        TWICE,
        "What does the survey say of trade fairs?",
        "Compare what the survey and the handbook say of trade fairs.",
        "What should an organisation hold before leaving steps 3 and 4?",
        "What does R9 ask, and which barriers do partnerships name?",
        "stratgey fo partnrs",
        "zebra",
        "",
    ],
)
def test_scores_fall_with_rank_whatever_the_question_names(
    opened: Store, crowded: Store, mode: SearchMode, text: str
) -> None:
    for store in (opened, crowded):
        hits = found(store, text, k=20, mode=mode)
        assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
        assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_a_store_without_documents_gives_no_hits(tmp_path: Path) -> None:
    store = open_store(build_store(tmp_path / "store"))
    assert [found(store, "What does the survey say of step 3?", mode=mode) for mode in MODES] == [[], [], []]
    assert under(store, "Step 3") == []
    store.close()
