"""Signed distances to areas and lines, in metres, negative inside."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray


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


def distance_matrix(points: gpd.GeoSeries, areas: gpd.GeoSeries) -> NDArray[np.float64]:
    """Signed distance in metres of every point to every area, line or point (columns); missing points give NaN."""
    columns = []
    for area in areas:
        if shapely.get_dimensions(area) == 2:
            columns.append(signed_distance(points, area).to_numpy(float))
        else:
            columns.append(shapely.distance(area, points.to_numpy()))
    return np.column_stack(columns) if columns else np.empty((len(points), 0))
