"""What a solver's numbers say: each part of the cost recomputed from the plan, and no plan at all."""

import math
from dataclasses import replace

import numpy as np
import pytest
from consolidation.cases import random_problem

from mixplan.base.progress import Watch
from mixplan.consolidation import search
from mixplan.consolidation.model import Mortar
from mixplan.consolidation.outcome import no_plan

# Seed, years, and the capacity that is built anew and moved by a merger (万m³ a year, all years together).
PLANS = {
    "capacity moved by a merger": (1, 1, 0.0, 15.0),
    "capacity built anew": (8, 1, 30.0, 0.0),
    "a merger without capacity": (9, 1, 0.0, 0.0),
    "a merger over two years": (3, 2, 0.0, 70.0),
    "two years, upgrades in both": (4, 2, 0.0, 0.0),
}


@pytest.mark.parametrize("name", PLANS)
def test_the_cost_by_its_parts(name: str) -> None:
    seed, years, new, moved = PLANS[name]
    p = random_problem(seed, years)
    found = search.solve(p, gap=1e-7, time_limit_s=60)
    closed = ~found.stands
    saving = {int(station): float(saved) for (station, _into), saved in zip(p.pairs, p.pair_saving, strict=True)}
    merged = np.flatnonzero(found.merged_into >= 0)
    saved = sum(saving[int(station)] * closed[:, station].sum() for station in merged)
    haul = sum(amount * p.haul_km[i, j] for (_t, i, j), amount in zip(found.flows, found.amounts, strict=True))
    assert found.parts == pytest.approx(
        {
            "findings": (found.stands * p.keep_cost).sum(),
            "notes": ((found.stands & ~found.upgraded) * p.note_cost).sum(),
            "haul": p.haul_cost * haul,
            "capital": p.upgrade_cost * found.upgraded.sum() + p.add_cost * new + p.move_cost * moved,
            "lost": (closed * p.loss).sum() - saved,
        }
    )
    assert sum(found.parts.values()) == pytest.approx(found.objective)
    assert found.added.sum() == pytest.approx(new + moved)
    assert found.status == "optimal" and 0 < found.seconds < 60 and found.nodes >= 0
    assert found.gap == pytest.approx(max(0.0, found.objective - found.bound) / found.objective)


@pytest.mark.parametrize("name", PLANS)
def test_what_is_delivered_meets_demand_from_stations_that_stand(name: str) -> None:
    seed, years, *_capacity = PLANS[name]
    p = random_problem(seed, years)
    found = search.solve(p, gap=1e-7, time_limit_s=60)
    assert (found.amounts > 0).all()
    served, used = np.zeros(p.demand.shape), np.zeros((years, p.n))
    for (t, station, point), amount in zip(found.flows, found.amounts, strict=True):
        served[t, point] += amount
        used[t, station] += amount
    assert served == pytest.approx(p.demand)
    assert (used <= p.utilisation * (p.capacity * found.stands + found.added) + 1e-6).all()
    assert found.merged_into.min() >= -1
    assert not found.stands[-1, found.merged_into >= 0].any()
    assert found.stands[-1, found.merged_into[found.merged_into >= 0]].all()


def test_the_mortar_side_by_hand() -> None:
    """Lines of 8 next to the first point (wants 20) and 9 km off, works of 5 by the second (wants 5): 4 are left."""
    concrete = random_problem(1)
    stations = np.full((concrete.n, 2), 500.0)
    mortar = Mortar(
        demand=np.array([20.0, 5.0]),
        haul_km=np.vstack([[1.0, 9.0], [9.0, 9.0], [9.0, 2.0], stations]),
        line_capacity=8.0,
        fixed_cost=50.0,
        lines=2,
        existing_capacity=np.array([5.0]),
        candidates=2,
        groups=(),
        conflicts=np.empty((0, 2), dtype=np.int64),
        wet_share=0.0,
        wet_t_per_m3=1.7,
        wet_radius_km=20.0,
        wet_most=0.0,
        haul_cost=2.0,
        unmet_cost=100.0,
    )
    found = search.solve(replace(concrete, mortar=mortar), gap=1e-7, time_limit_s=60)
    assert found.lines.tolist() == [1, 1] and found.lines.dtype == np.int64
    rows = sorted((*way, amount) for way, amount in zip(found.mortar_flows.tolist(), found.mortar_amounts, strict=True))
    assert rows == [(0, 0, pytest.approx(8)), (1, 0, pytest.approx(8)), (2, 1, pytest.approx(5))]
    assert found.mortar_unmet == pytest.approx([4, 0])
    alone = search.solve(concrete, gap=1e-7, time_limit_s=60)
    assert found.parts == pytest.approx(
        alone.parts | {"mortar_haul": 2 * (8 * 1 + 8 * 9 + 5 * 2), "mortar_lines": 100, "mortar_unmet": 400}
    )
    assert found.objective == pytest.approx(alone.objective + 180 + 100 + 400)


@pytest.mark.parametrize(
    ("reason", "ended", "status"),
    [
        (None, False, "infeasible"),
        ("interrupted", False, "infeasible"),
        ("interrupted", True, "interrupted"),
        ("time_limit", True, "time_limit"),
    ],
)
def test_where_there_is_no_plan_nothing_stands_and_nothing_is_proven(
    reason: str | None, ended: bool, status: str
) -> None:
    watch = Watch(60)
    watch.reason = reason  # type: ignore[assignment]
    found = no_plan(random_problem(0, years=2), watch, ended=ended)
    assert found.status == status and found.seconds >= 0
    assert no_plan(random_problem(0), watch).status == "infeasible"
    assert (found.objective, found.bound, found.gap) == (math.inf, math.inf, math.inf)
    for array in (found.stands, found.upgraded, found.added):
        assert array.shape == (2, 3) and not array.any()
    assert found.stands.dtype == found.upgraded.dtype == bool and found.flows.dtype == np.int64
    assert found.merged_into.tolist() == [-1, -1, -1]
    assert found.flows.shape == (0, 3) and found.amounts.shape == (0,) and found.parts == {}
