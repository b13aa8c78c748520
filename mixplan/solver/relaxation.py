"""Lower bounds: a linear relaxation whose columns and rows are written down only when they matter.

The relaxation has the strong rows ``delivery <= demand * lines`` for every pair, far too many to write down. Rows are
added when violated, delivery columns when they can pay. Every bound is then proven apart from the simplex tolerances:
`Relaxation.certify` takes the prices the LP found and works out, over *all* deliveries, what they prove
(weak duality).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import highspy
import numpy as np
from numpy.typing import NDArray

from .core import Core, LineRule, quiet_highs
from .problem import FloatArray, IntArray

_STATUS = [
    highspy.HighsBasisStatus.kLower,
    highspy.HighsBasisStatus.kBasic,
    highspy.HighsBasisStatus.kUpper,
    highspy.HighsBasisStatus.kZero,
    highspy.HighsBasisStatus.kNonbasic,
]
_NUMBER = {status: number for number, status in enumerate(_STATUS)}
_LOWER, _BASIC, _UPPER = 0, 1, 2
_SLICE = 1500
_CHOOSE, _DEVEX = -1, 1


@dataclass(eq=False)
class Box:
    """A part of the search: limits on the lines of each site and on the lines in regions."""

    lo: IntArray
    hi: IntArray
    regions: dict[int, tuple[float, float]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Certificate:
    """What a set of prices proves: a lower bound, and by how much a first line on each site would raise it."""

    bound: float
    reduced: FloatArray


@dataclass(frozen=True, eq=False)
class Basis:
    """A simplex basis by name, so that it survives rows and columns coming and going.

    Attributes
    ----------
    columns, rows, rules : arrays
        Status (index into `_STATUS`) of the columns and rows that are always there, and of the rules.
    arcs : (a,) array of int
        Basic deliveries, as ``source * n_demand + demand``.
    bound : (b,) array of int
        Strong rows that are not basic, named alike.
    """

    columns: NDArray[np.int8]
    rows: NDArray[np.int8]
    rules: NDArray[np.int8]
    arcs: IntArray
    bound: IntArray


@dataclass(frozen=True, eq=False)
class Relaxed:
    """Solution of the relaxation over a box."""

    bound: float
    lines: FloatArray
    certificate: Certificate | None
    basis: Basis | None


class Relaxation:
    """The linear relaxation, kept warm from one box to the next."""

    def __init__(self, core: Core, keep_going: Callable[[], bool]) -> None:
        self.core = core
        self.keep_going = keep_going
        n, m, s = core.n, core.m, core.n_source
        h = self.h = quiet_highs()
        h.setOptionValue("presolve", "off")
        inf = highspy.kHighsInf
        k = len(core.marked)
        self.first_unmet = m + k
        self.first_arc = m + k + n
        self.arc_source: IntArray = np.empty(0, dtype=np.int64)
        self.arc_demand: IntArray = np.empty(0, dtype=np.int64)
        self.position: IntArray = np.full((s, n), -1, dtype=np.int64)
        self.row_position: IntArray = np.full((s, n), -1, dtype=np.int64)
        # The first lines' worth of a delivery: a site with one line never ships more than its capacity.
        self.most: FloatArray = np.minimum(core.d[None, :], core.cap[:, None])
        self.rules: list[LineRule] = []
        self.rule_rows: IntArray = np.empty(0, dtype=np.int64)
        lp = highspy.HighsLp()
        q = len(core.shared_cap)
        lp.num_col_, lp.num_row_ = m + k + n, n + s + q
        lp.col_cost_ = np.concatenate([core.f, np.zeros(k), np.full(n, core.penalty)])
        lp.col_lower_ = np.concatenate([core.lo, np.zeros(k + n)]).astype(float)
        lp.col_upper_ = np.concatenate([core.hi, np.ones(k), np.full(n, inf)]).astype(float)
        cap = np.where(np.arange(s) < m, 0.0, core.cap)
        lp.row_lower_ = np.concatenate([core.d, np.full(s + q, -inf)])
        lp.row_upper_ = np.concatenate([core.d, cap, core.shared_cap])
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_ = np.concatenate([np.arange(m), np.full(k, m), m + np.arange(n + 1)]).astype(np.int32)
        lp.a_matrix_.index_ = np.concatenate([n + np.arange(m), np.arange(n)]).astype(np.int32)
        lp.a_matrix_.value_ = np.concatenate([-core.cap[:m], np.ones(n)])
        h.passModel(lp)
        self.n_rows = self.first_strong = n + s + q
        self.row_source: IntArray = np.empty(0, dtype=np.int64)
        self.row_demand: IntArray = np.empty(0, dtype=np.int64)
        for rule in core.rules:
            self.add_rule(rule)
        self.seen_regions: dict[bytes, int] = {}
        self.n_fixed_rules = len(self.rules)

    def add_rule(self, rule: LineRule) -> int:
        """Write down a rule on lines; returns its number."""
        inf = highspy.kHighsInf
        index = rule.columns.astype(np.int32)
        self.h.addRow(max(rule.low, -inf), min(rule.high, inf), len(index), index, rule.coef)
        self.rules.append(rule)
        self.rule_rows = np.append(self.rule_rows, self.n_rows)
        self._note_rows(np.array([-1]), np.array([-1]))
        return len(self.rules) - 1

    def region(self, sites: IntArray) -> int:
        """Write down a region (a free row that branches limit); returns its number."""
        key = np.sort(sites).tobytes()
        if key not in self.seen_regions:
            self.seen_regions[key] = self.add_rule(LineRule(sites, np.ones(len(sites)), -math.inf, math.inf))
        return self.seen_regions[key]

    def add_arcs(self, source: IntArray, demand: IntArray, *, rows: bool) -> int:
        """Write down deliveries that are not there yet, with their strong rows if asked; returns how many are new."""
        core = self.core
        fresh = (self.position[source, demand] < 0) & np.isfinite(core.c[source, demand])
        new_s, new_d = source[fresh], demand[fresh]
        if len(new_s):
            count = len(new_s)
            self.position[new_s, new_d] = len(self.arc_source) + np.arange(count)
            group = core.optional_group[new_s]
            width = 2 + (group >= 0)
            start = np.concatenate([[0], np.cumsum(width)])
            index = np.empty(start[-1], dtype=np.int32)
            index[start[:-1]] = new_d
            index[start[:-1] + 1] = core.n + new_s
            index[start[:-1][group >= 0] + 2] = core.n + core.n_source + group[group >= 0]
            self.h.addCols(
                count, core.c[new_s, new_d], np.zeros(count), np.full(count, highspy.kHighsInf),
                int(start[-1]), start[:-1].astype(np.int32), index, np.ones(int(start[-1])),
            )  # fmt: skip
            self.arc_source = np.concatenate([self.arc_source, new_s])
            self.arc_demand = np.concatenate([self.arc_demand, new_d])
        if rows:
            self.add_rows(source, demand)
        return len(new_s)

    def add_rows(self, source: IntArray, demand: IntArray) -> int:
        """Write down strong rows of deliveries that are there; returns how many are new."""
        fresh = (source < self.core.m) & (self.row_position[source, demand] < 0) & (self.position[source, demand] >= 0)
        source, demand = source[fresh], demand[fresh]
        count = len(source)
        if count:
            self.row_position[source, demand] = self.n_rows + np.arange(count)
            index = np.column_stack([self.first_arc + self.position[source, demand], source]).astype(np.int32)
            value = np.column_stack([np.ones(count), -self.most[source, demand]])
            self.h.addRows(
                count, np.full(count, -highspy.kHighsInf), np.zeros(count), 2 * count,
                np.arange(0, 2 * count, 2, dtype=np.int32), index.ravel(), value.ravel(),
            )  # fmt: skip
            self._note_rows(source, demand)
        return count

    def _note_rows(self, source: IntArray, demand: IntArray) -> None:
        self.row_source = np.concatenate([self.row_source, source])
        self.row_demand = np.concatenate([self.row_demand, demand])
        self.n_rows += len(source)

    def enter(self, box: Box, basis: Basis | None) -> None:
        """Limit the relaxation to a box, starting from a basis."""
        m, inf = self.core.m, highspy.kHighsInf
        self.box = box
        self.h.changeColsBounds(m, np.arange(m, dtype=np.int32), box.lo.astype(float), box.hi.astype(float))
        for number in range(self.n_fixed_rules, len(self.rules)):
            low, high = box.regions.get(number, (-math.inf, math.inf))
            self.h.changeRowBounds(self.rule_rows[number], max(low, -inf), min(high, inf))
        if basis is not None:
            n = self.core.n
            needed = np.union1d(basis.arcs, basis.bound)
            self.add_arcs(needed // n, needed % n, rows=False)
            self.add_rows(basis.bound // n, basis.bound % n)
            columns = np.full(self.first_arc + len(self.arc_source), _LOWER, dtype=np.int8)
            columns[: self.first_arc] = basis.columns
            columns[self.first_arc + self.position.ravel()[basis.arcs]] = _BASIC
            rows = np.full(self.n_rows, _BASIC, dtype=np.int8)
            rows[: self.first_strong] = basis.rows
            rows[self.rule_rows[: len(basis.rules)]] = basis.rules
            rows[self.row_position.ravel()[basis.bound]] = _UPPER
            b = highspy.HighsBasis()
            b.col_status = [_STATUS[k] for k in columns.tolist()]
            b.row_status = [_STATUS[k] for k in rows.tolist()]
            self.h.setBasis(b)

    def basis(self) -> Basis:
        """Return the current basis."""
        b = self.h.getBasis()
        columns = np.array([_NUMBER[k] for k in b.col_status], dtype=np.int8)
        rows = np.array([_NUMBER[k] for k in b.row_status], dtype=np.int8)
        basic = columns[self.first_arc :] == _BASIC
        tight = (rows[self.first_strong :] != _BASIC) & (self.row_source >= 0)
        n = self.core.n
        return Basis(
            columns[: self.first_arc],
            rows[: self.first_strong],
            rows[self.rule_rows],
            self.arc_source[basic] * n + self.arc_demand[basic],
            self.row_source[tight] * n + self.row_demand[tight],
        )

    def purge(self, relaxed: Relaxed, slack: float) -> None:
        """Cross out what the solution of a box does not need: loose strong rows, and deliveries far from paying."""
        basis, core = relaxed.basis, self.core
        assert basis is not None
        assert relaxed.certificate is not None
        n = core.n
        tight = np.isin(self.row_source * n + self.row_demand, basis.bound)
        keep_rows = np.concatenate([np.ones(self.first_strong, dtype=np.bool_), tight | (self.row_source < 0)])
        far = np.zeros(core.n_source, dtype=np.bool_)
        far[: core.m] = (relaxed.lines < 1e-9) & (relaxed.certificate.reduced > 0.1 * slack)
        used = np.isin(self.arc_source * n + self.arc_demand, np.union1d(basis.arcs, basis.bound))
        keep_arcs = used | ~far[self.arc_source]
        dead = np.flatnonzero(~keep_rows)
        self.h.deleteRows(len(dead), dead.astype(np.int32))
        dead = self.first_arc + np.flatnonzero(~keep_arcs)
        self.h.deleteCols(len(dead), dead.astype(np.int32))
        place = np.cumsum(keep_rows) - 1
        self.rule_rows = place[self.rule_rows]
        keep_strong = keep_rows[self.first_strong :]
        self.row_source, self.row_demand = self.row_source[keep_strong], self.row_demand[keep_strong]
        self.n_rows = int(keep_rows.sum())
        self.row_position[:] = -1
        strong = self.row_source >= 0
        self.row_position[self.row_source[strong], self.row_demand[strong]] = self.first_strong + np.flatnonzero(strong)
        self.arc_source, self.arc_demand = self.arc_source[keep_arcs], self.arc_demand[keep_arcs]
        self.position[:] = -1
        self.position[self.arc_source, self.arc_demand] = np.arange(len(self.arc_source))

    def run(self, iterations: int | None = None) -> bool | None:
        """Run the simplex method: True if solved, False if the box allows no choice of lines, None if stopped."""
        # In slices, so that a wish to stop is heard in between.
        self.h.setOptionValue("simplex_iteration_limit", iterations if iterations is not None else _SLICE)
        # Steepest-edge weights cost more to set up than a short run can win back.
        self.h.setOptionValue("simplex_dual_edge_weight_strategy", _CHOOSE if iterations is None else _DEVEX)
        fresh = False
        while True:
            self.h.run()
            status = self.h.getModelStatus()
            if status in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kObjectiveBound):
                return True
            if status == highspy.HighsModelStatus.kInfeasible:
                return False
            if status != highspy.HighsModelStatus.kIterationLimit:
                if fresh:
                    raise RuntimeError(f"HiGHS ended a relaxation with status {status}.")
                # A stale basis can trip the simplex method; a fresh start settles it.
                self.h.clearSolver()
                fresh = True
            elif iterations is not None:
                return True
            if not self.keep_going():
                return None

    def certify(self, row_dual: FloatArray) -> tuple[Certificate, FloatArray, IntArray, FloatArray]:
        """Prove a lower bound over the box from prices, whatever their quality."""
        core, box = self.core, self.box
        n, m, s = core.n, core.m, core.n_source
        price = np.minimum(row_dual[:n], core.penalty)
        shared = np.minimum(row_dual[n + s : n + s + len(core.shared_cap)], 0.0)
        grouped = core.optional_group >= 0
        offset = np.zeros(s)
        offset[grouped] = -shared[core.optional_group[grouped]]
        value, order, amount = core.knapsack_fill(price, offset=offset)
        full = np.concatenate([core.f + value[:m], np.zeros(len(core.marked))])
        bound = float(price @ core.d) + float(shared @ core.shared_cap) + float(value[m:].sum())
        for number, rule in enumerate(self.rules):
            weight = float(row_dual[self.rule_rows[number]])
            if number >= self.n_fixed_rules:
                low, high = box.regions.get(number, (-math.inf, math.inf))
            else:
                low, high = rule.low, rule.high
            limit = low if weight > 0 else high
            if weight == 0 or math.isinf(limit):
                continue
            bound += weight * limit
            full[rule.columns] -= weight * rule.coef
        reduced = full[:m]
        bound += float(np.minimum(reduced * box.lo, reduced * box.hi).sum()) + float(np.minimum(full[m:], 0.0).sum())
        return Certificate(bound, reduced), value, order, amount

    def solve(self, enough: float, tolerance: float, rounds: int = 60) -> Relaxed:
        """Bound the box: add rows and columns until the relaxation is exact up to a share or the bound is enough."""
        core = self.core
        m = core.m
        best: Certificate | None = None
        best_dual: FloatArray | None = None
        stop_above = enough + 1e-4 * abs(enough)
        lines = np.zeros(m)
        for _ in range(rounds):
            self.h.setOptionValue("objective_bound", stop_above)
            solved = self.run()
            self.h.setOptionValue("objective_bound", math.inf)
            if solved is None:
                break
            if not solved:
                return Relaxed(math.inf, lines, None, None)
            solution = self.h.getSolution()
            x = np.array(solution.col_value)
            dual = np.array(solution.row_dual)
            lines, amount = x[:m], x[self.first_arc :]
            # Prices jump from one vertex to the next; halfway back to the best ones they often prove more.
            trial = [dual]
            if best_dual is not None:
                trial.append(0.5 * (dual + np.pad(best_dual, (0, len(dual) - len(best_dual)))))
            tests = [self.certify(prices) for prices in trial]
            for prices, test in zip(trial, tests, strict=True):
                if best is None or test[0].bound > best.bound:
                    best, best_dual = test[0], prices
            assert best is not None
            if best.bound >= enough or not self.keep_going():
                break
            if self.h.getModelStatus() == highspy.HighsModelStatus.kObjectiveBound:
                # The simplex method stopped early, but its prices do not prove enough: let it finish.
                stop_above = math.inf
                continue
            objective = float(self.h.getInfo().objective_function_value)
            sited = self.arc_source < m
            excess = np.where(sited, amount, 0.0)
            excess[sited] -= self.most[self.arc_source[sited], self.arc_demand[sited]] * lines[self.arc_source[sited]]
            broken = np.flatnonzero(excess > 1e-6)
            added = self.add_rows(self.arc_source[broken], self.arc_demand[broken])
            if objective - best.bound > tolerance * abs(objective):
                for certificate, _, order, fill in tests:
                    could = np.ones(core.n_source, dtype=np.bool_)
                    could[:m] = (certificate.reduced < -1e-9) & (self.box.hi > 0) | (lines > 1e-9)
                    r, q = np.nonzero((fill > 0) & could[:, None])
                    added += self.add_arcs(r, order[r, q], rows=True)
            if not added:
                break
        if best is None:
            return Relaxed(-math.inf, lines, None, None)
        return Relaxed(best.bound, lines, best, self.basis())
