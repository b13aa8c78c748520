"""Closing stations and placing mortar lines in one run."""

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import pytest
from consolidation.cases import EAST, FAR, WEST, Make, at, points, reasons, register

from mixplan.base.errors import DataError, InfeasibleError
from mixplan.city.layers import Layers
from mixplan.consolidation import (
    joint,
    tables,
)
from mixplan.plan.rules import RuleBook
from mixplan.registers.points import load_demand
from mixplan.registers.station_reports import load_station_reports
from mixplan.siting import candidates
from mixplan.siting import settings as siting_settings


def test_a_joint_run_counts_the_mortar_plants_and_sites_that_the_siting_page_counts(
    make: Make, layers: Layers, book: RuleBook
) -> None:
    placed = {"id": "m0", "kind": "mortar", "district": "通州区"}
    lost = {"id": "m1", "kind": "mortar", "district": "房山区", "location_precision": "district_only"}
    plants = register(at(EAST, 80), at(EAST, 20, **placed), at(("", ""), 40, **lost))  # type: ignore[arg-type]
    case = make(plants, points((*EAST, 50)), cap_wan_m3=120, radius_km=60)
    settings = joint.default_joint(book, lines=0, demand_wan_t=60.0, grid_km=25.0, wet_share_pct=0.0)
    made = joint.solve(case, plants, layers, book, load_demand(), settings)
    assert made.totals["existing"] == pytest.approx(60.0)
    sites = joint.candidate_sites(layers, book, settings)
    grid = candidates.candidate_grid(layers, spacing_km=25)
    judged = candidates.judged_candidates(
        grid, siting_settings.default_settings(book), layers, book, on=book.period_end, own=False
    )
    assert list(sites.index) == list(judged.index[judged["excluded_by"] == ""])


def test_closing_stations_and_placing_lines_share_one_gap(make: Make, layers: Layers, book: RuleBook) -> None:
    plants = register(at(EAST, 80), at((116.62, 40.02), 80), {**at(FAR, 20), "kind": "mortar", "id": "m0"})
    case = make(plants, points((*EAST, 50)), cap_wan_m3=120, radius_km=60, gap=0.01)
    settings = joint.default_joint(book, lines=2, demand_wan_t=110.0, grid_km=25.0)
    made = joint.solve(case, plants, layers, book, load_demand(), settings)
    assert made.plan.solution.gap <= 0.01
    assert len(made.lines) == 2 and (made.lines["used"] <= 40 + 1e-6).all()
    why = reasons(made.plan, layers, book, plants)
    sheets = tables.sheets(made.plan, why, load_station_reports(), layers.districts, book, joint=made)
    assert sheets["砂浆线"]["序号"].tolist() == [1, 2] and len(sheets["砂浆供应"]) == len(made.flows)
    by_point = made.flows.groupby("demand")["amount"].sum().sum() + made.totals["unmet"]
    assert by_point == pytest.approx(110.0, abs=1e-4)
    wet = made.flows[made.flows["kind"] == "wet"].groupby("source")["amount"].sum()
    concrete = made.plan.flows.groupby("plant_id")["amount"].sum()
    for plant, tonnes in wet.items():
        after = made.plan.actions.loc[plant, "capacity_after"]
        assert tonnes / settings.wet_density <= settings.wet_share_pct / 100 * 0.9 * after + 1e-4
        assert tonnes / settings.wet_density + concrete.get(plant, 0.0) <= 0.9 * after + 1e-4
    assert "line" in set(made.flows["kind"])


def test_more_lines_than_sites_are_refused_with_both_numbers(make: Make, layers: Layers, book: RuleBook) -> None:
    plants = register(at(EAST, 80))
    case = make(plants, points((*EAST, 50)), cap_wan_m3=120, radius_km=60)
    sites = points((*EAST, 0), (*WEST, 0)).assign(sector=["NE", ""])
    for change, sentence in (
        ({"lines": 3}, "要建 3 条新线，但符合规则的候选点只有 2 个，少 1 个"),
        ({"lines": 2, "quotas": (("NE", 2),)}, "NE 要求至少 2 条线，但候选点只有 1 个"),
    ):
        settings = joint.default_joint(book, **change)
        with pytest.raises(InfeasibleError, match=sentence):
            joint.solve(case, plants, layers, book, load_demand(), settings, candidates=sites)


@pytest.mark.parametrize(
    ("quotas", "sentence"),
    [
        ((("XX", 2),), "方位“XX”不存在，应为 NE、SW、periphery 之一"),
        ((("NE", 1), ("NE", 2)), "方位 NE 的条数给出了不止一次"),
    ],
)
def test_lines_are_wanted_once_in_a_sector_that_exists(
    book: RuleBook, quotas: tuple[tuple[str, int], ...], sentence: str
) -> None:
    with pytest.raises(DataError, match=sentence):
        joint.default_joint(book, quotas=quotas)


@pytest.mark.parametrize("lines", [-1, 1.5])
def test_only_whole_lines_can_be_built(book: RuleBook, lines: float) -> None:
    with pytest.raises(DataError, match="lines"):
        joint.default_joint(book, lines=lines)


@pytest.fixture
def wet_only(make: Make, layers: Layers, book: RuleBook) -> Callable[..., joint.JointPlan]:
    """A joint run with one station next to the only mortar demand, no line and no mortar works."""
    plants = register(at(EAST, 80))
    case = make(plants, points((*EAST, 20)), cap_wan_m3=120, utilisation_pct=90, outside_pct=100, add_most=0)

    def run(**changes: Any) -> joint.JointPlan:
        sites = points((*WEST, 0)).assign(sector="")
        settings = joint.default_joint(book, **{"lines": 0, "demand_wan_t": 200.0, "wet_most_pct": 100.0, **changes})
        return joint.solve(case, plants, layers, book, points((*EAST, 1)), settings, candidates=sites)

    return run


def test_wet_mortar_takes_its_share_of_a_stations_usable_capacity_at_most(
    wet_only: Callable[..., joint.JointPlan],
) -> None:
    totals = wet_only(wet_share_pct=25.0, wet_density=2.0).totals
    assert totals["wet"] == pytest.approx(0.25 * 0.9 * 80 * 2)
    assert totals["demand"] == 200 and totals["unmet"] == pytest.approx(200 - 36)


def test_concrete_and_wet_mortar_together_stay_within_what_a_station_can_do(
    wet_only: Callable[..., joint.JointPlan],
) -> None:
    totals = wet_only(wet_share_pct=100.0, wet_density=2.0).totals
    assert totals["wet"] == pytest.approx((0.9 * 80 - 20) * 2)


def test_wet_mortar_in_all_stays_within_its_share_of_the_demand(wet_only: Callable[..., joint.JointPlan]) -> None:
    assert wet_only(wet_share_pct=100.0, wet_density=2.0, wet_most_pct=5.0).totals["wet"] == pytest.approx(10)


def test_two_lines_nearer_than_their_spacing_are_refused(make: Make, layers: Layers, book: RuleBook) -> None:
    plants = register(at(EAST, 80))
    case = make(plants, points((*EAST, 20)), cap_wan_m3=120, outside_pct=100)
    sites = points((*EAST, 0), (EAST[0] + 0.02, EAST[1], 0)).assign(sector="")  # about 1.7 km apart
    for spacing, possible in ((1.0, True), (2.5, False)):
        settings = joint.default_joint(book, lines=2, demand_wan_t=100.0, spacing_km=spacing)
        with nullcontext() if possible else pytest.raises(InfeasibleError):
            made = joint.solve(case, plants, layers, book, points((*EAST, 1)), settings, candidates=sites)
            assert len(made.lines) == 2
