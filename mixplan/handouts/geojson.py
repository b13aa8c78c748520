"""Tables and layers as JSON-ready records and GeoJSON in degrees."""

import json
from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import pandas as pd

from mixplan.base.files.sheets import is_missing
from mixplan.city.crs import GEOGRAPHIC_CRS


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """A table as plain JSON records: missing values are ``null``, numbers are numbers."""
    parsed: list[dict[str, Any]] = [
        {str(k): (None if is_missing(v) else v.item() if hasattr(v, "item") else v) for k, v in row.items()}
        for row in table.to_dict("records")
    ]
    return parsed


def geojson(frame: gpd.GeoDataFrame, *, warnings: Sequence[str] | None = None) -> str:
    """A layer as GeoJSON text in WGS-84 degrees; a row without geometry keeps ``null``.

    ``warnings`` become a member of their own beside the features.
    """
    degrees = frame.to_crs(GEOGRAPHIC_CRS)
    features = []
    shapes = json.loads(degrees.geometry.to_json())["features"]
    for row, shape in zip(records(pd.DataFrame(degrees.drop(columns=degrees.geometry.name))), shapes, strict=True):
        features.append({"type": "Feature", "properties": row, "geometry": shape["geometry"]})
    document: dict[str, Any] = {"type": "FeatureCollection", "features": features}
    if warnings is not None:
        document["warnings"] = list(warnings)
    return json.dumps(document, ensure_ascii=False)
