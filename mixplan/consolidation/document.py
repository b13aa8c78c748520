"""A consolidation plan as JSON."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from mixplan.base.errors import InfeasibleError
from mixplan.consolidation import totals
from mixplan.consolidation.joint import JointPlan
from mixplan.consolidation.plan import Plan
from mixplan.consolidation.tradeoff import Point

# Columns of the totals that are printed of every year of the plan.
_TOTALS = tuple(name for name in totals.COLUMNS if name not in ("closed", "upgraded", "thin"))


def _finite(value: Any) -> Any:
    """JSON knows no NaN and no infinity."""
    if value is None or value is pd.NA or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return value.item() if hasattr(value, "item") else value


def _plain(row: dict[Any, Any]) -> dict[str, Any]:
    """A row of a table as JSON takes it."""
    return {str(key): _finite(value) for key, value in row.items()}


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
        "objective": _finite(found.objective),
        "bound": _finite(found.bound),
        "gap": _finite(found.gap),
        "seconds": round(found.seconds, 2),
        "parts": {name: round(value, 4) for name, value in found.parts.items()},
        "actions": _actions(plan, reasons, otherwise),
        "flows": [_plain(row) for row in plan.flows.to_dict("records")],
        "totals": [_plain(row) for row in plan.totals[list(_TOTALS)].iloc[1:].to_dict("records")],
        "before": _plain(plan.totals.to_dict("records")[0]),
        "verify": [plant for plant, why in plan.actions["verify"].items() if why],
    }
    if pareto is not None:
        shown = ("most_flagged", "flagged", "mean_haul_km", "sites", "capacity", "cost", "gap")
        result["pareto"] = [{name: getattr(point, name) for name in shown} for point in pareto]
    if joint is not None:
        result |= _mortar(joint)
    return result


def _actions(plan: Plan, reasons: pd.Series, otherwise: pd.Series | None) -> list[dict[str, Any]]:
    """Every station with its decision, its reason, and the rules whose attribute is not known."""
    unknown = plan.case.stations["unknown"]
    found = []
    for plant, row in zip(map(str, plan.actions.index), plan.actions.to_dict("records"), strict=True):
        rules = [rule for rule in str(unknown[plant]).split(",") if rule]
        one = {"plant_id": plant, **_plain(row), "reason": reasons[plant], "unknown": rules}
        if otherwise is not None:
            one["otherwise_estimate"] = _finite(float(otherwise[plant]))
        found.append(one)
    return found


def _mortar(joint: JointPlan) -> dict[str, Any]:
    """The mortar side of a joint run; places in degrees."""
    degrees, rows = joint.degrees, joint.lines.drop(columns="geometry").to_dict("index")
    return {
        "lines": [{"id": i, "lon": degrees[i][1], "lat": degrees[i][0], **_plain(row)} for i, row in rows.items()],
        "mortar_flows": [_plain(row) for row in joint.flows.to_dict("records")],
        "mortar_totals": _plain(dict(joint.totals)),
    }


def infeasible_json(error: InfeasibleError) -> dict[str, Any]:
    """What is printed where no plan exists: the same keys, and the limits that stand in the way."""
    shown = ("limit", "needed", "available", "short", "unit", "text")
    return {
        "status": "infeasible",
        "objective": None,
        "bound": None,
        "gap": None,
        "message": str(error),
        "limits": [{name: getattr(obstacle, name) for name in shown} for obstacle in error.obstacles],
        "actions": [],
        "flows": [],
        "totals": [],
    }
