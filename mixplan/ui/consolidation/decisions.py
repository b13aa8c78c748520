"""The planner's own decisions on stations, which the project keeps."""

from __future__ import annotations

from collections.abc import Mapping

from mixplan.plan.actions import UNDECIDED
from mixplan.ui import work


def own_decisions() -> Mapping[str, str]:
    """The planner's decisions by station."""
    return work.project().consolidation.decisions


def decide(plant_id: str, decision: str) -> None:
    """Write down the planner's decision on a station."""
    work.put(("consolidation", "decisions", plant_id), None if decision == UNDECIDED else decision)
