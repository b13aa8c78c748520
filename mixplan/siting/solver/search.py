"""The fast method: a plan, and a proof of how far from the best it can be at most.

1. Subgradient steps on demand prices give a first bound and say which sites and deliveries matter.
2. Local search from there gives a good plan within a second or two.
3. The linear relaxation, written down only where it matters and cut where whole lines do not fit the demand around
   them, gives a sharper bound (`relaxation`).
4. Branch and bound splits the search by the number of lines in a *region* (sites that are near-substitutes, judged by
   their cost columns), because fixing one site out of many similar ones hardly moves the bound.
"""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from mixplan.base.i18n import gettext as _
from mixplan.base.numbers import relative_gap
from mixplan.base.progress import Watch, Watcher, unwatched
from mixplan.siting.solver.check import Fact, check, most_capacity
from mixplan.siting.solver.core import Core
from mixplan.siting.solver.heuristics import Incumbent, LocalSearch, central_haul, subgradient
from mixplan.siting.solver.manypoints import MANY
from mixplan.siting.solver.pooling import pooled, spread
from mixplan.siting.solver.problem import FloatArray, IntArray, SitingProblem
from mixplan.siting.solver.relaxation import Basis, Box, Certificate, Relaxation, Relaxed
from mixplan.siting.solver.result import Flows, Siting, Status, versions
from mixplan.siting.solver.transport import plan_cost, transport_for

OPTIMAL_GAP = 1e-6
"""A gap up to this share is called optimal: the simplex tolerances allow no less."""
_STEPS = 200
_PRICES_SHARE = 0.4
"""Largest share of the time for the subgradient steps."""


@dataclass(order=True)
class Node:
    """A part of the search still open."""

    bound: float
    number: int
    box: Box = field(compare=False)
    relaxed: Relaxed = field(compare=False)


def solve(
    problem: SitingProblem,
    *,
    gap: float = 0.01,
    time_limit_s: float = 60.0,
    seed: int = 0,
    start: IntArray | None = None,
    watcher: Watcher = unwatched,
) -> Siting:
    """Find a good plan and prove how far from the best possible it can be at most.

    Parameters
    ----------
    problem : SitingProblem
        The problem.
    gap : float, optional
        Stop when the proven gap is at most this share; 0 asks for the optimum.
    time_limit_s : float, optional
        Stop after about this many seconds with the best plan so far.
    seed : int, optional
        Seed of the random restarts. The same seed gives the same plan, unless the time limit strikes.
    start : (n_site,) array of int, optional
        Lines of an older plan to start from; where they do not keep the rules, the nearest that do.
    watcher : callable, optional
        Told often of the progress, with the best plan so far as a `Siting`; False ends the search with it (so does
        Ctrl-C).

    Returns
    -------
    Siting
        Always a plan: if no plan can keep the rules, its status is "infeasible" and it serves what it can.
    """
    watch = Watch(time_limit_s, watcher)
    search = _Search(problem, gap, seed, watch)
    search.older = start
    try:
        search.run()
    except KeyboardInterrupt:
        watch.reason = "interrupted"
    while True:
        try:
            return search.result()
        except KeyboardInterrupt:
            watch.reason = "interrupted"
        finally:
            watch.close()


class _History:
    """How much limiting a region has moved the bound, per line cut off, on average."""

    def __init__(self, sites: IntArray) -> None:
        self.sites = sites
        self.count, self.down, self.up = 0, 0.0, 0.0

    def note(self, down: float, up: float) -> None:
        self.count += 1
        self.down += (down - self.down) / self.count
        self.up += (up - self.up) / self.count

    def score(self, part: float) -> float:
        gains = (self.down * part, self.up * (1 - part))
        return 5 * min(gains) + max(gains)


class _Search:
    cut_rounds_root = 20
    """Rounds of cuts for the whole problem."""
    cut_rounds = 1
    """Rounds of cuts for any part of it."""
    most_regions = 16
    """Regions looked at before a split."""
    look_ahead = 100
    """Simplex iterations spent on either half of a region that is looked at."""
    patience = 4
    """Looks without a better region before the best so far is taken."""
    reliable = 3
    """Looks after which a region's average is trusted without another look."""

    def __init__(self, problem: SitingProblem, gap: float, seed: int, watch: Watch) -> None:
        self.problem, self.gap, self.seed, self.watch = problem, gap, seed, watch
        self.core = Core(problem)
        self.facts = tuple(check(problem))
        self.rng = np.random.default_rng(seed)
        self.best: Incumbent | None = None
        self.older: IntArray | None = None
        """Lines to start from."""
        self.floor = math.inf
        self.unservable = False
        self.enough = math.inf
        self.slack = 1e-9
        self.least = 0.0
        self.bound = -math.inf
        self.nodes = 0
        self.expanded = 0
        self.lean_rows = 0
        self.history: dict[bytes, _History] = {}
        self.impossible = False
        self.open: list[Node] = []
        self.proofs: list[Certificate] = []
        self.made: tuple[bytes, tuple[Flows, FloatArray, float]] | None = None
        """The deliveries worked out last, by the lines they are for."""

    # -- what is known -----------------------------------------------------------------------------------------------

    def offer(self, found: Incumbent | None) -> None:
        """Keep a plan if it is the best so far."""
        if found is not None and (self.best is None or found.cost < self.best.cost):
            best = self.best = Incumbent(found.lines.copy(), found.cost)
            if not self.falls_short:
                self.watch.offer(
                    found.cost * self.core.unit_money, lambda: self.so_far(best.lines, *self.delivered(best.lines))
                )

    @property
    def cutoff(self) -> float:
        """Boxes that cannot beat this cost need no further look."""
        return math.inf if self.best is None else self.best.cost

    @property
    def goal(self) -> float:
        """A bound this high ends the search."""
        if self.best is None:
            return self.enough
        return min(self.enough, self.best.cost - max(self.gap, 0.1 * OPTIMAL_GAP) * abs(self.best.cost) - self.slack)

    def raise_bound(self, bound: float) -> None:
        """Note a proven bound over all that is still open."""
        self.bound = max(self.bound, min(bound, self.floor, self.cutoff))
        self.watch.prove(self.bound * self.core.unit_money)

    # -- the search --------------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Search until the goal is reached or the watch says stop."""
        core = self.core
        self.watch.doing(_("正在试放第一批生产线"))
        start = core.best_selection(-(core.f + core.cap[: core.m] * central_haul(core)))
        if start is None:
            self.impossible = True
            return
        self.raise_bound(self.least)
        self.search = LocalSearch(core, self.watch.going)
        if core.n == 0 or not np.any(core.hi > 0):
            self.offer(Incumbent(start, self.search.cost(start)))
            self.unservable = self.falls_short
            self.raise_bound(self.cutoff)
            return
        self.offer(Incumbent(start, self.search.cost(start)))
        self.take_up()
        price, first, use = self.prices()
        if np.isfinite(first):
            self.raise_bound(first)
        if not self.watch.doing(_("正在改进选址")) or self.watch.over:
            return
        self.round_and_improve(use)
        if self.falls_short:
            self.restarts(3)
        if self.falls_short:
            self.serve_all()
            if self.unservable:
                return
        if not self.watch.doing(_("正在证明差距")) or self.watch.over:
            return
        self.relaxation = Relaxation(core, self.watch.going)
        root = Box(core.lo.copy(), core.hi.copy())
        self.relaxation.enter(root, None)
        self.prove(price)
        if self.bound >= self.goal:
            return
        self.fix(root)
        self.seed_relaxation(price, root)
        self.branch(root)

    def take_up(self) -> None:
        """Offer the lines that were given, or the nearest that keep the rules, and improve them."""
        if self.older is None:
            return
        lines: IntArray | None = np.asarray(self.older, dtype=np.int64)
        if not self.core.allowed(self.older):
            lines = self.core.best_selection(self.older + 1e-3 * self.rng.random(self.core.m))
        if lines is not None:
            self.offer(Incumbent(lines, self.search.cost(lines)))
            self.improve(lines)

    def prove(self, price: FloatArray) -> None:
        """Turn demand prices into a bound that also tells which sites are out."""
        core = self.core
        worth = np.sort(np.repeat((core.f + core.knapsack(price)[: core.m])[core.hi > 0], core.hi[core.hi > 0]))
        dual = np.zeros(self.relaxation.n_rows)
        dual[: core.n] = price
        # The price of a line: what the last line needed costs, or the first one no longer allowed saves.
        owed = float(worth[min(core.fewest, len(worth)) - 1]) if core.fewest and worth.size else 0.0
        spare = float(worth[core.most_lines]) if core.most_lines < len(worth) else 0.0
        dual[self.relaxation.rule_rows[0]] = owed if owed > 0 else min(spare, 0.0)
        proof = self.relaxation.certify(dual).certificate
        self.proofs.append(proof)
        self.raise_bound(proof.bound)

    def prices(self) -> tuple[FloatArray, float, FloatArray]:
        """Demand prices, what they prove, and how much each site is used at such prices."""
        core, going = self.core, self.has_time_for_prices
        if core.n < MANY:
            return subgradient(core, math.inf, _STEPS, going)
        small, cell = pooled(core)
        price, _first, use = subgradient(small, math.inf, _STEPS, going)
        near = small.best_selection(use + 1e-6 * self.rng.random(core.m), float(use.sum())) if use.any() else None
        if near is not None and self.watch.doing(_("正在改进选址")):
            found = LocalSearch(small, self.has_time_for_pooled).descend(near)
            self.offer(Incumbent(found.lines, self.search.cost(found.lines)))
        price = spread(core, small, cell, price, use)
        once = iter([True])
        more = subgradient(core, math.inf, _STEPS, lambda: next(once, False) or going(), start=price)
        return more[0], more[1], use

    def has_time_for_pooled(self) -> bool:
        """Whether to look for better sites in the pooled problem still."""
        return self.watch.going() and self.watch.seconds < 2 * _PRICES_SHARE * self.watch.time_limit_s

    def has_time_for_prices(self) -> bool:
        """Whether to look for better prices still: with many points they must leave time for better sites."""
        return self.watch.going() and self.watch.seconds < _PRICES_SHARE * self.watch.time_limit_s

    @property
    def falls_short(self) -> bool:
        """Tell whether the best plan leaves demand unmet that must be served."""
        return self.best is not None and self.core.strict and self.best.cost >= self.core.shortfall

    def serve_all(self) -> None:
        """Find lines that can serve all demand, or prove that none can."""
        p = self.problem
        blocks: dict[str, Any] = {
            name: np.where(np.isfinite(getattr(p, name)), 0.0, math.inf)
            for name in ("unit_cost", "unit_cost_existing", "unit_cost_optional")
        }
        least = replace(p, fixed_cost=np.zeros(p.n_site), unmet_penalty=1.0, **blocks)
        watch = Watch(math.inf, lambda _now: self.watch.going())
        short = any(fact.code == "demand_exceeds_capacity" for fact in self.facts)
        inner = _Search(least, self.gap if short else 0.0, self.seed, watch)
        # Simplex tolerances cannot tell a shortage below this from none.
        inner.slack = max(self.core.unmet_tolerance, 2e-7)
        inner.least = max((float(p.demand.sum()) - most_capacity(p)) / self.core.unit_demand, 0.0)
        inner.enough = inner.least + 2 * inner.slack
        inner.run()
        self.nodes += inner.nodes
        if inner.best is None:
            return
        self.unservable = short or inner.bound > inner.slack
        if not self.unservable:
            self.improve(inner.best.lines)
            self.unservable = self.falls_short and watch.reason is None
        if self.unservable:
            self.best = inner.best

    def round_and_improve(self, use: FloatArray, tries: int = 12, *, shake: bool = False) -> None:
        """Choose whole lines close to fractions of lines, and improve them."""
        if self.watch.going():
            wish = use * self.rng.uniform(0.5, 1.5, self.core.m) if shake else use
            wish = wish + 1e-6 * self.rng.random(self.core.m)
            self.improve(self.core.best_selection(wish, float(use.sum())), tries)

    def improve(self, lines: IntArray | None, tries: int = 12) -> None:
        if lines is not None and self.watch.going():
            self.offer(self.search.descend(lines, tries=tries))

    def restarts(self, count: int, likely: FloatArray | None = None) -> None:
        """Shake the best plan, towards sites that are likely, and improve it again."""
        for _try in range(count):
            if self.best is None or not self.watch.going() or self.bound >= self.goal:
                return
            lines = self.best.lines.copy()
            movable = np.flatnonzero(lines > self.core.lo)
            if movable.size == 0:
                return
            out = self.rng.choice(movable, min(2, movable.size), replace=False)
            lines[out] -= 1
            room = np.flatnonzero((self.core.hi > lines) & ~np.isin(np.arange(self.core.m), out))
            if room.size < out.size:
                return
            chance = np.ones(room.size) if likely is None else likely[room]
            if (chance > 1e-6).sum() < out.size:
                return
            lines[self.rng.choice(room, out.size, replace=False, p=chance / chance.sum())] += 1
            if not self.core.allowed(lines):
                repaired = self.core.best_selection(lines + 1e-3 * self.rng.random(self.core.m))
                assert repaired is not None
                lines = repaired
            self.improve(lines)

    def seed_relaxation(self, price: FloatArray, root: Box) -> None:
        """Write down the part of the relaxation that the subgradient's prices point to."""
        core = self.core
        value, order, amount = core.knapsack_fill(price)
        worth = np.where(root.hi > 0, core.f + value[: core.m], np.inf)
        k = min(max(core.fewest, 1), core.m) - 1
        limit = max(float(np.partition(worth, k)[k]), 0.0 if core.fewest == 0 else -np.inf)
        slack = max(self.cutoff - self.bound, 0.0)
        sites = np.flatnonzero(worth <= limit + 0.1 * slack)
        good = np.concatenate([sites, np.arange(core.m, core.n_source)])
        r, i = np.nonzero((core.c - price)[good] < 0.02 * price.mean())
        self.relaxation.add_arcs(good[r], i, rows=False)
        r, q = np.nonzero(amount[good] > 0)
        self.relaxation.add_arcs(good[r], order[good][r, q], rows=True)

    def branch(self, root: Box) -> None:
        """Split the search until the goal is proven."""
        self.push(root, None, -math.inf)
        while self.open and self.watch.going():
            self.raise_bound(self.open[0].bound)
            if self.bound >= self.goal:
                return
            node = heapq.heappop(self.open)
            self.tidy(node)
            self.expand(node)
            if not self.watch.going():
                # Its children may be missing: the node itself still stands for them.
                heapq.heappush(self.open, node)
                return
        if not self.open:
            self.raise_bound(self.cutoff)

    def push(self, box: Box, basis: Basis | None, parent: float) -> None:
        """Bound a box and keep it if it may hold a better plan."""
        self.nodes += 1
        self.fix(box)
        if np.any(box.lo > box.hi):
            return
        self.relaxation.enter(box, basis)
        first = self.nodes == 1
        relaxed = self.relaxation.solve(
            min(self.cutoff, self.goal),
            max(1e-7, (0.02 if first else 0.1) * self.gap),
            self.cut_rounds_root if first else self.cut_rounds,
            on_bound=self.raise_bound if first else None,
        )
        bound = max(relaxed.bound, parent)
        if bound >= self.cutoff:
            return
        if relaxed.certificate is None:
            # Stopped before the first bound.
            heapq.heappush(self.open, Node(bound, self.nodes, box, relaxed))
            return
        whole = np.round(relaxed.lines)
        if np.abs(relaxed.lines - whole).max(initial=0.0) < 1e-6:
            lines = whole.astype(np.int64)
            if self.core.allowed(lines):
                cost = self.search.cost(lines)
                self.offer(Incumbent(lines, cost))
                if cost <= bound + 1e-7 * abs(bound) + 1e-9 or bound >= self.cutoff:
                    self.floor = min(self.floor, bound)
                    return
        if np.array_equal(box.lo, box.hi):
            if self.core.allowed(box.lo):
                self.floor = min(self.floor, bound)
            return
        if self.nodes == 1:
            self.proofs.append(relaxed.certificate)
        heapq.heappush(self.open, Node(bound, self.nodes, box, relaxed))

    def tidy(self, node: Node) -> None:
        """Keep the relaxation lean."""
        rel = self.relaxation
        if rel.n_rows > 1.3 * self.lean_rows + 200 and node.relaxed.certificate is not None:
            rel.purge(node.relaxed, self.cutoff - node.bound)
            rel.enter(node.box, node.relaxed.basis)
            self.lean_rows = rel.n_rows

    def fix(self, box: Box) -> None:
        """Forbid sites that cannot be part of a better plan."""
        for proof in self.proofs:
            over = proof.bound + proof.reduced >= self.cutoff
            box.hi = np.where(over & (box.lo == 0), 0, box.hi)
        for pair in (self.problem.conflicts, self.problem.conflicts[:, ::-1]):
            box.hi[pair[box.lo[pair[:, 0]] > 0, 1]] = 0

    def expand(self, node: Node) -> None:
        """Split a box in two and bound both halves."""
        relaxed = node.relaxed
        self.expanded += 1
        if self.expanded == 1:
            for k in range(6):
                if self.bound < self.goal:
                    self.round_and_improve(relaxed.lines, tries=6, shake=k > 0)
        elif self.expanded <= 8 or self.expanded % 4 == 0:
            self.round_and_improve(relaxed.lines, tries=6, shake=self.expanded % 2 == 1)
        if self.expanded % 4 == 1:
            self.restarts(1, np.maximum(relaxed.lines, 0.0))
        if self.bound >= self.goal:
            heapq.heappush(self.open, node)
            return
        children = self.split(node)
        for child in children:
            if not self.watch.going():
                return
            self.push(child, relaxed.basis, node.bound)

    def split(self, node: Node) -> list[Box]:
        """Choose the region whose number of lines is least clear, by trying a few out."""
        lines = node.relaxed.lines
        options = self.regions(lines, self.most_regions)
        if not options:
            # Whole numbers of lines, but the plan is not proven: any site not yet settled will do.
            j = int(np.flatnonzero(node.box.hi > node.box.lo)[0])
            for a, b in self.problem.conflicts:
                if min(lines[a], lines[b]) > 0.5:
                    j = int(a if node.box.lo[a] == 0 else b)
                    return self._halves(node.box, np.array([j]), 0)
            return self._halves(node.box, np.array([j]), math.floor(min(lines[j], node.box.hi[j] - 1) + 1e-6))
        if len(options) == 1:
            return self._halves(node.box, options[0][0], math.floor(options[0][1]))
        best, best_score, since = options[0], -1.0, 0
        rel = self.relaxation
        for sites, total in options:
            part = total - math.floor(total)
            past = self.history.setdefault(sites.tobytes(), _History(sites))
            if past.count >= self.reliable:
                score = past.score(part)
                if score > best_score * 1.02:
                    best, best_score = (sites, total), score
                continue
            gains = []
            for half in self._halves(node.box, sites, math.floor(total)):
                rel.enter(half, node.relaxed.basis)
                if rel.run(self.look_ahead) is False:
                    gains.append(self.cutoff - node.bound)
                else:
                    value = float(rel.h.getInfo().objective_function_value)
                    gains.append(min(max(value, node.bound), self.cutoff) - node.bound)
                if not self.watch.going():
                    return []
            past.note(gains[0] / part, gains[1] / (1 - part))
            score = 5 * min(gains) + max(gains)
            since += 1
            if score > best_score * 1.02:
                best, best_score, since = (sites, total), score, 0
            if since >= self.patience:
                break
        return self._halves(node.box, best[0], math.floor(best[1]))

    def _halves(self, box: Box, sites: IntArray, middle: int) -> list[Box]:
        low, high = (
            Box(box.lo.copy(), box.hi.copy(), dict(box.regions)),
            Box(box.lo.copy(), box.hi.copy(), dict(box.regions)),
        )
        if len(sites) == 1:
            low.hi[sites[0]] = middle
            high.lo[sites[0]] = middle + 1
        else:
            number = self.relaxation.region(sites)
            was = box.regions.get(number, (-math.inf, math.inf))
            low.regions[number] = (was[0], float(middle))
            high.regions[number] = (float(middle + 1), was[1])
        return [low, high]

    def regions(self, lines: FloatArray, most: int) -> list[tuple[IntArray, float]]:
        """List regions around sites in partial use whose number of lines is far from whole."""
        support = np.flatnonzero(lines > 1e-6)
        found: dict[bytes, tuple[float, IntArray, float]] = {}
        total = lines.sum()
        for j in support.tolist():
            far = self.core.site_distance[j]
            order = support[np.argsort(far[support], kind="stable")]
            radius = far[order]
            sums = np.cumsum(lines[order])
            for t in range(len(order)):
                if sums[t] > 0.5 * total + 1e-6 and t > 0:
                    break
                part = sums[t] - math.floor(sums[t] + 1e-6)
                if part < 0.05 or part > 0.95:
                    continue
                nxt = radius[t + 1] if t + 1 < len(order) else 2 * radius[t] + 1.0
                if nxt - radius[t] <= 1e-9 * nxt:
                    continue
                score = min(part, 1 - part) * (0.3 + (nxt - radius[t]) / nxt)
                key = np.sort(order[: t + 1]).tobytes()
                if key not in found or found[key][0] < score:
                    sites = np.flatnonzero(far <= (radius[t] + nxt) / 2).astype(np.int64)
                    found[key] = (score, sites, float(sums[t]))
        ranked = sorted(found.values(), key=lambda e: -e[0])
        if not ranked:
            part = np.abs(lines - np.round(lines))
            worst = int(part.argmax()) if part.size else 0
            return [(np.array([worst]), float(lines[worst]))] if part.size and part[worst] > 1e-6 else []
        fresh = [(sites, total) for _, sites, total in ranked if sites.tobytes() not in self.history]
        tried: list[tuple[float, IntArray, float]] = []
        for past in self.history.values():
            total = float(lines[past.sites].sum())
            part = total - math.floor(total + 1e-6)
            if 0.02 < part < 0.98:
                tried.append((past.score(part), past.sites, total))
        tried.sort(key=lambda e: -e[0])
        # Regions that moved the bound before come first, then new ones.
        return [(sites, total) for _, sites, total in tried[: most // 2]] + fresh[: most - min(len(tried), most // 2)]

    # -- the answer --------------------------------------------------------------------------------------------------

    def delivered(self, lines: IntArray) -> tuple[Flows, FloatArray, float]:
        """Deliveries for the lines, demand left unmet, and the cost of it all."""
        core, p, name = self.core, self.problem, lines.tobytes()
        if self.made is not None and self.made[0] == name:
            return self.made[1]
        # Not the local search's own deliveries: which of several as good it comes to must not depend on the clock.
        transport = transport_for(core, int((lines > 0).sum()))
        transport.solve(lines)
        amount, short = transport.amounts()
        flows = Flows.from_dense(core.full_flows(amount))
        unmet = np.zeros(p.n_demand)
        unmet[core.wanted] = short * core.unit_demand
        found = flows, unmet, plan_cost(p, lines, flows, unmet)
        self.made = name, found
        return found

    def so_far(self, lines: IntArray, flows: Flows, unmet: FloatArray, objective: float) -> Siting:
        """A plan on the way as it would be handed back now."""
        bound = min(self.watch.bound, objective)
        return Siting(
            lines=lines,
            flows=flows,
            unmet=unmet,
            objective=objective,
            bound=bound,
            gap=relative_gap(objective, bound),
            status="interrupted",
            seconds=self.watch.seconds,
            seed=self.seed,
            versions=versions(),
            nodes=self.nodes,
            facts=self.facts,
        )

    def result(self) -> Siting:
        """The plan at the end, and what is proven of it."""
        core, p = self.core, self.problem
        lines = np.zeros(core.m, dtype=np.int64) if self.best is None else self.best.lines
        flows, unmet, objective = self.delivered(lines)
        if self.best is None:
            objective = math.inf
        bound = self.bound * core.unit_money
        facts = self.facts
        status: Status
        if self.impossible and not any(f.blocking for f in facts):
            facts += (Fact("no_selection", {}, True),)
        if self.impossible or self.unservable:
            status, objective, bound = "infeasible", math.inf, math.inf
            if self.unservable and not any(f.blocking for f in facts):
                total = float(p.demand.sum())
                facts += (Fact("demand_short", {"demand": total, "short": float(unmet.sum())}, True),)
        elif self.watch.reason is not None:
            status = self.watch.reason
        else:
            status = "optimal" if relative_gap(objective, bound) <= OPTIMAL_GAP else "gap_reached"
        if objective < math.inf:
            bound = min(bound, objective)
        self.watch.objective, self.watch.bound = objective, bound
        self.watch.tell()
        found = replace(self.so_far(lines, flows, unmet, objective), bound=bound, status=status, facts=facts)
        return replace(found, gap=0.0 if status == "infeasible" else relative_gap(objective, bound))
