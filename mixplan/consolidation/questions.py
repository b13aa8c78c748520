"""Side questions to the model: what would be short, what is at least beyond reach."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace

import numpy as np

from mixplan.base.arrays import Floats, Ints
from mixplan.base.i18n import gettext as _
from mixplan.base.progress import Progress, Watch, Watcher, unwatched
from mixplan.consolidation.model import Lock, Problem
from mixplan.consolidation.outcome import deliveries
from mixplan.consolidation.program import Model, Program, arcs_within, first_reach, fixed
from mixplan.consolidation.running import reach_of_relaxation, relaxed, run_mip, settled, solve_relaxed


def dispatch(problem: Problem) -> tuple[Ints, Floats] | None:
    """The shortest hauls when every station stands as it is; none where that does not serve all demand."""
    open_limit = np.full(len(problem.years), math.inf)
    as_is = replace(
        problem,
        limit=open_limit,
        lock=np.full(problem.n, Lock.KEEP, dtype=np.int64),
        max_closures=None,
        limits=(),
        outside_share=1.0,
        mortar=None,
        pairs=np.empty((0, 2), dtype=np.int64),
        pair_saving=np.empty(0),
        add_most=np.zeros(problem.n),
        standard=0.0,
        upgrade_cost=1.0,
        note_cost=np.zeros(problem.n),
    )
    model, _lp, values, _reach = reach_of_relaxation(as_is, first_reach(problem))
    if values is None:
        return None
    return deliveries(model, values)


def least_beyond(problem: Problem) -> float:
    """Least demand (万m³ in the last year) that must be served from beyond the radius, were every station kept.

    Stations may be upgraded as far as they can; the limit on capacity is left aside, so no plan does better.
    """
    n, m = problem.haul_km.shape
    program = Program()
    near = problem.haul_km <= problem.radius_km
    station, point = np.nonzero(near)
    flow = program.columns(len(station))
    far = program.columns(m, cost=1.0)
    program.add(problem.demand[-1], problem.demand[-1], (point, flow, 1.0), (np.arange(m), far, 1.0), count=m)
    most = problem.utilisation * np.where(problem.locks == Lock.CLOSE, 0.0, problem.capacity + problem.add_most)
    program.add(-math.inf, most, (station, flow, 1.0), count=n)
    _values, cost = solve_relaxed(program.lp())
    return cost


@dataclass(frozen=True)
class Shortfall:
    """By how much limits must give way for a plan to exist: each of them alone, or all of them together.

    Keys are ``capacity``, ``outside``, ``demand`` (万m³), ``closures`` and ``limit:<name>`` (stations); a limit gives
    way by the same amount in every year.
    """

    alone: bool
    amounts: dict[str, float]


def shortfalls(problem: Problem, *, time_limit_s: float = 20.0, watcher: Watcher = unwatched) -> Shortfall:
    """The least by which each limit, the others unchanged, must give way for a plan to exist.

    Limits that do not help alone are left out. Where none does, amounts that together are enough; demand that is not
    served is among them only where the limits cannot do without.
    """
    model = Model(problem, arcs_within(problem, first_reach(problem, times=2)), slack=True)
    names = [name for name in model.slack if name != "demand"]
    began = time.monotonic()
    until = began + time_limit_s

    def tell(_now: Progress) -> bool:
        return watcher(Progress(time.monotonic() - began, text=_("没有可行方案，正在查明是哪些限制")))

    def least(free: list[str], share: float) -> tuple[Floats | None, float]:
        lp = model.program.lp()
        for name in set(model.slack) - set(free):
            lp = fixed(lp, model.slack[name], np.zeros(len(model.slack[name])))
        seconds = max(until - time.monotonic(), 0.1) * share
        watch = Watch(seconds, tell)
        if not watch.tell():
            return None, -math.inf
        found, bound, *_rest = run_mip(lp, watch, gap=1e-4, constant=0.0, start=None, until_s=seconds)
        return found, bound

    amounts: dict[str, float] = {}
    for n, name in enumerate(names):
        found, bound = least([name], 1.0 / (len(names) - n + 1))
        if found is not None and bound > 1e-3:
            counted = name == "closures" or name.startswith("limit:")
            amounts[name] = float(math.ceil(bound - 1e-3)) if counted else bound
    if amounts:
        return Shortfall(True, amounts)
    for free in (names, [*names, "demand"]):
        found, _bound = least(free, 0.5)
        if found is not None:
            sums = {name: float(found[model.slack[name]].sum()) for name in free}
            return Shortfall(False, {name: amount for name, amount in sums.items() if amount > 1e-3})
    return Shortfall(False, {})


def relaxed_sides(problem: Problem, watcher: Watcher = unwatched) -> list[tuple[float, float]]:
    """For each station the cost of the relaxation with it closed and with it standing (infinite where impossible)."""
    done = 0
    watch = Watch(math.inf, lambda now: watcher(Progress(now.seconds, done=done, of=problem.n)))
    made, lp, values, _reach = reach_of_relaxation(problem, first_reach(problem), watch)
    h = None if values is None else relaxed(lp, watch)
    if values is None or h is None:
        return [(math.nan, math.nan) if watch.over else (math.inf, math.inf)] * problem.n
    base = float(h.getInfo().objective_function_value)
    columns = made.stand[-1]
    low, high = np.array(lp.col_lower_)[columns], np.array(lp.col_upper_)[columns]
    sides: list[tuple[float, float]] = []
    for done, column in enumerate(columns):
        found = []
        for side in (0.0, 1.0):
            if abs(values[column] - side) < 1e-9:
                found.append(base)
                continue
            h.changeColBounds(int(column), side, side)
            found.append(float(h.getInfo().objective_function_value) if settled(h, watch) else math.inf)
            if watch.over:
                return sides + [(math.nan, math.nan)] * (problem.n - len(sides))
            h.changeColBounds(int(column), float(low[done]), float(high[done]))
        sides.append((found[0], found[1]))
    return sides
