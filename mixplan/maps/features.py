"""GeoJSON collections in degrees, with what each feature looks like and tells."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import geopandas as gpd
import shapely

from mixplan.city.crs import GEOGRAPHIC_CRS
from mixplan.maps.style import WHITE

Properties = Callable[[dict[str, Any]], dict[str, Any]]


def features_of(frame: gpd.GeoDataFrame, properties: Properties) -> dict[str, Any]:
    """A GeoJSON collection in degrees (five decimals, about a metre) with what each feature looks like and tells."""
    located = frame[frame.geometry.notna() & ~frame.geometry.is_empty]
    degrees = located.geometry.to_crs(GEOGRAPHIC_CRS)
    rounded = shapely.transform(degrees.to_numpy(), lambda xy: xy.round(5))
    records = located.drop(columns=located.geometry.name).reset_index().to_dict("records")
    features = [
        {"type": "Feature", "geometry": json.loads(text), "properties": properties(record)}
        for text, record in zip(shapely.to_geojson(rounded), records, strict=True)
    ]
    return {"type": "FeatureCollection", "features": features}


def path_style(pane: str, *, tip: Sequence[str] = (), **style: Any) -> dict[str, Any]:
    """Properties of a line or an area: its pane, its tooltip, and Leaflet's path options."""
    return {"pane": pane, "tip": tip, "style": style}


def mark(
    pane: str, shape: str, radius: float, style: dict[str, Any], *, id: object = None, tip: Sequence[str] = ()
) -> dict[str, Any]:
    """Properties of a mark; one with an ``id`` can be picked."""
    picked = {} if id is None else {"id": str(id)}
    return {**picked, "pane": pane, "tip": tip, "shape": shape, "radius": radius, "style": style}


def mark_style(
    colour: str, *, hollow: bool = False, edge: str = WHITE, broken: bool = False, weight: float = 1.2
) -> dict[str, Any]:
    """How a station is painted: filled with its colour, or hollow; a broken outline means doubt."""
    return {
        "color": colour if hollow else edge,
        "weight": 2.2 if hollow or broken else weight,
        "dashArray": "4 3" if broken else None,
        "lineCap": "butt",
        "fillColor": WHITE if hollow else colour,
        "fillOpacity": 0.65 if hollow else 0.95,
        "opacity": 1,
    }


def text_label(pane: str, text: str, css: str) -> dict[str, Any]:
    """Properties of a name on the map; ``css`` is its class in ``map.css``."""
    return {"pane": pane, "label": text, "cls": css, "style": {}}


def tip(*lines: str) -> list[str]:
    """The lines of a tooltip that say something, as plain text."""
    return [line for line in lines if line]


def moved_to(frame: gpd.GeoDataFrame, points: gpd.GeoSeries) -> gpd.GeoDataFrame:
    """The same rows at other places, such as where their names stand."""
    return frame.assign(geometry=points)
