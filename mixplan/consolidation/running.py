"""How programs are run: a relaxation, or branch and bound, with HiGHS, heeding the watch."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import highspy
import numpy as np

from mixplan.base.arrays import Floats, Ints
from mixplan.base.highs import quiet_highs, run_watched
from mixplan.base.numbers import relative_gap
from mixplan.base.progress import Watch
from mixplan.consolidation.model import Problem
from mixplan.consolidation.program import Model, arcs_within, widened


class _Seen:
    """What branch and bound has reached, noted by its own thread and read by who watches it."""

    def __init__(self) -> None:
        self.dual = -math.inf
        self.plan: Floats | None = None


def run_mip(
    lp: highspy.HighsLp,
    watch: Watch,
    *,
    gap: float,
    constant: float,
    start: Floats | None,
    until_s: float,
    found: Callable[[Floats], object] | None = None,
) -> tuple[Floats | None, float, str, int]:
    """Column values, bound with the constant, how it ended, and the nodes that were needed.

    Parameters
    ----------
    found : callable, optional
        Told of better column values while the search goes on.
    """
    h = quiet_highs(lp, seed=1)
    h.setOptionValue("mip_rel_gap", 0.0)
    h.setOptionValue("mip_abs_gap", 1e-6)
    h.setOptionValue("mip_feasibility_tolerance", 1e-7)
    if start is not None:
        solution = highspy.HighsSolution()
        solution.col_value = list(start)
        h.setSolution(solution)
    seen = _Seen()

    def poll(event: Any) -> None:
        out = event.data_out
        seen.dual = max(seen.dual, out.mip_dual_bound + constant)
        # Here and not in the look below, so that the same search ends at the same plan on any machine.
        if relative_gap(out.mip_primal_bound + constant, out.mip_dual_bound + constant) <= gap:
            event.interrupt()

    def better(event: Any) -> None:
        seen.plan = np.array(event.data_out.mip_solution)

    def look() -> bool:
        plan, seen.plan = seen.plan, None
        if plan is not None and found is not None:
            found(plan)
        return watch.tell(bound=seen.dual)

    h.cbMipInterrupt.subscribe(poll)
    h.cbMipImprovingSolution.subscribe(better)
    if not run_watched(h, watch, until_s=until_s, look=look):
        return seen.plan, seen.dual, "open", 0
    info, ended = h.getInfo(), h.getModelStatus()
    if ended in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
        return None, math.inf, "infeasible", int(info.mip_node_count)
    is_plan = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    values = np.array(h.getSolution().col_value) if is_plan else None
    status = "optimal" if ended == highspy.HighsModelStatus.kOptimal else "open"
    return values, float(info.mip_dual_bound) + constant, status, int(info.mip_node_count)


def relaxed(lp: highspy.HighsLp, watch: Watch) -> highspy.Highs | None:
    """HiGHS with the program without whole numbers solved; none where that cannot be met, or time is up."""
    h = quiet_highs(lp, seed=1)
    h.setOptionValue("solve_relaxation", True)
    return h if settled(h, watch) else None


def settled(h: highspy.Highs, watch: Watch) -> bool:
    """Run a relaxation; whether it has come to its best."""
    if watch.over or not watch.tell():
        return False
    return run_watched(h, watch) and h.getModelStatus() == highspy.HighsModelStatus.kOptimal


def solve_relaxed(lp: highspy.HighsLp, watch: Watch | None = None) -> tuple[Floats | None, float]:
    """Values and cost of the program without whole numbers; none where even that cannot be met, or time is up."""
    h = relaxed(lp, watch or Watch(math.inf))
    if h is None:
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
