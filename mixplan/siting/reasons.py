"""Why there: what a chosen site serves, its next-best alternative, how stable it is; and the suitability view."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from mixplan.city.sectors import SECTORS
from mixplan.plan.rules import RuleBook
from mixplan.siting import solver
from mixplan.siting.case import MANUAL, SitingCase, SitingProposal, assemble

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_KM = 1000.0
CRITERIA = ("demand", "sensitive", "existing", "roads")


# --- the next-best alternative ---------------------------------------------------------------------------------------


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
        away = case.candidates.geometry.iloc[best].distance(case.candidates.geometry.iloc[here]) / _KM
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


# --- what a new point would change -----------------------------------------------------------------------------------


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


# --- stability -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Disturbance:
    """How much demand, detour and coordinates are disturbed in a stability check."""

    demand_pct: float
    detour_pct: float
    place_km: float

    @classmethod
    def from_rules(cls, book: RuleBook) -> "Disturbance":
        """The assumptions of the rule file."""
        return cls(
            book.figure("siting_noise_demand_pct"),
            book.figure("siting_noise_detour_pct"),
            book.figure("siting_noise_place_km"),
        )


@dataclass(frozen=True, eq=False)
class Stability:
    """How often each site, or one nearby, is chosen when inputs are disturbed.

    Attributes
    ----------
    shares : DataFrame
        Index site id; ``same`` and ``near`` (shares 0 to 1 of the runs in which the site itself, or one within the
        distance, is chosen); missing where no run was done.
    chosen : Series
        Runs in which each candidate was chosen, most first.
    runs, wanted : int
        Runs done, and runs asked for (fewer where it was stopped).
    input_hash : str
        The case that was disturbed.
    """

    shares: pd.DataFrame
    chosen: pd.Series
    runs: int
    wanted: int
    near_km: float
    seed: int
    input_hash: str


def stability(
    case: SitingCase,
    proposal: SitingProposal,
    *,
    runs: int,
    seed: int,
    near_km: float,
    disturbance: Disturbance,
    gap: float,
    time_s: float,
    on_progress: Callable[[int, int], object] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Stability:
    """Solve the case again and again with disturbed inputs and count where the lines go.

    Parameters
    ----------
    runs, seed : int
        Number of runs; run k uses seed ``seed + k``, so a longer check begins with the same runs.
    near_km : float
        Distance (straight line) within which another site counts as the same.
    gap, time_s : float
        Effort a run.
    on_progress : callable, optional
        Called as ``on_progress(done, runs)``.
    """
    picks: list[NDArray[np.bool_]] = []
    stop = should_stop or (lambda: False)
    for k in range(runs):
        if stop():
            break
        rng = np.random.default_rng(seed + k)
        haul, demand = _disturbed(case, disturbance, rng)
        problem = assemble(case, haul, demand)
        found = solver.solve(problem, gap=gap, time_limit_s=time_s, seed=seed + k, should_stop=stop)
        if stop():
            break  # a run cut short says nothing
        picks.append(found.lines > 0)
        if on_progress is not None:
            on_progress(k + 1, runs)
    picked = np.array(picks, dtype=bool).reshape(len(picks), len(case.candidates))
    chosen = pd.Series(picked.sum(axis=0), index=case.candidates.index, name="runs")
    rows = {}
    for site in proposal.sites.index:
        at = proposal.sites.geometry[site]
        close = case.candidates.distance(at).to_numpy() <= near_km * _KM
        own = int(case.candidates.index.get_loc(site))
        if picks:
            rows[site] = {"same": picked[:, own].mean(), "near": picked[:, close].any(axis=1).mean()}
        else:
            rows[site] = {"same": math.nan, "near": math.nan}
    shares = pd.DataFrame.from_dict(rows, orient="index", columns=["same", "near"], dtype=float)
    return Stability(
        shares.rename_axis("id"), chosen[chosen > 0].sort_values(ascending=False), len(picks), runs, near_km, seed,
        case.input_hash,
    )  # fmt: skip


def _disturbed(case: SitingCase, by: Disturbance, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Hauls and demands of one disturbed run; the total demand stays, so that only its spread changes."""
    demand = case.demand["weight"].to_numpy(float)
    spread = demand * np.exp(rng.normal(0.0, by.demand_pct / 100, len(demand)))
    if spread.sum() > 0:
        spread *= demand.sum() / spread.sum()
    sources = [case.candidates.geometry, case.existing.geometry, case.optional.geometry]
    at = np.array([(p.x, p.y) for series in sources for p in series], dtype=float).reshape(-1, 2)
    to = np.column_stack([case.demand.geometry.x, case.demand.geometry.y])
    before = np.hypot(to[:, None, 0] - at[None, :, 0], to[:, None, 1] - at[None, :, 1])
    moved_to = to + rng.normal(0.0, by.place_km * _KM, to.shape)
    moved_at = at.copy()
    m, k = len(case.candidates), len(case.existing)
    # A candidate stands where it is put; a standing plant lies anywhere within its location error.
    if "location_error_m" in case.existing:
        error = case.existing["location_error_m"].astype(float).fillna(0.0).to_numpy()
        angle, far = rng.uniform(0, 2 * math.pi, k), error * np.sqrt(rng.uniform(0, 1, k))
        moved_at[m : m + k] += np.column_stack([far * np.cos(angle), far * np.sin(angle)])
    after = np.hypot(moved_to[:, None, 0] - moved_at[None, :, 0], moved_to[:, None, 1] - moved_at[None, :, 1])
    limit = by.detour_pct / 100
    factor = (1 + rng.uniform(-limit, limit)) * (1 + rng.uniform(-limit, limit, len(at)))
    # The haul changes by as much as the straight line does, times the detour factor in force.
    haul = case.haul_km + (after - before) / _KM * case.settings.detour
    return np.maximum(haul, 0.0) * factor[None, :], spread


# --- the suitability view --------------------------------------------------------------------------------------------


def suitability(case: SitingCase, weights: Mapping[str, float], *, road_m: pd.Series | None = None) -> pd.DataFrame:
    """Weighted view of how suitable each candidate is on its own; a view, not the optimum.

    Each criterion is a rank among the candidates between 0 (worst) and 1 (best):

    ``demand``
        Mean haul when one line's capacity is filled from the nearest demand (shorter is better).
    ``sensitive``
        Distance to the nearest sensitive area (farther is better).
    ``existing``
        Haul to the nearest standing mortar plant, by straight line (farther is better).
    ``roads``
        Distance to the nearest road of the network, where one is given (nearer is better).

    Parameters
    ----------
    weights : mapping
        Weight by criterion, 0 or more; all zero gives 0 everywhere.
    road_m : Series, optional
        Distance of each candidate to the network in metres.

    Returns
    -------
    DataFrame
        Index of the candidates; a column of ranks for each criterion in use, and ``score`` (0 to 1).
    """
    places = case.candidates
    measures = {"demand": -_catchment_km(case), "sensitive": places["sensitive_m"]}
    if len(case.existing):
        nearest = [case.existing.distance(point).min() for point in places.geometry]
        measures["existing"] = pd.Series(nearest, index=places.index)
    if road_m is not None:
        measures["roads"] = -road_m.reindex(places.index)
    ranks = pd.DataFrame({name: _rank(values) for name, values in measures.items()}, index=places.index)
    weight = pd.Series({name: max(float(weights.get(name, 0.0)), 0.0) for name in measures}, dtype=float)
    ranks["score"] = (ranks * weight).sum(axis=1) / weight.sum() if weight.sum() > 0 else 0.0
    return ranks


def road_distance(case: SitingCase, network: nx.Graph) -> pd.Series:
    """Distance in metres of each candidate to the nearest line of a road network."""
    lines = shapely.linestrings([(a, b) for a, b in network.edges])
    points = case.candidates.geometry.to_numpy()
    nearest = shapely.STRtree(lines).nearest(points)
    return pd.Series(shapely.distance(lines[nearest], points), index=case.candidates.index, name="road_m")


def _rank(values: pd.Series) -> pd.Series:
    if len(values) < 2:
        return pd.Series(1.0, index=values.index)
    return (values.rank(method="average") - 1) / (len(values) - 1)


def _catchment_km(case: SitingCase) -> pd.Series:
    """Mean haul when a line takes the nearest demand until it is full."""
    m = len(case.candidates)
    haul, demand = case.haul_km[:, :m], case.demand["weight"].to_numpy(float)
    order = np.argsort(haul, axis=0)
    amount = demand[order]
    room = case.candidates["capacity"].to_numpy(float)[None, :] - (np.cumsum(amount, axis=0) - amount)
    taken = np.clip(room, 0.0, amount)
    sorted_haul = np.take_along_axis(haul, order, axis=0)
    work = np.where(taken > 0, taken * np.where(np.isfinite(sorted_haul), sorted_haul, np.inf), 0.0).sum(axis=0)
    total = taken.sum(axis=0)
    mean = np.divide(work, total, out=np.zeros(m), where=total > 0)
    return pd.Series(mean, index=case.candidates.index)


def with_bound(proposal: SitingProposal, bound: float) -> SitingProposal:
    """A planner's own plan with a proven bound of the same question, so that its gap can be told."""
    if proposal.status != MANUAL or not math.isfinite(proposal.objective):
        return proposal
    bound = min(bound, proposal.objective)
    gap = 0.0 if proposal.objective <= 0 else (proposal.objective - bound) / proposal.objective
    return replace(proposal, bound=bound, gap=gap if math.isfinite(bound) else math.inf)


def sector_counts(sites: gpd.GeoDataFrame) -> dict[str, int]:
    """Lines by sector."""
    return {sector: int(sites.loc[sites["sector"] == sector, "lines"].sum()) for sector in SECTORS}
