"""Before solving, what is short is said in numbers."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from solver_cases import city, line_of_three

from mixplan.siting.solver import (
    Fact,
    SitingProblem,
    check,
    solve,
)


class TestFeasibility:
    """Before solving, what is short is said in numbers."""

    def facts(self, problem: SitingProblem) -> dict[str, dict[str, float]]:
        return {fact.code: dict(fact.numbers) for fact in check(problem)}

    def test_nothing_to_say(self) -> None:
        assert check(line_of_three(n_lines=3)) == []

    def test_capacity_just_short(self) -> None:
        problem = SitingProblem(
            np.ones((2, 11)),
            [600.0, 35.0],
            40.0,
            n_lines=11,
            unit_cost_existing=np.ones((2, 1)),
            capacity_existing=[185.0],
        )
        (fact,) = check(problem)
        assert str(fact) == "demand 635 exceeds capacity 625; 10 will be short"
        assert fact == Fact("demand_exceeds_capacity", {"demand": 635.0, "capacity": 625.0, "short": 10.0}, True)
        plan = solve(problem)
        assert plan.status == "infeasible"
        assert plan.unmet.sum() == pytest.approx(10)
        with_penalty = solve(replace(problem, unmet_penalty=100.0), gap=0.0)
        assert with_penalty.status == "optimal"
        assert with_penalty.objective == pytest.approx(625 + 1000)
        assert not with_penalty.facts[0].blocking

    @pytest.mark.parametrize("short", [1e-6, 1e-5, 1e-3])
    def test_a_hair_short_is_short(self, short: float) -> None:
        problem = city(1, 20, 15)
        capacity = (float(problem.demand.sum()) - 50 - short) / 5
        plan = solve(replace(problem, capacity=np.full(15, capacity), unmet_penalty=math.inf), gap=0.0)
        assert plan.status == "infeasible"
        assert plan.facts[0].numbers["short"] == pytest.approx(short, rel=1e-3)

    def test_too_many_lines(self) -> None:
        assert self.facts(line_of_three(n_lines=5))["lines_exceed_places"] == {"lines": 5, "places": 3}
        assert solve(line_of_three(n_lines=5)).status == "infeasible"
        assert solve(line_of_three(n_lines=5, lines_exact=False)).status == "optimal"

    def test_contradictions(self) -> None:
        on_first = [1, 0, 0]
        assert self.facts(line_of_three(min_lines=on_first, forbidden=[True, False, False]))[
            "forced_and_forbidden"
        ] == {
            "site": 0,
            "forced": 1,
        }
        assert "forced_exceeds_max_lines" in self.facts(line_of_three(min_lines=[2, 0, 0]))
        assert "forced_too_close" in self.facts(line_of_three(min_lines=[1, 1, 0], conflicts=[[1, 0]]))
        assert "forced_exceed_lines" in self.facts(line_of_three(min_lines=[1, 1, 0], n_lines=1))
        sectors = {"group": [0, 0, 1]}
        assert self.facts(line_of_three(**sectors, group_min=[3, 0]))["quota_exceeds_places"] == {
            "group": 0,
            "least": 3,
            "places": 2,
        }
        assert "quotas_exceed_lines" in self.facts(line_of_three(**sectors, group_min=[2, 1], n_lines=2))
        assert "quotas_below_lines" in self.facts(line_of_three(**sectors, group_max=[1, 1], n_lines=3))
        assert "quota_contradiction" in self.facts(line_of_three(**sectors, group_min=[2, 0], group_max=[1, 1]))
        assert "forced_exceeds_quota" in self.facts(line_of_three(**sectors, min_lines=[1, 1, 0], group_max=[1, 1]))
        assert "spacing_limits_lines" in self.facts(line_of_three(n_lines=3, conflicts=[[0, 1]]))

    def test_unreachable_demand(self) -> None:
        cost = np.array([[1.0], [np.inf]])
        problem = SitingProblem(cost, [1.0, 2.0], 9.0, unmet_penalty=5.0)
        assert self.facts(problem)["demand_unreachable"] == {"demand_point": 1, "demand": 2}
        assert solve(problem, gap=0.0).objective == pytest.approx(1 + 10)

    def test_rules_that_only_clash_together(self) -> None:
        problem = line_of_three(
            n_lines=2, conflicts=[[0, 1], [1, 2]], group=[0, -1, -1], group_max=[0], unmet_penalty=9.0
        )
        assert not any(fact.blocking for fact in check(problem))
        plan = solve(problem)
        assert plan.status == "infeasible"
        assert plan.facts[-1].code == "no_selection"

    def test_enough_in_all_but_not_within_reach(self) -> None:
        cost = np.array([[1.0, np.inf], [1.0, np.inf], [np.inf, 1.0]])
        plan = solve(SitingProblem(cost, [1.0, 1.0, 1.0], [1.5, 2.0]))
        assert plan.status == "infeasible"
        assert plan.unmet.sum() == pytest.approx(0.5)
        assert plan.facts[0].code == "demand_short"

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("demand", [1.0, -1.0, 1.0]),
            ("demand", [1.0, math.nan, 1.0]),
            ("capacity", [1.0, 2.0]),
            ("max_lines", 1.5),
            ("n_lines", -1),
            ("conflicts", [[0, 3]]),
            ("conflicts", [[1, 1]]),
            ("unmet_penalty", -1.0),
        ],
    )
    def test_nonsense_is_refused(self, field: str, value: Any) -> None:
        with pytest.raises(ValueError, match=field):
            replace(line_of_three(), **{field: value})
