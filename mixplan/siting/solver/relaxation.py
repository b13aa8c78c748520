"""Lower bounds: a linear relaxation whose columns and rows are written down only when they matter.

The relaxation has the strong rows ``delivery <= demand * lines`` for every pair, far too many to write down. Rows are
added when violated, delivery columns when they can pay, and residual capacity cuts (`Cut`), without which tight
capacity leaves the relaxation 2 to 3 % below the best plan. Every bound is then proven apart from the simplex
tolerances: `Relaxation.certify` takes the prices the LP found and works out, over *all* deliveries, what they prove
(weak duality).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

from mixplan.base.highs import quiet_highs
from mixplan.siting.solver.core import Core, LineRule
from mixplan.siting.solver.problem import BoolArray, FloatArray, IntArray

_STATUS = [
    highspy.HighsBasisStatus.kLower,
    highspy.HighsBasisStatus.kBasic,
    highspy.HighsBasisStatus.kUpper,
    highspy.HighsBasisStatus.kZero,
    highspy.HighsBasisStatus.kNonbasic,
]
_NUMBER = {status: number for number, status in enumerate(_STATUS)}
_LOWER, _BASIC, _UPPER = 0, 1, 2
_SLICE = 600
_LOOK_S = 0.1
_CHOOSE, _DEVEX = -1, 1


def _heeding(keep_going: Callable[[], bool]) -> Callable[[Any], None]:
    """What HiGHS calls at every iteration: now and then it hears whether to go on."""
    looked = time.perf_counter()

    def heed(event: Any) -> None:
        nonlocal looked
        if time.perf_counter() - looked > _LOOK_S:
            if not keep_going():
                event.interrupt()
            looked = time.perf_counter()

    return heed


@dataclass(eq=False)
class Box:
    """A part of the search: limits on the lines of each site and on the lines in regions."""

    lo: IntArray
    hi: IntArray
    regions: dict[int, tuple[float, float]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Cut:
    """Residual capacity inequality ``coef @ lines[sites] - sum(delivery[sources, points]) >= low``.

    A set of demand points K wants d in all; the sites J (one line: capacity c_j) and plants E (capacity e in all)
    supply part of it, and s >= 0 comes from elsewhere: ``sum(c_j lines_j) + s >= d - e``. Divided by a capacity C and
    rounded (mixed-integer rounding, with r the remainder of (d - e) / C as a share):
    ``C r sum(phi(c_j / C) lines_j) + s >= C r ceil((d - e) / C)`` where ``phi(t) = floor(t) + min(1, frac(t) / r)``.
    """

    sites: IntArray
    coef: FloatArray
    sources: IntArray
    points: IntArray
    low: float


@dataclass(frozen=True, eq=False)
class Certificate:
    """What a set of prices proves: a lower bound, and by how much a first line on each site would raise it."""

    bound: float
    reduced: FloatArray


@dataclass(frozen=True, eq=False)
class Proof:
    """What some prices prove, and the deliveries that would pay at them.

    Attributes
    ----------
    prices : array
        One a row of the relaxation.
    order, fill : (source, q) arrays
        Demand points by reduced cost, and what each takes of one line (`Core.knapsack_fill`).
    """

    prices: FloatArray
    certificate: Certificate
    order: IntArray
    fill: FloatArray


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
    cuts : (c,) array of int
        Cuts that are not basic.
    """

    columns: NDArray[np.int8]
    rows: NDArray[np.int8]
    rules: NDArray[np.int8]
    arcs: IntArray
    bound: IntArray
    cuts: IntArray


@dataclass(frozen=True, eq=False)
class Relaxed:
    """Solution of the relaxation over a box."""

    bound: float
    lines: FloatArray
    certificate: Certificate | None
    basis: Basis | None


class Relaxation:
    """The linear relaxation, kept warm from one box to the next."""

    at_once = 20
    """Sites whose deliveries are written down in one go."""

    def __init__(self, core: Core, keep_going: Callable[[], bool]) -> None:
        self.core = core
        self.keep_going = keep_going
        n, m, s = core.n, core.m, core.n_source
        h = self.h = quiet_highs()
        h.setOptionValue("presolve", "off")
        h.cbSimplexInterrupt.subscribe(_heeding(keep_going))
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
        self.cuts: list[Cut] = []
        self.cut_rows: IntArray = np.empty(0, dtype=np.int64)
        self.cut_sources = np.empty((0, s), dtype=np.bool_)
        self.cut_points = np.empty((0, n), dtype=np.bool_)
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
            shared = np.flatnonzero(group >= 0)
            there = np.flatnonzero(self.cut_rows >= 0)
            a, k = np.nonzero(self.cut_sources[there][:, new_s].T & self.cut_points[there][:, new_d].T)
            column = np.concatenate([np.arange(count), np.arange(count), shared, a])
            row = np.concatenate(
                [new_d, core.n + new_s, core.n + core.n_source + group[shared], self.cut_rows[there][k]]
            )
            value = np.concatenate([np.ones(2 * count + len(shared)), np.full(len(a), -1.0)])
            by = np.argsort(column, kind="stable")
            start = np.concatenate([[0], np.cumsum(np.bincount(column, minlength=count))])
            self.h.addCols(
                count,
                core.c[new_s, new_d],
                np.zeros(count),
                np.full(count, highspy.kHighsInf),
                int(start[-1]),
                start[:-1].astype(np.int32),
                row[by].astype(np.int32),
                value[by],
            )
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
                count,
                np.full(count, -highspy.kHighsInf),
                np.zeros(count),
                2 * count,
                np.arange(0, 2 * count, 2, dtype=np.int32),
                index.ravel(),
                value.ravel(),
            )
            self._note_rows(source, demand)
        return count

    def add_cut(self, cut: Cut) -> None:
        """Make a cut known and write it down."""
        number = len(self.cuts)
        self.cuts.append(cut)
        self.cut_rows = np.append(self.cut_rows, -1)
        self.cut_sources = np.vstack([self.cut_sources, np.isin(np.arange(self.core.n_source), cut.sources)])
        self.cut_points = np.vstack([self.cut_points, np.isin(np.arange(self.core.n), cut.points)])
        self._write_cut(number)

    def _write_cut(self, number: int) -> None:
        cut = self.cuts[number]
        inside = self.cut_sources[number][self.arc_source] & self.cut_points[number][self.arc_demand]
        arcs = self.first_arc + np.flatnonzero(inside)
        index = np.concatenate([cut.sites, arcs]).astype(np.int32)
        value = np.concatenate([cut.coef, np.full(len(arcs), -1.0)])
        self.h.addRow(cut.low, highspy.kHighsInf, len(index), index, value)
        self.cut_rows[number] = self.n_rows
        self._note_rows(np.array([-2]), np.array([number]))

    def separate(self, lines: FloatArray, amount: FloatArray, most: int) -> int:
        """Look for violated cuts around every site in use; returns how many were added."""
        core = self.core
        support = np.flatnonzero(lines > 1e-6)
        flow = np.zeros((core.n_source, core.n))
        flow[self.arc_source[: len(amount)], self.arc_demand[: len(amount)]] = amount
        fixed, fixed_cap = flow[core.m :], core.cap[core.m :]
        found: list[tuple[float, int, BoolArray, BoolArray, BoolArray]] = []
        for j in support.tolist():
            far = core.site_distance[j]
            order = support[np.argsort(far[support], kind="stable")]
            unit = float(core.cap[j])
            radius = np.append(far[order], np.inf)
            if unit <= 0:
                continue
            supply = np.cumsum(core.cap[order] * lines[order]) / unit
            whole = np.floor(supply + 1e-9)
            part = supply - whole
            # Two sites alike belong on the same side.
            use = (part > 0.04) & (part < 0.96) & (np.diff(radius) > 1e-9 * radius[:-1])
            if not use.any():
                continue
            part, whole, reach = part[use, None], whole[use, None], radius[:-1][use]
            radius_out = np.minimum(radius[1:][use], 2 * reach + 1.0)
            base = np.cumsum(flow[order], axis=0)[use]
            share = part * core.d
            helpers = np.zeros((len(reach), len(fixed_cap)), dtype=np.bool_)
            inside = base > share
            for _ in range(3):
                helpers = inside @ fixed.T > (1 - part) * fixed_cap
                total = base + helpers @ fixed
                inside = total > share
            excess = np.maximum(total - share, 0.0).sum(axis=1)
            broken = excess - ((helpers @ fixed_cap) + unit * whole[:, 0]) * (1 - part[:, 0])
            score = broken / np.sqrt(1.0 + inside.sum(axis=1))
            k = int(score.argmax())
            near = far <= (reach[k] + radius_out[k]) / 2
            if broken[k] > -0.05 * unit:
                found.append(self._exchange(float(score[k]), near, inside[k], helpers[k], j, flow, lines, support))
        found = [f for f in found if f[0] > 1e-3 * float(core.cap[f[1]])]
        found.sort(key=lambda e: -e[0])
        chosen: list[tuple[BoolArray, BoolArray]] = []
        for _, j, near, inside, helpers in found:
            if len(chosen) >= most:
                break
            if any(
                (near & a).sum() > 0.8 * (near | a).sum() and (inside & b).sum() > 0.8 * (inside | b).sum()
                for a, b in chosen
            ):
                continue
            cut = self._round(np.flatnonzero(near), np.flatnonzero(inside), core.m + np.flatnonzero(helpers), j)
            if cut is not None:
                chosen.append((near, inside))
                self.add_cut(cut)
        return len(chosen)

    def _exchange(
        self,
        score: float,
        near: BoolArray,
        inside: BoolArray,
        helpers: BoolArray,
        like: int,
        flow: FloatArray,
        lines: FloatArray,
        support: IntArray,
    ) -> tuple[float, int, BoolArray, BoolArray, BoolArray]:
        """Take sites in use into a cut or out of it while that makes it stronger."""
        core = self.core
        unit = float(core.cap[like])
        fixed, fixed_cap = flow[core.m :], core.cap[core.m :]
        weight = core.cap[support] * lines[support]
        near = near.copy()
        for _ in range(12):
            sign = np.where(near[support], -1.0, 1.0)
            after = (float(weight[near[support]].sum()) + sign * weight) / unit
            whole = np.floor(after + 1e-9)
            part = (after - whole)[:, None]
            share = part * core.d
            sited = flow[support[near[support]]].sum(axis=0) + sign[:, None] * flow[support]
            within = sited + helpers @ fixed > share
            for _ in range(2):
                held = within @ fixed.T > (1 - part) * fixed_cap
                total = sited + held @ fixed
                within = total > share
            broken = np.maximum(total - share, 0.0).sum(axis=1) - (held @ fixed_cap + unit * whole) * (1 - part[:, 0])
            gain = np.where((part[:, 0] > 0.04) & (part[:, 0] < 0.96), broken, -np.inf)
            gain = gain / np.sqrt(1.0 + within.sum(axis=1))
            k = int(gain.argmax())
            if gain[k] <= score + 1e-3 * unit:
                break
            score, inside, helpers = float(gain[k]), within[k], held[k]
            near[support[k]] ^= True
        return score, like, near, inside, helpers

    def _round(self, sites: IntArray, points: IntArray, helpers: IntArray, like: int) -> Cut | None:
        core = self.core
        unit = float(core.cap[like])
        wanted = float(core.d[points].sum())
        need = (wanted - float(core.cap[helpers].sum())) / unit
        part = need - math.floor(need)
        if need <= 0 or not 0.02 < part < 0.98:
            return None
        times = core.cap[sites] / unit
        whole = np.floor(times + 1e-12)
        coef = whole + np.minimum(1.0, np.maximum(times - whole, 0.0) / part)
        weight = part * unit
        return Cut(sites, weight * coef, np.concatenate([sites, helpers]), points, weight * math.ceil(need) - wanted)

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
            for number in basis.cuts[self.cut_rows[basis.cuts] < 0].tolist():
                self._write_cut(number)
            columns = np.full(self.first_arc + len(self.arc_source), _LOWER, dtype=np.int8)
            columns[: self.first_arc] = basis.columns
            columns[self.first_arc + self.position.ravel()[basis.arcs]] = _BASIC
            rows = np.full(self.n_rows, _BASIC, dtype=np.int8)
            rows[: self.first_strong] = basis.rows
            rows[self.rule_rows[: len(basis.rules)]] = basis.rules
            rows[self.row_position.ravel()[basis.bound]] = _UPPER
            rows[self.cut_rows[basis.cuts]] = _LOWER
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
        there = np.flatnonzero(self.cut_rows >= 0)
        return Basis(
            columns[: self.first_arc],
            rows[: self.first_strong],
            rows[self.rule_rows],
            self.arc_source[basic] * n + self.arc_demand[basic],
            self.row_source[tight] * n + self.row_demand[tight],
            there[rows[self.cut_rows[there]] != _BASIC],
        )

    def purge(self, relaxed: Relaxed, slack: float) -> None:
        """Cross out what the solution of a box does not need: loose strong rows, and deliveries far from paying."""
        basis, core = relaxed.basis, self.core
        assert basis is not None
        assert relaxed.certificate is not None
        n = core.n
        tight = np.isin(self.row_source * n + self.row_demand, basis.bound)
        keep_rows = np.concatenate([np.ones(self.first_strong, dtype=np.bool_), tight | (self.row_source == -1)])
        keep_rows[self.cut_rows[basis.cuts]] = True
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
        there = self.cut_rows >= 0
        self.cut_rows[there] = np.where(keep_rows, place, -1)[self.cut_rows[there]]
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
            if status == highspy.HighsModelStatus.kInterrupt:
                return None
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

    def certify(self, row_dual: FloatArray) -> Proof:
        """Prove a lower bound over the box from prices, whatever their quality."""
        core, box = self.core, self.box
        n, m, s = core.n, core.m, core.n_source
        price = np.minimum(row_dual[:n], core.penalty)
        shared = np.minimum(row_dual[n + s : n + s + len(core.shared_cap)], 0.0)
        grouped = core.optional_group >= 0
        offset = np.zeros((s, n))
        offset[grouped] = -shared[core.optional_group[grouped], None]
        there = np.flatnonzero(self.cut_rows >= 0)
        weights = np.maximum(np.append(row_dual, 0.0)[np.minimum(self.cut_rows[there], len(row_dual))], 0.0)
        active = [(self.cuts[k], w) for k, w in zip(there.tolist(), weights.tolist(), strict=True) if w > 0]
        for cut, w in active:
            offset[np.ix_(cut.sources, cut.points)] += w
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
        for cut, w in active:
            bound += w * cut.low
            full[cut.sites] -= w * cut.coef
        reduced = full[:m]
        bound += float(np.minimum(reduced * box.lo, reduced * box.hi).sum()) + float(np.minimum(full[m:], 0.0).sum())
        return Proof(row_dual, Certificate(bound, reduced), order, amount)

    def solve(
        self,
        enough: float,
        tolerance: float,
        cut_rounds: int = 0,
        rounds: int = 300,
        on_bound: Callable[[float], object] | None = None,
    ) -> Relaxed:
        """Bound the box: add rows, columns and cuts until they help no more or the bound is enough."""
        best: Proof | None = None
        stop_above = enough + 1e-4 * abs(enough)
        lines = np.zeros(self.core.m)
        steps: list[float] = []
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
            lines, amount = x[: self.core.m], x[self.first_arc :]
            proofs = self._proofs(np.array(solution.row_dual), best)
            best = max([best, *proofs] if best else proofs, key=lambda proof: proof.certificate.bound)
            bound = best.certificate.bound
            if on_bound is not None:
                on_bound(bound)
            if bound >= enough or not self.keep_going():
                break
            if self.h.getModelStatus() == highspy.HighsModelStatus.kObjectiveBound:
                # The simplex method stopped early, but its prices do not prove enough: let it finish.
                stop_above = math.inf
                continue
            objective = float(self.h.getInfo().objective_function_value)
            added = self._add_broken(lines, amount)
            if objective - bound > tolerance * abs(objective):
                added += self._add_paying(lines, proofs)
            if added < 10 and cut_rounds > 0:
                cut_rounds -= 1
                steps.append(objective)
                if len(steps) < 5 or steps[-1] - steps[-5] > 5e-4 * abs(steps[-1]):
                    added += self.separate(lines, amount, 12)
            if not added:
                break
        if best is None:
            return Relaxed(-math.inf, lines, None, None)
        return Relaxed(best.certificate.bound, lines, best.certificate, self.basis())

    def _proofs(self, dual: FloatArray, best: Proof | None) -> list[Proof]:
        """What the prices of a vertex prove, and those halfway back to the best so far."""
        proofs = [self.certify(dual)]
        if best is not None:
            # Prices jump from one vertex to the next; halfway back to the best ones they often prove more.
            proofs.append(self.certify(0.5 * (dual + np.pad(best.prices, (0, len(dual) - len(best.prices))))))
        return proofs

    def _add_broken(self, lines: FloatArray, amount: FloatArray) -> int:
        """Write down the strong rows that a solution breaks; returns how many are new."""
        sited = self.arc_source < self.core.m
        source, demand = self.arc_source[sited], self.arc_demand[sited]
        broken = amount[sited] - self.most[source, demand] * lines[source] > 1e-6
        return self.add_rows(source[broken], demand[broken])

    def _add_paying(self, lines: FloatArray, proofs: list[Proof]) -> int:
        """Write down deliveries that pay at the prices of a proof; returns how many are new."""
        m, added = self.core.m, 0
        for few in (True, False):
            for proof in proofs:
                pays = np.where(self.box.hi > 0, proof.certificate.reduced, 0.0)
                could = np.ones(self.core.n_source, dtype=np.bool_)
                worst = -1e-9
                if few and m > self.at_once:
                    # Sites that pay most first: the others often stop paying once those are there.
                    worst = min(worst, float(np.partition(pays, self.at_once)[self.at_once]))
                could[:m] = (pays < worst) | (lines > 1e-9)
                r, q = np.nonzero((proof.fill > 0) & could[:, None])
                added += self.add_arcs(r, proof.order[r, q], rows=True)
            if added:
                break
        return added
