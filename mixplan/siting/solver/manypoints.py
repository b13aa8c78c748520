"""Deliveries to many thousands of points: nearly all of them have one best source at the right rents.

With a rent for a unit of each source's capacity, a point goes to whoever is cheapest, haul and rent together. Good
rents come quickly: raise those of sources that are asked for more than they have, lower the others. What is left to a
linear program are the points that are nearly indifferent between two sources, a few hundred of many thousands. Its
prices tell, over all points, whether that was enough.
"""

from __future__ import annotations

from collections.abc import Callable

import highspy
import numpy as np
from scipy.optimize import minimize

from mixplan.base.highs import answered, quiet_highs
from mixplan.siting.solver.core import Core
from mixplan.siting.solver.problem import BoolArray, FloatArray, IntArray

MANY = 1500
"""Points from which on this is quicker than one linear program over all of them."""
_CLOSE = 1e-7  # share of the cost within which deliveries count as the cheapest
_FIRST, _MOST = 300, 1200  # points left to the linear program at first, and at most
_SMOOTH = (3e-1, 3e-2, 3e-3, 3e-4)  # of the mean haul
_LOOK = {"maxiter": 100, "ftol": 1e-12, "gtol": 1e-9}


class ManyPoints:
    """Cheapest deliveries for one choice of lines after another, each beginning with the rents of the one before.

    Where the cheapest are not found quickly, those found are nearly so; their cost is the true cost of themselves.
    It asks often whether to go on; once it is not to, the deliveries found may leave points out that could be
    served.
    """

    def __init__(self, core: Core, keep_going: Callable[[], bool] | None = None) -> None:
        self.core = core
        self.n_slots = core.m
        self.keep_going = keep_going or (lambda: True)
        self.rent: FloatArray = np.zeros(core.n_source)
        self.shared: FloatArray = np.zeros(len(core.shared_cap))
        finite = np.isfinite(core.c)
        self.scale = float(core.c.mean(where=finite)) if finite.any() else 1.0

    def solve(self, lines: IntArray) -> float:
        """Return the scaled cost of the deliveries, fixed cost included."""
        core = self.core
        cap = np.concatenate([core.cap[: core.m] * lines, core.cap[core.m :]])
        self.used: IntArray = np.flatnonzero(cap > 0).astype(np.int64)
        self.c: FloatArray = core.c[self.used]
        self.cap: FloatArray = cap[self.used]
        self.group: IntArray = core.optional_group[self.used]
        self.amount, self.unmet = np.zeros((len(self.used), core.n)), core.d.copy()
        self._find_rents()
        cost, proven, many = np.inf, self._value(), _FIRST
        while True:
            before, rents = (self.amount, self.unmet), (self.rent.copy(), self.shared.copy())
            found = self._deliver(many)
            if found > cost:
                self.amount, self.unmet = before
            cost = min(cost, found)
            if self._value() < proven:  # the few points that were left open say less than all points did
                self.rent, self.shared = rents
            proven = max(proven, self._value())
            short = core.strict and self.unmet.sum() > core.unmet_tolerance  # must be certain
            most = core.n if short else min(_MOST, core.n)
            if cost - proven <= _CLOSE * abs(cost) or many >= most or not self.keep_going():
                break
            many *= 2
        cost += float(core.f @ lines)
        if core.strict and self.unmet.sum() > core.unmet_tolerance:
            cost += core.shortfall
        return cost

    def prices(self) -> tuple[FloatArray, FloatArray]:
        """Return what a unit more of demand costs per point, and what a unit of capacity saves per source."""
        owed = self._owed()
        price = np.minimum((self.c + owed[:, None]).min(axis=0, initial=np.inf), self.core.penalty)
        rent = np.zeros(self.core.n_source)
        rent[self.used] = owed
        return price, rent

    def amounts(self) -> tuple[FloatArray, FloatArray]:
        """Return scaled deliveries (source, demand) and unmet demand."""
        out = np.zeros((self.core.n_source, self.core.n))
        out[self.used] = self.amount
        return out, np.where(self.unmet > 1e-9, self.unmet, 0.0)

    def _owed(self) -> FloatArray:
        """Rent of each source in use, with that of the cap it shares."""
        owed: FloatArray = self.rent[self.used] + np.append(self.shared, 0.0)[self.group]
        return owed

    def _value(self) -> float:
        """What the rents prove: no deliveries cost less."""
        core = self.core
        least = np.minimum((self.c + self._owed()[:, None]).min(axis=0, initial=np.inf), core.penalty)
        return float(least @ core.d - self.rent[self.used] @ self.cap - self.shared @ core.shared_cap)

    def _find_rents(self) -> None:
        """Look for the rents that prove most, the least cost of a point being smoothed less and less."""
        core, k = self.core, len(self.used)
        if k == 0:
            return
        grouped = np.flatnonzero(self.group >= 0)
        room = np.concatenate([self.cap, core.shared_cap])
        rents = np.concatenate([self.rent[self.used], self.shared])

        def heed(_rents: FloatArray) -> None:
            if not self.keep_going():
                raise StopIteration  # the rents found so far will do

        for smooth in self.scale * np.array(_SMOOTH):

            def less(rents: FloatArray, smooth: float = smooth) -> tuple[float, FloatArray]:
                owed = rents[:k] + np.append(rents[k:], 0.0)[self.group]
                full = self.c + owed[:, None]
                least = np.minimum(full.min(axis=0), core.penalty)
                weight = np.exp((least - full) / smooth)
                total = weight.sum(axis=0) + np.exp((least - core.penalty) / smooth)
                wanted = np.einsum("ij,j->i", weight, core.d / total)  # quicker than threads that wait for each other
                asked = np.bincount(self.group[grouped], wanted[grouped], len(core.shared_cap))
                value = float((least - smooth * np.log(total)) @ core.d - rents @ room)
                return -value, room - np.concatenate([wanted, asked])

            bounds = [(0.0, None)] * len(rents)
            rents = minimize(less, rents, jac=True, method="L-BFGS-B", bounds=bounds, options=_LOOK, callback=heed).x
            if not self.keep_going():
                break
        self.rent[self.used], self.shared = rents[:k], rents[k:]

    def _deliver(self, many: int) -> float:
        """Serve all points, the many least certain ones by a linear program; returns the cost.

        Leaves the program's prices as the rents.
        """
        core, k, at = self.core, len(self.used), np.arange(self.core.n)
        full = np.vstack([self.c + self._owed()[:, None], np.full((1, core.n), core.penalty)])
        source = full.argmin(axis=0)
        least = full[source, at]
        full[source, at] = np.inf
        doubt = full.min(axis=0) - least
        decided: BoolArray = np.ones(core.n, dtype=np.bool_)
        decided[np.argsort(doubt, kind="stable")[:many]] = False
        grouped = np.append(self.group, -1)[source]
        for number, room in enumerate(self.cap):
            self._make_room(decided, source == number, doubt, room)
        for number, room in enumerate(core.shared_cap):
            self._make_room(decided, grouped == number, doubt, room)
        sure = np.flatnonzero(decided & (source < k))
        self.amount = np.zeros((k, core.n))
        self.amount[source[sure], sure] = core.d[sure]
        room = np.maximum(self.cap - self.amount.sum(axis=1), 0.0)
        shared = core.shared_cap.copy()
        held = self.group >= 0
        np.subtract.at(shared, self.group[held], self.amount.sum(axis=1)[held])
        left = np.flatnonzero(~decided)
        if len(left) > _MOST and not self.keep_going():  # the others stay unserved: nobody waits for this any more
            left = left[np.argsort(doubt[left], kind="stable")[:many]]
        return self._settle(left, room, np.maximum(shared, 0.0))

    def _make_room(self, decided: BoolArray, inside: BoolArray, doubt: FloatArray, room: float) -> None:
        """Leave open whatever is least certain of a source's points until the others fit."""
        points = np.flatnonzero(decided & inside)
        over = float(self.core.d[points].sum()) - room
        if over > 0:
            points = points[np.argsort(doubt[points], kind="stable")]
            count = int(np.searchsorted(np.cumsum(self.core.d[points]), over)) + 1
            decided[points[:count]] = False

    def _settle(self, points: IntArray, room: FloatArray, shared: FloatArray) -> float:
        """The cheapest deliveries to some points from what is left; returns the cost of all deliveries."""
        core = self.core
        amount, rent, self.shared = self._program(self.c[:, points], core.d[points], room, shared)
        self.rent[self.used] = rent
        self.amount[:, points] = np.where(amount > 1e-10, amount, 0.0)
        # Simplex tolerances leave dust; take it off the deliveries rather than oversupply or overload anyone.
        self.amount *= np.minimum(1.0, core.d / np.maximum(self.amount.sum(axis=0), 1e-300))
        self.amount *= np.minimum(1.0, self.cap / np.maximum(self.amount.sum(axis=1), 1e-300))[:, None]
        self.unmet = np.maximum(core.d - self.amount.sum(axis=0), 0.0)
        haul = np.where(np.isfinite(self.c), self.c, 0.0)
        return float((haul * self.amount).sum() + core.penalty * self.unmet.sum())

    def _program(
        self, cost: FloatArray, demand: FloatArray, room: FloatArray, shared: FloatArray
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Solve for some points: deliveries (source, point), and the rents of the sources and of the shared caps."""
        (k, p), q, inf = cost.shape, len(shared), highspy.kHighsInf
        source, at = np.nonzero(np.isfinite(cost))
        grouped = np.flatnonzero(self.group[source] >= 0)
        column = np.concatenate([np.arange(len(source)), np.arange(len(source)), grouped])
        row = np.concatenate([at, p + source, p + k + self.group[source[grouped]]])
        first = np.concatenate([[0], np.cumsum(np.bincount(column, minlength=len(source)))])
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = p + len(source), p + k + q
        lp.col_cost_ = np.concatenate([np.full(p, self.core.penalty), cost[source, at]])
        lp.col_lower_, lp.col_upper_ = np.zeros(lp.num_col_), np.full(lp.num_col_, inf)
        lp.row_lower_ = np.concatenate([demand, np.full(k + q, -inf)])
        lp.row_upper_ = np.concatenate([demand, room, shared])
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_ = np.concatenate([np.arange(p), p + first]).astype(np.int32)
        lp.a_matrix_.index_ = np.concatenate([np.arange(p), row[np.argsort(column, kind="stable")]]).astype(np.int32)
        lp.a_matrix_.value_ = np.ones(p + len(row))
        h = quiet_highs(lp)
        answered(h, h.run())
        solution = h.getSolution()
        amount = np.zeros((k, p))
        amount[source, at] = np.array(solution.col_value)[p:]
        rent = np.maximum(-np.array(solution.row_dual)[p:], 0.0)
        return amount, rent[:k], rent[k:]
