"""A complete plan within a second or two: what is worth improving, and what is left should the search be stopped."""

from __future__ import annotations

import math

import highspy
import numpy as np

from mixplan.base.arrays import Bools, Floats, Ints
from mixplan.base.highs import quiet_highs
from mixplan.base.progress import Watch
from mixplan.consolidation.model import Problem
from mixplan.consolidation.program import Model, arcs_from, arcs_within, fixed, paying
from mixplan.consolidation.running import reach_of_relaxation, relaxed, run_mip, settled

_DIVE_SHARE = 0.1  # share of the open decisions that a dive settles at a time
_SCHEDULE_GAP = 0.1
_SCHEDULE_S = 10.0


def dive(model: Model, lp: highspy.HighsLp, watch: Watch) -> Floats | None:
    """A plan to start from: settle what the relaxation has nearly settled, solve again, and so on."""
    h = quiet_highs(lp, seed=1)
    h.setOptionValue("solve_relaxation", True)
    groups = [np.concatenate([*model.stand, *model.up]), np.concatenate(model.merge)]
    if model.problem.mortar is not None:
        groups.insert(0, model.line)
    if not settled(h, watch):
        return None
    for waiting in groups:
        while len(waiting):
            values = np.array(h.getSolution().col_value)[waiting]
            off = np.abs(values - np.round(values))
            order = np.argsort(off, kind="stable")
            near = int((off < 0.01).sum())
            settle = near + math.ceil(_DIVE_SHARE * (len(waiting) - near))
            chosen, whole = waiting[order[:settle]].astype(np.int32), np.round(values[order[:settle]])
            h.changeColsBounds(len(chosen), chosen, whole, whole)
            waiting = waiting[np.sort(order[settle:])]
            if not settled(h, watch):
                return None
    return np.array(h.getSolution().col_value)


def dispatch(
    problem: Problem, decisions: Floats, reach: Ints, watch: Watch, *, exact: bool = True
) -> tuple[Model, Floats] | None:
    """The cheapest deliveries and additions for settled decisions; none where they cannot serve all demand.

    Parameters
    ----------
    decisions : array
        Of all decisions, in the order of `Model.decisions`.
    reach : array of int
        Standing stations that are considered for each point at first.
    exact : bool
        Go on until no delivery from any standing station would save anything; else the first deliveries will do.
    """
    whole = np.round(decisions)
    years = len(problem.years)
    stands: Bools = (whole[: problem.n * years].reshape(years, -1) > 0.5).max(axis=0)
    arcs = arcs_from(problem, reach, stands)
    while True:
        model = Model(problem, arcs)
        h = relaxed(fixed(model.program.lp(), model.decisions, whole), watch)
        if h is None:
            if watch.over or (reach >= stands.sum()).all():
                return None
            reach = np.minimum(reach * 2, problem.n)
            arcs = arcs_from(problem, reach, stands)
            continue
        solution = h.getSolution()
        values = np.array(solution.col_value)
        values[model.decisions] = whole
        more = paying(model, np.array(solution.row_dual), stands) if exact else None
        if more is None:
            return model, values
        arcs = more


def year_by_year(problem: Problem, reach: Ints, watch: Watch) -> tuple[tuple[Model, Floats] | None, Ints]:
    """A first plan of several years: that of the last year, and when each station's turn comes.

    When is decided by capacities, closures and costs alone, all demand being served from nearby at no haul: a small
    program that is solved at once. The deliveries follow.

    Returns
    -------
    plan, reach
        The plan, if there is one; and the stations that the relaxation of the last year needs.
    """
    model, _lp, values, reach = reach_of_relaxation(problem.last_year, reach, watch)
    last = None if values is None else dive(model, without_rest(model), watch)
    if last is None:
        return None, reach
    pooled = Model(problem, arcs_within(problem, np.zeros_like(reach)))
    columns = np.concatenate([pooled.stand[-1], pooled.up[-1], pooled.merge[-1]])
    wanted = np.round(last[np.concatenate([model.stand[0], model.up[0], model.merge[0]])])
    when, *_rest = run_mip(
        fixed(pooled.program.lp(), columns, wanted),
        Watch(_SCHEDULE_S, lambda _now: watch.tell()),  # a clock of its own: what this proves holds for no other plan
        gap=_SCHEDULE_GAP,
        constant=pooled.constant,
        start=None,
        until_s=_SCHEDULE_S,
    )
    if when is None:
        return None, reach
    return dispatch(problem, when[pooled.decisions], reach, watch, exact=False), reach


def without_rest(model: Model) -> highspy.HighsLp:
    """The program in which a point is served by stations that are written out alone: what a plan has to do."""
    rest = np.concatenate(model.rest)
    return fixed(model.program.lp(), rest, np.zeros(len(rest)))
