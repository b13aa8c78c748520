"""The consolidation model as one mixed-integer program over matrices: no maps, no files, no page.

Stations that stand today are kept, upgraded, merged into another or closed, so that capacity falls to its limit, all
demand is served within the haul radius, and the stated cost is least. HiGHS solves it and proves how far off the best
possible plan could be at most. The formulas are in ``docs/consolidation.md``.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import highspy
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

FREE, KEEP, CLOSE = 0, 1, -1
# Amounts below this (万m³) are rounding of the solver, not deliveries.
TINY = 1e-6
_DIVE_SHARE = 0.1  # share of the open decisions that a dive settles at a time
_NEAREST_FIRST = 14  # stations written out for each demand point at first; the rest is bounded together


@dataclass(frozen=True)
class Limit:
    """At most so many of the named stations may still stand in the last year, `held` outside the model included."""

    name: str
    members: Bools
    most: int
    held: int = 0


@dataclass(frozen=True, eq=False)
class Problem:
    """Say which stations stand, what is needed where, and what every choice costs.

    Capacities and demands are in 万m³ a year, hauls in km, costs in 万元 a year.

    Attributes
    ----------
    capacity : (n,) array
        Capacity of each station today.
    haul_km : (n, m) array
        Haul from each station to each demand point.
    demand : (t, m) array
        Demand of each point in each year.
    limit : (t,) array
        Largest total capacity in each year, `fixed_capacity` included.
    years : tuple of int
        The years, in order. The first row is a year in which stations may already close.
    utilisation : float
        Largest share of a station's capacity that may be used.
    radius_km, outside_share : float
        Haul radius, and the share of each year's demand that may be served from beyond it.
    keep_cost, note_cost : (n,) arrays
        Cost a year of findings kept open at a standing station: those that only closing ends, and notes that an
        upgrade ends too.
    loss : (n,) array
        Cost a year of a closed station.
    standard : float
        Least capacity of an upgraded station.
    add_most : (n,) array
        Most capacity that an upgrade can add to a station.
    haul_cost, upgrade_cost, add_cost, move_cost : float
        Cost of one 万m³·km; of one upgrade a year; of one 万m³ of capacity a year, new or moved by a merger.
    pairs, pair_saving : (k, 2) and (k,) arrays
        Mergers that are possible (which station into which), and how much of the loss each saves.
    receive_most : int
        Most stations that may merge into one.
    lock : (n,) array of int
        `FREE`, `KEEP` or `CLOSE`.
    max_closures : int, optional
        Most stations that may stop in one year.
    limits : tuple of Limit
        Caps on how many stations of a group stand at the end.
    fixed_capacity : float
        Capacity that stands outside the model (stations without location), which counts against the limit.
    fixed_closures : int
        Stations outside the model that the planner closes in the first year.
    mortar : Mortar, optional
        Mortar side of a joint run, see `mixplan.joint`.
    """

    capacity: Floats
    haul_km: Floats
    demand: Floats
    limit: Floats
    years: tuple[int, ...]
    utilisation: float
    radius_km: float
    outside_share: float
    keep_cost: Floats
    note_cost: Floats
    loss: Floats
    standard: float
    add_most: Floats
    haul_cost: float
    upgrade_cost: float
    add_cost: float
    move_cost: float
    pairs: Ints = field(default_factory=lambda: np.empty((0, 2), dtype=np.int64))
    pair_saving: Floats = field(default_factory=lambda: np.empty(0))
    receive_most: int = 2
    lock: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    max_closures: int | None = None
    limits: tuple[Limit, ...] = ()
    fixed_capacity: float = 0.0
    fixed_closures: int = 0
    mortar: Mortar | None = None

    @property
    def n(self) -> int:
        """Number of stations that the model decides on."""
        return len(self.capacity)

    @property
    def locks(self) -> Ints:
        """The planner's decisions, one a station."""
        return self.lock if len(self.lock) else np.zeros(self.n, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Mortar:
    """The mortar side of a joint run, in 万t a year, for the last year of the plan.

    Sources are, in this order, the candidate sites of new lines, the mortar works that stand, and every concrete
    station (wet mortar).

    Attributes
    ----------
    demand : (q,) array
        Mortar demand points.
    haul_km : (sources, q) array
        Haul from every source.
    line_capacity, fixed_cost, lines : float, float, int
        Capacity and cost a year of one new line, and exactly how many are built.
    existing_capacity : (e,) array
        Mortar works that stand.
    groups : tuple of (members, least)
        Least number of lines in a sector.
    conflicts : (c, 2) array
        Candidate sites too near to each other.
    wet_share, wet_t_per_m3, wet_radius_km : float
        Share of a station's usable capacity that wet mortar may take, tonnes in one m³ of it, and how far it goes.
    wet_most : float
        Most wet mortar in all.
    haul_cost, unmet_cost : float
        Cost of one 万t·km, and of one 万t left unserved.
    """

    demand: Floats
    haul_km: Floats
    line_capacity: float
    fixed_cost: float
    lines: int
    existing_capacity: Floats
    candidates: int
    groups: tuple[tuple[Ints, int], ...]
    conflicts: Ints
    wet_share: float
    wet_t_per_m3: float
    wet_radius_km: float
    wet_most: float
    haul_cost: float
    unmet_cost: float


@dataclass(frozen=True)
class Progress:
    """How far a search has come: best cost so far, proven bound, gap between them, seconds."""

    objective: float
    bound: float
    gap: float
    seconds: float


Watcher = Callable[[Progress], bool]


@dataclass(frozen=True, eq=False)
class Solution:
    """What a solver run found, and what it proves.

    Attributes
    ----------
    status : str
        ``optimal``, ``gap_reached``, ``time_limit``, ``interrupted`` or ``infeasible``.
    objective, bound, gap : float
        Cost of the plan, proven lower bound, and (objective - bound) / objective.
    stands, upgraded : (t, n) arrays of bool
    added : (t, n) array
        Capacity added to each station, moved or new, in 万m³.
    merged_into : (n,) array of int
        Station that takes over, -1 for none.
    flows : (f, 3) array of int and (f,) array
        Year, station, demand point; and the amount in 万m³.
    lines, mortar_flows, mortar_amounts, mortar_unmet
        The mortar side of a joint run: lines on each candidate, (source, point), amounts and what is left, in 万t.
    parts : dict
        The objective by its parts.
    """

    status: str
    objective: float
    bound: float
    gap: float
    seconds: float
    stands: Bools
    upgraded: Bools
    added: Floats
    merged_into: Ints
    flows: Ints
    amounts: Floats
    parts: dict[str, float]
    lines: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    mortar_flows: Ints = field(default_factory=lambda: np.empty((0, 2), dtype=np.int64))
    mortar_amounts: Floats = field(default_factory=lambda: np.empty(0))
    mortar_unmet: Floats = field(default_factory=lambda: np.empty(0))
    nodes: int = 0


# --- building ---------------------------------------------------------------------------------------------------------


class _Program:
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

    def add(self, low: Any, high: Any, *terms: tuple[Any, Any, Any], count: int = 1) -> None:
        """New rows ``low <= sum of terms <= high``; a term is (row within the block, column, coefficient)."""
        for row, column, value in terms:
            column = np.asarray(column, dtype=np.int64).ravel()
            row = np.broadcast_to(np.asarray(row, dtype=np.int64), column.shape)
            value = np.broadcast_to(np.asarray(value, dtype=float), column.shape)
            self.rows.append((row + self.n_rows, column, value))
        self.row_low.append(np.broadcast_to(np.asarray(low, dtype=float), (count,)).copy())
        self.row_high.append(np.broadcast_to(np.asarray(high, dtype=float), (count,)).copy())
        self.n_rows += count

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
class _Arcs:
    """Deliveries written out one by one: station and point; and for each point the haul of the nearest one left out."""

    station: Ints
    point: Ints
    rest_km: Floats


def _arcs(problem: Problem, reach: Ints) -> _Arcs:
    """The ``reach[j]`` nearest stations of every demand point."""
    order = np.argsort(problem.haul_km, axis=0, kind="stable")
    n, m = problem.haul_km.shape
    reach = np.minimum(reach, n)
    point = np.repeat(np.arange(m), reach)
    rank = np.concatenate([np.arange(k) for k in reach]) if m else np.empty(0, dtype=np.int64)
    rest = np.array([problem.haul_km[order[k, j], j] if k < n else math.inf for j, k in enumerate(reach)])
    return _Arcs(order[rank, point] if m else point, point, rest)


class _Model:
    """The program of one problem with the deliveries in ``arcs``.

    Stations beyond those written out for a demand point are not forgotten: one column a point stands for all of them,
    at the haul of the nearest of them and out of the pooled capacity. That can only be cheaper than the truth, so the
    bound of this program holds for the full problem.
    """

    def __init__(self, problem: Problem, arcs: _Arcs, *, slack: bool = False) -> None:
        self.problem, self.arcs = problem, arcs
        self.program = _Program()
        self.stand: list[Ints] = []
        self.up: list[Ints] = []
        self.new: list[Ints] = []
        self.merge: list[Ints] = []
        self.moved: list[Ints] = []
        self.flow: list[Ints] = []
        self.rest: list[Ints] = []
        self.slack: dict[str, Ints] = {}
        self.elastic = slack
        for t in range(len(problem.years)):
            self._year(t)
        self._limits()
        if problem.mortar is not None:
            self._mortar(problem.mortar)

    def _spare(self, name: str) -> list[tuple[Any, Any, Any]]:
        """A slack term by which a limit gives way, the same in every year; in an elastic program only."""
        if not self.elastic:
            return []
        if name not in self.slack:
            self.slack[name] = self.program.columns(1, cost=1.0)
        return [(0, self.slack[name], -1.0)]

    def _year(self, t: int) -> None:
        p, a, program = self.problem, self.arcs, self.program
        n, k, m = p.n, len(p.pairs), p.demand.shape[1]
        last = t == len(p.years) - 1
        price = 0.0 if self.elastic else 1.0
        lock = p.locks
        low = (lock == KEEP).astype(float)
        high = np.where((lock == CLOSE) & last, 0.0, 1.0)
        stand = program.columns(n, cost=price * (p.keep_cost + p.note_cost - p.loss), low=low, high=high, whole=True)
        up = program.columns(n, cost=price * (p.upgrade_cost - p.note_cost), high=1.0, whole=True)
        new = program.columns(n, cost=price * p.add_cost)
        source, target = p.pairs[:, 0], p.pairs[:, 1]
        allowed = (lock[source] == FREE).astype(float) if k else np.empty(0)
        merge = program.columns(k, cost=-price * p.pair_saving, high=allowed, whole=True)
        moved = program.columns(k, cost=price * p.move_cost)
        flow = program.columns(len(a.station), cost=price * p.haul_cost * p.haul_km[a.station, a.point])
        left_out = np.isfinite(a.rest_km)
        rest = program.columns(
            m,
            cost=price * p.haul_cost * np.where(left_out, a.rest_km, 0.0),
            high=np.where(left_out, math.inf, 0.0),
        )
        for store, columns in (
            (self.stand, stand), (self.up, up), (self.new, new), (self.merge, merge), (self.moved, moved),
            (self.flow, flow), (self.rest, rest),
        ):  # fmt: skip
            store.append(columns)
        every, pair = np.arange(n), np.arange(k)
        program.add(p.demand[t], p.demand[t], (a.point, flow, 1.0), (np.arange(m), rest, 1.0), *self._short(m), count=m)
        usable: list[tuple[Any, Any, Any]] = [
            (every, stand, -p.utilisation * p.capacity), (every, new, -p.utilisation), (target, moved, -p.utilisation)
        ]  # fmt: skip
        self.usable = usable
        program.add(-math.inf, 0.0, (a.station, flow, 1.0), *usable, count=n)
        if left_out.any():
            pooled = [(np.zeros_like(np.asarray(c)), c, v) for _row, c, v in usable]
            program.add(-math.inf, 0.0, (0, flow, 1.0), (0, rest, 1.0), *pooled)
        beyond = p.haul_km[a.station, a.point] > p.radius_km
        far = left_out & (a.rest_km > p.radius_km)
        program.add(
            -math.inf, p.outside_share * p.demand[t].sum(), (0, flow[beyond], 1.0), (0, rest[far], 1.0),
            *self._spare("outside"),
        )  # fmt: skip
        program.add(
            -math.inf, p.limit[t] - p.fixed_capacity, (0, stand, p.capacity), (0, new, 1.0), (0, moved, 1.0),
            *self._spare("capacity"),
        )  # fmt: skip
        # An upgraded station stands, reaches the standard, and adds no more than it can.
        program.add(-math.inf, 0.0, (every, up, 1.0), (every, stand, -1.0), count=n)
        least = np.maximum(p.standard - p.capacity, 0.0)
        gained = [(every, new, 1.0), (target, moved, 1.0)]
        program.add(0.0, math.inf, *gained, (every, up, -least), count=n)
        program.add(-math.inf, 0.0, *gained, (every, up, -p.add_most), count=n)
        if k:
            # A station merges only if it has stopped, into one other that is upgraded, and brings what it had.
            program.add(-math.inf, 1.0, (source, merge, 1.0), (every, stand, 1.0), count=n)
            program.add(-math.inf, 0.0, (pair, merge, 1.0), (pair, up[target], -1.0), count=k)
            program.add(-math.inf, 0.0, (target, merge, 1.0), (every, up, -float(p.receive_most)), count=n)
            program.add(-math.inf, 0.0, (pair, moved, 1.0), (pair, merge, -p.capacity[source]), count=k)
        if t:
            self._follow(t)
        if p.max_closures is not None:
            # stopped this year = standing before - standing now
            terms: list[tuple[Any, Any, Any]] = [(0, stand, -1.0)]
            limit = float(p.max_closures) - (0 if t else n + p.fixed_closures)
            if t:
                terms.append((0, self.stand[t - 1], 1.0))
            program.add(-math.inf, limit, *terms, *self._spare("closures"))

    def _short(self, m: int) -> list[tuple[Any, Any, Any]]:
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
            -math.inf, 0.0, (every, self.new[t], 1.0), (every, self.new[t - 1], -1.0), (target, self.moved[t], 1.0),
            (target, self.moved[t - 1], -1.0), (every, self.up[t], -p.add_most),
            (every, self.up[t - 1], p.add_most), count=p.n,
        )  # fmt: skip
        if k:
            source = p.pairs[:, 0]
            for block in (self.merge, self.moved):
                program.add(0.0, math.inf, (pair, block[t], 1.0), (pair, block[t - 1], -1.0), count=k)
            # It merges in the year in which it stops.
            program.add(
                -math.inf, 0.0, (source, self.merge[t], 1.0), (source, self.merge[t - 1], -1.0),
                (every, self.stand[t - 1], -1.0), (every, self.stand[t], 1.0), count=p.n,
            )  # fmt: skip

    def _limits(self) -> None:
        for limit in self.problem.limits:
            members = np.flatnonzero(limit.members)
            self.program.add(
                -math.inf, float(limit.most - limit.held), (0, self.stand[-1][members], 1.0),
                *self._spare(f"limit:{limit.name}"),
            )  # fmt: skip

    def _mortar(self, mortar: Mortar) -> None:
        """Lines, works that stand and wet mortar from retained stations, in the last year."""
        p, program = self.problem, self.program
        sources, q = mortar.haul_km.shape
        c, e = mortar.candidates, len(mortar.existing_capacity)
        self.line = program.columns(c, cost=mortar.fixed_cost, high=1.0, whole=True)
        reachable = np.ones((sources, q), dtype=bool)
        reachable[c + e :] = mortar.haul_km[c + e :] <= mortar.wet_radius_km
        source, point = np.nonzero(reachable)
        self.mortar_source, self.mortar_point = source, point
        flow = program.columns(len(source), cost=mortar.haul_cost * mortar.haul_km[source, point])
        unmet = program.columns(q, cost=mortar.unmet_cost)
        self.mortar_flow, self.mortar_unmet = flow, unmet
        program.add(mortar.demand, mortar.demand, (point, flow, 1.0), (np.arange(q), unmet, 1.0), count=q)
        new, old, wet = source < c, (source >= c) & (source < c + e), source >= c + e
        program.add(
            -math.inf, 0.0, (source[new], flow[new], 1.0), (np.arange(c), self.line, -mortar.line_capacity), count=c
        )
        program.add(-math.inf, mortar.existing_capacity, (source[old] - c, flow[old], 1.0), count=e)
        program.add(float(mortar.lines), float(mortar.lines), (0, self.line, 1.0))
        for members, least in mortar.groups:
            program.add(float(least), math.inf, (0, self.line[members], 1.0))
        if len(mortar.conflicts):
            k = len(mortar.conflicts)
            program.add(-math.inf, 1.0, (np.repeat(np.arange(k), 2), self.line[mortar.conflicts.ravel()], 1.0), count=k)
        station = source[wet] - c - e
        taken = 1.0 / mortar.wet_t_per_m3
        # Wet mortar takes part of a station's usable capacity, and no more than its share of it.
        share = [(row, column, mortar.wet_share * np.asarray(value)) for row, column, value in self.usable]
        program.add(-math.inf, 0.0, (station, flow[wet], taken), *share, count=p.n)
        program.add(
            -math.inf, 0.0, (self.arcs.station, self.flow[-1], 1.0), (station, flow[wet], taken), *self.usable,
            count=p.n,
        )  # fmt: skip
        program.add(-math.inf, mortar.wet_most, (0, flow[wet], 1.0))

    @property
    def constant(self) -> float:
        """Cost of closing everything, which the columns are counted from."""
        return 0.0 if self.elastic else float(self.problem.loss.sum()) * len(self.problem.years)


# --- solving ----------------------------------------------------------------------------------------------------------


class _Quiet(highspy.Highs):  # type: ignore[misc]
    """HiGHS without its banner, which would stand in the middle of JSON on standard output."""

    def enableCallbacks(self) -> None:  # noqa: N802
        """Silence first: HiGHS prints as soon as callbacks are switched on."""
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()


def _highs(lp: highspy.HighsLp) -> highspy.Highs:
    h = _Quiet()
    h.setOptionValue("random_seed", 1)
    h.passModel(lp)
    return h


class _Watch:
    """Time, the planner's stop, and the best numbers so far."""

    def __init__(self, time_limit_s: float, watcher: Watcher | None) -> None:
        self.began = time.monotonic()
        self.until = self.began + time_limit_s
        self.watcher = watcher
        self.stopped = False
        self.objective, self.bound = math.inf, -math.inf

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began

    @property
    def over(self) -> bool:
        return self.stopped or time.monotonic() > self.until

    @property
    def left(self) -> float:
        return max(self.until - time.monotonic(), 0.1)

    def tell(self, objective: float | None = None, bound: float | None = None) -> bool:
        """Report; false once the planner has asked to stop."""
        if objective is not None and abs(objective) < 1e20:
            self.objective = min(self.objective, objective)
        if bound is not None and abs(bound) < 1e20:
            self.bound = max(self.bound, bound)
        if self.watcher is not None and not self.stopped:
            state = Progress(self.objective, self.bound, relative_gap(self.objective, self.bound), self.seconds)
            self.stopped = not self.watcher(state)
        return not self.stopped


def relative_gap(objective: float, bound: float) -> float:
    """How far a plan may be from the best possible one at most, as a share of its cost."""
    if not math.isfinite(objective) or not math.isfinite(bound):
        return math.inf
    return max(0.0, (objective - bound) / max(abs(objective), 1e-9))


def _run_mip(
    lp: highspy.HighsLp, watch: _Watch, *, gap: float, constant: float, start: Floats | None, until_s: float
) -> tuple[Floats | None, float, str, int]:
    """Column values, bound with the constant, how it ended, and the nodes that were needed."""
    h = _highs(lp)
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
        if not watch.tell(None, dual) or relative_gap(primal, dual) <= gap:
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


def _relaxed(lp: highspy.HighsLp, watch: _Watch | None = None) -> tuple[Floats | None, float]:
    """Values and cost of the program without whole numbers; none where even that cannot be met, or time is up."""
    h = _highs(lp)
    h.setOptionValue("solve_relaxation", True)
    if watch is not None:
        if not watch.tell():
            return None, math.inf
        h.setOptionValue("time_limit", watch.left + 0.05)  # so that the watch is surely over where this ends it
    h.run()
    if h.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None, math.inf
    return np.array(h.getSolution().col_value), float(h.getInfo().objective_function_value)


def _widened(model: _Model, values: Floats, reach: Ints) -> Ints | None:
    """More stations for the demand points that still draw on those left out; none where no point does."""
    drawn = values[np.concatenate(model.rest)].reshape(len(model.problem.years), -1).max(axis=0) > TINY
    if not drawn.any():
        return None
    return np.where(drawn, np.minimum((reach * 1.6).astype(np.int64) + 1, model.problem.n), reach)


def _reach_of_relaxation(
    problem: Problem, reach: Ints, watch: _Watch | None = None
) -> tuple[_Model, highspy.HighsLp, Floats | None, Ints]:
    """The program whose relaxation needs no deliveries beyond those written out."""
    while True:
        model = _Model(problem, _arcs(problem, reach))
        lp = model.program.lp()
        values, _cost = _relaxed(lp, watch)
        wider = None if values is None else _widened(model, values, reach)
        if wider is None:
            return model, lp, values, reach
        reach = wider


def _fixed(lp: highspy.HighsLp, columns: Ints, values: Floats) -> highspy.HighsLp:
    """The same program with some columns fixed."""
    low, high = np.array(lp.col_lower_), np.array(lp.col_upper_)
    low[columns] = high[columns] = values
    lp.col_lower_, lp.col_upper_ = low, high
    return lp


def _dive(model: _Model, lp: highspy.HighsLp, watch: _Watch) -> Floats | None:
    """A plan to start from: settle what the relaxation has nearly settled, solve again, and so on."""
    h = _highs(lp)
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


def _first_plan(model: _Model, relaxed: Floats, watch: _Watch, budget_s: float, gap: float) -> Floats | None:
    """A good plan to start from: a dive, then a search among the decisions that the relaxation leaves open."""
    # Deliveries from stations that are not written out are for the bound only: a plan does without them.
    rest = np.concatenate(model.rest)
    dived = _dive(model, _fixed(model.program.lp(), rest, np.zeros(len(rest))), watch)
    decisions, _whole = _decisions(model, relaxed)
    values = relaxed[decisions]
    settled = np.abs(values - np.round(values)) < TINY
    held = values if dived is None else dived[decisions]
    narrow = _fixed(model.program.lp(), decisions[settled], np.round(held[settled]))
    narrow = _fixed(narrow, rest, np.zeros(len(rest)))
    quiet = _Watch(budget_s, lambda state: watch.tell())
    found, _bound, _status, _nodes = _run_mip(
        narrow, quiet, gap=0.3 * gap, constant=model.constant, start=dived, until_s=min(budget_s, watch.left)
    )
    plans = [plan for plan in (found, dived) if plan is not None]
    return min(plans, key=lambda plan: _cost(model, plan), default=None)


def _decisions(model: _Model, values: Floats) -> tuple[Ints, Floats]:
    columns = np.concatenate([*model.stand, *model.up, *model.merge])
    if model.problem.mortar is not None:
        columns = np.concatenate([columns, model.line])
    return columns, np.round(values[columns])


def _dispatch(problem: Problem, model: _Model, values: Floats, reach: Ints) -> tuple[_Model, Floats, Ints] | None:
    """The cheapest deliveries and additions for settled decisions, all stations of all points considered."""
    columns, whole = _decisions(model, values)
    n_cols = [len(block) for block in (model.stand[0], model.merge[0])]
    while True:
        wide = _Model(problem, _arcs(problem, reach))
        same, _ = _decisions(wide, np.zeros(wide.program.size))
        assert len(same) == len(columns) and n_cols[0] == problem.n
        found, _cost = _relaxed(_fixed(wide.program.lp(), same, whole))
        if found is None:
            if (reach >= problem.n).all():
                return None
            reach = np.minimum(reach * 2, problem.n)
            continue
        found[same] = whole
        wider = _widened(wide, found, reach)
        if wider is None:
            return wide, found, reach
        reach = wider


def solve(
    problem: Problem, *, gap: float = 0.01, time_limit_s: float = 60.0, watcher: Watcher | None = None
) -> Solution:
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
    watch = _Watch(time_limit_s, watcher)
    reach: Ints = np.full(problem.demand.shape[1], min(_NEAREST_FIRST, problem.n), dtype=np.int64)
    if len(problem.years) > 1:  # one year is quick, and shows which points draw on far stations
        last = replace(
            problem, demand=problem.demand[-1:], limit=problem.limit[-1:], years=problem.years[-1:], max_closures=None
        )
        *_rest, reach = _reach_of_relaxation(last, reach, watch)
    model, lp, values, reach = _reach_of_relaxation(problem, reach, watch)
    if values is None:
        return _no_plan(problem, watch, ended=watch.over)
    relaxation = float(np.concatenate(model.program.cost) @ values) + model.constant
    watch.tell(None, relaxation)
    start = _first_plan(model, values, watch, 0.35 * time_limit_s, gap)
    best: tuple[_Model, Floats] | None = None
    objective, bound, nodes, status = math.inf, relaxation, 0, "open"
    if start is not None and (settled := _dispatch(problem, model, start, reach)) is not None:
        best = settled[0], settled[1]
        objective = _cost(*best)
        watch.tell(objective)
    while not watch.stopped and relative_gap(objective, bound) > gap and watch.left > 0.2:
        found, proven, status, more = _run_mip(
            lp, watch, gap=0.85 * gap, constant=model.constant, start=start, until_s=watch.left
        )
        nodes += max(more, 0)
        if status == "infeasible":
            return _no_plan(problem, watch)
        bound = max(bound, proven)
        if found is None:
            break
        settled = _dispatch(problem, model, found, reach)
        if settled is not None and _cost(settled[0], settled[1]) < objective:
            best = settled[0], settled[1]
            objective = _cost(*best)
        if relative_gap(objective, bound) <= gap or watch.stopped:
            break
        # The bound still counts on far stations being near: write more of them out and go on.
        wider = _widened(model, found, reach)
        if wider is None and status == "optimal":
            break
        if wider is None:
            continue
        reach = np.maximum(wider, settled[2]) if settled is not None else wider
        model = _Model(problem, _arcs(problem, reach))
        lp = model.program.lp()
        start = None
    if best is None:
        return replace(_no_plan(problem, watch, ended=True), bound=bound)
    bound = min(bound, objective)
    end = (
        "optimal" if relative_gap(objective, bound) <= 1e-6
        else "gap_reached" if relative_gap(objective, bound) <= gap
        else "interrupted" if watch.stopped
        else "time_limit"
    )  # fmt: skip
    return _solution(*best, status=end, objective=objective, bound=bound, seconds=watch.seconds, nodes=nodes)


def _cost(model: _Model, values: Floats) -> float:
    return float(np.concatenate(model.program.cost) @ values) + model.constant


def _no_plan(problem: Problem, watch: _Watch, *, ended: bool = False) -> Solution:
    """No plan: none exists, or the search ended before one was found."""
    t, n = len(problem.years), problem.n
    status = "infeasible" if not ended else "interrupted" if watch.stopped else "time_limit"
    return Solution(
        status, math.inf, math.inf, math.inf, watch.seconds, np.zeros((t, n), dtype=bool),
        np.zeros((t, n), dtype=bool), np.zeros((t, n)), np.full(n, -1), np.empty((0, 3), dtype=np.int64), np.empty(0),
        {},
    )  # fmt: skip


def _solution(
    model: _Model, values: Floats, *, status: str, objective: float, bound: float, seconds: float, nodes: int
) -> Solution:
    p, arcs = model.problem, model.arcs
    stands = np.array([values[c] > 0.5 for c in model.stand])
    upgraded = np.array([values[c] > 0.5 for c in model.up])
    added = np.zeros((len(p.years), p.n))
    moved_total = 0.0
    for t in range(len(p.years)):
        added[t] += values[model.new[t]]
        np.add.at(added[t], p.pairs[:, 1], values[model.moved[t]])
        moved_total += float(values[model.moved[t]].sum())
    added[added < TINY] = 0.0
    merged: Ints = np.full(p.n, -1, dtype=np.int64)
    chosen = values[model.merge[-1]] > 0.5
    merged[p.pairs[chosen, 0]] = p.pairs[chosen, 1]
    flows, amounts = [], []
    for t, columns in enumerate(model.flow):
        used = np.flatnonzero(values[columns] > TINY)
        flows.append(np.column_stack([np.full(len(used), t), arcs.station[used], arcs.point[used]]))
        amounts.append(values[columns[used]])
    rows, amount = np.vstack(flows).astype(np.int64), np.concatenate(amounts)
    parts = {
        "findings": float((stands * p.keep_cost).sum()),
        "notes": float(((stands & ~upgraded) * p.note_cost).sum()),
        "haul": float(p.haul_cost * (amount * p.haul_km[rows[:, 1], rows[:, 2]]).sum()),
        "capital": float(p.upgrade_cost * upgraded.sum() + p.add_cost * (added.sum() - moved_total)
                         + p.move_cost * moved_total),
        "lost": float(((~stands) * p.loss).sum() - sum(
            float(p.pair_saving @ (values[model.merge[t]] > 0.5)) for t in range(len(p.years)))),
    }  # fmt: skip
    more: dict[str, Any] = {}
    if p.mortar is not None:
        flow = values[model.mortar_flow]
        used = np.flatnonzero(flow > TINY)
        unmet = np.where(values[model.mortar_unmet] > TINY, values[model.mortar_unmet], 0.0)
        source, point = model.mortar_source[used], model.mortar_point[used]
        built = np.round(values[model.line]).astype(np.int64)
        parts["mortar_haul"] = float(p.mortar.haul_cost * (flow[used] * p.mortar.haul_km[source, point]).sum())
        parts["mortar_lines"] = float(p.mortar.fixed_cost * built.sum())
        parts["mortar_unmet"] = float(p.mortar.unmet_cost * unmet.sum())
        more = {
            "lines": built, "mortar_flows": np.column_stack([source, point]), "mortar_amounts": flow[used],
            "mortar_unmet": unmet,
        }  # fmt: skip
    return Solution(
        status, objective, bound, relative_gap(objective, bound), seconds, stands, upgraded, added, merged, rows,
        amount, parts, nodes=nodes, **more,
    )  # fmt: skip


def dispatch(problem: Problem) -> tuple[Ints, Floats] | None:
    """The shortest hauls when every station stands as it is; none where that does not serve all demand."""
    open_limit = np.full(len(problem.years), math.inf)
    as_is = replace(
        problem, limit=open_limit, lock=np.full(problem.n, KEEP, dtype=np.int64), max_closures=None, limits=(),
        outside_share=1.0, mortar=None, pairs=np.empty((0, 2), dtype=np.int64), pair_saving=np.empty(0),
        add_most=np.zeros(problem.n), standard=0.0, upgrade_cost=1.0, note_cost=np.zeros(problem.n),
    )  # fmt: skip
    reach: Ints = np.full(problem.demand.shape[1], min(_NEAREST_FIRST, problem.n), dtype=np.int64)
    model, _lp, values, _reach = _reach_of_relaxation(as_is, reach)
    if values is None:
        return None
    done = _solution(model, values, status="optimal", objective=0.0, bound=0.0, seconds=0.0, nodes=0)
    return done.flows, done.amounts


def least_beyond(problem: Problem) -> float:
    """Least demand (万m³ in the last year) that must be served from beyond the radius, were every station kept.

    Stations may be upgraded as far as they can; the limit on capacity is left aside, so no plan does better.
    """
    n, m = problem.haul_km.shape
    program = _Program()
    near = problem.haul_km <= problem.radius_km
    station, point = np.nonzero(near)
    flow = program.columns(len(station))
    far = program.columns(m, cost=1.0)
    program.add(problem.demand[-1], problem.demand[-1], (point, flow, 1.0), (np.arange(m), far, 1.0), count=m)
    most = problem.utilisation * np.where(problem.locks == CLOSE, 0.0, problem.capacity + problem.add_most)
    program.add(-math.inf, most, (station, flow, 1.0), count=n)
    _values, cost = _relaxed(program.lp())
    return cost


@dataclass(frozen=True)
class Shortfall:
    """By how much limits must give way for a plan to exist: each of them alone, or all of them together.

    Keys are ``capacity``, ``outside``, ``demand`` (万m³), ``closures`` and ``limit:<name>`` (stations); a limit gives
    way by the same amount in every year.
    """

    alone: bool
    amounts: dict[str, float]


def shortfalls(problem: Problem, *, time_limit_s: float = 20.0) -> Shortfall:
    """The least by which each limit, the others unchanged, must give way for a plan to exist.

    Limits that do not help alone are left out. Where none does, amounts that together are enough; demand that is not
    served is among them only where the limits cannot do without.
    """
    reach: Ints = np.full(problem.demand.shape[1], min(2 * _NEAREST_FIRST, problem.n), dtype=np.int64)
    model = _Model(problem, _arcs(problem, reach), slack=True)
    names = [name for name in model.slack if name != "demand"]
    until = time.monotonic() + time_limit_s

    def least(free: list[str], share: float) -> tuple[Floats | None, float]:
        lp = model.program.lp()
        for name in set(model.slack) - set(free):
            lp = _fixed(lp, model.slack[name], np.zeros(len(model.slack[name])))
        seconds = max(until - time.monotonic(), 0.1) * share
        found, bound, _status, _nodes = _run_mip(
            lp, _Watch(seconds, None), gap=1e-4, constant=0.0, start=None, until_s=seconds
        )
        return found, bound

    amounts: dict[str, float] = {}
    for n, name in enumerate(names):
        found, bound = least([name], 1.0 / (len(names) - n + 1))
        if found is not None and bound > 1e-3:
            counted = name == "closures" or name.startswith("limit:")
            amounts[name] = float(math.ceil(bound - 1e-3)) if counted else bound
    if amounts:
        return Shortfall(True, amounts)
    for free in (names, [*names, "demand"]):
        found, _bound = least(free, 0.5)
        if found is not None:
            sums = {name: float(found[model.slack[name]].sum()) for name in free}
            return Shortfall(False, {name: amount for name, amount in sums.items() if amount > 1e-3})
    return Shortfall(False, {})


def relaxed_sides(problem: Problem, watcher: Callable[[int, int], bool] | None = None) -> list[tuple[float, float]]:
    """For each station the cost of the relaxation with it closed and with it standing (infinite where impossible)."""
    reach: Ints = np.full(problem.demand.shape[1], min(_NEAREST_FIRST, problem.n), dtype=np.int64)
    made, lp, values, _reach = _reach_of_relaxation(problem, reach)
    if values is None:
        return [(math.inf, math.inf)] * problem.n
    h = _highs(lp)
    h.setOptionValue("solve_relaxation", True)
    h.run()
    base = float(h.getInfo().objective_function_value)
    columns = made.stand[-1]
    low, high = np.array(lp.col_lower_)[columns], np.array(lp.col_upper_)[columns]
    sides: list[tuple[float, float]] = []
    for i, column in enumerate(columns):
        if watcher is not None and not watcher(i, problem.n):
            break
        found = []
        for side in (0.0, 1.0):
            if abs(values[column] - side) < 1e-9:
                found.append(base)
                continue
            h.changeColBounds(int(column), side, side)
            h.run()
            solved = h.getModelStatus() == highspy.HighsModelStatus.kOptimal
            found.append(float(h.getInfo().objective_function_value) if solved else math.inf)
            h.changeColBounds(int(column), float(low[i]), float(high[i]))
        sides.append((found[0], found[1]))
    return sides + [(math.nan, math.nan)] * (problem.n - len(sides))
