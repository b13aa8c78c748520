"""New mortar lines by named cases: candidates, rules, feasibility in numbers, hauls, reasons."""

import json
import math
from itertools import pairwise

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
from helpers import IN_FORCE

from mixplan.base.errors import SitingError
from mixplan.base.progress import Progress
from mixplan.city import distances, districts, rings
from mixplan.city.crs import METRIC_CRS, degrees
from mixplan.city.haul import network_haul, straight_haul
from mixplan.city.networks import read_network
from mixplan.coverage.supply import concrete_stations, existing_supply
from mixplan.registers.points import load_demand, point_frame
from mixplan.siting import solver
from mixplan.siting.candidates import candidate_grid, candidate_table
from mixplan.siting.case import build_case, check_case
from mixplan.siting.inputs import SitingInputs, no_points
from mixplan.siting.proposal import evaluate_plan, solve_case
from mixplan.siting.reasons import alternative, changes, with_bound
from mixplan.siting.robustness import Disturbance, stability
from mixplan.siting.settings import Effort, default_settings
from mixplan.siting.suitability import suitability
from mixplan.siting.tables import proposal_record
from mixplan.siting.words import fact_sentence, gap_sentence, plan_problems

EFFORT = Effort(0.0, 20, 0)
# Places around the city by name; all lie in Beijing.
NORTH_EAST, NORTH_EAST_2, SOUTH_WEST = (116.75, 40.15), (116.80, 40.18), (116.05, 39.72)
FAR_WEST, INSIDE_RING = (115.90, 40.05), (116.40, 39.95)


def points(*places, **columns):
    """Points a, b, c … at (lon, lat), with columns."""
    rows = [
        {"id": "abcdefghij"[n], "lon": place[0], "lat": place[1], **{k: v[n] for k, v in columns.items()}}
        for n, place in enumerate(places)
    ]
    return point_frame(rows) if rows else no_points()


@pytest.fixture
def make(layers, book):
    """Case from own candidates and demand, with the rules off and the bare problem unless asked otherwise."""

    def build(own, demand, existing=None, **changes):
        bare = {"apply_rules": False, "grid_km": None, "spacing_km": 0.0, "detour": 1.0, "lines": 1, **changes}
        inputs = SitingInputs(demand, no_points() if existing is None else existing, own)
        return build_case(inputs, default_settings(book, **bare), layers, book, on=IN_FORCE)

    return build


def words(case):
    return " ".join(fact_sentence(fact, case) for fact in check_case(case))


# --- candidates ------------------------------------------------------------------------------------------------------


def table(layers, book, own=None, **changes):
    inputs = SitingInputs(load_demand(), no_points(), no_points() if own is None else own)
    return candidate_table(inputs, default_settings(book, **changes), layers, book, on=IN_FORCE)


def test_no_candidate_lies_inside_the_fifth_ring_nor_outside_the_sectors(layers, book):
    allowed = table(layers, book).query("excluded_by == ''")
    ring = distances.signed_distance(allowed.geometry, rings.ring_area(layers.rings, 5))
    assert len(allowed) > 100
    assert (ring > 0).all()
    assert allowed["sector"].notna().all()


def test_no_candidate_lies_within_the_margin_of_a_sensitive_area(layers, book):
    everything = table(layers, book, margin_m=1000.0)
    allowed = everything[everything["excluded_by"] == ""]
    assert allowed["sensitive_m"].min() > 1000
    assert (everything["excluded_by"] == "near_sensitive_area").any()


def test_areas_of_approximate_extent_exclude_or_leave_a_note(layers, book):
    strict, noted = table(layers, book), table(layers, book, keep_off_approximate=False)
    more = noted.index[(noted["excluded_by"] == "") & (strict["excluded_by"] != "")]
    assert len(more)
    assert noted.loc[more, "approximate"].all()
    assert not strict["approximate"].any()


def test_an_own_point_inside_the_ring_is_kept_with_the_rule_that_excludes_it(layers, book):
    found = table(layers, book, points(INSIDE_RING, NORTH_EAST), grid_km=None)
    assert found["excluded_by"].tolist() == ["new_mortar_outside_fifth_ring", ""]


def test_without_rules_everything_may_stand(layers, book):
    found = table(layers, book, points(INSIDE_RING), grid_km=None, apply_rules=False)
    assert found["excluded_by"].tolist() == [""]


def test_the_grid_is_regular_and_its_ids_do_not_depend_on_the_rules(layers):
    grid = candidate_grid(layers, spacing_km=10)
    assert grid.index.is_unique
    gap = grid.distance(grid.geometry.iloc[0])
    assert gap[gap > 0].min() == pytest.approx(10_000, abs=1)
    lon, lat = degrees(grid.geometry)
    assert np.abs(lon - grid["lon"]).max() < 1e-8
    assert np.abs(lat - grid["lat"]).max() < 1e-8


def test_no_candidate_lies_in_a_lake_or_reservoir(layers):
    lakes = layers.water[layers.water["kind"] == "lake"]
    near = candidate_grid(layers, spacing_km=2).sjoin(lakes[["geometry"]], predicate="intersects")
    assert near.empty


def test_all_candidates_excluded_says_how_many_and_why(layers, book):
    inputs = SitingInputs(load_demand(), no_points(), points(INSIDE_RING))
    with pytest.raises(SitingError, match="1 个候选点全部被规则排除：new_mortar_outside_fifth_ring 1"):
        build_case(inputs, default_settings(book, grid_km=None), layers, book, on=IN_FORCE)


# --- the model by cases ----------------------------------------------------------------------------------------------


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


def test_a_forced_site_that_the_rules_exclude_is_refused_with_the_rule(make):
    with pytest.raises(SitingError, match="new_mortar_outside_fifth_ring"):
        make(points(INSIDE_RING, NORTH_EAST), points(NORTH_EAST, weight=[1.0]), apply_rules=True, forced=(("a", 1),))


def test_beyond_the_longest_haul_demand_stays_unmet_and_is_named(make):
    case = make(points(NORTH_EAST), points(NORTH_EAST_2, SOUTH_WEST, weight=[5.0, 7.0]), max_haul_km=30.0)
    assert "需求点 b（7 万t/年）没有任何供应点够得到" in words(case)
    found = solve_case(case, EFFORT)
    assert found.unmet.to_dict() == pytest.approx({"b": 7.0})
    assert found.flows["haul_km"].max() <= 30


def test_two_lines_may_share_a_site_where_that_is_allowed(make):
    own, demand = points(NORTH_EAST, SOUTH_WEST), points(NORTH_EAST, weight=[80.0])
    assert solve_case(make(own, demand, lines=2, lines_per_site=2), EFFORT).plan == {"a": 2}


def test_standing_plants_serve_first_where_they_are_nearer(make):
    demand = points(NORTH_EAST, weight=[10.0])
    case = make(points(SOUTH_WEST), demand, points(NORTH_EAST, capacity=[4.0]))
    found = solve_case(case, EFFORT)
    assert (found.stats.from_existing, found.stats.from_new) == pytest.approx((4, 6))


def test_imports_and_wet_mortar_serve_within_their_share(layers, book, plants):
    stations = concrete_stations(plants).head(5)
    inputs = SitingInputs(points(NORTH_EAST, weight=[100.0]), no_points(), points(NORTH_EAST), stations)
    settings = default_settings(book, lines=1, grid_km=None, imports=True, import_share_pct=10.0, wet_mortar=True)
    found = solve_case(build_case(inputs, settings, layers, book, on=IN_FORCE), EFFORT)
    assert found.stats.from_new == pytest.approx(40)
    assert found.stats.from_import == pytest.approx(10)
    assert found.stats.from_wet <= (stations["capacity"] * 0.02 * 1.7).sum() + 1e-6
    assert found.stats.served + found.stats.unmet == pytest.approx(100)


def test_the_coverage_objective_counts_what_lies_beyond_the_radius(make):
    demand = points(NORTH_EAST_2, SOUTH_WEST, FAR_WEST, weight=[9.0, 5.0, 1.0])
    case = make(points(NORTH_EAST, SOUTH_WEST), demand, objective="coverage", radius_km=20.0)
    found = solve_case(case, EFFORT)
    assert found.plan == {"a": 1}
    assert found.objective == pytest.approx(6.0)
    assert found.stats.unmet == pytest.approx(6.0)


# --- infeasible and degenerate wishes --------------------------------------------------------------------------------


def test_capacity_just_short_says_both_numbers_and_still_answers(make):
    case = make(points(NORTH_EAST), points(NORTH_EAST, weight=[40.5]))
    assert words(case) == "需求 40.5 万t/年超过产能 40 万t/年，将缺 0.5 万t/年。"
    found = solve_case(case, EFFORT)
    assert found.stats.unmet == pytest.approx(0.5)
    assert found.plan == {"a": 1}


def test_the_plan_as_it_stands_is_ten_short(layers, book, plants):
    inputs = SitingInputs(load_demand(), existing_supply(plants, layers), no_points())
    case = build_case(inputs, default_settings(book), layers, book, on=IN_FORCE)
    assert words(case) == "需求 635 万t/年超过产能 625 万t/年，将缺 10 万t/年。"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"lines": 3}, "要求 3 条线，候选点只容得下 2 条。"),
        ({"lines": 2, "spacing_km": 100.0}, "要求 2 条线，按最小间距最多只能放 1 条。"),
        ({"lines": 1, "forced": (("a", 1), ("b", 1))}, "已锁定 2 条线，但总数只要求 1 条。"),
        ({"lines": 2, "quotas": (("SW", 2, None),)}, "西南部至少要 2 条线，但那里的候选点只容得下 1 条。"),
        ({"lines": 1, "quotas": (("NE", 1, 1), ("SW", 1, 1))}, "各方位合计至少要 2 条线，但总数只有 1 条。"),
    ],
)
def test_an_impossible_wish_says_what_is_short_with_numbers(make, changes, sentence):
    case = make(points(NORTH_EAST, SOUTH_WEST), points(NORTH_EAST, weight=[10.0]), apply_rules=True, **changes)
    assert sentence in words(case)
    found = solve_case(case, EFFORT)
    assert found.status == "infeasible"
    assert "没有方案能满足全部要求" in gap_sentence(found)
    json.dumps(proposal_record(found, case), allow_nan=False)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"detour": 0.9}, "“绕行系数”的值 0.9 不可用：应为不小于 1 的数"),
        ({"lines": -1}, "“生产线数量”的值 -1 不可用"),
        ({"quotas": (("north", 1, 1),)}, "方位“north”不存在，应为 NE、SW、periphery 之一"),
        ({"quotas": (("NE", 3, 1),)}, "NE 的条数 3–1"),
        ({"forced": (("a", 1),), "forbidden": ("a",)}, "既要求设线又禁止设线"),
        ({"forced": (("zz", 1),)}, "没有编号为“zz”的候选点"),
        ({"spacing_km": math.nan}, "最小间距"),
        ({"forced": (("a", -1),)}, "“站点 a 锁定的条数”的值 -1 不可用：应为不小于 1 的数"),
        ({"quotas": (("NE", 1, 1), ("NE", 0, None))}, "方位 NE 的条数给出了不止一次"),
    ],
)
def test_a_senseless_setting_is_refused_by_name(make, change, sentence):
    with pytest.raises(SitingError, match=sentence):
        make(points(NORTH_EAST), points(NORTH_EAST, weight=[1.0]), **change)


def test_zero_demand_costs_nothing(make):
    case = make(points(NORTH_EAST, SOUTH_WEST), points(NORTH_EAST, weight=[0.0]))
    found = solve_case(case, EFFORT)
    assert (found.objective, found.stats.served, found.gap) == (0, 0, 0)
    assert math.isnan(found.stats.share_within)
    json.dumps(proposal_record(found, case), allow_nan=False)


def test_one_candidate_and_one_line_leave_no_choice(make):
    found = solve_case(make(points(SOUTH_WEST), points(NORTH_EAST, weight=[3.0])), EFFORT)
    assert found.plan == {"a": 1}
    assert found.status == "optimal"


def test_duplicate_points_are_two_candidates_that_spacing_keeps_apart(make):
    own, demand = points(NORTH_EAST, NORTH_EAST, SOUTH_WEST), points(NORTH_EAST, weight=[80.0])
    assert set(solve_case(make(own, demand, lines=2), EFFORT).plan) == {"a", "b"}
    assert "c" in solve_case(make(own, demand, lines=2, spacing_km=1.0), EFFORT).plan


def test_a_shortage_is_told_with_as_many_digits_as_it_needs(make):
    own = points(NORTH_EAST, SOUTH_WEST)
    assert "需求 1,200.04 万t/年超过产能 1,200 万t/年，将缺 0.04 万t/年。" in words(
        make(own, points(NORTH_EAST, weight=[1200.04]), lines=2, line_capacity_wan_t=600.0)
    )
    big = make(own, points(NORTH_EAST, weight=[123456.7]), lines=2)
    assert "需求 123,456.7 万t/年超过产能 80 万t/年，将缺 123,376.7 万t/年。" in words(big)


def test_an_id_stands_for_one_place_only(make, layers, book):
    demand = points(NORTH_EAST, weight=[1.0])
    twice = points(NORTH_EAST, SOUTH_WEST).rename({"b": "a"})
    with pytest.raises(SitingError, match="候选点编号 a 出现不止一次"):
        make(twice, demand)
    grid = candidate_grid(layers, spacing_km=5).iloc[:2]
    same = grid.assign(capacity=60.0, name="own")
    joined = table(layers, book, own=same, apply_rules=False)
    assert not joined.index.has_duplicates
    assert joined.loc[same.index, "capacity"].tolist() == [60.0, 60.0]
    elsewhere = points(NORTH_EAST).rename({"a": grid.index[0]})
    with pytest.raises(SitingError, match=f"候选点 {grid.index[0]} 与网格点编号相同、位置不同"):
        table(layers, book, own=elsewhere, apply_rules=False)


# --- a planner's own plan --------------------------------------------------------------------------------------------


def test_an_own_plan_is_priced_and_its_gap_told_from_a_proven_bound(make):
    case = make(points(NORTH_EAST, SOUTH_WEST), points(NORTH_EAST_2, weight=[10.0]))
    best = solve_case(case, EFFORT)
    own = with_bound(evaluate_plan(case, {"b": 1}), best.bound)
    assert own.objective > best.objective
    assert own.gap == pytest.approx((own.objective - best.bound) / own.objective)
    assert "相差不超过" in gap_sentence(own)
    assert "请求解一次" in gap_sentence(evaluate_plan(case, {"b": 1}))


def test_an_own_plan_names_every_wish_it_breaks(make):
    case = make(points(NORTH_EAST, NORTH_EAST_2), points(NORTH_EAST, weight=[10.0]), lines=1, spacing_km=8.0)
    found = plan_problems(case, evaluate_plan(case, {"a": 1, "b": 1}))
    assert found[0] == "共 2 条线，要求 1 条。"
    assert "小于最小间距 8 km" in found[1]


def test_a_new_point_can_be_one_more_line_or_replace_the_nearest(make):
    own, demand = points(NORTH_EAST, SOUTH_WEST, NORTH_EAST_2), points(NORTH_EAST, weight=[10.0])
    case = make(own, demand, lines=2)
    plan = evaluate_plan(case, {"a": 1, "b": 1})
    more, moved = changes(plan, "c", geometry=case.candidates.geometry["c"])
    assert more.plan == {"a": 1, "b": 1, "c": 1}
    assert (moved.plan, moved.replaces) == ({"b": 1, "c": 1}, "a")


# --- the solver's evaluation, reasons --------------------------------------------------------------------------------


def random_case(make, seed, **changes):
    rng = np.random.default_rng(seed)
    places = rng.uniform([116.0, 39.5], [116.9, 40.4], (32, 2))
    rows = [{"id": f"p{n}", "lon": x, "lat": y, "weight": 2.0, "capacity": 9.0} for n, (x, y) in enumerate(places)]
    frame = point_frame(rows)
    return make(frame.iloc[:12], frame.iloc[12:], lines=5, line_capacity_wan_t=9.0, **changes)


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


@pytest.mark.parametrize("seed", range(3))
def test_the_next_best_alternative_is_the_best_of_all(make, seed):
    case = random_case(make, seed)
    found = solve_case(case, EFFORT)
    site = found.sites.index[0]
    told = alternative(case, found, site)
    costs = {}
    for other in case.candidates.index.difference(found.sites.index):
        plan = {key: lines for key, lines in found.plan.items() if key != site} | {other: 1}
        costs[other] = evaluate_plan(case, plan).objective - found.objective
    assert told.extra_cost == pytest.approx(min(costs.values()))
    assert costs[told.other] == pytest.approx(told.extra_cost)
    assert told.extra_cost >= -1e-6


def test_a_site_without_alternative_says_so(make):
    case = make(points(NORTH_EAST), points(NORTH_EAST, weight=[1.0]))
    told = alternative(case, solve_case(case, EFFORT), "a")
    assert told.other is None
    assert math.isnan(told.extra_cost)


def test_stability_repeats_for_a_seed_and_counts_between_nought_and_one(make, book):
    case = random_case(make, 1)
    found = solve_case(case, EFFORT)
    options = {"near_km": 3.0, "disturbance": Disturbance.from_rules(book), "effort": Effort(0.01, 5, 5)}
    seen = set()

    def watch(now: Progress) -> bool:
        seen.add((now.done, now.of))
        return True

    first = stability(case, found, runs=4, watcher=watch, **options)
    again = stability(case, found, runs=4, **options)
    assert first.shares.equals(again.shares)
    assert seen == {(0, 4), (1, 4), (2, 4), (3, 4)}
    assert first.shares.to_numpy().min() >= 0
    assert (first.shares["near"] >= first.shares["same"]).all()
    assert stability(case, found, runs=4, watcher=lambda _now: False, **options).runs == 0


def test_a_stability_check_without_a_run_tells_no_shares(make, book):
    case = make(points(NORTH_EAST, SOUTH_WEST), points(NORTH_EAST_2, weight=[10.0]))
    found = stability(
        case,
        solve_case(case, EFFORT),
        runs=5,
        near_km=3.0,
        disturbance=Disturbance.from_rules(book),
        effort=Effort(0.0, 5, 1),
        watcher=lambda _now: False,
    )
    assert (found.runs, found.wanted) == (0, 5)
    assert found.shares.isna().all().all()


def test_without_disturbance_every_run_chooses_the_same(make):
    case = random_case(make, 1)
    found = solve_case(case, EFFORT)
    calm = stability(case, found, runs=2, near_km=3.0, disturbance=Disturbance(0, 0, 0), effort=Effort(0.0, 10, 0))
    assert (calm.shares["same"] == 1).all()


def test_suitability_follows_its_weights_and_is_no_score_without_any(make):
    case = make(points(NORTH_EAST, SOUTH_WEST), points(NORTH_EAST, weight=[50.0]))
    by_demand = suitability(case, {"demand": 1.0})["score"]
    assert by_demand.to_dict() == {"a": 1.0, "b": 0.0}
    assert (suitability(case, {})["score"] == 0).all()


# --- haul over a network ---------------------------------------------------------------------------------------------


def series(*places):
    return gpd.GeoSeries(gpd.points_from_xy(*zip(*places, strict=True)), crs=METRIC_CRS)


def square():
    graph = nx.Graph()
    corners = [(0.0, 0.0), (10_000.0, 0.0), (10_000.0, 10_000.0)]
    for a, b in pairwise(corners):
        graph.add_edge(a, b, length=10_000.0)
    return graph


def test_haul_follows_the_roads_and_joins_them_in_the_middle_of_a_line():
    places, sources = series((10_000, 10_000), (4_000, 0)), series((0, 0), (2_000, 300))
    found = network_haul(places, sources, square(), detour=1.5, access_m=1_000)
    assert found.km == pytest.approx(np.array([[20.0, 18.45], [4.0, 2.45]]), abs=1e-6)
    assert found.source_access_m == pytest.approx([0, 300])


def test_a_point_too_far_from_the_roads_has_no_way():
    found = network_haul(series((0, 0), (5_000, 3_000)), series((0, 0)), square(), detour=1.0, access_m=1_000)
    assert np.isfinite(found.km[:, 0]).tolist() == [True, False]
    assert found.place_access_m[1] == pytest.approx(3_000)


def test_pieces_of_road_that_do_not_meet_are_not_joined():
    graph = square()
    graph.add_edge((50_000.0, 0.0), (60_000.0, 0.0), length=10_000.0)
    found = network_haul(series((55_000, 0)), series((0, 0)), graph, detour=1.0, access_m=1_000)
    assert np.isinf(found.km).all()


def test_network_haul_is_the_same_whichever_side_is_larger():
    rng = np.random.default_rng(0)
    few, many = series(*rng.uniform(0, 10_000, (3, 2))), series(*rng.uniform(0, 10_000, (30, 2)))
    there = network_haul(few, many, square(), detour=1.2, access_m=20_000).km
    back = network_haul(many, few, square(), detour=1.2, access_m=20_000).km
    assert there == pytest.approx(back.T)


def test_straight_haul_is_in_kilometres():
    assert straight_haul(series((0, 0)), series((3_000, 4_000)), detour=1.3).km[0, 0] == pytest.approx(6.5)


def test_a_case_over_a_planners_network_reports_what_it_cannot_reach(layers, book):
    lines = {"type": "LineString", "coordinates": [[116.75, 40.15], [116.80, 40.18]]}
    collection = {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": lines}]}
    network = read_network(json.dumps(collection).encode(), "roads.geojson")
    demand = points(NORTH_EAST_2, SOUTH_WEST, weight=[5.0, 5.0])
    inputs = SitingInputs(demand, no_points(), points(NORTH_EAST), None, network)
    settings = default_settings(book, lines=1, grid_km=None, apply_rules=False)
    case = build_case(inputs, settings, layers, book, on=IN_FORCE)
    assert case.cut_off == ("b",)
    assert solve_case(case, EFFORT).stats.unmet == pytest.approx(5)


# --- tables ----------------------------------------------------------------------------------------------------------


def test_a_plant_known_only_by_district_counts_there_and_is_marked(layers, plants):
    supply = existing_supply(plants, layers)
    assert supply["capacity"].sum() == pytest.approx(185)
    assert supply.index[supply["assumed_place"]].tolist() == ["mortar-s01"]
    district = districts.district_of(supply.geometry, layers.districts)["mortar-s01"]
    assert layers.districts.set_index("id")["name"][district] == "房山区"


def test_an_empty_register_leaves_no_standing_supply(layers, empty_register):
    assert existing_supply(empty_register, layers).empty


def test_the_input_hash_follows_the_inputs(make):
    own, demand = points(NORTH_EAST), points(NORTH_EAST, weight=[1.0])
    first, same, other = make(own, demand), make(own, demand), make(own, demand, detour=1.1)
    assert first.input_hash == same.input_hash != other.input_hash
