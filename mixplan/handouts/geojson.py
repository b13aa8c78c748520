"""Layers as GeoJSON in degrees."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

from mixplan.base.files.jsontext import json_text, records
from mixplan.city.crs import GEOGRAPHIC_CRS

if TYPE_CHECKING:  # it loads the database, which a command has no need of
    from mixplan.projects.origin import Origin


def geojson(frame: gpd.GeoDataFrame, *, warnings: Sequence[str] | None = None, origin: Origin | None = None) -> str:
    """A layer as GeoJSON text in WGS-84 degrees; a row without geometry keeps ``null``.

    ``warnings`` and ``origin``, the project it was made from, become members of their own beside the features.
    """
    degrees = frame.to_crs(GEOGRAPHIC_CRS)
    features = []
    shapes = json.loads(degrees.geometry.to_json())["features"]
    for row, shape in zip(records(pd.DataFrame(degrees.drop(columns=degrees.geometry.name))), shapes, strict=True):
        features.append({"type": "Feature", "properties": row, "geometry": shape["geometry"]})
    document: dict[str, Any] = {"type": "FeatureCollection", "features": features}
    if warnings is not None:
        document["warnings"] = list(warnings)
    if origin is not None:
        document["project"] = origin.record()
    return json_text(document, indent=None)
