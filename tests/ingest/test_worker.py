"""PDFs are read in a process of their own: it may crash, hang or fill up, and nobody else is hurt."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from advisor.embedding import TransformerEmbedder, default_model_path
from advisor.errors import EmbeddingError
from ingest.build import ingest
from ingest.results import FileResult
from ingest.worker import Limits, end_idle, job_for, worker
from tests.fakes import HashEmbedder
from tests.ingest.hostile import KINDS, good, write_all
from tests.ingest.pdfs import write_text

ROOT = Path(__file__).parents[2]

needs_proc = pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is limited where /proc tells it")


class ActingEmbedder(HashEmbedder):
    """Does something in the process that reads, when it counts the tokens of a text with the word Odd."""

    def __init__(self, act: str) -> None:
        super().__init__()
        self.act = act
        self.asking = os.getpid()

    def count_tokens(self, text: str) -> int:
        if "Odd" in text and os.getpid() != self.asking:
            match self.act:
                case "crash":
                    os.kill(os.getpid(), signal.SIGSEGV)
                case "exit":
                    os._exit(0)
                case "hang":
                    threading.Event().wait()
                case "fill":
                    bytearray(2**40)
                case "print":
                    print("a word\n" * 10_000, flush=True)
                    os.write(1, b"\x80\x05junk" * 10_000)
        return super().count_tokens(text)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    write_text(tmp_path / "corpus" / "a.pdf", ["Clusters export turbines."])
    write_text(tmp_path / "corpus" / "b.pdf", ["Odd."])
    write_text(tmp_path / "corpus" / "c.pdf", ["Clusters import cheese."])
    return tmp_path / "corpus"


def run(corpus: Path, embedder: HashEmbedder, *, limits: Limits | None = None) -> list[str]:
    results = ingest([corpus], store=corpus.parent / "store", embedder=embedder, limits=limits).documents
    return [result.reason or result.status for result in results]


@pytest.mark.parametrize(("act", "reason"), [("crash", "crashed"), ("exit", "crashed"), ("print", "added")])
def test_a_file_that_ends_the_process_is_named_and_the_next_one_is_read(corpus: Path, act: str, reason: str) -> None:
    assert run(corpus, ActingEmbedder(act)) == ["added", reason, "added"]


def test_a_file_that_hangs_is_given_up_and_the_next_one_is_read(corpus: Path) -> None:
    assert run(corpus, ActingEmbedder("hang"), limits=Limits(stall_s=5)) == ["added", "too-slow", "added"]


@needs_proc
def test_a_file_that_fills_the_memory_is_named_and_the_next_one_is_read(corpus: Path) -> None:
    assert run(corpus, ActingEmbedder("fill")) == ["added", "too-much-memory", "added"]


def test_a_run_over_unchanged_files_starts_no_process(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(corpus, HashEmbedder()) == ["added", "added", "added"]
    end_idle()
    monkeypatch.setattr(sys, "executable", "/nowhere")
    assert run(corpus, HashEmbedder()) == ["unchanged", "unchanged", "unchanged"]


def test_one_process_reads_all_files_of_a_run_and_of_the_next_run(corpus: Path) -> None:
    end_idle()
    with worker() as first:
        job = job_for(corpus / "a.pdf", document_id="a", embedder=HashEmbedder(), passwords=())
        assert first.read(job).title == "untitled"
        pid = first.pid
    with worker() as second:
        assert second.pid == pid


def test_two_runs_at_a_time_have_a_process_each(corpus: Path) -> None:
    found: dict[int, list[FileResult]] = {}

    def read(number: int) -> None:
        store = corpus.parent / f"store{number}"
        found[number] = list(ingest([corpus], store=store, embedder=HashEmbedder()).documents)

    threads = [threading.Thread(target=read, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [result.status for number in range(2) for result in found[number]] == ["added"] * 6


def test_an_embedder_that_cannot_be_sent_to_the_process_is_one_clear_error(corpus: Path) -> None:
    class Local(HashEmbedder):
        pass

    with pytest.raises(EmbeddingError, match="top level of a module"):
        run(corpus, Local())


SCRIPT = """
import sys
sys.path.insert(0, {root!r})
from pathlib import Path
from ingest.build import ingest
from tests.fakes import HashEmbedder
{more}
print([r.reason or r.status for r in ingest([Path({corpus!r})], store=Path({store!r}), embedder={embedder}).documents])
"""


def script(corpus: Path, *, more: str = "", embedder: str = "HashEmbedder()") -> list[str]:
    """Return the command of a script without `if __name__ == "__main__"` that ingests a folder."""
    path = corpus.parent / "script.py"
    store = str(corpus.parent / "store")
    path.write_text(SCRIPT.format(root=str(ROOT), more=more, corpus=str(corpus), store=store, embedder=embedder))
    return [sys.executable, str(path)]


def test_a_plain_script_can_ingest(corpus: Path) -> None:
    done = subprocess.run(script(corpus), capture_output=True, text=True, check=True)
    assert done.stdout == "['added', 'added', 'added']\n"


def test_an_embedder_of_the_script_itself_is_one_clear_error(corpus: Path) -> None:
    command = script(corpus, more="class Mine(HashEmbedder):\n    pass", embedder="Mine()")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "EmbeddingError: the embedder cannot count tokens where PDFs are read" in done.stderr
    assert "define its class in a module that can be imported" in done.stderr


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@needs_proc
@pytest.mark.parametrize("busy", [False, True])
def test_the_process_ends_when_the_one_that_asked_is_killed(corpus: Path, busy: bool) -> None:
    if busy:
        write_all(corpus, [kind for kind in KINDS if kind.name == "bomb-forms"])
    more = (
        "import os, ingest.worker as w\n"
        "begin = w.Worker.begin\n"
        "def told(self, job):\n"
        "    begin(self, job)\n"
        "    print(self.pid, flush=True)\n"
        f"    if {not busy} or 'bomb' in job.path: os.kill(os.getpid(), 9)\n"
        "w.Worker.begin = told"
    )
    done = subprocess.run(script(corpus, more=more), capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL
    pid = int(done.stdout.split()[-1])
    for _ in range(300):  # it looks twice a second; a busy machine may take a while
        if not is_running(pid):
            break
        time.sleep(0.1)
    assert not is_running(pid)


def test_a_file_like_any_other_is_read_while_the_one_before_it_is_embedded(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (corpus / "d.pdf").write_bytes((corpus / "c.pdf").read_bytes())  # a duplicate is not read ahead
    (corpus / "e.pdf").write_bytes(good())
    assert run(corpus, HashEmbedder()) == ["added", "added", "added", "duplicate", "added"]


@pytest.mark.slow
def test_tokens_are_counted_as_the_model_does_without_loading_it() -> None:
    from transformers import AutoTokenizer

    light = TransformerEmbedder()
    tokenizer = AutoTokenizer.from_pretrained(default_model_path())
    texts = [
        "",
        "Clusters export turbines.",
        "naïve Ünïcode 東京 \U0001f600 \x00\x07",
        "word " * 600,
        "x" * 5000,
        "[SEP] [CLS]",
    ]
    for text in texts:
        assert light.count_tokens(text) == len(tokenizer.encode(text, truncation=False, verbose=False))
    assert "_encoder" not in vars(light)


def test_a_model_without_a_fast_tokenizer_file_counts_without_its_weights_too(
    tmp_path: Path, embedder: TransformerEmbedder
) -> None:
    for name in ("vocab.txt", "tokenizer_config.json", "special_tokens_map.json", "config.json"):
        if (default_model_path() / name).exists():
            shutil.copy(default_model_path() / name, tmp_path)
    text = "Clusters export turbines, naïvely."
    assert TransformerEmbedder(str(tmp_path)).count_tokens(text) == embedder.count_tokens(text)
