"""Stopping a long run from the terminal without losing the best plan so far."""

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from mixplan.base.progress import Progress


@contextmanager
def stoppable() -> Iterator[threading.Event]:
    """An event that Ctrl-C (or a polite kill) sets, so that the best so far is kept; a second Ctrl-C ends at once."""
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return

    def ask(number: int, frame: Any) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Reporter:
    """A watcher at the terminal: writes progress to its error stream now and then, and heeds a stop.

    Parameters
    ----------
    text : callable, optional
        What is written about some progress; nothing is written without it.
    every_s : float
        Seconds between two reports.
    """

    def __init__(
        self, stop: threading.Event, text: Callable[[Progress], str] | None, *, every_s: float, end: str = "\n"
    ) -> None:
        self.stop, self.text, self.every_s, self.end = stop, text, every_s, end
        self.last_s: float | None = None
        """When a report was last written, in seconds since the work began."""

    def __call__(self, now: Progress) -> bool:
        """Report if it is time; tell whether to go on."""
        if self.text is not None and (self.last_s is None or now.seconds - self.last_s > self.every_s):
            self.last_s = now.seconds
            print(self.text(now), end=self.end, file=sys.stderr, flush=True)
        return not self.stop.is_set()
