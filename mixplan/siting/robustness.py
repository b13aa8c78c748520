"""Whether a proposal holds when haul and demand turn out otherwise."""

import math
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mixplan.base.arrays import Floats
from mixplan.base.numbers import M_PER_KM
from mixplan.base.progress import Progress, Watcher, step, unwatched
from mixplan.plan.rules import RuleBook
from mixplan.siting import solver
from mixplan.siting.case import SitingCase, assemble
from mixplan.siting.proposal import SitingProposal
from mixplan.siting.settings import Effort


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
    near_km: float,
    disturbance: Disturbance,
    effort: Effort,
    watcher: Watcher = unwatched,
) -> Stability:
    """Solve the case again and again with disturbed inputs and count where the lines go.

    Parameters
    ----------
    runs : int
        Number of runs.
    near_km : float
        Distance (straight line) within which another site counts as the same.
    effort : Effort
        Effort a run; run k uses its seed + k, so a longer check begins with the same runs.
    watcher : callable, optional
        Told of the runs that are done and what they show; answers whether to go on.
    """
    picks: list[NDArray[np.bool_]] = []
    counted = partial(_counted, case, proposal, near_km=near_km, wanted=runs, seed=effort.seed)
    for k in range(runs):
        watch = step(watcher, k, runs, counted(picks) if picks else None)
        if not watch(Progress()):
            break
        rng = np.random.default_rng(effort.seed + k)
        haul, demand = _disturbed(case, disturbance, rng)
        problem = assemble(case, haul, demand)
        found = solver.solve(problem, gap=effort.gap, time_limit_s=effort.time_s, seed=effort.seed + k, watcher=watch)
        if not watch(Progress()):
            break  # a run cut short says nothing
        picks.append(found.lines > 0)
    return counted(picks)


def _counted(
    case: SitingCase,
    proposal: SitingProposal,
    picks: list[NDArray[np.bool_]],
    *,
    near_km: float,
    wanted: int,
    seed: int,
) -> Stability:
    """How often each site was chosen in the runs that are done."""
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
        wanted,
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
