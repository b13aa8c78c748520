"""The problem as the solvers see it: demand that is wanted, in scaled units, with every source in one list."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import highspy
import numpy as np

from mixplan.base.highs import answered, quiet_highs
from mixplan.siting.solver.check import clique_cover
from mixplan.siting.solver.problem import FloatArray, IntArray, SitingProblem

_SELECTION_S = 1.0


@dataclass(frozen=True)
class LineRule:
    """A linear rule on the lines: ``low <= sum(coef * column) <= high``; columns beyond the sites are open marks."""

    columns: IntArray
    coef: FloatArray
    low: float
    high: float


class Core:
    """Scaled copy of a `SitingProblem`: average demand is 1, average finite cost is 1, zero demand is left out.

    Sources are the sites (first `m`), then existing plants, then optional supplies; arrays are (source, demand).
    """

    def __init__(self, problem: SitingProblem) -> None:
        p = problem
        self.problem = p
        self.wanted: IntArray = np.flatnonzero(p.demand > 0).astype(np.int64)
        demand = p.demand[self.wanted]
        cost = np.ascontiguousarray(p.source_cost[self.wanted].T)
        finite = cost[np.isfinite(cost)]
        self.unit_demand = float(demand.mean()) if demand.size else 1.0
        self.unit_cost = (float(finite.mean()) if finite.size else 0.0) or 1.0
        self.unit_money = self.unit_demand * self.unit_cost
        self.d: FloatArray = demand / self.unit_demand
        self.c: FloatArray = cost / self.unit_cost
        self.n, self.m, self.n_source = len(self.d), p.n_site, len(self.c)
        total = float(self.d.sum())
        cap = np.concatenate([p.capacity, p.capacity_existing, p.capacity_optional]) / self.unit_demand
        # More than all of the demand is never used; clipping it tightens the relaxation.
        self.cap: FloatArray = np.minimum(cap, total)
        self.f: FloatArray = p.fixed_cost / self.unit_money
        self.lo: IntArray = p.min_lines.copy()
        self.hi: IntArray = p.places
        if p.n_lines is not None:
            self.hi = np.minimum(self.hi, p.n_lines)
        self.strict = math.isinf(p.unmet_penalty)
        top = float(self.c[np.isfinite(self.c)].max(initial=0.0))
        # Where all demand must be served, a choice of lines that cannot do it is given a cost above any that can.
        self.unmet_tolerance = 1e-9 * total
        self.shortfall = float(self.f @ self.hi) + total * top + 1.0
        # Rerouting one unit moves at most one delivery per point or source, so beyond this price leaving demand unmet
        # can never pay for given sites. Saved fixed cost could still make it pay, hence `shortfall` on top.
        self.never = top * (2 * min(self.n, self.n_source) + 2) + 1.0
        self.penalty = self.never if self.strict else p.unmet_penalty / self.unit_cost
        self.optional_group: IntArray = np.concatenate(
            [np.full(self.m + p.n_existing, -1, dtype=np.int64), p.optional_group]
        )
        self.shared_cap: FloatArray = np.minimum(p.optional_group_cap / self.unit_demand, total)
        self.marked: IntArray = np.empty(0, dtype=np.int64)
        self.rules = self._line_rules()

    def _line_range(self) -> tuple[int, int]:
        """Fewest and most lines in all; where all demand must be served, capacity asks for some number of lines."""
        p = self.problem
        most = int(self.hi.sum()) if p.n_lines is None else p.n_lines
        if p.n_lines is not None and p.lines_exact:
            return p.n_lines, most
        if not self.strict:
            return 0, most
        options = self.cap[self.m + p.n_existing :]
        grouped = p.optional_group >= 0
        supply = self.cap[self.m : self.m + p.n_existing].sum() + options[~grouped].sum() + self.shared_cap.sum()
        reach = supply + np.cumsum(np.sort(np.repeat(self.cap[: self.m], self.hi))[::-1])
        need = float(self.d.sum()) * (1 - 1e-9)
        return (0 if supply >= need else min(int(np.searchsorted(reach, need)) + 1, most)), most

    def _line_rules(self) -> list[LineRule]:
        p, inf = self.problem, math.inf
        sites = np.arange(self.m, dtype=np.int64)
        rules: list[LineRule] = []
        self.fewest, self.most_lines = self._line_range()
        rules.append(LineRule(sites, np.ones(self.m), float(self.fewest), float(self.most_lines)))
        for g in range(len(p.group_min)):
            inside = sites[p.group == g]
            rules.append(LineRule(inside, np.ones(len(inside)), float(p.group_min[g]), float(p.group_max[g])))
        # A site with several lines that keeps others away needs a mark "in use": lines <= most * mark.
        self.marked = np.array(sorted({int(j) for j in p.conflicts.ravel() if self.hi[j] > 1}), dtype=np.int64)
        column = {int(j): self.m + k for k, j in enumerate(self.marked)}
        for j, z in column.items():
            rules.append(LineRule(np.array([j, z]), np.array([1.0, -float(self.hi[j])]), -inf, 0.0))
        covered: set[tuple[int, int]] = set()
        for clique in clique_cover(p):
            if len(clique) > 1:
                covered |= {(int(a), int(b)) for a in clique for b in clique if a < b}
                rules.append(
                    LineRule(np.array([column.get(int(j), int(j)) for j in clique]), np.ones(len(clique)), -inf, 1.0)
                )
        for a, b in p.conflicts:
            if (int(a), int(b)) not in covered:
                rules.append(
                    LineRule(np.array([column.get(int(a), int(a)), column.get(int(b), int(b))]), np.ones(2), -inf, 1.0)
                )
        return rules

    def allowed(self, lines: IntArray) -> bool:
        """Tell whether a choice of lines keeps every rule on lines."""
        if np.any(lines < self.lo) or np.any(lines > self.hi):
            return False
        full = np.concatenate([lines, (lines[self.marked] > 0).astype(np.int64)])
        return all(r.low - 1e-9 <= float(r.coef @ full[r.columns]) <= r.high + 1e-9 for r in self.rules)

    def best_selection(self, value: FloatArray, count: float | None = None) -> IntArray | None:
        """Choose the allowed lines with the highest value in all, `count` of them if that can be; None if none can."""
        if self.m == 0 or np.any(self.lo > self.hi):
            return self.lo.copy() if self.allowed(self.lo) else None
        h = quiet_highs()
        inf = highspy.kHighsInf
        k = self.m + len(self.marked)
        h.addVars(k, np.append(self.lo, np.zeros(k - self.m)), np.append(self.hi, np.ones(k - self.m)))
        index = np.arange(k, dtype=np.int32)
        h.changeColsCost(k, index, np.append(-value, np.zeros(k - self.m)))
        h.changeColsIntegrality(k, index, np.full(k, highspy.HighsVarType.kInteger))
        for r in self.rules:
            h.addRow(max(r.low, -inf), min(r.high, inf), len(r.columns), r.columns.astype(np.int32), r.coef)
        if count is not None:
            whole = float(min(max(round(count), self.fewest), self.most_lines))
            h.changeRowBounds(0, whole, whole)
        # The best selection is only a start for a search: a good one in time is worth more.
        h.setOptionValue("time_limit", _SELECTION_S)
        answered(h, h.run())
        feasible = highspy.SolutionStatus.kSolutionStatusFeasible
        if h.getModelStatus() == highspy.HighsModelStatus.kTimeLimit and h.getInfo().primal_solution_status != feasible:
            h.setOptionValue("time_limit", highspy.kHighsInf)
            h.setOptionValue("mip_max_improving_sols", 1)
            answered(h, h.run())
        if h.getInfo().primal_solution_status != feasible:
            return None if count is None else self.best_selection(value)
        out: IntArray = np.round(np.array(h.getSolution().col_value)[: self.m]).astype(np.int64)
        return out

    def knapsack(self, price: FloatArray, rows: IntArray | slice = slice(None)) -> FloatArray:
        """Least reduced cost of one line of each source when demand point i pays ``price[i]`` per unit."""
        return self.knapsack_fill(price, rows)[0]

    def knapsack_fill(
        self, price: FloatArray, rows: IntArray | slice = slice(None), offset: FloatArray | None = None
    ) -> tuple[FloatArray, IntArray, FloatArray]:
        """Fill one line of each source with its best-paying demand.

        Returns
        -------
        value : (r,) array
            Least reduced cost, at most 0.
        order, amount : (r, q) arrays
            Demand points by reduced cost, and what each takes.
        """
        reduced = self.c[rows] - price
        if offset is not None:
            reduced += offset
        cap = self.cap[rows]
        pays = int((reduced < 0).sum(axis=1).max(initial=0))
        if 2 * pays < self.n:
            part = np.argpartition(reduced, pays, axis=1)[:, : max(pays, 1)]
            worth = np.take_along_axis(reduced, part, 1)
            by = np.argsort(worth, axis=1)
            order, worth = np.take_along_axis(part, by, 1), np.take_along_axis(worth, by, 1)
        else:
            order = np.argsort(reduced, axis=1)
            worth = np.take_along_axis(reduced, order, 1)
        d = np.where(worth < 0, self.d[order], 0.0)
        filled = np.cumsum(d, axis=1)
        amount = np.clip(cap[:, None] - (filled - d), 0.0, d)
        worth[~np.isfinite(worth)] = 0.0
        return np.einsum("ij,ij->i", amount, worth), order, amount

    @cached_property
    def site_distance(self) -> FloatArray:
        """How different two sites are: root mean square difference of their costs, weighted by demand."""
        c = self.c[: self.m]
        top = c[np.isfinite(c)].max(initial=1.0)
        w = np.where(np.isfinite(c), c, 2 * top) * np.sqrt(self.d)
        square = (w * w).sum(axis=1)
        out: FloatArray = np.sqrt(np.maximum(square[:, None] + square[None, :] - 2 * w @ w.T, 0.0))
        return out

    def full_flows(self, amount: FloatArray) -> FloatArray:
        """Turn scaled (source, wanted demand) deliveries into the problem's (demand, source)."""
        out = np.zeros((self.problem.n_demand, self.n_source))
        out[self.wanted] = amount.T * self.unit_demand
        return out
