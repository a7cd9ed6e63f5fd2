"""A store changes in one step or not at all, whatever stops the run, and keeps nothing of what was removed."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from filelock import FileLock

from advisor.answering.advisor import Advisor
from advisor.embedding import Progress, Vectors
from advisor.errors import CorpusError, StoreError, StoreMismatchError, StoreNotFoundError
from advisor.store import versions
from advisor.store.library import Library
from advisor.store.vectors import PASSAGES, SENTENCES, build_vectors
from advisor.store.versions import check_embedder, current_version, open_store
from ingest.build import ingest, rebuild, remove
from ingest.results import FileResult
from tests.conftest import ROOT
from tests.fakes import HashEmbedder
from tests.ingest.pdfs import write_text

EMBEDDER = HashEmbedder()
ALPHA = ["Zanzibarine regions export turbines abroad.", "Their second sentence names Quixotopolis."]
BETA = ["Cheese makers meet partners at fairs."]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    write_text(tmp_path / "corpus" / "alpha.pdf", ALPHA)
    return tmp_path / "corpus"


@pytest.fixture
def store(tmp_path: Path, corpus: Path) -> Path:
    ingest([corpus], store=tmp_path / "store", embedder=EMBEDDER)
    return tmp_path / "store"


def files(store: Path) -> list[str]:
    """The documents that a newly opened store answers from; each has a passage that is found by its vector."""
    opened = open_store(store)
    documents = opened.library.documents()
    counts = opened.library.counts()
    assert opened.vectors.count(PASSAGES) == counts.passages
    assert opened.vectors.count(SENTENCES) == counts.sentences
    for document in documents:
        near = opened.vectors.query(PASSAGES, EMBEDDER.embed(["regions"])[0], k=5, document_ids=[document.document_id])
        assert opened.library.passages(list(near))
    opened.close()
    return [document.file for document in documents]


def folder(store: Path) -> Path:
    """The current version's own folder."""
    return store / current_version(store)


def bytes_of(store: Path) -> Iterator[tuple[Path, bytes]]:
    for path in sorted(store.rglob("*")):
        if path.is_file():
            yield path.relative_to(store), path.read_bytes()


def holds(store: Path, needle: bytes) -> list[str]:
    return [str(path) for path, content in bytes_of(store) if needle in content]


# --- opening ---------------------------------------------------------------------------------------------------


def test_where_there_is_no_store_the_error_says_how_to_build_one(tmp_path: Path) -> None:
    with pytest.raises(StoreNotFoundError, match="advisor ingest"):
        open_store(tmp_path / "nowhere")


def test_a_store_of_another_format_is_refused(store: Path) -> None:
    library = Library(folder(store) / "library.sqlite", writable=True)
    library.set_meta(format="99")
    library.close()
    with pytest.raises(StoreMismatchError, match="format 99"):
        open_store(store)


def write_again(store: Path, corpus: Path) -> dict[str, Callable[[], object]]:
    return {
        "ingest": lambda: ingest([corpus], store=store, embedder=EMBEDDER),
        "remove": lambda: remove("alpha.pdf", store=store),
        "rebuild": lambda: rebuild(store=store),
    }


@pytest.mark.parametrize("task", ["ingest", "remove", "rebuild"])
def test_no_writer_takes_a_store_of_another_format_for_its_own(store: Path, corpus: Path, task: str) -> None:
    library = Library(folder(store) / "library.sqlite", writable=True)
    library.set_meta(format="99")
    library.close()
    with pytest.raises(StoreMismatchError, match="format 99"):
        write_again(store, corpus)[task]()
    library = Library(folder(store) / "library.sqlite")
    assert library.meta("format") == "99"
    library.close()
    assert [path.name for path in store.glob("v*")] == [current_version(store)]


@pytest.mark.parametrize("other", [HashEmbedder(name="other"), HashEmbedder(dim=32)], ids=["name", "dimension"])
def test_a_store_of_another_embedder_is_refused_by_reader_and_writer(
    store: Path, corpus: Path, other: HashEmbedder
) -> None:
    opened = open_store(store)
    with pytest.raises(StoreMismatchError, match="built with 'hash'"):
        check_embedder(store, opened.library, other)
    opened.close()
    with pytest.raises(StoreMismatchError, match="built with 'hash'"):
        ingest([corpus], store=store, embedder=other)
    assert files(store) == ["alpha.pdf"]


def test_a_damaged_library_is_one_clear_error(store: Path) -> None:
    (folder(store) / "library.sqlite").write_bytes(b"no database" * 1000)
    with pytest.raises(StoreError, match="cannot be opened"):
        open_store(store)


def test_a_store_without_its_vectors_says_to_rebuild_them(store: Path) -> None:
    for path in sorted((folder(store) / "vectors").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    (folder(store) / "vectors").rmdir()
    with pytest.raises(StoreError, match="advisor documents rebuild"):
        open_store(store)


# --- swapping --------------------------------------------------------------------------------------------------


def test_a_reader_keeps_its_version_and_a_new_reader_has_the_new_one(store: Path, corpus: Path) -> None:
    before, turbines = open_store(store), EMBEDDER.embed(["turbines"])[0]
    found = before.vectors.query(
        PASSAGES, turbines, k=9
    )  # Chroma opens files late: what was not read may be gone later
    write_text(corpus / "beta.pdf", BETA)
    ingest([corpus], store=store, embedder=EMBEDDER)
    assert [document.file for document in before.library.documents()] == ["alpha.pdf"]
    assert before.vectors.query(PASSAGES, turbines, k=9) == found
    assert len(found) == 1
    assert files(store) == ["alpha.pdf", "beta.pdf"]
    before.close()


class Watching:
    """Reads the store at every step of a run."""

    def __init__(self, store: Path) -> None:
        self.store = store
        self.seen: list[list[str]] = []

    def _look(self) -> None:
        self.seen.append(files(self.store))

    def files(self, expected: Sequence[int]) -> None:
        self._look()

    def reading(self, file: str) -> None:
        self._look()

    def embedding(self, file: str, pages: int) -> None:
        self._look()

    def embedded(self, share: float) -> None:
        self._look()

    def done(self, result: FileResult) -> None:
        self._look()

    def publishing(self) -> None:
        self._look()


def test_until_the_swap_readers_find_the_version_before(store: Path, corpus: Path) -> None:
    write_text(corpus / "beta.pdf", BETA)
    watching = Watching(store)
    ingest([corpus], store=store, embedder=EMBEDDER, progress=watching)
    assert len(watching.seen) > 6
    assert all(seen == ["alpha.pdf"] for seen in watching.seen)
    assert files(store) == ["alpha.pdf", "beta.pdf"]


def test_a_version_taken_away_while_it_is_opened_is_opened_anew(
    store: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([current_version(store)])  # what the reader saw just before the swap
    write_text(corpus / "beta.pdf", BETA)
    ingest([corpus], store=store, embedder=EMBEDDER)
    monkeypatch.setattr(versions, "current_version", lambda path: next(answers, None) or current_version(path))
    opened = open_store(store)
    assert opened.version.startswith("v000002-")
    opened.close()


def test_after_a_run_only_the_current_version_is_on_the_disk(store: Path, corpus: Path) -> None:
    write_text(corpus / "beta.pdf", BETA)
    ingest([corpus], store=store, embedder=EMBEDDER)
    assert sorted(path.name for path in store.iterdir()) == ["CURRENT", "lock", current_version(store)]
    assert re.fullmatch(r"v000002-[0-9a-f]{4}", current_version(store))


def test_a_store_that_was_deleted_and_built_anew_is_noticed_by_an_open_advisor(store: Path, corpus: Path) -> None:
    advisor = Advisor(store, EMBEDDER)
    assert [hit.document.file for hit in advisor.search("turbines")] == ["alpha.pdf"]
    shutil.rmtree(store)
    (corpus / "alpha.pdf").unlink()
    write_text(corpus / "beta.pdf", BETA)
    ingest([corpus], store=store, embedder=EMBEDDER)
    assert [document.file for document in advisor.documents()] == ["beta.pdf"]
    assert [hit.document.file for hit in advisor.search("cheese", mode="dense")] == ["beta.pdf"]


def test_a_store_whose_versions_have_plain_numbers_is_read_and_goes_on(store: Path, corpus: Path) -> None:
    folder(store).rename(store / "v000009")
    (store / "CURRENT").write_text("v000009\n")
    assert files(store) == ["alpha.pdf"]
    write_text(corpus / "beta.pdf", BETA)
    ingest([corpus], store=store, embedder=EMBEDDER)
    assert current_version(store).startswith("v000010-")
    assert versions_in(store) == [current_version(store)]


# --- what is not ours ------------------------------------------------------------------------------------------


def test_folders_that_only_look_like_ours_are_never_deleted(store: Path, corpus: Path) -> None:
    others = ["v2-thesis", "v000007", "v0000071", "v000007-zzzz", "v000007-3f9a-old", "staging"]
    for name in others:
        (store / name).mkdir()
        (store / name / ("library.sqlite" if name not in ("v000007", "staging") else "notes.txt")).write_text("mine")
    write_text(corpus / "beta.pdf", BETA)
    ingest([corpus], store=store, embedder=EMBEDDER)
    rebuild(store=store)
    remove("alpha.pdf", store=store)
    assert sorted(path.name for path in store.iterdir() if path.is_dir()) == sorted([*others, current_version(store)])


def test_a_version_that_could_only_be_deleted_in_part_is_deleted_by_the_next_run(store: Path, corpus: Path) -> None:
    shutil.copytree(folder(store), store / "v000000-0000")
    shutil.rmtree(store / "v000000-0000" / "vectors")
    ingest([corpus], store=store, embedder=EMBEDDER)
    assert versions_in(store) == [current_version(store)]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("thesis.txt", "mine", "holds other files and no store; name an empty or a new folder"),
        ("CURRENT", "MANIFEST-000005", "names no version of a store .'MANIFEST-000005'.; name another folder"),
    ],
)
def test_no_store_is_begun_among_the_files_of_somebody_else(
    tmp_path: Path, corpus: Path, name: str, content: str, message: str
) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / name).write_text(content)
    with pytest.raises(StoreError, match=message):
        ingest([corpus], store=folder, embedder=EMBEDDER)
    assert [(path.name, path.read_text()) for path in folder.iterdir()] == [(name, content)]


# --- runs that are killed --------------------------------------------------------------------------------------

KILLED = """
import os, signal, sys
from pathlib import Path
from advisor.store import versions
from ingest import build
from tests.fakes import HashEmbedder

corpus, store, point, task = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4]

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

class Progress:
    def __getattr__(self, name):
        wanted = point.partition(" ")
        if name == wanted[0] and not wanted[2]:
            return die
        return lambda *a: die() if name == wanted[0] and getattr(a[0], "file", a[0]) == wanted[2] else None

def killing(module, name, *, after=False):
    original = getattr(module, name)
    def call(*arguments, **options):
        if after:
            original(*arguments, **options)
        die()
    setattr(module, name, call)

match point.split():
    case ["before", name]: killing(versions, name)
    case ["after", name]: killing(versions, name, after=True)
    case ["rename"]:
        original = os.replace
        def call(source, target):
            original(source, target)
            die()
        os.replace = call
if task == "ingest":
    build.ingest([corpus], store=store, embedder=HashEmbedder(), progress=Progress())
else:
    build.remove("alpha.pdf", store=store)
"""

POINTS = [
    "files",
    "reading beta.pdf",
    "embedding beta.pdf",
    "done beta.pdf",
    "done gamma.pdf",
    "publishing",
    "before _copy",
    "after _copy",
    "before build_vectors",
    "after build_vectors",
    "after _check_vectors",
    "rename",
    "before _swap",
    "after _swap",
]


def kill(corpus: Path, store: Path, point: str, task: str = "ingest") -> None:
    """Run a task in a process of its own that is killed at a point."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(corpus), str(store), point, task],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == -9, done.stderr


@pytest.mark.parametrize("point", POINTS)
def test_a_killed_run_leaves_a_store_that_answers_and_the_next_run_finishes_it(
    store: Path, corpus: Path, point: str
) -> None:
    write_text(corpus / "beta.pdf", BETA)
    write_text(corpus / "gamma.pdf", ["Water agencies train their staff."])
    kill(corpus, store, point)
    assert files(store) in (["alpha.pdf"], ["alpha.pdf", "beta.pdf", "gamma.pdf"])
    ingest([corpus], store=store, embedder=EMBEDDER)
    assert files(store) == ["alpha.pdf", "beta.pdf", "gamma.pdf"]
    assert sorted(path.name for path in store.iterdir() if path.suffix != ".new") == [
        "CURRENT",
        "lock",
        *versions_in(store),
    ]
    assert len(versions_in(store)) == 1


def versions_in(store: Path) -> list[str]:
    return sorted(path.name for path in store.glob("v0*"))


@pytest.mark.parametrize("point", ["reading alpha.pdf", "publishing", "after build_vectors", "before _swap"])
def test_a_first_run_that_is_killed_leaves_no_store_and_the_next_run_builds_it(
    tmp_path: Path, corpus: Path, point: str
) -> None:
    kill(corpus, tmp_path / "new", point)
    with pytest.raises(StoreNotFoundError):
        open_store(tmp_path / "new")
    ingest([corpus], store=tmp_path / "new", embedder=EMBEDDER)
    assert files(tmp_path / "new") == ["alpha.pdf"]


class Counting(HashEmbedder):
    """Counts the texts that are embedded."""

    texts = 0

    def embed(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        self.texts += len(texts)
        return super().embed(texts, progress=progress)


def test_files_that_a_killed_run_had_finished_are_not_embedded_again(store: Path, corpus: Path) -> None:
    write_text(corpus / "beta.pdf", BETA)
    kill(corpus, store, "publishing")
    embedder = Counting()
    ingest([corpus], store=store, embedder=embedder)
    assert embedder.texts == 0
    assert files(store) == ["alpha.pdf", "beta.pdf"]


@pytest.mark.parametrize(("task", "left"), [("remove", []), ("rebuild", ["alpha.pdf"])])
def test_removing_and_rebuilding_publish_nothing_of_a_killed_run(
    store: Path, corpus: Path, task: str, left: list[str]
) -> None:
    write_text(corpus / "beta.pdf", BETA)
    kill(corpus, store, "publishing")
    write_again(store, corpus)[task]()
    assert files(store) == left


@pytest.mark.parametrize("point", ["before _copy", "before build_vectors", "before _swap", "after _swap"])
def test_a_removal_that_is_killed_can_be_done_again_and_then_leaves_nothing(
    store: Path, corpus: Path, point: str
) -> None:
    write_text(corpus / "beta.pdf", BETA)
    ingest([corpus], store=store, embedder=EMBEDDER)
    kill(corpus, store, point, task="remove")
    if files(store) == ["alpha.pdf", "beta.pdf"]:
        remove("alpha.pdf", store=store)
    else:
        (corpus / "alpha.pdf").unlink()
        ingest([corpus], store=store, embedder=EMBEDDER)  # any run cleans up
    assert files(store) == ["beta.pdf"]
    assert holds(store, b"Zanzibarine") == []


# --- one writer ------------------------------------------------------------------------------------------------


def test_a_second_writer_is_told_to_wait_and_changes_nothing(store: Path, corpus: Path) -> None:
    write_text(corpus / "beta.pdf", BETA)
    with FileLock(store / "lock"):
        for write in write_again(store, corpus).values():
            with pytest.raises(StoreError, match="another process is writing"):
                write()
    assert files(store) == ["alpha.pdf"]


def test_two_processes_that_write_at_once_give_one_result_and_one_error(store: Path, corpus: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from ingest.build import ingest; from tests.fakes import HashEmbedder\n"
        "class P:\n"
        "    def __getattr__(self, name): return lambda *a: (print(name, flush=True), sys.stdin.read()) "
        "if name == 'files' else None\n"
        "ingest([Path(sys.argv[1])], store=Path(sys.argv[2]), embedder=HashEmbedder(), progress=P())"
    )
    write_text(corpus / "beta.pdf", BETA)
    with subprocess.Popen(
        [sys.executable, "-c", code, str(corpus), str(store)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "files\n"  # it holds the lock now, until its input ends
        with pytest.raises(StoreError, match="another process is writing"):
            ingest([corpus], store=store, embedder=EMBEDDER)
        first.communicate("")
    assert first.returncode == 0
    assert files(store) == ["alpha.pdf", "beta.pdf"]


def test_a_store_below_a_file_is_one_clear_error(tmp_path: Path, corpus: Path) -> None:
    (tmp_path / "file").write_text("taken")
    with pytest.raises(StoreError, match="is a file, so that no store can be at"):
        ingest([corpus], store=tmp_path / "file" / "store", embedder=EMBEDDER)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_one_clear_error(tmp_path: Path, corpus: Path) -> None:
    (tmp_path / "locked").mkdir(mode=0o500)
    with pytest.raises(StoreError, match="cannot be written"):
        ingest([corpus], store=tmp_path / "locked", embedder=EMBEDDER)


# --- removing --------------------------------------------------------------------------------------------------


def needles(store: Path, file: str) -> list[bytes]:
    """What must be gone with a document: words of its text, its search terms, its ids and the bytes of its vectors."""
    opened = open_store(store)
    document = opened.library.document(file)
    found = [
        b"Zanzibarine",
        b"zanzibarin",
        b"Quixotopolis",
        b"quixotopoli",
        document.document_id.encode(),
        b"alpha.pdf",
    ]
    for items in (opened.library.passage_vectors(), opened.library.sentence_vectors()):
        found += [vector.astype("<f4").tobytes() for _, owner, vector in items if owner == document.document_id]
    opened.close()
    return found


def test_a_removed_document_leaves_no_text_and_no_vector_in_any_file(store: Path, corpus: Path) -> None:
    write_text(corpus / "beta.pdf", BETA)
    ingest([corpus], store=store, embedder=EMBEDDER)
    wanted = needles(store, "alpha.pdf")
    assert len(wanted) > 8
    assert all(holds(store, needle) for needle in wanted)  # the search finds them while they are there
    assert remove("alpha.pdf", store=store).file == "alpha.pdf"
    assert {needle: holds(store, needle) for needle in wanted} == {needle: [] for needle in wanted}
    assert files(store) == ["beta.pdf"]


def test_a_removal_whose_old_version_cannot_be_deleted_says_where_the_text_may_still_be(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = folder(store)
    monkeypatch.setattr(shutil, "rmtree", lambda path, ignore_errors=False: None)
    with pytest.raises(StoreError, match=rf"may still be in {before}, .* delete that folder"):
        remove("alpha.pdf", store=store)
    assert files(store) == []
    monkeypatch.undo()
    rebuild(store=store)  # any run cleans up
    assert not before.exists()


def test_a_replaced_document_leaves_no_text_and_no_vector_in_any_file(store: Path, corpus: Path) -> None:
    wanted = [needle for needle in needles(store, "alpha.pdf") if needle != b"alpha.pdf"]
    write_text(corpus / "alpha.pdf", BETA)
    ingest([corpus], store=store, embedder=EMBEDDER)
    assert {needle: holds(store, needle) for needle in wanted} == {needle: [] for needle in wanted}


def test_removing_what_the_store_does_not_hold_is_an_error_and_changes_nothing(store: Path) -> None:
    with pytest.raises(CorpusError, match=r"no document 'gamma\.pdf'"):
        remove("gamma.pdf", store=store)
    assert files(store) == ["alpha.pdf"]


def test_the_last_document_can_be_removed(store: Path) -> None:
    remove("alpha.pdf", store=store)
    assert files(store) == []


def test_a_removed_document_whose_file_is_still_there_comes_back_with_the_next_run(store: Path, corpus: Path) -> None:
    remove("alpha.pdf", store=store)
    assert [item.status for item in ingest([corpus], store=store, embedder=EMBEDDER).documents] == ["added"]
    assert files(store) == ["alpha.pdf"]


# --- rebuilding ------------------------------------------------------------------------------------------------


def test_rebuild_restores_lost_vectors_without_the_pdfs(store: Path, corpus: Path) -> None:
    opened = open_store(store)
    ids = [passage for passage, _, _ in opened.library.passage_vectors()]
    before = {item: vector.tobytes() for item, vector in opened.vectors.vectors(PASSAGES, ids).items()}
    opened.close()
    for path in (folder(store) / "vectors").rglob("*"):
        if path.is_file():
            path.write_bytes(b"lost")
    (corpus / "alpha.pdf").unlink()
    rebuild(store=store)
    opened = open_store(store)
    assert {item: vector.tobytes() for item, vector in opened.vectors.vectors(PASSAGES, ids).items()} == before
    opened.close()
    assert files(store) == ["alpha.pdf"]


def test_rebuild_without_a_store_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StoreNotFoundError):
        rebuild(store=tmp_path / "nowhere")


def test_a_version_whose_vectors_are_not_those_of_its_library_is_not_published(
    store: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(versions, "build_vectors", lambda path, passages, sentences: build_vectors(path, passages, []))
    write_text(corpus / "beta.pdf", BETA)
    with pytest.raises(StoreError, match="0 sentences instead of 3"):
        ingest([corpus], store=store, embedder=EMBEDDER)
    assert current_version(store).startswith("v000001-")
    assert files(store) == ["alpha.pdf"]
    monkeypatch.undo()
    ingest([corpus], store=store, embedder=EMBEDDER)  # a client that was left open would serve this run as well
    assert files(store) == ["alpha.pdf", "beta.pdf"]


def test_the_result_of_a_run_is_json(store: Path, corpus: Path) -> None:
    result = ingest([corpus], store=store, embedder=EMBEDDER).to_dict()
    assert json.loads(json.dumps(result)) == result
    assert set(result["seconds"]) == {"parse", "embed", "write", "total"}
