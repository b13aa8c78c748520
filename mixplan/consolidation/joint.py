"""One model for both tasks: close concrete stations and place new mortar lines, with one proven gap.

Retained stations may supply wet mortar out of part of their capacity, so which of them stay and where the new lines go
depend on each other. Candidates and mortar demand are pooled to a grid to keep the model small; fine siting is the
business of the siting page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from mixplan.base.arrays import Floats
from mixplan.base.errors import DataError, InfeasibleError
from mixplan.base.i18n import gettext as _
from mixplan.base.progress import Watcher, unwatched
from mixplan.city.crs import METRIC_CRS
from mixplan.city.haul import straight_haul
from mixplan.city.layers import Layers
from mixplan.consolidation import plan as consolidation_plan
from mixplan.consolidation.case import Case
from mixplan.consolidation.model import Mortar
from mixplan.consolidation.plan import Plan
from mixplan.consolidation.tradeoff import target_year
from mixplan.coverage import supply
from mixplan.plan.rules import RuleBook
from mixplan.siting import candidates as siting_candidates
from mixplan.siting import settings as siting_settings


@dataclass(frozen=True)
class JointSettings:
    """What can be set of the mortar side; frozen, so that results can be kept by it. 万t a year, km, per cent."""

    lines: int
    line_capacity: float
    demand_wan_t: float
    line_cost: float
    spacing_km: float
    grid_km: float
    cell_km: float
    haul_cost: float
    wet_share_pct: float
    wet_density: float
    wet_radius_km: float
    wet_most_pct: float
    unmet_cost: float
    quotas: tuple[tuple[str, int], ...] = ()


PARAMETERS = {
    "lines": "siting_lines",
    "line_capacity": "siting_line_capacity",
    "demand_wan_t": "mortar_demand_2015",
    "line_cost": "joint_line_cost",
    "spacing_km": "siting_spacing_km",
    "grid_km": "joint_grid_km",
    "cell_km": "joint_mortar_cell_km",
    "haul_cost": "joint_mortar_haul_cost",
    "wet_share_pct": "joint_wet_share_pct",
    "wet_density": "siting_wet_density",
    "wet_radius_km": "siting_wet_radius_km",
    "wet_most_pct": "joint_wet_most_pct",
    "unmet_cost": "joint_unmet_cost",
}


def default_joint(book: RuleBook, **changes: object) -> JointSettings:
    """Settings of the mortar side as the rule file has them, with some changed."""
    values: dict[str, object] = {name: book.figure(row) for name, row in PARAMETERS.items()} | changes
    lines = int(str(values["lines"]).split(".")[0])
    if lines < 0:
        raise DataError(_("新建砂浆线的条数 {lines} 不可用：应为不小于 0 的整数。").format(lines=lines))
    values["lines"] = lines
    return JointSettings(**values)  # type: ignore[arg-type]


@dataclass(frozen=True, eq=False)
class JointPlan:
    """A consolidation plan together with the new mortar lines, from one run with one proven gap.

    Attributes
    ----------
    plan : Plan
        The concrete side; its solution's objective, bound and gap are those of the whole.
    lines : GeoDataFrame
        Chosen sites: index ``id``, ``sector``, ``lines``, ``capacity``, ``used`` (万t), metric points.
    flows : DataFrame
        ``source``, ``kind`` (``line``, ``existing``, ``wet``), ``demand``, ``amount`` (万t), ``haul_km``.
    totals : dict
        ``demand``, ``lines``, ``existing``, ``wet``, ``unmet`` (万t) and ``mean_haul_km``.
    """

    plan: Plan
    lines: gpd.GeoDataFrame
    demand: gpd.GeoDataFrame
    flows: pd.DataFrame
    totals: Mapping[str, float]


def candidate_sites(layers: Layers, book: RuleBook, settings: JointSettings) -> gpd.GeoDataFrame:
    """Grid points at which a new line may stand, judged as the siting page does (`siting.judged_candidates`)."""
    grid = siting_candidates.candidate_grid(layers, spacing_km=settings.grid_km)
    wanted = siting_settings.default_settings(book, line_capacity_wan_t=settings.line_capacity)
    judged = siting_candidates.judged_candidates(grid, wanted, layers, book, on=book.period_end, own=False)
    return judged[judged["excluded_by"] == ""]


def pooled_demand(demand: gpd.GeoDataFrame, settings: JointSettings) -> gpd.GeoDataFrame:
    """Mortar demand pooled to grid cells, at the weighted middle of each, scaled to the settings' total."""
    step = settings.cell_km * 1000.0
    x, y, w = demand.geometry.x.to_numpy(), demand.geometry.y.to_numpy(), demand["weight"].to_numpy(float)
    frame = pd.DataFrame({"cx": np.floor(x / step), "cy": np.floor(y / step), "w": w, "wx": w * x, "wy": w * y})
    cells = frame[frame["w"] > 0].groupby(["cx", "cy"], as_index=False).sum()
    if cells.empty:
        raise DataError(_("需求点的权重合计为 {total:g}，应大于 0。").format(total=0.0))
    ids = [f"mortar-{n:03d}" for n in range(1, len(cells) + 1)]
    weight = cells["w"] / cells["w"].sum() * settings.demand_wan_t
    points = shapely.points((cells["wx"] / cells["w"]).to_numpy(), (cells["wy"] / cells["w"]).to_numpy())
    return gpd.GeoDataFrame(
        {"weight": weight.to_numpy()}, index=pd.Index(ids, name="id"), geometry=points, crs=METRIC_CRS
    )


def joint(
    case: Case,
    plants: gpd.GeoDataFrame,
    layers: Layers,
    book: RuleBook,
    mortar_demand: gpd.GeoDataFrame,
    settings: JointSettings,
    *,
    candidates: gpd.GeoDataFrame | None = None,
    watcher: Watcher = unwatched,
) -> JointPlan:
    """Close stations and place mortar lines in one model, in the target year, with one proven gap.

    Parameters
    ----------
    mortar_demand : GeoDataFrame
        Demand points with ``weight``; pooled and scaled to the settings' total.
    candidates : GeoDataFrame, optional
        Sites for new lines with ``sector``; a grid that the rules allow where left out.

    Raises
    ------
    InfeasibleError
        Where no plan meets all limits, with both numbers where they are known.
    """
    s, single = settings, target_year(case)
    sites = candidate_sites(layers, book, s) if candidates is None else candidates
    if len(sites) < s.lines:
        raise InfeasibleError(
            _("要建 {lines} 条新线，但符合规则的候选点只有 {sites} 个，少 {short} 个。").format(
                lines=s.lines, sites=len(sites), short=s.lines - len(sites)
            )
        )
    old = supply.existing_supply(plants, layers)
    points = pooled_demand(mortar_demand, s)
    stations = single.stations[single.stations["in_model"]]
    detour = single.settings.detour
    sources = (sites, old, stations)
    haul = np.vstack([straight_haul(points.geometry, some.geometry, detour=detour).km.T for some in sources])
    apart = straight_haul(sites.geometry, sites.geometry, detour=1.0).km
    first, second = np.nonzero(np.triu(apart < s.spacing_km, 1))
    sector = sites["sector"].to_numpy(dtype=object)
    groups = tuple((np.flatnonzero(sector == name), least) for name, least in s.quotas)
    for (name, least), (members, _least) in zip(s.quotas, groups, strict=True):
        if len(members) < least:
            raise InfeasibleError(
                _("{sector} 要求至少 {least} 条线，但候选点只有 {count} 个。").format(
                    sector=name, least=least, count=len(members)
                )
            )
    mortar = Mortar(
        demand=points["weight"].to_numpy(float),
        haul_km=haul,
        line_capacity=s.line_capacity,
        fixed_cost=s.line_cost / single.settings.capital_years,
        lines=s.lines,
        existing_capacity=old["capacity"].to_numpy(float),
        candidates=len(sites),
        groups=groups,
        conflicts=np.column_stack([first, second]).astype(np.int64),
        wet_share=s.wet_share_pct / 100.0,
        wet_t_per_m3=s.wet_density,
        wet_radius_km=s.wet_radius_km,
        wet_most=s.wet_most_pct / 100.0 * s.demand_wan_t,
        haul_cost=s.haul_cost,
        unmet_cost=s.unmet_cost,
    )
    whole = replace(single, problem=replace(single.problem, mortar=mortar))
    plan = consolidation_plan.solve(whole, watcher=watcher)
    return _joint_plan(plan, sites, old, points, haul)


def _joint_plan(
    plan: Plan, sites: gpd.GeoDataFrame, old: gpd.GeoDataFrame, points: gpd.GeoDataFrame, haul: Floats
) -> JointPlan:
    found, c, e = plan.solution, len(sites), len(old)
    source, point = found.mortar_flows.T if len(found.mortar_flows) else np.empty((2, 0), dtype=np.int64)
    names = np.array([*map(str, sites.index), *map(str, old.index), *plan.case.ids], dtype=object)
    kind = np.select([source < c, source < c + e], ["line", "existing"], "wet")
    flows = pd.DataFrame(
        {
            "source": names[source],
            "kind": kind,
            "demand": points.index.to_numpy(dtype=object)[point],
            "amount": found.mortar_amounts,
            "haul_km": haul[source, point],
        }
    )
    used = flows[flows["kind"] == "line"].groupby("source")["amount"].sum()
    built = sites[found.lines > 0]
    mortar = plan.case.problem.mortar
    assert mortar is not None
    built = built.assign(
        lines=1,
        capacity=mortar.line_capacity,
        used=used.reindex(built.index).fillna(0.0),
    )
    by_kind = flows.groupby("kind")["amount"].sum()
    served = float(flows["amount"].sum())
    totals = {
        "demand": float(points["weight"].sum()),
        "lines": float(by_kind.get("line", 0.0)),
        "existing": float(by_kind.get("existing", 0.0)),
        "wet": float(by_kind.get("wet", 0.0)),
        "unmet": float(found.mortar_unmet.sum()),
        "mean_haul_km": float((flows["amount"] * flows["haul_km"]).sum() / served) if served else float("nan"),
    }
    return JointPlan(plan, built, points, flows, totals)
