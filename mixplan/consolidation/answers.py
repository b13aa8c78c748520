"""Long work whose answer is kept: a worker hands back its record, and the few figures by which it is told from others.

Each function is one question of the consolidation page; what it is asked with, `Inputs`, goes into the record.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import geopandas as gpd

from mixplan.base.errors import DataError
from mixplan.base.i18n import gettext as _
from mixplan.base.progress import Watcher, handing, unwatched
from mixplan.city.layers import Layers
from mixplan.consolidation import joint, kept, tradeoff
from mixplan.consolidation import plan as consolidation_plan
from mixplan.consolidation.case import Case
from mixplan.consolidation.inputs import Inputs
from mixplan.consolidation.plan import Plan
from mixplan.consolidation.tradeoff import Point
from mixplan.consolidation.warmstart import decisions_from
from mixplan.plan.rules import RuleBook

Figures = Mapping[str, float | None]


@dataclass(frozen=True)
class Answer:
    """What long work has found.

    Attributes
    ----------
    record : mapping
        As `mixplan.consolidation.kept` writes and reads it.
    figures : mapping
        See `plan_figures`.
    made_at : str
        When, UTC: the same wherever and however often it is taken over.
    """

    record: Mapping[str, Any]
    figures: Figures
    made_at: str


def _answer(record: Mapping[str, Any], figures: Figures) -> Answer:
    return Answer(record, figures, datetime.now(UTC).isoformat(timespec="seconds"))


def plan_figures(plan: Plan) -> dict[str, float | None]:
    """A plan in four numbers, at its end: stations, flagged ones of them, mean haul in km, proven gap in per cent."""
    last = plan.totals.iloc[-1]
    found = {
        "sites": int(last["sites"]),
        "flagged": int(last["flagged"]),
        "haul_km": float(last["mean_haul_km"]),
        "gap_pct": 100.0 * plan.solution.gap,
    }
    return {name: value if math.isfinite(value) else None for name, value in found.items()}


def plan_answer(
    case: Case, inputs: Inputs, *, older: Mapping[str, Any] | None = None, watcher: Watcher = unwatched
) -> Answer:
    """The plan of least cost, see `tradeoff.solve_and_explain`.

    Parameters
    ----------
    older : mapping, optional
        Record of a plan for other inputs, to start from.
    """
    start = None
    with suppress(DataError):  # a record that is of no use must not keep anybody from a new plan
        start = None if older is None else decisions_from(case, older, name=_("原方案"))

    def made(plan: Plan) -> Answer:
        return _answer(kept.plan_record(plan, inputs), plan_figures(plan))

    return made(tradeoff.solve_and_explain(case, start=start, watcher=handing(watcher, made)))


def joint_answer(
    case: Case,
    plants: gpd.GeoDataFrame,
    layers: Layers,
    book: RuleBook,
    mortar_demand: gpd.GeoDataFrame,
    inputs: Inputs,
    *,
    watcher: Watcher = unwatched,
) -> Answer:
    """Stations and new mortar lines in one model, see `joint.solve`."""
    assert inputs.joint is not None
    whole = joint.build_joint(case, plants, layers, book, mortar_demand, inputs.joint)

    def made(plan: Plan) -> Answer:
        return _answer(kept.joint_record(joint.joint_plan(whole, plan), whole, inputs), plan_figures(plan))

    return made(consolidation_plan.solve(whole.case, watcher=handing(watcher, made)))


def tradeoff_answer(
    case: Case, inputs: Inputs, *, steps: int, time_limit_s: float, watcher: Watcher = unwatched
) -> Answer:
    """The points between flagged stations kept and haul, see `tradeoff.pareto`."""

    def made(points: list[Point]) -> Answer:
        return _answer(kept.points_record(points, inputs), {"points": len(points)})

    return made(tradeoff.pareto(case, steps=steps, time_limit_s=time_limit_s, watcher=handing(watcher, made)))


def otherwise_answer(
    plan: Plan, plant_id: str, inputs: Inputs, *, time_limit_s: float, watcher: Watcher = unwatched
) -> Answer:
    """What it costs to decide otherwise on a station, see `tradeoff.otherwise`."""
    found = tradeoff.otherwise(plan, plant_id, time_limit_s=time_limit_s, watcher=watcher)
    return _answer(kept.otherwise_record(found, inputs), {})
