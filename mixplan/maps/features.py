"""GeoJSON collections in degrees, as the map script reads them."""

import html
import json
from collections.abc import Callable
from typing import Any

import geopandas as gpd
import shapely

from mixplan.city.crs import GEOGRAPHIC_CRS

Properties = Callable[[dict[str, Any]], dict[str, Any]]


def features_of(frame: gpd.GeoDataFrame, properties: Properties) -> dict[str, Any]:
    """A GeoJSON collection in degrees (five decimals, about a metre) with the properties that the map script reads."""
    located = frame[frame.geometry.notna()]
    degrees = located.geometry.to_crs(GEOGRAPHIC_CRS)
    rounded = shapely.transform(degrees.to_numpy(), lambda xy: xy.round(5))
    records = located.drop(columns=located.geometry.name).reset_index().to_dict("records")
    features = [
        {"type": "Feature", "geometry": json.loads(text), "properties": properties(record)}
        for text, record in zip(shapely.to_geojson(rounded), records, strict=True)
    ]
    return {"type": "FeatureCollection", "features": features}


def path_style(pane: str, *, tip: str = "", **style: Any) -> dict[str, Any]:
    return {"pane": pane, "tip": tip, "style": {"pane": pane, **style}}


def text_label(pane: str, text: str, css: str) -> dict[str, Any]:
    return {"pane": pane, "label": html.escape(text), "cls": css, "style": {}}


def tip(*lines: str) -> str:
    """Tooltip text from plain lines, safe against markup in names."""
    return "<br>".join(html.escape(line) for line in lines if line)


def moved_to(frame: gpd.GeoDataFrame, points: gpd.GeoSeries) -> gpd.GeoDataFrame:
    return frame.assign(geometry=points)
