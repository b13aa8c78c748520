"""How the program is solved: a first plan, the relaxation, branch and bound with HiGHS, a proven gap."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import highspy
import numpy as np

from mixplan.base.arrays import Floats, Ints
from mixplan.base.highs import quiet_highs
from mixplan.base.numbers import relative_gap
from mixplan.base.progress import Watch, Watcher, unwatched
from mixplan.consolidation.model import TINY, Problem, Solution
from mixplan.consolidation.outcome import no_plan, solution_of
from mixplan.consolidation.program import Model, arcs_within, first_reach, fixed, widened

_OPTIMAL_GAP = 1e-6
_DIVE_SHARE = 0.1  # share of the open decisions that a dive settles at a time


def run_mip(
    lp: highspy.HighsLp, watch: Watch, *, gap: float, constant: float, start: Floats | None, until_s: float
) -> tuple[Floats | None, float, str, int]:
    """Column values, bound with the constant, how it ended, and the nodes that were needed."""
    h = quiet_highs(lp, seed=1)
    h.setOptionValue("mip_rel_gap", 0.0)
    h.setOptionValue("mip_abs_gap", 1e-6)
    h.setOptionValue("mip_feasibility_tolerance", 1e-7)
    h.setOptionValue("time_limit", max(until_s, 0.1))
    if start is not None:
        solution = highspy.HighsSolution()
        solution.col_value = list(start)
        h.setSolution(solution)

    def poll(event: Any) -> None:
        out = event.data_out
        primal, dual = out.mip_primal_bound + constant, out.mip_dual_bound + constant
        if not watch.tell(bound=dual) or relative_gap(primal, dual) <= gap:
            event.interrupt()

    h.cbMipInterrupt.subscribe(poll)
    h.run()
    info, ended = h.getInfo(), h.getModelStatus()
    if ended in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
        return None, math.inf, "infeasible", int(info.mip_node_count)
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    values = np.array(h.getSolution().col_value) if found else None
    status = "optimal" if ended == highspy.HighsModelStatus.kOptimal else "open"
    return values, float(info.mip_dual_bound) + constant, status, int(info.mip_node_count)


def solve_relaxed(lp: highspy.HighsLp, watch: Watch | None = None) -> tuple[Floats | None, float]:
    """Values and cost of the program without whole numbers; none where even that cannot be met, or time is up."""
    h = quiet_highs(lp, seed=1)
    h.setOptionValue("solve_relaxation", True)
    if watch is not None:
        if not watch.tell():
            return None, math.inf
        h.setOptionValue("time_limit", watch.left + 0.05)  # so that the watch is surely over where this ends it
    h.run()
    if h.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None, math.inf
    return np.array(h.getSolution().col_value), float(h.getInfo().objective_function_value)


def reach_of_relaxation(
    problem: Problem, reach: Ints, watch: Watch | None = None
) -> tuple[Model, highspy.HighsLp, Floats | None, Ints]:
    """The program whose relaxation needs no deliveries beyond those written out."""
    while True:
        model = Model(problem, arcs_within(problem, reach))
        lp = model.program.lp()
        values, _cost = solve_relaxed(lp, watch)
        wider = None if values is None else widened(model, values, reach)
        if wider is None:
            return model, lp, values, reach
        reach = wider


def _dive(model: Model, lp: highspy.HighsLp, watch: Watch) -> Floats | None:
    """A plan to start from: settle what the relaxation has nearly settled, solve again, and so on."""
    h = quiet_highs(lp, seed=1)
    h.setOptionValue("solve_relaxation", True)
    groups = [np.concatenate([*model.stand, *model.up]), np.concatenate(model.merge)]
    if model.problem.mortar is not None:
        groups.insert(0, model.line)
    h.run()
    for waiting in groups:
        while len(waiting):
            solved = h.getModelStatus() == highspy.HighsModelStatus.kOptimal
            if not solved or watch.over or not watch.tell():
                return None
            values = np.array(h.getSolution().col_value)[waiting]
            off = np.abs(values - np.round(values))
            order = np.argsort(off, kind="stable")
            near = int((off < 0.01).sum())
            settle = near + math.ceil(_DIVE_SHARE * (len(waiting) - near))
            chosen, whole = waiting[order[:settle]].astype(np.int32), np.round(values[order[:settle]])
            h.changeColsBounds(len(chosen), chosen, whole, whole)
            waiting = waiting[np.sort(order[settle:])]
            h.run()
    solved = h.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return np.array(h.getSolution().col_value) if solved else None


def _first_plan(model: Model, relaxed: Floats, watch: Watch, budget_s: float, gap: float) -> Floats | None:
    """A good plan to start from: a dive, then a search among the decisions that the relaxation leaves open."""
    # Deliveries from stations that are not written out are for the bound only: a plan does without them.
    rest = np.concatenate(model.rest)
    dived = _dive(model, fixed(model.program.lp(), rest, np.zeros(len(rest))), watch)
    decisions = model.decisions
    values = relaxed[decisions]
    settled = np.abs(values - np.round(values)) < TINY
    held = values if dived is None else dived[decisions]
    narrow = fixed(model.program.lp(), decisions[settled], np.round(held[settled]))
    narrow = fixed(narrow, rest, np.zeros(len(rest)))
    quiet = Watch(budget_s, lambda _now: watch.tell())
    found, _bound, _status, _nodes = run_mip(
        narrow, quiet, gap=0.3 * gap, constant=model.constant, start=dived, until_s=min(budget_s, watch.left)
    )
    plans = [plan for plan in (found, dived) if plan is not None]
    return min(plans, key=model.cost_of, default=None)


def _dispatch(model: Model, values: Floats, reach: Ints) -> tuple[Model, Floats, Ints] | None:
    """The cheapest deliveries and additions for settled decisions, all stations of all points considered."""
    problem, whole = model.problem, np.round(values[model.decisions])
    while True:
        wide = Model(problem, arcs_within(problem, reach))
        found, _cost = solve_relaxed(fixed(wide.program.lp(), wide.decisions, whole))
        if found is None:
            if (reach >= problem.n).all():
                return None
            reach = np.minimum(reach * 2, problem.n)
            continue
        found[wide.decisions] = whole
        wider = widened(wide, found, reach)
        if wider is None:
            return wide, found, reach
        reach = wider


def solve(problem: Problem, *, gap: float = 0.01, time_limit_s: float = 60.0, watcher: Watcher = unwatched) -> Solution:
    """Choose what stays, is upgraded, merges or closes at the least cost, and prove how good the choice is.

    Parameters
    ----------
    gap : float
        Stop once the plan is proven to cost at most this share more than the best possible one.
    time_limit_s : float
        Stop after this many seconds with the best plan so far.
    watcher : callable, optional
        Told of the progress; returns false to stop.

    Returns
    -------
    Solution
        Status ``infeasible`` where no plan exists; see `shortfalls` for what is missing.
    """
    watch = Watch(time_limit_s, watcher)
    reach = first_reach(problem)
    if len(problem.years) > 1:  # one year is quick, and shows which points draw on far stations
        *_rest, reach = reach_of_relaxation(problem.last_year, reach, watch)
    model, lp, values, reach = reach_of_relaxation(problem, reach, watch)
    if values is None:
        return no_plan(problem, watch, ended=watch.over)
    relaxation = model.cost_of(values)
    watch.tell(bound=relaxation)
    start = _first_plan(model, values, watch, 0.35 * time_limit_s, gap)
    best: tuple[Model, Floats] | None = None
    objective, bound, nodes, status = math.inf, relaxation, 0, "open"
    if start is not None and (settled := _dispatch(model, start, reach)) is not None:
        best = settled[:2]
        objective = best[0].cost_of(best[1])
        watch.tell(objective)
    while not watch.stopped and relative_gap(objective, bound) > gap and watch.left > 0.2:
        found, proven, status, more = run_mip(
            lp, watch, gap=0.85 * gap, constant=model.constant, start=start, until_s=watch.left
        )
        nodes += max(more, 0)
        if status == "infeasible":
            return no_plan(problem, watch)
        bound = max(bound, proven)
        if found is None:
            break
        settled = _dispatch(model, found, reach)
        if settled is not None and (cost := settled[0].cost_of(settled[1])) < objective:
            best, objective = settled[:2], cost
        if relative_gap(objective, bound) <= gap or watch.stopped:
            break
        # The bound still counts on far stations being near: write more of them out and go on.
        wider = widened(model, found, reach)
        if wider is None and status == "optimal":
            break
        if wider is None:
            continue
        reach = np.maximum(wider, settled[2]) if settled is not None else wider
        model = Model(problem, arcs_within(problem, reach))
        lp = model.program.lp()
        start = None
    if best is None:
        return replace(no_plan(problem, watch, ended=True), bound=bound)
    bound = min(bound, objective)
    end = _ended(relative_gap(objective, bound), gap, watch)
    return solution_of(*best, status=end, objective=objective, bound=bound, seconds=watch.seconds, nodes=nodes)


def _ended(proven: float, wanted: float, watch: Watch) -> str:
    """How a search ended that has found a plan."""
    if proven <= _OPTIMAL_GAP:
        return "optimal"
    if proven <= wanted:
        return "gap_reached"
    return "interrupted" if watch.stopped else "time_limit"
