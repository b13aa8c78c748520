"""Where a point lies: ring, district, ban zone, sector, and its signed distance to each line.

All inputs are in the metric CRS; distances are in metres, negative inside. Functions never change what they are given
and return series with the points' own index.
"""

from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import local
from mixplan.city.datums import points_metric
from mixplan.plan.rules import RuleBook
from mixplan.registers.plants import Layers

SECTORS = ("NE", "SW", "periphery")
_FAR_M = 400_000.0  # radius of a sector wedge: beyond anything on the map


def sector_label(sector: object) -> str:
    """Name of a sector of the plan, — outside all of them."""
    return {"NE": _("东北部"), "SW": _("西南部"), "periphery": _("周边")}.get(str(sector), "—")


def ring_area(rings: gpd.GeoDataFrame, ring: int) -> shapely.Geometry:
    """Area inside one ring road."""
    return rings.loc[(rings["ring"] == ring) & (rings["feature"] == "area"), "geometry"].iloc[0]


def ring_numbers(rings: gpd.GeoDataFrame) -> list[int]:
    """Ring roads on the map, innermost first."""
    return sorted(int(n) for n in rings.loc[rings["feature"] == "area", "ring"])


def signed_distance(points: gpd.GeoSeries, area: shapely.Geometry) -> pd.Series:
    """Distance of each point to an area's outline in metres, negative inside; missing for a missing point.

    A hole is outside, and its rim is part of the outline. A point exactly on the outline has distance 0 and counts
    as inside.
    """
    shapely.prepare(area)
    geometry = points.to_numpy()
    distance = shapely.distance(shapely.boundary(area), geometry)
    inside = shapely.intersects(area, geometry)
    return pd.Series(np.where(inside, -distance, distance), index=points.index, name="distance_m")


def line_accuracy(points: gpd.GeoSeries, rings: gpd.GeoDataFrame, ring: int) -> pd.Series:
    """Accuracy in metres of the stretch of a ring road that leaves the most doubt about each point.

    That is the stretch whose distance less its accuracy is smallest: a weak stretch a little further off counts before
    a good one nearby.
    """
    sections = rings[(rings["ring"] == ring) & (rings["feature"] == "centreline")]
    accuracy = sections["accuracy_m"].to_numpy(float)
    geometry = points.to_numpy()
    distances = np.column_stack([shapely.distance(section, geometry) for section in sections.geometry])
    worst = np.where(np.isnan(distances), np.inf, distances - accuracy).argmin(axis=1)
    return pd.Series(accuracy[worst], index=points.index, name="accuracy_m")


def ring_of(points: gpd.GeoSeries, rings: gpd.GeoDataFrame) -> pd.Series:
    """Smallest ring road that contains each point, ``<NA>`` outside all of them or without location."""
    found = pd.Series(pd.NA, index=points.index, dtype="Int64", name="ring")
    for ring in reversed(ring_numbers(rings)):
        found[signed_distance(points, ring_area(rings, ring)) <= 0] = ring
    return found


def district_of(points: gpd.GeoSeries, districts: gpd.GeoDataFrame) -> pd.Series:
    """Id of the district that each point lies in, ``<NA>`` outside Beijing; on a common border the first by id."""
    found = pd.Series(pd.NA, index=points.index, dtype="object", name="district_id")
    geometry = points.to_numpy()
    for row in districts.sort_values("id", ascending=False).itertuples():
        shapely.prepare(row.geometry)
        found[shapely.intersects(row.geometry, geometry)] = row.id
    return found


def district_names(districts: gpd.GeoDataFrame, on: date, book: RuleBook) -> pd.Series:
    """Chinese names of the districts as they were on a day (密云 and 延庆 were counties), by id."""
    column = "name_until_2015" if on < book.counties_until else "name"
    names: pd.Series = districts.set_index("id")[column]
    return names.rename("district")


def district_labels(districts: gpd.GeoDataFrame, on: date, book: RuleBook) -> dict[str, str]:
    """Names of the districts as of a day in the language in force, by id."""
    chinese, english = district_names(districts, on, book), districts.set_index("id")["name_en"]
    return {str(key): local({"name": chinese[key], "name_en": english[key]}) for key in chinese.index}


def zones_in_force(ban_zones: gpd.GeoDataFrame, on: date) -> gpd.GeoDataFrame:
    """Site-mixing-ban zones announced by a day."""
    since = pd.to_datetime(ban_zones["since"])
    return ban_zones.loc[since <= pd.Timestamp(on)]


def _wedge(centre: shapely.Point, middle_deg: float, half_width_deg: float) -> shapely.Polygon:
    angles = np.radians(np.linspace(middle_deg - half_width_deg, middle_deg + half_width_deg, 91))
    arc = np.column_stack([centre.x + _FAR_M * np.sin(angles), centre.y + _FAR_M * np.cos(angles)])
    return shapely.Polygon([(centre.x, centre.y), *arc])


def sector_areas(rings: gpd.GeoDataFrame, book: RuleBook) -> gpd.GeoSeries:
    """The three sectors of the plan, NE, SW and periphery, as the assumptions in the rule file define them."""
    centre = points_metric([book.figure("sector_centre_lon")], [book.figure("sector_centre_lat")]).iloc[0]
    half = book.figure("sector_half_width_deg")
    north_east = _wedge(centre, book.figure("sector_ne_centre_deg"), half)
    south_west = _wedge(centre, book.figure("sector_sw_centre_deg"), half)
    beyond = ring_area(rings, int(book.figure("periphery_beyond_ring")))
    everywhere = centre.buffer(_FAR_M * 0.9, quad_segs=90)
    periphery = everywhere.difference(beyond).difference(north_east).difference(south_west)
    return gpd.GeoSeries({"NE": north_east, "SW": south_west, "periphery": periphery}, crs=rings.crs)


def sector_of(points: gpd.GeoSeries, sectors: gpd.GeoSeries) -> pd.Series:
    """Sector each point lies in, ``<NA>`` in none; where sectors meet the first in the order NE, SW, periphery."""
    found = pd.Series(pd.NA, index=points.index, dtype="object", name="sector")
    for name in reversed(SECTORS):
        found[signed_distance(points, sectors[name]) <= 0] = name
    return found


def distance_matrix(points: gpd.GeoSeries, areas: gpd.GeoSeries) -> NDArray[np.float64]:
    """Signed distance in metres of every point to every area, line or point (columns); missing points give NaN."""
    columns = []
    for area in areas:
        if shapely.get_dimensions(area) == 2:
            columns.append(signed_distance(points, area).to_numpy(float))
        else:
            columns.append(shapely.distance(area, points.to_numpy()))
    return np.column_stack(columns) if columns else np.empty((len(points), 0))


def where(lon: float, lat: float, layers: Layers, book: RuleBook, *, on: date) -> dict[str, Any]:
    """Everything about one place: ring, district, each ring road, ban zone and sensitive area with its distance.

    Parameters
    ----------
    lon, lat : float
        WGS-84 degrees.
    on : date
        Day for the names of districts and for the ban zones.

    Returns
    -------
    dict
        ``lon``, ``lat``, ``ring`` (or None), ``district`` (or None outside Beijing), ``rings`` (by number: ``inside``,
        ``distance_m``), ``ban_zones`` and ``sensitive_areas`` (nearest first). Distances in metres, negative inside.
    """
    point = points_metric([lon], [lat])
    ring = ring_of(point, layers.rings).iloc[0]
    district = district_of(point, layers.districts).iloc[0]
    rings = {}
    for number in ring_numbers(layers.rings):
        distance = float(signed_distance(point, ring_area(layers.rings, number)).iloc[0])
        rings[str(number)] = {"inside": distance <= 0, "distance_m": _tenths(distance)}
    return {
        "lon": round(float(lon), 6),
        "lat": round(float(lat), 6),
        "ring": None if pd.isna(ring) else int(ring),
        "district": None if pd.isna(district) else district_labels(layers.districts, on, book)[district],
        "rings": rings,
        "ban_zones": _near(point, zones_in_force(layers.ban_zones, on), ("since", "accuracy_m")),
        "sensitive_areas": _near(point, layers.sensitive_areas, ("kind", "accuracy_m")),
    }


def _near(point: gpd.GeoSeries, areas: gpd.GeoDataFrame, more: tuple[str, ...]) -> list[dict[str, Any]]:
    distances = distance_matrix(point, areas.geometry)[0] if len(areas) else []
    rows = []
    for row, distance in zip(areas.drop(columns="geometry").to_dict("records"), distances, strict=True):
        near = {
            "id": row["id"],
            "name": local(row),
            "inside": bool(distance <= 0),
            "distance_m": _tenths(distance),
        }
        rows.append(near | {column: _plain(row[column]) for column in more})
    return sorted(rows, key=lambda r: (r["distance_m"], r["id"]))


def _tenths(metres: float) -> float:
    return round(float(metres), 1) + 0.0  # never -0.0


def _plain(value: Any) -> Any:
    return value.strftime("%Y-%m-%d") if hasattr(value, "strftime") else value
