"""What lies beneath: land, districts, water, roads, zones, sensitive areas."""

from datetime import date
from typing import Any

import geopandas as gpd
import pandas as pd

from mixplan.base.i18n import get_language, local
from mixplan.base.i18n import gettext as _
from mixplan.city import ban_zones, districts
from mixplan.city.crs import GEOGRAPHIC_CRS, METRIC_CRS
from mixplan.city.layers import Layers
from mixplan.city.search import latin
from mixplan.maps.features import features_of, mark, moved_to, path_style, text_label, tip
from mixplan.maps.style import (
    AMBER,
    APPROXIMATE_DASH,
    DISTRICT_COLOUR,
    INK,
    LAND_COLOUR,
    RING_COLOUR,
    SENSITIVE_COLOUR,
    SHORE_COLOUR,
    WATER_COLOUR,
    ZONE_LINE_COLOUR,
)
from mixplan.plan.city import load_city
from mixplan.plan.rules import RuleBook
from mixplan.plan.words import sensitive_kind_label


def land_layer(layers: Layers) -> list[dict[str, Any]]:
    """The city's area as plain ground."""
    return [
        features_of(
            layers.districts,
            lambda row: path_style("land", stroke=False, fillColor=LAND_COLOUR, fillOpacity=1, interactive=False),
        )
    ]


def district_layer(layers: Layers, on: date, book: RuleBook) -> list[dict[str, Any]]:
    """Borders of the districts, with their names as of a day."""
    names = districts.district_labels(layers.districts, on, book)
    outline = features_of(
        layers.districts,
        lambda row: path_style("lines", color=DISTRICT_COLOUR, weight=1, fill=False, interactive=False),
    )
    places = gpd.GeoSeries.from_xy(layers.districts["label_lon"], layers.districts["label_lat"], crs=GEOGRAPHIC_CRS)
    places = places.to_crs(layers.districts.crs).set_axis(layers.districts.index)
    labels = features_of(
        moved_to(layers.districts, places),
        lambda row: text_label(
            "labels" if row["area_km2"] > load_city().small_district_km2 else "details", names[row["id"]], "district"
        ),
    )
    return [outline, labels]


def _spelt(row: dict[str, Any]) -> str:
    """Name of a place that the data name in Chinese only: in English as it is spelt there."""
    return latin(row["name"]) if get_language() == "en" else str(row["name"])


def water_layer(layers: Layers) -> list[dict[str, Any]]:
    """Reservoirs, lakes and rivers, the large lakes with their names."""
    water = layers.water
    shapes = features_of(
        water,
        lambda row: path_style(
            "water",
            color=SHORE_COLOUR,
            weight=1.2 if row["kind"] == "river" else 0.5,
            fill=row["kind"] == "lake",
            fillColor=WATER_COLOUR,
            fillOpacity=1,
            interactive=False,
        ),
    )
    named = water[(water["kind"] == "lake") & water["name"].notna() & (water.geometry.area > 3e6)]
    labels = features_of(
        moved_to(named, named.representative_point()), lambda row: text_label("details", _spelt(row), "water")
    )
    return [shapes, labels]


def ring_layer(layers: Layers) -> list[dict[str, Any]]:
    """Ring roads 2 to 6; sections of low confidence are dashed; names stand on the line."""
    lines = layers.rings[layers.rings["feature"] == "centreline"]

    def style(row: dict[str, Any]) -> dict[str, Any]:
        text = tip(local(row), _("线位精度约 {accuracy:.0f} m").format(accuracy=row["accuracy_m"]))
        dash = APPROXIMATE_DASH if row["low_confidence"] else None
        return path_style(
            "roads", tip=text, color=RING_COLOUR, weight=1.6 + 0.25 * (row["ring"] - 2), opacity=0.85, dashArray=dash
        )

    def name(row: dict[str, Any]) -> dict[str, Any]:
        return text_label("labels" if row["ring"] > 4 else "details", local(row), "ring")

    areas = layers.rings[layers.rings["feature"] == "area"]
    labels = []
    for half in (0.0, 0.5):  # two names a ring, on opposite sides, each ring's a little further round than the last
        turns = (half + 0.05 * areas["ring"]) % 1
        points = areas.geometry.exterior.interpolate(turns.to_numpy(), normalized=True)
        labels.append(features_of(moved_to(areas, points), name))
    return [features_of(lines, style), *labels]


def town_layer(layers: Layers) -> list[dict[str, Any]]:
    """Towns and streets, named when zoomed in."""
    dot = {"color": "#777", "weight": 1, "fillColor": "#777"}
    dots = features_of(layers.towns, lambda row: mark("towns", "circle", 2, dot))
    return [dots, features_of(layers.towns, lambda row: text_label("towns", local(row), "town"))]


def interchange_layer(layers: Layers) -> list[dict[str, Any]]:
    """Interchanges of the ring roads, named when zoomed in."""
    return [features_of(layers.interchanges, lambda row: text_label("interchanges", _spelt(row), "interchange"))]


def ban_zone_layer(layers: Layers, on: date) -> list[dict[str, Any]]:
    """Site-mixing-ban zones announced by a day, dashed where the boundary is approximate."""

    def style(row: dict[str, Any]) -> dict[str, Any]:
        approximate = bool(row["approximate"])
        text = tip(
            local(row),
            _("{year} 年起禁止现场搅拌砂浆").format(year=str(row["since"])[:4]),
            _("近似边界，精度约 {accuracy:.0f} m").format(accuracy=row["accuracy_m"]) if approximate else "",
        )
        earlier = row["kind"] == "fourth_ring"
        return path_style(
            "zones",
            tip=text,
            color=ZONE_LINE_COLOUR,
            weight=1.5,
            fillColor=AMBER,
            fillOpacity=0.22 if earlier else 0.13,
            dashArray=APPROXIMATE_DASH if approximate else None,
        )

    # The earliest zone on top: its ground has been under the ban for longest, and exactly so.
    shown = ban_zones.zones_in_force(layers.ban_zones, on).sort_values("since", ascending=False, kind="stable")
    return [features_of(shown, style)]


def sensitive_layer(layers: Layers) -> list[dict[str, Any]]:
    """Environmentally sensitive areas; approximate extents are dashed, places of unknown extent are small rings."""

    def style(row: dict[str, Any]) -> dict[str, Any]:
        approximate = bool(row["approximate"])
        text = tip(
            f"{local(row)} · {sensitive_kind_label(row['kind'])}",
            _("范围为近似，精度约 {accuracy:.0f} m").format(accuracy=row["accuracy_m"]) if approximate else "",
            _("只知位置，范围未知") if row["basis"] == "point" else "",
        )
        drawn = path_style(
            "areas",
            tip=text,
            color=SENSITIVE_COLOUR,
            weight=1.4,
            fillColor=SENSITIVE_COLOUR,
            fillOpacity=0.2,
            fill=row["basis"] != "line",
            dashArray=APPROXIMATE_DASH if approximate else None,
        )
        if row["basis"] == "point":
            drawn |= {"shape": "circle", "radius": 5}
        return drawn

    return [features_of(layers.sensitive_areas, style)]


def place_layer(places: pd.DataFrame) -> list[dict[str, Any]]:
    """A found place: a cross of its own and its name; nothing for a district, whose name is on the map already."""
    spots = gpd.GeoDataFrame(places, geometry="geometry", crs=METRIC_CRS)
    spots = spots[spots.geom_type == "Point"]
    outline = {"color": INK, "weight": 2, "fill": False, "interactive": False}
    ring = features_of(spots, lambda row: mark("chosen", "square", 7, outline))
    return [ring, features_of(spots, lambda row: text_label("labels", str(row["name"]), "chosen"))]
