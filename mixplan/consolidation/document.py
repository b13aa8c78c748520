"""A consolidation plan as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from mixplan.base.errors import InfeasibleError
from mixplan.base.files.jsontext import plain, records
from mixplan.consolidation import totals
from mixplan.consolidation.joint import JointPlan
from mixplan.consolidation.plan import Plan
from mixplan.consolidation.tradeoff import Point

# Columns of the totals that are printed of every year of the plan.
_TOTALS = [name for name in totals.COLUMNS if name not in ("closed", "upgraded", "thin")]
_POINT = ("most_flagged", "flagged", "mean_haul_km", "sites", "capacity", "cost", "gap")
_OBSTACLE = ("limit", "needed", "available", "short", "unit", "text")


def plan_json(
    plan: Plan,
    reasons: pd.Series,
    *,
    otherwise: pd.Series | None = None,
    pareto: Sequence[Point] | None = None,
    joint: JointPlan | None = None,
) -> dict[str, Any]:
    """The plan as ``mixplan consolidate --json`` prints it; amounts in 万m³ a year, costs in 万元."""
    found = plan.solution
    result: dict[str, Any] = {
        "status": plan.status,
        "objective": found.objective,
        "bound": found.bound,
        "gap": found.gap,
        "seconds": round(found.seconds, 2),
        "parts": {name: round(value, 4) for name, value in found.parts.items()},
        "actions": _actions(plan, reasons, otherwise),
        "flows": plan.flows.to_dict("records"),
        "totals": plan.totals[_TOTALS].iloc[1:].to_dict("records"),
        "before": plan.totals.to_dict("records")[0],
        "verify": [plant for plant, why in plan.actions["verify"].items() if why],
    }
    if pareto is not None:
        result["pareto"] = [{name: getattr(point, name) for name in _POINT} for point in pareto]
    if joint is not None:
        result |= _mortar(joint)
    return {key: plain(value) for key, value in result.items()}


def _actions(plan: Plan, reasons: pd.Series, otherwise: pd.Series | None) -> list[dict[str, Any]]:
    """Every station with its decision, its reason, and the rules whose attribute is not known."""
    unknown = plan.case.stations["unknown"]
    found: list[dict[str, Any]] = []
    for plant, row in zip(map(str, plan.actions.index), records(plan.actions), strict=True):
        rules = [rule for rule in str(unknown[plant]).split(",") if rule]
        one = {"plant_id": plant, **row, "reason": reasons[plant], "unknown": rules}
        if otherwise is not None:
            one["otherwise_estimate"] = otherwise[plant]
        found.append(one)
    return found


def _mortar(joint: JointPlan) -> dict[str, Any]:
    """The mortar side of a joint run; places in degrees."""
    degrees, rows = joint.degrees, joint.lines.drop(columns="geometry").to_dict("index")
    return {
        "lines": [{"id": i, "lon": degrees[i][1], "lat": degrees[i][0], **row} for i, row in rows.items()],
        "mortar_flows": joint.flows.to_dict("records"),
        "mortar_totals": dict(joint.totals),
    }


def infeasible_json(error: InfeasibleError) -> dict[str, Any]:
    """What is printed where no plan exists or was found: the same keys, and the limits that stand in the way."""
    return {
        "status": error.status,
        "objective": None,
        "bound": None,
        "gap": None,
        "message": str(error),
        "limits": [{name: getattr(obstacle, name) for name in _OBSTACLE} for obstacle in error.obstacles],
        "actions": [],
        "flows": [],
        "totals": [],
    }
