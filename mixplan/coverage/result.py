"""Coverage of the mixing-ban zones by mortar plants, and of the same ground by concrete stations.

One place is *covered* when some plant lies within the radius, and *served* when plants within the radius also have
the capacity left to supply it. The two figures have different names everywhere: coverage (覆盖率) and service (保障率).
Definitions, formulas and assumptions: docs/coverage.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from mixplan.base.arrays import Floats
from mixplan.base.errors import DataError
from mixplan.base.i18n import gettext as _
from mixplan.base.numbers import M2_PER_KM2, M_PER_KM
from mixplan.city import ban_zones
from mixplan.city.crs import METRIC_CRS
from mixplan.city.layers import Layers
from mixplan.coverage.ground import TOTAL
from mixplan.coverage.reach import Reach
from mixplan.coverage.service import Service, serve

_MOST_KM = 1000.0  # beyond, nothing is about one city any more


@dataclass(frozen=True)
class CoverageRow:
    """Coverage of one zone, one district, or all of them together.

    Attributes
    ----------
    area_share, area_share_low, area_share_high : float
        Share of area within the radius with the boundary as drawn, and the least and most when an approximate
        boundary moves in or out by its accuracy; equal where the boundary is exact.
    demand, demand_share, served_share : float
        Demand (万t or 万m³ a year), the share of it within the radius, and the share that plants within the radius
        have the capacity to supply; shares are None where the unit has no demand.
    nearest_km, nearest_id
        From the middle of the unit to the nearest plant; None without supply (or without a way on the network).
    """

    id: str
    name: str
    name_en: str
    approximate: bool
    area_km2: float
    area_share: float
    area_share_low: float
    area_share_high: float
    demand: float
    demand_share: float | None
    served_share: float | None
    nearest_km: float | None
    nearest_id: str | None


@dataclass(frozen=True)
class Coverage:
    """How well the ban zones of one year are covered and served within one radius.

    Attributes
    ----------
    total : CoverageRow
        All zones together, ground counted once.
    service : Service
        The flows behind the served shares.
    supply_count, capacity, unknown_capacity, modelled : int, float, int, int
        Plants, what they can make together, how many of unknown capacity, how many placed by a model.
    location_error_m : tuple of float
        Least and greatest location error among the plants placed by a model; infinite where one states none.
    location_low, location_high : float or None
        Least and greatest share of area (total) if every plant lay as badly or as well as its location error allows;
        None where an error is unknown or a network is used.
    """

    by: str
    year: int
    radius_km: float
    rows: tuple[CoverageRow, ...]
    total: CoverageRow
    service: Service
    supply_count: int
    capacity: float
    unknown_capacity: int
    modelled: int
    location_error_m: tuple[float, float]
    location_low: float | None
    location_high: float | None


def _middle(area: shapely.Geometry) -> shapely.Point:
    """Centroid of an area, or a point in it where the centroid lies outside."""
    centroid = shapely.centroid(area)
    return centroid if shapely.intersects(area, centroid) else shapely.point_on_surface(area)


def _optional(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def coverage(seen: Reach, radius_km: float) -> Coverage:
    """Coverage of the ban zones within a radius: the one function behind every page, file and command.

    Parameters
    ----------
    seen : Reach
        From `reach`; asking it again for another radius is cheap.
    radius_km : float
        Straight-line radius, or haul along the network that ``seen`` was made with.
    """
    if not 0 < radius_km <= _MOST_KM:
        text = _("半径应为大于 0、不大于 {most:,.0f} 的公里数，收到的是 {radius:g}。")
        raise DataError(text.format(most=_MOST_KM, radius=radius_km))
    ground = seen.ground
    areas = seen.area_shares([radius_km])[:, :, 0]
    covered = seen.demand_shares([radius_km])[:, 0]
    service = serve(seen, radius_km)
    weight = ground.demand["weight"].to_numpy(float)
    member = ground.member.astype(float)
    wanted = member @ weight
    with np.errstate(invalid="ignore", divide="ignore"):
        served = np.minimum((member @ service.served.to_numpy(float)) / wanted, covered)
    middles = [_middle(area) for area in ground.areas["drawn"]]
    haul = seen.haul_to_m(shapely.get_coordinates(middles))
    rows = []
    for n, unit in enumerate(ground.ids):
        nearest = int(haul[:, n].argmin()) if len(haul) and np.isfinite(haul[:, n].min()) else None
        rows.append(
            CoverageRow(
                id=unit,
                name=ground.names[n],
                name_en=ground.names_en[n],
                approximate=ground.approximate[n],
                area_km2=float(seen.area_m2[0, n] / M2_PER_KM2),
                area_share=float(areas[0, n]),
                area_share_low=float(np.nanmin(areas[:, n])),
                area_share_high=float(np.nanmax(areas[:, n])),
                demand=float(wanted[n]),
                demand_share=_optional(covered[n]),
                served_share=_optional(served[n]),
                nearest_km=None if nearest is None else float(haul[nearest, n] / M_PER_KM),
                nearest_id=None if nearest is None else str(seen.supply.index[nearest]),
            )
        )
    error = seen.supply["location_error_m"].astype(float).fillna(np.inf).to_numpy()
    modelled = (seen.supply["evidence"] == "modelled").to_numpy(bool)
    low, high = _location_range(seen, radius_km, error)
    return Coverage(
        ground.by,
        ground.year,
        float(radius_km),
        tuple(rows[:-1]),
        rows[-1],
        service,
        len(seen.supply),
        float(seen.capacity.sum()),
        int(seen.supply["capacity"].isna().sum()),
        int(modelled.sum()),
        (float(error[modelled].min()), float(error[modelled].max())) if modelled.any() else (0.0, 0.0),
        low,
        high,
    )


def _location_range(seen: Reach, radius_km: float, error_m: Floats) -> tuple[float | None, float | None]:
    """Bounds of the share of area when every plant may lie anywhere within its location error."""
    if len(error_m) == 0 or seen.ways is not None or not np.isfinite(error_m).all():
        return None, None
    total = seen.ground.total
    if not error_m.any():
        share = float(seen.area_shares([radius_km])[0, -1, 0])
        return share, share
    shares = [
        total.intersection(seen.reach_area(radius_km, shift_m=shift)).area / total.area for shift in (-error_m, error_m)
    ]
    return float(shares[0]), float(min(shares[1], 1.0))


def curve(seen: Reach, radii_km: Sequence[float], *, unit: str = TOTAL, served: bool = True) -> pd.DataFrame:
    """Coverage of one unit, or of all zones, as a curve over the radius.

    Returns
    -------
    DataFrame
        ``radius_km``, ``area_share``, ``area_share_low``, ``area_share_high``, ``demand_share`` and ``served_share``
        (missing where ``served`` is off); the same figures as `coverage` gives for each radius.
    """
    n = seen.ground.ids.index(unit)
    areas = seen.area_shares(radii_km)[:, n, :]
    covered = seen.demand_shares(radii_km)[n]
    shares = np.full(len(radii_km), np.nan)
    weight = float(seen.ground.demand["weight"].to_numpy(float) @ seen.ground.member[n])
    if served and weight > 0:
        amounts = _served(seen, radii_km)
        shares = np.minimum(np.array([amounts[r] @ seen.ground.member[n] for r in radii_km]) / weight, covered)
    return pd.DataFrame(
        {
            "radius_km": np.asarray(radii_km, dtype=float),
            "area_share": areas[0],
            "area_share_low": np.nanmin(areas, axis=0),
            "area_share_high": np.nanmax(areas, axis=0),
            "demand_share": covered,
            "served_share": shares,
        }
    )


def _served(seen: Reach, radii_km: Sequence[float]) -> dict[float, Floats]:
    """What is served of each demand point, by radius; with a larger radius than one that serves all, all is served."""
    weight = seen.ground.demand["weight"].to_numpy(float)
    found: dict[float, Floats] = {}
    served = np.zeros(len(weight))
    for radius_km in sorted(radii_km):
        if served.sum() < weight.sum() * (1 - 1e-12):
            served = serve(seen, radius_km).served.to_numpy(float)
        found[radius_km] = served
    return found


def gaps(seen: Reach, radius_km: float, layers: Layers, *, minimum_km2: float = 0.0) -> gpd.GeoDataFrame:
    """Parts of the ban zones beyond the radius, each named after the nearest town, largest first.

    Returns
    -------
    GeoDataFrame
        ``town``, ``town_en``, ``zone``, ``zone_en`` (the zone it belongs to most), ``area_km2``, ``demand``,
        ``nearest_km`` and ``nearest_id`` (from the middle of the part to the nearest plant; missing without supply or
        way), ``obstacle`` (why no way along the network leads there, see `haul.Obstacle`), geometry.
    """
    ground = seen.ground
    left = shapely.get_parts(shapely.difference(ground.total, seen.reach_area(radius_km)))
    parts = [part for part in left if part.area > max(minimum_km2 * M2_PER_KM2, 1.0)]
    parts.sort(key=lambda part: (-part.area, part.bounds))
    frame = ban_zones.zones_in_force(layers.ban_zones, date(ground.year, 12, 31))
    weight = ground.demand["weight"].to_numpy(float)
    points = ground.demand.geometry.to_numpy()
    middles = [_middle(part) for part in parts]
    haul = seen.haul_to(shapely.get_coordinates(middles))
    rows = []
    for part, middle, km, obstacle in zip(parts, middles, haul.km, haul.places.obstacle, strict=True):
        town = layers.towns.iloc[int(shapely.distance(layers.towns.geometry.to_numpy(), middle).argmin())]
        shared = shapely.area(shapely.intersection(frame.geometry.to_numpy(), part))
        zone = frame.iloc[int(shared.argmax())]
        known = len(km) > 0 and bool(np.isfinite(km.min()))
        rows.append(
            {
                "town": town["name"],
                "town_en": town["name_en"] or town["name"],
                "zone": zone["name"],
                "zone_en": zone["name_en"],
                "area_km2": part.area / M2_PER_KM2,
                "demand": float(weight[shapely.intersects(part, points)].sum()),
                "nearest_km": km.min() if known else np.nan,
                "nearest_id": str(seen.supply.index[int(km.argmin())]) if known else None,
                "obstacle": str(obstacle),
                "geometry": part,
            }
        )
    columns = ["town", "town_en", "zone", "zone_en", "area_km2", "demand", "nearest_km", "nearest_id"]
    columns += ["obstacle", "geometry"]
    return gpd.GeoDataFrame(rows, columns=columns, geometry="geometry", crs=METRIC_CRS)


def bands(seen: Reach, limits_km: Sequence[float]) -> gpd.GeoDataFrame:
    """The ban zones by distance to the nearest plant: ``from_km``, ``to_km`` (infinite for the last), geometry."""
    rows = []
    inside = shapely.Polygon()
    for low, high in zip([0.0, *limits_km], [*limits_km, np.inf], strict=True):
        wider = seen.ground.total if np.isinf(high) else shapely.intersection(seen.ground.total, seen.reach_area(high))
        ring = shapely.difference(wider, inside)
        if ring.area > 1.0:
            rows.append({"from_km": low, "to_km": high, "geometry": ring})
        inside = wider
    return gpd.GeoDataFrame(rows, columns=["from_km", "to_km", "geometry"], geometry="geometry", crs=METRIC_CRS)


def spare_table(seen: Reach, result: Coverage, *, tight_pct: float) -> pd.DataFrame:
    """Plants with what they deliver into the zones and what they have to spare; index plant id.

    Returns
    -------
    DataFrame
        ``name``, ``capacity``, ``used``, ``spare``, ``state``: ``spare``, ``tight`` (spare at most ``tight_pct`` % of
        capacity), ``full`` or ``unknown`` (capacity not known).
    """
    table = pd.DataFrame(seen.supply[["name", "capacity", "stage", "evidence"]])
    used = result.service.used.reindex(table.index)
    spare = table["capacity"].astype(float) - used
    share = spare / table["capacity"].astype(float).where(table["capacity"] > 0)
    state = np.select(
        [table["capacity"].isna(), ~(share > 1e-6), share <= tight_pct / 100.0], ["unknown", "full", "tight"], "spare"
    )
    return table.assign(used=used, spare=spare, state=state)
