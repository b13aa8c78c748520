"""Good plans quickly: prices by subgradient steps, and local search that moves lines between sites."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mixplan.siting.solver.core import Core
from mixplan.siting.solver.manypoints import ManyPoints
from mixplan.siting.solver.problem import FloatArray, IntArray
from mixplan.siting.solver.transport import Transport, transport_for


@dataclass(eq=False)
class Incumbent:
    """Best plan so far (scaled cost)."""

    lines: IntArray
    cost: float


def choose_lines(core: Core, worth: FloatArray, lo: IntArray, hi: IntArray) -> IntArray:
    """Pick the cheapest lines by their reduced cost, minding only their number and the sites' limits."""
    out = lo.copy()
    order = np.argsort(worth, kind="stable")
    left = core.most_lines - int(lo.sum())
    owed = core.fewest - int(lo.sum())
    for j in order:
        if left <= 0 or (worth[j] >= 0 and owed <= 0):
            break
        take = min(int(hi[j] - lo[j]), left if worth[j] < 0 else owed)
        owed -= take
        out[j] += take
        left -= take
    return out


def central_haul(core: Core) -> FloatArray:
    """Mean cost a unit from each site to all demand: what tells a site in the middle from one at the edge.

    A first choice by it is a plan one can look at, should the search be stopped at once.
    """
    cost = core.c[: core.m]
    reach = np.isfinite(cost)
    far = float(cost.max(initial=0.0, where=reach))
    total = float(core.d.sum())
    return np.where(reach, cost, far) @ core.d / total if total > 0 else np.zeros(core.m)


def subgradient(
    core: Core, target: float, steps: int, keep_going: Callable[[], bool], *, start: FloatArray | None = None
) -> tuple[FloatArray, float, FloatArray]:
    """Look for demand prices that prove much: relax "every demand is met" and follow the shortfalls.

    Parameters
    ----------
    start : (n,) array, optional
        Prices to begin with.

    Returns
    -------
    price : (n,) array
        The best prices found.
    bound : float
        What they prove (quotas and spacing aside).
    use : (m,) array
        Average lines per site over the late steps.
    """
    m = core.m
    near = np.min(core.c, axis=0, where=np.isfinite(core.c), initial=core.penalty)
    price = np.minimum(1.5 * near + 0.1, core.penalty) if start is None else start
    best, best_price = -np.inf, price
    move = np.zeros(core.n)
    scale, stuck = 1.0, 0
    use, weight = np.zeros(m), 0.0
    usable = core.hi > 0
    rows = np.concatenate([np.flatnonzero(usable), np.arange(m, core.n_source)])
    for _ in range(steps):
        if not keep_going():
            break
        value, order, amount = core.knapsack_fill(price, rows)
        k = len(rows) - (core.n_source - m)
        worth = np.full(m, np.inf)
        worth[rows[:k]] = core.f[rows[:k]] + value[:k]
        lines = choose_lines(core, worth, core.lo, core.hi)
        used = lines > 0
        bound = float(price @ core.d) + float(value[k:].sum()) + float(worth[used] @ lines[used])
        times = np.concatenate([lines[rows[:k]].astype(float), np.ones(len(rows) - k)])
        on = times > 0
        served = np.bincount(order[on].ravel(), (amount[on] * times[on, None]).ravel(), core.n)
        if not np.isfinite(best) or bound > best + 1e-5 * abs(best):
            best, best_price, stuck = bound, price.copy(), 0
        else:
            stuck += 1
            if stuck >= 12:
                scale, stuck = scale * 0.6, 0
        share = (core.d - served) / core.d
        share[(price >= core.penalty) & (share > 0)] = 0.0
        move = share + 0.6 * move
        size = float((core.d * move * move).sum())
        if size < 1e-12 or scale < 5e-3:
            break
        use = 0.97 * use + 0.03 * lines
        weight = 0.97 * weight + 0.03
        goal = max(target, best + 1e-3 * abs(best)) if np.isfinite(target) else best + 0.05 * abs(best)
        price = np.minimum(price + scale * (goal - bound) / size * move, core.penalty)
    return best_price, best, use / max(weight, 1e-9)


class LocalSearch:
    """Improve a plan by moving, adding and dropping lines.

    A move is judged by what the transport prices prove about it (one knapsack for all target sites at once); only the
    promising ones are worked out exactly.
    """

    def __init__(self, core: Core, keep_going: Callable[[], bool]) -> None:
        self.core = core
        self.keep_going = keep_going
        self.transport: Transport | ManyPoints | None = None
        self.known: dict[bytes, float] = {}

    def cost(self, lines: IntArray) -> float:
        """Return the scaled cost of the best deliveries for the lines."""
        used = int((lines > 0).sum())
        if self.transport is None or used > self.transport.n_slots:
            limit = self.core.problem.n_lines
            room = used + 3 if limit is None else max(used, min(limit, int((self.core.hi > 0).sum())))
            self.transport = transport_for(self.core, room, self.keep_going)
        cost = self.transport.solve(lines)
        self.known[lines.tobytes()] = cost
        return cost

    def descend(self, lines: IntArray, *, tries: int = 12, moves: int = 100) -> Incumbent:
        """Move lines until no promising move helps."""
        best = Incumbent(lines.copy(), self.cost(lines))
        while moves > 0 and self.keep_going():
            moves -= 1
            better = self._step(best, tries)
            if better is None:
                break
            best = better
        return best

    def _step(self, now: Incumbent, tries: int) -> Incumbent | None:
        core = self.core
        m = core.m
        self.cost(now.lines)
        assert self.transport is not None
        _, rent = self.transport.prices()
        lines = now.lines
        copies = np.concatenate([lines, (core.cap[m:] > 0).astype(np.int64)])
        opened = np.flatnonzero(copies > 0)
        full = core.c[opened] + rent[opened, None]
        targets = np.flatnonzero(core.hi > lines)
        rent_paid = float((rent * core.cap * copies)[opened].sum())
        # Shared caps have no slot of their own; their rent sits in the supplies', so this stays an estimate there.
        fixed = float(core.f @ lines)
        guesses: list[tuple[float, int, int]] = []

        def judge(close: int) -> None:
            rows = full if close < 0 or lines[close] > 1 else full[opened != close]
            base = np.minimum(rows.min(axis=0, initial=np.inf), core.penalty)
            paid = rent_paid - (rent[close] * core.cap[close] if close >= 0 else 0.0)
            start = float(base @ core.d) - paid + fixed - (core.f[close] if close >= 0 else 0.0)
            if targets.size:
                value = core.knapsack(base, targets) + core.f[targets] + start
                keep = np.argsort(value, kind="stable")[: tries * 3]
                guesses.extend((float(value[k]), close, int(targets[k])) for k in keep if value[k] < now.cost)
            if close >= 0 and start < now.cost:
                guesses.append((start, close, -1))

        count = int(lines.sum())
        p = core.problem
        if p.n_lines is None or (count < p.n_lines):
            judge(-1)
        for j in np.flatnonzero(lines > core.lo):
            if not self.keep_going():
                break
            judge(int(j))
        guesses.sort()
        best: Incumbent | None = None
        done = 0
        for guess, close, target in guesses:
            if done >= tries or not self.keep_going():
                break
            if guess >= (best or now).cost - 1e-9 * abs(now.cost):
                break
            after = lines.copy()
            if close >= 0:
                after[close] -= 1
            if target >= 0:
                after[target] += 1
            if close == target or not core.allowed(after):
                continue
            known = self.known.get(after.tobytes())
            done += known is None
            cost = self.cost(after) if known is None else known
            if cost < (best or now).cost - 1e-9 * abs(now.cost):
                best = Incumbent(after, cost)
        return best
