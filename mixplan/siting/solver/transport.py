"""Best deliveries for given sites."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import highspy
import numpy as np

from mixplan.base.highs import answered, quiet_highs
from mixplan.siting.solver.core import Core
from mixplan.siting.solver.manypoints import MANY, ManyPoints
from mixplan.siting.solver.problem import FloatArray, IntArray, SitingProblem
from mixplan.siting.solver.result import Flows


@dataclass(frozen=True, eq=False)
class Allocation:
    """Best deliveries for given sites, and what a unit more or less would be worth.

    Attributes
    ----------
    flows : Flows
        Deliveries.
    unmet : (n_demand,) array
        Demand left unmet.
    cost : float
        Haul + fixed cost + penalty; ``inf`` if demand that must be served is left unmet.
    demand_price : (n_demand,) array
        Cost of serving one more unit at the point, cheapest way.
    """

    flows: Flows
    unmet: FloatArray
    cost: float
    demand_price: FloatArray


class Transport:
    """Transportation problem that stays warm while lines move from site to site.

    The sites in use sit in slots: moving a line only changes the costs and capacity of a slot, so the last basis is a
    good start.
    """

    def __init__(self, core: Core, n_slots: int) -> None:
        self.core = core
        self.fixed = np.arange(core.m, core.n_source)
        self.n_slots = n_slots
        self.held: IntArray = np.full(n_slots, -1, dtype=np.int64)
        n, s = core.n, n_slots + len(self.fixed)
        h = self.h = quiet_highs()
        h.setOptionValue("presolve", "off")
        h.setOptionValue("simplex_strategy", 4)
        inf = highspy.kHighsInf
        self._never = core.never if core.strict else 2 * max(core.penalty, core.never)
        self._unmet_cost = core.penalty
        cost = np.full((s, n), self._never * 2)
        cost[n_slots:] = self._tame(core.c[core.m :])
        lp = highspy.HighsLp()
        groups = core.optional_group[core.m :]
        q = len(core.shared_cap)
        lp.num_col_, lp.num_row_ = n + n * s, n + s + q
        lp.col_cost_ = np.concatenate([np.full(n, self._unmet_cost), cost.ravel()])
        lp.col_lower_ = np.zeros(lp.num_col_)
        lp.col_upper_ = np.full(lp.num_col_, inf)
        cap = np.concatenate([np.zeros(n_slots), core.cap[core.m :]])
        lp.row_lower_ = np.concatenate([core.d, np.full(s + q, -inf)])
        lp.row_upper_ = np.concatenate([core.d, cap, core.shared_cap])
        starts, index = [np.arange(n)], [np.arange(n)]
        at = n
        for k in range(s):
            g = int(groups[k - n_slots]) if k >= n_slots else -1
            rows = [np.arange(n), np.full(n, n + k)] + ([np.full(n, n + s + g)] if g >= 0 else [])
            starts.append(at + np.arange(n) * len(rows))
            index.append(np.column_stack(rows).ravel())
            at += n * len(rows)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_ = np.concatenate([*starts, [at]]).astype(np.int32)
        lp.a_matrix_.index_ = np.concatenate(index).astype(np.int32)
        lp.a_matrix_.value_ = np.ones(at)
        h.passModel(lp)

    def _tame(self, cost: FloatArray) -> FloatArray:
        return np.where(np.isfinite(cost), cost, self._never * 2)

    def solve(self, lines: IntArray) -> float:
        """Return the scaled cost of the best deliveries, fixed cost included."""
        core, n = self.core, self.core.n
        used = np.flatnonzero(lines > 0)
        keep = np.isin(self.held, used) & (self.held >= 0)
        todo = [int(j) for j in used if j not in set(self.held[keep].tolist())]
        for slot in np.flatnonzero(~keep).tolist():
            if todo:
                j = todo.pop(0)
                self.held[slot] = j
                index = np.arange(n + slot * n, n + slot * n + n, dtype=np.int32)
                self.h.changeColsCost(n, index, self._tame(core.c[j]))
            else:
                self.held[slot] = -1
        assert not todo, "more sites in use than slots"
        taken = self.held >= 0
        self.slot_cap = np.zeros(self.n_slots)
        self.slot_cap[taken] = core.cap[self.held[taken]] * lines[self.held[taken]]
        for slot in range(self.n_slots):
            self.h.changeRowBounds(n + slot, -highspy.kHighsInf, float(self.slot_cap[slot]))
        self.h.run()
        if self.h.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            # A stale basis can trip the simplex method; a fresh start settles it.
            self.h.clearSolver()
            answered(self.h, self.h.run())
        cost = float(self.h.getInfo().objective_function_value) + float(core.f @ lines)
        if core.strict and sum(self.h.getSolution().col_value[: core.n]) > core.unmet_tolerance:
            cost += core.shortfall
        return cost

    def prices(self) -> tuple[FloatArray, FloatArray]:
        """Return what a unit more of demand costs per point, and what a unit of capacity saves per source."""
        dual = np.array(self.h.getSolution().row_dual)
        core, n, s = self.core, self.core.n, self.n_slots + len(self.fixed)
        rent = np.zeros(core.n_source)
        held = self.held >= 0
        rent[self.held[held]] = -dual[n : n + self.n_slots][held]
        rent[core.m :] = -dual[n + self.n_slots : n + s]
        groups = core.optional_group[core.m :]
        grouped = groups >= 0
        rent[core.m :][grouped] -= dual[n + s :][groups[grouped]]
        return dual[:n], np.maximum(rent, 0.0)

    def amounts(self) -> tuple[FloatArray, FloatArray]:
        """Return scaled deliveries (source, demand) and unmet demand."""
        core, n = self.core, self.core.n
        x = np.array(self.h.getSolution().col_value)
        by_slot = x[n:].reshape(self.n_slots + len(self.fixed), n)
        out = np.zeros((core.n_source, n))
        held = self.held >= 0
        out[self.held[held]] = by_slot[: self.n_slots][held]
        out[core.m :] = by_slot[self.n_slots :]
        out[~np.isfinite(core.c)] = 0.0
        out = np.where(out > 1e-10, out, 0.0)
        # Simplex tolerances leave dust; take it off the deliveries rather than oversupply or overload anyone.
        out *= np.minimum(1.0, core.d / np.maximum(out.sum(axis=0), 1e-300))
        cap = np.zeros(core.n_source)
        cap[core.m :] = core.cap[core.m :]
        cap[self.held[held]] = self.slot_cap[held]
        out *= np.minimum(1.0, cap / np.maximum(out.sum(axis=1), 1e-300))[:, None]
        unmet = core.d - out.sum(axis=0)
        return out, np.where(unmet > 1e-9, unmet, 0.0)


def transport_for(core: Core, n_slots: int, keep_going: Callable[[], bool] | None = None) -> Transport | ManyPoints:
    """What is quickest for the number of points, for at most some sites in use at a time."""
    return ManyPoints(core, keep_going) if core.n >= MANY else Transport(core, n_slots)


class Deliveries:
    """The cheapest deliveries for one choice of sites after another, each found from the one before.

    Parameters
    ----------
    problem : SitingProblem
        The problem.
    most_sites : int
        Most sites that will be in use at a time.
    """

    def __init__(self, problem: SitingProblem, most_sites: int) -> None:
        self.problem = problem
        self.core = Core(problem)
        self.transport = transport_for(self.core, most_sites)

    def allocate(self, lines: IntArray) -> Allocation:
        """Find the cheapest deliveries, and what a unit more or less would be worth.

        The lines need not keep quotas or spacing, so a planner can try anything. What cannot be served is `unmet`.

        Parameters
        ----------
        lines : (n_site,) array of int
            Lines on each site.
        """
        problem, core = self.problem, self.core
        lines = np.asarray(lines, dtype=np.int64)
        if lines.shape != (problem.n_site,) or np.any(lines < 0):
            raise ValueError(f"lines must hold {problem.n_site} numbers of 0 or more.")
        self.transport.solve(lines)
        amount, unmet = self.transport.amounts()
        price, _rent = self.transport.prices()
        flows = Flows.from_dense(core.full_flows(amount))
        full_unmet, full_price = np.zeros(problem.n_demand), np.zeros(problem.n_demand)
        full_unmet[core.wanted] = unmet * core.unit_demand
        full_price[core.wanted] = price * core.unit_cost
        return Allocation(flows, full_unmet, plan_cost(problem, lines, flows, full_unmet), full_price)


def allocate(problem: SitingProblem, lines: IntArray) -> Allocation:
    """Find the cheapest deliveries for one choice of sites, see `Deliveries.allocate`."""
    return Deliveries(problem, int((np.asarray(lines) > 0).sum())).allocate(lines)


def plan_cost(problem: SitingProblem, lines: IntArray, flows: Flows, unmet: FloatArray) -> float:
    """Cost of a plan in the problem's units; ``inf`` if demand that must be served is left unmet."""
    short = float(unmet.sum())
    if math.isinf(problem.unmet_penalty):
        if short > 1e-7 * max(1.0, float(problem.demand.sum())):
            return math.inf
        penalty = 0.0
    else:
        penalty = short * problem.unmet_penalty
    haul = float((problem.source_cost[flows.demand, flows.source] * flows.amount).sum())
    return haul + float(problem.fixed_cost @ lines) + penalty
