"""Consolidation: named cases, constraints recomputed from the result, optimality against brute force."""

import itertools
import json
import math
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
from scipy.optimize import linprog

from mixplan.base.errors import DataError, InfeasibleError
from mixplan.base.progress import Watch
from mixplan.city.layers import Layers
from mixplan.cli.entry import main
from mixplan.cli.stop import stoppable
from mixplan.consolidation import (
    backtest,
    document,
    joint,
    obstacles,
    program,
    search,
    tables,
    takeover,
    tradeoff,
    words,
)
from mixplan.consolidation import case as consolidation_case
from mixplan.consolidation import plan as consolidation_plan
from mixplan.consolidation import settings as consolidation_settings
from mixplan.consolidation.model import Limit, Lock, Problem
from mixplan.plan.rules import RuleBook
from mixplan.registers.decisions import read_locks
from mixplan.registers.plants import load_plants, read_register
from mixplan.registers.points import complete_points, load_demand, read_points
from mixplan.registers.station_reports import load_station_reports
from mixplan.screening.judge import screen
from mixplan.siting import candidates
from mixplan.siting import settings as siting_settings

# Two places west and east of the city, about 26 km apart by straight line, and one in the mountains.
EAST, WEST, FAR = (116.70, 39.90), (116.40, 39.93), (116.00, 40.45)


def register(*rows: dict[str, Any]) -> gpd.GeoDataFrame:
    plain = {"kind": "concrete", "location_error_m": 10, "licensed": "yes", "mixer_m3": 3}
    table = pd.DataFrame(
        [{"id": f"s{n}", "name": f"站 {n}", "company": f"企业 {n}", **plain, **row} for n, row in enumerate(rows)]
    )
    read = read_register(table.to_csv(index=False).encode(), "register.csv")
    assert not read.errors, read.errors
    return read.plants


def points(*rows: tuple[float, float, float]) -> gpd.GeoDataFrame:
    text = "id,name,lon,lat,weight\n" + "".join(f"d{n},镇 {n},{x},{y},{w}\n" for n, (x, y, w) in enumerate(rows))
    return complete_points(read_points(text.encode(), "demand.csv", column="weight"))


def at(place: tuple[float, float], capacity: float | str, **more: Any) -> dict[str, Any]:
    return {"lon": place[0], "lat": place[1], "capacity": capacity, **more}


Make = Callable[..., consolidation_case.Case]


@pytest.fixture
def make(layers: Layers, book: RuleBook) -> Make:
    def build(
        plants: gpd.GeoDataFrame, demand: gpd.GeoDataFrame, *, phased: bool = False, **changes: Any
    ) -> consolidation_case.Case:
        changes.setdefault("demand_wan_m3", float(demand["weight"].sum()))
        settings = consolidation_settings.default_settings(
            book, phased=phased, **{"gap": 1e-6, "time_limit_s": 60.0, **changes}
        )
        findings = screen(plants, layers, book, on=book.period_end)
        return consolidation_case.build_case(plants, findings, layers, book, demand, settings)

    return build


def reasons(plan: consolidation_plan.Plan, layers: Layers, book: RuleBook, plants: gpd.GeoDataFrame) -> pd.Series:
    findings = screen(plants, layers, book, on=book.period_end)
    return words.reasons(plan, findings, {rule.id: rule.title for rule in book.rules})


# --- named cases ------------------------------------------------------------------------------------------------------


def test_of_two_like_stations_the_flagged_one_closes(make: Make) -> None:
    # Inside the Fifth Ring and outside it, demand half-way: only one may stay.
    plants = register(at(WEST, 80), at(EAST, 80))
    case = make(plants, points((116.55, 39.915, 50)), cap_wan_m3=100, radius_km=60)
    assert list(case.stations["flagged"]) == [True, False]
    plan = consolidation_plan.solve(case)
    assert list(plan.actions["action"].isin(["retain", "upgrade"])) == [False, True]
    assert plan.status == "optimal"


def test_the_totals_say_how_many_of_the_standing_sites_are_modelled(make: Make) -> None:
    plants = register(at(WEST, 80, evidence="modelled"), at(EAST, 80), at(FAR, 80, evidence="modelled"))
    plan = consolidation_plan.solve(make(plants, points((116.55, 39.915, 50)), cap_wan_m3=100, radius_km=200))
    stand = plan.actions.index[plan.actions["action"].isin(["retain", "upgrade"])]
    assert 0 < len(stand) < 3
    assert list(plan.totals["modelled"]) == [2, len(stand.intersection(["s0", "s2"]))]


def test_a_flagged_station_that_alone_serves_a_town_stays_and_the_reason_says_so(
    make: Make, layers: Layers, book: RuleBook
) -> None:
    plants = register(at(WEST, 80), at(FAR, 80))
    case = make(plants, points((*WEST, 40), (*FAR, 40)), cap_wan_m3=200, radius_km=15, outside_pct=0, severity_cost=600)
    plan = consolidation_plan.solve(case)
    assert plan.actions.loc["s0", "action"] == "retain"
    assert "只有它能供应镇 0" in reasons(plan, layers, book, plants)["s0"]


def test_an_impossible_cap_says_which_limit_and_by_how_much(make: Make) -> None:
    case = make(register(at(WEST, 80), at(EAST, 80)), points((*WEST, 90)), cap_wan_m3=80, utilisation_pct=90)
    (obstacle,) = obstacles.obstacles(case)
    assert (obstacle.limit, obstacle.needed, obstacle.available) == ("capacity", pytest.approx(100), 80)
    with pytest.raises(InfeasibleError, match=r"至少要有产能 100 万m³.*只有 80 万m³，差 20 万m³"):
        consolidation_plan.solve(case)


def test_demand_that_no_station_reaches_is_said_with_both_numbers(make: Make) -> None:
    case = make(register(at(WEST, 80)), points((*WEST, 40), (*FAR, 10)), radius_km=15, outside_pct=3)
    with pytest.raises(InfeasibleError, match=r"10\.0 万m³（20\.0%）.*1\.5 万m³（3\.0%）"):
        consolidation_plan.solve(case)


def test_limits_that_only_together_are_impossible_are_named(make: Make) -> None:
    # Each town needs its own station, but the cap leaves room for one: no single check can see it.
    plants = register(at(EAST, 80), at(FAR, 80))
    case = make(plants, points((*EAST, 30), (*FAR, 30)), cap_wan_m3=100, radius_km=15, outside_pct=0, add_most=0)
    assert not obstacles.obstacles(case)
    with pytest.raises(InfeasibleError, match="不能同时满足"):
        consolidation_plan.solve(case)


@pytest.mark.parametrize(("decision", "stays"), [("keep", True), ("close", False)])
def test_a_locked_decision_beats_the_model(make: Make, decision: str, stays: bool) -> None:
    plants = register(at(WEST, 80), at(EAST, 80))
    free = consolidation_plan.solve(make(plants, points((116.55, 39.915, 50)), cap_wan_m3=100, radius_km=60))
    assert free.actions.loc["s0", "action"] == "close"
    locked = make(plants, points((116.55, 39.915, 50)), cap_wan_m3=100, radius_km=60, locks=(("s0", decision),))
    plan = consolidation_plan.solve(locked)
    assert (plan.actions.loc["s0", "action"] in ("retain", "upgrade")) is stays
    other = consolidation_plan.solve(replace(locked, problem=replace(locked.problem, lock=np.array([0, 0]))))
    assert plan.solution.objective >= other.solution.objective - 1e-6


def test_locks_that_exceed_the_cap_are_refused_with_both_numbers(make: Make) -> None:
    plants = register(at(WEST, 80), at(EAST, 80))
    locks = (("s0", "keep"), ("s1", "keep"))
    with pytest.raises(InfeasibleError, match="160 万m³，超过上限 100 万m³ 达 60"):
        consolidation_plan.solve(make(plants, points((*WEST, 20)), cap_wan_m3=100, locks=locks))


def test_unknown_capacity_is_not_invented_and_never_a_reason_to_close(
    make: Make, layers: Layers, book: RuleBook
) -> None:
    plants = register(at(WEST, ""), at(EAST, 80), {"capacity": 70})
    case = make(plants, points((*EAST, 40)), cap_wan_m3=150)
    plan = consolidation_plan.solve(case)
    assert list(plan.actions["verify"]) == ["capacity", "", "location"]
    assert math.isnan(plan.actions.loc["s0", "capacity_after"])
    assert list(plan.actions["action"]) == ["retain", "retain", "retain"]
    assert plan.totals["sites"].iloc[-1] == 3
    assert plan.totals["capacity"].iloc[-1] == 150  # the unlocated station's capacity counts against the limit
    assert not set(plan.flows["plant_id"]) & {"s0", "s2"}
    assert "产能未知" in reasons(plan, layers, book, plants)["s0"]


def test_a_borderline_finding_weighs_less(make: Make) -> None:
    sure = make(register(at(WEST, 80)), points((*WEST, 40)))
    doubtful = make(register(at(WEST, 80, location_error_m=20000)), points((*WEST, 40)))
    assert doubtful.stations["points"].iloc[0] == pytest.approx(0.5 * sure.stations["points"].iloc[0])


def test_a_merger_goes_to_the_same_company_and_the_receiver_reaches_the_standard(make: Make) -> None:
    near = (EAST[0] + 0.01, EAST[1])
    plants = register(at(EAST, 30, company="甲"), at(near, 40, company="甲"), at((116.72, 39.92), 50, company="乙"))
    plan = consolidation_plan.solve(
        make(plants, points((*EAST, 60)), cap_wan_m3=120, locks=(("s2", "keep"),), loss_site=500)
    )
    merged = plan.actions[plan.actions["action"] == "merge"]
    assert set(merged["into"]) <= {"s0", "s1"}
    for into in merged["into"]:
        assert plan.actions.loc[into, "action"] == "upgrade"
        assert plan.actions.loc[into, "capacity_after"] >= 60


def test_caps_on_rings_and_districts_hold(make: Make, layers: Layers) -> None:
    plants = register(at(WEST, 60), at((116.41, 39.94), 60), at((116.42, 39.92), 60))
    case = make(plants, points((*WEST, 60)), cap_wan_m3=180, ring_caps=((5, 2),), severity_cost=0)
    assert consolidation_plan.solve(case).totals["inside_fifth"].iloc[-1] == 2
    with pytest.raises(InfeasibleError, match=r"5 环路以内最多 1 个站点.*就有 2 个，多 1 个"):
        consolidation_plan.solve(
            make(plants, points((*WEST, 60)), ring_caps=((5, 1),), locks=(("s0", "keep"), ("s1", "keep")))
        )


def test_nothing_to_decide_is_said(make: Make, empty_register: gpd.GeoDataFrame) -> None:
    with pytest.raises(DataError, match="没有可以优化的搅拌站"):
        make(empty_register, points((*WEST, 10)))
    with pytest.raises(DataError, match="权重合计为 0"):
        make(register(at(WEST, 60)), points((*WEST, 0)), demand_wan_m3=10)


# --- the result, checked from outside ---------------------------------------------------------------------------------


def check_plan(plan: consolidation_plan.Plan) -> None:
    """Recompute every constraint from the plan's tables alone."""
    case, s, actions, flows = plan.case, plan.case.settings, plan.actions, plan.flows
    wanted_last = case.demand["weight"]
    n_years = len(s.years)
    total_first = actions["capacity_before"].fillna(0).sum()
    previous = len(actions)
    for number, year in enumerate(s.years, start=1):
        step = number / n_years
        wanted = s.first_demand_wan_m3 + step * (s.demand_wan_m3 - s.first_demand_wan_m3)
        limit = max(total_first + step * (s.cap_wan_m3 - total_first), s.cap_wan_m3)
        done = actions["year"].notna() & (actions["year"].fillna(0) <= year)
        capacity = actions["capacity_after"].where(done.astype(bool), actions["capacity_before"])
        of_year = flows[flows["year"] == year]
        served = of_year.groupby("demand")["amount"].sum().reindex(wanted_last.index).fillna(0)
        assert np.allclose(served, wanted_last / wanted_last.sum() * wanted, atol=1e-4)
        used = of_year.groupby("plant_id")["amount"].sum()
        assert (used <= s.utilisation_pct / 100 * capacity.reindex(used.index) + 1e-4).all()
        assert capacity.fillna(0).sum() <= limit + 1e-4
        beyond = of_year.loc[of_year["haul_km"] > s.radius_km + 1e-9, "amount"].sum()
        assert beyond <= s.outside_pct / 100 * wanted + 1e-4
        standing = int((~(done.astype(bool) & actions["action"].isin(["close", "merge"]))).sum())
        if s.phased:
            assert previous - standing <= s.closures_per_year
        previous = standing
        row = plan.totals[plan.totals["year"] == year].iloc[0]
        assert row["sites"] == standing
        assert row["capacity"] == pytest.approx(capacity.fillna(0).sum(), abs=1e-3)
        assert row["served"] == pytest.approx(wanted, abs=1e-3)
        assert row["demand"] == pytest.approx(wanted, abs=1e-6)
        mean = (of_year["amount"] * of_year["haul_km"]).sum() / of_year["amount"].sum()
        assert row["mean_haul_km"] == pytest.approx(mean, abs=1e-6)
    upgraded = actions[actions["action"] == "upgrade"]
    assert (upgraded["capacity_after"] >= s.standard_wan_m3 - 1e-6).all()
    merged = actions[actions["action"] == "merge"]
    assert (actions.loc[merged["into"], "action"] == "upgrade").all()
    assert (merged.groupby("into").size() <= s.receive_most).all()
    found = plan.solution
    assert found.bound <= found.objective + 1e-6
    assert sum(found.parts.values()) == pytest.approx(found.objective, rel=1e-6)


def test_a_phased_plan_serves_all_demand_and_falls_along_the_path(make: Make) -> None:
    rng = np.random.default_rng(7)
    rows = [
        at(
            (116.2 + 0.5 * rng.random(), 39.75 + 0.35 * rng.random()),
            float(rng.integers(4, 20) * 5),
            company=f"c{n % 9}",
        )
        for n in range(14)
    ]
    demand = points(
        *[(116.2 + 0.5 * rng.random(), 39.75 + 0.35 * rng.random(), 10 + 20 * rng.random()) for _ in range(10)]
    )
    total = float(demand["weight"].sum())
    case = make(register(*rows), demand, phased=True, cap_wan_m3=1.35 * total, closures_per_year=3, gap=0.01)
    plan = consolidation_plan.solve(case)
    check_plan(plan)
    assert plan.solution.gap <= 0.01
    assert len(set(plan.actions["year"].dropna())) > 1
    assert (np.diff(plan.totals["capacity"].iloc[1:]) <= 1e-6).all()


def test_too_few_closures_a_year_are_refused_with_both_numbers(make: Make) -> None:
    plants = register(*[at((116.55 + 0.01 * n, 39.91), 60) for n in range(10)])
    with pytest.raises(InfeasibleError, match=r"每年最多退出 1 个站点.*压减 60 万m³"):
        consolidation_plan.solve(make(plants, points((*EAST, 100)), phased=True, cap_wan_m3=150, closures_per_year=1))


def test_the_shipped_register_is_solved_to_one_per_cent(make: Make, layers: Layers, book: RuleBook) -> None:
    plants = load_plants()
    case = make(plants, load_demand(), demand_wan_m3=book.figure("concrete_demand_2015"), gap=0.01, time_limit_s=240.0)
    plan = consolidation_plan.solve(case)
    check_plan(plan)
    assert plan.solution.gap <= 0.01
    assert len(plan.actions) == 179
    assert plan.totals["capacity"].tolist()[0] == pytest.approx(10480)
    assert plan.totals["dust_index"].iloc[0] == pytest.approx(100)
    said = reasons(plan, layers, book, plants)
    assert (said.str.len() > 8).all() and said.str.endswith("。").all()
    json.dumps(document.plan_json(plan, said), allow_nan=False)
    districts = backtest.backtest_districts(plan, load_station_reports(), layers.districts)
    assert (districts["before"].sum(), districts["reported"].sum()) == (178, 116)  # one site's district is not known
    city = backtest.backtest_city(plan, load_station_reports())
    assert {137, 116, 107, 91} <= set(city.loc[city["kind"] == "reported", "sites"])
    heirs = takeover.takeover(plan)
    assert set(heirs["plant_id"]) <= set(plan.actions.index[plan.actions["action"].isin(["close", "merge"])])


# --- optimality against brute force -----------------------------------------------------------------------------------


def random_problem(seed: int, years: int = 1) -> Problem:
    rng = np.random.default_rng(seed)
    n, m = (4, 4) if years == 1 else (3, 3)
    capacity = rng.integers(4, 16, n) * 5.0
    haul = rng.uniform(1, 40, (n, m))
    demand = np.outer(np.linspace(0.9, 1.0, years), rng.uniform(5, 15, m) * capacity.sum() / 120)
    loss = rng.uniform(20, 120, n)
    pairs = np.array([(0, 1), (2, 0)])
    return Problem(
        capacity=capacity,
        haul_km=haul,
        demand=demand,
        years=tuple(range(2011, 2011 + years)),
        limit=np.linspace(0.95, 0.8, years) * capacity.sum() if years > 1 else np.array([0.8 * capacity.sum()]),
        utilisation=0.9,
        radius_km=25.0,
        outside_share=0.3,
        keep_cost=rng.uniform(0, 150, n),
        note_cost=rng.uniform(0, 60, n),
        loss=loss,
        standard=60.0,
        add_most=np.maximum(60 - capacity, 0) + 20,
        haul_cost=2.0,
        upgrade_cost=40.0,
        add_cost=3.0,
        move_cost=1.5,
        pairs=pairs,
        pair_saving=0.7 * loss[pairs[:, 0]],
        receive_most=1,
        max_closures=2 if years > 1 else None,
    )


def cheapest(p: Problem, states: tuple[tuple[tuple[str, int], ...], ...]) -> float:
    """Cost of the best continuous choice for given decisions, by scipy, written apart from the model.

    A state per year and station: ("keep", -1), ("up", -1), ("close", -1) or ("merge", target).
    """
    n, m = p.haul_km.shape
    t_count = len(p.years)
    per = n + n * n + n * m  # new, moved[i, j], flow
    cost, bounds, a_ub, b_ub, a_eq, b_eq = np.zeros(per * t_count), [], [], [], [], []
    fixed = 0.0

    def column(t: int, kind: str, i: int, j: int = 0) -> int:
        return t * per + {"new": i, "moved": n + i * n + j, "flow": n + n * n + i * m + j}[kind]

    for t, state in enumerate(states):
        for i, (what, _target) in enumerate(state):
            stands = what in ("keep", "up")
            fixed += p.keep_cost[i] if stands else p.loss[i]
            fixed += p.note_cost[i] if what == "keep" else p.upgrade_cost if what == "up" else 0.0
            if what == "merge":
                fixed -= float(p.pair_saving[[tuple(q) for q in p.pairs.tolist()].index((i, _target))])
        for i in range(n):
            bounds.append((0, None))
            cost[column(t, "new", i)] = p.add_cost
        for i, j in itertools.product(range(n), range(n)):
            bounds.append((0, p.capacity[i] if state[i] == ("merge", j) else 0))
            cost[column(t, "moved", i, j)] = p.move_cost
        for i, j in itertools.product(range(n), range(m)):
            bounds.append((0, None))
            cost[column(t, "flow", i, j)] = p.haul_cost * p.haul_km[i, j]
        limit_row, far_row = np.zeros(per * t_count), np.zeros(per * t_count)
        standing = 0.0
        for i, (what, _target) in enumerate(state):
            gain = np.zeros(per * t_count)
            gain[column(t, "new", i)] = 1
            for k in range(n):
                gain[column(t, "moved", k, i)] = 1
            own = p.capacity[i] if what in ("keep", "up") else 0.0
            standing += own
            limit_row += gain
            most = p.add_most[i] if what == "up" else 0.0
            least = max(p.standard - p.capacity[i], 0.0) if what == "up" else 0.0
            a_ub += [gain, -gain]
            b_ub += [most, -least]
            out = -p.utilisation * gain
            for j in range(m):
                out[column(t, "flow", i, j)] = 1
                if p.haul_km[i, j] > p.radius_km:
                    far_row[column(t, "flow", i, j)] = 1
            a_ub.append(out)
            b_ub.append(p.utilisation * own)
            if t:
                for kind in ("new", "moved"):
                    for k in range(n if kind == "moved" else 1):
                        row = np.zeros(per * t_count)
                        now = column(t, "moved", i, k) if kind == "moved" else column(t, "new", i)
                        row[now - per], row[now] = 1, -1
                        a_ub.append(row)
                        b_ub.append(0.0)
                if states[t - 1][i][0] == "up":  # nothing is added after the year of the upgrade
                    row = gain.copy()
                    row[: per * t] -= gain[per : per * (t + 1)] if t == 1 else 0
                    before = np.zeros(per * t_count)
                    before[: per * (t_count - 1)] = gain[per:]
                    a_ub.append(gain - before)
                    b_ub.append(0.0)
        a_ub += [limit_row, far_row]
        b_ub += [p.limit[t] - standing, p.outside_share * p.demand[t].sum()]
        for j in range(m):
            row = np.zeros(per * t_count)
            for i in range(n):
                row[column(t, "flow", i, j)] = 1
            a_eq.append(row)
            b_eq.append(p.demand[t, j])
    done = linprog(cost, A_ub=np.array(a_ub), b_ub=b_ub, A_eq=np.array(a_eq), b_eq=b_eq, bounds=bounds)
    return fixed + done.fun if done.status == 0 else math.inf


def brute_force(p: Problem) -> float:
    choices = [
        [("keep", -1), ("up", -1), ("close", -1), *[("merge", int(t)) for s, t in p.pairs if s == i]]
        for i in range(p.n)
    ]

    def allowed(state: tuple[tuple[str, int], ...]) -> bool:
        targets = [t for what, t in state if what == "merge"]
        return all(state[t][0] == "up" for t in targets) and len(set(targets)) == len(targets)

    def follows(a: tuple[str, int], b: tuple[str, int]) -> bool:
        return {"keep": True, "up": b == a, "close": b == a, "merge": b == a}[a[0]]

    singles = [state for state in itertools.product(*choices) if allowed(state)]
    best = math.inf
    for chain in itertools.product(singles, repeat=len(p.years)):
        stopped = [sum(what in ("close", "merge") for what, _t in state) for state in chain]
        if any(not follows(a, b) for x, y in itertools.pairwise(chain) for a, b in zip(x, y, strict=True)):
            continue
        if p.max_closures is not None and any(np.diff([0, *stopped]) > p.max_closures):
            continue
        best = min(best, cheapest(p, chain))
    return best


@pytest.mark.parametrize("seed", range(8))
def test_small_cases_are_solved_as_by_brute_force(seed: int) -> None:
    p = random_problem(seed)
    truth, found = brute_force(p), search.solve(p, gap=1e-7, time_limit_s=60)
    if math.isinf(truth):
        assert found.status == "infeasible"
    else:
        assert found.status == "optimal"
        assert found.objective == pytest.approx(truth, rel=1e-6, abs=1e-4)


@pytest.mark.parametrize("seed", [1, 2])
def test_small_phased_cases_are_solved_as_by_brute_force(seed: int) -> None:
    p = random_problem(seed, years=2)
    truth, found = brute_force(p), search.solve(p, gap=1e-7, time_limit_s=60)
    assert math.isfinite(truth)
    assert found.objective == pytest.approx(truth, rel=1e-6, abs=1e-4)


def test_the_bound_counts_stations_that_are_not_written_out() -> None:
    # 60 stations, more than are written out at first for a point: the answer must be that of the whole program.
    rng = np.random.default_rng(3)
    n, m = 60, 5
    capacity = np.full(n, 10.0)
    p = replace(
        random_problem(0),
        capacity=capacity,
        haul_km=rng.uniform(1, 40, (n, m)),
        demand=np.full((1, m), 60.0),
        limit=np.array([500.0]),
        keep_cost=rng.uniform(0, 50, n),
        note_cost=np.zeros(n),
        loss=np.full(n, 30.0),
        add_most=np.zeros(n),
        standard=0.0,
        pairs=np.empty((0, 2), dtype=np.int64),
        pair_saving=np.empty(0),
    )
    found = search.solve(p, gap=1e-5, time_limit_s=60)
    whole = program.Model(p, program.arcs_within(p, np.full(m, n)))
    values, bound, _status, _nodes = search.run_mip(
        whole.program.lp(), Watch(60), gap=1e-6, constant=whole.constant, start=None, until_s=60
    )
    assert values is not None
    assert found.bound <= whole.cost_of(values) * (1 + 1e-6)
    assert found.objective >= bound * (1 - 1e-6)
    assert found.objective == pytest.approx(whole.cost_of(values), rel=2e-4)


def test_a_search_can_be_stopped_and_keeps_its_best(make: Make, book: RuleBook) -> None:
    case = make(load_plants(), load_demand(), demand_wan_m3=book.figure("concrete_demand_2015"), gap=1e-6)
    found = search.solve(case.problem, gap=1e-6, time_limit_s=120, watcher=lambda now: math.isinf(now.objective))
    assert found.status == "interrupted"
    assert found.bound <= found.objective < math.inf


def test_a_cap_on_flagged_stations_holds_and_locks_are_kept() -> None:
    p = random_problem(4)
    members = np.array([True, True, False, False])
    limited = replace(
        p, limit=p.limit * 1.25, limits=(Limit("flagged", members, 1),), lock=np.array([Lock.KEEP, 0, 0, Lock.CLOSE])
    )
    found = search.solve(limited, gap=1e-6, time_limit_s=30)
    if found.status != "infeasible":
        assert found.stands[-1][members].sum() <= 1 and found.stands[-1][0] and not found.stands[-1][3]


# --- deciding otherwise, trade-off, joint run -------------------------------------------------------------------------


def test_deciding_otherwise_costs_what_solving_again_costs(make: Make) -> None:
    plants = register(at(WEST, 80), at(EAST, 80), at((116.60, 39.80), 70))
    case = make(plants, points((116.55, 39.915, 50), (*EAST, 20)), cap_wan_m3=160, radius_km=60)
    plan = consolidation_plan.solve(case)
    for plant in case.ids:
        found = tradeoff.otherwise(plan, plant, gap=1e-6)
        locked = make(
            plants,
            points((116.55, 39.915, 50), (*EAST, 20)),
            cap_wan_m3=160,
            radius_km=60,
            locks=((plant, found.decision),),
        )
        try:
            extra = consolidation_plan.solve(locked).solution.objective - plan.solution.objective
        except InfeasibleError:
            assert math.isinf(found.high)
            continue
        assert found.low - 1e-3 <= extra <= found.high + 1e-3
        assert found.high >= -1e-3
    assert set(tradeoff.otherwise_estimates(plan).index) == set(case.ids)


def test_fewer_flagged_stations_never_mean_a_shorter_haul(make: Make) -> None:
    plants = register(at(WEST, 60), at((116.42, 39.95), 60), at(EAST, 60), at((116.62, 40.02), 60), at(FAR, 60))
    case = make(plants, points((*WEST, 60), (*EAST, 30)), cap_wan_m3=300, radius_km=90, detour=1.0)
    front = tradeoff.pareto(case, steps=3, gap=1e-6)
    assert front and all(point.flagged <= point.most_flagged for point in front)
    flagged, haul = [p.flagged for p in front], [p.mean_haul_km for p in front]
    assert flagged == sorted(set(flagged))
    assert haul == sorted(haul, reverse=True)


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
    assert len(sheets["砂浆线"]) == 2 and len(sheets["砂浆供应"]) == len(made.flows)
    by_point = made.flows.groupby("demand")["amount"].sum().sum() + made.totals["unmet"]
    assert by_point == pytest.approx(110.0, abs=1e-4)
    wet = made.flows[made.flows["kind"] == "wet"].groupby("source")["amount"].sum()
    concrete = made.plan.flows.groupby("plant_id")["amount"].sum()
    for plant, tonnes in wet.items():
        after = made.plan.actions.loc[plant, "capacity_after"]
        assert tonnes / settings.wet_density <= settings.wet_share_pct / 100 * 0.9 * after + 1e-4
        assert tonnes / settings.wet_density + concrete.get(plant, 0.0) <= 0.9 * after + 1e-4
    assert "line" in set(made.flows["kind"])


# --- files and the command line ---------------------------------------------------------------------------------------


def test_lock_files_name_what_is_wrong() -> None:
    assert read_locks("编号,决定\na,保留\nb,退出\nc,\n".encode(), "l.csv").locks == {"a": "keep", "b": "close"}
    with pytest.raises(DataError, match=r"l\.csv 第 2 行，decision 列，值“maybe”"):
        read_locks(b"id,decision\na,maybe\n", "l.csv")
    with pytest.raises(DataError, match=r"缺少必需的列：decision"):
        read_locks(b"id\na\n", "l.csv")


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    plants = tmp_path / "plants.csv"
    plants.write_text(
        "id,name,kind,lon,lat,capacity,location_error_m\n"
        "a,甲站,concrete,116.40,39.93,80,10\nb,乙站,concrete,116.70,39.90,80,10\n",
        encoding="utf-8",
    )
    demand = tmp_path / "demand.csv"
    demand.write_text("id,lon,lat,weight\nd1,116.55,39.915,50\n", encoding="utf-8")
    return str(plants), str(demand)


def test_the_command_line_prints_the_promised_keys(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    plants, demand = files
    code = main(["consolidate", "--plants", plants, "--demand", demand, "--cap", "100", "--radius", "60", "--json"])
    result = json.loads(capsys.readouterr().out)
    assert code == 0
    assert {"status", "objective", "bound", "gap", "actions", "flows", "totals"} <= result.keys()
    assert {"plant_id", "action", "into", "year", "capacity_before", "capacity_after", "reason"} <= result["actions"][
        0
    ].keys()
    assert {"plant_id", "demand", "year", "amount"} <= result["flows"][0].keys()
    assert {"year", "capacity", "sites", "demand", "served", "mean_haul_km"} <= result["totals"][0].keys()
    assert sum(flow["amount"] for flow in result["flows"]) == pytest.approx(50)  # a file alone is 万m³ as it stands
    assert {a["plant_id"]: a["action"] for a in result["actions"]} == {"a": "close", "b": "retain"}


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ("a,116.4,40,1\nb,116.4,40,x\n", "d.csv 第 3 行，weight 列，值“x”：应为数字"),
        ('a,116.4,40,"1,5"\n', "d.csv 第 2 行，weight 列，值“1,5”：应为数字"),  # not 15
        ("a,116.4,40,\n", "d.csv 第 2 行，weight 列，值“”：不能为空"),
        ("a,116.4,40,1\na,116.4,40,2\n", "d.csv 第 3 行，id 列，值“a”：与第 2 行重复"),
    ],
)
def test_a_demand_file_with_a_wrong_row_is_refused(
    rows: str, sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "d.csv"
    path.write_text("id,lon,lat,weight\n" + rows, encoding="utf-8")
    assert main(["consolidate", "--demand", str(path)]) == 1
    assert sentence in capsys.readouterr().err


def test_a_demand_file_may_use_the_headers_that_siting_takes(
    files: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "d.csv"
    path.write_text("编号,经度,纬度,需求量(万m³)\nd1,116.55,39.915,50\n", encoding="gb18030", errors="replace")
    common = ["consolidate", "--plants", files[0], "--demand", str(path), "--cap", "100", "--radius", "60", "--json"]
    assert main(common) == 0
    assert sum(flow["amount"] for flow in json.loads(capsys.readouterr().out)["flows"]) == pytest.approx(50)


def test_the_command_line_says_what_is_infeasible(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    plants, demand = files
    code = main(["consolidate", "--plants", plants, "--demand", demand, "--cap", "40", "--json"])
    printed = capsys.readouterr()
    assert code == 1 and "差" in printed.err
    result = json.loads(printed.out)
    assert result["status"] == "infeasible"
    assert result["limits"][0]["limit"] == "capacity" and result["limits"][0]["short"] == pytest.approx(50 / 0.9 - 40)


def test_locks_phases_and_workbooks_on_the_command_line(
    files: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plants, demand = files
    lock, out = tmp_path / "lock.csv", tmp_path / "plan.xlsx"
    lock.write_text("id,decision\na,keep\n", encoding="utf-8")
    common = [
        "consolidate",
        "--plants",
        plants,
        "--demand",
        demand,
        "--cap",
        "100",
        "--radius",
        "60",
        "--lock",
        str(lock),
    ]
    assert main([*common, "--phases", "--closures", "1", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert [row["year"] for row in result["totals"]] == [2011, 2012, 2013, 2014, 2015]
    assert next(a for a in result["actions"] if a["plant_id"] == "a")["action"] in ("retain", "upgrade")
    assert main([*common, "--xlsx", str(out)]) == 0
    sheets = openpyxl.load_workbook(out).sheetnames
    assert sheets == ["处置", "逐年", "供应", "接替", "回测", "回测（区）", "假设"]
    lock.write_text("id,decision\nzzz,keep\n", encoding="utf-8")
    assert main(common) == 1
    assert "zzz" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--closures", "3"], "--closures 要与 --phases 同用"),
        (["--lines", "3"], "--lines 要与 --joint 同用"),
        (["--quota", "NE=3"], "--quota 要与 --joint 同用"),
    ],
)
def test_an_option_that_would_change_nothing_is_refused(
    options: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["consolidate", *options]) == 1
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_asks_a_run_to_stop_and_the_handlers_come_back(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with stoppable() as stop:
        assert not stop.is_set()
        signal.raise_signal(number)
        assert stop.is_set()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(number)
    assert signal.getsignal(number) is before


# --- what a planner is told where no plan exists, and what is refused -----------------------------------------------


def test_each_limit_that_alone_would_have_to_give_way_is_named_with_both_numbers(make: Make) -> None:
    # Two towns with a station each, the cap has room for one: 60 more capacity, or one town served from afar.
    plants = register(at(EAST, 60), at(FAR, 100))
    case = make(plants, points((*EAST, 20), (*FAR, 30)), cap_wan_m3=100, radius_km=15, outside_pct=3)
    assert not obstacles.obstacles(case)
    with pytest.raises(InfeasibleError) as refused:
        consolidation_plan.solve(case)
    found = {o.limit: (o.available, o.needed) for o in refused.value.obstacles}
    assert found == {"capacity": pytest.approx((100, 160)), "outside": pytest.approx((1.5, 20))}
    assert "产能上限至少要由 100.0 万m³/年放宽到 160.0 万m³/年" in str(refused.value)
    assert [one["limit"] for one in document.infeasible_json(refused.value)["limits"]] == list(found)


def test_a_search_stopped_before_it_has_a_plan_says_so(make: Make) -> None:
    case = make(register(at(WEST, 80), at(EAST, 80)), points((*WEST, 40)))
    with pytest.raises(InfeasibleError, match="已停止"):
        consolidation_plan.solve(case, watcher=lambda _state: False)


def test_the_reason_for_a_station_kept_by_the_planner_does_not_claim_that_keeping_is_cheaper(
    make: Make, layers: Layers, book: RuleBook
) -> None:
    plants = register(at(WEST, 80), at(EAST, 80))
    demand = points((116.55, 39.915, 50))
    plan = consolidation_plan.solve(make(plants, demand, cap_wan_m3=100, radius_km=60, locks=(("s0", "keep"),)))
    said = reasons(plan, layers, book, plants)["s0"]
    assert said.startswith("按规划人员的决定保留")
    assert "代价更高" not in said
    assert "五环" in said


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"utilisation_pct": 150.0}, "应大于 0、不大于 100"),
        ({"detour": 0.5}, "应为不小于 1 的数"),
        ({"receive_most": math.inf}, "应为不小于 0 的数"),
        ({"merge_neighbours": 1.5}, "应为整数"),
        ({"gap": math.nan}, "应为不小于 0 的数"),
        ({"time_limit_s": 0.0}, "应大于 0"),
        ({"max_flagged": -1}, "应为不小于 0 的数"),
    ],
)
def test_values_without_meaning_are_refused(book: RuleBook, change: dict[str, Any], message: str) -> None:
    with pytest.raises(DataError, match=message):
        consolidation_settings.default_settings(book, **change)


def test_zero_demand_is_refused(make: Make) -> None:
    with pytest.raises(DataError, match="demand_wan_m3"):
        make(register(at(WEST, 80)), points((*WEST, 40)), demand_wan_m3=0.0)
