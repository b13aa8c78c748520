"""What other pages are told of a kept plan is what the plan does, station by station."""

import pandas as pd
import pytest
from consolidation.cases import EAST, WEST, Make, at, points, register

from mixplan.consolidation import kept
from mixplan.consolidation import plan as consolidation_plan
from mixplan.consolidation.decided import decided
from mixplan.consolidation.inputs import inputs_of
from mixplan.consolidation.plan import Plan

NEAR = (116.62, 40.02)


def plan_of(make: Make, phased: bool = False, **changes: object) -> Plan:
    company = {"company": "企业甲"}
    stations = register(at(EAST, 80, **company), at(NEAR, 50, **company), at(WEST, 70), at((116.5, 39.9), ""))
    demand = points((*EAST, 40), (*WEST, 35), (*NEAR, 15))
    return consolidation_plan.solve(make(stations, demand, phased=phased, radius_km=60, **changes))


def told(plan: Plan) -> pd.DataFrame:
    inputs = inputs_of(plan.case.settings, margin_m=0)
    found = kept.read_kept(kept.plan_record(plan, inputs), name="方案").plan
    assert found is not None
    return decided(found, inputs)


@pytest.mark.parametrize("phased", [False, True], ids=["target year", "year by year"])
@pytest.mark.parametrize("cap", [130, 170, 220])
@pytest.mark.parametrize("locks", [(), (("s2", "close"),), (("s3", "close"),)], ids=["free", "s2", "s3"])
def test_action_and_capacity_are_those_of_the_plan(make: Make, phased: bool, cap: float, locks: object) -> None:
    plan = plan_of(make, phased, cap_wan_m3=cap, locks=locks)
    table = told(plan)
    same = plan.actions.loc[table.index]
    assert list(table["action"]) == list(same["action"])
    assert list(table["capacity"]) == list(same["capacity_after"])
    left_out = plan.actions.drop(index=table.index)
    assert set(left_out["action"]) <= {"retain"} and left_out["capacity_after"].isna().all()
