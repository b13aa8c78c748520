"""Register, findings and demand as one problem."""

from dataclasses import replace

import geopandas as gpd
import pytest
from consolidation.cases import EAST, FAR, WEST, Make, at, points, register

from mixplan.base.errors import DataError
from mixplan.consolidation.case import Case
from mixplan.consolidation.plan import solve
from mixplan.plan.rules import RuleBook


def test_a_borderline_finding_weighs_less(make: Make) -> None:
    sure = make(register(at(WEST, 80)), points((*WEST, 40)))
    doubtful = make(register(at(WEST, 80, location_error_m=20000)), points((*WEST, 40)))
    assert doubtful.stations["points"].iloc[0] == pytest.approx(0.5 * sure.stations["points"].iloc[0])


def test_nothing_to_decide_is_said(make: Make, empty_register: gpd.GeoDataFrame) -> None:
    with pytest.raises(DataError, match="没有可以优化的搅拌站"):
        make(empty_register, points((*WEST, 10)))
    with pytest.raises(DataError, match="权重合计为 0"):
        make(register(at(WEST, 60)), points((*WEST, 0)), demand_wan_m3=10)


def test_zero_demand_is_refused(make: Make) -> None:
    with pytest.raises(DataError, match="demand_wan_m3"):
        make(register(at(WEST, 80)), points((*WEST, 40)), demand_wan_m3=0.0)


# --- costs that the rule file states ----------------------------------------------------------------------------------


def with_figure(book: RuleBook, name: str, value: float) -> RuleBook:
    """The same rule file with another value of one parameter."""
    return replace(book, parameters={**book.parameters, name: replace(book.parameters[name], value=value)})


def cost(case: Case) -> float:
    plan = solve(case)
    assert plan.status == "optimal"
    return plan.solution.objective


def test_capital_is_spread_over_the_years_that_the_rule_file_states(make: Make, book: RuleBook) -> None:
    # 45 at 90 % use need 50; the station has 40 and must reach the standard of 60.
    plants, demand = register(at(EAST, 40)), points((*EAST, 45))
    capital = book.figure("consolidation_upgrade_cost") + 20 * book.figure("consolidation_add_cost")
    of = {
        years: cost(make(plants, demand, cap_wan_m3=100, rules=with_figure(book, "consolidation_capital_years", years)))
        for years in (5.0, 10.0)
    }
    assert of[5.0] - of[10.0] == pytest.approx(capital / 5 - capital / 10)


@pytest.mark.parametrize(
    ("name", "company", "merge_km", "share"),
    [
        ("consolidation_company_saving_pct", "甲", 1, 1.0),  # at any distance
        ("consolidation_neighbour_saving_pct", "", 4, None),  # the less the farther
    ],
    ids=["company", "neighbour"],
)
def test_a_merger_saves_the_share_of_the_loss_that_the_rule_file_states(
    make: Make, book: RuleBook, name: str, company: str, merge_km: float, share: float | None
) -> None:
    plants = register(at(EAST, 60, company=company), at((116.72, 39.90), 60, company=company))
    apart = plants.geometry.iloc[0].distance(plants.geometry.iloc[1]) / 1000
    assert 1 < apart < 4
    loss = 5000 + 60 * book.figure("consolidation_loss_capacity")
    changes = {"cap_wan_m3": 70, "loss_site": 5000, "merge_km": merge_km}
    of = {
        pct: cost(make(plants, points((*EAST, 30)), rules=with_figure(book, name, pct), **changes))
        for pct in (40.0, 90.0)
    }
    assert of[40.0] - of[90.0] == pytest.approx(0.5 * loss * (1 - apart / 4 if share is None else share))


# --- caps, locks and the way to the target ----------------------------------------------------------------------------


def test_a_cap_counts_the_stations_outside_the_model_that_stay(make: Make) -> None:
    plants = register(at(WEST, 60), at((116.41, 39.94), ""), at(EAST, 60), at(WEST, "", id="gone"))
    case = make(plants, points((*WEST, 20)), ring_caps=((5, 2), (6, 2)), locks=(("gone", "close"),), max_flagged=3)
    inside, sixth, flagged = case.problem.limits
    assert (inside.name, list(inside.members), inside.most, inside.held) == ("ring:5", [True, False], 2, 1)
    assert list(sixth.members) == [True, True]  # the second one lies between Fifth and Sixth
    assert (flagged.name, list(flagged.members), flagged.held) == ("flagged", [True, False], 1)


def test_a_district_cap_counts_its_own_stations_only(make: Make) -> None:
    plants = register(at(WEST, 60, district="东城"), at(EAST, 60, district="通州区"))
    case = make(plants, points((*WEST, 20)), district_caps=(("110112", 1),))
    assert list(case.problem.limits[0].members) == [False, True]


def test_decisions_on_stations_that_are_not_in_the_register_are_refused(make: Make) -> None:
    with pytest.raises(DataError, match="zz"):
        make(register(at(WEST, 60)), points((*WEST, 20)), locks=(("zz", "retain"),))


def test_limit_and_demand_go_to_the_target_in_equal_steps(make: Make) -> None:
    plants = register(at(WEST, 60), at(EAST, 40))
    case = make(plants, points((*WEST, 20)), phased=True, cap_wan_m3=50, first_demand_wan_m3=10, demand_wan_m3=20)
    assert case.problem.years == (2011, 2012, 2013, 2014, 2015)
    assert list(case.problem.limit) == pytest.approx([90, 80, 70, 60, 50])
    assert list(case.problem.demand.sum(axis=1)) == pytest.approx([12, 14, 16, 18, 20])
    higher = make(plants, points((*WEST, 20)), phased=True, cap_wan_m3=150)
    assert set(higher.problem.limit) == {150}


def test_a_demand_point_without_a_name_goes_by_its_id_and_one_that_needs_nothing_is_left_out(make: Make) -> None:
    demand = points((*WEST, 30), (*EAST, 10), (*FAR, 0)).assign(name=["", "镇", "村"])
    case = make(register(at(WEST, 60)), demand, demand_wan_m3=20)
    assert list(case.demand["name"]) == ["d0", "镇"]
    assert list(case.demand["weight"]) == pytest.approx([15, 5])


def test_a_flag_in_doubt_is_counted_as_flagged_but_not_as_certain(make: Make) -> None:
    # The second stands 3 km inside the Fifth Ring and may lie 20 km off.
    stations = make(register(at(WEST, 80), at(WEST, 80, location_error_m=20000)), points((*WEST, 40))).stations
    assert list(stations["flagged"]) == [True, True]
    assert list(stations["certain"]) == [True, False]


def test_what_stands_or_closes_outside_the_model_counts_against_the_limits(make: Make) -> None:
    plants = register(at(WEST, 60), {"capacity": 30}, {"capacity": 20, "id": "gone"}, at(EAST, "", id="unknown"))
    problem = make(plants, points((*WEST, 20)), locks=(("gone", "close"),)).problem
    assert (problem.n, problem.fixed_capacity, problem.fixed_closures) == (1, 30, 1)


def test_capital_is_a_yearly_cost_of_every_sort(make: Make) -> None:
    problem = make(
        register(at(WEST, 60)), points((*WEST, 20)), capital_years=4, upgrade_cost=40, add_cost=8, move_cost=2
    ).problem
    assert (problem.upgrade_cost, problem.add_cost, problem.move_cost) == (10, 2, 0.5)


def test_mergers_are_considered_with_the_nearest_neighbours_within_reach_and_within_a_company(make: Make) -> None:
    # About 0.9, 1.9 and 5.1 km from the first, the last of the first one's company.
    east = [EAST[0], EAST[0] + 0.01, EAST[0] + 0.022, EAST[0] + 0.06]
    plants = register(*[at((x, EAST[1]), 60, company=c) for x, c in zip(east, "甲乙丙甲", strict=True)])
    both = {(0, 3), (3, 0)}
    for changes, neighbours in (
        ({"merge_neighbours": 1, "merge_km": 2}, {(0, 1), (1, 0), (2, 1)}),
        ({"merge_neighbours": 2, "merge_km": 2}, {(0, 1), (1, 0), (2, 1), (0, 2), (1, 2), (2, 0)}),
        ({"merge_neighbours": 2, "merge_km": 1}, {(0, 1), (1, 0)}),
        ({"merge_neighbours": 0, "merge_km": 2}, set()),
    ):
        problem = make(plants, points((*EAST, 20)), **changes).problem
        assert {tuple(pair) for pair in problem.pairs.tolist()} == neighbours | both
