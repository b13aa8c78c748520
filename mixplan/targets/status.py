"""Whether a target is met, on track or behind."""

from enum import StrEnum
from math import isclose

from mixplan.base.i18n import gettext as _


class Status(StrEnum):
    """How a target stands."""

    MET = "met"
    ON_TRACK = "on_track"
    BEHIND = "behind"
    NO_DATA = "no_data"


def status_text(status: Status) -> str:
    """A status as the board writes it."""
    return {
        Status.MET: _("达标"),
        Status.ON_TRACK: _("按期"),
        Status.BEHIND: _("滞后"),
        Status.NO_DATA: _("无数据"),
    }[status]


def satisfies(direction: str, value: float, target: float, tolerance: float = 0.0) -> bool:
    """Whether a value fulfils a target: at least, at most, or exactly (to the target's own rounding)."""
    if isclose(value, target, rel_tol=1e-12):
        return True
    if direction == "at_least":
        return value > target
    if direction == "at_most":
        return value < target
    return abs(value - target) < tolerance


def judge(
    *,
    direction: str,
    target: float,
    target_year: int,
    actual: float | None,
    actual_year: int | None,
    path: float | None,
    as_of: int,
    tolerance: float = 0.0,
) -> Status:
    """Say whether a target is met, on track, behind, or cannot be told: the only place where this is decided.

    The actual is the latest one; where the target year's own actual is known, that one, else the first after it.
    Taken in this order:

    1. No actual after the baseline: no data.
    2. The latest actual fulfils the target: met, also ahead of time (a ceiling that is kept counts as met).
    3. That actual is of the target year or later: behind.
    4. The as-of year lies past the target year, so the outcome was never reported: no data.
    5. No path (the plan gives no baseline and only one actual exists): no data.
    6. The actual is at least as good as the straight path in the actual's own year: on track, else behind.
       For an exact target an actual beyond the target is behind as well.

    Parameters
    ----------
    direction : str
        ``at_least``, ``at_most`` or ``exactly``.
    target, actual, path : float
        All in the indicator's unit; ``path`` is the straight path's value in ``actual_year``.
    target_year, actual_year, as_of : int
        Years; actuals after ``as_of`` must already be left out.
    tolerance : float
        Half of the last digit of an exact target.
    """
    if actual is None or actual_year is None:
        return Status.NO_DATA
    if satisfies(direction, actual, target, tolerance):
        return Status.MET
    if actual_year >= target_year:
        return Status.BEHIND
    if as_of > target_year or path is None:
        return Status.NO_DATA
    rising = direction == "at_least" or (direction == "exactly" and path <= target)
    ahead = actual >= path if rising else actual <= path
    if direction == "exactly":
        ahead = ahead and (actual <= target if rising else actual >= target)
    return Status.ON_TRACK if ahead or isclose(actual, path, rel_tol=1e-12) else Status.BEHIND
