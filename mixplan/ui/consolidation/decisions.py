"""The planner's own decisions on stations, and their undo."""

from __future__ import annotations

from mixplan.plan.actions import UNDECIDED
from mixplan.ui.session import CON_HISTORY, CON_LOCKS


def own_decisions() -> dict[str, str]:
    """The planner's decisions by station."""
    return CON_LOCKS.or_new({})


def decide(plant_id: str, decision: str) -> None:
    """Write down the planner's decision on a station, so that it can be undone."""
    before = own_decisions().get(plant_id, UNDECIDED)
    if before == decision:
        return
    CON_HISTORY.or_new([]).append((plant_id, before))
    _write(plant_id, decision)


def _write(plant_id: str, decision: str) -> None:
    locks = dict(own_decisions())
    locks.pop(plant_id, None)
    if decision != UNDECIDED:
        locks[plant_id] = decision
    CON_LOCKS.put(locks)


def undo() -> None:
    """Take back the last decision."""
    if history := CON_HISTORY.get():
        _write(*history.pop())
