"""The chat: brings the store up to date with the corpus, then opens the browser page: `python app.py`."""

from __future__ import annotations

import sys

from advisor.embedding import TransformerEmbedder
from advisor.errors import AdvisorError, CorpusError
from advisor.serving.server import serve
from advisor.settings import Settings
from advisor.store.versions import current_version
from ingest.__main__ import build, summary


def main() -> int:
    """Run the chat until it is stopped and return the exit code."""
    try:
        settings = Settings.from_environment()
        embedder = TransformerEmbedder(settings.embedder)
        try:
            print(
                summary(build([settings.corpus], store=settings.store, settings=settings, embedder=embedder)),
                flush=True,
            )
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
    except AdvisorError as error:
        print(f"advisor: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    sys.exit(main())
