"""What a consolidation plan adds up to, year by year."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from mixplan.base.arrays import Bools, Floats, Ints
from mixplan.consolidation import dust, questions
from mixplan.consolidation.case import Case
from mixplan.consolidation.model import Solution
from mixplan.plan.actions import CLOSE

COLUMNS = (
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
    "closed",
    "upgraded",
    "thin",
)
# Deliveries of one year: station and demand point of each, and the amount in 万m³.
Deliveries = tuple[Ints, Floats]


def standing(case: Case, solution: Solution | None, t: int) -> pd.Series:
    """Which stations stand in year number ``t`` (before the plan where ``solution`` is None), by plant id."""
    stations = case.stations
    if solution is None:
        return pd.Series(True, index=stations.index)
    stands: pd.Series = stations["lock"] != CLOSE
    stands[stations["in_model"]] = solution.stands[t]
    return stands.rename(None)


def stations_in_reach(case: Case, stands: Bools) -> Ints:
    """How many standing stations each demand point has within the haul radius.

    Parameters
    ----------
    stands : array of bool
        Of the stations that the model decides on, which stand.
    """
    near = case.problem.haul_km <= case.problem.radius_km
    return np.asarray(near[stands].sum(axis=0), dtype=np.int64)


def yearly_totals(case: Case, solution: Solution, before: Deliveries | None) -> pd.DataFrame:
    """Capacity, stations, hauls and dust of every year, the year of the inventory first; see `Plan.totals`.

    Parameters
    ----------
    before : deliveries, optional
        Those of the inventory, see `deliveries_before`.
    """
    belt = dust.belts(case.decided["ring"])
    factors = dict.fromkeys(case.dust_pct, math.nan)
    if before is not None:
        factors = dust.dust_factors(case.dust_pct, belt[before[0][:, 0]], before[1])
    rows = [{**_standing_totals(case, None, -1), **_delivered(case, before, factors)}]
    for t in range(len(case.problem.years)):
        of_year = solution.flows[:, 0] == t
        deliveries = solution.flows[of_year][:, 1:], solution.amounts[of_year]
        rows.append({**_standing_totals(case, solution, t), **_delivered(case, deliveries, factors)})
    table = pd.DataFrame(rows)
    return table.assign(year=[case.settings.base_year, *case.problem.years])[list(COLUMNS)]


def deliveries_before(case: Case) -> Deliveries | None:
    """The shortest hauls in the year of the inventory, every station standing; none where that is not possible."""
    s, last = case.settings, case.problem.last_year
    found = questions.dispatch(replace(last, demand=last.demand * (s.first_demand_wan_m3 / s.demand_wan_m3)))
    return None if found is None else (found[0][:, 1:], found[1])


def _standing_totals(case: Case, solution: Solution | None, t: int) -> dict[str, Any]:
    """What stands in a year: capacity against its limit, and stations of every sort."""
    p, s, stations = case.problem, case.settings, case.stations
    stand = standing(case, solution, t)
    left = stations[stand]
    capacity = float(left["capacity"].fillna(0.0).sum())
    demand, limit, upgraded = s.first_demand_wan_m3, math.nan, 0
    if solution is not None:
        capacity += float(solution.added[t].sum())
        demand, limit = float(p.demand[t].sum()), float(p.limit[t])
        upgraded = int(solution.upgraded[t].sum())
    located = int(left.geometry.notna().sum())
    inside = int((dust.belts(left["ring"]) == dust.INSIDE).sum())
    reach = stations_in_reach(case, stand[stations["in_model"]].to_numpy(bool))
    return {
        "capacity": capacity,
        "limit": limit,
        "sites": len(left),
        "modelled": int((left["evidence"] == "modelled").sum()),
        "demand": demand,
        "utilisation_pct": 100.0 * demand / capacity if capacity else math.nan,
        "flagged": int(left["flagged"].sum()),
        "inside_fifth": inside,
        "inside_fifth_pct": 100.0 * inside / located if located else math.nan,
        "sensitive": int(left["sensitive"].sum()),
        "closed": len(stations) - len(left),
        "upgraded": upgraded,
        "thin": int((reach <= 1).sum()),
    }


def _delivered(case: Case, deliveries: Deliveries | None, factors: Mapping[str, float]) -> dict[str, float]:
    """What is delivered in a year, how far, and how much dust that makes; unknown where nothing can be."""
    if deliveries is None:
        return dict.fromkeys(("served", "mean_haul_km", "outside_pct", "dust_index"), math.nan)
    (station, point), amount = deliveries[0].T, deliveries[1]
    haul = case.problem.haul_km[station, point]
    served = float(amount.sum())
    return {
        "served": served,
        "mean_haul_km": float((amount * haul).sum() / served) if served else math.nan,
        "outside_pct": float(100.0 * amount[haul > case.problem.radius_km].sum() / served) if served else math.nan,
        "dust_index": dust.dust_index(factors, dust.belts(case.decided["ring"])[station], amount),
    }
