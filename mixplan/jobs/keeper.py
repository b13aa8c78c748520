"""What a server does for long work: sees that a pool is there, and tells it who is still looking."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress

from mixplan.base.errors import MixplanError
from mixplan.projects.queue import SERVER, Lock, Queue

_EVERY_S = 2.0
_SOON_S = 60.0  # a pool that ends by a fault so soon after its start has failed
_MOST_FAILED, _REST_S = 3, 60.0  # after so many in a row the next one waits
# One thread a worker: as many workers as cores, and libraries that start threads cannot be copied safely.
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


class Keeper:
    """Keeps a pool for the user's queue while this process lives, in a thread of its own.

    Parameters
    ----------
    present : callable
        Planners who are looking at a page of this server.
    warm : sequence of str
        Modules that workers will need, imported before they are.

    Attributes
    ----------
    pool : Popen or None
        The pool that this keeper has started last; none where another one had.
    """

    def __init__(self, present: Callable[[], Iterable[str]], *, warm: Sequence[str] = ()) -> None:
        self.queue = Queue()
        self._present = present
        self._warm = warm
        self.pool: subprocess.Popen[bytes] | None = None
        self._began = self._not_before = time.monotonic()
        self._failed = 0  # pools in a row that ended by a fault soon after their start
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="mixplan-jobs", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Keep it no longer; the pool ends by itself some time after."""
        self._closed.set()
        self._thread.join()

    def _keep(self) -> None:
        while True:
            # A queue that is locked, or a machine that has no room for a process, is asked again the next time.
            with suppress(MixplanError, OSError):
                self.queue.alive(SERVER, *self._present())
            with suppress(MixplanError, OSError):
                self._see_to_pool()
            if self._closed.wait(_EVERY_S):
                return

    def _see_to_pool(self) -> None:
        if self.pool is not None and self.pool.poll() is None:
            return
        lock = Lock(self.queue.folder)
        free = lock.take()
        lock.let_go()
        if not free:
            return
        now = time.monotonic()
        if self.pool is not None and now >= self._not_before:
            soon = now - self._began < _SOON_S
            self._failed = self._failed + 1 if self.pool.returncode != 0 and soon else 0
            self._not_before = now + (_REST_S if self._failed >= _MOST_FAILED else 0.0)
        if now >= self._not_before:
            self.pool, self._began = start_pool(self._warm), now
        else:
            self._let_nobody_wait()

    def _let_nobody_wait(self) -> None:
        """End what was asked for, where no pool can be kept alive: who waits is told so."""
        for entry in self.queue.open_entries():
            self.queue.ask_stop(entry.id, "broken")
            self.queue.end(entry.id, "lost", "broken")


def start_pool(warm: Collection[str] = ()) -> "subprocess.Popen[bytes]":
    """Start a pool, a process that outlives this one for a while.

    It runs the code that this process runs. It gets a process group of its own, so that Ctrl+C in the terminal ends
    the server and leaves it to end by itself; a session of its own would have the scheduler treat all its work as
    one equal to the server's, however low its priority.
    """
    environment = {
        **os.environ,
        **_ONE_THREAD,
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "MIXPLAN_WARM": ",".join(warm),
    }
    nothing = subprocess.DEVNULL
    group = {"creationflags": 0x200} if sys.platform == "win32" else {"process_group": 0}
    command = [sys.executable, "-m", "mixplan.jobs"]
    return subprocess.Popen(command, env=environment, stdin=nothing, stdout=nothing, stderr=nothing, **group)  # type: ignore[call-overload,no-any-return]
