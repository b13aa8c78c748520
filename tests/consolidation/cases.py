"""Small registers and demand points for consolidation, and what every plan has to keep to."""

from collections.abc import Callable
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from mixplan.city.layers import Layers
from mixplan.consolidation import case as consolidation_case
from mixplan.consolidation import plan as consolidation_plan
from mixplan.consolidation import (
    words,
)
from mixplan.consolidation.model import Problem
from mixplan.plan.rules import RuleBook
from mixplan.registers.plants import read_register
from mixplan.registers.points import complete_points, read_points
from mixplan.screening.judge import screen

# Two places west and east of the city, about 26 km apart by straight line, and one in the mountains.
EAST, WEST, FAR = (116.70, 39.90), (116.40, 39.93), (116.00, 40.45)
Make = Callable[..., consolidation_case.Case]


def register(*rows: dict[str, Any]) -> gpd.GeoDataFrame:
    """Concrete stations of one company each, with nothing wrong but where they stand."""
    plain = {"kind": "concrete", "location_error_m": 10, "licensed": "yes", "mixer_m3": 3}
    table = pd.DataFrame(
        [{"id": f"s{n}", "name": f"站 {n}", "company": f"企业 {n}", **plain, **row} for n, row in enumerate(rows)]
    )
    read = read_register(table.to_csv(index=False).encode(), "register.csv")
    assert not read.errors, read.errors
    return read.plants


def points(*rows: tuple[float, float, float]) -> gpd.GeoDataFrame:
    """Demand points from longitude, latitude and weight."""
    text = "id,name,lon,lat,weight\n" + "".join(f"d{n},镇 {n},{x},{y},{w}\n" for n, (x, y, w) in enumerate(rows))
    return complete_points(read_points(text.encode(), "demand.csv", column="weight"))


def at(place: tuple[float, float], capacity: float | str, **more: Any) -> dict[str, Any]:
    """A row of `register` at a place."""
    return {"lon": place[0], "lat": place[1], "capacity": capacity, **more}


def reasons(plan: consolidation_plan.Plan, layers: Layers, book: RuleBook, plants: gpd.GeoDataFrame) -> pd.Series:
    """Why each station is decided on as it is."""
    findings = screen(plants, layers, book, on=book.period_end)
    return words.reasons(plan, findings, {rule.id: rule.title for rule in book.rules})


def assert_plan_holds(plan: consolidation_plan.Plan) -> None:
    """Recompute every constraint from the plan's tables alone."""
    case, s, actions, flows = plan.case, plan.case.settings, plan.actions, plan.flows
    wanted_last = case.demand["weight"]
    n_years = len(s.years)
    total_first = actions["capacity_before"].fillna(0).sum()
    previous = len(actions)
    for number, year in enumerate(s.years, start=1):
        step = number / n_years
        wanted = s.first_demand_wan_m3 + step * (s.demand_wan_m3 - s.first_demand_wan_m3)
        limit = max(total_first + step * (s.cap_wan_m3 - total_first), s.cap_wan_m3)
        done = actions["year"].notna() & (actions["year"].fillna(0) <= year)
        capacity = actions["capacity_after"].where(done.astype(bool), actions["capacity_before"])
        of_year = flows[flows["year"] == year]
        served = of_year.groupby("demand")["amount"].sum().reindex(wanted_last.index).fillna(0)
        assert np.allclose(served, wanted_last / wanted_last.sum() * wanted, atol=1e-4)
        used = of_year.groupby("plant_id")["amount"].sum()
        assert (used <= s.utilisation_pct / 100 * capacity.reindex(used.index) + 1e-4).all()
        assert capacity.fillna(0).sum() <= limit + 1e-4
        beyond = of_year.loc[of_year["haul_km"] > s.radius_km + 1e-9, "amount"].sum()
        assert beyond <= s.outside_pct / 100 * wanted + 1e-4
        standing = int((~(done.astype(bool) & actions["action"].isin(["close", "merge"]))).sum())
        if s.phased:
            assert previous - standing <= s.closures_per_year
        previous = standing
        row = plan.totals[plan.totals["year"] == year].iloc[0]
        assert row["sites"] == standing
        assert row["capacity"] == pytest.approx(capacity.fillna(0).sum(), abs=1e-3)
        assert row["served"] == pytest.approx(wanted, abs=1e-3)
        assert row["demand"] == pytest.approx(wanted, abs=1e-6)
        mean = (of_year["amount"] * of_year["haul_km"]).sum() / of_year["amount"].sum()
        assert row["mean_haul_km"] == pytest.approx(mean, abs=1e-6)
    upgraded = actions[actions["action"] == "upgrade"]
    assert (upgraded["capacity_after"] >= s.standard_wan_m3 - 1e-6).all()
    merged = actions[actions["action"] == "merge"]
    assert (actions.loc[merged["into"], "action"] == "upgrade").all()
    assert (merged.groupby("into").size() <= s.receive_most).all()
    found = plan.solution
    assert found.bound <= found.objective + 1e-6
    assert sum(found.parts.values()) == pytest.approx(found.objective, rel=1e-6)


def random_problem(seed: int, years: int = 1) -> Problem:
    """A problem small enough to try every choice, with two mergers that share a station."""
    rng = np.random.default_rng(seed)
    n, m = (4, 4) if years == 1 else (3, 3)
    capacity = rng.integers(4, 16, n) * 5.0
    haul = rng.uniform(1, 40, (n, m))
    demand = np.outer(np.linspace(0.9, 1.0, years), rng.uniform(5, 15, m) * capacity.sum() / 120)
    loss = rng.uniform(20, 120, n)
    pairs = np.array([(0, 1), (2, 0)])
    return Problem(
        capacity=capacity,
        haul_km=haul,
        demand=demand,
        years=tuple(range(2011, 2011 + years)),
        limit=np.linspace(0.95, 0.8, years) * capacity.sum() if years > 1 else np.array([0.8 * capacity.sum()]),
        utilisation=0.9,
        radius_km=25.0,
        outside_share=0.3,
        keep_cost=rng.uniform(0, 150, n),
        note_cost=rng.uniform(0, 60, n),
        loss=loss,
        standard=60.0,
        add_most=np.maximum(60 - capacity, 0) + 20,
        haul_cost=2.0,
        upgrade_cost=40.0,
        add_cost=3.0,
        move_cost=1.5,
        pairs=pairs,
        pair_saving=0.7 * loss[pairs[:, 0]],
        receive_most=1,
        max_closures=2 if years > 1 else None,
    )
