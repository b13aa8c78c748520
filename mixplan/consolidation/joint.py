"""One model for both tasks: close concrete stations and place new mortar lines, with one proven gap.

Retained stations may supply wet mortar out of part of their capacity, so which of them stay and where the new lines go
depend on each other. Candidates and mortar demand are pooled to a grid to keep the model small; fine siting is the
business of the siting page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from mixplan.base.arrays import Floats
from mixplan.base.errors import DataError, InfeasibleError
from mixplan.base.i18n import gettext as _
from mixplan.base.numbers import check_number
from mixplan.base.progress import Watcher, handing, unwatched
from mixplan.base.records import CLOSED
from mixplan.city.crs import METRIC_CRS, place_degrees
from mixplan.city.haul import straight_haul
from mixplan.city.layers import Layers
from mixplan.city.sectors import check_sectors
from mixplan.consolidation import plan as consolidation_plan
from mixplan.consolidation.case import Case
from mixplan.consolidation.model import Mortar
from mixplan.consolidation.plan import Plan
from mixplan.consolidation.settings import Settings
from mixplan.consolidation.tradeoff import target_year
from mixplan.coverage import supply
from mixplan.plan.rules import RuleBook
from mixplan.siting import candidates as siting_candidates
from mixplan.siting import settings as siting_settings


@dataclass(frozen=True)
class JointSettings:
    """What can be set of the mortar side; frozen, so that results can be kept by it. 万t a year, km, per cent."""

    __pydantic_config__ = CLOSED  # as it is read back from a file

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


# Who supplies mortar: a new line, a works that stands, a concrete station with wet mortar.
LINE, EXISTING, WET = "line", "existing", "wet"
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
_POSITIVE = ("grid_km", "cell_km", "wet_density")


def default_joint(book: RuleBook, **changes: Any) -> JointSettings:
    """Settings of the mortar side as the rule file has them, with some changed.

    Raises
    ------
    DataError
        Where the number of lines has no meaning, or lines are wanted in a sector that does not exist.
    """
    values: dict[str, Any] = {name: book.figure(row) for name, row in PARAMETERS.items()} | changes
    check_number("lines", values["lines"], whole=True)
    wanted = JointSettings(**values | {"lines": int(values["lines"])})
    check_joint(wanted)
    return wanted


def check_joint(settings: JointSettings) -> None:
    """Refuse settings of the mortar side that have no meaning, each with its value and what is allowed.

    Raises
    ------
    DataError
        Naming the value.
    """
    for name in PARAMETERS:
        check_number(name, getattr(settings, name), above=name in _POSITIVE)
    check_sectors([sector for sector, _least in settings.quotas])


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

    @property
    def degrees(self) -> dict[str, tuple[float, float]]:
        """Latitude and longitude of each new line."""
        return {str(i): place_degrees(point) for i, point in self.lines.geometry.items()}


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


@dataclass(frozen=True, eq=False)
class Sources:
    """Who may supply mortar, in the order of the matrices: candidate sites, works that stand, concrete stations."""

    sites: gpd.GeoDataFrame
    works: gpd.GeoDataFrame
    stations: gpd.GeoDataFrame

    @property
    def ids(self) -> NDArray[np.object_]:
        """Ids of all sources."""
        return np.array([str(i) for some in (self.sites, self.works, self.stations) for i in some.index], dtype=object)

    @property
    def kinds(self) -> NDArray[np.object_]:
        """What each source is: a new line, a works that stands, a concrete station."""
        return np.repeat(
            np.array([LINE, EXISTING, WET], dtype=object), [len(self.sites), len(self.works), len(self.stations)]
        )

    def haul_km(self, points: gpd.GeoDataFrame, detour: float) -> Floats:
        """Haul from every source to every point."""
        some = (self.sites, self.works, self.stations)
        return np.vstack([straight_haul(points.geometry, part.geometry, detour=detour).km.T for part in some])


@dataclass(frozen=True, eq=False)
class JointCase:
    """The consolidation of the target year with the mortar side in its problem, and the tables that this is made from.

    Attributes
    ----------
    points : GeoDataFrame
        Mortar demand, pooled.
    """

    case: Case
    sources: Sources
    points: gpd.GeoDataFrame

    @property
    def mortar(self) -> Mortar:
        """The matrices of the mortar side."""
        assert self.case.problem.mortar is not None
        return self.case.problem.mortar


def solve(
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

    The parameters but the last are those of `build_joint`.

    Raises
    ------
    InfeasibleError
        Where no plan meets all limits, with both numbers where they are known.
    """
    whole = build_joint(case, plants, layers, book, mortar_demand, settings, candidates=candidates)
    watch = handing(watcher, partial(joint_plan, whole))
    return joint_plan(whole, consolidation_plan.solve(whole.case, watcher=watch))


def build_joint(
    case: Case,
    plants: gpd.GeoDataFrame,
    layers: Layers,
    book: RuleBook,
    mortar_demand: gpd.GeoDataFrame,
    settings: JointSettings,
    *,
    candidates: gpd.GeoDataFrame | None = None,
) -> JointCase:
    """The case of a joint run: the target year of a consolidation, with the mortar side.

    Parameters
    ----------
    mortar_demand : GeoDataFrame
        Demand points with ``weight``; pooled and scaled to the settings' total.
    candidates : GeoDataFrame, optional
        Sites for new lines with ``sector``; a grid that the rules allow where left out.

    Raises
    ------
    InfeasibleError
        Where more lines are wanted than there are sites.
    """
    single = target_year(case)
    sites = candidate_sites(layers, book, settings) if candidates is None else candidates
    _enough_sites(sites, settings)
    sources = Sources(sites, supply.existing_supply(plants, layers), single.decided)
    points = pooled_demand(mortar_demand, settings)
    mortar = _mortar(sources, points, settings, single.settings)
    return JointCase(replace(single, problem=replace(single.problem, mortar=mortar)), sources, points)


def _enough_sites(sites: gpd.GeoDataFrame, settings: JointSettings) -> None:
    """Refuse more lines than there are sites, in all or in a sector."""
    if len(sites) < settings.lines:
        raise InfeasibleError(
            _("要建 {lines} 条新线，但符合规则的候选点只有 {sites} 个，少 {short} 个。").format(
                lines=settings.lines, sites=len(sites), short=settings.lines - len(sites)
            )
        )
    for sector, least in settings.quotas:
        count = int((sites["sector"] == sector).sum())
        if count < least:
            raise InfeasibleError(
                _("{sector} 要求至少 {least} 条线，但候选点只有 {count} 个。").format(
                    sector=sector, least=least, count=count
                )
            )


def _mortar(sources: Sources, points: gpd.GeoDataFrame, settings: JointSettings, concrete: Settings) -> Mortar:
    """The matrices of the mortar side; hauls and the life of a plant are those of the concrete side."""
    s, sites = settings, sources.sites
    apart = straight_haul(sites.geometry, sites.geometry, detour=1.0).km
    sector = sites["sector"].to_numpy(dtype=object)
    return Mortar(
        demand=points["weight"].to_numpy(float),
        haul_km=sources.haul_km(points, concrete.detour),
        line_capacity=s.line_capacity,
        fixed_cost=s.line_cost / concrete.capital_years,
        lines=s.lines,
        existing_capacity=sources.works["capacity"].to_numpy(float),
        candidates=len(sites),
        groups=tuple((np.flatnonzero(sector == name), least) for name, least in s.quotas),
        conflicts=np.argwhere(np.triu(apart < s.spacing_km, 1)),
        wet_share=s.wet_share_pct / 100.0,
        wet_t_per_m3=s.wet_density,
        wet_radius_km=s.wet_radius_km,
        wet_most=s.wet_most_pct / 100.0 * s.demand_wan_t,
        haul_cost=s.haul_cost,
        unmet_cost=s.unmet_cost,
    )


def joint_plan(case: JointCase, plan: Plan) -> JointPlan:
    """A solver's answer with its mortar side as tables."""
    found, mortar, sources, points = plan.solution, case.mortar, case.sources, case.points
    source, point = found.mortar_flows.T
    flows = pd.DataFrame(
        {
            "source": sources.ids[source],
            "kind": sources.kinds[source],
            "demand": points.index.to_numpy(dtype=object)[point],
            "amount": found.mortar_amounts,
            "haul_km": mortar.haul_km[source, point],
        }
    )
    used = flows[flows["kind"] == LINE].groupby("source")["amount"].sum()
    built = sources.sites[found.lines > 0]
    built = built.assign(lines=1, capacity=mortar.line_capacity, used=used.reindex(built.index).fillna(0.0))
    by_kind = flows.groupby("kind")["amount"].sum().to_dict()
    served = float(flows["amount"].sum())
    totals = {
        "demand": float(points["weight"].sum()),
        "lines": float(by_kind.get(LINE, 0.0)),
        "existing": float(by_kind.get(EXISTING, 0.0)),
        "wet": float(by_kind.get(WET, 0.0)),
        "unmet": float(found.mortar_unmet.sum()),
        "mean_haul_km": float((flows["amount"] * flows["haul_km"]).sum() / served) if served else float("nan"),
    }
    return JointPlan(plan, built, points, flows, totals)
