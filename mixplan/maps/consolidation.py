"""A consolidation plan on the map."""

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import pandas as pd

from mixplan.maps.features import features_of, path_style, text_label, tip
from mixplan.maps.style import ACTION_COLOUR, AMBER, PURPLE, kind_shape
from mixplan.plan.words import action_label


def decision_layer(plants: gpd.GeoDataFrame, decisions: pd.DataFrame) -> list[dict[str, Any]]:
    """Stations coloured by what a consolidation plan does with them; those that leave are small and hollow.

    Parameters
    ----------
    decisions : DataFrame
        Index plant id, column ``action``; stations that the plan does not name are kept.
    """
    action = decisions["action"].reindex(plants.index).fillna("retain")

    def mark(row: dict[str, Any]) -> dict[str, Any]:
        gone = row["action"] in ("close", "merge", "relocate")
        colour = ACTION_COLOUR[row["action"]]
        return {
            "id": row["id"],
            "pane": "plants",
            "tip": tip(str(row["name"]), action_label(row["action"])),
            "shape": kind_shape(row["kind"]),
            "radius": 4.5 if gone else 6,
            "style": {
                "color": colour if gone else "#ffffff",
                "weight": 2 if gone else 1.2,
                "fillColor": "#ffffff" if gone else colour,
                "fillOpacity": 0.4 if gone else 0.95,
                "opacity": 1,
            },
        }

    return [features_of(plants.assign(action=action), mark)]


def action_layer(stations: gpd.GeoDataFrame, lines: Mapping[str, tuple[str, ...]]) -> list[dict[str, Any]]:
    """Stations by what becomes of them; one that has stopped is hollow.

    Parameters
    ----------
    stations : GeoDataFrame
        Column ``action``; index plant id.
    lines : mapping
        Tooltip lines of each station.
    """

    def mark(row: dict[str, Any]) -> dict[str, Any]:
        colour = ACTION_COLOUR[row["action"]]
        stopped = row["action"] in ("merge", "close")
        return {
            "id": row[stations.index.name or "index"],
            "pane": "plants",
            "tip": tip(*lines[str(row[stations.index.name or "index"])]),
            "shape": kind_shape("concrete"),
            "radius": 4.5 if stopped else 6.5,
            "style": {
                "color": colour if stopped else "#ffffff",
                "weight": 2 if stopped else 1.2,
                "fillColor": "#ffffff" if stopped else colour,
                "fillOpacity": 0.6 if stopped else 0.95,
                "opacity": 1,
            },
        }

    return [features_of(stations, mark)]


def link_layer(links: gpd.GeoDataFrame, colour: str = PURPLE) -> list[dict[str, Any]]:
    """Lines from stations that stop to those that take over, as wide as ``weight``, with ``tip``."""
    return [
        features_of(
            links, lambda row: path_style("flows", tip=row["tip"], color=colour, weight=row["weight"], opacity=0.75)
        )
    ]


def thin_layer(points: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """Demand points that few stations reach, as rings; ``tip`` says how many."""
    return [
        features_of(
            points,
            lambda row: {
                "pane": "chosen",
                "tip": row["tip"],
                "shape": "diamond",
                "radius": 6,
                "style": {"color": "#8a5a00", "weight": 2, "fillColor": AMBER, "fillOpacity": 0.7},
            },
        )
    ]


def line_site_layer(sites: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """New mortar lines as numbered stars; ``label`` and ``tip`` are given."""
    stars = features_of(
        sites,
        lambda row: {
            "pane": "chosen",
            "tip": row["tip"],
            "shape": "star",
            "radius": 8,
            "style": {"color": "#ffffff", "weight": 1, "fillColor": "#7B3F6B", "fillOpacity": 1},
        },
    )
    return [stars, features_of(sites, lambda row: text_label("labels", row["label"], "chosen"))]
