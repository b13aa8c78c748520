"""Sites for the lines, how good they are, and how far from the best possible."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

import geopandas as gpd
import numpy as np
import pandas as pd

from mixplan.base.arrays import Floats, Ints
from mixplan.base.progress import Watcher, handing, unwatched
from mixplan.siting import solver
from mixplan.siting.case import SitingCase
from mixplan.siting.settings import MANUAL, NOTHING, Effort, SitingSettings


@dataclass(frozen=True)
class SitingStats:
    """Key figures of a proposal (万t/yr, km).

    ``share_within`` is the share of ban-zone demand that is served over a haul of at most the radius; it is missing
    where there is no demand in the zones.
    """

    demand: float
    served: float
    unmet: float
    new_capacity: float
    total_capacity: float
    haul: float
    mean_haul_km: float
    longest_haul_km: float
    ban_zone_demand: float
    share_within: float
    radius_km: float
    from_new: float
    from_existing: float
    from_import: float
    from_wet: float


@dataclass(frozen=True, eq=False)
class SitingProposal:
    """A proposal for new mortar lines: sites, deliveries, cost, and how far from the best possible it can be at most.

    Attributes
    ----------
    sites : GeoDataFrame
        Chosen sites in order of their id: ``number`` (as on the map), ``name``, ``lon``, ``lat``, ``sector``,
        ``district_id``, ``lines``, ``capacity``, ``used``, ``utilisation_pct``, ``points`` (demand points served),
        ``mean_haul_km``, ``forced``, ``approximate``.
    supply : DataFrame
        Standing plants and optional supplies in use: ``kind``, ``capacity``, ``used``.
    flows : DataFrame
        ``site`` (id of the source), ``kind`` (site, existing, import, wet), ``demand`` (id), ``amount``, ``haul_km``.
    unmet : Series
        Demand left unmet by demand point, only where there is some.
    objective, bound, gap : float
        Cost, proven lower bound, and the share of the cost that could be saved at most; bound is minus infinity and
        gap infinite where nothing is proven.
    status : str
        The solver's status, or ``manual``.
    facts : tuple of solver.Fact
        What was short or contradictory before solving, see `fact_sentence`.
    reachable_share : float
        Share of the demand that any source reaches at all: what is proven is proven of this part.
    """

    settings: SitingSettings
    sites: gpd.GeoDataFrame
    supply: pd.DataFrame
    flows: pd.DataFrame
    unmet: pd.Series
    objective: float
    bound: float
    gap: float
    status: str
    seconds: float
    seed: int
    versions: Mapping[str, str]
    facts: tuple[solver.Fact, ...]
    stats: SitingStats
    reachable_share: float
    input_hash: str

    @property
    def plan(self) -> dict[str, int]:
        """Lines by site id."""
        return {str(key): int(lines) for key, lines in self.sites["lines"].items()}


def solve_case(
    case: SitingCase, effort: Effort, *, start: Mapping[str, int] | None = None, watcher: Watcher = unwatched
) -> SitingProposal:
    """Let the solver propose sites.

    Parameters
    ----------
    effort : Effort
        When the search may stop.
    start : mapping, optional
        Lines by site of an older plan to start from; sites that are no candidates any more are passed over.
    watcher : callable, optional
        Told of the progress, with the best proposal so far; answers whether to go on, or to stop with it.
    """
    found = solver.solve(
        case.problem,
        gap=effort.gap,
        time_limit_s=effort.time_s,
        seed=effort.seed,
        start=None if start is None else _lines_left(case, start),
        watcher=handing(watcher, partial(proposed, case)),
    )
    return proposed(case, found)


def _lines_left(case: SitingCase, plan: Mapping[str, int]) -> Ints:
    """Lines of an older plan on the sites that are candidates still."""
    allowed = set(map(str, case.candidates.index))
    return case.lines_of({site: lines for site, lines in plan.items() if site in allowed})


def proposed(case: SitingCase, found: solver.Siting) -> SitingProposal:
    """A solver's answer as a proposal."""
    flows, unmet = found.flows, found.unmet
    if case.settings.objective == "coverage" and math.isfinite(found.objective):
        flows, unmet = _shortest_coverage(case, found)
    return replace(
        _priced(case, found.lines, flows, unmet, cost=found.objective),
        bound=found.bound,
        gap=found.gap,
        status=found.status,
        seconds=found.seconds,
        seed=found.seed,
        versions=dict(found.versions),
        facts=found.facts,
    )


def _shortest_coverage(case: SitingCase, found: solver.Siting) -> tuple[solver.Flows, Floats]:
    """Among all deliveries that cover as much, those of least haul: the coverage objective does not tell them apart."""
    p = case.problem
    m, k = p.n_site, p.n_existing
    cost = np.where(np.isfinite(p.source_cost), case.haul_km, math.inf)
    longest = float(cost[np.isfinite(cost)].max(initial=1.0))
    shorter = replace(
        p,
        unit_cost=cost[:, :m],
        unit_cost_existing=cost[:, m : m + k],
        unit_cost_optional=cost[:, m + k :],
        fixed_cost=np.zeros(m),
        unmet_penalty=longest * (p.n_demand + 2),
    )
    best = solver.allocate(shorter, found.lines)
    if best.unmet.sum() > found.unmet.sum() + 1e-6:
        return found.flows, found.unmet
    return best.flows, best.unmet


def evaluate_plan(case: SitingCase, plan: Mapping[str, int]) -> SitingProposal:
    """A planner's own plan: the best deliveries for its sites; nothing is proven of it yet, see `with_bound`.

    Parameters
    ----------
    plan : mapping
        Lines by candidate id; need not keep quotas or spacing, `plan_problems` tells what it breaks.
    """
    lines = case.lines_of(plan)
    found = solver.allocate(case.problem, lines)
    return _priced(case, lines, found.flows, found.unmet, cost=found.cost)


def _priced(case: SitingCase, lines: Ints, flows: solver.Flows, unmet: Floats, *, cost: float) -> SitingProposal:
    """Lines and deliveries as a proposal of which nothing is proven yet."""
    ids, kinds = np.array(case.source_ids, dtype=object), np.array(case.source_kinds, dtype=object)
    table = pd.DataFrame(
        {
            "site": ids[flows.source],
            "kind": kinds[flows.source],
            "demand": case.demand.index.to_numpy(dtype=object)[flows.demand],
            "amount": flows.amount,
            "haul_km": case.haul_km[flows.demand, flows.source],
        }
    )
    used: Floats = np.bincount(flows.source, weights=flows.amount, minlength=len(ids)).astype(float)
    left = pd.Series(unmet, index=case.demand.index, name="unmet")
    supply = pd.DataFrame(
        {
            "kind": kinds[len(case.candidates) :],
            "capacity": [*case.existing["capacity"].astype(float), *case.optional["capacity"].astype(float)],
            "used": used[len(case.candidates) :],
        },
        index=pd.Index(ids[len(case.candidates) :], name="id"),
    )
    return SitingProposal(
        settings=case.settings,
        sites=_chosen(case, lines, table, used),
        supply=supply,
        flows=table,
        unmet=left[left > NOTHING],
        objective=cost,
        bound=-math.inf,
        gap=math.inf,
        status=MANUAL,
        seconds=0.0,
        seed=0,
        versions={},
        facts=(),
        stats=_stats(case, lines, table, left),
        reachable_share=case.reachable_share,
        input_hash=case.input_hash,
    )


def _chosen(case: SitingCase, lines: Ints, flows: pd.DataFrame, used: Floats) -> gpd.GeoDataFrame:
    """The chosen sites with what each delivers."""
    picked = lines > 0
    used = used[: len(lines)]
    sites = case.candidates[picked]
    own = flows[flows["kind"] == "site"].assign(work=lambda f: f["amount"] * f["haul_km"])
    by_site = own.groupby("site").agg(points=("demand", "nunique"), amount=("amount", "sum"), work=("work", "sum"))
    by_site = by_site.reindex(sites.index, fill_value=0)
    capacity = sites["capacity"] * lines[picked]
    columns = ["name", "lon", "lat", "own", "sector", "district_id", "approximate", "geometry"]
    return sites[columns].assign(
        number=np.arange(1, len(sites) + 1),
        lines=lines[picked],
        capacity=capacity,
        used=used[picked],
        utilisation_pct=100 * used[picked] / capacity.where(capacity > 0),
        points=by_site["points"].astype(int),
        mean_haul_km=by_site["work"] / by_site["amount"].where(by_site["amount"] > 0),
        forced=sites.index.isin([site for site, _lines in case.settings.forced]),
    )


def _stats(case: SitingCase, lines: Ints, flows: pd.DataFrame, unmet: pd.Series) -> SitingStats:
    wanted, left = float(case.demand["weight"].sum()), float(unmet.sum())
    new = float((case.candidates["capacity"].to_numpy(float) * lines).sum())
    moved = float(flows["amount"].sum())
    haul = float((flows["amount"] * flows["haul_km"]).sum())
    zone = case.demand["in_ban_zone"]
    in_zone = flows["demand"].map(zone).astype(bool)
    near = flows["haul_km"] <= case.settings.radius_km + NOTHING
    zone_demand = float(case.demand.loc[zone, "weight"].sum())
    by_kind = flows.groupby("kind")["amount"].sum()
    share = float(flows.loc[in_zone & near, "amount"].sum()) / zone_demand if zone_demand > 0 else math.nan
    optional = case.problem.optional_group_cap.sum()
    optional += float(case.optional.loc[case.optional["kind"] == "wet", "capacity"].sum())
    return SitingStats(
        demand=wanted,
        served=moved,
        unmet=left,
        new_capacity=new,
        total_capacity=new + float(case.existing["capacity"].sum()) + float(optional),
        haul=haul,
        mean_haul_km=haul / moved if moved > 0 else 0.0,
        longest_haul_km=float(flows["haul_km"].max()) if len(flows) else 0.0,
        ban_zone_demand=zone_demand,
        share_within=share,
        radius_km=case.settings.radius_km,
        from_new=float(by_kind.get("site", 0.0)),
        from_existing=float(by_kind.get("existing", 0.0)),
        from_import=float(by_kind.get("import", 0.0)),
        from_wet=float(by_kind.get("wet", 0.0)),
    )
