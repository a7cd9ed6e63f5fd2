"""The chat: brings the store up to date with the corpus, then opens the browser page: `python app.py`."""

from __future__ import annotations

import sys

from advisor.cli import guarded
from advisor.embedding import TransformerEmbedder
from advisor.errors import CorpusError
from advisor.serving.server import serve
from advisor.serving.shelf.leftout import ADDED, read_left_out
from advisor.settings import Settings
from advisor.store.versions import current_version
from ingest.__main__ import build, summary


def main() -> int:
    """Run the chat until it is stopped and return the exit code."""
    settings = Settings.from_environment()
    embedder = TransformerEmbedder(settings.embedder)
    try:
        result = build(
            [settings.corpus],
            store=settings.store,
            settings=settings,
            embedder=embedder,
            leave_out=read_left_out(settings.corpus / ADDED),
        )
        print(summary(result), flush=True)
    except CorpusError as error:
        if not current_version(settings.store):
            raise
        print(f"{error}; answering from the store as it is", file=sys.stderr)
    return serve(
        settings.store,
        settings=settings,
        host=settings.host,
        port=settings.port,
        embedder=embedder,
        open_browser=True,
    )


if __name__ == "__main__":
    sys.exit(guarded(main))
