"""Question sets in the field's formats: what is read from them, and the one clear line where something is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from advisor.errors import BenchmarkError
from advisor.evaluation.datasets import Evidence, PdfCorpus, QuestionSet, TextCorpus, read_sets
from advisor.records import Message
from ingest.texts import PlainText
from tests.advisor.evaluation.sets import (
    question,
    squad,
    unanswerable,
    write_beir,
    write_lines,
    write_spans,
    write_squad,
)


def only(path: Path) -> QuestionSet:
    [found] = read_sets(path)
    return found


def refused(path: Path, *words: str) -> None:
    with pytest.raises(BenchmarkError) as caught:
        read_sets(path)
    for word in words:
        assert word in str(caught.value)


# --- our own ------------------------------------------------------------------------------------------------------


def test_a_question_keeps_all_that_its_line_says(tmp_path: Path) -> None:
    line = question(
        answer="At trade fairs.",
        variants=["fairs"],
        key_facts=["trade fairs", ["40", "forty"]],
        history=[{"role": "user", "content": "We export cheese."}],
        language="de",
    )
    [read] = only(write_lines(tmp_path / "set.jsonl", [line])).questions
    assert read.answers == ("At trade fairs.", "fairs")
    assert read.key_facts == (("trade fairs",), ("40", "forty"))
    assert read.history == (Message("user", "We export cheese."),)
    assert read.evidence == (Evidence("handbook.pdf", 2, "trade fairs", 1),)
    assert read.language == "de"


def test_a_set_of_ours_asks_about_the_documents_of_a_store_and_judges_pages(tmp_path: Path) -> None:
    found = only(write_lines(tmp_path / "set.jsonl", [question()]))
    assert (found.unit, found.corpus) == ("page", PdfCorpus())
    assert found.qrels(found.questions[0]) == {"handbook.pdf#2": 1}


def test_a_set_has_the_name_of_its_folder_also_where_it_is_named_from_within_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "journey"
    path = write_lines(folder / "dev.jsonl", [question(evidence={"briefs": question()["evidence"]})])
    (folder / "corpora.toml").write_text('[briefs]\ndocuments = ["handbook.pdf"]\n', encoding="utf-8")
    monkeypatch.chdir(folder)
    assert [only(path).name, only(Path("dev.jsonl")).name] == ["journey-dev (briefs)"] * 2


def test_the_views_of_a_corpus_are_sets_of_their_own_and_never_mixed(tmp_path: Path) -> None:
    (tmp_path / "corpora.toml").write_text(
        '[briefs]\ndocuments = ["brief.pdf"]\n[originals]\ndocuments = ["handbook.pdf"]\n', encoding="utf-8"
    )
    brief = [{"document": "brief.pdf", "page": 1, "phrase": "fairs"}]
    both = question("both", evidence={"originals": question()["evidence"], "briefs": brief})
    one = question("one", evidence={"originals": question()["evidence"]})
    briefs, originals = read_sets(write_lines(tmp_path / "test.jsonl", [both, one, unanswerable()]))
    assert [q.id for q in briefs.questions] == ["both", "u1"]  # what the briefs may hold in part is no proof of absence
    assert [q.id for q in originals.questions] == ["both", "one", "u1"]
    assert {place.document for q in briefs.questions for place in q.evidence} == {"brief.pdf"}
    assert originals.name == f"{tmp_path.name}-test (originals)"


def test_evidence_of_a_view_that_lies_in_no_document_of_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "corpora.toml").write_text('[briefs]\ndocuments = ["brief.pdf"]\n', encoding="utf-8")
    line = question(evidence={"briefs": question()["evidence"]})
    refused(write_lines(tmp_path / "set.jsonl", [line]), "line 1", "handbook.pdf", "briefs")


def test_a_folder_of_pdfs_is_asked_about_what_lies_in_it(tmp_path: Path) -> None:
    write_lines(tmp_path / "questions.jsonl", [question()])
    refused(tmp_path, "no PDF")
    (tmp_path / "handbook.pdf").write_bytes(b"%PDF-1.7")
    assert only(tmp_path).corpus == PdfCorpus(("handbook.pdf",), tmp_path)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", ("line 1", "not JSON")),
        ("[]", ("line 1", "not an object")),
        (json.dumps(question(answerable="yes")), ("line 1", "answerable is 'yes'")),
        (json.dumps(question(evidence=[])), ("line 1", "names its evidence")),
        (json.dumps(question(evidence=[{"document": "a.pdf", "page": 0, "phrase": "x"}])), ("line 1", "page is 0")),
        (json.dumps(question(evidence=[{"document": "a.pdf", "page": True, "phrase": "x"}])), ("page is True",)),
        (json.dumps(question(question=" ")), ("line 1", "question is ' '")),
        (json.dumps(question(kind=None)), ("line 1", "kind is None")),
        (json.dumps(question("a\nb")), ("line 1", "id is", "line ends")),
        (json.dumps(question("\ud800")), ("line 1", "id is")),
        (json.dumps(question(question="Who \ud800?")), ("line 1", "surrogate")),
        (json.dumps(question(language=["de"])), ("line 1", "language is")),
        (json.dumps(question(key_facts=["%"])), ("line 1", "'%'", "no word")),
        (json.dumps(question(key_facts="fairs")), ("line 1", "key_facts", "not a list")),
        (json.dumps(question(history=[{"role": "system", "content": "x"}])), ("line 1", "history")),
    ],
)
def test_a_malformed_line_is_named_with_its_file_and_number(tmp_path: Path, line: str, words: tuple[str, ...]) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(line + "\n", encoding="utf-8")
    refused(path, str(path), *words)


def test_a_question_that_nobody_has_judged_is_passed_over(tmp_path: Path) -> None:
    waiting = question("q2", answerable=None, evidence=[], note="The reader found the answer wrong")
    found = only(write_lines(tmp_path / "set.jsonl", [waiting, question("q1")]))
    assert [each.id for each in found.questions] == ["q1"]


def test_a_set_in_which_nobody_has_judged_anything_is_refused(tmp_path: Path) -> None:
    refused(write_lines(tmp_path / "set.jsonl", [question(answerable=None)]), "holds no questions")


def test_a_question_that_does_not_say_whether_it_can_be_answered_is_refused(tmp_path: Path) -> None:
    line = question()
    del line["answerable"]
    refused(write_lines(tmp_path / "set.jsonl", [line]), "line 1", "answerable is None")


def test_an_id_that_stands_there_twice_is_refused(tmp_path: Path) -> None:
    refused(write_lines(tmp_path / "set.jsonl", [question(), question()]), "'q1'", "twice")


def test_ids_that_would_be_one_in_a_run_are_refused(tmp_path: Path) -> None:
    refused(write_lines(tmp_path / "set.jsonl", [question("a b"), question("a_b")]), "'a_b'", "twice")


def test_an_empty_set_a_missing_one_and_one_of_no_known_form_are_refused(tmp_path: Path) -> None:
    refused(write_lines(tmp_path / "empty.jsonl", []), "holds nothing")
    refused(tmp_path / "none.jsonl", "there is no question set")
    refused(write_lines(tmp_path / "set.csv", [question()]), ".jsonl")
    (tmp_path / "folder").mkdir()
    refused(tmp_path / "folder", "questions.jsonl", "BEIR")


# --- BEIR ---------------------------------------------------------------------------------------------------------


def test_a_beir_folder_gives_its_judged_queries_and_streams_its_documents(tmp_path: Path) -> None:
    found = only(write_beir(tmp_path / "tiny"))
    assert found.name == "tiny-test"
    assert [(q.id, q.text) for q in found.questions] == [
        ("1", "containers in the harbour of Genoa"),
        ("2", "how bees find home by the sun"),
    ]
    assert found.qrels(found.questions[1]) == {"d3": 2, "d2": 0}
    assert isinstance(found.corpus, TextCorpus)
    texts = found.corpus.read()
    assert next(texts) == PlainText(
        "d1", "Harbours", "The harbour of Genoa moves two million containers a year.\n\nIt was enlarged in 1999."
    )
    assert [text.name for text in found.corpus.read()] == ["d1", "d2", "d3"]


def test_the_only_split_of_a_beir_folder_is_taken_and_any_other_by_its_file(tmp_path: Path) -> None:
    folder = write_beir(tmp_path / "tiny", split="train")
    assert only(folder).name == "tiny-train"
    (folder / "qrels" / "dev.tsv").write_text("query-id\tcorpus-id\tscore\n1\td1\t1\n", encoding="utf-8")
    refused(folder, "no qrels/test.tsv", "dev.tsv", "train.tsv")
    assert [q.id for q in only(folder / "qrels" / "dev.tsv").questions] == ["1"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("1\td9\t1", ("test.tsv, line 2", "'d9'", "not in corpus.jsonl")),
        ("9\td1\t1", ("test.tsv, line 2", "'9'", "queries.jsonl")),
        ("1 d1 1", ("test.tsv, line 2", "divided by tabs")),
        ("1\td1\tmuch", ("test.tsv, line 2", "divided by tabs")),
        ("1\td1\t0", ("'1'", "no relevant document")),
    ],
)
def test_wrong_judgments_are_named_with_their_line(tmp_path: Path, line: str, words: tuple[str, ...]) -> None:
    folder = write_beir(tmp_path / "tiny")
    (folder / "qrels" / "test.tsv").write_text(f"query-id\tcorpus-id\tscore\n{line}\n", encoding="utf-8")
    refused(folder, *words)


def test_two_documents_of_one_id_are_refused(tmp_path: Path) -> None:
    folder = write_beir(tmp_path / "tiny")
    write_lines(folder / "corpus.jsonl", [{"_id": "d1", "text": "a"}, {"_id": "d1", "text": "b"}])
    refused(folder, "corpus.jsonl, line 2", "'d1'", "twice")


# --- SQuAD 2.0 ----------------------------------------------------------------------------------------------------


def test_each_paragraph_of_a_squad_file_is_a_document(tmp_path: Path) -> None:
    found = only(write_squad(tmp_path / "squad.json"))
    assert isinstance(found.corpus, TextCorpus)
    assert [text.name for text in found.corpus.read()] == ["Sea_Life/1", "Sea_Life/2"]
    answerable, impossible = found.questions
    assert found.qrels(answerable) == {"Sea_Life/1": 1}
    assert (answerable.answers, answerable.key_facts) == (("krill", "on krill"), (("krill", "on krill"),))
    assert (impossible.answerable, impossible.evidence, impossible.answers) == (False, (), ())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", ("not JSON",)),
        ("{}", ("no SQuAD file",)),
        (json.dumps(squad(("Text.", [{"id": "a", "question": "Who?", "answers": []}]))), ("paragraph 1", "no answer")),
        (json.dumps(squad(("", []))), ("Sea_Life, paragraph 1", "context")),
    ],
)
def test_a_wrong_squad_file_is_refused_with_its_place(tmp_path: Path, text: str, words: tuple[str, ...]) -> None:
    path = tmp_path / "squad.json"
    path.write_text(text, encoding="utf-8")
    refused(path, *words)


def test_two_articles_of_one_title_are_refused(tmp_path: Path) -> None:
    root = squad(("Text.", []))
    root["data"] *= 2
    (tmp_path / "squad.json").write_text(json.dumps(root), encoding="utf-8")
    refused(tmp_path / "squad.json", "Sea_Life, paragraph 1", "same title")


# --- texts with spans ---------------------------------------------------------------------------------------------


def test_spans_are_read_with_their_texts(tmp_path: Path) -> None:
    found = only(write_spans(tmp_path / "tides"))
    [asked] = found.questions
    assert found.unit == "span"
    assert [(place.document, place.span, place.part) for place in asked.evidence] == [
        ("sea", (25, 50), 1),
        ("sea", (51, 68), 2),
    ]


def test_a_question_of_a_kind_may_have_places_in_several_texts_or_none_and_then_it_cannot_be_answered(
    tmp_path: Path,
) -> None:
    folder = write_spans(tmp_path / "tides")
    evidence = [{"content": "Hills", "start": 0, "end": 5, "corpus_id": "land"}]
    both = {"text": "?", "corpus_id": "sea"}
    write_lines(
        folder / "queries.jsonl",
        [
            {"_id": "a", "kind": "fact", "evidence": evidence, **both},
            {"_id": "b", "kind": "absent", "evidence": [], **both},
        ],
    )
    there, absent = only(folder).questions
    assert (there.kind, there.answerable, [place.document for place in there.evidence]) == ("fact", True, ["land"])
    assert (absent.kind, absent.answerable, absent.evidence) == ("absent", False, ())
    write_lines(folder / "queries.jsonl", [{"_id": "c", "evidence": [], **both}])
    refused(folder, "queries.jsonl, line 1", "no evidence", "kind")
    write_lines(folder / "queries.jsonl", [{"_id": "d", "kind": 3, "evidence": evidence, **both}])
    refused(folder, "queries.jsonl, line 1", "kind is 3")


def test_words_that_are_not_at_their_span_are_refused(tmp_path: Path) -> None:
    folder = write_spans(tmp_path / "tides")
    evidence = [{"content": "The moon", "start": 0, "end": 8}]
    write_lines(folder / "queries.jsonl", [{"_id": "s", "text": "?", "corpus_id": "sea", "evidence": evidence}])
    refused(folder, "queries.jsonl, line 1", "'The moon'", "0 to 8", "sea.md")


# --- TREC ---------------------------------------------------------------------------------------------------------


def test_trec_judgments_are_a_set_without_words_or_documents(tmp_path: Path) -> None:
    path = tmp_path / "robust.qrels"
    path.write_text("301 0 doc-a 2\n301 0 doc-b 0\n302 0 doc-a 1\n", encoding="utf-8")
    found = only(path)
    assert [found.qrels(q) for q in found.questions] == [{"doc-a": 2, "doc-b": 0}, {"doc-a": 1}]
    assert found.corpus is None


def test_a_pair_that_is_judged_twice_and_a_short_line_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "robust.qrels"
    path.write_text("301 0 doc-a 1\n301 0 doc-a 0\n", encoding="utf-8")
    refused(path, "line 2", "judged twice")
    path.write_text("301 doc-a 1\n", encoding="utf-8")
    refused(path, "line 1", "relevance")
