"""What lies beneath a printed map."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import numpy as np
import shapely
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.path import Path

from mixplan.base.i18n import local
from mixplan.city import ban_zones, districts
from mixplan.city.crs import points_metric
from mixplan.city.layers import Layers
from mixplan.maps import style as maps_style
from mixplan.maps.paper.marks import draw_marks
from mixplan.maps.paper.view import BENEATH, DASH, View
from mixplan.plan.city import load_city
from mixplan.plan.rules import RuleBook


def _outline(geometry: shapely.Geometry) -> Path:
    """A polygon or line with all its parts and holes as one path."""
    parts = shapely.get_parts(geometry)
    rings = np.concatenate(
        [shapely.get_rings(parts[shapely.get_type_id(parts) == 3]), parts[shapely.get_type_id(parts) == 1]]
    )
    paths = [Path(shapely.get_coordinates(ring), closed=bool(ring.is_closed)) for ring in rings]
    return Path.make_compound_path(*paths) if paths else Path(np.empty((0, 2)))


def draw_areas(view: View, geometries: Iterable[shapely.Geometry], **style: Any) -> None:
    """Areas in one style, with their holes."""
    paths = [_outline(geometry) for geometry in geometries if not geometry.is_empty]
    if paths:
        view.axes.add_collection(PathCollection(paths, **style), autolim=False)


def draw_lines(view: View, geometries: Iterable[shapely.Geometry], **style: Any) -> None:
    """Lines in one style."""
    parts = shapely.get_parts(np.array(list(geometries), dtype=object))
    if len(parts):
        segments = [shapely.get_coordinates(part) for part in parts]
        view.axes.add_collection(LineCollection(segments, **style), autolim=False)


def draw_ground(view: View, layers: Layers, on: date, book: RuleBook) -> None:
    """Land, water, district borders and their names."""
    s = view.scale
    draw_areas(view, layers.districts.geometry, facecolor=maps_style.LAND_COLOUR, edgecolor="none", zorder=1)
    water = layers.water
    draw_areas(
        view,
        water.geometry[water["kind"] == "lake"],
        facecolor=maps_style.WATER_COLOUR,
        edgecolor=maps_style.SHORE_COLOUR,
        linewidth=0.3 * s,
        zorder=2,
    )
    draw_lines(
        view, water.geometry[water["kind"] == "river"], colors=maps_style.SHORE_COLOUR, linewidths=0.7 * s, zorder=2
    )
    draw_areas(
        view,
        layers.districts.geometry,
        facecolor="none",
        edgecolor=maps_style.DISTRICT_COLOUR,
        linewidth=0.6 * s,
        zorder=4,
    )
    names = districts.district_labels(layers.districts, on, book)
    places = points_metric(layers.districts["label_lon"], layers.districts["label_lat"])
    for row, place in zip(layers.districts.to_dict("records"), places, strict=True):
        small = row["area_km2"] <= load_city().small_district_km2
        if small and not view.detail:
            continue
        name = names[row["id"]]
        size = 8.5 if view.detail else 9
        view.label(
            place.x,
            place.y,
            name,
            size=size,
            colour=maps_style.DISTRICT_NAME_COLOUR,
            priority=BENEATH,
            within=row["geometry"],
        )


def draw_rings(view: View, layers: Layers) -> None:
    """Ring roads, dashed where the line is of low confidence, with their names on the line."""
    lines = layers.rings[layers.rings["feature"] == "centreline"]
    for row in lines.itertuples():
        width = (0.9 + 0.15 * (row.ring - 2)) * view.scale * (1.25 if view.detail else 1.0)
        style = DASH if row.low_confidence else "solid"
        draw_lines(view, [row.geometry], colors=maps_style.RING_COLOUR, linewidths=width, linestyles=[style], zorder=5)
    for row in layers.rings[layers.rings["feature"] == "area"].itertuples():
        if not view.detail and row.ring < load_city().centre_ring:
            continue
        name = local({"name": row.name, "name_en": row.name_en})
        for half in (0.0, 0.5):
            place = row.geometry.exterior.interpolate((half + 0.05 * row.ring) % 1, normalized=True)
            view.label(place.x, place.y, name, size=7, colour=maps_style.FRAME_COLOUR, priority=30, boxed=True)


def draw_ban_zones(view: View, layers: Layers, on: date, *, fill: bool) -> None:
    """Ban zones announced by a day, dashed where the boundary is approximate."""
    for row in ban_zones.zones_in_force(layers.ban_zones, on).itertuples():
        alpha = 0.34 if row.kind == "fourth_ring" else 0.2
        if fill:
            draw_areas(view, [row.geometry], facecolor=maps_style.AMBER, edgecolor="none", alpha=alpha, zorder=2.5)
        draw_areas(
            view,
            [row.geometry],
            facecolor="none",
            edgecolor=maps_style.ZONE_LINE_COLOUR,
            linewidth=1.1 * view.scale,
            linestyle=DASH if row.approximate else "solid",
            zorder=6,
        )


def draw_sensitive(view: View, layers: Layers) -> None:
    """Environmentally sensitive areas, dashed where approximate, small rings where only a place is known."""
    areas = layers.sensitive_areas
    for row in areas[areas["basis"] != "point"].itertuples():
        dash = DASH if row.approximate else "solid"
        if row.basis == "line":
            draw_lines(
                view,
                [row.geometry],
                colors=maps_style.SENSITIVE_COLOUR,
                linewidths=1.0 * view.scale,
                linestyles=[dash],
                zorder=3,
            )
            continue
        draw_areas(view, [row.geometry], facecolor=maps_style.SENSITIVE_COLOUR, edgecolor="none", alpha=0.16, zorder=3)
        draw_areas(
            view,
            [row.geometry],
            facecolor="none",
            edgecolor=maps_style.SENSITIVE_COLOUR,
            linewidth=0.8 * view.scale,
            linestyle=dash,
            zorder=3,
        )
    points = areas.geometry[areas["basis"] == "point"]
    ring = maps_style.mark_symbol("circle", maps_style.SENSITIVE_COLOUR, hollow=True)
    draw_marks(view, points, ring, size=4, order=3.2)
