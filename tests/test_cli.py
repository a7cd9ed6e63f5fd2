"""The command `advisor`: JSON as the contracts say, one line for an error, the right exit code, never a traceback."""

from __future__ import annotations

import io
import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from advisor.cli import guarded, main
from tests.conftest import CORPUS, ROOT

pytestmark = pytest.mark.slow

RECORD = {
    *("id", "question", "standalone_question", "answer", "abstained", "confidence", "reason", "mode", "sentences"),
    *("citations", "passages", "conflicts", "note", "suggestions", "suspicious", "suspicious_question", "removed"),
    "timings_ms",
}
CITATION = {
    *("marker", "document_id", "document", "title", "page", "page_label", "section", "quote", "start", "end", "boxes"),
    "passage_id",
}
PASSAGE = {
    *("rank", "score", "passage_id", "document_id", "document", "title", "first_page", "last_page", "section", "text"),
}


class Result:
    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def advisor(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], shipped_store: Path) -> Any:
    """Run a command in this process on the shipped corpus."""
    for name in [name for name in os.environ if name.startswith("ADVISOR_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ADVISOR_STORE", str(shipped_store))

    def run(*arguments: str | Path) -> Result:
        capsys.readouterr()
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as stop:
            code = int(stop.code or 0)
        written = capsys.readouterr()
        return Result(code, written.out, written.err)

    return run


@pytest.fixture
def question_set(advisor: Any, tmp_path: Path) -> Path:
    """Return a set of one question that the shipped corpus answers and one that it does not."""
    record = advisor("ask", "What does recommendation R9 ask for?", "--json").json
    place = {"document": record["citations"][0]["document"], "page": record["citations"][0]["page"], "phrase": "R9"}
    asked = [
        {"id": "q1", "question": "How long do I boil an egg?", "kind": "off-topic", "answerable": False},
        {"id": "q2", "question": record["question"], "kind": "fact", "answerable": True, "evidence": [place]},
    ]
    (tmp_path / "set.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in asked), encoding="utf-8")
    return tmp_path / "set.jsonl"


def assert_one_line(result: Result, code: int, *words: str) -> None:
    assert result.code == code
    assert result.out == ""
    assert len(result.err.strip().splitlines()) == 1
    assert "Traceback" not in result.err
    for word in words:
        assert word in result.err


def test_ask_prints_the_whole_answer_record_and_nothing_else(advisor: Any) -> None:
    record = advisor("ask", "How many companies are active in Hamburg Aviation?", "--json").json
    assert set(record) == RECORD
    assert "300" in record["answer"]
    assert record["abstained"] is False
    assert set(record["citations"][0]) == CITATION
    assert set(record["passages"][0]) == PASSAGE
    assert set(record["sentences"][0]) == {"text", "markers", "support"}


def test_ask_in_words_ends_with_the_list_of_cited_pages(advisor: Any) -> None:
    result = advisor("ask", "What does recommendation R9 ask for?")
    assert result.code == 0
    assert "[1] Brief: Cluster manager internationalisation skills, page " in result.out


def test_ask_declines_what_the_documents_do_not_say(advisor: Any) -> None:
    record = advisor("ask", "How do I restart a node of a Kubernetes cluster?", "--json").json
    assert record["abstained"] is True
    assert record["reason"] in ("near", "declined")


def test_many_questions_give_one_record_a_line_in_order_with_their_ids(advisor: Any, tmp_path: Path) -> None:
    questions = tmp_path / "questions.jsonl"
    history = [{"role": "user", "content": "How do we find partners abroad?"}]
    lines = [
        {"id": "b", "question": "What is case 17 about?"},
        {"id": "a", "question": "And in Asia?", "history": history},
    ]
    questions.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    records = [json.loads(line) for line in advisor("ask", "--jsonl", questions).out.splitlines()]
    assert [record["id"] for record in records] == ["b", "a"]
    assert records[1]["standalone_question"] == "How do we find partners abroad? And in Asia?"


def test_what_question_sets_say_besides_is_passed_over(advisor: Any, tmp_path: Path) -> None:
    line = {"id": "q", "question": "Who pays?", "kind": "fact", "note": "easy", "questions": 1, "document_id": "d1"}
    (tmp_path / "q.jsonl").write_text(json.dumps(line), encoding="utf-8")
    assert advisor("ask", "--jsonl", tmp_path / "q.jsonl").json["id"] == "q"


def test_a_line_may_name_the_documents_that_its_answer_comes_from(advisor: Any, tmp_path: Path) -> None:
    asked = {"question": "How many partnerships answered the survey?"}
    lines = [asked | {"documents": ["partnerships-consultation.pdf"]}, asked | {"documents": []}, asked]
    (tmp_path / "q.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    told = advisor("ask", "--jsonl", tmp_path / "q.jsonl", "--document", "capacity-building-guide.pdf").out
    found = [{passage["document"] for passage in json.loads(line)["passages"]} for line in told.splitlines()]
    guide = {"capacity-building-guide.pdf"}
    assert found == [{"partnerships-consultation.pdf"}, guide, guide]


def test_a_heading_that_is_empty_is_none(advisor: Any) -> None:
    found = advisor("search", "partners", "--section", "", "--json").json["passages"]
    assert found == advisor("search", "partners", "--json").json["passages"]


def test_search_gives_k_passages_from_the_named_document(advisor: Any) -> None:
    found = advisor("search", "target markets", "-k", "3", "--document", "partnerships-consultation", "--json").json
    assert [passage["rank"] for passage in found["passages"]] == [1, 2, 3]
    assert {passage["document"] for passage in found["passages"]} == {"partnerships-consultation.pdf"}


@pytest.mark.parametrize("mode", ["hybrid", "dense", "lexical"])
def test_search_knows_three_modes(advisor: Any, mode: str) -> None:
    assert advisor("search", "joint international strategy", "--mode", mode, "--json").json["passages"]


def test_a_search_under_a_heading_that_is_not_there_says_so(advisor: Any) -> None:
    found = advisor("search", "partners", "--section", "zzqx")
    assert found.out == "No passage under these headings holds any of these words.\n"


def test_documents_lists_what_the_store_holds(advisor: Any) -> None:
    listed = advisor("documents", "--json").json["documents"]
    assert [document["file"] for document in listed] == sorted(path.name for path in CORPUS.glob("*.pdf"))
    assert all(document["passages"] > 0 for document in listed)


def test_fifty_answers_verify_and_one_with_an_altered_word_does_not(advisor: Any, tmp_path: Path) -> None:
    topics = [
        "partners",
        "funding",
        "trust",
        "missions",
        "skills",
        "barriers",
        "agreements",
        "training",
        "markets",
        "SMEs",
    ]
    asked = ["How do we approach {}?", "What do the reports say about {}?", "Which advice exists on {}?"]
    asked += ["What are the lessons on {}?", "Who helps with {}?"]
    lines = [json.dumps({"question": form.format(topic)}) for form in asked for topic in topics]
    (tmp_path / "questions.jsonl").write_text("\n".join(lines), encoding="utf-8")
    answers = tmp_path / "answers.jsonl"
    answers.write_text(advisor("ask", "--jsonl", tmp_path / "questions.jsonl").out, encoding="utf-8")
    good = advisor("verify", answers, "--corpus", CORPUS, "--json")
    assert (good.code, good.json["answers"], good.json["problems"]) == (0, 50, [])
    assert good.json["verified"] == good.json["citations"] > 50

    first, *others = answers.read_text(encoding="utf-8").splitlines()
    record = json.loads(first)
    words = record["citations"][0]["quote"].split(" ")
    record["citations"][0]["quote"] = " ".join([*words[:-1], "entirely"])
    answers.write_text("\n".join([json.dumps(record), *others]), encoding="utf-8")
    bad = advisor("verify", answers, "--corpus", CORPUS)
    assert bad.code == 1
    assert "line 1" in bad.out
    assert "the quote is not on page" in bad.out


def test_ingest_reports_every_file_and_strict_makes_a_skipped_one_a_failure(advisor: Any, tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    shutil.copy(CORPUS / "where-the-reports-agree-and-disagree.pdf", folder / "good.pdf")
    (folder / "letter.pdf").write_text("Dear cluster manager", encoding="utf-8")
    result = advisor("ingest", folder, "--store", tmp_path / "store", "--json")
    assert result.code == 0
    assert set(result.json) == {"store", "documents", "seconds"}
    assert set(result.json["seconds"]) == {"parse", "embed", "write", "total"}
    assert [(item["file"], item["status"], item["reason"]) for item in result.json["documents"]] == [
        ("good.pdf", "added", ""),
        ("letter.pdf", "skipped", "not-a-pdf"),
    ]
    fields = {"file", "document_id", "status", "reason", "pages", "passages", "tables", "warnings"}
    assert all(set(item) == fields for item in result.json["documents"])
    again = advisor("ingest", folder, "--store", tmp_path / "store", "--json", "--strict")
    assert again.code == 1
    assert again.json["documents"][0]["status"] == "unchanged"


def test_a_removed_document_is_no_longer_cited(advisor: Any, tmp_path: Path, shipped_store: Path) -> None:
    store = tmp_path / "store"
    shutil.copytree(shipped_store, store)
    question = "How many companies are active in Hamburg Aviation?"
    assert advisor("documents", "remove", "capacity-building-guide.pdf", "--store", store).code == 0
    record = advisor("ask", question, "--store", store, "--json").json
    assert "capacity-building-guide.pdf" not in {passage["document"] for passage in record["passages"]}


def test_rebuild_leaves_the_answers_as_they_were(advisor: Any, tmp_path: Path, shipped_store: Path) -> None:
    store = tmp_path / "store"
    shutil.copytree(shipped_store, store)
    before = advisor("search", "regional policy makers", "--store", store, "--json").json["passages"]
    assert advisor("documents", "rebuild", "--store", store).code == 0
    after = advisor("search", "regional policy makers", "--store", store, "--json").json["passages"]
    assert [passage["passage_id"] for passage in after] == [passage["passage_id"] for passage in before]


def test_doctor_finds_nothing_wrong_with_a_whole_store(advisor: Any) -> None:
    report = advisor("doctor", "--json").json
    assert report["healthy"] is True
    assert {"Embedding model", "Store", "Prompts", "Chat model"} <= {
        finding["subject"] for finding in report["findings"]
    }


def test_evaluate_measures_systems_side_by_side_and_a_second_run_asks_nothing_again(
    advisor: Any, question_set: Path, tmp_path: Path
) -> None:
    arguments = (question_set, "--system", "advisor", "--system", "dense", "--cache", tmp_path / "cache")
    result = advisor("evaluate", *arguments, "--out", tmp_path / "out", "--json").json
    [measured] = result["sets"]
    assert (measured["n"], measured["answerable"]) == (2, 1)
    assert measured["systems"]["advisor"]["answerable"]["Success@5"]["value"] == 1.0
    assert measured["systems"]["advisor"]["answerable"]["quotes verified"]["value"] == 1.0
    assert measured["systems"]["advisor"]["unanswerable"]["declined"]["value"] == 1.0
    again = advisor("evaluate", *arguments, "--json").json
    assert [system["from_cache"] for system in again["sets"][0]["systems"].values()] == [2, 2]
    compared = advisor("evaluate", "--compare", f"{tmp_path / 'out'}:dense", f"{tmp_path / 'out'}:advisor", "--json")
    assert compared.json["sets"][0]["answerable"]["Success@5"]["n"] == 1
    assert advisor("verify", tmp_path / "out" / "answers.jsonl", "--corpus", CORPUS).code == 0


def test_evaluate_exits_1_where_a_figure_is_below_its_floor(advisor: Any, question_set: Path, tmp_path: Path) -> None:
    arguments = ("evaluate", question_set, "--cache", tmp_path / "cache", "--fail-under")
    assert advisor(*arguments, "Success@5=1").code == 0
    missed = advisor(*arguments, "advisor:EM=0.5")
    assert missed.code == 1
    assert missed.err.splitlines()[-1] == "advisor: set, advisor: EM was not measured, asked for at least 0.5"
    assert_one_line(advisor(*arguments, "Sucess@5=1"), 2, "'Sucess@5=1'", "MEASURE=VALUE")
    assert_one_line(advisor(*arguments, "stock:Success@5=1"), 2, "'stock'", "--system stock")
    assert advisor(*arguments, "declined=1").code == 0  # of the unanswerable questions
    assert_one_line(advisor(*arguments, "RR@10=nan"), 2, "'nan' is no number")
    assert_one_line(advisor("evaluate", question_set, "--price", "1,-1"), 2, "--price is '1,-1'")
    assert_one_line(advisor("evaluate", question_set, "--seed", "-1"), 2, "no seed")
    assert_one_line(advisor("evaluate", "--compare", "a", "b", "--fail-under", "EM=1"), 2, "leave --system")
    assert_one_line(advisor("evaluate"), 2, "name question sets, or two results")


# --- bad input ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("question", ["", "   ", "\x00\x07", "?!"])
def test_an_empty_question_is_one_line_and_exit_2(advisor: Any, question: str) -> None:
    assert_one_line(advisor("ask", question), 2, "the question is empty")


def test_a_question_of_20000_characters_is_refused_with_its_length(advisor: Any) -> None:
    assert_one_line(advisor("ask", "partner " * 2500), 2, "19,999 characters", "at most 2,000")


def test_a_question_that_is_no_utf_8_is_answered_all_the_same(advisor: Any) -> None:
    assert advisor("ask", "What does R9 \udcff ask for?", "--json").json["question"] == "What does R9 ? ask for?"


def test_control_characters_in_a_question_do_no_harm(advisor: Any) -> None:
    record = advisor("ask", "What does\x1b[31m R9\x00 ask for?", "--json").json
    assert record["question"] == "What does[31m R9 ask for?"


def test_no_store_says_how_to_build_one(advisor: Any, tmp_path: Path) -> None:
    assert_one_line(advisor("ask", "Who?", "--store", tmp_path / "none"), 2, "there is no store", "advisor ingest")


def test_a_store_of_another_model_is_refused(advisor: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ingest.build import ingest
    from tests.fakes import HashEmbedder

    ingest([CORPUS / "partnerships-consultation.pdf"], store=tmp_path / "store", embedder=HashEmbedder())
    assert_one_line(
        advisor("ask", "Who?", "--store", tmp_path / "store"), 2, "was built with 'hash'", "ADVISOR_EMBEDDER"
    )


def test_an_unknown_embedding_model_is_named(advisor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADVISOR_EMBEDDER", "/no/such/model")
    assert_one_line(advisor("ask", "Who helps?"), 2, "'/no/such/model' cannot be loaded", "ADVISOR_EMBEDDER")


@pytest.mark.parametrize("model", ["gpt", "nobody:nothing", ":", "openai:"])
def test_an_unknown_chat_model_is_named(advisor: Any, monkeypatch: pytest.MonkeyPatch, model: str) -> None:
    monkeypatch.setenv("ADVISOR_CHAT_MODEL", model)
    assert_one_line(advisor("ask", "Who helps?"), 2, repr(model), "ADVISOR_CHAT_MODEL")


@pytest.mark.parametrize(("status", "cause"), [(401, "refused the key"), (429, "had too many requests")])
def test_why_a_chat_model_fails_is_told_once_and_the_documents_are_quoted(
    advisor: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, status: int, cause: str
) -> None:
    from tests.advisor.answering.chat_server import running

    question, questions = "What does recommendation R9 ask for?", tmp_path / "questions.jsonl"
    questions.write_text(f'{{"question": "{question}"}}\n' * 2, encoding="utf-8")
    with running() as server:
        server.status = status
        monkeypatch.setenv("ADVISOR_CHAT_MODEL", "openai:test")
        monkeypatch.setenv("ADVISOR_CHAT_BASE_URL", server.url)
        one, many = advisor("ask", question), advisor("ask", "--jsonl", questions)
        doctor = advisor("doctor")
    assert "The chat model gave no usable answer; this one quotes the documents directly." in one.out
    for result in (one, many):
        assert result.code == 0
        assert result.err.count("\n") == 1
        assert result.err.startswith(f"advisor: the chat model {cause} (openai:test at {server.url}: ")
    assert [json.loads(line)["reason"] for line in many.out.splitlines()] == ["model-error"] * 2
    assert f"problem  Chat model: the chat model {cause}" in doctor.out


def test_doctor_is_content_with_a_model_that_gives_no_reason_for_its_end(
    advisor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.advisor.answering.chat_server import running

    with running() as server:
        server.pieces, server.finish = ("OK",), None
        monkeypatch.setenv("ADVISOR_CHAT_MODEL", "openai:test")
        monkeypatch.setenv("ADVISOR_CHAT_BASE_URL", server.url)
        assert "ok       Chat model: openai:test answers" in advisor("doctor").out


def test_a_folder_without_pdfs_is_named(advisor: Any, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert_one_line(advisor("ingest", tmp_path / "empty", "--store", tmp_path / "s"), 2, "holds no PDF")


def test_a_path_that_does_not_exist_is_named(advisor: Any, tmp_path: Path) -> None:
    assert_one_line(advisor("ingest", tmp_path / "gone.pdf", "--store", tmp_path / "s"), 2, "gone.pdf does not exist")


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="the administrator may write everywhere")
def test_a_folder_that_may_not_be_written_to_is_named(advisor: Any, tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir(mode=0o500)
    assert_one_line(
        advisor("ingest", CORPUS, "--store", tmp_path / "locked" / "s"), 1, "cannot be written", "permissions"
    )


def test_a_store_whose_place_is_taken_by_a_file_is_named(advisor: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    for store in (tmp_path / "file", tmp_path / "file" / "s"):
        for command in (("ingest", CORPUS), ("search", "x"), ("documents", "remove", "x"), ("documents", "rebuild")):
            assert_one_line(advisor(*command, "--store", store), 2, f"{tmp_path / 'file'} is a file, so that no store")


def test_a_folder_of_other_things_is_not_recommended_for_a_store(advisor: Any, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("", encoding="utf-8")
    for command in (("ingest", CORPUS), ("search", "x")):
        assert_one_line(advisor(*command, "--store", tmp_path), 2, "holds other files and no store")


def test_doctor_finds_fault_with_a_store_that_is_named_and_not_there(
    advisor: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = advisor("doctor", "--json", "--store", tmp_path / "none")
    found = {finding["subject"]: finding for finding in report.json["findings"]}
    assert (report.code, report.json["healthy"], found["Store"]["state"]) == (1, False, "problem")
    monkeypatch.setenv("ADVISOR_STORE", str(tmp_path / "none"))
    report = advisor("doctor", "--json")
    found = {finding["subject"]: finding for finding in report.json["findings"]}
    assert (report.code, report.json["healthy"], found["Store"]["state"]) == (0, True, "note")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["ask"], "give one question"),
        (["ask", "Who?", "--jsonl", "-"], "give one question"),
        (["search", "x", "-k", "0"], "k is 0"),
        (["search", "x", "-k", "many"], "invalid int value"),
        (["search", "partners", "--document", "nope"], "no document 'nope'"),
        (["serve", "--port", "70000"], "'70000' is no port"),
        (["serve", "--port", "0"], "'0' is no port"),
        (["documents", "remove"], "name one document"),
        (["documents", "list", "handbook"], "takes no 'handbook'"),
        (["ingest", ""], "the path is empty"),
        (["dance"], "invalid choice"),
        ([], "required"),
    ],
)
def test_wrong_usage_is_one_line(advisor: Any, arguments: list[str], words: str) -> None:
    result = advisor(*arguments)
    assert result.code in (1, 2)
    assert words in result.err
    assert len(result.err.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "line 1: not JSON"),
        ("[]", "line 1: not an object"),
        ('{"question": 5}', "line 1: no question"),
        ('{"question": ""}', "line 1: the question is empty"),
        ('{"question": "Who?", "history": ["x"]}', "line 1: history is a list"),
        ('{"question": "Who?", "history": {"role": "user", "content": "x"}}', "line 1: history is a list"),
        ('{"question": "Who?", "histroy": []}', "line 1: there is no key 'histroy'; write 'history'"),
        ('{"Question": "Who?"}', "line 1: there is no key 'Question'; write 'question'"),
        ('{"question": "Who?", "document": ["a.pdf"]}', "line 1: there is no key 'document'; write 'documents'"),
        ('{"question": "Who?", "documents": 5}', "line 1: documents is int; give a list of texts"),
        ('{"question": "Who?", "documents": ["none.pdf"]}', "line 1: no document 'none.pdf'"),
        ('{"id": 7, "question": "Who?"}\n{"id": "7", "question": "Why?"}', "line 2: the id '7' stands there twice"),
        ('{"id": "2", "question": "Who?"}\n{"question": "Why?"}', "line 2: the id '2' stands there twice"),
        ("", "holds nothing"),
    ],
)
def test_a_bad_line_among_many_questions_is_named(advisor: Any, tmp_path: Path, line: str, words: str) -> None:
    (tmp_path / "q.jsonl").write_text(line + "\n", encoding="utf-8")
    assert_one_line(advisor("ask", "--jsonl", tmp_path / "q.jsonl"), 2, "q.jsonl", words)


@pytest.mark.parametrize("content", ["", "{}", "no json", '{"citations": 1, "sentences": 2}'])
def test_verify_refuses_what_is_no_answers_file(advisor: Any, tmp_path: Path, content: str) -> None:
    (tmp_path / "a.jsonl").write_text(content, encoding="utf-8")
    assert_one_line(advisor("verify", tmp_path / "a.jsonl"), 2, "a.jsonl")


def test_verify_with_a_named_store_that_is_not_there_is_refused(
    advisor: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = tmp_path / "a.jsonl"
    answers.write_text(advisor("ask", "--jsonl", _questions(tmp_path)).out, encoding="utf-8")
    assert_one_line(advisor("verify", answers, "--store", tmp_path / "nope"), 2, "there is no store at", "nope")
    monkeypatch.setenv("ADVISOR_STORE", str(tmp_path / "gone"))
    assert_one_line(advisor("verify", answers), 2, "there is no store at", "gone")


def test_verify_without_a_store_says_what_was_not_checked(
    advisor: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = tmp_path / "a.jsonl"
    answers.write_text(advisor("ask", "--jsonl", _questions(tmp_path)).out, encoding="utf-8")
    monkeypatch.delenv("ADVISOR_STORE")
    monkeypatch.chdir(tmp_path)
    found = advisor("verify", answers, "--corpus", CORPUS)
    assert (found.code, len(found.err.splitlines())) == (0, 1)
    assert "titles, sections and passages were not checked" in found.err


def _questions(folder: Path) -> Path:
    path = folder / "q.jsonl"
    asked = ("What does recommendation R9 ask for?", "How long do I boil an egg?", "Hello")
    path.write_text("".join(json.dumps({"question": one}) + "\n" for one in asked), encoding="utf-8")
    return path


def test_a_setting_that_is_no_number_is_named(advisor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADVISOR_PORT", "many")
    assert_one_line(advisor("doctor"), 2, "ADVISOR_PORT is 'many'")


def test_python_m_ingest_is_the_same_command(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    command = [sys.executable, "-m", "ingest", str(tmp_path / "empty"), "--store", str(tmp_path / "s")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert (
        done.stderr
        == f"advisor: the folder {tmp_path / 'empty'} holds no PDF; put reports there or name another folder\n"
    )


def test_a_question_is_answered_from_the_documents_that_are_named(advisor: Any) -> None:
    only = "partnerships-consultation.pdf"
    record = advisor("ask", "How many partnerships answered the survey?", "--document", only, "--json").json
    assert {citation["document"] for citation in record["citations"]} == {only}
    assert_one_line(advisor("ask", "Who?", "--document", "none.pdf"), 2, "no document 'none.pdf'")


def test_a_document_whose_name_is_no_text_is_unknown(advisor: Any) -> None:
    assert_one_line(advisor("search", "fairs", "--document", "a\udcff"), 2, "no document")


def test_an_id_that_no_file_can_hold_is_printed_with_a_question_mark(advisor: Any, tmp_path: Path) -> None:
    (tmp_path / "q.jsonl").write_text('{"id": "a\\ud800", "question": "How do we find partners?"}\n', encoding="utf-8")
    assert advisor("ask", "--jsonl", tmp_path / "q.jsonl").json["id"] == "a?"


def test_questions_on_standard_input_that_are_no_utf_8_are_refused(
    advisor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b'{"question": "Qui\xe9n?"}'), "utf-8", "strict"))
    assert_one_line(advisor("ask", "--jsonl", "-"), 2, "cannot be read")


def test_the_id_of_a_question_comes_back_as_it_was_given(advisor: Any, tmp_path: Path) -> None:
    lines = ['{"id": 7, "question": "Who pays?"}', '{"question": "Who pays?"}', '{"id": "c", "question": "Who pays?"}']
    (tmp_path / "q.jsonl").write_text("\n".join(lines), encoding="utf-8")
    answered = advisor("ask", "--jsonl", tmp_path / "q.jsonl").out.splitlines()
    assert [json.loads(line)["id"] for line in answered] == [7, "2", "c"]


def test_the_version_is_told(advisor: Any) -> None:
    assert advisor("--version").out.startswith("cluster-advisor ")


def test_python_m_advisor_is_the_same_command() -> None:
    done = subprocess.run([sys.executable, "-m", "advisor", "--version"], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout[:16]) == (0, "cluster-advisor ")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no disk that is always full")
def test_a_disk_that_is_full_is_one_line() -> None:
    with Path("/dev/full").open("w") as full:
        run = [sys.executable, "-m", "advisor", "doctor", "--json"]
        done = subprocess.run(run, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True)
    assert (done.returncode, done.stderr) == (
        1,
        "advisor: the disk is full; make room and run the same command again\n",
    )


@pytest.mark.skipif(os.name != "posix", reason="a shell is needed that closes the output of a command")
def test_an_output_that_is_closed_is_one_line() -> None:
    command = f"exec {sys.executable} -m advisor documents >&-"
    done = subprocess.run(["sh", "-c", command], cwd=ROOT, stderr=subprocess.PIPE, text=True)
    assert (done.returncode, done.stderr) == (
        1,
        "advisor: standard output is closed, where the result would go; open it, or send it to a file\n",
    )


@pytest.mark.parametrize("module", ["advisor", "ingest"])
def test_a_command_that_is_stopped_while_it_is_loaded_says_so(module: str, tmp_path: Path) -> None:
    """Stopped inside `exec`, as while a dataclass is made, Python would end with the signal."""
    stopper = """
import os, signal, sys

signal.signal(signal.SIGINT, signal.default_int_handler)  # a run in the background ignores it

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == "advisor.records":
            exec("os.kill(os.getpid(), signal.SIGINT)", globals())

sys.meta_path.insert(0, Finder())
"""
    (tmp_path / "sitecustomize.py").write_text(stopper, encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])}
    command = [sys.executable, "-m", module, "doctor"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (130, "advisor: stopped\n")


def test_a_run_that_is_stopped_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    def stopped() -> int:
        raise KeyboardInterrupt

    assert guarded(stopped) == 130
    assert capsys.readouterr().err == "advisor: stopped\n"


def test_doctor_names_a_reranker_that_cannot_be_loaded_and_a_setting_that_is_none(
    advisor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ADVISOR_RERANKER", "/no/such/model")
    monkeypatch.setenv("ADVISOR_UNSUPORTED", "mark")
    result = advisor("doctor", "--json")
    found = {finding["subject"]: finding for finding in result.json["findings"]}
    assert result.code == 1
    assert found["Reranker"]["state"] == "problem"
    assert found["Settings"]["text"] == "ADVISOR_UNSUPORTED is no setting; ADVISOR_UNSUPPORTED is one"


def test_a_server_does_not_start_with_a_reranker_that_cannot_be_loaded(
    advisor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ADVISOR_RERANKER", "/no/such/model")
    assert_one_line(advisor("serve"), 2, "'/no/such/model' cannot be loaded")


def test_a_port_that_is_named_is_the_only_one_tried(advisor: Any) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert_one_line(advisor("serve", "--port", port), 2, f"port {port} is in use")


@pytest.mark.parametrize("weight", ["nan", "inf"])
def test_a_weight_that_is_not_finite_is_refused(advisor: Any, question_set: Path, weight: str) -> None:
    assert_one_line(
        advisor("evaluate", question_set, "--system", f"advisor:lexical={weight}"), 2, "give a finite number"
    )


def test_a_function_that_takes_no_corpus_is_no_system(advisor: Any, question_set: Path, tmp_path: Path) -> None:
    result = advisor("evaluate", question_set, "--system", "os:getcwd", "--cache", tmp_path)
    assert result.code == 2
    assert "os:getcwd takes no corpus" in result.err.splitlines()[-1]
