"""Ring roads: which one a point lies in, how exact each stretch is, and their names."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from mixplan.base.i18n import gettext as _
from mixplan.city.distances import signed_distance


def ring_area(rings: gpd.GeoDataFrame, ring: int) -> shapely.Geometry:
    """Area inside one ring road."""
    return rings.loc[(rings["ring"] == ring) & (rings["feature"] == "area"), "geometry"].iloc[0]


def ring_numbers(rings: gpd.GeoDataFrame) -> list[int]:
    """Ring roads on the map, innermost first."""
    return sorted(int(n) for n in rings.loc[rings["feature"] == "area", "ring"])


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


OUTSIDE_RINGS = 0  # stands for "outside the Sixth Ring" where rings are chosen or counted


def ring_number(points: gpd.GeoSeries, rings: gpd.GeoDataFrame) -> pd.Series:
    """The ring by which each point is listed and counted: `OUTSIDE_RINGS` outside all, ``<NA>`` without location."""
    ring = ring_of(points, rings)
    return ring.mask(points.notna() & ring.isna(), OUTSIDE_RINGS)


def ring_label(ring: object) -> str:
    """Where a plant lies among the ring roads, in words."""
    if pd.isna(ring):  # type: ignore[call-overload]
        return _("未定位")
    names = {
        2: _("二环内"),
        3: _("二至三环"),
        4: _("三至四环"),
        5: _("四至五环"),
        6: _("五至六环"),
        OUTSIDE_RINGS: _("六环外"),
    }
    return names[int(ring)]  # type: ignore[call-overload]
