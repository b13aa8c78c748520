"""Long work in a thread of its own, so that the page can show progress and stop it."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from mixplan.base.i18n import get_language, set_language
from mixplan.base.progress import Progress

T = TypeVar("T")


class Job(Generic[T]):
    """Work that runs beside the page.

    Parameters
    ----------
    work : callable
        Called with the job, and hands `Job.watch` to what takes long. It must not touch Streamlit.

    Attributes
    ----------
    progress : Progress
        What the work reported last.
    result, error : T or None, Exception or None
        What came of it.
    """

    def __init__(self, work: Callable[["Job[T]"], T]) -> None:
        self.progress = Progress()
        self.result: T | None = None
        self.error: Exception | None = None
        self._stop = threading.Event()
        self._language = get_language()
        self._thread = threading.Thread(target=self._run, args=(work,), daemon=True)
        self._thread.start()

    def _run(self, work: Callable[["Job[T]"], T]) -> None:
        set_language(self._language)  # the thread is no session's
        try:
            self.result = work(self)
        except Exception as error:  # handed to the page, which says or raises it
            self.error = error

    def watch(self, now: Progress) -> bool:
        """Take down how far the work is; tell it whether to go on."""
        self.progress = now
        return not self.stopping()

    def stop(self) -> None:
        """Ask the work to stop with the best so far."""
        self._stop.set()

    def stopping(self) -> bool:
        """Whether the planner has asked to stop."""
        return self._stop.is_set()

    @property
    def done(self) -> bool:
        """Whether the work has ended."""
        return not self._thread.is_alive()

    def wait(self, seconds: float) -> None:
        """Wait for the end, at most some seconds."""
        self._thread.join(seconds)
