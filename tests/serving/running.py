"""An application → its address, served on this machine for as long as the block lasts."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

import uvicorn
from starlette.types import ASGIApp

from advisor.serving.api import create_app
from advisor.serving.keeping.keeper import Keeper

if TYPE_CHECKING:
    from advisor.answering.advisor import Advisor


@contextmanager
def running(app: ASGIApp, *, port: int = 0, listener: socket.socket | None = None) -> Iterator[str]:
    """Serve an application on a port, by default a free one, or on a socket, in a thread of this process."""
    listener = listener or socket.create_server(
        ("127.0.0.1", port)
    )  # connections wait here until the server takes them
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        server.should_exit = True
        thread.join(timeout=20)
        listener.close()


@contextmanager
def advised(advisor: object, kept: Path, *, port: int = 0, answers_at_a_time: int = 16) -> Iterator[str]:
    """Serve an advisor, real or not, with what is kept in a folder."""
    keeper = Keeper(kept / "kept.sqlite")
    app = create_app(cast("Advisor", advisor), keeper, answers_at_a_time=answers_at_a_time)
    with running(app, port=port) as address:
        yield address
    keeper.close()
