"""The independent check of a plan."""

from __future__ import annotations

import math
from importlib.metadata import version

import numpy as np
import pytest
import scipy
from solver_cases import assert_sound, line_of_three

from mixplan.siting.solver import (
    Flows,
    SitingProblem,
    evaluate,
    solve,
)
from mixplan.siting.solver.result import versions


def test_sources_are_named() -> None:
    plants = {"unit_cost_existing": np.ones((3, 2)), "capacity_existing": [1, 1]}
    problem = line_of_three(**plants, unit_cost_optional=np.ones((3, 1)), capacity_optional=[math.inf])
    assert [problem.source(s) for s in (2, 3, 5)] == [("site", 2), ("existing", 0), ("optional", 0)]
    assert_sound(problem, solve(problem))


def test_evaluate_names_every_broken_rule() -> None:
    problem = line_of_three(
        n_lines=1, group=[0, 0, 1], group_max=[1, 0], conflicts=[[0, 1]], forbidden=[False, False, True]
    )
    flows = Flows(np.array([0, 0]), np.array([0, 1]), np.array([1.5, 0.5]))
    broken = evaluate(problem, np.array([1, 1, 1]), flows)
    assert not broken.feasible()
    assert {rule: excess for rule, excess in broken.violations.items() if excess} == {
        "demand_oversupplied": 0.5,
        "demand_unmet": 1.0,
        "site_capacity": 1.0,
        "forbidden": 1.0,
        "spacing": 1.0,
        "n_lines": 2.0,
        "quota": 1.0,
    }
    assert broken.haul_cost == pytest.approx(5.0)


INF = math.inf
# One point at 0, 10 and 20 km that wants a unit each; sites at the same places, then two plants, then two imports.
SUPPLIES = {
    "unit_cost_existing": [[1.0, 2.0], [3.0, 4.0], [5.0, INF]],
    "capacity_existing": [1.0, 2.0],
    "unit_cost_optional": [[10.0, 20.0], [30.0, 40.0], [50.0, 60.0]],
    "capacity_optional": [1.0, 2.0],
    "optional_group": [0, 0],
    "optional_group_cap": [2.0],
}
# What is changed in the problem, lines a site, deliveries (source, point, amount), and the rules that are broken.
BROKEN = {
    "nothing": ({}, [1, 1, 1], [(0, 0, 1), (1, 1, 1), (2, 2, 1)], {}),
    "a way that is not allowed": ({}, [1, 1, 1], [(0, 0, 1), (1, 1, 1), (4, 2, 1)], {"flow_not_allowed": 1}),
    "an amount below nought": (
        {},
        [1, 1, 1],
        [(0, 0, 1.5), (0, 0, -0.5), (1, 1, 1), (2, 2, 1)],
        {"flow_negative": 0.5},
    ),
    "more than is wanted": (
        {},
        [1, 1, 1],
        [(0, 0, 1), (1, 1, 1), (2, 2, 1), (3, 0, 0.5)],
        {"demand_oversupplied": 0.5},
    ),
    "demand that is left": ({}, [1, 1, 1], [(0, 0, 1), (1, 1, 0.75), (2, 2, 0.5)], {"demand_unmet": 0.5}),
    "demand that may be left": ({"unmet_penalty": 9.0}, [1, 1, 1], [(0, 0, 1)], {}),
    "a site beyond its lines": (
        {},
        [2, 0, 1],
        [(0, 0, 1), (1, 1, 1), (2, 2, 1)],
        {"site_lines": 1, "site_capacity": 1},
    ),
    "a plant beyond its capacity": ({}, [0, 0, 1], [(3, 0, 1), (3, 1, 1), (2, 2, 1)], {"existing_capacity": 1}),
    "an import beyond its capacity": (
        {"optional_group_cap": [9.0]},
        [0, 0, 0],
        [(6, 0, 1), (6, 1, 1), (6, 2, 1)],
        {"optional_capacity": 1},
    ),
    "imports beyond what they share": (
        {},
        [0, 0, 0],
        [(5, 0, 1), (6, 1, 1), (6, 2, 1)],
        {"optional_shared_capacity": 1},
    ),
    "imports that share nothing": (
        {"optional_group": [0, -1]},
        [0, 0, 0],
        [(5, 0, 1), (6, 1, 1), (6, 2, 1)],
        {},
    ),
    "lines below nought": (
        {},
        [1, 1, -1],
        [(0, 0, 1), (1, 1, 1), (4, 0, 0)],
        {"lines_negative": 1, "forced": 1, "demand_unmet": 1, "site_capacity": 1},
    ),
    "fewer lines than forced": ({"min_lines": [0, 0, 1]}, [1, 1, 0], [(0, 0, 1), (1, 1, 1), (3, 2, 1)], {"forced": 1}),
    "a forbidden site": (
        {"forbidden": [False, True, False]},
        [1, 1, 1],
        [(0, 0, 1), (1, 1, 1), (2, 2, 1)],
        {"forbidden": 1},
    ),
    "two sites too near": (
        {"conflicts": [[0, 1], [1, 2]]},
        [0, 1, 1],
        [(3, 0, 1), (1, 1, 1), (2, 2, 1)],
        {"spacing": 1},
    ),
    "too many lines": ({"n_lines": 2}, [1, 1, 1], [(0, 0, 1), (1, 1, 1), (2, 2, 1)], {"n_lines": 1}),
    "too few lines": ({"n_lines": 3}, [1, 1, 0], [(0, 0, 1), (1, 1, 1), (3, 2, 1)], {"n_lines": 1}),
    "fewer lines than the most": (
        {"n_lines": 3, "lines_exact": False},
        [1, 1, 0],
        [(0, 0, 1), (1, 1, 1), (3, 2, 1)],
        {},
    ),
    "a sector with too few": (
        {"group": [0, 0, 1], "group_min": [0, 2]},
        [1, 1, 1],
        [(0, 0, 1), (1, 1, 1), (2, 2, 1)],
        {"quota": 1},
    ),
    "a sector with too many": (
        {"group": [0, 0, 1], "group_max": [1, 3]},
        [1, 1, 1],
        [(0, 0, 1), (1, 1, 1), (2, 2, 1)],
        {"quota": 1},
    ),
}


def deliveries(*rows: tuple[int, int, float]) -> Flows:
    source, demand, amount = zip(*rows, strict=True)
    return Flows(np.array(source), np.array(demand), np.array(amount, dtype=float))


@pytest.mark.parametrize("name", BROKEN)
def test_each_rule_is_broken_by_itself_and_by_how_much(name: str) -> None:
    rules, lines, rows, wanted = BROKEN[name]
    found = evaluate(line_of_three(**{**SUPPLIES, **rules}), np.array(lines), deliveries(*rows))
    assert {rule: excess for rule, excess in found.violations.items() if excess} == wanted
    assert found.feasible() is not bool(wanted)


def test_a_plan_costs_its_hauls_its_lines_and_what_it_leaves() -> None:
    """Half a unit from the site 10 km off, the rest from each sort of supply; a quarter of a unit is left."""
    problem = line_of_three(**SUPPLIES, fixed_cost=[100.0, 200.0, 400.0], max_lines=2, unmet_penalty=8.0)
    rows = deliveries((0, 1, 0.5), (3, 0, 1.0), (4, 1, 0.5), (5, 2, 0.5), (6, 2, 0.25))
    found = evaluate(problem, np.array([2, 1, 0]), rows)
    assert found.haul_cost == pytest.approx(0.5 * 10 + 1.0 * 1 + 0.5 * 4 + 0.5 * 50 + 0.25 * 60)
    assert found.fixed_cost == pytest.approx(2 * 100 + 200)
    assert (found.unmet, found.penalty_cost) == pytest.approx((0.25, 2.0))
    assert found.cost == pytest.approx(found.haul_cost + 400 + 2)


def test_where_nothing_is_wanted_and_nothing_can_be_built_no_rule_is_broken() -> None:
    nothing = SitingProblem(np.empty((0, 0)), np.empty(0), np.empty(0))
    found = evaluate(
        nothing, np.empty(0, dtype=int), Flows(np.empty(0, dtype=int), np.empty(0, dtype=int), np.empty(0))
    )
    assert found.feasible(0.0) and not any(found.violations.values())
    assert {"n_lines", "quota", "optional_shared_capacity"} <= set(found.violations)
    assert (found.cost, found.unmet) == (0, 0)


def test_an_excess_up_to_the_tolerance_is_none() -> None:
    rows = deliveries((0, 0, 1.25), (1, 1, 1.0), (2, 2, 1.0))
    found = evaluate(line_of_three(**SUPPLIES), np.array([1, 1, 1]), rows)
    assert found.feasible(0.25) and not found.feasible(0.24)


def test_deliveries_as_a_table_and_back() -> None:
    problem = line_of_three(**SUPPLIES)
    table = np.zeros((3, 7))
    table[0, 0], table[2, 6], table[1, 4] = 1.0, 0.5, 1e-12
    flows = Flows.from_dense(table)
    assert list(zip(flows.source, flows.demand, flows.amount, strict=True)) == [(0, 0, 1.0), (6, 2, 0.5)]
    table[1, 4] = 0.0
    np.testing.assert_array_equal(flows.dense(problem), table)


def test_versions_are_those_of_the_libraries_that_decide() -> None:
    assert versions() == {"numpy": np.__version__, "scipy": scipy.__version__, "highspy": version("highspy")}
