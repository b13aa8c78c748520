"""How the program is solved: a first plan, the relaxation, branch and bound with HiGHS, a proven gap."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial

import highspy
import numpy as np

from mixplan.base.arrays import Floats
from mixplan.base.i18n import gettext as _
from mixplan.base.numbers import relative_gap
from mixplan.base.progress import Watch, Watcher, unwatched
from mixplan.consolidation.firstplan import dispatch, dive, without_rest, year_by_year
from mixplan.consolidation.model import TINY, Problem, Solution
from mixplan.consolidation.outcome import no_plan, solution_of
from mixplan.consolidation.program import Model, arcs_within, first_reach, fixed, widened
from mixplan.consolidation.running import reach_of_relaxation, relaxed, run_mip

OPTIMAL_GAP = 1e-6
_FIRST_SHARE = 0.35  # of the time, for a good plan before the proof
_GRACE_S = 1.5  # for the deliveries of a plan that was found as the time ran out
_PAUSE = 20.0  # times as long as a plan took to be worked out, before the next one is
_FIRST_GAP = 0.3  # share of the gap to which a first plan is improved among the decisions left open
_PROOF_GAP = 0.85  # the same for the proof, and for a plan that was given: it need not be much better to be proven
_WORTH_GOING_ON = 0.08  # gap to the relaxation up to which a plan that was given is worth starting from
_WORTH = 1e-4  # share of the cost that must be saved for a plan to be worked out while the search goes on


class _Search:
    """The best plan of a search so far, and what is proven."""

    def __init__(self, problem: Problem, watch: Watch, gap: float) -> None:
        self.problem, self.watch, self.gap = problem, watch, gap
        self.reach = first_reach(problem)
        self.best: tuple[Model, Floats] | None = None
        """The plan that the search goes on from; the same on any machine."""
        self.latest: tuple[Model, Floats] | None = None
        """The best plan at hand; when HiGHS passes it on depends on the machine, so only a search cut short uses it."""
        self.objective, self.told = math.inf, math.inf
        """What the two cost."""
        self.known: tuple[Model, Floats] | None = None
        """The plan that the search was given to start from."""
        self.nodes = 0
        self.next_s = 0.0

    def offer(self, plan: tuple[Model, Floats] | None) -> None:
        """Keep a plan if it is the best so far."""
        if plan is not None and (cost := plan[0].cost_of(plan[1])) < self.objective:
            self.best, self.objective = plan, cost
            self.tell_of(plan)

    def tell_of(self, plan: tuple[Model, Floats]) -> None:
        """Let the watcher have a plan, whether or not the search goes on from it."""
        cost = plan[0].cost_of(plan[1])
        if cost < self.told:
            self.latest, self.told = plan, cost
            self.watch.offer(cost, lambda: self.solution(plan, "interrupted"))

    def solution(self, plan: tuple[Model, Floats], status: str) -> Solution:
        """A plan with what is proven of it."""
        cost = plan[0].cost_of(plan[1])
        bound = min(self.watch.bound, cost)
        seconds = self.watch.seconds
        return solution_of(*plan, status=status, objective=cost, bound=bound, seconds=seconds, nodes=self.nodes)

    def complete(self, model: Model, values: Floats) -> None:
        """Note column values that HiGHS has found on its way, where they are a plan as they stand."""
        whole = values.copy()
        whole[model.decisions] = np.round(values[model.decisions])
        self.tell_of((model, whole))

    def incomplete(self, model: Model, values: Floats) -> None:
        """Work out the deliveries of a plan that HiGHS has found on its way, if that is worth the time."""
        began = self.watch.seconds
        if began < self.next_s or model.cost_of(values) > self.told * (1 - _WORTH):
            return
        aside = Watch(_GRACE_S, lambda _now: self.watch.tell())
        plan = dispatch(self.problem, values[model.decisions], self.reach, aside, exact=False)
        if plan is not None:
            self.tell_of(plan)
        self.next_s = self.watch.seconds + _PAUSE * (self.watch.seconds - began)

    @property
    def proven(self) -> float:
        """The gap that is proven."""
        return relative_gap(self.objective, self.watch.bound)


def solve(
    problem: Problem,
    *,
    gap: float = 0.01,
    time_limit_s: float = 60.0,
    start: Floats | None = None,
    watcher: Watcher = unwatched,
) -> Solution:
    """Choose what stays, is upgraded, merges or closes at the least cost, and prove how good the choice is.

    Parameters
    ----------
    gap : float
        Stop once the plan is proven to cost at most this share more than the best possible one.
    time_limit_s : float
        Stop after this many seconds with the best plan so far.
    start : array, optional
        Decisions to start from, in the order of `Model.decisions`, such as those of an older plan; of no use where
        they are no plan.
    watcher : callable, optional
        Told of the progress, with the best plan so far as a `Solution`; returns false to stop.

    Returns
    -------
    Solution
        Status ``infeasible`` where no plan exists; see `shortfalls` for what is missing.
    """
    watch = Watch(time_limit_s, watcher, text=_("正在拟出初步方案"))
    search = _Search(problem, watch, gap)
    if start is not None:
        search.known = dispatch(problem, start, search.reach, watch)
        search.offer(search.known)
    # One year is quick, and shows which points draw on far stations.
    if search.known is None and len(problem.years) > 1:
        plan, search.reach = year_by_year(problem, search.reach, watch)
        search.offer(plan)
    watch.doing(_("正在求下界"))
    model, lp, values, search.reach = reach_of_relaxation(problem, search.reach, watch)
    if values is None:
        return _answer(search) if watch.over else no_plan(problem, watch)
    watch.tell(bound=model.cost_of(values))
    if search.known is not None and search.proven <= gap:
        return _answer(search)
    first = _first_plan(search, model, values)
    if first is not None:
        watch.doing(_("正在核算运距"))
        search.offer(dispatch(problem, first[model.decisions], search.reach, watch))
    watch.doing(_("正在改进方案并证明差距"))
    if _branch(search, model, lp, first) == "infeasible" and search.best is None:
        return no_plan(problem, watch)
    return _answer(search)


def _known_plan(search: _Search, model: Model) -> Floats | None:
    """The plan that the search was given, in the columns of a model, where it is good enough to go on from."""
    if search.known is None or search.proven > _WORTH_GOING_ON:
        return None
    known, values = search.known
    h = relaxed(fixed(without_rest(model), model.decisions, values[known.decisions]), search.watch)
    return None if h is None else np.array(h.getSolution().col_value)


def _first_plan(search: _Search, model: Model, values: Floats) -> Floats | None:
    """A good plan: one that was given or a dive, then a search among the decisions that the relaxation leaves open."""
    watch, lp = search.watch, without_rest(model)
    watch.doing(_("正在由下界的解得出方案"))
    start = _known_plan(search, model)
    if start is None:
        start = dive(model, lp, watch)
    if start is not None:
        search.complete(model, start)
    watch.doing(_("正在改进方案"))
    decisions = model.decisions
    settled = np.abs(values[decisions] - np.round(values[decisions])) < TINY
    held = values[decisions] if start is None else start[decisions]
    settled &= np.abs(held - values[decisions]) < 0.5  # what an older plan decided otherwise stays open
    budget_s = min(_FIRST_SHARE * watch.time_limit_s, watch.left)
    found, *_rest = run_mip(
        fixed(lp, decisions[settled], np.round(held[settled])),
        Watch(budget_s, lambda _now: watch.tell()),
        gap=(_FIRST_GAP if search.known is None else _PROOF_GAP) * search.gap,
        constant=model.constant,
        start=start,
        until_s=budget_s,
        found=partial(search.complete, model),
    )
    plans = [plan for plan in (found, start) if plan is not None]
    return min(plans, key=model.cost_of, default=None)


def _branch(search: _Search, model: Model, lp: highspy.HighsLp, start: Floats | None) -> str:
    """Branch and bound until the gap is proven; tells how its last run ended."""
    watch, problem, gap, status = search.watch, search.problem, search.gap, "open"
    while not watch.stopped and search.proven > gap and watch.left > 0.2:
        found, proven, status, more = run_mip(
            lp,
            watch,
            gap=_PROOF_GAP * gap,
            constant=model.constant,
            start=start,
            until_s=watch.left,
            found=partial(search.incomplete, model),
        )
        search.nodes += max(more, 0)
        if status == "infeasible":
            break
        watch.tell(bound=proven)
        if found is None:
            break
        _settle(search, model, found)
        if search.proven <= gap or watch.over:
            break
        # The bound still counts on far stations being near: write more of them out and go on.
        wider = widened(model, found, search.reach)
        if wider is None and status == "optimal":
            break
        if wider is None:
            continue
        search.reach = wider
        model = Model(problem, arcs_within(problem, search.reach))
        lp = model.program.lp()
        start = None
    return status


def _settle(search: _Search, model: Model, found: Floats) -> None:
    """Work out the deliveries of what branch and bound has found; roughly, where the time is up."""
    watch = search.watch
    if watch.stopped and search.latest is not None:
        return
    if watch.over:
        watch = Watch(_GRACE_S)
    plan = dispatch(search.problem, found[model.decisions], search.reach, watch, exact=not search.watch.over)
    search.offer(plan)


def _answer(search: _Search) -> Solution:
    """The plan of a search that has ended, or that there is none."""
    cut_short = search.watch.reason is not None or search.best is None
    plan = search.latest if cut_short else search.best
    if plan is None:
        return replace(no_plan(search.problem, search.watch, ended=True), bound=search.watch.bound)
    found = search.solution(plan, "")
    return replace(found, status=_ended(found.gap, search.gap, search.watch))


def _ended(proven: float, wanted: float, watch: Watch) -> str:
    """How a search ended that has found a plan."""
    if proven <= OPTIMAL_GAP:
        return "optimal"
    if proven <= wanted:
        return "gap_reached"
    return "interrupted" if watch.stopped else "time_limit"
