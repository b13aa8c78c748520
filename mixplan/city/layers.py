"""The map layers as they are shipped, in the metric CRS."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import geopandas as gpd
import pandas as pd

from mixplan.base.errors import DataError
from mixplan.base.i18n import gettext as _
from mixplan.base.paths import DATA_DIR
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
    try:
        frame = gpd.read_file(path)
    except Exception as error:
        raise DataError(_("读不出图层文件 {file}：{error}").format(file=path.name, error=error)) from None
    if "id" not in frame.columns or frame["id"].isna().any() or frame["id"].duplicated().any():
        raise DataError(_("图层文件 {file} 的每个要素都要有不重复的 id。").format(file=path.name))
    if frame.geometry.isna().any():
        ids = "、".join(frame.loc[frame.geometry.isna(), "id"].astype(str))
        raise DataError(_("图层文件 {file} 中这些要素没有几何：{ids}。").format(file=path.name, ids=ids))
    return frame.to_crs(METRIC_CRS)


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
    return pd.read_csv(path, dtype=str, keep_default_na=False)
