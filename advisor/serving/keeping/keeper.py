"""Conversations, links, ratings and preferences of many browsers ↔ one file that several processes may share."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from advisor.errors import UsageError
from advisor.serving.conversation import Conversation, Turn, new_id
from advisor.serving.keeping.file import KeptFile
from advisor.serving.keeping.kept import (
    LONGEST_PREFERENCE,
    LONGEST_REASON,
    UNREADABLE,
    Kept,
    NotKeptError,
    Rating,
    short_title,
)
from advisor.serving.keeping.turns import State, decoded, encoded, state_of

KEPT_FILE = "conversations.sqlite"
"""The name of the file in the folder of ADVISOR_KEPT."""

_REMEMBERED = 64
"""Conversations of which it is known in memory what was saved of them last."""
_MOST_TURNS = 1_000_000
_SINCE = datetime(1970, 1, 1, tzinfo=UTC)


class Keeper:
    """Keeps what belongs to browsers, each under an opaque name; nothing of another browser is returned or changed.

    Safe for many threads, and for several processes with a keeper on the same file.
    """

    def __init__(self, path: Path) -> None:
        """Open the file; it is made where there is none, with its folder, for this user alone.

        Raises:
            StoreError: it cannot be opened, is damaged, of another program or of a newer version of this one.
        """
        self._file = KeptFile(path)
        self._lock = threading.Lock()
        self._saved: OrderedDict[tuple[str, str], dict[int, State]] = OrderedDict()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    # ---- conversations ----------------------------------------------------------------------------------------------

    def conversations(self, browser: str) -> list[Kept]:
        """Return what this browser has, the most recently changed first."""
        found = self._file.rows(
            "SELECT id, title, begun, changed, (SELECT count(*) FROM turns WHERE conversation = row) "
            "FROM conversations WHERE browser = ? ORDER BY changed DESC, row DESC",
            _owner(browser),
        )
        return [Kept(id, title, _moment(begun), _moment(changed), turns) for id, title, begun, changed, turns in found]

    def read(self, browser: str, conversation_id: str) -> Conversation | None:
        """Return a conversation as it was kept, with its ratings; None where this browser has no such one.

        A turn that this version cannot read has the phase "failed" and the error `UNREADABLE`.
        """
        found = self._file.rows(
            "SELECT value, good FROM conversations JOIN turns ON conversation = row "
            "LEFT JOIN ratings USING (conversation, number) WHERE browser = ? AND id = ? ORDER BY number",
            _owner(browser),
            _sound(conversation_id),
        )
        if not found:
            return None
        turns = [decoded(value) for value, _ in found]
        for turn, (_, good) in zip(turns, found, strict=True):
            turn.rating = "" if good is None else "good" if good else "bad"
        with self._lock:
            self._remember((_owner(browser), _sound(conversation_id)), _states(turns))
        return Conversation(id=conversation_id, turns=turns)

    def keep(self, browser: str, conversation: Conversation) -> None:
        """Save the turns that are new or have changed; one that is still live is saved as stopped.

        Turns are never taken away, and one that is done is not replaced by an earlier state of itself: several copies
        of a conversation may be kept at once. A question asked again in the place of another loses the old rating;
        ratings themselves are given with `rate` alone.
        """
        turns = list(conversation.turns)
        if not turns:
            return
        key = _owner(browser), _sound(conversation.id)
        states = _states(turns)
        with self._lock:
            saved = self._saved.get(key, {})
            with self._file.changing():
                row = self._row_for(key, conversation)
                there = {n: (asked, settled) for n, asked, settled in self._file.rows(_THERE, row)}
                for number, turn in enumerate(turns, start=1):
                    if number not in there or saved.get(number) != states[number]:
                        self._save(row, number, turn, there.get(number))
            self._remember(key, states)

    def delete(self, browser: str, conversation_id: str) -> bool:
        """Delete a conversation with its links and ratings; return whether there was one. Its text leaves the disk."""
        return self._delete("browser = ? AND id = ?", _owner(browser), _sound(conversation_id)) > 0

    def delete_all(self, browser: str) -> int:
        """Delete all conversations of a browser with their links and ratings; return how many there were."""
        return self._delete("browser = ?", _owner(browser))

    # ---- links ------------------------------------------------------------------------------------------------------

    def link(self, browser: str, conversation_id: str, turn_number: int) -> str:
        """Return the token that leads anybody who has it to this answer; the same one each time.

        Raises:
            NotKeptError: this browser has no such conversation, or no answer under this number.
        """
        with self._file.changing():
            row, turn, asked, value = self._answered(browser, conversation_id, turn_number)
            if turn is None:
                raise NotKeptError(f"there is no answer {turn_number} in this conversation that a link could lead to")
            self._file.run(
                "INSERT INTO links VALUES (?, ?, ?, ?, ?) ON CONFLICT (conversation, number, asked) DO NOTHING",
                *(new_id(), row, turn_number, asked, value),
            )
            found = "SELECT token FROM links WHERE conversation = ? AND number = ? AND asked = ?"
            return str(self._file.rows(found, row, turn_number, asked)[0][0])

    def linked(self, token: str) -> Turn | None:
        """Return the question and answer that a token leads to, without its rating; None where it leads nowhere."""
        found = self._file.rows("SELECT value FROM links WHERE token = ?", _sound(token))
        return decoded(found[0][0]) if found else None

    # ---- ratings ----------------------------------------------------------------------------------------------------

    def rate(self, browser: str, conversation_id: str, turn_number: int, good: bool | None, reason: str = "") -> bool:
        """Say whether an answer is good, or take that back with None; return whether there is such an answer.

        A reason that was given stays where the same is said again without one.

        Raises:
            UsageError: the reason is too long.
        """
        if len(reason) > LONGEST_REASON:
            raise UsageError(f"the reason has {len(reason):,} characters; give at most {LONGEST_REASON:,}")
        with self._file.changing(deletes=True):
            row, turn, _, _ = self._answered(browser, conversation_id, turn_number)
            if turn is None:
                return False
            given = self._file.rows(
                "SELECT reason FROM ratings WHERE conversation = ? AND number = ? AND good IS ?", row, turn_number, good
            )
            reason = reason or (given[0][0] if given else "")
            self._file.run("DELETE FROM ratings WHERE conversation = ? AND number = ?", row, turn_number)
            if good is not None:
                values = (row, turn_number, good, _sound(reason), _micros(datetime.now(UTC)))
                self._file.run("INSERT INTO ratings VALUES (?, ?, ?, ?, ?)", *values)
        return True

    def ratings(self, browser: str = "") -> list[Rating]:
        """Return the ratings of one browser, or of all of them for "", the first given first."""
        of = ("WHERE browser = ?", _owner(browser)) if browser else ("",)
        found = self._file.rows(
            "SELECT conversation, browser, id, number, good, reason, at FROM ratings "
            f"JOIN conversations ON row = conversation {of[0]} ORDER BY at, conversation, number",
            *of[1:],
        )
        rated = (self._rating(*each) for each in found)
        return [rating for rating in rated if rating is not None]

    def _rating(
        self, row: int, owner: str, conversation_id: str, number: int, good: int, reason: str, at: int
    ) -> Rating | None:
        found = self._file.rows(
            "SELECT value, asked FROM turns WHERE conversation = ? AND number <= ? ORDER BY number", row, number
        )
        if not found:  # deleted since by another process
            return None
        *before, turn = (decoded(value) for value, _ in found)
        if turn.answer is None:  # written by another version
            return None
        return Rating(
            hashlib.sha256(f"{owner} {conversation_id} {number} {found[-1][1]}".encode()).hexdigest()[:16],
            turn.question,
            Conversation(turns=before).history(),
            "good" if good else "bad",
            reason,
            _moment(at),
            turn.answer,
        )

    # ---- preferences ------------------------------------------------------------------------------------------------

    def preference(self, browser: str, name: str) -> str:
        """Return what the browser has set under a name, "" for nothing."""
        found = self._file.rows(
            "SELECT value FROM preferences WHERE browser = ? AND name = ?", _owner(browser), _sound(name)
        )
        return str(found[0][0]) if found else ""

    def change_preference(self, browser: str, name: str, changed: Callable[[str], str]) -> None:
        """Set under a name what becomes of the small text there, "" for none; no other change comes between.

        Raises:
            UsageError: the text is too long.
        """
        key = _owner(browser), _sound(name)
        with self._file.changing():
            value = changed(self.preference(browser, name))
            if len(value) > LONGEST_PREFERENCE:
                raise UsageError(f"{name} has {len(value):,} characters; give at most {LONGEST_PREFERENCE:,}")
            self._file.run("DELETE FROM preferences WHERE browser = ? AND name = ?", *key)
            if value:
                self._file.run("INSERT INTO preferences VALUES (?, ?, ?)", *key, _sound(value))

    def _remember(self, key: tuple[str, str], states: dict[int, State]) -> None:
        self._saved[key] = states
        self._saved.move_to_end(key)
        while len(self._saved) > _REMEMBERED:
            self._saved.popitem(last=False)

    def _row_for(self, key: tuple[str, str], conversation: Conversation) -> int:
        begun, now = _micros(conversation.turns[0].asked_at), _micros(datetime.now(UTC))
        title = short_title(_sound(conversation.title))
        self._file.run(
            "INSERT INTO conversations (browser, id, title, begun, changed) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (browser, id) DO UPDATE SET title = excluded.title, begun = excluded.begun",
            *(*key, title, begun, now),
        )
        return int(self._file.rows("SELECT row FROM conversations WHERE browser = ? AND id = ?", *key)[0][0])

    def _save(self, row: int, number: int, turn: Turn, there: tuple[int, int] | None) -> None:
        asked, settled = _micros(turn.asked_at), turn.phase in ("done", "failed")
        if there and (turn.error == UNREADABLE or (there == (asked, 1) and not settled)):
            return
        if there and there[0] != asked:
            self._file.run("DELETE FROM turns WHERE conversation = ? AND number = ?", row, number)
        changed = self._file.run(
            "INSERT INTO turns VALUES (?, ?, ?, ?, ?) ON CONFLICT (conversation, number) DO UPDATE SET "
            "settled = excluded.settled, value = excluded.value WHERE value <> excluded.value",
            *(row, number, asked, settled, encoded(turn)),
        )
        if changed:
            self._file.run("UPDATE conversations SET changed = ? WHERE row = ?", _micros(datetime.now(UTC)), row)

    def _answered(self, browser: str, conversation_id: str, number: int) -> tuple[int, Turn | None, int, bytes]:
        """Return an answered turn with the row of its conversation, when it was asked, and how it is stored."""
        key = _owner(browser), _sound(conversation_id)
        if 1 <= number <= _MOST_TURNS:
            for row, asked, value in self._file.rows(_TURN, *key, number):
                turn = decoded(value)
                return row, (turn if turn.answer is not None else None), asked, value
        return 0, None, 0, b""

    def _delete(self, which: str, *values: str) -> int:
        with self._lock:
            with self._file.changing(deletes=True):
                count = self._file.run(f"DELETE FROM conversations WHERE {which}", *values)
            for key in [key for key in self._saved if key[: len(values)] == values]:
                del self._saved[key]
        return count


_THERE = "SELECT number, asked, settled FROM turns WHERE conversation = ?"
_TURN = (
    "SELECT row, asked, value FROM conversations JOIN turns ON conversation = row "
    "WHERE browser = ? AND id = ? AND number = ?"
)


# ---- values in the file ---------------------------------------------------------------------------------------------


def _states(turns: Sequence[Turn]) -> dict[int, State]:
    return {number: state_of(turn) for number, turn in enumerate(turns, start=1)}


def _owner(browser: str) -> str:
    if not browser:
        raise UsageError("a browser without a name has nothing kept; allow cookies for this page")
    return hashlib.sha256(browser.encode("utf-8", "surrogatepass")).hexdigest()


def _sound(text: str) -> str:
    """Return a text that SQLite can store: half of a surrogate pair becomes a question mark."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _micros(moment: datetime) -> int:
    return (moment.astimezone(UTC) - _SINCE) // timedelta(microseconds=1)


def _moment(micros: int) -> datetime:
    return _SINCE + timedelta(microseconds=micros)
