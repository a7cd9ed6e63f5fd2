"""The five original reports, where they are at hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from advisor.store.versions import open_store


@pytest.mark.slow
def test_the_reports_are_read_whole_and_the_hostile_files_are_skipped_with_their_reasons(reports_store: Path) -> None:
    opened = open_store(reports_store)
    entries = opened.library.ledger().values()
    assert sum(entry.result["pages"] for entry in entries) == 217
    assert {Path(entry.path).name: entry.reason for entry in entries if entry.status == "skipped"} == {
        "corrupt-truncated.pdf": "damaged",
        "encrypted-excerpt.pdf": "encrypted",
        "scanned-excerpt.pdf": "no-text-layer",
    }
    counts = opened.library.counts()
    assert (counts.documents, counts.pages) == (5, 217)
    for passage_id, document_id, _ in opened.library.passage_vectors():
        (passage,) = opened.library.passages([passage_id])
        for span in [span for sentence in passage.sentences for span in sentence.spans]:
            page = opened.library.page(document_id, span.page)
            assert page.text[span.start : span.end].strip()
            assert span.boxes
            assert all(0 <= b[0] < b[2] <= page.width + 1 and 0 <= b[1] < b[3] <= page.height + 1 for b in span.boxes)
    opened.close()
