"""What it costs to decide otherwise, and fewer flagged stations against longer haul."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from mixplan.base.arrays import Floats
from mixplan.base.errors import InfeasibleError
from mixplan.base.i18n import gettext as _
from mixplan.base.progress import Progress, Watcher, step, unwatched
from mixplan.consolidation import obstacles, questions, search
from mixplan.consolidation import plan as consolidation_plan
from mixplan.consolidation.case import LOCKS, Case
from mixplan.consolidation.model import Lock
from mixplan.consolidation.plan import Plan
from mixplan.consolidation.stations import FLAGGED_CAP, cap_on
from mixplan.consolidation.takeover import takeover
from mixplan.plan.actions import CLOSE, RETAIN, STOPS, UPGRADE

_SAME_KM = 1e-9


@dataclass(frozen=True)
class Otherwise:
    """What it costs, in the target year alone, to decide otherwise on one station and to plan everything else anew.

    Attributes
    ----------
    decision : str
        ``retain`` or ``close``: the decision that was tried instead.
    low, high : float
        Proven range of the extra cost in 万元 a year; infinite where the other decision leaves no plan.
    message : str
        Why there is no plan, or empty.
    """

    plant_id: str
    decision: str
    low: float
    high: float
    message: str = ""


def target_year(case: Case) -> Case:
    """The same case for the target year alone."""
    return replace(case, problem=case.problem.last_year, settings=case.settings.target_year)


def otherwise(
    plan: Plan, plant_id: str, *, gap: float = 0.001, time_limit_s: float = 45.0, watcher: Watcher = unwatched
) -> Otherwise:
    """Solve again with one station's decision turned round; both runs are of the target year alone.

    The range follows from the proven bounds of both runs, so the true extra cost lies in it.
    """
    case = target_year(plan.case)
    i = case.ids.index(plant_id)
    stands = plan.actions.loc[plant_id, "action"] in (RETAIN, UPGRADE)
    lock = case.problem.locks.copy()
    base = plan.solution
    if len(plan.case.problem.years) > 1 or base.gap > gap:
        base = search.solve(case.problem, gap=gap, time_limit_s=time_limit_s, watcher=step(watcher, 0, 2))
    decision = CLOSE if stands else RETAIN
    lock[i] = LOCKS[decision]
    turned = replace(case, problem=replace(case.problem, lock=lock))
    blocked = obstacles.obstacles(turned)
    if blocked:
        return Otherwise(plant_id, decision, math.inf, math.inf, " ".join(o.text for o in blocked))
    other = search.solve(turned.problem, gap=gap, time_limit_s=time_limit_s, watcher=step(watcher, 1, 2))
    if other.status == "infeasible":
        return Otherwise(plant_id, decision, math.inf, math.inf, _("另作决定后没有可行方案。"))
    if not (math.isfinite(other.objective) and math.isfinite(base.objective)):
        raise InfeasibleError(_("另作决定的代价没有算完。"))
    return Otherwise(plant_id, decision, other.bound - base.objective, other.objective - base.bound)


def otherwise_estimates(plan: Plan, *, watcher: Watcher = unwatched) -> pd.Series:
    """A quick estimate for every station of what deciding otherwise would cost (万元 a year, target year).

    The difference of two relaxations, in which the other stations may be kept in part; an estimate, neither an upper
    nor a lower bound. Missing for stations outside the model, infinite where no plan is left.
    """
    case = target_year(plan.case)
    stops = plan.actions["action"].isin(STOPS)
    sides = questions.relaxed_sides(case.problem, watcher)
    extra = pd.Series(np.nan, index=plan.actions.index, name="otherwise")
    for i, plant in enumerate(case.ids):
        closed, kept = sides[i]
        extra[plant] = kept - closed if stops[plant] else closed - kept
    return extra


def solve_and_explain(case: Case, *, start: Floats | None = None, watcher: Watcher = unwatched) -> Plan:
    """The plan of least cost with who takes over from whom and what deciding otherwise would cost.

    Both take as long as many reruns of a page. A plan that was stopped is handed back as it is: they would keep its
    planner waiting.

    Parameters
    ----------
    start : array, optional
        Decisions to start from, see `warmstart.decisions_from`.
    """
    plan = consolidation_plan.solve(case, start=start, watcher=watcher)
    if plan.status == "interrupted":
        return plan
    plan = replace(plan, heirs=takeover(plan))
    found = plan.solution
    now = Progress(found.seconds, found.objective, found.bound, text=_("正在估算另作决定的代价"), best=plan)
    if not watcher(now):
        return plan
    estimates = otherwise_estimates(plan, watcher=lambda _inner: watcher(now))
    return replace(plan, otherwise=estimates) if watcher(now) else plan


@dataclass(frozen=True, eq=False)
class Point:
    """One point of the trade-off: the cheapest plan with at most so many flagged stations."""

    most_flagged: int
    flagged: int
    mean_haul_km: float
    sites: int
    capacity: float
    cost: float
    gap: float
    plan: Plan


def pareto(
    case: Case,
    *,
    steps: int = 7,
    gap: float = 0.01,
    time_limit_s: float = 20.0,
    watcher: Watcher = unwatched,
) -> list[Point]:
    """Plans from as few flagged stations as possible to as many as stand today, in the target year.

    Severity is not priced here; the number of flagged stations that stay is capped instead, so each point is the
    cheapest plan in haul, capital and stations lost under that cap. Points that another point beats in both numbers
    are left out.
    """
    base = target_year(case)
    caps = _caps(base, steps)
    points: list[Point] = []
    for number, cap in enumerate(caps):
        watch = step(_saying(watcher, points), number, len(caps), _tradeoff(points))
        if not watch(Progress()):
            break
        if points and cap > points[-1].flagged:  # the plan before has fewer already
            continue
        one = capped(base, cap, gap=gap, time_limit_s=time_limit_s)
        try:
            plan = consolidation_plan.solve(one, watcher=watch)
        except InfeasibleError:
            break
        if plan.status == "interrupted":
            break
        points.append(point_of(cap, plan))
    return _tradeoff(points)


def _saying(watcher: Watcher, points: Sequence[Point]) -> Watcher:
    """The watcher of a step of the trade-off: told of the points found so far, before what the step is doing."""
    if not points:
        return watcher
    few, many = (f(point.flagged for point in points) for f in (min, max))
    text = _("已得 {count} 点，保留 {few} 至 {many} 个需治理站点").format(count=len(points), few=few, many=many)
    return lambda now: watcher(now._replace(text=" · ".join(filter(None, (text, now.text)))))


def _tradeoff(points: list[Point]) -> list[Point]:
    """The points that count, in order."""
    return sorted(_unbeaten(points), key=lambda point: point.flagged)


def capped(case: Case, cap: int, *, gap: float, time_limit_s: float) -> Case:
    """The case of one point: no price on findings, and at most so many flagged stations.

    Parameters
    ----------
    case : Case
        Of the target year alone, see `target_year`.
    """
    p = case.problem
    nothing = np.zeros(p.n)
    limit = cap_on(FLAGGED_CAP, case.stations, case.stations["flagged"], cap)
    limits = (*(other for other in p.limits if other.name != FLAGGED_CAP), limit)
    problem = replace(p, keep_cost=nothing, note_cost=nothing, limits=limits)
    settings = replace(case.settings, severity_cost=0.0, max_flagged=cap, gap=gap, time_limit_s=time_limit_s)
    return replace(case, problem=problem, settings=settings)


def _caps(case: Case, steps: int) -> list[int]:
    """Numbers of flagged stations to try, from all that may stay down to those that must."""
    whole = cap_on(FLAGGED_CAP, case.stations, case.stations["flagged"], 0)
    locks = case.problem.locks
    most = whole.held + int((whole.members & (locks != Lock.CLOSE)).sum())
    forced = whole.held + int((whole.members & (locks == Lock.KEEP)).sum())
    return list(dict.fromkeys(round(float(c)) for c in np.linspace(most, forced, max(steps, 2))))


def point_of(cap: int, plan: Plan) -> Point:
    """A plan with at most so many flagged stations as a point of the trade-off."""
    last = plan.totals.iloc[-1]
    return Point(
        most_flagged=cap,
        flagged=int(last["flagged"]),
        mean_haul_km=float(last["mean_haul_km"]),
        sites=int(last["sites"]),
        capacity=float(last["capacity"]),
        cost=plan.solution.objective,
        gap=plan.solution.gap,
        plan=plan,
    )


def _unbeaten(points: list[Point]) -> list[Point]:
    """The points that no other point beats in both numbers."""

    def beats(a: Point, b: Point) -> bool:
        shorter = a.mean_haul_km < b.mean_haul_km - _SAME_KM
        as_short = a.mean_haul_km <= b.mean_haul_km + _SAME_KM
        return (a.flagged <= b.flagged and shorter) or (a.flagged < b.flagged and as_short)

    return [point for point in points if not any(beats(other, point) for other in points)]
