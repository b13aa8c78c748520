"""What bulk cement saves."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from targets.cases import PLAN

from mixplan.targets.savings import bulk_path, savings, savings_table


def test_savings_factors_come_from_the_past_period():
    found = {s.saved.indicator: s for s in savings(PLAN)}
    assert found["savings_energy"].factor == pytest.approx(418 / 8875 * 1000)
    assert found["savings_bags"].factor == pytest.approx(20.0)
    assert found["savings_bags"].factor_unit == "条/t"
    assert not found["savings_waste"].same_definition
    assert found["savings_energy"].same_definition
    assert len(savings_table(tuple(found.values()))) == 5


def test_the_plans_path_ends_at_the_plans_bulk_demand():
    assert bulk_path(PLAN)["bulk_wan_t"].iloc[-1] == pytest.approx(1955)
    assert list(bulk_path(PLAN)["year"]) == [2011, 2012, 2013, 2014, 2015]


@settings(max_examples=40)
@given(st.floats(0, 99), st.floats(0.5, 1))
def test_more_bulk_cement_saves_more(rate, more):
    low, high = savings(PLAN, rate_pct=rate), savings(PLAN, rate_pct=rate + more)
    assert all(b.what_if > a.what_if for a, b in zip(low, high, strict=True))
    assert all(a.plan_path == b.plan_path for a, b in zip(low, high, strict=True))
