"""Progress and stop: one clock, one gap, one way to ask long work to end."""

import json
import math
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixplan.base.numbers import relative_gap
from mixplan.base.progress import Progress, Watch, handing, step


@pytest.mark.parametrize(
    ("objective", "bound", "gap"),
    [
        (100.0, 95.0, 0.05),
        (100.0, 100.0, 0.0),
        (100.0, 101.0, 0.0),  # rounding of the solver: nothing is left to gain
        (0.0, 0.0, 0.0),
        (-100.0, -105.0, 0.05),
        (math.inf, 5.0, math.inf),
        (5.0, -math.inf, math.inf),
        (math.inf, math.inf, math.inf),  # no answer, so nothing is proven about one
    ],
)
def test_gap(objective: float, bound: float, gap: float) -> None:
    assert relative_gap(objective, bound) == pytest.approx(gap)
    assert Progress(objective=objective, bound=bound).gap == pytest.approx(gap)


@given(st.floats(0.01, 1e9), st.floats(0, 1))
def test_an_answer_costs_at_most_its_gap_more_than_the_bound(objective: float, share: float) -> None:
    bound = objective * share
    assert objective * (1 - relative_gap(objective, bound)) == pytest.approx(bound, abs=1e-9 * objective)


def test_a_watch_keeps_the_best_answer_and_the_best_bound() -> None:
    seen: list[Progress] = []
    watch = Watch(60, lambda now: bool(seen.append(now) or True))
    for objective, bound in ((9.0, 1.0), (7.0, 3.0), (8.0, 2.0)):
        assert watch.tell(objective, bound)
    assert [(now.objective, now.bound) for now in seen] == [(9, 1), (7, 3), (7, 3)]


def test_a_watch_that_was_stopped_asks_no_more() -> None:
    asked = []
    watch = Watch(60, lambda _now: bool(asked.append(1)))
    assert not watch.going()
    assert not watch.tell()
    assert not watch.going()
    assert (len(asked), watch.reason, watch.stopped, watch.over) == (1, "interrupted", True, True)


def test_a_watch_ends_with_its_time() -> None:
    watch = Watch(0.0)
    assert not watch.going()
    assert (watch.reason, watch.stopped, watch.over) == ("time_limit", False, True)
    assert watch.left > 0  # a solver takes 0 s for no limit


def test_a_search_within_counted_work_tells_both() -> None:
    seen = []
    assert not step(lambda now: bool(seen.append(now)), 2, 5)(Progress(1.0, 8.0, 4.0))
    assert seen == [Progress(1.0, 8.0, 4.0, done=2, of=5)]


def test_highs_prints_nothing_between_lines_of_json() -> None:
    code = "import json; from mixplan.base.highs import quiet_highs; quiet_highs().run(); print(json.dumps([1]))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [1]


def test_a_search_makes_its_best_complete_when_it_is_told_and_no_more_often() -> None:
    made: list[int] = []
    told: list[Progress] = []
    watch = Watch(60.0, lambda now: told.append(now) or True)
    watch.tell()
    assert told[-1].best is None
    for cost in range(100, 0, -1):
        watch.offer(float(cost), lambda cost=cost: made.append(cost) or cost)
        watch.tell()
    assert made == [100], "the next one is not due for a second"
    assert told[-1].best == 100 and told[-1].objective == 1.0


def test_a_better_bound_renews_the_best_once_it_is_due() -> None:
    watch = Watch(60.0)
    watch.offer(10.0, lambda: (10.0, watch.bound))
    watch.tell()
    watch._due_s = 0.0
    watch.tell(bound=7.0)
    assert watch.best == (10.0, 7.0)


def test_what_a_step_finds_is_made_part_of_the_whole_once() -> None:
    made: list[str] = []
    told: list[Progress] = []
    watcher = handing(lambda now: told.append(now) or True, lambda best: made.append(best) or best.upper())
    for best in (None, "a", "a", "b"):
        watcher(Progress(best=best))
    assert [now.best for now in told] == [None, "A", "A", "B"]
    assert made == ["a", "b"]


def test_the_best_of_one_step_is_not_the_best_of_the_whole() -> None:
    told: list[Progress] = []
    step(lambda now: told.append(now) or True, 1, 3, "so far")(Progress(best="of the step"))
    assert (told[0].best, told[0].done, told[0].of) == ("so far", 1, 3)
