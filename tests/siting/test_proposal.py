"""Proposals by named cases, and judged by the solver's independent evaluation."""

import json
import math
from dataclasses import asdict

import numpy as np
import pytest
from helpers import IN_FORCE
from siting_cases import EFFORT, FAR_WEST, INSIDE_RING, NORTH_EAST, NORTH_EAST_2, SOUTH_WEST, points, random_case, said

from mixplan.base.progress import unwatched
from mixplan.coverage.supply import concrete_stations
from mixplan.registers.points import point_frame
from mixplan.siting import solver
from mixplan.siting.case import build_case
from mixplan.siting.inputs import SitingInputs, no_points
from mixplan.siting.proposal import evaluate_plan, solve_case
from mixplan.siting.settings import Effort, default_settings
from mixplan.siting.tables import proposal_record
from mixplan.siting.words import gap_sentence, plan_problems


def test_the_nearer_site_is_chosen_and_haul_is_the_straight_line_times_the_detour(make):
    demand = points(NORTH_EAST, weight=[10.0])
    case = make(points(NORTH_EAST_2, SOUTH_WEST), demand, detour=1.3)
    found = solve_case(case, EFFORT)
    km = case.candidates.geometry["a"].distance(demand.geometry["a"]) / 1000
    assert found.plan == {"a": 1}
    assert found.status == "optimal"
    assert found.objective == pytest.approx(10 * km * 1.3)
    assert found.stats.mean_haul_km == pytest.approx(km * 1.3)
    assert gap_sentence(found) == "此方案已证明是理论最优。"


def test_a_quota_moves_a_line_to_its_sector(make):
    own, demand = points(NORTH_EAST, NORTH_EAST_2, SOUTH_WEST), points(NORTH_EAST, weight=[10.0])
    free = solve_case(make(own, demand, lines=2, apply_rules=True), EFFORT)
    bound = solve_case(make(own, demand, lines=2, apply_rules=True, quotas=(("SW", 1, None),)), EFFORT)
    assert set(free.plan) == {"a", "b"}
    assert set(bound.plan) == {"a", "c"}
    assert bound.objective >= free.objective


def test_minimum_spacing_keeps_two_sites_apart(make):
    own, demand = points(NORTH_EAST, NORTH_EAST_2, SOUTH_WEST), points(NORTH_EAST, weight=[60.0])
    assert set(solve_case(make(own, demand, lines=2), EFFORT).plan) == {"a", "b"}
    assert "c" in solve_case(make(own, demand, lines=2, spacing_km=8.0), EFFORT).plan


def test_a_forced_site_is_chosen_and_a_forbidden_one_is_not(make):
    own, demand = points(NORTH_EAST, SOUTH_WEST), points(NORTH_EAST, weight=[10.0])
    assert solve_case(make(own, demand, forced=(("b", 1),)), EFFORT).plan == {"b": 1}
    assert solve_case(make(own, demand, forbidden=("a",)), EFFORT).plan == {"b": 1}


@pytest.mark.parametrize("wish", [{"forced": (("b", 1),)}, {"forbidden": ("a",)}])
def test_what_is_proven_under_locks_and_bans_says_that_it_is(make, wish):
    own, demand = points(NORTH_EAST, SOUTH_WEST), points(NORTH_EAST, weight=[10.0])
    said = gap_sentence(solve_case(make(own, demand, **wish), EFFORT))
    assert said == "此方案已证明是理论最优。这是在现有的锁定和禁用之内说的。"


def test_beyond_the_longest_haul_demand_stays_unmet_and_is_named(make):
    case = make(points(NORTH_EAST), points(NORTH_EAST_2, SOUTH_WEST, weight=[5.0, 7.0]), max_haul_km=30.0)
    assert "需求点 b（7 万t/年）没有任何供应点够得到" in said(case)
    found = solve_case(case, EFFORT)
    assert found.unmet.to_dict() == pytest.approx({"b": 7.0})
    assert found.flows["haul_km"].max() <= 30


def test_two_lines_may_share_a_site_where_that_is_allowed(make):
    own, demand = points(NORTH_EAST, SOUTH_WEST), points(NORTH_EAST, weight=[80.0])
    found = solve_case(make(own, demand, lines=2, lines_per_site=2, line_capacity_wan_t=50.0), EFFORT)
    assert found.plan == {"a": 2}
    site = found.sites.loc["a"]
    assert (site["capacity"], site["used"], site["utilisation_pct"]) == pytest.approx((100, 80, 80))
    assert found.stats.new_capacity == 100


def test_standing_plants_serve_first_where_they_are_nearer(make):
    demand = points(NORTH_EAST, weight=[10.0])
    case = make(points(SOUTH_WEST), demand, points(NORTH_EAST, capacity=[4.0]))
    found = solve_case(case, EFFORT)
    assert (found.stats.from_existing, found.stats.from_new) == pytest.approx((4, 6))


def test_the_key_figures_of_a_proposal_by_hand(make):
    """A plant of 4 stands at the demand of 10; the one line, forced to the far site, serves the rest and the zone."""
    demand = points(NORTH_EAST, INSIDE_RING, weight=[10.0, 1.0])
    standing = points(NORTH_EAST, capacity=[4.0])
    case = make(points(INSIDE_RING, SOUTH_WEST), demand, standing, line_capacity_wan_t=40.0, forced=(("b", 1),))
    found = solve_case(case, EFFORT)
    there = case.candidates.geometry["b"]
    far, near = (there.distance(point) / 1000 for point in case.demand.geometry)
    haul = 6 * far + near
    site = found.sites.loc["b"]
    assert found.sites["points"].dtype == np.int64
    assert found.plan == {"b": 1}
    assert site[["number", "lines", "capacity", "points", "forced"]].tolist() == [1, 1, 40.0, 2, True]
    assert (site["used"], site["utilisation_pct"]) == pytest.approx((7.0, 17.5))
    assert site["mean_haul_km"] == pytest.approx(haul / 7)
    assert found.supply.to_dict("index") == {"a": {"kind": "existing", "capacity": 4.0, "used": pytest.approx(4.0)}}
    assert asdict(found.stats) == pytest.approx(
        {
            "demand": 11,
            "served": 11,
            "unmet": 0,
            "new_capacity": 40,
            "total_capacity": 44,
            "haul": haul,
            "mean_haul_km": haul / 11,
            "longest_haul_km": far,
            "ban_zone_demand": 1,
            "share_within": 0.0,
            "radius_km": case.settings.radius_km,
            "from_new": 7,
            "from_existing": 4,
            "from_import": 0,
            "from_wet": 0,
        }
    )


def test_a_planners_own_plan_is_priced_and_nothing_is_proven_of_it(make):
    case = make(points(NORTH_EAST, SOUTH_WEST), points(NORTH_EAST_2, weight=[10.0]))
    found, best = evaluate_plan(case, {"b": 1}), solve_case(case, EFFORT)
    km = case.candidates.geometry["b"].distance(case.demand.geometry["a"]) / 1000
    assert found.objective == pytest.approx(10 * km) and found.objective > best.objective
    assert (found.plan, found.bound, found.gap) == ({"b": 1}, -math.inf, math.inf)
    assert (found.status, found.seconds, found.seed) == ("manual", 0, 0)
    assert (found.versions, found.facts, found.input_hash) == ({}, (), case.input_hash)


def test_a_site_that_delivers_nothing_is_listed_with_no_haul(make):
    case = make(points(NORTH_EAST, SOUTH_WEST), points(NORTH_EAST, weight=[10.0]), lines=2)
    idle = evaluate_plan(case, {"a": 1, "b": 1}).sites.loc["b"]
    assert (idle["lines"], idle["used"], idle["points"], idle["utilisation_pct"]) == (1, 0, 0, 0)
    assert math.isnan(idle["mean_haul_km"])


def test_a_plan_without_a_line_delivers_nothing_over_no_haul(make):
    stats = evaluate_plan(make(points(SOUTH_WEST), points(NORTH_EAST, weight=[10.0])), {}).stats
    assert (stats.served, stats.unmet, stats.mean_haul_km, stats.longest_haul_km) == (0, 10, 0, 0)


def test_what_no_source_delivers_is_nought(make):
    """A plant at the demand serves all of it; without the plant the new line does."""
    own, demand = points(SOUTH_WEST), points(NORTH_EAST, weight=[10.0])
    standing = evaluate_plan(make(own, demand, points(NORTH_EAST, capacity=[20.0])), {"a": 1}).stats
    alone = evaluate_plan(make(own, demand), {"a": 1}).stats
    for stats, parts in ((standing, (0, 10, 0, 0)), (alone, (10, 0, 0, 0))):
        assert (stats.from_new, stats.from_existing, stats.from_import, stats.from_wet) == pytest.approx(parts)


def test_how_long_how_near_and_by_which_seed_is_searched_is_the_planners_wish(make, monkeypatch):
    asked = []

    def solve(problem, **wishes):
        asked.append(wishes)
        return search(problem, **wishes)

    search = solver.solve
    monkeypatch.setattr(solver, "solve", solve)
    case = make(points(NORTH_EAST), points(NORTH_EAST, weight=[10.0]))
    found = solve_case(case, Effort(0.02, 7, 5), watcher=unwatched)
    del asked[0]["watcher"]
    assert asked == [{"gap": 0.02, "time_limit_s": 7, "seed": 5, "start": None}]
    assert found.seed == 5 and set(found.versions) == {"numpy", "scipy", "highspy"}


def test_of_all_deliveries_that_cover_as_much_those_of_least_haul_are_shown(make):
    """Every haul is within the radius, so coverage alone would not say which site serves which point."""
    places = (NORTH_EAST, NORTH_EAST_2, SOUTH_WEST)
    demand = points(*places, weight=[10.0, 10.0, 10.0])
    case = make(points(*reversed(places)), demand, lines=3, objective="coverage", radius_km=200.0)
    found = solve_case(case, EFFORT)
    assert found.objective == pytest.approx(0)
    assert found.stats.haul == pytest.approx(0, abs=1e-6)
    assert sorted(zip(found.flows["site"], found.flows["demand"], strict=True)) == [("a", "c"), ("b", "b"), ("c", "a")]


def test_imports_and_wet_mortar_serve_within_their_share(layers, book, plants):
    stations = concrete_stations(plants).head(5)
    inputs = SitingInputs(points(NORTH_EAST, weight=[100.0]), no_points(), points(NORTH_EAST), stations)
    settings = default_settings(book, lines=1, grid_km=None, imports=True, import_share_pct=10.0, wet_mortar=True)
    found = solve_case(build_case(inputs, settings, layers, book, on=IN_FORCE), EFFORT)
    assert found.stats.from_new == pytest.approx(40)
    assert found.stats.from_import == pytest.approx(10)
    assert found.stats.from_wet <= (stations["capacity"] * 0.02 * 1.7).sum() + 1e-6
    assert found.stats.served + found.stats.unmet == pytest.approx(100)
    wet_at_most = (stations["capacity"] * 0.02 * 1.7).sum()
    assert found.stats.total_capacity == pytest.approx(40 + 10 + wet_at_most)


def test_the_coverage_objective_counts_what_lies_beyond_the_radius(make):
    demand = points(NORTH_EAST_2, SOUTH_WEST, FAR_WEST, weight=[9.0, 5.0, 1.0])
    case = make(points(NORTH_EAST, SOUTH_WEST), demand, objective="coverage", radius_km=20.0)
    found = solve_case(case, EFFORT)
    assert found.plan == {"a": 1}
    assert found.objective == pytest.approx(6.0)
    assert found.stats.unmet == pytest.approx(6.0)


@pytest.mark.parametrize("changes", [{}, {"spacing_km": 9.0}, {"max_haul_km": 40.0}, {"lines_per_site": 2}])
def test_the_proposal_survives_the_solvers_independent_evaluation(make, changes):
    case = random_case(make, 3, **changes)
    found = solve_case(case, EFFORT)
    record = json.loads(json.dumps(proposal_record(found, case), allow_nan=False))
    lines = case.lines_of({site["id"]: site["lines"] for site in record["sites"]})
    sources = {key: k for k, key in enumerate(case.source_ids)}
    wanted = {key: k for k, key in enumerate(case.demand.index)}
    flows = solver.Flows(
        np.array([sources[f["site"]] for f in record["flows"]]),
        np.array([wanted[f["demand"]] for f in record["flows"]]),
        np.array([f["amount"] for f in record["flows"]]),
    )
    judged = solver.evaluate(case.problem, lines, flows)
    assert judged.feasible()
    assert judged.cost == pytest.approx(record["objective"])
    assert record["bound"] <= record["objective"] + 1e-6


IN_ZONE, IN_ZONE_FAR = (116.40, 39.95), (116.46, 39.90)  # both inside the Fourth Ring


def zone_case(make, **changes):
    """A line in the centre, zone demand near it and far from it; and a line at demand that lies outside the zones."""
    demand = points(IN_ZONE, IN_ZONE_FAR, FAR_WEST, weight=[10.0, 30.0, 5.0])
    case = make(points((116.38, 39.96), FAR_WEST), demand, lines=2, line_capacity_wan_t=100.0, **changes)
    assert case.demand["in_ban_zone"].tolist() == [True, True, False]
    return case


def test_the_share_within_is_zone_demand_served_over_a_haul_of_at_most_the_radius(make):
    found = solve_case(zone_case(make, radius_km=5.0), EFFORT)
    assert found.stats.ban_zone_demand == pytest.approx(40)
    assert found.stats.share_within == pytest.approx(10 / 40)


def test_a_haul_as_long_as_the_radius_is_within_it(make):
    case = zone_case(make)
    longest = float(case.haul_km[1, 0])
    assert solve_case(zone_case(make, radius_km=longest), EFFORT).stats.share_within == pytest.approx(1.0)
    assert solve_case(zone_case(make, radius_km=longest - 1e-6), EFFORT).stats.share_within == pytest.approx(10 / 40)


def test_zone_demand_that_nobody_serves_is_not_within(make):
    found = solve_case(zone_case(make, radius_km=50.0, max_haul_km=5.0), EFFORT)
    assert found.stats.share_within == pytest.approx(10 / 40)


@pytest.fixture
def wet(layers, book):
    """A case in which a concrete station lies near the demand and the only new line far away."""

    def build(weight=1.0, **changes):
        stations = point_frame([{"id": "w", "lon": 116.80, "lat": 40.15, "capacity": 100.0}])
        inputs = SitingInputs(points(NORTH_EAST, weight=[weight]), no_points(), points(SOUTH_WEST), stations)
        bare = {"lines": 1, "grid_km": None, "apply_rules": False, "detour": 1.0, "wet_mortar": True}
        wishes = {**bare, "wet_extra_km": 10.0, "wet_radius_km": 25.0, **changes}
        return build_case(inputs, default_settings(book, **wishes), layers, book, on=IN_FORCE)

    return build


def test_wet_mortar_costs_its_haul_and_its_extra_but_hauls_only_its_haul(wet):
    case = wet()
    km = case.candidates.geometry.iloc[0].distance(case.demand.geometry.iloc[0]) / 1000
    near = case.optional.geometry["w"].distance(case.demand.geometry["a"]) / 1000
    found = solve_case(case, EFFORT)
    assert near < 5 < km
    assert found.stats.from_wet == pytest.approx(1.0)
    assert found.objective == pytest.approx(near + 10)
    assert found.stats.haul == pytest.approx(near)


def test_the_extra_of_wet_mortar_takes_nothing_from_the_radius(wet):
    found = solve_case(wet(objective="coverage", radius_km=8.0), EFFORT)
    assert found.objective == pytest.approx(0.0)
    assert found.stats.from_wet == pytest.approx(1.0)


def test_wet_mortar_serves_its_share_of_a_stations_capacity(wet):
    found = solve_case(wet(weight=10.0), EFFORT)
    assert found.stats.from_wet == pytest.approx(100 * 0.02 * 1.7)


@pytest.mark.parametrize("objective", ["haul", "coverage"])
def test_beyond_its_own_radius_wet_mortar_neither_serves_nor_covers(wet, objective):
    found = solve_case(wet(objective=objective, radius_km=8.0, wet_radius_km=3.0), EFFORT)
    assert found.stats.from_wet == 0


# --- from an older plan ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("wish", [{}, {"spacing_km": 5.0}, {"forbidden": ("p0", "p1")}, {"lines_per_site": 2}], ids=str)
def test_a_search_from_an_older_plan_ends_at_the_same_cost(make, seed, wish):
    older = solve_case(random_case(make, seed), EFFORT)
    case = random_case(make, seed, **wish)
    warm, cold = solve_case(case, EFFORT, start=older.plan), solve_case(case, EFFORT)
    assert warm.objective == pytest.approx(cold.objective, rel=1e-6)
    assert warm.bound <= cold.objective * (1 + 1e-9)
    assert plan_problems(case, warm) == []


def test_an_older_plan_that_still_holds_is_at_hand_before_anything_is_proven(make):
    case = random_case(make, 0)
    older = solve_case(case, EFFORT)
    seen = []
    solve_case(case, EFFORT, start=older.plan, watcher=lambda now: seen.append(now) or True)
    unproven = [now.objective for now in seen if now.bound <= 0 or not math.isfinite(now.bound)]
    assert min(unproven) == pytest.approx(older.objective, rel=1e-9)


def test_sites_that_are_no_candidates_any_more_are_passed_over(make):
    case = random_case(make, 1)
    found = solve_case(case, EFFORT, start={"gone": 3, "p0": 1})
    assert found.objective == pytest.approx(solve_case(case, EFFORT).objective, rel=1e-6)
