"""Which plants supply what, for coverage, siting and hand-outs alike."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from mixplan.base.errors import DataError
from mixplan.base.i18n import gettext as _
from mixplan.city.district_names import district_ids
from mixplan.city.layers import Layers
from mixplan.plan.actions import STOPS
from mixplan.plan.kinds import COUNTED, INVENTORY, plant_kinds
from mixplan.plan.rules import RuleBook
from mixplan.registers.points import point_frame

SUPPLY_COLUMNS = ("name", "capacity", "location_error_m", "evidence", "stage", "year")
STANDING = (INVENTORY,)  # statuses of plants that stand today


@dataclass(frozen=True)
class Theme:
    """What is hauled: the kind of plant, its unit, the radius the page starts with, and what is wanted a year."""

    kind: str
    unit: str
    radius_km: float
    minimum_km: float
    maximum_km: float
    demand_total: float | None


def theme(kind: str, book: RuleBook) -> Theme:
    """Theme ``mortar`` or ``concrete``; concrete demand is spread like the mortar demand and scaled to the plan."""
    if kind not in ("mortar", "concrete"):
        raise DataError(_("覆盖分析的主题“{kind}”不存在，应为 mortar 或 concrete。").format(kind=kind))
    radius = book.parameters[f"coverage_radius_{kind}_km"]
    total = book.figure("concrete_demand_2015") if kind == "concrete" else None
    return Theme(kind, plant_kinds()[kind].unit, radius.value, *radius.range, total)


def themed_demand(demand: gpd.GeoDataFrame, subject: Theme) -> gpd.GeoDataFrame:
    """Demand points with their weight in the theme's unit."""
    weight = demand["weight"].astype(float)
    if subject.demand_total is not None and weight.sum() > 0:
        weight = weight * (subject.demand_total / weight.sum())
    return demand.assign(weight=weight)


def _of_register(plants: gpd.GeoDataFrame, kind: str, statuses: Collection[str]) -> gpd.GeoDataFrame:
    """Plants of one kind in some statuses as supply, located or not."""
    chosen = plants[(plants["kind"] == kind) & plants["status"].isin(list(statuses))]
    return gpd.GeoDataFrame(chosen.assign(stage="existing", year=np.nan)[[*SUPPLY_COLUMNS, "geometry"]])


def supply_points(plants: gpd.GeoDataFrame, *, kind: str = "mortar") -> gpd.GeoDataFrame:
    """Plants of a register that supply: of one kind, in the counted statuses, and located.

    Returns
    -------
    GeoDataFrame
        Index plant id, columns `SUPPLY_COLUMNS` and geometry. ``stage`` is ``existing``; ``capacity`` is missing where
        nobody has published it, and such a plant covers but serves nothing.
    """
    supply = _of_register(plants, kind, COUNTED)
    return supply[supply.geometry.notna()]


def unlocated_supply(plants: gpd.GeoDataFrame, *, kind: str = "mortar") -> gpd.GeoDataFrame:
    """Plants of a register that would supply if it were known where they are."""
    supply = _of_register(plants, kind, COUNTED)
    return supply[supply.geometry.isna()]


def existing_supply(plants: gpd.GeoDataFrame, layers: Layers) -> gpd.GeoDataFrame:
    """Mortar plants of a register that stand, with their capacity, wherever a haul from them can be told.

    A plant that is only known by its district counts at that district's middle (``assumed_place``), because its
    capacity is part of the plan's total; it is never drawn. A plant without capacity or any place is left out, see
    `unplaced_supply`.
    """
    supply = _placed_by_district(plants, layers)
    return supply[supply.geometry.notna()]


def unplaced_supply(plants: gpd.GeoDataFrame, layers: Layers) -> gpd.GeoDataFrame:
    """Mortar plants with a capacity but with neither coordinates nor a district that is known: no haul can be told."""
    supply = _placed_by_district(plants, layers)
    return supply[supply.geometry.isna()]


def _placed_by_district(plants: gpd.GeoDataFrame, layers: Layers) -> gpd.GeoDataFrame:
    supply = _of_register(plants, "mortar", STANDING)
    supply = supply[supply["capacity"].notna()]
    lost = supply.geometry.isna()
    middles = layers.districts.set_index("id").geometry.representative_point()
    stated = district_ids(plants["district"].reindex(supply.index), layers.districts)
    return supply.assign(assumed_place=lost, geometry=supply.geometry.where(~lost, stated.map(middles)))


def concrete_stations(plants: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Located concrete stations of a register with a known capacity, which may deliver wet mortar."""
    supply = _of_register(plants, "concrete", STANDING)
    return supply[supply.geometry.notna() & supply["capacity"].notna()]


def counting(points: gpd.GeoDataFrame, *, kind: str) -> gpd.GeoDataFrame:
    """Points of a planner's own file (`read_points`) that supply: where they state kind or status, only what counts."""
    return points[points["kind"].isin(["", kind]) & points["status"].isin(["", *COUNTED]) & points.geometry.notna()]


def given_supply(points: gpd.GeoDataFrame, *, kind: str = "mortar") -> gpd.GeoDataFrame:
    """Supply from a planner's own file (`read_points`); where it states kind or status, only what counts."""
    table = counting(points, kind=kind).assign(stage="existing")
    table["name"] = table["name"].where(table["name"] != "", table.index.to_series())
    return gpd.GeoDataFrame(table[[*SUPPLY_COLUMNS, "geometry"]])


def planned_sites(sites: Iterable[Mapping[str, Any]] | gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Sites of a proposal as supply, from records ``id, lon, lat, capacity`` (and ``name``, ``year``) or a points file.

    Raises
    ------
    DataError
        Where a site has no usable coordinates or capacity.
    """
    points = sites if isinstance(sites, gpd.GeoDataFrame) else point_frame([dict(site) for site in sites])
    for column in ("lon", "lat", "capacity"):
        missing = points.index[points[column].isna()]
        if len(missing):
            raise DataError(
                _("拟建站点“{site}”缺少 {column}；每个站点要有 id、lon、lat、capacity。").format(
                    site=missing[0], column=column
                )
            )
    name = points["name"].where(points["name"] != "", points.index.to_series())
    table = points.assign(name=name, stage="proposed", evidence="sourced", location_error_m=0.0)
    return gpd.GeoDataFrame(table[[*SUPPLY_COLUMNS, "geometry"]])


def in_production(sites: gpd.GeoDataFrame, year: int, book: RuleBook) -> gpd.GeoDataFrame:
    """Planned sites that produce by the end of a year.

    A site's own ``year`` decides; the others come in evenly, in the order listed, from
    ``coverage_new_lines_first_year`` to ``coverage_new_lines_last_year``.
    """
    first = book.figure("coverage_new_lines_first_year")
    span = max(book.figure("coverage_new_lines_last_year") - first + 1, 1.0)
    free = sites["year"].isna().to_numpy()
    order = np.cumsum(free)  # 1, 2, … among the sites without a year of their own
    assumed = first - 1 + np.ceil(order / max(free.sum(), 1) * span)
    starts = np.where(free, assumed, sites["year"].to_numpy(float))
    return sites[starts <= year]


def with_proposal(supply: gpd.GeoDataFrame, sites: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Supply with the sites of a proposal added; a site that bears a plant's id replaces it."""
    if sites.empty:
        return supply
    if supply.empty:
        return sites
    return gpd.GeoDataFrame(pd.concat([supply.drop(index=sites.index, errors="ignore"), sites]), crs=supply.crs)


def with_consolidation(supply: gpd.GeoDataFrame, decisions: pd.DataFrame) -> gpd.GeoDataFrame:
    """Supply as a consolidation plan leaves it.

    Parameters
    ----------
    decisions : DataFrame
        Index plant id; ``action`` (retain, upgrade, merge, close): after merge and close the station
        itself supplies no more; ``capacity`` (optional) is what a remaining station can make afterwards.
        Stations that the plan does not name stay as they are.
    """
    action = decisions["action"].reindex(supply.index)
    left = supply[~action.isin(STOPS)]
    if "capacity" in decisions.columns:
        after = decisions["capacity"].reindex(left.index).astype(float)
        left = left.assign(capacity=after.fillna(left["capacity"]))
    return left
