"""Whole evaluations without weights: systems by name, other people's code, files, stopped runs, errors."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever

from advisor.errors import AdvisorError, BenchmarkError, UsageError
from advisor.evaluation import evaluate
from advisor.evaluation.corpora import ANSWER_CODE, STORE_CODE
from advisor.evaluation.experiment import Place, evaluate_systems
from advisor.evaluation.judging import Quotes
from advisor.evaluation.results import Measured, Options, conclude
from advisor.records import Message
from tests.advisor.evaluation.sets import question, unanswerable, write_beir, write_lines, write_spans, write_squad
from tests.advisor.stores import HANDBOOK, SURVEY
from tests.conftest import ROOT
from tests.fakes import HashEmbedder, ScriptedWriter
from tests.test_imports import imports, modules

ASKED = "What do staff who learned Portuguese do in Lisbon?"


class CountingEmbedder(HashEmbedder):
    """Counts the texts that it embeds, and stops the work after some."""

    def __init__(self, stop_after: int = 10**9) -> None:
        super().__init__()
        self.embedded = 0
        self.stop_after = stop_after

    def embed(self, texts: Sequence[str], *, progress: Any = None) -> Any:
        self.embedded += len(texts)
        if self.embedded > self.stop_after:
            raise KeyboardInterrupt
        return super().embed(texts, progress=progress)


def measured(
    path: Path, *names: str, cache: Path, embedder: HashEmbedder | None = None, **place: Any
) -> list[Measured]:
    told: list[str] = []
    where = Place(embedder or HashEmbedder(), cache, listener=told.append, **place)
    return evaluate_systems([path], names or ["advisor"], where, progress=False)


def figures(result: dict[str, Any], system: str = "advisor") -> dict[str, Any]:
    found: dict[str, Any] = result["sets"][0]["systems"][system]
    return found


def without_timings(result: dict[str, Any]) -> dict[str, Any]:
    for each in result["sets"]:
        for system in each["systems"].values():
            del system["latency_ms"], system["from_cache"]
    return result


@pytest.fixture
def small_set(tmp_path: Path) -> Path:
    """Return a set about the small store: one question it answers, one it does not."""
    evidence = [{"document": SURVEY.file, "page": 1, "phrase": "Portuguese"}]
    answerable = question(
        question=ASKED, evidence=evidence, key_facts=["Portuguese"], answer="They learned Portuguese."
    )
    return write_lines(tmp_path / "small.jsonl", [answerable, unanswerable()])


def test_systems_are_measured_side_by_side_on_one_store(small_set: Path, small_store: Path, tmp_path: Path) -> None:
    names = ("advisor", "dense", "lexical", "advisor:lexical=0,sentence=0")
    result = conclude(measured(small_set, *names, cache=tmp_path / "cache", store=small_store), Options())
    assert list(result["sets"][0]["systems"]) == list(names)
    for name in names:
        assert figures(result, name)["answerable"]["n"] == 1
        assert figures(result, name)["answerable"]["Success@5"] == {"value": 1.0, "low": 1.0, "high": 1.0, "n": 1}


def test_the_folder_of_a_result_holds_report_figures_runs_judgments_and_answers(
    small_set: Path, small_store: Path, tmp_path: Path
) -> None:
    found = measured(small_set, cache=tmp_path / "cache", store=small_store)
    conclude(found, Options(), out=tmp_path / "out")
    names = ["answers.jsonl", "judged.jsonl"]
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [
        *names,
        *("report.html", "report.md", "result.json", "small.advisor.run", "small.qrels"),
    ]
    run = (tmp_path / "out" / "small.advisor.run").read_text(encoding="utf-8").splitlines()
    assert run[0].split()[:4] == ["q1", "Q0", f"{SURVEY.file}#1", "1"]
    answers = (tmp_path / "out" / "answers.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["id"] for line in answers] == ["q1", "u1"]
    conclude(found, Options(texts=False), out=tmp_path / "bare")
    assert not (tmp_path / "bare" / "answers.jsonl").exists()
    assert "<dt>answer</dt>" not in (tmp_path / "bare" / "report.html").read_text(encoding="utf-8")


def test_a_second_run_takes_its_answers_from_the_cache_and_gives_the_same_figures(
    small_set: Path, small_store: Path, tmp_path: Path
) -> None:
    first = conclude(measured(small_set, cache=tmp_path / "one", store=small_store), Options())
    again = conclude(measured(small_set, cache=tmp_path / "one", store=small_store), Options())
    anew = conclude(measured(small_set, cache=tmp_path / "two", store=small_store), Options())
    assert [figures(result)["from_cache"] for result in (first, again, anew)] == [0, 2, 0]
    assert without_timings(first) == without_timings(again) == without_timings(anew)


def test_a_stopped_run_goes_on_where_it_was_stopped(small_set: Path, small_store: Path, tmp_path: Path) -> None:
    stopped = CountingEmbedder(stop_after=4)  # the warm-up, then the answer, passages and segments of question 1
    with pytest.raises(KeyboardInterrupt):
        measured(small_set, cache=tmp_path / "cache", store=small_store, embedder=stopped)
    [kept] = (tmp_path / "cache" / "answers").iterdir()
    kept.write_bytes(kept.read_bytes() + b'{"key": "cut o')  # the power failed while the next line was written
    result = conclude(measured(small_set, cache=tmp_path / "cache", store=small_store), Options())
    assert figures(result)["from_cache"] == 1
    assert len(kept.read_text(encoding="utf-8").splitlines()) == 2


def test_what_was_answered_with_other_settings_is_not_taken_from_the_cache(
    small_set: Path, small_store: Path, tmp_path: Path
) -> None:
    measured(small_set, "advisor", cache=tmp_path / "cache", store=small_store)
    [other] = measured(small_set, "advisor:lexical=0", cache=tmp_path / "cache", store=small_store)
    assert other.from_cache == {"advisor:lexical=0": 0}


class CountedWriter(ScriptedWriter):
    """Counts a hundred tokens read and ten written for each answer."""

    @property
    def tokens(self) -> dict[str, int]:
        return {"input": 100 * len(self.asked), "output": 10 * len(self.asked)}


def test_what_a_chat_model_costs_is_counted_and_its_answers_are_never_kept(
    small_set: Path, small_store: Path, tmp_path: Path
) -> None:
    writer = CountedWriter(lambda given: f"Half of the staff learned Portuguese in Lisbon [{given[0].key}].")
    for _ in range(2):
        found = measured(small_set, "written", cache=tmp_path / "cache", store=small_store, writer=writer)
        assert found[0].from_cache == {"written": 0}
    tokens = figures(conclude(found, Options(price=(2.0, 8.0))), "written")["tokens"]
    asked = tokens["input"] / 100  # questions that are declined never reach the model
    assert tokens["output"] == 10 * asked
    assert tokens["cost"] == pytest.approx(asked * (100 * 2.0 + 10 * 8.0) / 1e6, abs=1e-4)


def test_a_beir_folder_is_indexed_once_and_judged_by_document(tmp_path: Path) -> None:
    folder, cache = write_beir(tmp_path / "tiny"), tmp_path / "cache"
    result = conclude(measured(folder, "lexical", "stock", cache=cache), Options(), out=tmp_path / "out")
    for system in ("lexical", "stock"):
        assert figures(result, system)["answerable"]["nDCG@10"]["value"] == 1.0
        assert "key facts" not in figures(result, system)["answerable"]
    second = CountingEmbedder()
    measured(folder, "lexical", "stock", cache=cache, embedder=second)
    assert second.embedded == 2  # each system is warmed up; nothing is indexed or asked again


def test_squad_measures_answers_and_declines(tmp_path: Path) -> None:
    path = write_squad(tmp_path / "squad.json")
    found = figures(conclude(measured(path, cache=tmp_path / "cache"), Options()))
    assert found["answerable"]["Success@1"]["value"] == 1.0
    assert found["answerable"]["key facts"]["value"] == 1.0
    assert found["unanswerable"]["declined"]["value"] == 1.0
    assert found["abstention"]["AUROC"]["value"] == 1.0


def test_texts_with_spans_are_judged_by_characters(tmp_path: Path) -> None:
    folder = write_spans(tmp_path / "tides")
    result = conclude(measured(folder, "advisor", "stock", cache=tmp_path / "cache"), Options(), out=tmp_path / "out")
    for system in ("advisor", "stock"):
        assert figures(result, system)["answerable"]["span recall"]["value"] == 1.0
        assert 0 < figures(result, system)["answerable"]["span IoU"]["value"] < 1


# --- as a library -------------------------------------------------------------------------------------------------


class OneFairRetriever(BaseRetriever):
    """Finds one page of a handbook, as LangChain's loaders name it: by its path, counted from 0."""

    def _get_relevant_documents(self, query: str, *, run_manager: Any) -> list[Document]:
        return [Document("We meet at trade fairs.", metadata={"source": "/reports/handbook.pdf", "page": 1})]


def test_a_langchain_retriever_is_judged_by_the_pages_that_its_documents_name(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "set.jsonl", [question()])
    found = evaluate(OneFairRetriever(), path, first_page=0, progress=False)
    assert figures(found, "system")["answerable"]["Success@1"]["value"] == 1.0
    assert figures(found, "system")["answerable"]["passage hit@1"]["value"] == 1.0
    counted_from_1 = evaluate(OneFairRetriever(), path, progress=False)
    assert figures(counted_from_1, "system")["answerable"]["Success@1"]["value"] == 0.0


def test_a_function_that_returns_an_answer_record_is_judged_in_full(tmp_path: Path) -> None:
    def answer(asked: str, history: Sequence[Message]) -> dict[str, Any]:
        declines = "egg" in asked
        place = {"document": "handbook.pdf", "page": 2}
        return {
            "answer": "I do not know." if declines else "At trade fairs.",
            "abstained": declines,
            "confidence": 0.1 if declines else 0.9,
            "passages": [{"document": "handbook.pdf", "first_page": 2, "text": "Meet at trade fairs."}],
            "sentences": [{"text": "At trade fairs.", "markers": [1]}],
            "citations": [place | {"marker": 1, "quote": "Meet at trade fairs."}],
        }

    path = write_lines(tmp_path / "set.jsonl", [question(answer="trade fairs"), unanswerable()])
    found = figures(evaluate(answer, path, name="mine", out=tmp_path / "out", progress=False), "mine")
    assert found["answerable"]["key facts"]["value"] == 1.0
    assert found["answerable"]["F1"]["value"] == pytest.approx(2 * 2 / (3 + 2), abs=1e-4)
    assert found["answerable"]["citation precision"]["value"] == 1.0
    assert found["answerable"]["evidence cited"]["value"] == 1.0
    assert found["abstention"]["balanced accuracy"]["value"] == 1.0
    assert found["abstention"]["AURC"] == pytest.approx(1 / 2 * 0 + 1 / 2 * 1 / 2)
    assert (tmp_path / "out" / "report.html").is_file()


@pytest.mark.parametrize("given", [None, {"answer": "Yes."}, {"passages": [{}]}, {"passages": "none"}])
def test_what_is_no_answer_record_is_refused_and_nothing_is_written(tmp_path: Path, given: Any) -> None:
    path = write_lines(tmp_path / "set.jsonl", [question()])
    with pytest.raises(BenchmarkError, match=r"mine gave .*'q1'"):
        evaluate(lambda asked, history: given, path, name="mine", out=tmp_path / "out", progress=False)
    assert not (tmp_path / "out").exists()


# --- files made elsewhere -----------------------------------------------------------------------------------------


def test_a_trec_run_is_judged_on_trec_judgments(tmp_path: Path) -> None:
    (tmp_path / "robust.qrels").write_text("301 0 a 1\n302 0 b 1\n", encoding="utf-8")
    (tmp_path / "mine.run").write_text("301 Q0 x 1 2.0 mine\n301 Q0 a 2 1.0 mine\n", encoding="utf-8")
    found = measured(tmp_path / "robust.qrels", str(tmp_path / "mine.run"), cache=tmp_path / "cache")
    assert figures(conclude(found, Options()), "mine")["answerable"]["RR@10"]["value"] == (1 / 2 + 0) / 2


def test_the_run_that_a_result_holds_gives_the_same_figures_again(
    small_set: Path, small_store: Path, tmp_path: Path
) -> None:
    whole = conclude(measured(small_set, cache=tmp_path / "cache", store=small_store), Options(), out=tmp_path / "out")
    run = tmp_path / "out" / "small.advisor.run"
    again = conclude(measured(small_set, str(run), cache=tmp_path / "cache", store=small_store), Options())
    for measure in ("Success@1", "RR@10", "nDCG@10", "R@5"):
        assert figures(again, run.stem)["answerable"][measure] == figures(whole)["answerable"][measure]


def test_a_run_and_answers_of_another_set_are_refused(small_set: Path, small_store: Path, tmp_path: Path) -> None:
    (tmp_path / "other.run").write_text("q9 Q0 a 1 2.0 mine\n", encoding="utf-8")
    with pytest.raises(BenchmarkError, match=r"'q9', which is no question of small"):
        measured(small_set, str(tmp_path / "other.run"), cache=tmp_path / "cache", store=small_store)
    write_lines(tmp_path / "answers.jsonl", [{"id": "q1", "passages": []}])
    with pytest.raises(BenchmarkError, match=r"does not answer 'u1'"):
        measured(small_set, str(tmp_path / "answers.jsonl"), cache=tmp_path / "cache", store=small_store)


@pytest.mark.parametrize("line", ["q1 Q0 a 1 much mine", "q1 Q0 a", "q1 Q0 a 1 nan mine"])
def test_a_malformed_line_of_a_run_is_named(small_set: Path, small_store: Path, tmp_path: Path, line: str) -> None:
    (tmp_path / "bad.run").write_text(line + "\n", encoding="utf-8")
    with pytest.raises(BenchmarkError, match=r"bad\.run, line 1"):
        measured(small_set, str(tmp_path / "bad.run"), cache=tmp_path / "cache", store=small_store)


# --- errors -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("advisr", "there is no system 'advisr'"),
        ("advisor:speed=1", "'speed'; there are mode, dense"),
        ("advisor:lexical=much", "no number"),
        ("advisor:mode=fast", "none of hybrid, dense, lexical"),
        ("written", "ADVISOR_CHAT_MODEL"),
        ("benchmarks.none:build", "cannot be loaded"),
    ],
)
def test_a_system_that_does_not_exist_is_named(
    small_set: Path, small_store: Path, tmp_path: Path, name: str, words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        measured(small_set, name, cache=tmp_path / "cache", store=small_store)


def test_a_set_about_a_document_that_the_store_lacks_is_refused(small_store: Path, tmp_path: Path) -> None:
    evidence = [{"document": "elsewhere.pdf", "page": 1, "phrase": "x"}]
    path = write_lines(tmp_path / "set.jsonl", [question(evidence=evidence)])
    with pytest.raises(BenchmarkError, match=r"elsewhere\.pdf, which is not in the store"):
        measured(path, cache=tmp_path / "cache", store=small_store)


def test_a_store_with_documents_of_another_view_is_refused_so_that_figures_never_mix(
    small_store: Path, tmp_path: Path
) -> None:
    (tmp_path / "corpora.toml").write_text(f'[one]\ndocuments = ["{HANDBOOK.file}"]\n', encoding="utf-8")
    evidence = {"one": [{"document": HANDBOOK.file, "page": 1, "phrase": "x"}]}
    path = write_lines(tmp_path / "set.jsonl", [question(evidence=evidence)])
    with pytest.raises(BenchmarkError, match="would not be those of this corpus"):
        measured(path, cache=tmp_path / "cache", store=small_store)


def test_a_view_whose_documents_are_not_at_hand_is_left_out_and_said_so(tmp_path: Path) -> None:
    (tmp_path / "corpora.toml").write_text('[originals]\ndocuments = ["away.pdf"]\n', encoding="utf-8")
    evidence = {"originals": [{"document": "away.pdf", "page": 1, "phrase": "x"}]}
    path = write_lines(tmp_path / "set.jsonl", [question(evidence=evidence)])
    told: list[str] = []
    place = Place(HashEmbedder(), tmp_path / "cache", folders=(tmp_path,), listener=told.append)
    with pytest.raises(BenchmarkError, match="no documents of these sets are at hand"):
        evaluate_systems([path], ["advisor"], place, progress=False)
    assert "left out" in told[0]


def test_answers_to_another_question_are_refused_though_their_id_is_known(
    small_set: Path, small_store: Path, tmp_path: Path
) -> None:
    answers: list[dict[str, Any]] = [
        {"id": name, "question": "Who is the king?", "passages": []} for name in ("q1", "u1")
    ]
    write_lines(tmp_path / "answers.jsonl", answers)
    with pytest.raises(BenchmarkError, match=r"line 1: 'q1' is another question in small"):
        measured(small_set, str(tmp_path / "answers.jsonl"), cache=tmp_path / "cache", store=small_store)


def test_the_answers_that_a_result_holds_are_read_back_though_a_view_was_left_out_of_it(
    small_store: Path, tmp_path: Path
) -> None:
    path = _set_of_two_views(tmp_path)
    told: list[str] = []
    place = Place(HashEmbedder(), tmp_path / "cache", folders=(tmp_path,), store=small_store, listener=told.append)
    whole = conclude(evaluate_systems([path], ["advisor"], place, progress=False), Options(), out=tmp_path / "out")
    answers = str(tmp_path / "out" / "answers.jsonl")
    again = conclude(evaluate_systems([path], [answers], place, progress=False), Options())
    assert [each["set"] for each in again["sets"]] == [f"{tmp_path.name}-set (near)"]
    assert figures(again, "answers")["answerable"]["key facts"] == figures(whole)["answerable"]["key facts"]
    assert told[-1] == f"left out: {tmp_path.name}-set (away), of which {answers} answers nothing"


def test_answers_to_other_sets_only_are_refused(small_set: Path, tmp_path: Path) -> None:
    write_lines(tmp_path / "answers.jsonl", [{"set": "another", "id": "q1", "passages": []}])
    with pytest.raises(BenchmarkError, match=r"answers\.jsonl: the answers are to other sets than small; "):
        measured(small_set, str(tmp_path / "answers.jsonl"), cache=tmp_path / "cache")


def _set_of_two_views(folder: Path) -> Path:
    views = f'[near]\ndocuments = ["{HANDBOOK.file}", "{SURVEY.file}"]\n[away]\ndocuments = ["away.pdf"]\n'
    (folder / "corpora.toml").write_text(views, encoding="utf-8")
    evidence = {
        "near": [{"document": HANDBOOK.file, "page": 2, "phrase": "trade fairs"}],
        "away": [{"document": "away.pdf", "page": 1, "phrase": "x"}],
    }
    return write_lines(folder / "set.jsonl", [question(evidence=evidence)])


# --- code of somebody's own ---------------------------------------------------------------------------------------

OWN = """
class System:
    name, key, repeats = "mine", "", True

    def __init__(self, corpus):
        pass

    def ask(self, question, *, answers):
        return {"passages": [{"document": "survey.pdf", "first_page": 1}], "abstained": "egg" in question.text}


class Failing(System):
    def ask(self, question, *, answers):
        raise KeyError("index")


def failing(corpus):
    raise TypeError("the index is not there")


def nothing(corpus):
    return None


def of_two(corpus, index):
    return System(corpus)


constant = 5
"""


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the name of a module in the working directory."""
    name = f"own_{tmp_path.name.replace('-', '_')}"
    (tmp_path / f"{name}.py").write_text(OWN, encoding="utf-8")
    (tmp_path / f"{name}_broken.py").write_text("raise RuntimeError('half done')", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return name


def test_a_system_of_somebodys_own_is_measured_under_its_own_name(
    own: str, small_set: Path, small_store: Path, tmp_path: Path
) -> None:
    found = measured(small_set, f"{own}:System", cache=tmp_path / "cache", store=small_store)
    assert figures(conclude(found, Options()), "mine")["answerable"]["Success@1"]["value"] == 1.0


@pytest.mark.parametrize(
    ("function", "told"),
    [
        ("Failing", "failed at 'q1': KeyError: 'index'"),
        ("failing", "failed before it was asked anything: TypeError: the index is not there"),
    ],
)
def test_what_a_system_of_somebodys_own_raises_is_told_in_one_line_as_failed_work(
    own: str, small_set: Path, small_store: Path, tmp_path: Path, function: str, told: str
) -> None:
    with pytest.raises(AdvisorError) as caught:
        measured(small_set, f"{own}:{function}", cache=tmp_path / "cache", store=small_store)
    assert type(caught.value) is AdvisorError, "the command ends with 1, not with the 2 of wrong usage"
    assert str(caught.value) == f"{own}:{function} {told}"


@pytest.mark.parametrize(
    ("function", "told"),
    [
        (":nothing", "made NoneType, which has no name"),
        (":of_two", "takes no corpus"),
        (":constant", "takes no corpus"),
        ("_broken:System", r"cannot be loaded \(half done\)$"),
    ],
)
def test_what_is_no_system_is_refused_as_wrong_usage(
    own: str, small_set: Path, small_store: Path, tmp_path: Path, function: str, told: str
) -> None:
    with pytest.raises(UsageError, match=told):
        measured(small_set, f"{own}{function}", cache=tmp_path / "cache", store=small_store)


def test_a_system_that_names_no_document_of_the_set_is_refused_instead_of_counted_as_0(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "set.jsonl", [question()])
    found = {"passages": [{"document": "nonsense.pdf"}]}
    with pytest.raises(BenchmarkError, match=r"'nonsense\.pdf#1', for one, is not known; .* 'handbook\.pdf'"):
        evaluate(lambda asked, history: found, path, progress=False)


def test_a_system_that_names_no_spans_is_refused_where_spans_are_judged(tmp_path: Path) -> None:
    found = {"passages": [{"document": "sea", "text": "The moon pulls the water."}]}
    with pytest.raises(BenchmarkError, match="name no spans"):
        evaluate(lambda asked, history: found, write_spans(tmp_path / "tides"), progress=False)


def test_a_langchain_document_with_its_start_index_has_a_span(tmp_path: Path) -> None:
    class Reader(BaseRetriever):
        def _get_relevant_documents(self, query: str, *, run_manager: Any) -> list[Document]:
            return [Document("The moon pulls the water.", metadata={"source": "sea", "start_index": 25})]

    found = evaluate(Reader(), write_spans(tmp_path / "tides"), progress=False)
    assert figures(found, "system")["answerable"]["span precision"]["value"] == 1.0


def test_units_of_the_same_score_in_a_run_are_ordered_as_trec_eval_orders_them(tmp_path: Path) -> None:
    (tmp_path / "ties.qrels").write_text("1 0 b 1\n", encoding="utf-8")
    (tmp_path / "ties.run").write_text("1 Q0 a 1 1.0 x\n1 Q0 b 2 1.0 x\n", encoding="utf-8")
    found = measured(tmp_path / "ties.qrels", str(tmp_path / "ties.run"), cache=tmp_path / "cache")
    assert figures(conclude(found, Options()), "ties")["answerable"]["Success@1"]["value"] == 1.0


def test_a_quote_of_a_document_that_does_not_exist_is_not_verified(
    small_set: Path, small_store: Path, tmp_path: Path
) -> None:
    [found] = measured(small_set, cache=tmp_path / "cache", store=small_store)
    assert found.corpus is not None
    quotes = Quotes(found.corpus)
    assert quotes.verify({"document": "invented.pdf", "page": 1, "quote": "x", "start": 0, "end": 1}) is False
    assert quotes.verify({"document": SURVEY.file, "page": 1, "quote": "x"}) is None  # its PDF is gone


def test_an_old_result_in_the_folder_is_replaced_whole(small_set: Path, small_store: Path, tmp_path: Path) -> None:
    names = ("advisor", "dense")
    two = measured(small_set, *names, cache=tmp_path / "cache", store=small_store)
    conclude(two, Options(), out=tmp_path / "out")
    (tmp_path / "out" / "mine.run").touch()
    one = measured(small_set, "dense", cache=tmp_path / "cache", store=small_store)
    conclude(one, Options(texts=False), out=tmp_path / "out")
    left = {path.name for path in (tmp_path / "out").iterdir()}
    assert not left & {"answers.jsonl", "small.advisor.run"}
    assert {"mine.run", "small.dense.run"} <= left


def test_systems_whose_names_differ_in_a_sign_have_runs_of_their_own(
    small_set: Path, small_store: Path, tmp_path: Path
) -> None:
    names = ("advisor:dense=0.5", "advisor:dense=-0.5")
    conclude(measured(small_set, *names, cache=tmp_path / "cache", store=small_store), Options(), out=tmp_path / "out")
    assert len(list((tmp_path / "out").glob("*.run"))) == 2


def test_a_line_of_the_cache_that_is_damaged_is_asked_again(small_set: Path, small_store: Path, tmp_path: Path) -> None:
    measured(small_set, cache=tmp_path / "cache", store=small_store)
    [kept] = (tmp_path / "cache" / "answers").iterdir()
    first, second = kept.read_text(encoding="utf-8").splitlines()
    kept.write_text(f"{first}\n\n{{}}\nrubbish\n{second[:50]}\n", encoding="utf-8")
    [again] = measured(small_set, cache=tmp_path / "cache", store=small_store)
    assert again.from_cache == {"advisor": 1}


def test_a_folder_that_cannot_be_written_is_named_before_anything_is_asked(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "set.jsonl", [question()])
    with pytest.raises(BenchmarkError, match=r"cannot be written \(.*set\.jsonl stands in the way\)"):
        evaluate(lambda asked, history: pytest.fail("it was asked"), path, out=path / "out", progress=False)


def test_a_question_that_cannot_be_asked_is_named(small_store: Path, tmp_path: Path) -> None:
    path = write_lines(tmp_path / "set.jsonl", [unanswerable("long", question="Why? " * 1000)])
    with pytest.raises(BenchmarkError, match=r"advisor cannot be asked 'long': the question has"):
        measured(path, cache=tmp_path / "cache", store=small_store)


WHOLE: dict[str, Any] = {
    "answer": "At trade fairs.",
    "abstained": False,
    "confidence": 0.5,
    "passages": [{"document": "handbook.pdf", "first_page": 2, "last_page": 3, "text": "t", "spans": [[2, 0, 3]]}],
    "sentences": [{"text": "At trade fairs.", "markers": [1]}],
    "citations": [{"marker": 1, "document": "handbook.pdf", "page": 2, "quote": "fairs", "start": 0, "end": 5}],
    "timings_ms": {"total": 3.0},
    "tokens": {"input": 1, "output": 2},
}


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of each value inside a record."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, held in inside for found in [(*path, key), *places(held, (*path, key))]]


ODD: list[Any] = [None, True, 0, -1, 1.5, float("nan"), 10**30, "", "x", "\ud800", [], ["x"], [[]], {}, [{}]]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(st.sampled_from(places(WHOLE)), st.sampled_from(ODD))
def test_whatever_a_record_holds_it_is_judged_or_refused_in_one_line(
    tmp_path: Path, place: tuple[Any, ...], value: Any
) -> None:
    record = json.loads(json.dumps(WHOLE))
    inner = record
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    path = write_lines(tmp_path / "set.jsonl", [question()])
    with contextlib.suppress(BenchmarkError):
        evaluate(lambda asked, history: record, path, out=tmp_path / "out", progress=False)


def test_kept_answers_depend_on_every_module_that_answers_or_reads() -> None:
    files, package = modules(), ROOT / "advisor"
    for entry, parts in (("advisor.answering.advisor", ANSWER_CODE), ("ingest.build", STORE_CODE)):
        needed, left = set[str](), [entry]
        while left:
            name = left.pop()
            file = files.get(name)
            if file is None or name in {*needed, "advisor", "advisor.langchain"}:  # shows what is found; finds nothing
                continue
            needed.add(name)
            left += imports(file)
            covered = not file.is_relative_to(package) or any(file.is_relative_to(package / part) for part in parts)
            assert covered, f"{name} may change without making what is kept old"
