from __future__ import annotations

from collections.abc import Sequence

import pytest

from advisor.errors import CorpusError, UsageError
from advisor.records import Hit, SearchMode
from advisor.retrieval.retriever import Retriever, Scope, Tuning
from advisor.store.versions import Store
from tests.advisor.stores import HANDBOOK, SURVEY, understood
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
