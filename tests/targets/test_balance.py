"""Supply and demand, and the steps between capacities."""

import pytest
from targets.cases import PLAN

from mixplan.targets.balance import balance, balance_table, waterfall_concrete, waterfall_mortar, waterfall_table


def test_balance_of_concrete():
    data = balance(PLAN).query("product == 'concrete'").set_index(["year", "measure"])["value"]
    assert data[2005, "capacity"] == pytest.approx(10480 / 1.69)
    assert data[2010, "utilisation"] == pytest.approx(47.576, abs=1e-3)
    assert data[2015, "limit"] == 7000
    assert data[2015, "utilisation"] == pytest.approx(5500 / 70)


def test_balance_leaves_out_what_the_plan_does_not_give():
    data = balance(PLAN)
    assert data["value"].notna().all()
    cement = data.query("product == 'cement'")
    assert 2005 not in set(cement["year"]) and "output" not in set(cement["measure"])
    assert set(data.query("product == 'precast'")["year"]) == {2008, 2015}
    for product in ("cement", "concrete", "mortar", "precast"):
        assert len(balance_table(data, product)) >= 4
        amounts = data.query(f"product == '{product}' and measure in ['capacity', 'output', 'use']")
        assert len(set(amounts["unit"])) == 1


@pytest.mark.parametrize("steps", [waterfall_concrete(PLAN), waterfall_mortar(PLAN)])
def test_each_step_of_a_waterfall_starts_where_the_last_one_ended(steps):
    chain = steps[steps["kind"] != "reference"]
    levels = [row.end if row.kind == "total" else (row.start, row.end) for row in chain.itertuples()]
    level = levels[0]
    for entry in levels[1:]:
        if isinstance(entry, tuple):
            assert entry[0] == level
            level = entry[1]
        else:
            assert entry == level
    assert len(waterfall_table(steps)) == len(steps)


def test_waterfalls_carry_the_plans_figures():
    assert list(waterfall_concrete(PLAN)["amount"])[:3] == [10480, -3480, 7000]
    assert list(waterfall_mortar(PLAN)["amount"])[:5] == [185, 440, 625, 175, 800]
