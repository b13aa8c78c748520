"""Cases made the way pages and the command line make them."""

from typing import Any

import geopandas as gpd
import pytest
from consolidation.cases import Make

from mixplan.city.layers import Layers
from mixplan.consolidation.case import Case, build_case
from mixplan.consolidation.plan import Plan, solve
from mixplan.consolidation.settings import default_settings
from mixplan.plan.rules import RuleBook
from mixplan.registers.points import load_demand
from mixplan.screening.judge import screen


@pytest.fixture(scope="session")
def make(layers: Layers, book: RuleBook) -> Make:
    def build(
        plants: gpd.GeoDataFrame,
        demand: gpd.GeoDataFrame,
        *,
        phased: bool = False,
        rules: RuleBook = book,
        **changes: Any,
    ) -> Case:
        changes.setdefault("demand_wan_m3", float(demand["weight"].sum()))
        settings = default_settings(rules, phased=phased, **{"gap": 1e-6, "time_limit_s": 60.0, **changes})
        findings = screen(plants, layers, rules, on=rules.period_end)
        return build_case(plants, findings, layers, rules, demand, settings)

    return build


@pytest.fixture(scope="session")
def shipped_plan(make: Make, plants: gpd.GeoDataFrame, book: RuleBook) -> Plan:
    """The plan for the shipped register, proven to one per cent; a solve of several seconds."""
    needed = book.figure("concrete_demand_2015")
    return solve(make(plants, load_demand(), demand_wan_m3=needed, gap=0.01, time_limit_s=240.0))
