"""The two coordinate systems of the house, the ways between them, and those that files state."""

import re
from functools import lru_cache

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import ArrayLike
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from mixplan.base.arrays import Floats
from mixplan.base.errors import DatumError
from mixplan.base.i18n import gettext as _

METRIC_CRS = "EPSG:4548"  # CGCS2000 / 3-degree Gauss-Kruger, central meridian 117°E
GEOGRAPHIC_CRS = "EPSG:4326"


def arrays(lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    """Longitudes and latitudes as arrays of numbers, whatever they came as."""
    return np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)


def points_metric(lon: ArrayLike, lat: ArrayLike) -> gpd.GeoSeries:
    """WGS-84 degrees as points in the metric CRS; a missing coordinate gives a missing point."""
    xs, ys = arrays(lon, lat)
    points = gpd.GeoSeries(gpd.points_from_xy(xs, ys), crs=GEOGRAPHIC_CRS)
    points[~(np.isfinite(xs) & np.isfinite(ys))] = None
    return points.to_crs(METRIC_CRS)


def degrees(points: gpd.GeoSeries) -> tuple[Floats, Floats]:
    """Points of the metric CRS as WGS-84 longitudes and latitudes, for tables and files that leave the workbench."""
    back = points.to_crs(GEOGRAPHIC_CRS)
    return back.x.to_numpy(float), back.y.to_numpy(float)


# In a thread that has not projected anything yet that takes 60 ms, and every run of a page is a thread of its own.
@lru_cache(maxsize=4096)
def place_degrees(geometry: shapely.Geometry) -> tuple[float, float]:
    """Latitude and longitude of a metric geometry's middle, as the map asks for them."""
    place = gpd.GeoSeries([shapely.centroid(geometry)], crs=METRIC_CRS).to_crs(GEOGRAPHIC_CRS).iloc[0]
    return round(place.y, 5), round(place.x, 5)


_SAME_PLACE_M = 1.0
_BEYOND_DEG = np.array([10.0, 2.0])  # a zone's grid is used east and west of its borders, for the city lies on one
_TRUE_DATUMS = ("World Geodetic System 1984", "World Geodetic System 1984 ensemble", "China 2000")


def stated_crs(text: str) -> CRS:
    """The coordinate system that a file states: an EPSG code, or CRS84.

    Raises
    ------
    DatumError
        Where the text names none, or one that cannot be brought to WGS-84 exactly, as Beijing 54 and Xi'an 80.
    """
    wanted = text.strip().strip("{}'\" ").lower()
    stated = re.search(r"epsg:(?:[\d.]*:)?([0-9]{4,6})$", re.sub(r"crs84h?$", GEOGRAPHIC_CRS.lower(), wanted))
    try:
        crs = CRS.from_epsg(int(stated[1] if stated else ""))
    except (ValueError, CRSError):
        raise DatumError(
            _("不认识的坐标系“{crs}”：应写作 EPSG 代码，例如 EPSG:4326、EPSG:4490 或 EPSG:4548。").format(crs=text[:80])
        ) from None
    base = crs.geodetic_crs
    if base is None or crs.is_geocentric or base.datum is None or base.datum.name not in _TRUE_DATUMS:
        raise DatumError(
            _(
                "坐标系 {crs}（{name}）不能准确地转换：只接受 WGS-84 或 CGCS2000 的经纬度或投影坐标。"
                "请先转换，例如为 EPSG:4326 或 EPSG:4548。"
            ).format(crs=text[:80], name=crs.name)
        )
    return crs


def to_degrees(xy: Floats, crs: CRS) -> Floats:
    """Coordinates (east, north) of a stated coordinate system as longitudes and latitudes.

    Missing where a coordinate lies beyond what the system can hold: web Mercator, for one, goes round the globe as
    often as one likes, so that a coordinate far off comes out in the city; and where it lies far from the area that
    the system is made for.
    """
    if crs.is_geographic:
        return xy
    way = Transformer.from_crs(crs, GEOGRAPHIC_CRS, always_xy=True)
    lon, lat = way.transform(xy[:, 0], xy[:, 1])
    back = np.column_stack(way.transform(lon, lat, direction="INVERSE"))
    with np.errstate(invalid="ignore"):
        away = np.abs(back - xy).max(axis=1) * crs.axis_info[0].unit_conversion_factor
        lost = np.logical_not(away <= _SAME_PLACE_M)
    found = np.column_stack([lon, lat])
    if (area := crs.area_of_use) is not None and area.west < area.east:
        least, most = np.array([area.west, area.south]), np.array([area.east, area.north])
        lost |= np.logical_not((found >= least - _BEYOND_DEG) & (found <= most + _BEYOND_DEG)).any(axis=1)
    found[lost] = np.nan
    return found


def to_metres(lon_lat: Floats) -> Floats:
    """Longitudes and latitudes as coordinates of the metric CRS."""
    way = Transformer.from_crs(GEOGRAPHIC_CRS, METRIC_CRS, always_xy=True)
    return np.column_stack(way.transform(lon_lat[:, 0], lon_lat[:, 1]))
