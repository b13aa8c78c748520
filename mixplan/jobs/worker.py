"""A worker: one process, one piece of work. It waits for its turn, works, hands in what it has found, and ends."""

import os
import pickle
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from mixplan.base.errors import DataError, MixplanError
from mixplan.base.i18n import set_language
from mixplan.base.progress import Progress
from mixplan.projects.queue import Entry, Part, Queue, State

_TELL_S = 0.3


def work(folder: Path, turn: "Connection[Any, Any]") -> None:
    """Wait for a turn, which comes as a job's number, and do what it asks for."""
    import_module("mixplan.jobs.warm")  # where processes are not copied from a warm one
    try:
        job = turn.recv()
    except EOFError:  # the pool has ended
        return
    queue = Queue(folder)
    entry = queue.entry(job)
    if entry is None:
        return
    set_language(entry.language)
    reporter = Reporter(queue, entry)
    threading.Thread(target=reporter.heed, args=(turn,), daemon=True).start()
    parts: dict[Part, bytes]
    try:
        args, options = pickle.loads(queue.part(job, "call") or b"")
        found = function_of(entry.function)(*args, **options, watcher=reporter.watch)
        parts = {"result": pickle.dumps(found, pickle.HIGHEST_PROTOCOL)}
    except Exception as error:  # handed to the page, which says or raises it
        reporter.close()
        if reporter.stopping.is_set() and isinstance(error, MixplanError) and queue.part(job, "best") is not None:
            _hand_in(queue, job, "stopped")  # it had something before it was stopped in the middle of a step
            return
        error.add_note(traceback.format_exc())
        _hand_in(queue, job, "failed", {"error": _pickled(error)})
        return
    reporter.close()
    _hand_in(queue, job, "stopped" if reporter.stopping.is_set() else "done", parts)


def _hand_in(queue: Queue, job: int, state: State, parts: Mapping[Part, bytes] | None = None) -> None:
    """End the run in the queue, however long somebody else keeps that locked: the pool ends whom nobody waits for."""
    while True:
        with suppress(DataError):
            queue.end(job, state, parts=parts)
            return
        time.sleep(_TELL_S)


def function_of(dotted: str) -> Callable[..., Any]:
    """The function that ``module:name`` stands for."""
    module, _colon, name = dotted.partition(":")
    found: Callable[..., Any] = getattr(import_module(module), name)
    return found


def _pickled(error: Exception) -> bytes:
    try:
        content = pickle.dumps(error)
        pickle.loads(content)  # some errors can be written and not be read again
    except Exception:
        return pickle.dumps(RuntimeError(f"{type(error).__name__}: {error}"))
    return content


class Reporter:
    """Keeps in the queue how far the work is, beside the work, and hears whether to stop."""

    def __init__(self, queue: Queue, entry: Entry) -> None:
        self.stopping = threading.Event()
        self._queue, self._job = queue, entry.id
        self._now: Progress | None = None
        self._told: Progress | None = None
        self._best: Any = None
        self._wake = threading.Event()
        self._closed = False
        self._thread = threading.Thread(target=self._report, daemon=True)
        self._thread.start()

    def watch(self, now: Progress) -> bool:
        """Take down how far the work is; tell it whether to go on."""
        if now.best is None and self._now is not None:
            now = now._replace(best=self._now.best)  # a best that was found stays one
        first = self._now is None or (now.best is not None and self._now.best is None)
        self._now = now
        if first:
            self._wake.set()
        return not self.stopping.is_set()

    def heed(self, turn: "Connection[Any, Any]") -> None:
        """Wait for the word to stop; without a pool there is nobody to work for."""
        try:
            turn.recv()
        except (EOFError, OSError):
            os._exit(1)
        self.stopping.set()
        self._wake.set()

    def close(self) -> None:
        """Say nothing any more: the work has ended."""
        self._closed = True
        self._wake.set()
        self._thread.join()

    def _report(self) -> None:
        while not self._closed:
            self._wake.wait(_TELL_S)
            self._wake.clear()
            now = self._now
            if now is None or now is self._told or self._closed:
                continue
            parts: dict[Part, bytes] = {"progress": pickle.dumps(now._replace(best=None))}
            if now.best is not self._best:
                parts["best"] = pickle.dumps(now.best, pickle.HIGHEST_PROTOCOL)
            with suppress(MixplanError):  # a queue that is locked for long is told the next time
                self._queue.tell(self._job, parts)
                self._told, self._best = now, now.best
