"""The independent check of a plan."""

from __future__ import annotations

import math

import numpy as np
import pytest
from solver_cases import assert_sound, line_of_three

from mixplan.siting.solver import (
    Flows,
    evaluate,
    solve,
)


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
