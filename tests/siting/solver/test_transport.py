"""Best deliveries for given sites."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from solver_cases import city, line_of_three

from mixplan.siting.solver import (
    allocate,
    evaluate,
    solve,
    solve_reference,
)


class TestAllocate:
    """What if I put the lines here?"""

    def test_prices_say_what_a_unit_more_would_cost(self) -> None:
        problem = city(8)
        lines = solve(problem, gap=0.05).lines
        here = allocate(problem, lines)
        assert evaluate(problem, lines, here.flows).feasible()
        i, step = int(problem.demand.argmax()), 1e-3
        more = problem.demand.copy()
        more[i] += step
        dearer = allocate(replace(problem, demand=more), lines)
        assert dearer.cost - here.cost == pytest.approx(step * here.demand_price[i], rel=1e-3)

    def test_is_optimal_for_the_given_sites(self) -> None:
        problem = city(9)
        lines = np.zeros(40, dtype=int)
        lines[:5] = 1
        fixed = replace(problem, min_lines=lines, forbidden=lines == 0)
        assert allocate(problem, lines).cost == pytest.approx(solve_reference(fixed, gap=0.0).objective, rel=1e-7)

    def test_any_sites_may_be_tried(self) -> None:
        nothing = allocate(line_of_three(n_lines=3, unmet_penalty=5.0), np.zeros(3, dtype=int))
        assert (nothing.cost, nothing.unmet.tolist()) == (15.0, [1.0, 1.0, 1.0])
        assert math.isinf(allocate(line_of_three(), np.array([1, 0, 0])).cost)
