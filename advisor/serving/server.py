"""A store → a running server: the chat and the REST interface on one port of this computer."""

from __future__ import annotations

import os
import socket
import sys
import webbrowser
from ipaddress import ip_address
from pathlib import Path

import uvicorn

from advisor.answering.advisor import Advisor
from advisor.answering.generative import open_writer
from advisor.answering.written import Writing
from advisor.embedding import Embedder, TransformerEmbedder
from advisor.errors import UsageError
from advisor.retrieval.reranking import CrossEncoderReranker
from advisor.serving.keeping.keeper import KEPT_FILE, Keeper
from advisor.serving.shelf.leftout import ADDED
from advisor.serving.shelf.process import builder_starter
from advisor.serving.shelf.shelf import Shelf
from advisor.settings import Settings

PORTS_TRIED = 20

LOCALHOST = "localhost"


def serve(
    store: Path,
    *,
    settings: Settings,
    host: str,
    port: int,
    embedder: Embedder | None = None,
    listening: socket.socket | None = None,
    ports: int = PORTS_TRIED,
) -> int:
    """Serve until stopped; says on which address.

    `listening` is what `listen` returned for host and port, where that has been asked before; else it is asked for one
    of so many `ports` from that one on.

    Raises:
        UsageError: the host is not an address of this computer, or no port is free.
        StoreNotFoundError: there is no store.
        StoreError: what was kept for readers cannot be opened.
        EmbeddingError: the reranker cannot be loaded.
    """
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # nothing calls out
    embedder = embedder or TransformerEmbedder(settings.embedder)
    advisor = _open(store, settings, embedder)
    listening = listening or listen(host, port, ports=ports)
    from advisor.serving.api import create_app  # two seconds of Gradio, after the first errors could be told

    keeper = Keeper(settings.kept / KEPT_FILE)
    print(f"Cluster Advisor is ready at {address(host, listening)} (stop it with Ctrl-C).", flush=True)
    shelf = Shelf(
        advisor,
        store=store,
        folder=settings.corpus / ADDED,
        corpus=settings.corpus,
        start_builder=builder_starter(embedder),
    )
    app = create_app(advisor, keeper, shelf, allowed_hosts=allowed_hosts(host))
    try:
        uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listening])
    finally:
        shelf.close()
        keeper.close()
    return 0


def _open(store: Path, settings: Settings, embedder: Embedder) -> Advisor:
    writer = None
    if settings.chat_model:
        writer = open_writer(
            settings.chat_model,
            base_url=settings.chat_base_url,
            timeout_s=settings.chat_timeout_s,
            listener=lambda told: print(f"advisor: {told}", file=sys.stderr, flush=True),
        )
    reranker = CrossEncoderReranker(settings.reranker) if settings.reranker else None
    if reranker:
        reranker.load()  # now, rather than at the first question
    return Advisor.open(
        store,
        embedder=embedder,
        writer=writer,
        writing=Writing(settings.unsupported, settings.chat_budget_tokens),
        reranker=reranker or "",
    )


def address(host: str, listening: socket.socket) -> str:
    """Return the address of what is served on a socket."""
    return f"http://{f'[{host}]' if ':' in host else host}:{listening.getsockname()[1]}"


def allowed_hosts(host: str) -> tuple[str, ...]:
    """Return the names under which a server on a host may be asked.

    One for this computer alone is asked by its address or as localhost; any other name is a trick of another site.
    """
    try:
        is_local = host == LOCALHOST or ip_address(host).is_loopback
    except ValueError:  # a name
        is_local = False
    if not is_local:
        return ("*",)
    own = f"[{host}]" if ":" in host else host
    return tuple(dict.fromkeys((own, "127.0.0.1", LOCALHOST)))


def show(url: str) -> None:
    """Open the browser of this computer, where it has a screen."""
    if sys.platform in ("darwin", "win32") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        webbrowser.open(url)


def listen(host: str, port: int, *, ports: int = PORTS_TRIED) -> socket.socket:
    """Return a socket that listens on the port, or on the next free one of so many, and says so.

    Raises:
        UsageError: the host is not an address of this computer, or none of the ports is free.
    """
    for number in range(port, min(port + ports, 65536)):
        listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, number))
            listening.listen(128)
        except PermissionError as error:
            listening.close()
            raise UsageError(f"port {number} needs administrator rights; set ADVISOR_PORT to one above 1024") from error
        except (OSError, UnicodeError) as error:
            listening.close()
            if isinstance(error, socket.gaierror) or getattr(error, "errno", 0) in (99, 49, 10049):
                raise UsageError(
                    f"{host!r} is not an address of this computer; set ADVISOR_HOST to 127.0.0.1"
                ) from error
        else:
            if number != port:
                print(f"Port {port} is in use, so this is port {number}.", flush=True)
            return listening
    taken = f"port {port} is" if number == port else f"ports {port} to {number} are all"
    raise UsageError(f"{taken} in use; choose a free one with --port or ADVISOR_PORT")
