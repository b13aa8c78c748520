"""The two coordinate systems of the house, and the ways between them."""

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import ArrayLike

from mixplan.base.arrays import Floats

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


def place_degrees(geometry: shapely.Geometry) -> tuple[float, float]:
    """Latitude and longitude of a metric geometry's middle, as the map asks for them."""
    place = gpd.GeoSeries([shapely.centroid(geometry)], crs=METRIC_CRS).to_crs(GEOGRAPHIC_CRS).iloc[0]
    return round(place.y, 5), round(place.x, 5)
