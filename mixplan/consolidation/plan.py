"""Consolidation: which concrete stations to keep, upgrade, merge or close, and what the city loses by it.

Tables in, tables out; the optimisation itself is in `mixplan.consolidation.search`, the formulas are in
``docs/consolidation.md``. Capacities are in 万m³ a year, hauls in km by road, costs in 万元 a year.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import numpy as np
import pandas as pd

from mixplan.base.arrays import Floats
from mixplan.base.errors import InfeasibleError
from mixplan.base.i18n import gettext as _
from mixplan.base.progress import Watcher, handing, unwatched
from mixplan.consolidation import search
from mixplan.consolidation.case import Case
from mixplan.consolidation.model import Solution
from mixplan.consolidation.obstacles import explain_infeasible, infeasible, obstacles
from mixplan.consolidation.totals import Deliveries, deliveries_before, yearly_totals
from mixplan.plan.actions import CLOSE, MERGE, RETAIN, UPGRADE


@dataclass(frozen=True, eq=False)
class Plan:
    """A consolidation plan: what happens to each station, who serves whom, and the totals of every year.

    Attributes
    ----------
    actions : DataFrame
        Index plant id: ``action``, ``into`` (plant id or None), ``year`` (of the action, missing for retained),
        ``capacity_before``, ``capacity_after`` (NaN where unknown), ``verify`` (why it stayed out of the model, or "").
    flows : DataFrame
        ``plant_id``, ``demand``, ``year``, ``amount`` (万m³), ``haul_km``.
    totals : DataFrame
        One row a year, the year before the plan first: ``year``, ``capacity``, ``limit``, ``sites``,
        ``modelled`` (of the sites), ``demand``, ``served``, ``mean_haul_km``, ``utilisation_pct``, ``outside_pct``,
        ``flagged``, ``inside_fifth_pct``, ``sensitive``, ``dust_index``.
    otherwise : Series or None
        What deciding otherwise on each station would cost (`tradeoff.otherwise_estimates`), where it was worked out.
    heirs : DataFrame or None
        Who takes over the demand of each station that stops (`takeover.takeover`), where it was worked out.
    before : deliveries or None
        Those of the inventory (`totals.deliveries_before`), which take a while to work out.
    """

    case: Case
    solution: Solution
    actions: pd.DataFrame
    flows: pd.DataFrame
    totals: pd.DataFrame
    otherwise: pd.Series | None = None
    heirs: pd.DataFrame | None = None
    before: Deliveries | None = None

    @property
    def status(self) -> str:
        """How the search ended."""
        return self.solution.status


def solve(case: Case, *, start: Floats | None = None, watcher: Watcher = unwatched) -> Plan:
    """The plan of least cost for a case, with its proven gap.

    Parameters
    ----------
    start : array, optional
        Decisions to start from, see `warmstart.decisions_from`.
    watcher : callable, optional
        Told of the progress, with the best plan so far; answers whether to go on.

    Raises
    ------
    InfeasibleError
        Naming each limit that stands in the way, with both numbers.
    """
    blocked = obstacles(case)
    if blocked:
        raise infeasible(blocked)
    before = cache(partial(deliveries_before, case))  # the same whatever is planned, and not quick

    def made(solution: Solution) -> Plan:
        return plan_from(case, solution, before())

    settings = case.settings
    found = search.solve(
        case.problem, gap=settings.gap, time_limit_s=settings.time_limit_s, start=start, watcher=handing(watcher, made)
    )
    if found.status == "infeasible":
        raise infeasible(explain_infeasible(case, watcher=watcher))
    if found.status == "interrupted" and not math.isfinite(found.objective):
        raise InfeasibleError(_("已停止；还没有找到方案。"), status=found.status)
    if not math.isfinite(found.objective):
        raise InfeasibleError(
            _("在 {seconds:.0f} 秒内没有找到方案；请放宽时限，或减少限制。").format(seconds=found.seconds),
            status=found.status,
        )
    return made(found)


def plan_from(case: Case, solution: Solution, before: Deliveries | None) -> Plan:
    """A solver's answer as a plan."""
    totals = yearly_totals(case, solution, before)
    return Plan(case, solution, _actions(case, solution), _flows(case, solution), totals, before=before)


def _actions(case: Case, solution: Solution) -> pd.DataFrame:
    """What happens to each station, in the order of the register."""
    outside = case.stations[~case.stations["in_model"]]
    rows = {plant: _decided(case, solution, i) for i, plant in enumerate(case.ids)}
    rows |= {str(plant): _undecided(case, row) for plant, row in outside.iterrows()}
    table = pd.DataFrame.from_dict(rows, orient="index").reindex([str(i) for i in case.stations.index])
    table.index.name = "plant_id"
    table["year"] = table["year"].astype("Int64")
    return table


def _decided(case: Case, solution: Solution, i: int) -> dict[str, Any]:
    """What the model decided on one station."""
    stands, upgraded = solution.stands[:, i], solution.upgraded[:, i]
    before, target = float(case.problem.capacity[i]), int(solution.merged_into[i])
    if not stands[-1]:
        action, first, after = (MERGE if target >= 0 else CLOSE), int(np.argmin(stands)), 0.0
    elif upgraded[-1]:
        action, first, after = UPGRADE, int(np.argmax(upgraded)), before + float(solution.added[-1, i])
    else:
        action, first, after = RETAIN, None, before
    return {
        "action": action,
        "into": case.ids[target] if action == MERGE else None,
        "year": case.problem.years[first] if first is not None else None,
        "capacity_before": before,
        "capacity_after": round(after, 6),
        "verify": "",
    }


def _undecided(case: Case, station: pd.Series) -> dict[str, Any]:
    """What happens to a station outside the model: it stays until verified, unless the planner closes it."""
    closed, capacity = station["lock"] == CLOSE, float(station["capacity"])
    return {
        "action": CLOSE if closed else RETAIN,
        "into": None,
        "year": case.problem.years[0] if closed else None,
        "capacity_before": capacity,
        "capacity_after": 0.0 if closed else capacity,
        "verify": station["status_note"],
    }


def _flows(case: Case, solution: Solution) -> pd.DataFrame:
    """Who delivers how much to whom in each year."""
    ids, points = np.array(case.ids, dtype=object), case.demand.index.to_numpy(dtype=object)
    t, i, j = solution.flows.T if len(solution.flows) else np.empty((3, 0), dtype=np.int64)
    return pd.DataFrame(
        {
            "plant_id": ids[i],
            "demand": points[j],
            "year": np.array(case.problem.years)[t],
            "amount": solution.amounts,
            "haul_km": case.problem.haul_km[i, j],
        }
    )
