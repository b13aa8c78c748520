"""A consolidation plan on the map."""

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import pandas as pd

from mixplan.maps.features import features_of, mark, mark_style, path_style, text_label, tip
from mixplan.maps.style import ACTION_COLOUR, NEW_LINE_COLOUR, THIN_COLOUR, THIN_EDGE, kind_shape
from mixplan.plan.actions import STOPS
from mixplan.plan.words import action_label


def with_actions(plants: gpd.GeoDataFrame, decisions: pd.DataFrame) -> gpd.GeoDataFrame:
    """Stations with the ``action`` that a plan (index plant id) gives them; what it does not name is retained."""
    return plants.assign(action=decisions["action"].reindex(plants.index).astype(object).fillna("retain"))


def action_layer(
    stations: gpd.GeoDataFrame, lines: Mapping[str, tuple[str, ...]] | None = None
) -> list[dict[str, Any]]:
    """Stations by what becomes of them; one that stops is small and hollow.

    Parameters
    ----------
    stations : GeoDataFrame
        Columns ``action`` and ``kind``; index plant id.
    lines : mapping, optional
        Tooltip lines of each station; by default its name and action.
    """
    key = stations.index.name or "index"

    def drawn(row: dict[str, Any]) -> dict[str, Any]:
        stops = row["action"] in STOPS
        told = lines[str(row[key])] if lines is not None else (str(row["name"]), action_label(row["action"]))
        style = mark_style(ACTION_COLOUR[row["action"]], hollow=stops)
        shape, radius = kind_shape(row["kind"]), 4.5 if stops else 6.5
        return mark("plants", shape, radius, style, id=row[key], tip=tip(*told))

    return [features_of(stations, drawn)]


def link_layer(links: gpd.GeoDataFrame, colour: str = ACTION_COLOUR["merge"]) -> list[dict[str, Any]]:
    """Lines from stations that stop to those that take over, as wide as ``weight``, with ``tip``."""
    return [
        features_of(
            links, lambda row: path_style("flows", tip=row["tip"], color=colour, weight=row["weight"], opacity=0.75)
        )
    ]


def thin_layer(points: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """Demand points that few stations reach, as diamonds; ``tip`` says how many."""
    style = {"color": THIN_EDGE, "weight": 2, "fillColor": THIN_COLOUR, "fillOpacity": 0.7}
    return [features_of(points, lambda row: mark("chosen", "diamond", 6, style, tip=row["tip"]))]


def line_site_layer(sites: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """New mortar lines as numbered stars; ``label`` and ``tip`` are given."""
    style = mark_style(NEW_LINE_COLOUR)
    stars = features_of(sites, lambda row: mark("chosen", "star", 10, style, tip=row["tip"]))
    return [stars, features_of(sites, lambda row: text_label("labels", row["label"], "number"))]
