"""The chat: brings the store up to date with the corpus, then opens the browser page: `python app.py`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from socket import socket

from advisor.cli import guarded
from advisor.embedding import TransformerEmbedder
from advisor.errors import CorpusError
from advisor.serving.opening import Built, opening
from advisor.serving.server import address, allowed_hosts, listen, serve, show
from advisor.serving.shelf.leftout import ADDED, read_left_out
from advisor.settings import Settings
from advisor.store.versions import current_version
from ingest.command import build, summary
from ingest.progress import Lines, shown_on


def main() -> int:
    """Run the chat until it is stopped and return the exit code."""
    settings = Settings.from_environment()
    embedder = TransformerEmbedder(settings.embedder)
    listening, progress = listen(settings.host, settings.port), shown_on(sys.stderr)
    is_first = not current_version(settings.store)
    try:
        with _shown_meanwhile(settings.host, listening, progress, is_first=is_first):
            result = build(
                [settings.corpus],
                store=settings.store,
                settings=settings,
                embedder=embedder,
                leave_out=read_left_out(settings.corpus / ADDED),
                progress=progress,
            )
        print(summary(result), flush=True)
    except CorpusError as error:
        if is_first:
            raise
        print(f"{error}; answering from the store as it is", file=sys.stderr)
    return serve(
        settings.store,
        settings=settings,
        host=settings.host,
        port=settings.port,
        embedder=embedder,
        listening=listening,
    )


@contextmanager
def _shown_meanwhile(host: str, listening: socket, progress: Lines, *, is_first: bool) -> Iterator[None]:
    """Show in the browser how far the library is, from the first moment on."""

    def told() -> Built:
        tally = progress.tally
        return Built(tally.done, tally.total, tally.share(), tally.left_s())

    with opening(listening, told, allowed_hosts=allowed_hosts(host)):
        url = address(host, listening)
        doing = "Building the library for the first time" if is_first else "Bringing the library up to date"
        print(f"{doing}; {url} shows how far it is.", flush=True)
        show(url)
        yield


if __name__ == "__main__":
    sys.exit(guarded(main))
