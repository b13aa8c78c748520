"""Maps on paper and slides: the web map's layers and style table, drawn with matplotlib in EPSG:4548.

Every function takes frames or results, never pages, and returns a `StaticMap` that gives PNG or SVG bytes; the same
input gives the same bytes. Text is set in Noto Sans SC, which a package brings along, so no system font is needed.
"""

import io
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import resources
from threading import RLock
from typing import Any

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import pandas as pd
import shapely
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, get_font
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Polygon, Rectangle
from matplotlib.path import Path
from matplotlib.patheffects import withStroke

from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import local
from mixplan.city import ban_zones, districts
from mixplan.city import rings as city_rings
from mixplan.city.crs import points_metric
from mixplan.city.layers import Layers
from mixplan.coverage import result as coverage_result
from mixplan.coverage import words as coverage_words
from mixplan.maps import style as maps_style
from mixplan.plan import words as plan_words
from mixplan.plan.rules import RuleBook
from mixplan.screening import verdicts
from mixplan.screening.stations import split

A4 = (11.69, 8.27)
MINIMUM_DPI = 200

_MARKER = {"circle": "o", "triangle": "^", "square": "s", "diamond": "D", "star": "*"}
_SIZE = {"circle": 1.0, "triangle": 1.35, "square": 0.9, "diamond": 0.85, "star": 2.6}
_DASH = (0, (4.5, 3.2))
_INK, _QUIET = "#222222", "#6a7076"
_COLUMNS = 5  # of the legend below two maps
_BENEATH = 50  # labels of this priority and beyond lie below the marks
_LOCK = RLock()  # matplotlib's settings are global, and a web server draws in threads
Handle = Any


@cache
def _font_file() -> str:
    return str(resources.files("pylopdf_fonts_zh_cn") / "NotoSansSC-Regular.otf")


def font(size: float) -> FontProperties:
    """The font of every text on a map."""
    return FontProperties(fname=_font_file(), size=size)


@cache
def _known() -> frozenset[int]:
    return frozenset(get_font(_font_file()).get_charmap())


def missing_glyphs(texts: Iterable[str]) -> str:
    """Characters that the font cannot draw; empty when there is no tofu."""
    known = _known()
    return "".join(sorted({c for text in texts for c in text if ord(c) not in known and not c.isspace()}))


@dataclass(frozen=True)
class StaticMap:
    """A drawn map that gives files; every text on it can be listed."""

    figure: Figure
    title: str

    def png(self, dpi: int = MINIMUM_DPI) -> bytes:
        """The map as PNG."""
        return self._bytes("png", dpi)

    def svg(self) -> bytes:
        """The map as SVG; letters are outlines, so the reader needs no Chinese font."""
        return self._bytes("svg", 72)

    def texts(self) -> list[str]:
        """Every text on the map."""
        return [found.get_text() for found in self.figure.findobj(mpl.text.Text) if found.get_text().strip()]

    def _bytes(self, form: str, dpi: int) -> bytes:
        buffer = io.BytesIO()
        metadata = {"Date": None, "Creator": "mixplan"} if form == "svg" else {"Software": "mixplan"}
        with _LOCK, mpl.rc_context({"svg.hashsalt": "mixplan", "svg.fonttype": "path", "path.simplify": True}):
            self.figure.savefig(buffer, format=form, dpi=dpi, metadata=metadata)
        return buffer.getvalue()


# --- geometry and labels ----------------------------------------------------------------------------------------------


def _outline(geometry: shapely.Geometry) -> Path:
    """A polygon or line with all its parts and holes as one path."""
    parts = shapely.get_parts(geometry)
    rings = np.concatenate(
        [shapely.get_rings(parts[shapely.get_type_id(parts) == 3]), parts[shapely.get_type_id(parts) == 1]]
    )
    paths = [Path(shapely.get_coordinates(ring), closed=bool(ring.is_closed)) for ring in rings]
    return Path.make_compound_path(*paths) if paths else Path(np.empty((0, 2)))


def _areas(view: "_View", geometries: Iterable[shapely.Geometry], **style: Any) -> None:
    paths = [_outline(geometry) for geometry in geometries if not geometry.is_empty]
    if paths:
        view.axes.add_collection(PathCollection(paths, **style), autolim=False)


def _lines(view: "_View", geometries: Iterable[shapely.Geometry], **style: Any) -> None:
    parts = shapely.get_parts(np.array(list(geometries), dtype=object))
    if len(parts):
        segments = [shapely.get_coordinates(part) for part in parts]
        view.axes.add_collection(LineCollection(segments, **style), autolim=False)


@dataclass
class _Label:
    x: float
    y: float
    text: str
    size: float
    colour: str
    priority: int
    must: bool = False
    centred: bool = True
    boxed: bool = False
    within: shapely.Geometry | None = None  # the middle of a moved label has to stay in here


@dataclass
class _View:
    """One map picture on the sheet, and the labels that wait for their places."""

    axes: Any
    scale: float  # 1 on an A4 sheet
    detail: bool  # the inset of the city centre
    labels: list[_Label] = field(default_factory=list)
    points: list[tuple[float, float, float]] = field(default_factory=list)  # marks that no label may cover: x, y, pt
    dots: list[tuple[float, float, float]] = field(
        default_factory=list
    )  # marks that district names keep off if they can
    blocked: list[tuple[float, float, float, float]] = field(
        default_factory=list
    )  # scale bar, north arrow, caption and inset, which no label may cover: west, south, east, north
    focus: tuple[float, float, float, float] | None = None  # what the inset shows in detail

    def label(self, x: float, y: float, text: str, *, size: float, colour: str = _INK, **more: Any) -> None:
        if text:
            self.labels.append(_Label(x, y, text, size * self.scale, colour, **more))

    def leaves_to_inset(self, x: float, y: float) -> bool:
        """Whether a place is named in the inset, so that its name would only crowd this view."""
        return self.focus is not None and self.focus[0] < x < self.focus[2] and self.focus[1] < y < self.focus[3]

    def shows(self, x: float, y: float) -> bool:
        west, east = self.axes.get_xlim()
        south, north = self.axes.get_ylim()
        return bool(west < x < east and south < y < north)


def _marks(
    view: _View, xy: np.ndarray[Any, Any], shape: str, *, size: float, colour: str, hollow: bool, edge: str = "#ffffff",
    order: float = 8, keep_clear: bool = False, doubtful: bool = False,
) -> None:  # fmt: skip
    """Marks of one look; hollow ones stand for modelled sites, a broken outline for doubt."""
    if len(xy) == 0:
        return
    size = size * view.scale
    view.axes.scatter(
        xy[:, 0], xy[:, 1], s=(size**2) * _SIZE[shape], marker=_MARKER[shape],
        facecolors=("#ffffffc0" if hollow else colour), edgecolors=(colour if hollow else edge),
        linewidths=(1.3 if doubtful else 1.0 if hollow else 0.6) * view.scale, zorder=order,
        linestyles=[(0, (2.0, 0.7)) if doubtful else "solid"],
    )  # fmt: skip
    (view.points if keep_clear else view.dots).extend((float(x), float(y), size * 1.3) for x, y in xy)


def _place_labels(view: _View) -> None:
    """Set the waiting labels where they cover neither each other nor the marks; what finds no place is left out.

    Labels go in the order of their priority. Each tries its own place, then places round it at growing distances;
    one that must be shown and is moved far gets a thin line to its place.
    """
    axes = view.axes
    canvas = axes.figure.canvas
    renderer = canvas.get_renderer()
    dot = axes.figure.dpi / 72.0
    frame = axes.get_window_extent(renderer)
    taken: list[tuple[float, float, float, float]] = []

    def boxes(points: Iterable[tuple[float, float, float]]) -> list[tuple[float, float, float, float]]:
        found = []
        for x, y, size in points:
            px, py = axes.transData.transform((x, y))
            half = size * dot / 2
            found.append((float(px - half), float(py - half), float(px + half), float(py + half)))
        return found

    marks, dots = boxes(view.points), boxes(view.dots)
    for west, south, east, north in view.blocked:
        corners = axes.transData.transform([(west, south), (east, north)])
        marks.append((float(corners[0, 0]), float(corners[0, 1]), float(corners[1, 0]), float(corners[1, 1])))
    for label in sorted(view.labels, key=lambda found: (found.priority, found.text, found.x)):
        if not view.shows(label.x, label.y):
            continue
        drawn = axes.text(
            label.x, label.y, label.text, fontproperties=font(label.size), color=label.colour, ha="center",
            va="center", zorder=7.3 if label.priority >= _BENEATH else 20,
            path_effects=None if label.boxed else [withStroke(linewidth=2.2 * view.scale, foreground="#ffffffe6")],
            bbox={"boxstyle": "round,pad=0.18", "fc": "#ffffffe0", "ec": "none"} if label.boxed else None,
        )  # fmt: skip
        extent = drawn.get_window_extent(renderer)
        wide, high = extent.width / 2 + 1.5 * dot, extent.height / 2 + 0.8 * dot
        px, py = axes.transData.transform((label.x, label.y))
        tries = list(_offsets(wide, high, dot, centred=label.centred, far=label.must))
        if label.within is not None:
            moved = axes.transData.inverted().transform(np.add(tries, (px, py)))
            keep = shapely.contains_xy(label.within, moved[:, 0], moved[:, 1])
            tries = [offset for offset, inside in zip(tries, keep, strict=True) if inside]
        clear = [*taken, *marks]
        place = _first_free(
            tries, (px, py, wide, high), frame, [*clear, *dots] if label.priority >= _BENEATH else clear
        )
        place = place or _first_free(tries, (px, py, wide, high), frame, clear)
        if place is None:
            drawn.remove()
            continue
        dx, dy = place
        taken.append((px + dx - wide, py + dy - high, px + dx + wide, py + dy + high))
        drawn.set_position(axes.transData.inverted().transform((px + dx, py + dy)))
        if label.must and np.hypot(max(abs(dx) - wide, 0.0), max(abs(dy) - high, 0.0)) > 5 * dot:
            end = np.clip([0.0, 0.0], [dx - wide, dy - high], [dx + wide, dy + high])
            to = axes.transData.inverted().transform((px + end[0], py + end[1]))
            axes.plot([label.x, to[0]], [label.y, to[1]], color=label.colour, lw=0.6 * view.scale, zorder=18)


def _first_free(
    tries: Iterable[tuple[float, float]], label: tuple[float, float, float, float], frame: Any,
    clear: Sequence[tuple[float, float, float, float]],
) -> tuple[float, float] | None:  # fmt: skip
    """First offset at which a label (x, y, half width, half height) is inside the frame and covers nothing."""
    x, y, wide, high = label
    for dx, dy in tries:
        box = (x + dx - wide, y + dy - high, x + dx + wide, y + dy + high)
        inside = box[0] > frame.x0 and box[2] < frame.x1 and box[1] > frame.y0 and box[3] < frame.y1
        if inside and not any(_cross(box, other) for other in clear):
            return dx, dy
    return None


def _offsets(wide: float, high: float, dot: float, *, centred: bool, far: bool) -> Iterable[tuple[float, float]]:
    """Places to try for a label, in pixels from its point: first the nearest."""
    if centred:
        yield 0.0, 0.0
    reaches = (5, 9, 14, 22, 32, 45, 60, 80, 105) if far else (5, 9, 14)
    for step in reaches:
        gap = step * dot
        for ex, ey in ((1, 0), (0, 1), (0, -1), (-1, 0), (1, 1), (1, -1), (-1, 1), (-1, -1)):
            diagonal = 0.7 if ex and ey else 1.0
            yield ex * (wide + gap * diagonal), ey * (high + gap * diagonal)


def _cross(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


# --- ground -----------------------------------------------------------------------------------------------------------


def _ground(view: _View, layers: Layers, on: date, book: RuleBook) -> None:
    """Land, water, district borders and their names."""
    s = view.scale
    _areas(view, layers.districts.geometry, facecolor=maps_style.LAND_COLOUR, edgecolor="none", zorder=1)
    water = layers.water
    _areas(
        view, water.geometry[water["kind"] == "lake"], facecolor=maps_style.WATER_COLOUR, edgecolor="#8fbfdc",
        linewidth=0.3 * s, zorder=2,
    )  # fmt: skip
    _lines(view, water.geometry[water["kind"] == "river"], colors="#8fbfdc", linewidths=0.7 * s, zorder=2)
    _areas(
        view, layers.districts.geometry, facecolor="none", edgecolor=maps_style.DISTRICT_COLOUR, linewidth=0.6 * s, zorder=4
    )
    names = districts.district_labels(layers.districts, on, book)
    places = points_metric(layers.districts["label_lon"], layers.districts["label_lat"])
    for row, place in zip(layers.districts.to_dict("records"), places, strict=True):
        small = row["area_km2"] <= maps_style.SMALL_DISTRICT_KM2
        if small and not view.detail:
            continue
        name = names[row["id"]]
        size = 8.5 if view.detail else 9
        view.label(place.x, place.y, name, size=size, colour=_QUIET, priority=_BENEATH, within=row["geometry"])


def _rings(view: _View, layers: Layers) -> None:
    """Ring roads, dashed where the line is of low confidence, with their names on the line."""
    lines = layers.rings[layers.rings["feature"] == "centreline"]
    for row in lines.itertuples():
        width = (0.9 + 0.15 * (row.ring - 2)) * view.scale * (1.25 if view.detail else 1.0)
        style = _DASH if row.low_confidence else "solid"
        _lines(view, [row.geometry], colors=maps_style.RING_COLOUR, linewidths=width, linestyles=[style], zorder=5)
    for row in layers.rings[layers.rings["feature"] == "area"].itertuples():
        if not view.detail and row.ring < 5:
            continue
        name = local({"name": row.name, "name_en": row.name_en})
        for half in (0.0, 0.5):
            place = row.geometry.exterior.interpolate((half + 0.05 * row.ring) % 1, normalized=True)
            view.label(place.x, place.y, name, size=7, colour="#333333", priority=30, boxed=True)


def _ban_zones(view: _View, layers: Layers, on: date, *, fill: bool) -> None:
    """Ban zones announced by a day, dashed where the boundary is approximate."""
    for row in ban_zones.zones_in_force(layers.ban_zones, on).itertuples():
        alpha = 0.34 if row.kind == "fourth_ring" else 0.2
        if fill:
            _areas(view, [row.geometry], facecolor=maps_style.AMBER, edgecolor="none", alpha=alpha, zorder=2.5)
        _areas(
            view, [row.geometry], facecolor="none", edgecolor=maps_style.ZONE_LINE_COLOUR, linewidth=1.1 * view.scale,
            linestyle=_DASH if row.approximate else "solid", zorder=6,
        )  # fmt: skip


def _sensitive(view: _View, layers: Layers) -> None:
    """Environmentally sensitive areas, dashed where approximate, small rings where only a place is known."""
    areas = layers.sensitive_areas
    for row in areas[areas["basis"] != "point"].itertuples():
        dash = _DASH if row.approximate else "solid"
        if row.basis == "line":
            _lines(view, [row.geometry], colors=maps_style.GREEN, linewidths=1.0 * view.scale, linestyles=[dash], zorder=3)
            continue
        _areas(view, [row.geometry], facecolor=maps_style.GREEN, edgecolor="none", alpha=0.16, zorder=3)
        _areas(
            view, [row.geometry], facecolor="none", edgecolor=maps_style.GREEN, linewidth=0.8 * view.scale, linestyle=dash,
            zorder=3,
        )  # fmt: skip
    points = areas.geometry[areas["basis"] == "point"]
    _marks(view, _xy(points), "circle", size=4, colour=maps_style.GREEN, hollow=True, order=3.2)


def _xy(points: gpd.GeoSeries) -> np.ndarray[Any, Any]:
    found = points[points.notna()]
    return np.column_stack([found.x, found.y]).astype(float).reshape(-1, 2)


# --- the sheet --------------------------------------------------------------------------------------------------------


Draw = Callable[[_View], None]


@dataclass(frozen=True)
class _Panel:
    draw: Draw
    caption: str = ""


def _whole(layers: Layers) -> tuple[float, float, float, float]:
    west, south, east, north = layers.districts.total_bounds
    return west, south, east, north


def _centre(layers: Layers) -> tuple[float, float, float, float]:
    """The city centre: the Fifth Ring and what surrounds it, as a square."""
    west, south, east, north = city_rings.ring_area(layers.rings, 5).bounds
    half = max(east - west, north - south) / 2 + 5600
    x, y = (west + east) / 2, (south + north) / 2
    return x - half, y - half, x + half, y + half


def _axes(
    figure: Figure, box: tuple[float, float, float, float], bounds: tuple[float, float, float, float], scale: float,
    *, detail: bool, margin: float = 0.015,
) -> _View:  # fmt: skip
    """Map axes in a box (inches) that show at least the bounds, undistorted."""
    wide, high = figure.get_size_inches()
    x, y, w, h = box
    axes = figure.add_axes((x / wide, y / high, w / wide, h / high))
    west, south, east, north = bounds
    metres = max((east - west) / w, (north - south) / h) * (1 + 2 * margin)
    middle_x, middle_y = (west + east) / 2, (south + north) / 2
    axes.set_xlim(middle_x - metres * w / 2, middle_x + metres * w / 2)
    axes.set_ylim(middle_y - metres * h / 2, middle_y + metres * h / 2)
    axes.set_facecolor(maps_style.BACKGROUND_COLOUR)
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_color("#9aa0a6")
        spine.set_linewidth(0.8 * scale)
    return _View(axes, scale, detail)


def _scale_bar(view: _View, *, km: float) -> None:
    """A scale bar at the lower left, in two halves, and the north arrow at the upper left."""
    axes, s = view.axes, view.scale
    west, east = axes.get_xlim()
    south, north = axes.get_ylim()
    unit = (east - west) / 100
    x, y = west + 3 * unit, south + 3.2 * unit
    plate = (x - 1.8 * unit, y - 1.4 * unit), km * 1000 + (9 if view.detail else 6) * unit
    high = (7.0 if view.detail else 5.4) * unit
    axes.add_patch(Rectangle(*plate, high, fc="#ffffffcc", ec="none", zorder=18.5))
    view.blocked.append((plate[0][0], plate[0][1], plate[0][0] + plate[1], plate[0][1] + high))
    for part, colour in ((0, "#333333"), (1, "#ffffff")):
        axes.add_patch(
            Rectangle((x + part * km * 500, y), km * 500, 0.9 * unit, fc=colour, ec="#333333", lw=0.7 * s, zorder=19)
        )
    for at in (0.0, km / 2, km):
        text = f"{at:g}" + (" km" if at == km else "")
        axes.text(
            x + at * 1000, y + 1.4 * unit, text, fontproperties=font(7.5 * s), ha="center", va="bottom", color=_INK,
            zorder=19,
        )  # fmt: skip
    if view.detail:
        return
    nx, ny = west + 4.5 * unit, north - 9.5 * unit
    view.blocked.append((nx - 2 * unit, ny, nx + 2 * unit, north))
    left = [(nx, ny + 5 * unit), (nx - 1.6 * unit, ny), (nx, ny + 1.1 * unit)]
    right = [(nx, ny + 5 * unit), (nx + 1.6 * unit, ny), (nx, ny + 1.1 * unit)]
    axes.add_patch(Polygon(left, closed=True, fc="#333333", ec="#333333", lw=0.6 * s, zorder=19))
    axes.add_patch(Polygon(right, closed=True, fc="#ffffff", ec="#333333", lw=0.6 * s, zorder=19))
    axes.text(nx, ny + 5.4 * unit, _("北"), fontproperties=font(9 * s), ha="center", va="bottom", color=_INK, zorder=19)


def _wrapped(text: str, size: float, inches: float) -> str:
    """Text broken into lines that fit a width; Chinese breaks anywhere, English between words."""
    face = get_font(_font_file())
    face.set_size(size, 72)
    lines, line = [], ""
    words = text.split(" ") if all(ord(c) < 0x2E80 for c in text) else list(text)
    gap = " " if len(words) != len(text) else ""
    for word in words:
        longer = f"{line}{gap}{word}" if line else word
        face.set_text(longer, 0.0)
        if line and face.get_width_height()[0] / 64 > inches * 72:
            lines.append(line)
            line = word.lstrip()
        else:
            line = longer
    return "\n".join([*lines, line])


def _sheet(
    layers: Layers, panels: Sequence[_Panel], legend: Sequence[Handle], *, title: str, subtitle: str, source: str,
    size: tuple[float, float],
) -> StaticMap:  # fmt: skip
    """A sheet with title, one map with its inset and legend beside it, or two maps with the legend below."""
    with _LOCK, mpl.rc_context({"font.family": "sans-serif"}):
        figure = Figure(figsize=size, dpi=100, facecolor="white")
        FigureCanvasAgg(figure)
        wide, high = size
        s = min(wide / A4[0], high / A4[1])
        edge, foot = 0.35 * s, 0.55 * s
        text = _wrapped(subtitle, 10 * s, wide - 2 * edge)
        head = (0.78 + 0.18 * len(text.split("\n"))) * s
        figure.text(edge / wide, 1 - 0.28 * s / high, title, fontproperties=font(17 * s), va="top", color=_INK)
        figure.text(edge / wide, 1 - 0.62 * s / high, text, fontproperties=font(10 * s), va="top", color="#444444")
        notice = _("示意图，不作为划界依据") + " · EPSG:4548 · " + _("水系、水源 © OpenStreetMap 贡献者 (ODbL)")
        figure.text(edge / wide, 0.12 * s / high, notice, fontproperties=font(8 * s), va="bottom", color="#444444")
        line = _wrapped(_("来源：{source}").format(source=source), 8 * s, wide - 2 * edge).split("\n")[0]
        figure.text(edge / wide, 0.3 * s / high, line, fontproperties=font(8 * s), va="bottom", color="#444444")
        whole, centre = _whole(layers), _centre(layers)
        views: list[_View] = []
        if len(panels) == 1:
            tall, gap = high - head - foot, 0.18 * s
            # On a slide the legend stands beside the inset, which then is larger; on paper below it.
            slide = wide - 2 * edge > 2.2 * tall
            side = min(tall, wide - 2 * edge - tall - 2 * gap - 3.2 * s) if slide else tall * 0.57
            broad = tall if slide else wide - 2 * edge - side - gap
            left = edge + broad + gap
            larger = s * 1.2 if slide else s
            views.append(_axes(figure, (edge, foot, broad, tall), whole, larger, detail=False))
            views.append(_axes(figure, (left, foot + tall - side, side, side), centre, larger, detail=True))
            _caption(views[1], _("城区放大"))
            room = (left, foot, side, tall - side - 0.12 * s)
            if slide:
                room = (left + side + gap, foot, wide - edge - left - side - gap, tall)
            _legend(figure, legend, room, columns=1, scale=larger)
            draws = [panels[0].draw] * 2
        else:
            strip = (0.16 + 0.2 * -(-len(legend) // _COLUMNS)) * s
            tall = high - head - foot - strip
            broad = (wide - 2 * edge - 0.2 * s * (len(panels) - 1)) / len(panels)
            draws = []
            for n, panel in enumerate(panels):
                x = edge + n * (broad + 0.2 * s)
                views.append(_axes(figure, (x, foot + strip, broad, tall), whole, s * 0.92, detail=False))
                _caption(views[-1], panel.caption, top_right=True)
                small = broad * 0.36
                inset = (x + broad - small - 0.06 * s, foot + strip + 0.06 * s, small, small)
                views.append(_axes(figure, inset, centre, s * 0.8, detail=True))
                views[-1].axes.set_zorder(5)
                draws += [panel.draw] * 2
            _legend(figure, legend, (edge, foot, wide - 2 * edge, strip - 0.08 * s), columns=_COLUMNS, scale=s)
        for n, (view, draw) in enumerate(zip(views, draws, strict=True)):
            view.focus = None if view.detail else centre
            draw(view)
            _scale_bar(view, km=10 if view.detail else 40)
            if not view.detail:
                west, south, east, north = centre
                view.axes.add_patch(
                    Rectangle((west, south), east - west, north - south, fc="none", ec="#333333", lw=0.7 * s, zorder=7)
                )
                if len(panels) > 1:  # the inset lies on the map: keep labels off it
                    _keep_off(view, views[n + 1].axes)
            _place_labels(view)
        return StaticMap(figure, title)


def _keep_off(view: _View, artist: Any) -> None:
    """Keep labels off an artist that lies on the map."""
    box = artist.get_window_extent(view.axes.figure.canvas.get_renderer())
    west, south, east, north = view.axes.transData.inverted().transform([(box.x0, box.y0), (box.x1, box.y1)]).ravel()
    view.blocked.append((float(west), float(south), float(east), float(north)))


def _caption(view: _View, text: str, *, top_right: bool = False) -> None:
    if text:
        drawn = view.axes.text(
            0.985 if top_right else 0.03, 0.985 if top_right else 0.97, text, transform=view.axes.transAxes,
            fontproperties=font((11 if top_right else 9) * view.scale), ha="right" if top_right else "left", va="top",
            color=_INK, zorder=25, bbox={"boxstyle": "round,pad=0.25", "fc": "#ffffffe0", "ec": "#cccccc", "lw": 0.5},
        )  # fmt: skip
        _keep_off(view, drawn)


def _legend(
    figure: Figure, handles: Sequence[Handle], room: tuple[float, float, float, float], *, columns: int, scale: float
) -> None:
    """The legend in a room of the sheet (inches), as large as fits."""
    wide, high = figure.get_size_inches()
    x, y, w, h = room
    renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]
    for size in np.arange(9.5, 4.9, -0.5) * scale:
        drawn = figure.legend(
            handles=list(handles), loc="upper left", bbox_to_anchor=(x / wide, (y + h) / high), ncols=columns,
            prop=font(float(size)), frameon=False, borderaxespad=0, borderpad=0, handlelength=1.9, handleheight=1.0,
            labelspacing=0.42, columnspacing=1.4,
        )  # fmt: skip
        extent = drawn.get_window_extent(renderer)
        if extent.width <= w * figure.dpi + 1 and extent.height <= h * figure.dpi + 1:
            return
        drawn.remove()
    figure.add_artist(drawn)


# --- legend entries ---------------------------------------------------------------------------------------------------


def _counted(name: str, count: int) -> str:
    return _("{name}：{count}").format(name=name, count=count)


def _hollow(drawn: pd.DataFrame) -> str:
    """What a hollow mark stands for, and how many of the drawn stations it is."""
    return _counted(_("空心：模型推算站点"), split(drawn).modelled)


def _area_key(text: str, colour: str, *, alpha: float = 1.0, edge: str = "none", dashed: bool = False) -> Handle:
    patch = Patch(fc=mpl.colors.to_rgba(colour, alpha), ec=edge, lw=1.0, label=text)
    if dashed:
        patch.set_linestyle(_DASH)
    return patch


def _line_key(text: str, colour: str, *, dashed: bool = False, width: float = 1.3) -> Handle:
    return Line2D([], [], color=colour, lw=width, ls=(0, (2.6, 1.9)) if dashed else "-", label=text)


def _mark_key(text: str, shape: str, colour: str, *, hollow: bool = False, edge: str = "#ffffff") -> Handle:
    return Line2D(
        [], [], ls="none", marker=_MARKER[shape], ms=7 * _SIZE[shape] ** 0.5, mfc="#ffffff" if hollow else colour,
        mec=colour if hollow else edge, mew=1.0 if hollow else 0.6, label=text,
    )  # fmt: skip


def _zone_keys(layers: Layers, on: date, *, fill: bool = True) -> list[Handle]:
    keys = []
    in_force = ban_zones.zones_in_force(layers.ban_zones, on)
    tint, line = (maps_style.AMBER if fill else "#ffffff"), maps_style.ZONE_LINE_COLOUR
    if not in_force["approximate"].all():
        keys.append(_area_key(_("禁现区（2006 年起，准确边界）"), tint, alpha=0.34, edge=line))
    if in_force["approximate"].any():
        keys.append(_area_key(_("禁现区（2010 年起，近似边界：虚线）"), tint, alpha=0.2, edge=line, dashed=True))
    return keys


def _ground_keys() -> list[Handle]:
    return [
        _line_key(_("环路"), maps_style.RING_COLOUR, width=1.8),
        _line_key(_("环路（低可信段）"), maps_style.RING_COLOUR, dashed=True),
        _line_key(_("区县界"), maps_style.DISTRICT_COLOUR, width=0.9),
    ]


# --- the maps ---------------------------------------------------------------------------------------------------------


def station_map(
    plants: gpd.GeoDataFrame, judged: pd.DataFrame, layers: Layers, book: RuleBook, *, on: date,
    shown: Collection[str] = ("zones", "areas"), size: tuple[float, float] = A4, title: str | None = None,
) -> StaticMap:  # fmt: skip
    """Stations with their verdicts: the shape tells the kind, the colour the verdict, hollow marks are modelled sites.

    Parameters
    ----------
    plants, judged : GeoDataFrame, DataFrame
        Plants to draw (metric CRS) and one verdict a plant, as `screening.overall` gives it.
    shown : collection of str
        Layers below the stations: ``zones``, ``areas``.
    """
    located = plants[plants.geometry.notna()].join(judged[["verdict", "certainty"]])
    drawn = pd.Series(
        [verdicts.verdict_class(v, c) for v, c in zip(located["verdict"], located["certainty"], strict=True)],
        index=located.index, dtype=object,
    )  # fmt: skip
    order = ["unknown", "pass", "doubtful", "borderline", "flag"]

    def draw(view: _View) -> None:
        _ground(view, layers, on, book)
        if "zones" in shown:
            _ban_zones(view, layers, on, fill=True)
        if "areas" in shown:
            _sensitive(view, layers)
        _rings(view, layers)
        size_pt = 5.6 if view.detail else 4.2
        for level, verdict in enumerate(order):
            for kind in maps_style.KIND_SHAPE:
                for evidence in ("modelled", "sourced"):
                    pick = (drawn == verdict) & (located["kind"] == kind) & (located["evidence"] == evidence)
                    hollow = evidence == "modelled"
                    _marks(
                        view, _xy(located.geometry[pick]), maps_style.KIND_SHAPE[kind], size=size_pt,
                        colour=maps_style.VERDICT_COLOUR[verdict], hollow=hollow,
                        edge=maps_style.OUTLINE.get(verdict, "#ffffff"), doubtful=verdict in verdicts.DOUBT,
                        order=8 + level * 0.2 + (0.1 if evidence == "sourced" else 0.0),
                    )  # fmt: skip

    counts = drawn.value_counts()
    keys = [
        _mark_key(_counted(verdicts.verdict_label(v), int(counts.get(v, 0))), "circle", maps_style.VERDICT_COLOUR[v])
        for v in maps_style.VERDICT_COLOUR
    ]
    kinds = [kind for kind in maps_style.KIND_SHAPE if (located["kind"] == kind).any()]
    keys += [_mark_key(plan_words.kind_label(kind), maps_style.KIND_SHAPE[kind], "#444444", hollow=True) for kind in kinds]
    keys.append(_mark_key(_hollow(located), "circle", "#444444", hollow=True))
    keys += _zone_keys(layers, on) if "zones" in shown else []
    if "areas" in shown:
        keys.append(_area_key(_("环境敏感区（近似边界：虚线）"), maps_style.GREEN, alpha=0.16, edge=maps_style.GREEN, dashed=True))
    missing = len(plants) - len(located)
    subtitle = _("{day} 生效的规则；上图 {count} 个站点，未定位 {missing} 个").format(
        day=on, count=len(located), missing=missing
    )
    return _sheet(
        layers, [_Panel(draw)], [*keys, *_ground_keys()], title=title or _("北京市站点筛查"), subtitle=subtitle,
        source=_("站点：data/plants.csv 或导入的登记册；界线与敏感区：data/geo；规则：{document}").format(
            document=book.rule("station_capacity").source
        ),
        size=size,
    )  # fmt: skip


def zone_map(
    layers: Layers, book: RuleBook, *, years: Sequence[int] = (2006, 2010), size: tuple[float, float] = A4
) -> StaticMap:
    """The ban zones of one year, or of several years side by side."""

    def panel(year: int) -> _Panel:
        on = date(year, 12, 31)

        def draw(view: _View) -> None:
            _ground(view, layers, on, book)
            _ban_zones(view, layers, on, fill=True)
            _rings(view, layers)
            for row in ban_zones.zones_in_force(layers.ban_zones, on).itertuples():
                place = shapely.point_on_surface(row.geometry)
                if row.kind in ("new_town", "bda") and not view.leaves_to_inset(place.x, place.y):
                    name = local({"name": row.name, "name_en": row.name_en})
                    view.label(place.x, place.y, name, size=7, colour="#7a4f0c", priority=20, centred=False)

        area = shapely.union_all(ban_zones.zones_in_force(layers.ban_zones, on).geometry.to_numpy()).area / 1e6
        return _Panel(draw, _("{year} 年：{area:,.0f} km²").format(year=year, area=area))

    panels = [panel(year) for year in years]
    keys = [*_zone_keys(layers, date(max(years), 12, 31)), *_ground_keys()]
    return _sheet(
        layers, panels, keys, title=_("禁止现场搅拌砂浆的区域"),
        subtitle=_("；").join(p.caption for p in panels) + _("。2010 年起区外的政府投资工程也禁止，没有边界可画。"),
        source=_("{document} {clause}；四环路按实测中心线，其余边界为近似").format(
            document=book.rule("inside_central_city").source, clause=layers.ban_zones["clause"].iloc[0]
        ),
        size=size,
    )  # fmt: skip


def coverage_map(
    seen: coverage_result.Reach, result: coverage_result.Coverage, gaps: gpd.GeoDataFrame, layers: Layers, book: RuleBook, *,
    subject: coverage_result.Theme, shade: str = "distance", size: tuple[float, float] = A4, title: str | None = None,
) -> StaticMap:  # fmt: skip
    """Ban zones shaded by distance to the nearest plant or by spare capacity, gaps outlined and named.

    Parameters
    ----------
    seen, result, gaps
        From `coverage.reach`, `coverage.coverage` and `coverage.gaps` for the same radius.
    shade : str
        ``distance`` or ``spare``.
    """
    on = date(seen.ground.year, 12, 31)
    spare = coverage_result.spare_table(seen, result, tight_pct=book.figure("coverage_tight_spare_pct"))
    spare_of: dict[Any, str] = dict(zip(spare.index, spare["state"], strict=True))
    bands = coverage_result.bands(seen, maps_style.BAND_LIMITS_KM) if shade == "distance" else None
    rim = seen.rim(result.radius_km)
    shape = maps_style.KIND_SHAPE[subject.kind]

    def draw(view: _View) -> None:
        _ground(view, layers, on, book)
        if bands is not None:
            for row in bands.itertuples():
                _areas(view, [row.geometry], facecolor=maps_style.band_colour(row.from_km), edgecolor="none", zorder=2.5)
        else:
            for row in seen.cells.itertuples():
                colour = maps_style.SPARE_COLOUR[spare_of[row.supply_id]]
                _areas(view, [row.geometry], facecolor=colour, edgecolor="#ffffff", alpha=0.45, zorder=2.5)
        _ban_zones(view, layers, on, fill=False)
        _rings(view, layers)
        if not rim.is_empty:
            _lines(view, [rim], colors=maps_style.BLUE, linewidths=0.9 * view.scale, linestyles=[(0, (1.2, 2))], zorder=6.5)
        _areas(
            view, gaps.geometry, facecolor="none", edgecolor=maps_style.VERMILLION, linewidth=1.8 * view.scale,
            hatch="////", zorder=7,
        )  # fmt: skip
        for row in gaps.to_dict("records"):
            place = shapely.point_on_surface(row["geometry"])
            if view.leaves_to_inset(place.x, place.y):
                continue
            view.label(
                place.x, place.y, coverage_result.gap_label(row, subject), size=8, colour="#8a3200", priority=5, must=True,
                centred=False,
            )  # fmt: skip
        _supply_marks(view, seen.supply, shape)

    keys = _supply_keys(seen.supply, subject)
    if bands is not None:
        keys += [
            _area_key(coverage_words.band_label(r.from_km, r.to_km), maps_style.band_colour(r.from_km), edge="#c9b98f")
            for r in bands.itertuples()
        ]
    else:
        states = [state for state in maps_style.SPARE_COLOUR if (spare["state"] == state).any()]
        keys += [
            _area_key(
                _("最近的站点{state}").format(state=coverage_words.spare_label(state)), maps_style.SPARE_COLOUR[state], alpha=0.45
            )
            for state in states
        ]
    keys.append(_line_key(_("半径 {radius:g} km 的范围").format(radius=result.radius_km), maps_style.BLUE, dashed=True))
    if len(gaps):
        patch = _area_key(_("缺口：半径以外的禁现区"), "#ffffff", edge=maps_style.VERMILLION)
        patch.set_hatch("////")
        keys.append(patch)
    keys += _zone_keys(layers, on, fill=False)
    subtitle = coverage_result.coverage_sentence(result)
    if result.modelled:
        subtitle += _(" {count} 个站点的位置是模型推算的，误差最大 {km:.1f} km。").format(
            count=result.modelled, km=result.location_error_m[1] / 1000.0
        )
    names = {
        "mortar": _("砂浆厂对禁现区的覆盖（{year} 年）"),
        "concrete": _("搅拌站对禁现区的覆盖（{year} 年）"),
    }
    heading = title or names[subject.kind].format(year=seen.ground.year)
    source = _("供应点：登记册或方案；需求：data/demand.csv；禁现区：data/geo/ban_zones.geojson；半径为假设")
    return _sheet(
        layers, [_Panel(draw)], [*keys, *_ground_keys()], title=heading, subtitle=subtitle, source=source, size=size
    )


def _supply_marks(view: _View, supply: gpd.GeoDataFrame, shape: str) -> None:
    """Existing plants by kind (modelled ones hollow) and planned sites as numbered stars."""
    many = len(supply) > 60
    size = (5.0 if many else 7.5) * (1.15 if view.detail else 1.0)
    existing = supply[supply["stage"] != "proposed"]
    for evidence in ("modelled", "sourced"):
        pick = existing["evidence"] == evidence
        _marks(
            view, _xy(existing.geometry[pick]), shape, size=size, colour=maps_style.BLUE, hollow=evidence == "modelled",
            order=9, keep_clear=not many,
        )  # fmt: skip
    sites = supply[supply["stage"] == "proposed"]
    _marks(view, _xy(sites.geometry), "star", size=9, colour=maps_style.PURPLE, hollow=False, order=10, keep_clear=True)
    for number, place in enumerate(sites.geometry, start=1):
        view.label(place.x, place.y, str(number), size=7.5, colour="#7a2e58", priority=10, centred=False)


def _supply_keys(supply: gpd.GeoDataFrame, subject: coverage_result.Theme) -> list[Handle]:
    shape = maps_style.KIND_SHAPE[subject.kind]
    existing, planned = supply[supply["stage"] != "proposed"], supply[supply["stage"] == "proposed"]
    modelled = int((existing["evidence"] == "modelled").sum())
    keys = []
    if modelled < len(existing):
        text = _counted(plan_words.kind_label(subject.kind), len(existing) - modelled)
        keys.append(_mark_key(text, shape, maps_style.BLUE))
    if modelled:
        text = _("{kind}（模型推算）：{count}").format(kind=plan_words.kind_label(subject.kind), count=modelled)
        keys.append(_mark_key(text, shape, maps_style.BLUE, hollow=True))
    if len(planned):
        keys.append(_mark_key(_("拟建生产线站点：{count}").format(count=len(planned)), "star", maps_style.PURPLE))
    return keys


def siting_map(
    existing: gpd.GeoDataFrame, sites: gpd.GeoDataFrame, flows: pd.DataFrame, demand: gpd.GeoDataFrame,
    layers: Layers, book: RuleBook, *, on: date | None = None, size: tuple[float, float] = A4,
    title: str | None = None, subtitle: str | None = None,
) -> StaticMap:  # fmt: skip
    """Existing mortar plants, chosen sites and who supplies whom, lines as wide as their tonnes.

    Parameters
    ----------
    existing, sites : GeoDataFrame
        Index id; ``evidence`` (existing) and ``capacity`` (both), metric CRS. Columns that lack are taken as known.
    flows : DataFrame
        ``site`` (id of a site or a plant), ``demand`` (id of a demand point), ``amount`` (万t a year).
    demand : GeoDataFrame
        Index id, ``weight``.
    """
    on = on or book.period_end
    existing, sites = (
        gpd.GeoDataFrame(
            {
                "name": frame.index.astype(str), "capacity": frame["capacity"], "stage": stage,
                "evidence": frame.get("evidence", "sourced"),
            },
            geometry=frame.geometry, index=frame.index, crs=frame.crs,
        )
        for frame, stage in ((existing, "existing"), (sites, "proposed"))
    )  # fmt: skip
    located = existing[existing.geometry.notna()]
    supply = coverage_result.with_proposal(located, sites)
    ways = flows[(flows["amount"] > 0) & flows["site"].isin(supply.index) & flows["demand"].isin(demand.index)]
    starts = _xy(supply.geometry.reindex(ways["site"])).reshape(-1, 2)
    ends = _xy(demand.geometry.reindex(ways["demand"])).reshape(-1, 2)
    new = ways["site"].isin(sites.index).to_numpy()
    amount = ways["amount"].to_numpy(float)
    widths = 0.35 + 3.2 * np.sqrt(amount / amount.max()) if len(amount) else amount

    def draw(view: _View) -> None:
        _ground(view, layers, on, book)
        _ban_zones(view, layers, on, fill=True)
        _rings(view, layers)
        for pick, colour in ((~new, maps_style.BLUE), (new, maps_style.PURPLE)):
            if pick.any():
                segments = np.stack([starts[pick], ends[pick]], axis=1)
                lines = LineCollection(
                    list(segments), colors=colour, linewidths=widths[pick] * view.scale, alpha=0.55, zorder=7.5
                )
                view.axes.add_collection(lines, autolim=False)
        weight = demand["weight"].to_numpy(float)
        area = 2 + 26 * weight / max(weight.max(initial=0.0), 1e-9)
        xy = _xy(demand.geometry)
        view.axes.scatter(xy[:, 0], xy[:, 1], s=area * view.scale**2 * (1.4 if view.detail else 0.6), c="#555555",
                          alpha=0.55, linewidths=0, zorder=7.8)  # fmt: skip
        _supply_marks(view, supply, maps_style.KIND_SHAPE["mortar"])

    subject = coverage_result.theme("mortar", book)
    keys = [
        *_supply_keys(supply, subject),
        _line_key(_("新线供应（线宽按吨数）"), maps_style.PURPLE, width=2.5),
        _line_key(_("现有厂供应（线宽按吨数）"), maps_style.BLUE, width=2.5),
        _mark_key(_("需求点（大小按需求）"), "circle", "#777777"),
        *_zone_keys(layers, on),
    ]
    made, rule = float(sites["capacity"].sum()), book.rule("new_mortar_outside_fifth_ring")
    hauled = np.hypot(*(ends - starts).T) / 1000.0
    mean = float(hauled @ amount / amount.sum()) if len(amount) and amount.sum() else 0.0
    text = subtitle or _(
        "{count} 个新站点，合计 {capacity:,.0f} 万t/年；供应 {amount:,.0f} 万t，平均直线运距 {km:.1f} km"
    ).format(count=len(sites), capacity=made, amount=float(amount.sum()), km=mean)
    return _sheet(
        layers, [_Panel(draw)], [*keys, *_ground_keys()], title=title or _("新建砂浆生产线布局"), subtitle=text,
        source=_("布局方案；现有厂：登记册；需求：data/demand.csv；规则：{document} {clause}").format(
            document=rule.source, clause=rule.clause
        ),
        size=size,
    )  # fmt: skip


def consolidation_map(
    plants: gpd.GeoDataFrame, decisions: pd.DataFrame, layers: Layers, book: RuleBook, *, on: date | None = None,
    size: tuple[float, float] = A4, title: str | None = None, subtitle: str | None = None,
) -> StaticMap:  # fmt: skip
    """Stations before and after consolidation, side by side: coloured by action, then only those that stay.

    Parameters
    ----------
    plants : GeoDataFrame
        Stations in question, index id, ``kind``, ``evidence``, ``capacity``, metric CRS.
    decisions : DataFrame
        Index plant id; ``action`` (retain, upgrade, merge, relocate, close), and where the plan knows them
        ``capacity`` afterwards and ``geometry`` (new place of a relocated station).
    """
    on = on or book.period_end
    located = plants[plants.geometry.notna()]
    action = decisions["action"].reindex(located.index).fillna("retain")
    stays = ~action.isin(coverage_result.LEAVES)
    moved = decisions[decisions["action"] == "relocate"]
    new_places = moved["geometry"].dropna() if "geometry" in decisions.columns else pd.Series(dtype=object)
    capacity = plants["capacity"].astype(float)
    after = capacity[stays.reindex(plants.index, fill_value=True)]
    if "capacity" in decisions.columns:
        known = decisions["capacity"].reindex(after.index).astype(float)
        after = known.fillna(after)

    def draw(view: _View, *, before: bool) -> None:
        _ground(view, layers, on, book)
        _ban_zones(view, layers, on, fill=True)
        _rings(view, layers)
        size_pt = 5.4 if view.detail else 4.4
        if not before:
            gone = _xy(located.geometry[~stays])
            view.axes.scatter(gone[:, 0], gone[:, 1], s=(3.2 * view.scale) ** 2, marker="x", c="#9aa0a6",
                              linewidths=0.7 * view.scale, zorder=7.9)  # fmt: skip
        for name, colour in maps_style.ACTION_COLOUR.items():
            for kind, shape in maps_style.KIND_SHAPE.items():
                for evidence in ("modelled", "sourced"):
                    pick = (action == name) & (located["kind"] == kind) & (located["evidence"] == evidence)
                    if not before:
                        pick &= stays
                    _marks(view, _xy(located.geometry[pick]), shape, size=size_pt, colour=colour,
                           hollow=evidence == "modelled")  # fmt: skip
        if not before and len(new_places):
            xy = np.array([(place.x, place.y) for place in new_places])
            _marks(view, xy, "star", size=8, colour=maps_style.ACTION_COLOUR["relocate"], hollow=False, order=10)

    counts = action.value_counts()
    keys = [
        _mark_key(_counted(plan_words.action_label(name), int(counts.get(name, 0))), "circle", colour)
        for name, colour in maps_style.ACTION_COLOUR.items()
    ]
    keys += [
        Line2D([], [], ls="none", marker="x", ms=5, mec="#9aa0a6", label=_("原址不再生产")),
        _mark_key(_hollow(located), "circle", "#444444", hollow=True),
        *([_mark_key(_("搬迁后的位置"), "star", maps_style.ACTION_COLOUR["relocate"])] if len(new_places) else []),
        *_zone_keys(layers, on),
        *_ground_keys(),
    ]
    unit = _("万m³/年") if (plants["kind"] == "concrete").all() else _("万t/年")
    was, left = split(plants), split(plants.loc[after.index.append(new_places.index)])
    captions = (
        _("整合前：{count} 个站点（{split}），{capacity:,.0f} {unit}").format(
            count=was.count, split=was.text(), capacity=capacity.sum(), unit=unit
        ),
        _("整合后：{count} 个站点（{split}），{capacity:,.0f} {unit}").format(
            count=left.count, split=left.text(), capacity=after.sum(), unit=unit
        ),
    )
    panels = [
        _Panel(lambda view: draw(view, before=True), captions[0]),
        _Panel(lambda view: draw(view, before=False), captions[1]),
    ]
    return _sheet(
        layers, panels, keys, title=title or _("搅拌站治理整合前后"), subtitle=subtitle or _("；").join(captions),
        source=_("站点：登记册；处置：整合方案；规则：{document} {clause}").format(
            document=book.rule("station_capacity").source, clause=book.rule("station_capacity").clause
        ),
        size=size,
    )  # fmt: skip
