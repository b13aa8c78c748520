"""A consolidation plan as JSON."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from mixplan.base.errors import InfeasibleError
from mixplan.city.crs import place_degrees
from mixplan.consolidation import document
from mixplan.consolidation.joint import JointPlan
from mixplan.consolidation.plan import Plan
from mixplan.consolidation.tradeoff import Point


def _finite(value: Any) -> Any:
    """JSON knows no NaN and no infinity."""
    if value is None or value is pd.NA or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return value.item() if hasattr(value, "item") else value


def _plain(row: dict[Any, Any]) -> dict[str, Any]:
    return {str(key): _finite(value) for key, value in row.items()}


def line_degrees(joint: JointPlan) -> dict[str, tuple[float, float]]:
    """Latitude and longitude of each new line."""
    return {str(i): place_degrees(point) for i, point in joint.lines.geometry.items()}


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
    actions = []
    for plant, row in zip(map(str, plan.actions.index), plan.actions.to_dict("records"), strict=True):
        one: dict[str, Any] = {"plant_id": plant, **_plain(row), "reason": reasons[plant]}
        one["unknown"] = [rule for rule in str(plan.case.stations.loc[plant, "unknown"]).split(",") if rule]
        if otherwise is not None:
            one["otherwise_estimate"] = _finite(float(otherwise[plant]))
        actions.append(one)
    result: dict[str, Any] = {
        "status": plan.status,
        "objective": _finite(found.objective),
        "bound": _finite(found.bound),
        "gap": _finite(found.gap),
        "seconds": round(found.seconds, 2),
        "parts": {name: round(value, 4) for name, value in found.parts.items()},
        "actions": actions,
        "flows": [_plain(row) for row in plan.flows.to_dict("records")],
        "totals": document.totals_json(plan),
        "before": _plain(plan.totals.to_dict("records")[0]),
        "verify": [plant for plant, why in plan.actions["verify"].items() if why],
    }
    if pareto is not None:
        result["pareto"] = [
            {
                "most_flagged": p.most_flagged,
                "flagged": p.flagged,
                "mean_haul_km": p.mean_haul_km,
                "sites": p.sites,
                "capacity": p.capacity,
                "cost": p.cost,
                "gap": p.gap,
            }
            for p in pareto
        ]
    if joint is not None:
        degrees = line_degrees(joint)
        rows = joint.lines.drop(columns="geometry").to_dict("index")
        result["lines"] = [
            {"id": name, "lon": degrees[name][1], "lat": degrees[name][0], **_plain(row)} for name, row in rows.items()
        ]
        result["mortar_flows"] = [_plain(row) for row in joint.flows.to_dict("records")]
        result["mortar_totals"] = _plain(dict(joint.totals))
    return result


def infeasible_json(error: InfeasibleError) -> dict[str, Any]:
    """What is printed where no plan exists: the same keys, and the limits that stand in the way."""
    return {
        "status": "infeasible",
        "objective": None,
        "bound": None,
        "gap": None,
        "message": str(error),
        "limits": [
            {
                "limit": o.limit,
                "needed": o.needed,
                "available": o.available,
                "short": o.short,
                "unit": o.unit,
                "text": o.text,
            }
            for o in error.obstacles
        ],
        "actions": [],
        "flows": [],
        "totals": [],
    }


def totals_json(plan: Plan) -> list[dict[str, Any]]:
    """Totals of the plan's years as the command line prints them."""
    columns = [
        "year",
        "capacity",
        "limit",
        "sites",
        "modelled",
        "demand",
        "served",
        "mean_haul_km",
        "utilisation_pct",
        "outside_pct",
        "flagged",
        "inside_fifth",
        "inside_fifth_pct",
        "sensitive",
        "dust_index",
    ]
    return [
        {str(k): (None if isinstance(v, float) and math.isnan(v) else v) for k, v in row.items()}
        for row in plan.totals[columns].iloc[1:].to_dict("records")
    ]
