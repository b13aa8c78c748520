"""Whether a proposal holds when inputs are disturbed."""

from dataclasses import replace

import numpy as np
import pytest
from siting_cases import EFFORT, NORTH_EAST, NORTH_EAST_2, SOUTH_WEST, points, random_case

from mixplan.base.progress import Progress
from mixplan.siting import robustness
from mixplan.siting.proposal import evaluate_plan, solve_case
from mixplan.siting.robustness import Disturbance, stability
from mixplan.siting.settings import Effort


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


def test_a_site_nearby_counts_as_near_and_one_far_away_does_not(make, book):
    case = make(points(NORTH_EAST, NORTH_EAST, SOUTH_WEST), points(NORTH_EAST_2, weight=[10.0]))
    how = {"runs": 3, "near_km": 1.0, "disturbance": Disturbance.from_rules(book), "effort": Effort(0.0, 5, 1)}
    chosen = stability(case, evaluate_plan(case, {"a": 1}), **how)
    twin = stability(case, evaluate_plan(case, {"b": 1}), **how)
    far = stability(case, evaluate_plan(case, {"c": 1}), **how)
    assert chosen.shares["near"]["a"] == twin.shares["near"]["b"] == 1
    assert chosen.shares["same"]["a"] + twin.shares["same"]["b"] == 1
    assert far.shares.loc["c"].tolist() == [0, 0]
    assert chosen.chosen.sum() == 3


def test_disturbed_demand_keeps_its_total_and_no_haul_falls_below_nought(make, book):
    case = random_case(make, 2)
    haul, demand = robustness._disturbed(case, Disturbance(60, 40, 20), np.random.default_rng(3))
    assert demand.sum() == pytest.approx(case.demand["weight"].sum())
    assert not np.allclose(demand, case.demand["weight"])
    assert haul.shape == case.haul_km.shape
    # Along a network a haul may be shorter than what the straight line loses.
    short, _demand = robustness._disturbed(
        replace(case, haul_km=0.1 * case.haul_km), Disturbance(60, 40, 20), np.random.default_rng(3)
    )
    assert short.min() == 0
