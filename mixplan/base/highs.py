"""The HiGHS solver as every model here uses it: silent, the same result on every run, and never deaf to a stop."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable
from typing import Any

import highspy

from mixplan.base.errors import SolverError
from mixplan.base.i18n import gettext as _
from mixplan.base.progress import Watch

_LOOK_S = 0.05
"""Seconds between two looks at a solver that works."""
_PATIENCE_S = 0.25
"""Seconds that a solver has to come back once it has been asked to; presolve and a root relaxation may not hear."""
_LAST_WAIT_S = 10.0


_BROKEN = (
    highspy.HighsModelStatus.kSolveError,
    highspy.HighsModelStatus.kModelError,
    highspy.HighsModelStatus.kPresolveError,
    highspy.HighsModelStatus.kPostsolveError,
    highspy.HighsModelStatus.kLoadError,
    highspy.HighsModelStatus.kMemoryLimit,
)
_LEFT: list[threading.Thread] = []
"""Runs that did not come back in time."""


@atexit.register
def _wait_for_the_last() -> None:
    """A solver must not be at work while the interpreter is taken down under it."""
    for thread in _LEFT:
        thread.join(_LAST_WAIT_S)


class _Silent(highspy.Highs):  # type: ignore[misc]
    """HiGHS without its banner, which would stand in the middle of JSON on standard output."""

    def enableCallbacks(self) -> None:  # noqa: N802
        """Silence first: HiGHS prints as soon as callbacks are switched on, which its constructor does."""
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()


def quiet_highs(lp: highspy.HighsLp | None = None, *, seed: int = 0) -> highspy.Highs:
    """A HiGHS instance, with a program if one is given, that prints nothing and, on one thread, repeats its runs."""
    h = _Silent()
    h.setOptionValue("threads", 1)
    h.setOptionValue("random_seed", seed)
    if lp is not None:
        h.passModel(lp)
    return h


def run_watched(
    h: highspy.Highs, watch: Watch, *, until_s: float | None = None, look: Callable[[], Any] | None = None
) -> bool:
    """Run HiGHS, and hear in the meantime whether it is still wanted.

    HiGHS works in a thread of its own, so that the watcher is told and heard whatever HiGHS is at.

    Parameters
    ----------
    h : Highs
        The solver with its program.
    watch : Watch
        Its time and its watcher.
    until_s : float, optional
        Seconds for this run; what is left of the watch's time unless given.
    look : callable, optional
        Called between two looks at the watch; false ends the run.

    Returns
    -------
    bool
        Whether HiGHS came back. If not, its thread ends by itself later, and `h` must not be touched any more.

    Raises
    ------
    SolverError
        Where HiGHS reports an error.
    """
    seconds = watch.left if until_s is None else min(until_s, watch.left)
    h.setOptionValue("time_limit", h.getRunTime() + seconds)
    unwanted, returned = threading.Event(), []

    def heed(event: Any) -> None:
        if unwanted.is_set():
            event.interrupt()

    def work() -> None:
        returned.append(h.run())

    polled = (h.cbSimplexInterrupt, h.cbIpmInterrupt, h.cbMipInterrupt)
    for event in polled:
        event.subscribe(heed)
    thread = threading.Thread(target=work, daemon=True)
    ends = watch.seconds + seconds
    thread.start()
    try:
        while thread.is_alive():
            thread.join(_LOOK_S)
            if not thread.is_alive():
                break
            wanted = watch.tell() and (look is None or look())
            if not wanted or watch.seconds > ends:
                unwanted.set()
                thread.join(_PATIENCE_S)
                break
    except KeyboardInterrupt:
        unwanted.set()
        _LEFT.append(thread)
        raise
    if thread.is_alive():
        _LEFT[:] = [*(some for some in _LEFT if some.is_alive()), thread]
        return False
    for event in polled:
        event.unsubscribe(heed)
    answered(h, returned[0])
    return True


def answered(h: highspy.Highs, returned: highspy.HighsStatus) -> None:
    """Raise where HiGHS reports an error, which is no answer to whether a plan exists."""
    status = h.getModelStatus()
    if returned == highspy.HighsStatus.kError or status in _BROKEN:
        raise SolverError(
            _("求解器出错（HiGHS：{status}），没有得到结论；请重试，或检查数值是否过大或过小。").format(
                status=h.modelStatusToString(status)
            )
        )
