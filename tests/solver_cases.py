"""Problems that the tests of the siting solver share."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st

from mixplan.siting.solver import (
    Siting,
    SitingProblem,
    evaluate,
)

SHARED = Path(__file__).resolve().parents[1].parent / "shared"
ORLIB = SHARED / "benchmarks" / "orlib"
OPTIMA = {"cap41": 1040444.375, "cap71": 932615.750, "cap101": 796648.437, "cap131": 793439.562}
needs_orlib = pytest.mark.skipif(not ORLIB.is_dir(), reason=f"no OR-Library files at {ORLIB}")


def km(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.hypot(a[:, None, 0] - b[None, :, 0], a[:, None, 1] - b[None, :, 1])


def city(seed: int, demand: int = 60, sites: int = 40, **rules: Any) -> SitingProblem:
    """A city with a dense middle, sites around it, a few plants, and little slack."""
    rng = np.random.default_rng(seed)
    points, where, plants = (
        rng.normal(0, 25, (demand, 2)),
        rng.uniform(-60, 60, (sites, 2)),
        rng.uniform(-40, 40, (4, 2)),
    )
    weight = rng.lognormal(0, 1, demand)
    weight *= 240 / weight.sum()
    given_rules: dict[str, Any] = {
        "n_lines": 5,
        "unit_cost_existing": km(points, plants),
        "capacity_existing": np.full(4, 12.5),
        "unmet_penalty": 1e4,
    }
    return SitingProblem(km(points, where), weight, np.full(sites, 40.0), **(given_rules | rules))


def line_of_three(**rules: Any) -> SitingProblem:
    """Three points and three sites on a line, 10 km apart; one unit wanted at each, one supplied by each line."""
    at = np.column_stack([np.array([0.0, 10.0, 20.0]), np.zeros(3)])
    return SitingProblem(km(at, at), np.ones(3), np.ones(3), **rules)


def assert_sound(problem: SitingProblem, plan: Siting) -> None:
    """The independent check agrees with what the solver says about its plan."""
    found = evaluate(problem, plan.lines, plan.flows)
    assert found.feasible(1e-6), found.violations
    assert found.cost == pytest.approx(plan.objective, rel=1e-6, abs=1e-6)
    assert found.unmet == pytest.approx(plan.unmet.sum(), abs=1e-6)
    assert plan.bound <= plan.objective
    assert plan.gap == pytest.approx((plan.objective - plan.bound) / plan.objective if plan.objective > 0 else 0.0)


@st.composite
def problems(draw: st.DrawFn) -> SitingProblem:
    """Small problems with every kind of rule, many of them infeasible."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n, m = draw(st.integers(1, 10)), draw(st.integers(1, 8))
    k, o = draw(st.integers(0, 2)), draw(st.integers(0, 2))
    points, sites, plants = rng.uniform(0, 100, (n, 2)), rng.uniform(0, 100, (m, 2)), rng.uniform(0, 100, (k + o, 2))
    if draw(st.booleans()):
        points[-1], sites[-1] = points[0], sites[0]
    demand = rng.lognormal(0, 1, n) * (rng.random(n) < 0.9)
    cost = km(points, sites)
    cost[rng.random((n, m)) < draw(st.sampled_from([0.0, 0.3]))] = np.inf
    total = float(demand.sum())
    most = rng.integers(1, 4, m) if draw(st.booleans()) else np.ones(m, dtype=int)
    rules: dict[str, Any] = {"max_lines": most}
    if draw(st.booleans()):
        rules |= {"n_lines": draw(st.integers(0, min(int(most.sum()), 5))), "lines_exact": draw(st.booleans())}
    if draw(st.booleans()):
        rules["fixed_cost"] = rng.uniform(0, 100, m)
    if k:
        rules |= {"unit_cost_existing": km(points, plants[:k]), "capacity_existing": rng.uniform(0, 0.3, k) * total}
    if o:
        rules |= {
            "unit_cost_optional": km(points, plants[k:]) + 50,
            "capacity_optional": rng.uniform(0, 0.5, o) * total,
        }
        if draw(st.booleans()):
            rules |= {"optional_group": np.zeros(o, dtype=int), "optional_group_cap": np.array([0.2 * total])}
    if draw(st.booleans()):
        rules |= {
            "group": rng.integers(-1, 2, m),
            "group_max": rng.integers(1, 4, 2),
            "group_min": rng.integers(0, 2, 2),
        }
    if m > 2 and draw(st.booleans()):
        rules["conflicts"] = np.array([rng.choice(m, 2, replace=False) for _ in range(4)])
    if draw(st.booleans()):
        rules["forbidden"] = rng.random(m) < 0.2
    if draw(st.booleans()):
        rules["min_lines"] = (rng.random(m) < 0.2).astype(int)
    rules["unmet_penalty"] = draw(st.sampled_from([math.inf, 1000.0, 30.0, 0.0]))
    return SitingProblem(cost, demand, rng.uniform(0.5, 1.5, m) * total / 3, **rules)
