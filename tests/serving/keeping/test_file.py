"""The file is shared by threads and processes, is refused where it is not sound, and keeps nothing that was deleted."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from advisor.errors import StoreError
from advisor.records import Answer
from advisor.serving.conversation import Conversation
from advisor.serving.keeping.keeper import Keeper
from tests.conftest import ROOT

from .talks import ME, answered, left_on_disk, questions, talk

# ---- deleting -------------------------------------------------------------------------------------------------------


def test_nothing_of_a_deleted_conversation_stays_on_the_disk(file: Path, keeper: Keeper, answer: Answer) -> None:
    secret = replace(answer, question="Is the Harbour Cluster about to fail?")
    keeper.keep(ME, talk(answer, name="other"))
    keeper.keep(ME, talk(secret, replace(secret, question="Who knows of it?"), name="secret"))
    token = keeper.link(ME, "secret", 1)
    keeper.rate(ME, "secret", 2, good=False, reason="Asked in confidence")
    assert b"Harbour Cluster about to fail" in left_on_disk(file)
    assert keeper.delete(ME, "secret")
    for text in (b"Harbour", b"Who knows", b"in confidence", token.encode()):
        assert text not in left_on_disk(file)
    assert keeper.linked(token) is None
    assert keeper.ratings() == []
    assert questions(keeper, ME, "other") == [answer.question]


def test_nothing_is_left_among_many_that_come_and_go(file: Path, keeper: Keeper, answer: Answer) -> None:
    short = replace(answer, sentences=(), citations=(), hits=(), answer="-")
    for number in range(200):
        secret = replace(short if number % 3 else answer, question=f"secret-{number:03} " + "word " * (number % 37))
        keeper.keep(ME, talk(*[secret] * (1 + number % 4), name=f"c{number}"))
    for number in range(0, 200, 2):
        keeper.delete(ME, f"c{number}")
        assert f"secret-{number:03}".encode() not in left_on_disk(file)
    assert len(keeper.conversations(ME)) == 100


def test_deleting_all_says_how_many_there_were(file: Path, keeper: Keeper, answer: Answer) -> None:
    for name in ("a", "b", "c"):
        keeper.keep(ME, talk(answer, name=name))
    assert keeper.delete_all(ME) == 3
    assert keeper.delete_all(ME) == 0
    assert answer.question.encode() not in left_on_disk(file)


def test_what_another_process_still_reads_leaves_the_disk_with_the_next_change(
    file: Path, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("advisor.serving.keeping.file._WAIT_S", 0.0)
    keeper = Keeper(file)
    keeper.keep(ME, talk(replace(answer, question="A secret?")))
    reader = sqlite3.connect(file, isolation_level=None)
    reader.execute("BEGIN")
    assert reader.execute("SELECT count(*) FROM turns").fetchone() == (1,)
    assert keeper.delete(ME, "c1")
    reader.execute("COMMIT")
    keeper.change_preference(ME, "language", lambda _: "de")
    assert b"A secret?" not in left_on_disk(file)


# ---- many at once ---------------------------------------------------------------------------------------------------


def test_keeps_from_eight_threads_lose_nothing(file: Path, keeper: Keeper, answer: Answer) -> None:
    shared = talk(*(replace(answer, question=f"Shared {number}") for number in range(12)), name="shared")

    def keep_all(worker: int) -> None:
        own = Conversation(id=f"own-{worker}")
        for number in range(12):
            own.turns.append(answered(replace(answer, question=f"Own {worker} {number}")))
            keeper.keep(ME, own)
            keeper.keep(ME, Conversation(id="shared", turns=shared.turns[: number + 1]))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(keep_all, range(8)))
    again = Keeper(file)
    assert len(again.conversations(ME)) == 9
    assert again.read(ME, "shared") == shared
    for worker in range(8):
        assert questions(again, ME, f"own-{worker}") == [f"Own {worker} {number}" for number in range(12)]


def test_processes_that_make_and_fill_the_same_file_at_once_lose_nothing(file: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from advisor.serving.keeping.keeper import Keeper;"
        "from advisor.serving.conversation import Conversation, Turn; sys.stdin.read();"
        "keeper = Keeper(Path(sys.argv[1]));"
        "[keeper.keep('b', Conversation(f'{sys.argv[2]}-{n}', [Turn('Q', phase='stopped')])) for n in range(20)]"
    )
    workers = [
        subprocess.Popen([sys.executable, "-c", code, str(file), name], cwd=ROOT, stdin=subprocess.PIPE)
        for name in ("left", "right", "third")
    ]
    for worker in workers:
        assert worker.stdin
        worker.stdin.close()
    assert [worker.wait(timeout=120) for worker in workers] == [0, 0, 0]
    assert len(Keeper(file).conversations("b")) == 60


def test_a_file_that_another_process_is_writing_to_is_waited_for_when_it_is_opened(file: Path) -> None:
    """SQLite itself refuses at once to change the kind of journal, which the first to open a file does."""
    file.parent.mkdir(parents=True)
    other = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    ended = threading.Timer(0.3, lambda: other.execute("ROLLBACK"))
    ended.start()
    Keeper(file).close()
    ended.join()
    other.close()


# ---- the file -------------------------------------------------------------------------------------------------------


def test_the_file_and_its_folder_are_for_this_user_alone(file: Path, keeper: Keeper, partners: Conversation) -> None:
    keeper.keep(ME, partners)
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in file.parent.iterdir()} == {0o600}


def assert_refused(file: Path, *words: str) -> None:
    with pytest.raises(StoreError) as refused:
        Keeper(file)
    message = str(refused.value)
    assert "\n" not in message
    assert all(word in message for word in (str(file), *words))


def test_a_file_of_a_newer_version_is_refused_and_left_as_it_is(file: Path) -> None:
    Keeper(file).close()
    with sqlite3.connect(file) as db:
        db.execute("PRAGMA user_version = 2")
    before = file.read_bytes()
    assert_refused(file, "newer version (format 2, this one reads 1)", "update")
    assert file.read_bytes() == before


def test_a_file_of_another_program_is_refused_and_left_as_it_is(file: Path) -> None:
    file.parent.mkdir()
    with sqlite3.connect(file) as db:
        db.execute("CREATE TABLE bookmarks (url TEXT)")
    before = file.read_bytes()
    assert_refused(file, "another program", "ADVISOR_KEPT")
    assert file.read_bytes() == before


def test_a_file_that_is_no_database_is_refused(file: Path) -> None:
    file.parent.mkdir()
    file.write_text("This is a letter. " * 500)
    assert_refused(file, "is damaged", "move it away")


def test_a_damaged_file_is_one_line_when_it_is_opened_or_used(file: Path, answer: Answer) -> None:
    keeper = Keeper(file)
    keeper.keep(ME, talk(*[answer] * 20))
    keeper.close()
    whole = file.read_bytes()
    file.write_bytes(whole[:4096] + b"\xa5" * (len(whole) - 4096))
    with pytest.raises(StoreError, match=r"is damaged .*move it away"):
        Keeper(file).read(ME, "c1")


def test_a_folder_in_the_place_of_the_file_is_named(file: Path) -> None:
    file.mkdir(parents=True)
    assert_refused(file, "cannot be kept", "ADVISOR_KEPT")


def test_a_file_in_the_place_of_the_folder_is_named(file: Path) -> None:
    file.parent.write_text("")
    assert_refused(file, "cannot be kept", "ADVISOR_KEPT")
