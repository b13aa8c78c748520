"""Site-mixing-ban zones as of a day."""

from datetime import date

import geopandas as gpd
import pandas as pd


def zones_in_force(ban_zones: gpd.GeoDataFrame, on: date) -> gpd.GeoDataFrame:
    """Site-mixing-ban zones announced by a day."""
    since = pd.to_datetime(ban_zones["since"])
    return ban_zones.loc[since <= pd.Timestamp(on)]
