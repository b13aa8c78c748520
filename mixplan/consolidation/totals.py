"""What a consolidation plan adds up to, year by year."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mixplan.base.arrays import Floats, Ints
from mixplan.consolidation import questions
from mixplan.consolidation.case import BELTS, OUTSIDE_RINGS, Case, base_year
from mixplan.consolidation.model import Solution
from mixplan.registers.decisions import CLOSE as CLOSE_WORD


def standing(case: Case, solution: Solution | None, t: int) -> pd.Series:
    """Which stations stand in year number ``t`` (before the plan where ``solution`` is None), by plant id."""
    stations = case.stations
    if solution is None:
        return pd.Series(True, index=stations.index)
    stands = pd.Series((stations["lock"] != CLOSE_WORD).to_numpy(bool), index=stations.index)
    stands[stations["in_model"].to_numpy(bool)] = solution.stands[t]
    return stands


def yearly_totals(case: Case, solution: Solution) -> pd.DataFrame:
    p, s = case.problem, case.settings
    before = base_flows(case)
    factors = dust_factors(case, before)
    rows = [_total(case, None, -1, before, factors)]
    for t in range(len(p.years)):
        of_year = solution.flows[:, 0] == t
        flows = solution.flows[of_year][:, 1:], solution.amounts[of_year]
        rows.append(_total(case, solution, t, flows, factors))
    table = pd.DataFrame(rows)
    table.insert(0, "year", [base_year(s), *p.years])
    return table


def base_flows(case: Case) -> tuple[Ints, Floats] | None:
    """The shortest hauls in the year of the inventory, every station standing; none where that is not possible."""
    p, s = case.problem, case.settings
    start = p.demand[-1:] * (s.first_demand_wan_m3 / s.demand_wan_m3)
    found = questions.dispatch(replace(p, demand=start, limit=p.limit[-1:], years=p.years[-1:]))
    return None if found is None else (found[0][:, 1:], found[1])


def belts(case: Case) -> NDArray[np.object_]:
    """Belt of each station of the matrices: inside the Fifth Ring, between Fifth and Sixth, outside."""
    ring = case.stations.loc[case.stations["in_model"], "ring"].fillna(OUTSIDE_RINGS).to_numpy(int)
    return np.select([(ring > 0) & (ring <= 5), ring == 6], BELTS[:2], BELTS[2]).astype(object)


def dust_factors(case: Case, flows: tuple[Ints, Floats] | None) -> dict[str, float]:
    """Dust of one 万m³ of output in each belt, so that the inventory's output gives the published shares and 100.

    The published shares are of 2015; that they hold for the inventory of 2010 as well, and that dust goes with output
    within a belt, are assumptions.
    """
    if flows is None:
        return dict.fromkeys(BELTS, math.nan)
    output = pd.Series(flows[1]).groupby(belts(case)[flows[0][:, 0]]).sum()
    return {
        belt: (share / float(output[belt]) if output.get(belt, 0.0) > 0 else math.nan)
        for belt, share in case.dust_pct.items()
    }


def _total(
    case: Case, solution: Solution | None, t: int, flows: tuple[Ints, Floats] | None, factors: Mapping[str, float]
) -> dict[str, Any]:
    p, s, stations = case.problem, case.settings, case.stations
    stand = standing(case, solution, t).to_numpy(bool)
    in_model = stations["in_model"].to_numpy(bool)
    capacity = float(stations.loc[stand, "capacity"].fillna(0.0).sum())
    if solution is not None:
        capacity += float(solution.added[t].sum())
        demand, limit = float(p.demand[t].sum()), float(p.limit[t])
    else:
        demand, limit = s.first_demand_wan_m3, math.nan
    ring = stations["ring"].fillna(OUTSIDE_RINGS).to_numpy(int)
    located = int((stand & stations.geometry.notna().to_numpy()).sum())
    inside = int((stand & (ring > 0) & (ring <= 5)).sum())
    row: dict[str, Any] = {
        "capacity": capacity,
        "limit": limit,
        "sites": int(stand.sum()),
        "modelled": int((stand & (stations["evidence"] == "modelled").to_numpy(bool)).sum()),
        "demand": demand,
        "served": math.nan,
        "mean_haul_km": math.nan,
        "utilisation_pct": 100.0 * demand / capacity if capacity else math.nan,
        "outside_pct": math.nan,
        "flagged": int((stand & stations["flagged"].to_numpy(bool)).sum()),
        "inside_fifth": inside,
        "inside_fifth_pct": 100.0 * inside / located if located else math.nan,
        "sensitive": int((stand & stations["sensitive"].to_numpy(bool)).sum()),
        "dust_index": math.nan,
        "closed": int((~stand).sum()),
        "upgraded": int(solution.upgraded[t].sum()) if solution is not None else 0,
        "thin": 0,
    }
    if flows is None:
        return row
    rows, amount = flows
    haul = p.haul_km[rows[:, 0], rows[:, 1]]
    served = float(amount.sum())
    by_belt = pd.Series(amount).groupby(belts(case)[rows[:, 0]]).sum()
    row["served"] = served
    row["mean_haul_km"] = float((amount * haul).sum() / served) if served else math.nan
    row["outside_pct"] = float(100.0 * amount[haul > p.radius_km].sum() / served) if served else math.nan
    row["dust_index"] = float(sum(factors[str(belt)] * float(value) for belt, value in by_belt.items()))
    row["thin"] = int((coverage(case, stand[in_model]) <= 1).sum())
    return row


def coverage(case: Case, stands: NDArray[np.bool_]) -> Ints:
    """How many standing stations each demand point has within the haul radius."""
    near = case.problem.haul_km <= case.problem.radius_km
    return np.asarray(near[stands].sum(axis=0), dtype=np.int64)


def flagged_list(case: Case) -> gpd.GeoDataFrame:
    """Stations in need of consolidation, the gravest first."""
    some = case.stations[case.stations["flagged"]]
    return some.sort_values(["points", "note_points"], ascending=False, kind="stable")
