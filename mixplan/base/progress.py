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


def step(watcher: Watcher, done: int, of: int) -> Watcher:
    """The watcher of a search that is one step of counted work: told of the search and of how many steps are done."""
    return lambda now: watcher(now._replace(done=done, of=of))


class Watch:
    """A search's clock: the time it has, the best it has found, and whether its watcher wants it to go on."""

    def __init__(self, time_limit_s: float, watcher: Watcher = unwatched) -> None:
        self.began = time.perf_counter()
        self.time_limit_s = time_limit_s
        self.watcher = watcher
        self.reason: Literal["interrupted", "time_limit"] | None = None
        """Why the search was ended before its goal, if it was."""
        self.objective, self.bound = math.inf, -math.inf

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

    def tell(self, objective: float = math.inf, bound: float = -math.inf) -> bool:
        """Report, with a better answer or bound if there is one; false once the watcher has asked to stop."""
        self.objective = min(self.objective, objective)
        self.bound = max(self.bound, bound)
        if not self.stopped and not self.watcher(Progress(self.seconds, self.objective, self.bound)):
            self.reason = "interrupted"
        return not self.stopped

    def going(self) -> bool:
        """Report, and tell whether to go on: neither stopped nor out of time."""
        return self.reason is None and self.tell() and not self.over
