"""Why there: what a chosen site serves, its next-best alternative, how stable it is; and the suitability view."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from mixplan.base.arrays import Floats, Ints
from mixplan.base.numbers import M_PER_KM, relative_gap
from mixplan.city.sectors import SECTORS
from mixplan.siting import solver
from mixplan.siting.case import SitingCase
from mixplan.siting.proposal import SitingProposal
from mixplan.siting.settings import MANUAL


@dataclass(frozen=True)
class Alternative:
    """Where the line of a site would go otherwise, and what that would cost.

    Attributes
    ----------
    site : str
        The chosen site.
    other : str or None
        Candidate to which its lines could move at the least cost; None where no candidate may take them.
    extra_cost : float
        What moving there adds to the objective (万t·km, or 万t for the coverage objective); below zero it would be
        better, missing where there is no candidate.
    distance_km : float
        Straight line between the two.
    without : float
        What leaving the site out altogether would add; infinite where demand must be served.
    """

    site: str
    other: str | None
    extra_cost: float
    distance_km: float
    without: float


def alternative(case: SitingCase, proposal: SitingProposal, site: str) -> Alternative:
    """The candidate to which a site's lines could move at the least cost, every other site staying.

    Deliveries are worked out anew for each candidate that could be the best. Which those are is told by a lower bound
    from the prices without the site, so the answer is exact.
    """
    problem = case.problem
    lines = case.lines_of(proposal.plan)
    here = int(case.candidates.index.get_loc(site))
    count = int(lines[here])
    rest = lines.copy()
    rest[here] = 0
    deliveries = solver.Deliveries(problem, int((lines > 0).sum()))
    cost = deliveries.allocate(lines).cost
    base = deliveries.allocate(rest)
    allowed = _may_take(case, rest, here, count)
    savings = _most_savings(problem, base, count)
    fixed = problem.fixed_cost * count
    bounds = _cost_of(base, problem) - savings + fixed
    best, best_cost = None, math.inf
    for k in sorted(np.flatnonzero(allowed), key=lambda j: (bounds[j], j)):
        if bounds[k] >= best_cost - 1e-9:
            break
        trial = rest.copy()
        trial[k] = count
        found = deliveries.allocate(trial).cost
        if found < best_cost:
            best, best_cost = int(k), found
    away = math.nan
    if best is not None:
        away = case.candidates.geometry.iloc[best].distance(case.candidates.geometry.iloc[here]) / M_PER_KM
    name = None if best is None else str(case.candidates.index[best])
    return Alternative(site, name, best_cost - cost if best is not None else math.nan, away, base.cost - cost)


def _cost_of(found: solver.Allocation, problem: solver.SitingProblem) -> float:
    # Where all demand must be served and cannot be, no bound can be told; every candidate is then tried.
    return found.cost if math.isfinite(found.cost) else -math.inf


def _may_take(case: SitingCase, rest: Ints, here: int, count: int) -> NDArray[np.bool_]:
    """Candidates that could take over a site's lines without breaking room, spacing or quotas."""
    p = case.problem
    allowed: NDArray[np.bool_] = (rest == 0) & (p.places >= count)
    allowed[here] = False
    held = rest > 0
    for a, b in p.conflicts:
        if held[a]:
            allowed[b] = False
        if held[b]:
            allowed[a] = False
    if p.group.max(initial=-1) >= 0:
        here_now = np.array([rest[p.group == g].sum() for g in range(len(p.group_min))])
        for g in [-1, *range(len(p.group_min))]:
            after = here_now + (np.arange(len(p.group_min)) == g) * count
            if np.any(after < p.group_min) or np.any(after > p.group_max):
                allowed[p.group == g] = False
    return allowed


def _most_savings(problem: solver.SitingProblem, base: solver.Allocation, count: int) -> Floats:
    """At most what each candidate could save, given the prices of demand without it (a knapsack for each)."""
    gain = np.where(np.isfinite(problem.unit_cost), base.demand_price[:, None] - problem.unit_cost, 0.0)
    order = np.argsort(-gain, axis=0)
    sorted_gain = np.maximum(np.take_along_axis(gain, order, axis=0), 0.0)
    amount = problem.demand[order]
    room = problem.capacity[None, :] * count - (np.cumsum(amount, axis=0) - amount)
    best: Floats = (sorted_gain * np.clip(room, 0.0, amount)).sum(axis=0)
    return best


@dataclass(frozen=True)
class Change:
    """What a plan would be like with one more point: the plan, and the one before it for comparison."""

    plan: Mapping[str, int]
    replaces: str | None


def changes(proposal: SitingProposal, site: str, *, geometry: shapely.Point) -> list[Change]:
    """Two ways to use a proposed site: one more line there, or the nearest site's lines moved there."""
    plan = proposal.plan
    found = [Change({**plan, site: plan.get(site, 0) + 1}, None)]
    others = proposal.sites[proposal.sites.index != site]
    if len(others):
        nearest = str(others.distance(geometry).idxmin())
        moved = {key: lines for key, lines in plan.items() if key != nearest}
        found.append(Change({**moved, site: plan[nearest]}, nearest))
    return found


def with_bound(proposal: SitingProposal, bound: float) -> SitingProposal:
    """A planner's own plan with a proven bound of the same question, so that its gap can be told."""
    if proposal.status != MANUAL or not math.isfinite(proposal.objective):
        return proposal
    bound = min(bound, proposal.objective)
    return replace(proposal, bound=bound, gap=relative_gap(proposal.objective, bound))


def sector_counts(sites: gpd.GeoDataFrame) -> dict[str, int]:
    """Lines by sector."""
    return {sector: int(sites.loc[sites["sector"] == sector, "lines"].sum()) for sector in SECTORS}
