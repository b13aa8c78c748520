"""The plan beside what was reported later."""

import pytest
from consolidation.cases import EAST, WEST, Make, at, points, register

from mixplan.city.layers import Layers
from mixplan.consolidation.backtest import backtest_city, backtest_districts, backtest_limits
from mixplan.consolidation.plan import Plan, solve
from mixplan.registers.station_reports import load_station_reports


@pytest.fixture(scope="module")
def small(make: Make) -> Plan:
    plants = register(
        at(WEST, 80, district="东城区"),
        at(EAST, 80, district="通州区", evidence="modelled"),
        at(EAST, 5, district="通州区"),
    )
    return solve(make(plants, points((*EAST, 50)), cap_wan_m3=120, locks=(("s0", "close"), ("s2", "retain"))))


def test_the_limits_of_the_comparison_are_those_of_the_plan_that_was_run(small: Plan, make: Make) -> None:
    said = "".join(backtest_limits(small))
    assert "1 个模拟站点" in said and "在 120 万m³ 上限" in said and "规划期是 2011–2015 年" in said
    assert "177" not in said and "7,000" not in said
    other = solve(make(register(at(EAST, 80)), points((*EAST, 50)), cap_wan_m3=90))
    said = "".join(backtest_limits(other))
    assert "模拟站点" not in said and "在 90 万m³ 上限" in said


def test_the_city_counts_of_the_plan_stand_first_and_the_reported_ones_keep_their_definition(small: Plan) -> None:
    reports = load_station_reports()
    table = backtest_city(small, reports)
    assert list(table["kind"])[:3] == ["plan", "plan", "reported"]
    assert list(table["sites"])[:2] == [3, 2]
    assert {137, 116, 107, 91} <= set(table.loc[table["kind"] == "reported", "sites"])
    assert table["definition"].str.len().min() > 0


def test_districts_are_compared_with_an_even_cut(small: Plan, layers: Layers) -> None:
    table = backtest_districts(small, load_station_reports(), layers.districts).set_index("district")
    assert list(table.loc["通州区", ["before", "after", "before_pct", "after_pct"]]) == [2, 2, 66.7, 100.0]
    assert list(table.loc["东城区", ["before", "after"]]) == [1, 0]
    assert table.loc["通州区", "even_cut"] == pytest.approx(2 * 2 / 3, abs=0.05)
    assert (table["before"].sum(), table["reported"].sum()) == (3, 116)
    assert table["reported_pct"].sum() == pytest.approx(100, abs=0.5)


@pytest.mark.slow
def test_one_station_of_the_shipped_register_is_in_no_known_district(shipped_plan: Plan, layers: Layers) -> None:
    table = backtest_districts(shipped_plan, load_station_reports(), layers.districts)
    assert (table["before"].sum(), table["reported"].sum()) == (178, 116)
