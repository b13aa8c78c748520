"""The consolidation model as matrices of a mixed-integer program."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import highspy
import numpy as np
import scipy.sparse as sp

from mixplan.base.arrays import Bools, Floats, Ints
from mixplan.consolidation.model import TINY, Lock, Mortar, Problem

_NEAREST_FIRST = 14
# Row within a block of rows, column, coefficient.
Term = tuple[Any, Any, Any]


class Program:
    """A mixed-integer program that grows by named blocks of columns and by rows."""

    def __init__(self) -> None:
        self.cost: list[Floats] = []
        self.low: list[Floats] = []
        self.high: list[Floats] = []
        self.whole: list[Bools] = []
        self.size = 0
        self.rows: list[tuple[Ints, Ints, Floats]] = []
        self.row_low: list[Floats] = []
        self.row_high: list[Floats] = []
        self.n_rows = 0

    def columns(
        self, count: int, *, cost: Any = 0.0, low: Any = 0.0, high: Any = math.inf, whole: bool = False
    ) -> Ints:
        """New columns; returns their numbers."""
        for store, value in ((self.cost, cost), (self.low, low), (self.high, high)):
            store.append(np.broadcast_to(np.asarray(value, dtype=float), (count,)).copy())
        self.whole.append(np.full(count, whole))
        first = self.size
        self.size += count
        return np.arange(first, self.size, dtype=np.int64)

    def add(self, low: Any, high: Any, *terms: Term, count: int = 1) -> Ints:
        """New rows ``low <= sum of terms <= high``; a term is (row within the block, column, coefficient).

        Returns their numbers.
        """
        for row, column, value in terms:
            column = np.asarray(column, dtype=np.int64).ravel()
            row = np.broadcast_to(np.asarray(row, dtype=np.int64), column.shape)
            value = np.broadcast_to(np.asarray(value, dtype=float), column.shape)
            self.rows.append((row + self.n_rows, column, value))
        self.row_low.append(np.broadcast_to(np.asarray(low, dtype=float), (count,)).copy())
        self.row_high.append(np.broadcast_to(np.asarray(high, dtype=float), (count,)).copy())
        self.n_rows += count
        return np.arange(self.n_rows - count, self.n_rows, dtype=np.int64)

    def lp(self) -> highspy.HighsLp:
        """The program as HiGHS takes it."""
        row, column, value = (np.concatenate(part) for part in zip(*self.rows, strict=True))
        matrix = sp.csr_matrix((value, (row, column)), shape=(self.n_rows, self.size))
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = self.size, self.n_rows
        lp.col_cost_ = np.concatenate(self.cost)
        lp.col_lower_, lp.col_upper_ = np.concatenate(self.low), np.concatenate(self.high)
        lp.row_lower_, lp.row_upper_ = np.concatenate(self.row_low), np.concatenate(self.row_high)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[int(w)] for w in np.concatenate(self.whole)]
        return lp


@dataclass(frozen=True)
class Arcs:
    """Deliveries written out one by one: station and point; and for each point the haul of the nearest one left out."""

    station: Ints
    point: Ints
    rest_km: Floats


def first_reach(problem: Problem, *, times: int = 1) -> Ints:
    """How many stations are written out for each demand point at first; the rest is bounded together."""
    return np.full(problem.demand.shape[1], min(times * _NEAREST_FIRST, problem.n), dtype=np.int64)


def arcs_within(problem: Problem, reach: Ints) -> Arcs:
    """The ``reach[j]`` nearest stations of every demand point."""
    order = np.argsort(problem.haul_km, axis=0, kind="stable")
    n, m = problem.haul_km.shape
    reach = np.minimum(reach, n)
    point = np.repeat(np.arange(m), reach)
    rank = np.concatenate([np.arange(k) for k in reach]) if m else np.empty(0, dtype=np.int64)
    rest = np.array([problem.haul_km[order[k, j], j] if k < n else math.inf for j, k in enumerate(reach)])
    return Arcs(order[rank, point] if m else point, point, rest)


def arcs_from(problem: Problem, reach: Ints, stands: Bools) -> Arcs:
    """The ``reach[j]`` nearest of the stations that stand, and nobody else: what deliveries are made of."""
    inside = np.flatnonzero(stands)
    near = arcs_within(replace(problem, capacity=problem.capacity[inside], haul_km=problem.haul_km[inside]), reach)
    return Arcs(inside[near.station], near.point, np.full(len(near.rest_km), math.inf))


class Model:
    """The program of one problem with the deliveries in ``arcs``.

    Stations beyond those written out for a demand point are not forgotten: one column a point stands for all of them,
    at the haul of the nearest of them and out of the pooled capacity. That can only be cheaper than the truth, so the
    bound of this program holds for the full problem.
    """

    def __init__(self, problem: Problem, arcs: Arcs, *, slack: bool = False) -> None:
        self.problem, self.arcs = problem, arcs
        self.program = Program()
        self.stand: list[Ints] = []
        self.up: list[Ints] = []
        self.new: list[Ints] = []
        self.merge: list[Ints] = []
        self.moved: list[Ints] = []
        self.flow: list[Ints] = []
        self.rest: list[Ints] = []
        self.met: list[Ints] = []
        self.kept: list[Ints] = []
        self.beyond: list[Ints] = []
        self.shared: Ints = np.empty(0, dtype=np.int64)
        self.slack: dict[str, Ints] = {}
        self.elastic = slack
        for t in range(len(problem.years)):
            self._year(t)
        self._limits()
        if problem.mortar is not None:
            self._mortar(problem.mortar)

    def _spare(self, name: str) -> list[Term]:
        """A slack term by which a limit gives way, the same in every year; in an elastic program only."""
        if not self.elastic:
            return []
        if name not in self.slack:
            self.slack[name] = self.program.columns(1, cost=1.0)
        return [(0, self.slack[name], -1.0)]

    def _year(self, t: int) -> None:
        """Everything that holds within year number ``t``, and what binds it to the year before."""
        self._decisions(t)
        self._deliveries(t)
        self._demand_is_met(t)
        self._capacity_is_kept(t)
        self._upgrades(t)
        if len(self.problem.pairs):
            self._mergers(t)
        if t:
            self._follow(t)
        if self.problem.max_closures is not None:
            self._closures(t, self.problem.max_closures)

    def _decisions(self, t: int) -> None:
        """Columns of what is decided on each station: stands, upgraded, capacity new and moved, merged into another."""
        p, program = self.problem, self.program
        n, k = p.n, len(p.pairs)
        price = 0.0 if self.elastic else 1.0
        low = (p.locks == Lock.KEEP).astype(float)
        last = t == len(p.years) - 1
        high = np.where((p.locks == Lock.CLOSE) & last, 0.0, 1.0)
        stand_cost = price * (p.keep_cost + p.note_cost - p.loss)
        self.stand.append(program.columns(n, cost=stand_cost, low=low, high=high, whole=True))
        self.up.append(program.columns(n, cost=price * (p.upgrade_cost - p.note_cost), high=1.0, whole=True))
        self.new.append(program.columns(n, cost=price * p.add_cost))
        allowed = (p.locks[p.pairs[:, 0]] == Lock.FREE).astype(float)
        self.merge.append(program.columns(k, cost=-price * p.pair_saving, high=allowed, whole=True))
        self.moved.append(program.columns(k, cost=price * p.move_cost))

    def _deliveries(self, t: int) -> None:
        """Columns of who delivers where, one by one and pooled."""
        p, a, program = self.problem, self.arcs, self.program
        price = 0.0 if self.elastic else 1.0
        self.flow.append(program.columns(len(a.station), cost=price * p.haul_cost * p.haul_km[a.station, a.point]))
        left_out = np.isfinite(a.rest_km)
        cost = price * p.haul_cost * np.where(left_out, a.rest_km, 0.0)
        self.rest.append(program.columns(len(a.rest_km), cost=cost, high=np.where(left_out, math.inf, 0.0)))

    def _usable(self, t: int) -> list[Term]:
        """What a station may deliver, a row a station, as negative terms."""
        p, every = self.problem, np.arange(self.problem.n)
        return [
            (every, self.stand[t], -p.utilisation * p.capacity),
            (every, self.new[t], -p.utilisation),
            (p.pairs[:, 1], self.moved[t], -p.utilisation),
        ]

    def _demand_is_met(self, t: int) -> None:
        """Every point is served, no station beyond what it can, and not too much from beyond the radius."""
        p, a, program = self.problem, self.arcs, self.program
        m, flow, rest = p.demand.shape[1], self.flow[t], self.rest[t]
        wanted = [(a.point, flow, 1.0), (np.arange(m), rest, 1.0)]
        self.met.append(program.add(p.demand[t], p.demand[t], *wanted, *self._short(m), count=m))
        usable = self._usable(t)
        self.kept.append(program.add(-math.inf, 0.0, (a.station, flow, 1.0), *usable, count=p.n))
        left_out = np.isfinite(a.rest_km)
        if left_out.any():
            pooled = [(np.zeros_like(np.asarray(c)), c, v) for _row, c, v in usable]
            program.add(-math.inf, 0.0, (0, flow, 1.0), (0, rest, 1.0), *pooled)
        beyond = p.haul_km[a.station, a.point] > p.radius_km
        far = left_out & (a.rest_km > p.radius_km)
        most = p.outside_share * p.demand[t].sum()
        drawn = [(0, flow[beyond], 1.0), (0, rest[far], 1.0)]
        self.beyond.append(program.add(-math.inf, most, *drawn, *self._spare("outside")))

    def _capacity_is_kept(self, t: int) -> None:
        """All capacity together stays within the year's limit."""
        p = self.problem
        whole = [(0, self.stand[t], p.capacity), (0, self.new[t], 1.0), (0, self.moved[t], 1.0)]
        self.program.add(-math.inf, p.limit[t] - p.fixed_capacity, *whole, *self._spare("capacity"))

    def _upgrades(self, t: int) -> None:
        """An upgraded station stands, reaches the standard, and adds no more than it can."""
        p, program, every = self.problem, self.program, np.arange(self.problem.n)
        program.add(-math.inf, 0.0, (every, self.up[t], 1.0), (every, self.stand[t], -1.0), count=p.n)
        least = np.maximum(p.standard - p.capacity, 0.0)
        gained = [(every, self.new[t], 1.0), (p.pairs[:, 1], self.moved[t], 1.0)]
        program.add(0.0, math.inf, *gained, (every, self.up[t], -least), count=p.n)
        program.add(-math.inf, 0.0, *gained, (every, self.up[t], -p.add_most), count=p.n)

    def _mergers(self, t: int) -> None:
        """A station merges only if it has stopped, into one other that is upgraded, and brings what it had."""
        p, program = self.problem, self.program
        every, pair, k = np.arange(p.n), np.arange(len(p.pairs)), len(p.pairs)
        source, target = p.pairs[:, 0], p.pairs[:, 1]
        stand, up, merge, moved = self.stand[t], self.up[t], self.merge[t], self.moved[t]
        program.add(-math.inf, 1.0, (source, merge, 1.0), (every, stand, 1.0), count=p.n)
        program.add(-math.inf, 0.0, (pair, merge, 1.0), (pair, up[target], -1.0), count=k)
        program.add(-math.inf, 0.0, (target, merge, 1.0), (every, up, -float(p.receive_most)), count=p.n)
        program.add(-math.inf, 0.0, (pair, moved, 1.0), (pair, merge, -p.capacity[source]), count=k)

    def _closures(self, t: int, most: int) -> None:
        """No more stations stop in a year than may: those that stood before less those that stand now."""
        p = self.problem
        terms: list[Term] = [(0, self.stand[t], -1.0)]
        if t:
            terms.append((0, self.stand[t - 1], 1.0))
        limit = float(most) - (0 if t else p.n + p.fixed_closures)
        self.program.add(-math.inf, limit, *terms, *self._spare("closures"))

    def _short(self, m: int) -> list[Term]:
        """Slack terms by which demand may stay unserved, one a point; in an elastic program only."""
        if not self.elastic:
            return []
        columns = self.program.columns(m, cost=1.0)
        self.slack["demand"] = np.concatenate([self.slack.get("demand", np.empty(0, dtype=np.int64)), columns])
        return [(np.arange(m), columns, 1.0)]

    def _follow(self, t: int) -> None:
        """Nothing is undone: what has stopped stays stopped, what has been built stays."""
        p, program = self.problem, self.program
        every, pair, k = np.arange(p.n), np.arange(len(p.pairs)), len(p.pairs)
        program.add(-math.inf, 0.0, (every, self.stand[t], 1.0), (every, self.stand[t - 1], -1.0), count=p.n)
        for block in (self.up, self.new):
            program.add(0.0, math.inf, (every, block[t], 1.0), (every, block[t - 1], -1.0), count=p.n)
        # All capacity that an upgrade adds comes in the year of the upgrade.
        target = p.pairs[:, 1]
        program.add(
            -math.inf,
            0.0,
            (every, self.new[t], 1.0),
            (every, self.new[t - 1], -1.0),
            (target, self.moved[t], 1.0),
            (target, self.moved[t - 1], -1.0),
            (every, self.up[t], -p.add_most),
            (every, self.up[t - 1], p.add_most),
            count=p.n,
        )
        if k:
            source = p.pairs[:, 0]
            for block in (self.merge, self.moved):
                program.add(0.0, math.inf, (pair, block[t], 1.0), (pair, block[t - 1], -1.0), count=k)
            # It merges in the year in which it stops.
            program.add(
                -math.inf,
                0.0,
                (source, self.merge[t], 1.0),
                (source, self.merge[t - 1], -1.0),
                (every, self.stand[t - 1], -1.0),
                (every, self.stand[t], 1.0),
                count=p.n,
            )

    def _limits(self) -> None:
        """The caps on how many stations of a group stand at the end."""
        for limit in self.problem.limits:
            members = np.flatnonzero(limit.members)
            self.program.add(
                -math.inf,
                float(limit.most - limit.held),
                (0, self.stand[-1][members], 1.0),
                *self._spare(f"limit:{limit.name}"),
            )

    def _mortar(self, mortar: Mortar) -> None:
        """Lines, works that stand and wet mortar from retained stations, in the last year."""
        program, c, e = self.program, mortar.candidates, len(mortar.existing_capacity)
        sources, q = mortar.haul_km.shape
        self.line = program.columns(c, cost=mortar.fixed_cost, high=1.0, whole=True)
        reachable = np.ones((sources, q), dtype=bool)
        reachable[c + e :] = mortar.haul_km[c + e :] <= mortar.wet_radius_km
        source, point = np.nonzero(reachable)
        self.mortar_source, self.mortar_point = source, point
        flow = program.columns(len(source), cost=mortar.haul_cost * mortar.haul_km[source, point])
        unmet = program.columns(q, cost=mortar.unmet_cost)
        self.mortar_flow, self.mortar_unmet = flow, unmet
        program.add(mortar.demand, mortar.demand, (point, flow, 1.0), (np.arange(q), unmet, 1.0), count=q)
        new, old = source < c, (source >= c) & (source < c + e)
        capacity = (np.arange(c), self.line, -mortar.line_capacity)
        program.add(-math.inf, 0.0, (source[new], flow[new], 1.0), capacity, count=c)
        program.add(-math.inf, mortar.existing_capacity, (source[old] - c, flow[old], 1.0), count=e)
        self._line_sites(mortar)
        self._wet_mortar(mortar)

    def _line_sites(self, mortar: Mortar) -> None:
        """How many lines are built, where at least, and not too near to each other."""
        program = self.program
        program.add(float(mortar.lines), float(mortar.lines), (0, self.line, 1.0))
        for members, least in mortar.groups:
            program.add(float(least), math.inf, (0, self.line[members], 1.0))
        if k := len(mortar.conflicts):
            program.add(-math.inf, 1.0, (np.repeat(np.arange(k), 2), self.line[mortar.conflicts.ravel()], 1.0), count=k)

    def _wet_mortar(self, mortar: Mortar) -> None:
        """Wet mortar takes part of a station's usable capacity, and no more than its share of it."""
        n, program, first = self.problem.n, self.program, mortar.candidates + len(mortar.existing_capacity)
        wet = self.mortar_source >= first
        station, flow = self.mortar_source[wet] - first, self.mortar_flow[wet]
        taken = (station, flow, 1.0 / mortar.wet_t_per_m3)
        usable = self._usable(-1)
        share = [(row, column, mortar.wet_share * np.asarray(value)) for row, column, value in usable]
        program.add(-math.inf, 0.0, taken, *share, count=n)
        both = [(self.arcs.station, self.flow[-1], 1.0), taken]
        self.shared = program.add(-math.inf, 0.0, *both, *usable, count=n)
        program.add(-math.inf, mortar.wet_most, (0, flow, 1.0))

    @property
    def decisions(self) -> Ints:
        """Columns of everything that is decided as a whole: stands, upgraded, merged, lines built."""
        columns = [*self.stand, *self.up, *self.merge]
        if self.problem.mortar is not None:
            columns.append(self.line)
        return np.concatenate(columns)

    def cost_of(self, values: Floats) -> float:
        """What a plan costs, in 万元 a year summed over the years."""
        return float(np.concatenate(self.program.cost) @ values) + self.constant

    @property
    def constant(self) -> float:
        """Cost of closing everything, which the columns are counted from."""
        return 0.0 if self.elastic else float(self.problem.loss.sum()) * len(self.problem.years)


def paying(model: Model, prices: Floats, stands: Bools) -> Arcs | None:
    """The deliveries of a model and those that would still save something at its prices; none where none would.

    Parameters
    ----------
    prices : array
        Of every row, from a model in which no point draws on stations that are not written out.
    stands : array of bool
        Stations that may deliver.
    """
    p, a = model.problem, model.arcs
    there = ~np.repeat(stands[:, None], p.haul_km.shape[1], axis=1)
    there[a.station, a.point] = True
    found = np.zeros_like(there)
    last = len(p.years) - 1
    for t in range(len(p.years)):
        worth = p.haul_cost * p.haul_km - prices[model.met[t]] - prices[model.kept[t]][:, None]
        worth -= np.where(p.haul_km > p.radius_km, prices[model.beyond[t]], 0.0)
        if t == last and len(model.shared):
            worth -= prices[model.shared][:, None]
        found |= (worth < -TINY) & ~there
    if not found.any():
        return None
    station, point = np.nonzero(found)
    return Arcs(np.concatenate([a.station, station]), np.concatenate([a.point, point]), a.rest_km)


def widened(model: Model, values: Floats, reach: Ints) -> Ints | None:
    """More stations for the demand points that still draw on those left out; none where no point does."""
    drawn = values[np.concatenate(model.rest)].reshape(len(model.problem.years), -1).max(axis=0) > TINY
    if not drawn.any():
        return None
    return np.where(drawn, np.minimum((reach * 1.6).astype(np.int64) + 1, model.problem.n), reach)


def fixed(lp: highspy.HighsLp, columns: Ints, values: Floats) -> highspy.HighsLp:
    """The same program with some columns fixed."""
    low, high = np.array(lp.col_lower_), np.array(lp.col_upper_)
    low[columns] = high[columns] = values
    lp.col_lower_, lp.col_upper_ = low, high
    return lp
