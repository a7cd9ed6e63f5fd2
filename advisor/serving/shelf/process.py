"""An embedder → a running process that changes the store; the server's side of `advisor.serving.shelf.building`."""

from __future__ import annotations

import contextlib
import os
import pickle
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from typing import Any, Protocol

from advisor.embedding import Embedder
from advisor.errors import AdvisorError
from advisor.serving.shelf.messages import Command, Message

_START = (
    "import sys, pickle; sys.path[:] = pickle.load(sys.stdin.buffer); "
    "from advisor.serving.shelf.building import main; main()"
)


class Builder(Protocol):
    """Carries out commands, one at a time, in a process of its own."""

    def send(self, command: Command) -> None:
        """Begin a command."""

    def receive(self) -> Message | None:
        """Wait for the next message and return it, None when the process has ended."""

    def kill(self) -> None:
        """End the process at once; `receive` returns None. Safe from any thread."""

    def close(self) -> None:
        """End the process and give back what it used."""


class BuilderProcess:
    """A builder in a Python of its own, started by command line so that no main module is run a second time."""

    def __init__(self, embedder: Embedder) -> None:
        """Start it; its first message is Ready, or what kept it from that.

        Raises:
            AdvisorError: the process cannot be started.
        """
        self._folder = tempfile.mkdtemp(prefix="advisor-")  # ours, since a process that is killed leaves files behind
        # Half of the cores, so that answers keep the others.
        threads = str(max(1, (os.cpu_count() or 2) // 2))
        places = {"TMPDIR": self._folder, "TEMP": self._folder, "TMP": self._folder, "OMP_NUM_THREADS": threads}
        options: dict[str, Any] = {"start_new_session": True}  # Ctrl-C in the terminal is for the server
        if sys.platform == "win32":
            options = {"creationflags": subprocess.BELOW_NORMAL_PRIORITY_CLASS | subprocess.CREATE_NEW_PROCESS_GROUP}
        try:
            self._popen = subprocess.Popen(
                [sys.executable, "-P", "-c", _START],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=os.environ | places,
                **options,
            )
        except OSError as error:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise AdvisorError(
                f"the process that adds documents cannot be started ({error}); free some memory"
            ) from error
        self.pid = self._popen.pid
        self._put(sys.path)
        self._put(pickle.dumps(embedder))

    def send(self, command: Command) -> None:
        """Begin a command."""
        self._put(command)

    def receive(self) -> Message | None:
        """Wait for the next message and return it, None when the process has ended."""
        assert self._popen.stdout
        try:
            message: Message = pickle.load(self._popen.stdout)
        except (EOFError, OSError, ValueError, pickle.UnpicklingError):  # also in the middle of a message
            return None
        return message

    def kill(self) -> None:
        """End the process at once; `receive` returns None. Safe from any thread."""
        self._popen.kill()

    def close(self) -> None:
        """End the process and give back what it used."""
        self._popen.kill()
        self._popen.wait()
        for pipe in (self._popen.stdin, self._popen.stdout):
            assert pipe
            with contextlib.suppress(OSError):
                pipe.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _put(self, value: object) -> None:
        assert self._popen.stdin
        with contextlib.suppress(OSError):  # a process that is gone is noticed when its message is fetched
            pickle.dump(value, self._popen.stdin)
            self._popen.stdin.flush()


def builder_starter(embedder: Embedder) -> Callable[[], Builder]:
    """Return what starts a builder for stores of this embedder, whose class must be importable in another process."""
    return lambda: BuilderProcess(embedder)
