"""Whether a proposal holds when inputs are disturbed."""

from siting_cases import EFFORT, NORTH_EAST, NORTH_EAST_2, SOUTH_WEST, points, random_case

from mixplan.base.progress import Progress
from mixplan.siting.proposal import solve_case
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
