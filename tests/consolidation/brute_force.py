"""Every choice tried one by one, with scipy for the deliveries: an oracle that shares nothing with the model."""

import itertools
import math

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from mixplan.consolidation.model import Problem

# What becomes of one station, and into which one it merges: keep, up and close have no target.
Choice = tuple[str, int]
State = tuple[Choice, ...]
STANDS = ("keep", "up")


def brute_force(p: Problem) -> float:
    """Cost of the best plan of all there are."""
    choices = [
        [("keep", -1), ("up", -1), ("close", -1), *[("merge", int(t)) for s, t in p.pairs if s == i]]
        for i in range(p.n)
    ]
    singles = [state for state in itertools.product(*choices) if _allowed(state)]
    chains = (chain for chain in itertools.product(singles, repeat=len(p.years)) if _possible(p, chain))
    return min((cheapest(p, chain) for chain in chains), default=math.inf)


def _allowed(state: State) -> bool:
    """Mergers go into upgraded stations, one into each."""
    targets = [target for what, target in state if what == "merge"]
    return all(state[t][0] == "up" for t in targets) and len(set(targets)) == len(targets)


def _possible(p: Problem, chain: tuple[State, ...]) -> bool:
    """Nothing is undone from year to year, and no more stations stop in a year than may."""
    for before, after in itertools.pairwise(chain):
        if any(a[0] != "keep" and a != b for a, b in zip(before, after, strict=True)):
            return False
    stopped = [sum(what not in STANDS for what, _target in state) for state in chain]
    return p.max_closures is None or all(np.diff([0, *stopped]) <= p.max_closures)


def settled_cost(p: Problem, state: State) -> float:
    """What the decisions of one year cost by themselves."""
    pairs = [tuple(pair) for pair in p.pairs.tolist()]
    cost = 0.0
    for i, (what, target) in enumerate(state):
        cost += p.keep_cost[i] if what in STANDS else p.loss[i]
        cost += {"keep": p.note_cost[i], "up": p.upgrade_cost}.get(what, 0.0)
        if what == "merge":
            cost -= float(p.pair_saving[pairs.index((i, target))])
    return cost


def cheapest(p: Problem, chain: tuple[State, ...]) -> float:
    """Cost of the best additions and deliveries for given decisions, a state a year."""
    oracle = _Deliveries(p)
    for t, state in enumerate(chain):
        oracle.year(t, state)
        if t:
            oracle.nothing_is_undone(t, chain[t - 1])
    return sum(settled_cost(p, state) for state in chain) + oracle.cost()


class _Deliveries:
    """The linear program that is left: capacity new and moved, and deliveries, year after year."""

    def __init__(self, p: Problem) -> None:
        self.p = p
        self.n, self.m = p.haul_km.shape
        self.per = self.n + self.n * self.n + self.n * self.m
        self.size = self.per * len(p.years)
        one_year = np.concatenate(
            [np.full(self.n, p.add_cost), np.full(self.n * self.n, p.move_cost), p.haul_cost * p.haul_km.ravel()]
        )
        self.prices = np.tile(one_year, len(p.years))
        self.most = np.full(self.size, math.inf)
        self.at_most: list[tuple[NDArray[np.float64], float]] = []
        self.equal: list[tuple[NDArray[np.float64], float]] = []

    def new(self, t: int, i: int) -> int:
        return t * self.per + i

    def moved(self, t: int, i: int, j: int) -> int:
        return t * self.per + self.n + i * self.n + j

    def flow(self, t: int, i: int, j: int) -> int:
        return t * self.per + self.n + self.n * self.n + i * self.m + j

    def row(self, *columns: int) -> NDArray[np.float64]:
        row = np.zeros(self.size)
        row[list(columns)] = 1.0
        return row

    def gain(self, t: int, i: int) -> NDArray[np.float64]:
        """What a station has got in addition."""
        return self.row(self.new(t, i), *(self.moved(t, k, i) for k in range(self.n)))

    def year(self, t: int, state: State) -> None:
        """What holds within one year."""
        p, n, m = self.p, self.n, self.m
        for i, j in itertools.product(range(n), range(n)):
            self.most[self.moved(t, i, j)] = p.capacity[i] if state[i] == ("merge", j) else 0.0
        own = np.array([p.capacity[i] if what in STANDS else 0.0 for i, (what, _target) in enumerate(state)])
        for i, (what, _target) in enumerate(state):
            gain, up = self.gain(t, i), what == "up"
            self.at_most.append((gain, p.add_most[i] if up else 0.0))
            self.at_most.append((-gain, -max(p.standard - p.capacity[i], 0.0) if up else 0.0))
            out = self.row(*(self.flow(t, i, j) for j in range(m)))
            self.at_most.append((out - p.utilisation * gain, p.utilisation * own[i]))
        whole = sum(self.gain(t, i) for i in range(n))
        self.at_most.append((whole, p.limit[t] - own.sum()))
        far = [self.flow(t, i, j) for i, j in zip(*np.nonzero(p.haul_km > p.radius_km), strict=True)]
        self.at_most.append((self.row(*far), p.outside_share * p.demand[t].sum()))
        for j in range(m):
            self.equal.append((self.row(*(self.flow(t, i, j) for i in range(n))), p.demand[t, j]))

    def nothing_is_undone(self, t: int, before: State) -> None:
        """What has been added stays, and all of it comes in the year of the upgrade."""
        n = self.n
        for i in range(n):
            for column in (self.new(t, i), *(self.moved(t, i, k) for k in range(n))):
                self.at_most.append((self.row(column - self.per) - self.row(column), 0.0))
            if before[i][0] == "up":
                self.at_most.append((self.gain(t, i) - self.gain(t - 1, i), 0.0))

    def cost(self) -> float:
        a, b = (np.array(part) for part in zip(*self.at_most, strict=True))
        c, d = (np.array(part) for part in zip(*self.equal, strict=True))
        done = linprog(
            self.prices, A_ub=a, b_ub=b, A_eq=c, b_eq=d, bounds=list(zip([0.0] * self.size, self.most, strict=True))
        )
        return float(done.fun) if done.status == 0 else math.inf
