"""Site-mixing-ban zones as of a day."""

from datetime import date

import geopandas as gpd
import pandas as pd


def zones_in_force(ban_zones: gpd.GeoDataFrame, on: date) -> gpd.GeoDataFrame:
    """Site-mixing-ban zones announced by a day."""
    since = pd.to_datetime(ban_zones["since"])
    return ban_zones.loc[since <= pd.Timestamp(on)]


def announced_years(ban_zones: gpd.GeoDataFrame) -> list[int]:
    """The years in which zones were announced, the earliest first."""
    return sorted({int(year) for year in pd.to_datetime(ban_zones["since"]).dt.year})
