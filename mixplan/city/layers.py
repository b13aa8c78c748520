"""The map layers as they are shipped, in the metric CRS."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from mixplan.base.errors import DataError
from mixplan.base.files.cells import read_text_table
from mixplan.base.files.reading import read_features
from mixplan.base.i18n import gettext as _
from mixplan.base.paths import DATA_DIR
from mixplan.base.problems import listed
from mixplan.city.crs import METRIC_CRS


@dataclass(frozen=True)
class Layers:
    """All map layers, in the metric CRS, read-only."""

    rings: gpd.GeoDataFrame
    ban_zones: gpd.GeoDataFrame
    sensitive_areas: gpd.GeoDataFrame
    districts: gpd.GeoDataFrame
    water: gpd.GeoDataFrame
    towns: gpd.GeoDataFrame
    interchanges: gpd.GeoDataFrame


def read_layer(path: Path) -> gpd.GeoDataFrame:
    """One GeoJSON layer in the metric CRS.

    Raises
    ------
    DataError
        Where the file is missing, is no GeoJSON or has a feature without geometry or id.
    """
    frame = read_features(path)
    if "id" not in frame.columns or frame["id"].isna().any() or frame["id"].duplicated().any():
        raise DataError(_("图层文件 {file} 的每个要素都要有不重复的 id。").format(file=path.name))
    if frame.geometry.isna().any():
        ids = listed(frame.loc[frame.geometry.isna(), "id"])
        raise DataError(_("图层文件 {file} 中这些要素没有几何：{ids}。").format(file=path.name, ids=ids))
    west, south, east, north = frame.total_bounds
    if frame.geometry.is_empty.any() or not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise DataError(_("图层文件 {file} 的几何不能是空的，坐标应为 WGS-84 经纬度。").format(file=path.name))
    frame.geometry = shapely.force_2d(frame.geometry)  # heights, which most GIS programs write along, are not needed
    metric: gpd.GeoDataFrame = frame.to_crs(METRIC_CRS)
    return metric


@cache
def load_layers(directory: Path = DATA_DIR / "geo") -> Layers:
    """All map layers."""
    return Layers(
        **{
            field: read_layer(directory / f"{name}.geojson")
            for field, name in {
                "rings": "ring_roads",
                "ban_zones": "ban_zones",
                "sensitive_areas": "sensitive_areas",
                "districts": "districts",
                "water": "water",
                "towns": "towns",
                "interchanges": "interchanges",
            }.items()
        }
    )


@cache
def load_unmapped_areas(path: Path = DATA_DIR / "sensitive_areas_unmapped.csv") -> pd.DataFrame:
    """Sensitive areas that are known by name but have no usable extent: listed, never drawn."""
    return read_text_table(path)
