"""Published warehouse location problems."""

from __future__ import annotations

import re

import pytest
from solver_cases import OPTIMA, ORLIB, assert_sound, needs_orlib

from mixplan.siting.solver import (
    read_orlib,
    solve,
)


class TestOrLibrary:
    """Published warehouse location problems."""

    @needs_orlib
    @pytest.mark.parametrize("name", OPTIMA)
    def test_small_ones_to_optimality(self, name: str) -> None:
        problem = read_orlib((ORLIB / f"{name}.txt").read_text())
        plan = solve(problem, gap=0.0)
        assert plan.status == "optimal"
        assert plan.objective == pytest.approx(OPTIMA[name], rel=1e-8)
        assert_sound(problem, plan)

    @needs_orlib
    def test_large_one_brackets_the_published_optimum(self) -> None:
        plan = solve(read_orlib((ORLIB / "capa.txt").read_text(), capacity=8000), gap=0.002)
        assert plan.gap <= 0.002
        assert plan.bound <= 19240822.449 <= plan.objective * (1 + 1e-9)

    TINY = "2 2\n capacity 5.\n capacity 7.\n4\n 8. 12.\n0\n 3. 4.\n"

    def test_costs_are_for_all_of_the_demand(self) -> None:
        problem = read_orlib(self.TINY, capacity=10)
        assert problem.unit_cost.tolist() == [[2.0, 3.0], [0.0, 0.0]]
        assert problem.capacity.tolist() == [10.0, 10.0]
        assert solve(problem, gap=0.0).objective == pytest.approx(13.0)

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("", "The text is empty"),
            ("a b", "Line 1 has 'a' as the number of warehouses"),
            ("2 1.5", "Line 1 has '1.5' as the number of customers; a whole number"),
            ("2 2\n1 2\n", "The text ends on line 2, where the capacity of warehouse 2 should follow."),
            (TINY, "Line 2 leaves the capacity of warehouse 1 open, so a capacity must be given."),
            ("1 1\n5 7\n3\nx\n", "Line 4 has 'x' as the cost of customer 1 at warehouse 1"),
            ("1 1\n5 7\n-3\n1\n", "Line 3 has '-3' as the demand of customer 1"),
            ("1 1\n5 nan\n3\n1\n", "Line 2 has 'nan' as the fixed cost"),
            ("1 1\n5 7\n3\n1\n9", "Line 5 goes on with '9'"),
        ],
    )
    def test_other_texts_are_refused_with_the_place(self, text: str, says: str) -> None:
        with pytest.raises(ValueError, match=re.escape(says)):
            read_orlib(text)
