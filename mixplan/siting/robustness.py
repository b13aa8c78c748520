"""Whether a proposal holds when haul and demand turn out otherwise, and how suitable a place is."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import networkx as nx
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from mixplan.base.arrays import Floats
from mixplan.base.progress import Progress, Watcher, step, unwatched
from mixplan.plan.rules import RuleBook
from mixplan.siting import solver
from mixplan.siting.case import SitingCase, assemble
from mixplan.siting.proposal import SitingProposal

M_PER_KM = 1000.0


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
    watcher: Watcher = unwatched,
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
    watcher : callable, optional
        Told of the runs that are done; answers whether to go on.
    """
    picks: list[NDArray[np.bool_]] = []
    for k in range(runs):
        watch = step(watcher, k, runs)
        if not watch(Progress()):
            break
        rng = np.random.default_rng(seed + k)
        haul, demand = _disturbed(case, disturbance, rng)
        problem = assemble(case, haul, demand)
        found = solver.solve(problem, gap=gap, time_limit_s=time_s, seed=seed + k, watcher=watch)
        if not watch(Progress()):
            break  # a run cut short says nothing
        picks.append(found.lines > 0)
    picked = np.array(picks, dtype=bool).reshape(len(picks), len(case.candidates))
    chosen = pd.Series(picked.sum(axis=0), index=case.candidates.index, name="runs")
    rows = {}
    for site in proposal.sites.index:
        at = proposal.sites.geometry[site]
        close = case.candidates.distance(at).to_numpy() <= near_km * M_PER_KM
        own = int(case.candidates.index.get_loc(site))
        if picks:
            rows[site] = {"same": picked[:, own].mean(), "near": picked[:, close].any(axis=1).mean()}
        else:
            rows[site] = {"same": math.nan, "near": math.nan}
    shares = pd.DataFrame.from_dict(rows, orient="index", columns=["same", "near"], dtype=float)
    return Stability(
        shares.rename_axis("id"),
        chosen[chosen > 0].sort_values(ascending=False),
        len(picks),
        runs,
        near_km,
        seed,
        case.input_hash,
    )


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
    moved_to = to + rng.normal(0.0, by.place_km * M_PER_KM, to.shape)
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
    haul = case.haul_km + (after - before) / M_PER_KM * case.settings.detour
    return np.maximum(haul, 0.0) * factor[None, :], spread


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
    measures = {"demand": -catchment_km(case), "sensitive": places["sensitive_m"]}
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


def catchment_km(case: SitingCase) -> pd.Series:
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
