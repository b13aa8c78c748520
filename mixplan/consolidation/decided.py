"""What a kept plan does with each station, read off its record: other pages need no more, and no case for it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from mixplan.consolidation.inputs import Inputs
from mixplan.consolidation.kept import Kept, PlanRecord
from mixplan.plan.actions import CLOSE, MERGE, RETAIN, UPGRADE


def decided_in(read: Kept) -> pd.DataFrame | None:
    """See `decided`: of the plan in a record, or of the point of the trade-off that was adopted; None for neither."""
    plan = read.points[0].plan if read.points else read.plan
    return None if plan is None else decided(plan, read.inputs)


def decided(plan: PlanRecord, inputs: Inputs) -> pd.DataFrame:
    """Action and capacity afterwards of each station that the plan or the planner has decided on, at its end.

    Returns
    -------
    DataFrame
        Index ``plant_id``; ``action``, ``capacity`` (万m³ a year). Stations of which too little is known to plan them
        stay as they are and are left out, unless the planner closes them.
    """
    last = plan.years[max(plan.years)]
    stopped, rows = set(last.stopped), {}
    for plant, capacity in plan.stations.items():
        if plant in stopped:
            rows[plant] = (MERGE if plant in plan.merged else CLOSE, 0.0)
        elif plant in last.upgraded:
            rows[plant] = (UPGRADE, round(capacity + last.upgraded[plant], 6))
        else:
            rows[plant] = (RETAIN, capacity)
    for plant, decision in inputs.settings.locks:
        if decision == CLOSE:
            rows.setdefault(plant, (CLOSE, 0.0))
    table: dict[str, Any] = {name: [row[i] for row in rows.values()] for i, name in enumerate(("action", "capacity"))}
    return pd.DataFrame(table, index=pd.Index(list(rows), name="plant_id"))
