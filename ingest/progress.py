"""The steps of a run → what a person sees of it: one bar in a terminal, one line a file anywhere else."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, TextIO

from tqdm import tqdm

from advisor.text import count_of, one_line
from ingest.results import FileResult

READ = ("added", "updated")


class Tally:
    """Adds up what is done, and says how long the rest takes.

    Work is measured in pages, as they take most of the time: of a file that is read, its share of embedded text
    counts; unchanged and unusable files count nothing.
    """

    def __init__(self, expected: Sequence[int] = (), *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._expected = list(expected)
        self._pages_here = 0
        self._share_here = 0.0
        self._pages_read = 0.0
        self._seconds_read = 0.0
        self._started = self._clock()
        self.done = 0
        self.pages = 0
        self.passages = 0

    @property
    def total(self) -> int:
        """How many files there are."""
        return len(self._expected)

    def begin(self) -> None:
        """Begin the next file."""
        self._started = self._clock()
        self._pages_here = self._expected[self.done]
        self._share_here = 0.0

    def embedding(self, pages: int) -> None:
        """Take over how many pages the file really has."""
        self._pages_here = pages

    def embedded(self, share: float) -> None:
        """Count a share of the file's text as embedded."""
        self._share_here = min(self._share_here + share, 1.0)

    def finish(self, result: FileResult) -> float:
        """Count a file as finished and return the seconds it took."""
        seconds = self._clock() - self._started
        if result.status in READ:
            self._pages_read += result.pages
            self._seconds_read += seconds
        self._pages_here, self._share_here = 0, 0.0
        self.done += 1
        self.pages += result.pages
        self.passages += result.passages
        return seconds

    def rate(self) -> float:
        """Return the pages read in a second, 0 before any is."""
        here = self._pages_here * self._share_here
        seconds = self._seconds_read + (self._clock() - self._started if here else 0.0)
        return (self._pages_read + here) / seconds if seconds > 0 else 0.0

    def share(self) -> float:
        """Return the share of all pages that are read; of the files, where no page has to be."""
        read, rest = self._pages_read + self._pages_here * self._share_here, self._rest()
        if read + rest > 0:
            return read / (read + rest)
        return self.done / self.total if self.total else 0.0

    def left_s(self) -> float | None:
        """Return the seconds that the rest of the pages takes, None before the first is read."""
        rest, rate = self._rest(), self.rate()
        if rest == 0:
            return 0.0
        return rest / rate if rate else None

    def _rest(self) -> float:
        first = self.done + 1 if self._pages_here else self.done
        return self._pages_here * (1 - self._share_here) + sum(self._expected[first:])

    def __str__(self) -> str:
        """Return the figures in a line."""
        parts = [f"{self.done} of {count_of(self.total, 'file')}", count_of(self.pages, "page")]
        parts.append(count_of(self.passages, "passage"))
        if rate := self.rate():
            parts.append(f"{rate:.1f} pages/s")
        left = self.left_s()
        if left:
            parts.append(f"{tqdm.format_interval(round(left))} left")
        return ", ".join(parts)

    def stopped(self) -> str:
        """Return what is true of a run that is stopped now."""
        if not self.total:
            return "stopped before the first file; run the same command again"
        return (
            f"stopped; {self.done} of {count_of(self.total, 'file')} finished and kept, "
            "the same command goes on from there"
        )


class Lines:
    """One line a file, with its figures."""

    def __init__(self, stream: TextIO) -> None:
        self.tally = Tally()
        self._stream = stream

    def files(self, expected: Sequence[int]) -> None:
        """Begin."""
        self.tally = Tally(expected)

    def reading(self, file: str) -> None:
        """Begin a file."""
        self.tally.begin()

    def embedding(self, file: str, pages: int) -> None:
        """Know how many pages a file has."""
        self.tally.embedding(pages)

    def embedded(self, share: float) -> None:
        """Know that a part of a file is embedded."""
        self.tally.embedded(share)

    def done(self, result: FileResult) -> None:
        """Say what became of a file."""
        seconds = self.tally.finish(result)
        what = result.status + (f" ({result.reason})" if result.reason else "")
        if result.pages:
            what += f", {count_of(result.pages, 'page')}, {count_of(result.passages, 'passage')}"
        self._say(f"{self.tally.done} of {self.tally.total}  {one_line(result.file)}: {what}, {seconds:.1f} s")

    def publishing(self) -> None:
        """Say that the last step begins."""
        self._say("Building the index")

    def close(self) -> None:
        """Nothing is left to do."""

    def _say(self, text: str) -> None:
        print(text, file=self._stream, flush=True)


class Bar(Lines):
    """One bar for the whole run, redrawn in its place."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self._bar: tqdm[Any] | None = None

    def files(self, expected: Sequence[int]) -> None:
        """Draw the bar."""
        super().files(expected)
        self._bar = tqdm(total=1.0, file=self._stream, bar_format="{percentage:3.0f} % |{bar:10}| {desc}")

    def reading(self, file: str) -> None:
        """Show which file is read."""
        super().reading(file)
        self._show(f"reading {one_line(file)}")

    def embedding(self, file: str, pages: int) -> None:
        """Show that a file is embedded."""
        super().embedding(file, pages)
        self._what = f"indexing {one_line(file)}"
        self._show(self._what)

    def embedded(self, share: float) -> None:
        """Move on."""
        super().embedded(share)
        self._show(self._what)

    def done(self, result: FileResult) -> None:
        """Move on by a file; what became of it is said at the end of the run."""
        self.tally.finish(result)
        self._show("")

    def publishing(self) -> None:
        """Show the last step."""
        self._show("building the index")

    def close(self) -> None:
        """Leave the last figures, and the terminal as it was."""
        if self._bar is not None:
            self._bar.close()

    def _show(self, what: str) -> None:
        if self._bar is not None:
            self._bar.n = self.tally.share()
            self._bar.set_description_str(" · ".join(filter(None, (str(self.tally), what))))


def shown_on(stream: TextIO) -> Lines:
    """Return a bar for a terminal, lines for anything else."""
    return Bar(stream) if stream.isatty() else Lines(stream)
