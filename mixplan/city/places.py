"""Where a point lies: ring, district, ban zone, sector, and its signed distance to each line.

All inputs are in the metric CRS; distances are in metres, negative inside. Functions never change what they are given
and return series with the points' own index.
"""

from datetime import date
from typing import Any

import geopandas as gpd
import pandas as pd

from mixplan.base.files.jsontext import plain
from mixplan.base.i18n import local
from mixplan.city.ban_zones import zones_in_force
from mixplan.city.crs import points_metric
from mixplan.city.distances import distance_matrix, signed_distance
from mixplan.city.districts import district_labels, district_of
from mixplan.city.layers import Layers
from mixplan.city.rings import ring_area, ring_numbers, ring_of
from mixplan.plan.rules import RuleBook


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
        rows.append(near | {column: plain(row[column]) for column in more})
    return sorted(rows, key=lambda r: (r["distance_m"], r["id"]))


def _tenths(metres: float) -> float:
    return round(float(metres), 1) + 0.0  # never -0.0
