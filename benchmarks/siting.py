"""Siting: the fast method against plain HiGHS, on the same instances in one run.

Prints time to a proven gap, final gaps and the ratio. On a shared machine the ratio of CPU times is the one to read.
"""

from __future__ import annotations

import argparse
import math
import os
import platform
import time
from collections.abc import Callable, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mixplan.base.progress import Progress
from mixplan.siting.solver import Siting, SitingProblem, evaluate, read_orlib, solve, solve_reference

FloatArray = NDArray[np.float64]
ORLIB = Path(__file__).resolve().parents[1].parent / "shared" / "benchmarks" / "orlib"
WAREHOUSES: tuple[tuple[str, float | None, float], ...] = (
    ("cap41", None, 0.0),
    ("cap71", None, 0.0),
    ("cap101", None, 0.0),
    ("cap131", None, 0.0),
    ("capa", 8000.0, 0.002),
    ("capa", 10000.0, 0.002),
    ("capa", 12000.0, 0.002),
)
OTHERS = (
    (6, 330, 400, 560.0),
    (7, 330, 400, 600.0),
    (8, 500, 500, 600.0),
    (9, 100, 100, 600.0),
    (10, 200, 300, 620.0),
    (11, 500, 200, 580.0),
    (12, 100, 500, 600.0),
)


def city(
    seed: int, *, demand: int = 330, candidates: int = 400, plants: int = 20, total: float = 600.0
) -> SitingProblem:
    """Make a random instance of the project's shape: 11 lines of 40, and demand that takes 96 % of all capacity.

    Demand thins out with the distance from the centre (25 km standard deviation) and its points differ widely in size
    (log-normal); candidates lie in a square of 140 km outside a circle of 17 km; existing plants share 185. Haul is
    the straight line in km.
    """
    rng = np.random.default_rng(seed)
    points = rng.normal(0.0, 25.0, (demand, 2))
    size = rng.lognormal(0.0, 1.0, demand)
    ring: list[FloatArray] = []
    while sum(map(len, ring)) < candidates:
        box = rng.uniform(-70.0, 70.0, (candidates, 2))
        ring.append(box[np.hypot(box[:, 0], box[:, 1]) > 17.0])
    sites = np.concatenate(ring)[:candidates]
    standing = rng.uniform(-40.0, 40.0, (plants, 2))

    def haul_km(to: FloatArray) -> FloatArray:
        apart = points[:, None, :] - to[None, :, :]
        out: FloatArray = np.hypot(apart[..., 0], apart[..., 1])
        return out

    return SitingProblem(
        unit_cost=haul_km(sites),
        demand=size * (total / size.sum()),
        capacity=np.full(candidates, 40.0),
        n_lines=11,
        unit_cost_existing=haul_km(standing),
        capacity_existing=np.full(plants, 185.0 / plants),
        unmet_penalty=10_000.0,
    )


class Clock:
    """Notes when a proven gap is first reached, in wall-clock and in CPU seconds of this process."""

    def __init__(self, *gaps: float) -> None:
        self.reached = dict.fromkeys(gaps, (math.inf, math.inf))
        self.begin = time.perf_counter(), time.process_time()
        self.total = (math.inf, math.inf)

    @property
    def now(self) -> tuple[float, float]:
        """Wall-clock and CPU seconds since the start."""
        return time.perf_counter() - self.begin[0], time.process_time() - self.begin[1]

    def __call__(self, progress: Progress) -> bool:
        """Take a progress report; the search is to go on."""
        for wanted, when in self.reached.items():
            if progress.gap <= wanted and math.isinf(when[0]):
                self.reached[wanted] = self.now
        return True


def checked(problem: SitingProblem, plan: Siting) -> Siting:
    """Stop the benchmark if a plan is not what it says it is."""
    found = evaluate(problem, plan.lines, plan.flows)
    if math.isfinite(plan.objective) and not (
        found.feasible(1e-5) and math.isclose(found.cost, plan.objective, rel_tol=1e-6)
    ):
        raise AssertionError(f"the plan does not stand up to its evaluation: {found}")
    return plan


def pair(times: tuple[float, float]) -> str:
    """Write wall-clock and CPU seconds, or a dash if a gap was not reached."""
    return f"{times[0]:8.1f} {times[1]:8.1f}" if math.isfinite(times[0]) else f"{'–':>8} {'–':>8}"


def load() -> str:
    """Say how busy the machine is."""
    return "load " + " ".join(f"{value:.1f}" for value in os.getloadavg())


def compare_cities(seeds: Sequence[int], highs_time_s: float, our_time_s: float, compact: bool) -> None:
    """Time to 1 % and 0.1 % proven gap on instances of the project's shape."""
    models: dict[str, Callable[..., Siting]] = {
        "HiGHS strong": lambda p, **k: solve_reference(p, strong=True, **k),
    }
    if compact:
        models["HiGHS compact"] = lambda p, **k: solve_reference(p, strong=False, **k)
    print(
        f"{'seed':>4} {'method':14} {'to 1 %':>8} {'(CPU)':>8} {'to 0.1 %':>8} {'(CPU)':>8} {'in all':>8} {'(CPU)':>8}"
        f" {'objective':>10} {'bound':>10} {'gap %':>7}  HiGHS / mixplan to 1 %: wall, CPU"
    )
    for seed in seeds:
        problem = city(seed)

        def run(
            name: str,
            method: Callable[..., Siting],
            seed: int = seed,
            problem: SitingProblem = problem,
            **k: float,
        ) -> Clock:
            clock = Clock(0.01, 0.001)
            plan = checked(problem, method(problem, watcher=clock, **k))
            clock.total = clock.now
            clock(Progress(clock.total[0], plan.objective, plan.bound))
            print(
                f"{seed:>4} {name:14} {pair(clock.reached[0.01])} {pair(clock.reached[0.001])} {pair(clock.total)}"
                f" {plan.objective:10.2f} {plan.bound:10.2f} {100 * plan.gap:7.3f}",
                end="  ",
                flush=True,
            )
            return clock

        ours = run("mixplan", solve, gap=0.001, time_limit_s=our_time_s).reached[0.01]
        print(load(), flush=True)
        if highs_time_s <= 0:
            continue
        for name, method in models.items():
            clock = run(name, method, gap=0.01, time_limit_s=highs_time_s)
            done = math.isfinite(clock.reached[0.01][0])
            theirs, sign = (clock.reached[0.01], "") if done else (clock.total, "> ")
            ratio = ", ".join(f"{sign}{a / b:.1f}×" for a, b in zip(theirs, ours, strict=True))
            print(ratio if math.isfinite(ours[0]) else "–", f" {load()}", flush=True)


def other_cities(our_time_s: float) -> None:
    """Ours alone on other random instances of the project's kind."""
    print(f"{'seed demand cand. total':24} {'to 1 %':>8} {'(CPU)':>8} {'to 0.1 %':>8} {'(CPU)':>8} {'gap %':>7}")
    for seed, demand, candidates, total in OTHERS:
        problem = city(seed, demand=demand, candidates=candidates, total=total)
        clock = Clock(0.01, 0.001)
        plan = checked(problem, solve(problem, gap=0.001, time_limit_s=our_time_s, watcher=clock))
        print(
            f"{seed:>4} {demand:>6} {candidates:>5} {total:>6.0f} {pair(clock.reached[0.01])}"
            f" {pair(clock.reached[0.001])} {100 * plan.gap:7.3f}  {load()}",
            flush=True,
        )


def compare_warehouses(highs_time_s: float) -> None:
    """OR-Library: time to the gap asked for."""
    if not ORLIB.is_dir():
        print(f"OR-Library files are not at {ORLIB}: left out.")
        return
    print(
        f"{'instance':14} {'gap asked':>9} {'method':14} {'wall':>8} {'CPU':>8} {'objective':>16} {'bound':>16}"
        f" {'gap %':>7}"
    )
    for name, capacity, gap in WAREHOUSES:
        problem = read_orlib((ORLIB / f"{name}.txt").read_text(), capacity)
        label = name if capacity is None else f"{name} {capacity:g}"
        limits: dict[str, tuple[Callable[..., Siting], float]] = {"mixplan": (solve, 60.0)}
        if highs_time_s > 0:
            limits["HiGHS strong"] = (solve_reference, highs_time_s)
        for method, (run, limit) in limits.items():
            clock = Clock()
            plan = run(problem, gap=gap, time_limit_s=limit)
            times = clock.now
            checked(problem, plan)
            print(
                f"{label:14} {100 * gap:8.1f}% {method:14} {times[0]:8.2f} {times[1]:8.2f} {plan.objective:16.3f}"
                f" {plan.bound:16.3f} {100 * plan.gap:7.3f}",
                flush=True,
            )


def main(arguments: Sequence[str]) -> int:
    """Run the comparison and print it as text."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks siting", description=__doc__)
    parser.add_argument(
        "--seeds", type=int, nargs="*", default=[1, 2, 3, 4, 5], help="instances of the project's shape"
    )
    parser.add_argument("--highs-time", type=float, default=300.0, metavar="S", help="limit for HiGHS; 0 leaves it out")
    parser.add_argument(
        "--highs-orlib-time", type=float, default=60.0, metavar="S", help="the same for the OR-Library; 0 leaves it out"
    )
    parser.add_argument("--time", type=float, default=60.0, metavar="S", help="limit for ours")
    parser.add_argument("--compact", action="store_true", help="also run HiGHS on the model without strong rows")
    parser.add_argument("--no-orlib", action="store_true", help="leave the OR-Library out")
    parser.add_argument("--others", action="store_true", help="also run ours on other sizes and seeds")
    options = parser.parse_args(arguments)
    print(f"{date.today()}  {os.cpu_count()} cores  {platform.machine()}  Python {platform.python_version()}")
    print(f"Each method in one thread; seconds are wall-clock, (CPU) beside them. HiGHS {version('highspy')}.")
    print(
        "spopt is left out, as none of its models is this problem: its p-median assigns each demand point whole to one"
    )
    print("site, and its capacitated set covering asks for the fewest sites within a radius, whatever the haul.")
    compare_cities(options.seeds, options.highs_time, options.time, options.compact)
    if not options.no_orlib:
        compare_warehouses(options.highs_orlib_time)
    if options.others:
        other_cities(options.time)
    return 0
