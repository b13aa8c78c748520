"""Ring roads: which one a point lies in, how exact each stretch is, and their names."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import local
from mixplan.city.distances import signed_distance
from mixplan.plan.city import load_city


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


OUTSIDE_RINGS = 0  # stands for "outside all ring roads" where rings are chosen or counted


def ring_number(points: gpd.GeoSeries, rings: gpd.GeoDataFrame) -> pd.Series:
    """The ring by which each point is listed and counted: `OUTSIDE_RINGS` outside all, ``<NA>`` without location."""
    ring = ring_of(points, rings)
    return ring.mask(points.notna() & ring.isna(), OUTSIDE_RINGS)


def within_ring(ring: pd.Series, number: int) -> pd.Series:
    """Which places of `ring_number` lie inside a ring road; one without location does not."""
    return ((ring != OUTSIDE_RINGS) & (ring <= number)).fillna(False).astype(bool)


def ring_places() -> list[int]:
    """Places among the ring roads in the order in which they are listed: inside out, then outside of all."""
    return [ring.number for ring in load_city().ring]


def ring_label(ring: object) -> str:
    """Where a plant lies among the ring roads, in words."""
    if pd.isna(ring):  # type: ignore[call-overload]
        return _("未定位")
    return local(next(row for row in load_city().ring if row.number == ring), "place")
