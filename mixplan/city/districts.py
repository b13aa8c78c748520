"""Districts: which one a point lies in, which one a plant belongs to, and their names as of a day."""

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from mixplan.base.i18n import local
from mixplan.city.district_names import district_ids
from mixplan.plan.rules import RuleBook


def district_of(points: gpd.GeoSeries, districts: gpd.GeoDataFrame) -> pd.Series:
    """Id of the district that each point lies in, ``<NA>`` outside Beijing; on a common border the first by id."""
    found = np.full(len(points), pd.NA, dtype="object")
    geometry = points.to_numpy()
    for row in districts.sort_values("id", ascending=False).itertuples():
        shapely.prepare(row.geometry)
        found[shapely.intersects(row.geometry, geometry)] = row.id
    return pd.Series(found, index=points.index, dtype="object", name="district_id")


def stated_district(plants: gpd.GeoDataFrame, districts: gpd.GeoDataFrame) -> pd.Series:
    """Id of each plant's district: the one that the register states, or else the one that the plant lies in."""
    stated = district_ids(plants["district"], districts)
    return stated.where(stated.notna(), district_of(plants.geometry, districts))


def district_names(districts: gpd.GeoDataFrame, on: date, book: RuleBook) -> pd.Series:
    """Chinese names of the districts as they were on a day (密云 and 延庆 were counties), by id."""
    column = "name_until_2015" if on < book.counties_until else "name"
    names: pd.Series = districts.set_index("id")[column]
    return names.rename("district")


def district_labels(districts: gpd.GeoDataFrame, on: date, book: RuleBook) -> dict[str, str]:
    """Names of the districts as of a day in the language in force, by id."""
    chinese, english = district_names(districts, on, book), districts.set_index("id")["name_en"]
    return {str(key): local({"name": chinese[key], "name_en": english[key]}) for key in chinese.index}
