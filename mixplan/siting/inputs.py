"""What a siting run is made from."""

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from mixplan.city.crs import points_metric
from mixplan.city.networks import Network
from mixplan.registers.points import point_frame


@dataclass(frozen=True)
class SitingInputs:
    """Tables that a siting run is made from; all geometry in the metric CRS.

    Attributes
    ----------
    demand : GeoDataFrame
        Index id, ``weight`` (万t/yr).
    existing : GeoDataFrame
        Standing plants, index id, ``capacity`` (万t/yr), see `existing_supply`.
    own : GeoDataFrame
        The planner's own candidate points, index id, ``capacity`` of one line (missing: as in the settings).
    stations : GeoDataFrame or None
        Concrete stations that may deliver wet mortar, index id, ``capacity`` (万m³/yr).
    network : Network or None
        Road network, see `network_files.read_network`.
    """

    demand: gpd.GeoDataFrame
    existing: gpd.GeoDataFrame
    own: gpd.GeoDataFrame
    stations: gpd.GeoDataFrame | None = None
    network: Network | None = None


def no_points() -> gpd.GeoDataFrame:
    """An empty table of points."""
    columns = {"name": pd.Series(dtype=object), "capacity": pd.Series(dtype=float)}
    empty = gpd.GeoDataFrame(columns, geometry=points_metric([], []))
    return empty.rename_axis("id")


def own_points(from_file: gpd.GeoDataFrame | None, by_hand: Mapping[str, tuple[float, float]]) -> gpd.GeoDataFrame:
    """Candidates of the planner's own: those of a file, and those added by hand (longitude and latitude, by id)."""
    parts = [] if from_file is None or from_file.empty else [from_file]
    if by_hand:
        parts.append(point_frame([{"id": key, "lon": lon, "lat": lat} for key, (lon, lat) in by_hand.items()]))
    return gpd.GeoDataFrame(pd.concat(parts), geometry="geometry", crs=parts[0].crs) if parts else no_points()
