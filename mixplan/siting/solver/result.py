"""What the solvers hand back, and an independent check of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from mixplan.base.releases import release
from mixplan.siting.solver.check import Fact
from mixplan.siting.solver.problem import FloatArray, IntArray, SitingProblem

Status = Literal["optimal", "gap_reached", "time_limit", "interrupted", "infeasible"]


@dataclass(frozen=True, eq=False)
class Flows:
    """Who delivers how much to whom, one entry a delivery.

    Attributes
    ----------
    source, demand : (f,) array of int
        Numbers of source and demand point. Sources count through the sites, then the existing plants, then the
        optional supplies; `SitingProblem.source` tells which is which.
    amount : (f,) array
        Units delivered, all positive.
    """

    source: IntArray
    demand: IntArray
    amount: FloatArray

    @classmethod
    def from_dense(cls, amount: FloatArray, *, tolerance: float = 1e-9) -> Flows:
        """Keep the deliveries above a tolerance from an (n_demand, n_source) array."""
        demand, source = np.nonzero(amount > tolerance)
        return cls(source.astype(np.int64), demand.astype(np.int64), amount[demand, source])

    def dense(self, problem: SitingProblem) -> FloatArray:
        """Return the deliveries as an (n_demand, n_source) array."""
        out = np.zeros((problem.n_demand, problem.n_site + problem.n_existing + problem.n_optional))
        np.add.at(out, (self.demand, self.source), self.amount)
        return out


@dataclass(frozen=True, eq=False)
class Siting:
    """A plan: lines per site, deliveries, its cost, and how far from the best possible it can be at most.

    Attributes
    ----------
    lines : (n_site,) array of int
        Lines to build on each site.
    flows : Flows
        Deliveries.
    unmet : (n_demand,) array
        Demand left unmet.
    objective : float
        Cost of the plan; ``inf`` if it breaks a rule (status "infeasible" or nothing found in time).
    bound : float
        Proven: no plan costs less than this.
    gap : float
        ``(objective - bound) / objective``, 0 if both are 0.
    status : str
        "optimal" (gap closed), "gap_reached", "time_limit", "interrupted" or "infeasible".
    seconds : float
        Time taken.
    seed : int
        Seed that gives the same plan again.
    versions : mapping
        Versions of the libraries used.
    nodes : int
        Subproblems looked at.
    facts : tuple of Fact
        What `check` says about the problem.
    """

    lines: IntArray
    flows: Flows
    unmet: FloatArray
    objective: float
    bound: float
    gap: float
    status: Status
    seconds: float
    seed: int
    versions: Mapping[str, str]
    nodes: int = 0
    facts: tuple[Fact, ...] = ()


def versions() -> dict[str, str]:
    """Return the versions of the libraries a result depends on."""
    return {name: release(name) for name in ("numpy", "scipy", "highspy")}


@dataclass(frozen=True)
class Evaluation:
    """Cost of a plan and by how much it breaks each rule, worked out from the plan alone.

    Attributes
    ----------
    haul_cost, fixed_cost, penalty_cost : float
        Parts of the cost.
    unmet : float
        Demand not served, in all.
    violations : mapping of str to float
        Largest excess per rule, in the rule's own unit (units of supply, lines, pairs); 0 where it is kept.
    """

    haul_cost: float
    fixed_cost: float
    penalty_cost: float
    unmet: float
    violations: Mapping[str, float]

    @property
    def cost(self) -> float:
        """Total cost."""
        return self.haul_cost + self.fixed_cost + self.penalty_cost

    def feasible(self, tolerance: float = 1e-6) -> bool:
        """Tell whether every rule is kept up to a tolerance (in the rule's unit)."""
        return max(self.violations.values()) <= tolerance


def evaluate(problem: SitingProblem, lines: IntArray, flows: Flows) -> Evaluation:
    """Check a plan from first principles: cost, and how much each rule is broken.

    Shares no code with the solvers on purpose: plain loops over the plan, one rule after the other.
    """
    p = problem
    lines = np.asarray(lines)
    m, k = p.n_site, p.n_existing
    delivered = [0.0] * p.n_demand
    shipped = [0.0] * (m + k + p.n_optional)
    haul, not_allowed, negative = 0.0, 0.0, 0.0
    for s, i, amount in zip(flows.source.tolist(), flows.demand.tolist(), flows.amount.tolist(), strict=True):
        if s < m:
            unit = float(p.unit_cost[i, s])
        elif s < m + k:
            unit = float(p.unit_cost_existing[i, s - m])
        else:
            unit = float(p.unit_cost_optional[i, s - m - k])
        if math.isinf(unit):
            not_allowed = max(not_allowed, amount)
        else:
            haul += unit * amount
        negative = max(negative, -amount)
        delivered[i] += amount
        shipped[s] += amount
    short = [float(p.demand[i]) - delivered[i] for i in range(p.n_demand)]
    unmet = math.fsum(max(v, 0.0) for v in short)
    must = math.isinf(p.unmet_penalty)
    built = int(lines.sum())
    v: dict[str, float] = {
        "flow_not_allowed": not_allowed,
        "flow_negative": negative,
        "demand_oversupplied": max((-x for x in short), default=0.0),
        "demand_unmet": max(short, default=0.0) if must else 0.0,
        "site_capacity": max((shipped[j] - lines[j] * p.capacity[j] for j in range(m)), default=0.0),
        "existing_capacity": max((shipped[m + e] - p.capacity_existing[e] for e in range(k)), default=0.0),
        "optional_capacity": max(
            (shipped[m + k + o] - p.capacity_optional[o] for o in range(p.n_optional)), default=0.0
        ),
        "lines_negative": max((-lines[j] for j in range(m)), default=0),
        "site_lines": max((lines[j] - p.max_lines[j] for j in range(m)), default=0),
        "forced": max((p.min_lines[j] - lines[j] for j in range(m)), default=0),
        "forbidden": max((lines[j] for j in range(m) if p.forbidden[j]), default=0),
        "spacing": sum(1 for a, b in p.conflicts if lines[a] > 0 and lines[b] > 0),
        "n_lines": 0,
    }
    if p.n_lines is not None:
        v["n_lines"] = abs(built - p.n_lines) if p.lines_exact else built - p.n_lines
    quota, shared = 0.0, 0.0
    for g in range(len(p.group_min)):
        here = sum(int(lines[j]) for j in range(m) if p.group[j] == g)
        quota = max(quota, float(p.group_min[g] - here), float(here - p.group_max[g]))
    for g in range(len(p.optional_group_cap)):
        used = sum(shipped[m + k + o] for o in range(p.n_optional) if p.optional_group[o] == g)
        shared = max(shared, used - float(p.optional_group_cap[g]))
    v["quota"], v["optional_shared_capacity"] = quota, shared
    return Evaluation(
        haul_cost=haul,
        fixed_cost=math.fsum(float(lines[j]) * float(p.fixed_cost[j]) for j in range(m)),
        penalty_cost=0.0 if must else unmet * p.unmet_penalty,
        unmet=unmet,
        violations={name: max(0.0, float(x)) for name, x in v.items()},
    )
