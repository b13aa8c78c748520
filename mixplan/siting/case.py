"""The question that a siting run answers: from tables and layers to the solver's matrices.

The model and every assumption are described in ``docs/siting.md``. Amounts are in 万t a year, hauls in km by road, and
costs in 万t·km a year; the optimisation itself is in `mixplan.siting.solver`.
"""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from mixplan.base.arrays import Floats, Ints
from mixplan.base.errors import SitingError
from mixplan.base.i18n import gettext as _
from mixplan.base.numbers import M_PER_KM
from mixplan.city import ban_zones
from mixplan.city.haul import Haul, HaulFunction, haul_ways
from mixplan.city.layers import Layers
from mixplan.city.network_report import NetworkReport, network_report, network_sentence
from mixplan.city.sectors import SECTORS
from mixplan.plan.rules import RuleBook
from mixplan.siting import solver
from mixplan.siting.candidates import NEARLY_M, candidate_table
from mixplan.siting.inputs import SitingInputs
from mixplan.siting.optional import optional_supply
from mixplan.siting.settings import SitingSettings, check_settings


@dataclass(frozen=True, eq=False)
class SitingCase:
    """A siting question ready to be solved, with the tables that its rows and columns stand for.

    Attributes
    ----------
    problem : solver.SitingProblem
        Rows are ``demand``; sources are ``candidates``, ``existing``, ``optional``, in this order.
    demand : GeoDataFrame
        ``weight`` (万t/yr, scaled), ``in_ban_zone``.
    candidates : GeoDataFrame
        Candidates that may stand; `all_candidates` has the excluded ones too.
    optional : GeoDataFrame
        ``kind`` (import, wet), ``capacity``, ``group`` (0 where a cap is shared, else -1).
    haul_km : ndarray
        Haul in km, demand points by all sources.
    access_m : float
        Farthest that a point lies from the road network (0 without one).
    cut_off : tuple of str
        Points that no way along the road network leads to.
    network : NetworkReport or None
        The road network that hauls were measured on, and whom it does not reach and why.
    input_hash : str
        Short hash of everything that goes into the result.
    """

    settings: SitingSettings
    problem: solver.SitingProblem
    demand: gpd.GeoDataFrame
    candidates: gpd.GeoDataFrame
    all_candidates: gpd.GeoDataFrame
    existing: gpd.GeoDataFrame
    optional: gpd.GeoDataFrame
    haul_km: Floats
    access_m: float
    cut_off: tuple[str, ...]
    network: NetworkReport | None
    input_hash: str

    @property
    def reachable_share(self) -> float:
        """Share of the demand that any source reaches within the limits that were set; 1 where nothing is wanted."""
        weight = self.problem.demand
        reached = np.isfinite(self.problem.source_cost).any(axis=1)
        return float(weight[reached].sum() / weight.sum()) if weight.sum() > 0 else 1.0

    @property
    def source_ids(self) -> list[str]:
        """Ids of all sources, in the solver's order."""
        return [*self.candidates.index, *self.existing.index, *self.optional.index]

    @property
    def source_kinds(self) -> list[str]:
        """Kinds of all sources: site, existing, import, wet."""
        return ["site"] * len(self.candidates) + ["existing"] * len(self.existing) + list(self.optional["kind"])

    def lines_of(self, plan: Mapping[str, int]) -> Ints:
        """Lines per candidate of a plan given by ids.

        Raises
        ------
        SitingError
            Where the plan names a site that is no allowed candidate.
        """
        lines = np.zeros(len(self.candidates), dtype=np.int64)
        position = {str(key): k for k, key in enumerate(self.candidates.index)}
        for site, count in plan.items():
            if site not in position:
                raise SitingError(self._why_not(site))
            lines[position[site]] = count
        return lines

    def _why_not(self, site: str) -> str:
        if site in self.all_candidates.index:
            rule = self.all_candidates["excluded_by"][site]
            return _("站点 {site} 不能作为候选：规则“{rule}”不允许在此设线。").format(site=site, rule=rule)
        return _("没有编号为“{site}”的候选点；编号见候选点表。").format(site=site)


def build_case(
    inputs: SitingInputs,
    settings: SitingSettings,
    layers: Layers,
    book: RuleBook,
    *,
    on: date,
    haul: HaulFunction | None = None,
    grid: gpd.GeoDataFrame | None = None,
    exempt: Sequence[str] = (),
) -> SitingCase:
    """Put the planner's question into the solver's matrices.

    Parameters
    ----------
    inputs, settings
        Tables and wishes.
    on : date
        Day for the rules and the ban zones.
    haul : callable, optional
        Replaces the haul computation, so that a page can keep what is slow.
    grid : GeoDataFrame, optional
        The judged grid of candidates, kept for the same reason, see `candidate_table`.
    exempt : sequence of str
        Candidates that the rules do not exclude, for a look at what a place would serve if it were allowed.

    Raises
    ------
    SitingError
        Where settings make no sense, no candidate is left, or a forced site is not allowed.
    """
    check_settings(settings)
    if inputs.demand.empty:
        raise SitingError(_("需求点是空的：至少要有一个需求点。"))
    demand = inputs.demand.assign(weight=inputs.demand["weight"].astype(float))
    total = float(demand["weight"].sum())
    if settings.demand_total_wan_t is not None and total > 0:
        demand["weight"] *= settings.demand_total_wan_t / total
    zone = ban_zones.zones_in_force(layers.ban_zones, on).geometry.union_all()
    demand["in_ban_zone"] = shapely.intersects(zone, demand.geometry.to_numpy())

    everything = candidate_table(inputs, settings, layers, book, on=on, grid=grid)
    candidates = everything[(everything["excluded_by"] == "") | everything.index.isin(list(exempt))]
    if candidates.empty:
        counts = everything["excluded_by"].value_counts()
        reasons = _("；").join(f"{rule} {count}" for rule, count in counts.items())
        raise SitingError(
            _("{count} 个候选点全部被规则排除：{reasons}。").format(count=len(everything), reasons=reasons)
        )
    existing = inputs.existing
    optional = optional_supply(inputs, settings, layers, book, float(demand["weight"].sum()))

    sources = pd.concat([candidates.geometry, existing.geometry, optional.geometry])
    ways = (haul or haul_ways(inputs.network, book, detour=settings.detour))(
        demand.geometry, gpd.GeoSeries(sources, crs=layers.rings.crs)
    )
    haul_km = ways.km.copy()
    imported = len(candidates) + len(existing) + np.flatnonzero(optional["kind"] == "import")
    haul_km[:, imported] += settings.import_extra_km
    names = np.array([*demand.index, *sources.index], dtype=object)
    reached = np.concatenate([np.isfinite(ways.km).any(axis=1), np.isfinite(ways.km).any(axis=0)])
    near = np.concatenate([ways.places.access_m, ways.sources.access_m])[reached]
    report = _network_report(ways, demand["weight"], sources.index)

    draft = SitingCase(
        settings=settings,
        problem=_EMPTY,
        demand=demand,
        candidates=candidates,
        all_candidates=everything,
        existing=existing,
        optional=optional,
        haul_km=haul_km,
        access_m=float(near.max(initial=0.0)),
        cut_off=tuple(map(str, names[~reached])),
        network=report,
        input_hash="",
    )
    return _assembled(draft)


def with_wishes(case: SitingCase, *, forced: Sequence[tuple[str, int]], forbidden: Sequence[str]) -> SitingCase:
    """The same question with other sites that must get lines, and other candidates that may get none.

    Raises
    ------
    SitingError
        Where a site is both, or one that must get lines is no allowed candidate.
    """
    settings = replace(case.settings, forced=tuple(forced), forbidden=tuple(forbidden))
    check_settings(settings)
    return _assembled(replace(case, settings=settings))


def _assembled(draft: SitingCase) -> SitingCase:
    """A case with the solver's problem for its settings and tables."""
    problem = assemble(draft, draft.haul_km, draft.demand["weight"].to_numpy(float))
    return replace(draft, problem=problem, input_hash=_hash(draft.settings, problem, draft))


def _network_report(ways: Haul, weight: pd.Series, sources: "pd.Index[Any]") -> NetworkReport | None:
    """How the network serves the case; refused where it serves nothing, for then no plan is better than another."""
    report = network_report(ways, weight, sources)
    if report is not None and not report.demand["reached"].any():
        text = _("沿路网没有一个需求点够得到，无法布局。")
        raise SitingError("\n".join([text, network_sentence(report.network), *report.warnings]))
    return report


_EMPTY = solver.SitingProblem(unit_cost=np.empty((0, 0)), demand=np.empty(0), capacity=np.empty(0))


def _hash(settings: SitingSettings, problem: solver.SitingProblem, case: SitingCase) -> str:
    digest = hashlib.sha256(repr(settings).encode())
    for array in (problem.demand, problem.source_cost, problem.capacity, problem.capacity_existing):
        digest.update(np.ascontiguousarray(array).tobytes())
    digest.update("|".join([*map(str, case.demand.index), *case.source_ids]).encode())
    return digest.hexdigest()[:12]


def assemble(case: SitingCase, haul_km: Floats, demand: Floats) -> solver.SitingProblem:
    """The solver's problem for a case, with its own or with disturbed hauls and demands."""
    s, m, k = case.settings, len(case.candidates), len(case.existing)
    cost = haul_km.copy()
    if s.max_haul_km is not None:
        # The whole haul of imports is not known, so the limit does not speak of them.
        limited = np.array([kind != "import" for kind in case.source_kinds])
        cost[:, limited] = np.where(cost[:, limited] > s.max_haul_km, math.inf, cost[:, limited])
    wet = m + k + np.flatnonzero(case.optional["kind"] == "wet")
    cost[:, wet] = np.where(cost[:, wet] > s.wet_radius_km, math.inf, cost[:, wet])
    reach = cost.copy()
    cost[:, wet] += s.wet_extra_km

    forced = np.zeros(m, dtype=np.int64)
    for site, lines in s.forced:
        forced += case.lines_of({site: lines})
    rules: dict[str, Any] = {
        "fixed_cost": s.fixed_cost if s.objective == "haul" else 0.0,
        "max_lines": np.maximum(s.lines_per_site, forced),
        "n_lines": s.lines,
        "lines_exact": s.exact,
        "capacity_existing": case.existing["capacity"].to_numpy(float),
        "capacity_optional": case.optional["capacity"].to_numpy(float),
        "optional_group": case.optional["group"].to_numpy(np.int64),
        "optional_group_cap": [s.import_share_pct / 100 * float(demand.sum())] if s.imports else [],
        "conflicts": too_close(case.candidates, s.spacing_km),
        "min_lines": forced,
        "forbidden": case.candidates.index.isin(list(s.forbidden)),
    }
    if s.apply_rules and s.quotas:
        quota = {sector: (least, most) for sector, least, most in s.quotas}
        sector = case.candidates["sector"].map({name: g for g, name in enumerate(SECTORS)})
        rules["group"] = sector.fillna(-1).to_numpy(np.int64)
        rules["group_min"] = [quota.get(name, (0, None))[0] for name in SECTORS]
        most = [quota.get(name, (0, None))[1] for name in SECTORS]
        rules["group_max"] = [s.lines if limit is None else limit for limit in most]
    capacity = case.candidates["capacity"].to_numpy(float)
    if s.objective == "coverage":
        return solver.coverage_problem(
            reach[:, :m],
            demand,
            capacity,
            radius_km=s.radius_km,
            haul_existing_km=reach[:, m : m + k],
            haul_optional_km=reach[:, m + k :],
            **rules,
        )
    return solver.SitingProblem(
        unit_cost=cost[:, :m],
        demand=demand,
        capacity=capacity,
        unit_cost_existing=cost[:, m : m + k],
        unit_cost_optional=cost[:, m + k :],
        unmet_penalty=s.unmet_penalty_km,
        **rules,
    )


def too_close(candidates: gpd.GeoDataFrame, spacing_km: float) -> Ints:
    """Pairs of candidates that are closer to each other than the spacing."""
    if spacing_km <= 0 or len(candidates) < 2:
        return np.empty((0, 2), dtype=np.int64)
    tree = cKDTree(np.column_stack([candidates.geometry.x, candidates.geometry.y]))
    pairs: Ints = tree.query_pairs(spacing_km * M_PER_KM - NEARLY_M, output_type="ndarray").astype(np.int64)
    return pairs


def check_case(case: SitingCase) -> tuple[solver.Fact, ...]:
    """What is short or contradictory before anything is solved."""
    return tuple(solver.check(case.problem))
