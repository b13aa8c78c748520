"""Long work as a page sees it: asked for, watched, stopped, taken over."""

import hashlib
import pickle
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mixplan.base.errors import DataError
from mixplan.base.i18n import get_language
from mixplan.base.i18n import gettext as _
from mixplan.base.progress import Progress
from mixplan.jobs.fairness import turns
from mixplan.projects.queue import Order, Queue, State, Why

_STOPS_WITHIN_S = 1.0


@dataclass(frozen=True)
class Look:
    """How a job stands.

    Attributes
    ----------
    state, why
        Whether it waits, runs or has ended, and why it did where that was before its goal.
    ahead : int
        How many jobs have their turn before it.
    progress : Progress or None
        What the work reported last, none before it has.
    seconds : float
        Time since it began, or since it was asked for where it has not.
    """

    state: State
    why: Why
    ahead: int
    progress: Progress | None
    seconds: float

    @property
    def ended(self) -> bool:
        """Whether nothing more will come."""
        return self.state not in ("waiting", "running")


GONE = Look("lost", "restarted", 0, None, 0.0)


@dataclass(frozen=True)
class Job:
    """One piece of long work in the queue."""

    queue: Queue
    id: int

    def look(self) -> Look:
        """How it stands."""
        entry = self.queue.entry(self.id)
        if entry is None:
            return GONE
        ahead, progress = 0, None
        if entry.state == "waiting":
            waiting = turns(self.queue.open_entries(), self.queue.last_starts())
            ahead = next((place for place, one in enumerate(waiting) if one.id == self.id), 0)
        elif entry.state == "running" and (content := self.queue.part(self.id, "progress")):
            progress = pickle.loads(content)
        seconds = (entry.ended_at or time.time()) - (entry.started_at or entry.asked_at)
        return Look(entry.state, entry.why, ahead, progress, seconds)

    def stop(self) -> None:
        """Ask it to stop with its best so far, and wait for that a moment."""
        self.queue.ask_stop(self.id, "asked")
        self.wait(_STOPS_WITHIN_S)

    def wait(self, seconds: float) -> bool:
        """Wait for its end, at most some seconds; whether it has ended."""
        until = time.monotonic() + seconds
        while not self.look().ended:
            if time.monotonic() > until:
                return False
            time.sleep(0.03)
        return True

    def forget(self) -> None:
        """Clear it away after its end, with earlier work about the same."""
        self.queue.forget(self.id)

    @property
    def about(self) -> Any:
        """What it is about, as it was given."""
        return self._part("about")

    @property
    def has_result(self) -> bool:
        """Whether there is something to take over, be it the best so far."""
        return self.queue.part(self.id, "result") is not None

    @property
    def result(self) -> Any:
        """What came of it."""
        return self._part("result")

    @property
    def error(self) -> Exception | None:
        """What went wrong in it."""
        found: Exception | None = self._part("error")
        return found

    def _part(self, part: Any) -> Any:
        content = self.queue.part(self.id, part)
        try:
            return None if content is None else pickle.loads(content)
        except Exception as error:  # a pickle of what the code no longer has may fail in any way
            raise DataError(_("以前的计算结果是另一个版本的工作台保存的，不能再用，请重新计算。")) from error


def submit(
    planner: str,
    name: str,
    function: str,
    *args: Any,
    about: Any,
    limit_s: float | None = None,
    options: Mapping[str, Any] | None = None,
) -> Job:
    """Ask for work.

    Parameters
    ----------
    planner, name : str
        Whose it is, and what the page that takes it over calls it.
    function : str
        ``module:function``; called with ``args``, ``options`` and a ``watcher``, in another process, in the language
        in force here.
    about : Any
        What it is about, kept beside the result.
    limit_s : float, optional
        When it has to end at the latest, with its best so far.
    """
    queue = Queue()
    call = pickle.dumps((args, dict(options or {})), pickle.HIGHEST_PROTOCOL)
    order = Order(planner, name, function, get_language(), call, pickle.dumps(about), about_hash(about), limit_s)
    return Job(queue, queue.put(order))


def about_hash(about: Any) -> str:
    """What tells apart two things that work can be about."""
    return hashlib.sha256(repr(about).encode()).hexdigest()


def jobs_of(planner: str, name: str) -> list[Job]:
    """A planner's jobs of a name: of each thing they were about the last, oldest first."""
    queue = Queue()
    last = {entry.about: entry.id for entry in queue.entries(planner, name)}
    return [Job(queue, job) for job in sorted(last.values())]
