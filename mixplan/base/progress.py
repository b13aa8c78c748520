"""Progress and stop, one protocol: long work tells its watcher how far it is and hears whether to go on."""

import math
import time
from collections.abc import Callable
from typing import Any, Literal, NamedTuple

from mixplan.base.numbers import relative_gap


class Progress(NamedTuple):
    """How far long work has come.

    Attributes
    ----------
    seconds : float
        Time since it began.
    objective, bound : float
        Of a search: cost of the best answer so far, and what no answer can cost less than.
    done, of : int
        Of counted work: steps that are done, and how many there are; 0 where nobody knows.
    text : str
        What is being done, in the planner's words.
    best : object
        What the work would hand back if it were stopped now, complete and picklable; None while there is nothing.
    """

    seconds: float = 0.0
    objective: float = math.inf
    bound: float = -math.inf
    done: int = 0
    of: int = 0
    text: str = ""
    best: Any = None

    @property
    def gap(self) -> float:
        """How far the best answer may be from the best possible one at most, as a share of its cost."""
        return relative_gap(self.objective, self.bound)


Watcher = Callable[[Progress], bool]
"""Is told of progress, often; answers whether to go on."""


def unwatched(_now: Progress) -> bool:
    """The watcher of work that nobody waits for: it always goes on."""
    return True


def step(watcher: Watcher, done: int, of: int, best: Any = None) -> Watcher:
    """The watcher of a search that is one step of counted work.

    It is told of the search, of how many steps are done, and of what those have brought; a step's own best is no
    result of the whole.
    """
    return lambda now: watcher(now._replace(done=done, of=of, best=best))


_REST_S = 1.0
"""Least seconds between two complete results handed on by a search."""
_SHARE = 0.05
"""Largest share of its time that a search spends on making them complete."""


class Watch:
    """A search's clock: the time it has, the best it has found, and whether its watcher wants it to go on."""

    def __init__(self, time_limit_s: float, watcher: Watcher = unwatched, *, text: str = "") -> None:
        self.began = time.perf_counter()
        self.time_limit_s = time_limit_s
        self.watcher = watcher
        self.text = text
        """What the search is doing, in the planner's words."""
        self.reason: Literal["interrupted", "time_limit"] | None = None
        """Why the search was ended before its goal, if it was."""
        self.objective, self.bound = math.inf, -math.inf
        self.best: Any = None
        self._make: Callable[[], Any] | None = None
        self._fresh, self._due_s = False, 0.0

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return time.perf_counter() - self.began

    @property
    def left(self) -> float:
        """Seconds that are left, never so few that a solver would take them for none."""
        return max(self.time_limit_s - self.seconds, 0.1)

    @property
    def stopped(self) -> bool:
        """Whether the watcher has asked to stop."""
        return self.reason == "interrupted"

    @property
    def over(self) -> bool:
        """Whether the search has to end: it was stopped, or its time is up."""
        if self.reason is None and self.seconds > self.time_limit_s:
            self.reason = "time_limit"
        return self.reason is not None

    def doing(self, text: str) -> bool:
        """Say what the search does now; false once the watcher has asked to stop."""
        self.text = text
        return self.tell()

    def offer(self, objective: float, make: Callable[[], Any]) -> None:
        """Note a better answer; `make` makes it complete once it is wanted, with the bound that is proven by then."""
        self.objective = min(self.objective, objective)
        self._make, self._fresh = make, True

    def prove(self, bound: float) -> None:
        """Note that no answer can cost less than this."""
        self._fresh = self._fresh or bound > self.bound
        self.bound = max(self.bound, bound)

    def close(self) -> None:
        """Let go of the search behind the best answer: it holds much memory."""
        self._make = None

    def tell(self, objective: float = math.inf, bound: float = -math.inf) -> bool:
        """Report, with a better answer or bound if there is one; false once the watcher has asked to stop."""
        self.objective = min(self.objective, objective)
        self.prove(bound)
        began = self.seconds
        due = self._fresh and self._make is not None and began >= self._due_s
        if due and self._make is not None:
            self.best, self._fresh = self._make(), False
        now = Progress(began, self.objective, self.bound, text=self.text, best=self.best)
        if not self.stopped and not self.watcher(now):
            self.reason = "interrupted"
        if due:
            self._due_s = self.seconds + max(_REST_S, (self.seconds - began) / _SHARE)
        return not self.stopped

    def going(self) -> bool:
        """Report, and tell whether to go on: neither stopped nor out of time."""
        return self.reason is None and self.tell() and not self.over


def handing(watcher: Watcher, make: Callable[[Any], Any]) -> Watcher:
    """The watcher of a step whose best so far becomes part of a larger result: told of what `make` makes of it."""
    seen: list[Any] = [None, None]

    def tell(now: Progress) -> bool:
        if now.best is not None and now.best is not seen[0]:
            seen[:] = now.best, make(now.best)
        return watcher(now._replace(best=seen[1]))

    return tell
