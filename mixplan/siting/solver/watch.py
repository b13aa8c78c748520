"""Time, progress and the wish to stop."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from importlib.metadata import version

from mixplan.siting.solver.result import Status, relative_gap

ProgressCallback = Callable[[float, float, float, float], object]
StopCallback = Callable[[], bool]


class Watch:
    """Keeps time, reports progress and asks whether to stop."""

    def __init__(
        self, time_limit_s: float, on_progress: ProgressCallback | None, should_stop: StopCallback | None
    ) -> None:
        self.begin = time.perf_counter()
        self.time_limit_s = time_limit_s
        self.on_progress = on_progress
        self.should_stop = should_stop
        self.reason: Status | None = None
        self.objective, self.bound = math.inf, -math.inf
        self._last = -math.inf

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return time.perf_counter() - self.begin

    def going(self) -> bool:
        """Tell whether to go on; reports progress on the way."""
        if self.reason is None:
            if self.should_stop is not None and self.should_stop():
                self.reason = "interrupted"
            elif self.seconds > self.time_limit_s:
                self.reason = "time_limit"
            elif self.seconds - self._last > 0.25:
                self.report()
        return self.reason is None

    def report(self) -> None:
        """Report progress now."""
        self._last = self.seconds
        if self.on_progress is not None:
            self.on_progress(self._last, self.objective, self.bound, relative_gap(self.objective, self.bound))


def versions() -> dict[str, str]:
    """Return the versions of the libraries a result depends on."""
    return {name: version(name) for name in ("numpy", "scipy", "highspy")}
