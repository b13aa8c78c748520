"""Layers as GeoJSON in degrees."""

import json
from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import pandas as pd

from mixplan.base.files.jsontext import json_text, records
from mixplan.city.crs import GEOGRAPHIC_CRS


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
    return json_text(document, indent=None)
