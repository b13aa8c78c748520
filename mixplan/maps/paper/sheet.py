"""Maps on paper and slides: the web map's layers and style table, drawn with matplotlib in the metric CRS.

Every function takes frames or results, never pages, and returns a `StaticMap` that gives PNG or SVG bytes; the same
input gives the same bytes. Text is set in Noto Sans SC, which a package brings along, so no system font is needed.
"""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import RLock
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Polygon, Rectangle

from mixplan.base.i18n import gettext as _
from mixplan.city import rings as city_rings
from mixplan.city.crs import METRIC_CRS
from mixplan.city.layers import Layers
from mixplan.maps import style as maps_style
from mixplan.maps.legend import Key
from mixplan.maps.paper.fonts import font, text_width
from mixplan.maps.paper.keys import handles
from mixplan.maps.paper.labels import place_labels
from mixplan.maps.paper.view import Box, View
from mixplan.maps.style import AXIS_COLOUR, FRAME_COLOUR, INK
from mixplan.plan.city import load_city

A4 = (11.69, 8.27)
MINIMUM_DPI = 200
_COLUMNS = 5  # of the legend below two maps
_EDGE, _FOOT = 0.35, 0.55  # margins of an A4 sheet, in inches
_LOCK = RLock()  # matplotlib's settings are global, and a web server draws in threads


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

    def name_origin(self, text: str) -> None:
        """Write above the foot what the map was made from."""
        wide, high = self.figure.get_size_inches()
        s = min(wide / A4[0], high / A4[1])
        line = _wrapped(text, 8 * s, wide - 2 * _EDGE * s).split("\n")[0]
        _foot_line(self.figure, s, line, 0.43)

    def texts(self) -> list[str]:
        """Every text on the map."""
        return [found.get_text() for found in self.figure.findobj(mpl.text.Text) if found.get_text().strip()]

    def _bytes(self, form: str, dpi: int) -> bytes:
        buffer = io.BytesIO()
        metadata = {"Date": None, "Creator": "mixplan"} if form == "svg" else {"Software": "mixplan"}
        with _LOCK, mpl.rc_context({"svg.hashsalt": "mixplan", "svg.fonttype": "path", "path.simplify": True}):
            self.figure.savefig(buffer, format=form, dpi=dpi, metadata=metadata)
        return buffer.getvalue()


Draw = Callable[[View], None]


@dataclass(frozen=True)
class Panel:
    """One map of a sheet: what draws it, for the whole city and for the inset, and its caption."""

    draw: Draw
    caption: str = ""


def _whole(layers: Layers) -> Box:
    west, south, east, north = layers.districts.total_bounds
    return west, south, east, north


def _centre(layers: Layers) -> Box:
    """The city centre: the Fifth Ring and what surrounds it, as a square."""
    west, south, east, north = city_rings.ring_area(layers.rings, load_city().centre_ring).bounds
    half = max(east - west, north - south) / 2 + 5600
    x, y = (west + east) / 2, (south + north) / 2
    return x - half, y - half, x + half, y + half


def _axes(
    figure: Figure,
    box: Box,
    bounds: Box,
    scale: float,
    *,
    detail: bool,
    margin: float = 0.015,
) -> View:
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
        spine.set_color(AXIS_COLOUR)
        spine.set_linewidth(0.8 * scale)
    return View(axes, scale, detail)


def _scale_bar(view: View, *, km: float) -> None:
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
    for part, colour in ((0, FRAME_COLOUR), (1, "#ffffff")):
        axes.add_patch(
            Rectangle((x + part * km * 500, y), km * 500, 0.9 * unit, fc=colour, ec=FRAME_COLOUR, lw=0.7 * s, zorder=19)
        )
    for at in (0.0, km / 2, km):
        text = f"{at:g}" + (" km" if at == km else "")
        axes.text(
            x + at * 1000,
            y + 1.4 * unit,
            text,
            fontproperties=font(7.5 * s),
            ha="center",
            va="bottom",
            color=INK,
            zorder=19,
        )
    if view.detail:
        return
    nx, ny = west + 4.5 * unit, north - 9.5 * unit
    view.blocked.append((nx - 2 * unit, ny, nx + 2 * unit, north))
    left = [(nx, ny + 5 * unit), (nx - 1.6 * unit, ny), (nx, ny + 1.1 * unit)]
    right = [(nx, ny + 5 * unit), (nx + 1.6 * unit, ny), (nx, ny + 1.1 * unit)]
    axes.add_patch(Polygon(left, closed=True, fc=FRAME_COLOUR, ec=FRAME_COLOUR, lw=0.6 * s, zorder=19))
    axes.add_patch(Polygon(right, closed=True, fc="#ffffff", ec=FRAME_COLOUR, lw=0.6 * s, zorder=19))
    axes.text(nx, ny + 5.4 * unit, _("北"), fontproperties=font(9 * s), ha="center", va="bottom", color=INK, zorder=19)


def _wrapped(text: str, size: float, inches: float) -> str:
    """Text broken into lines that fit a width; Chinese breaks anywhere, English between words."""
    gap = " " if all(ord(c) < 0x2E80 for c in text) else ""
    lines, line = [], ""
    for word in text.split(" ") if gap else text:
        longer = f"{line}{gap}{word}" if line else word
        if line and text_width(longer, size) > inches * 72:
            lines.append(line)
            line = word.lstrip()
        else:
            line = longer
    return "\n".join([*lines, line])


@dataclass(frozen=True)
class _Slot:
    """A panel's map on the sheet, and its inset."""

    panel: Panel
    main: View
    inset: View
    covered: bool  # whether the inset lies on the map


def draw_sheet(
    layers: Layers,
    panels: Sequence[Panel],
    legend: Sequence[Key],
    *,
    title: str,
    subtitle: str,
    source: str,
    size: tuple[float, float],
) -> StaticMap:
    """A sheet with title, one map with its inset and legend beside it, or two maps with the legend below."""
    with _LOCK, mpl.rc_context({"font.family": "sans-serif", "text.parse_math": False}):
        figure = Figure(figsize=size, dpi=100, facecolor="white")
        FigureCanvasAgg(figure)
        s = min(size[0] / A4[0], size[1] / A4[1])
        head = _head(figure, s, title, subtitle)
        _foot(figure, s, source)
        lay_out = _one_map if len(panels) == 1 else _maps_abreast
        for slot in lay_out(figure, s, head, layers, panels, legend):
            _fill(slot, layers)
        return StaticMap(figure, title)


def _head(figure: Figure, s: float, title: str, subtitle: str) -> float:
    """Title and subtitle; gives the height (inches) that they take."""
    wide, high = figure.get_size_inches()
    edge = _EDGE * s
    text = _wrapped(subtitle, 10 * s, wide - 2 * edge)
    figure.text(edge / wide, 1 - 0.28 * s / high, title, fontproperties=font(17 * s), va="top", color=INK)
    figure.text(edge / wide, 1 - 0.62 * s / high, text, fontproperties=font(10 * s), va="top", color=maps_style.NEUTRAL)
    return float((0.78 + 0.18 * len(text.split("\n"))) * s)


def _foot(figure: Figure, s: float, source: str) -> None:
    """What the map is no basis for, and its source."""
    wide = figure.get_size_inches()[0]
    edge = _EDGE * s
    notice = _("示意图，不作为划界依据") + f" · {METRIC_CRS} · " + _("水系、水源 © OpenStreetMap 贡献者 (ODbL)")
    line = _wrapped(_("来源：{source}").format(source=source), 8 * s, wide - 2 * edge).split("\n")[0]
    for text, height in ((notice, 0.12), (line, 0.3)):
        _foot_line(figure, s, text, height)


def _foot_line(figure: Figure, s: float, text: str, height: float) -> None:
    wide, high = figure.get_size_inches()
    figure.text(
        _EDGE * s / wide,
        height * s / high,
        text,
        fontproperties=font(8 * s),
        va="bottom",
        color=maps_style.NEUTRAL,
        parse_math=False,
    )


def _one_map(
    figure: Figure, s: float, head: float, layers: Layers, panels: Sequence[Panel], legend: Sequence[Key]
) -> list[_Slot]:
    """One map with its inset and the legend beside it."""
    wide, high = figure.get_size_inches()
    edge, foot, gap = _EDGE * s, _FOOT * s, 0.18 * s
    tall = high - head - foot
    # On a slide the legend stands beside the inset, which then is larger; on paper below it.
    slide = wide - 2 * edge > 2.2 * tall
    side = min(tall, wide - 2 * edge - tall - 2 * gap - 3.2 * s) if slide else tall * 0.57
    broad = tall if slide else wide - 2 * edge - side - gap
    left = edge + broad + gap
    larger = s * 1.2 if slide else s
    main = _axes(figure, (edge, foot, broad, tall), _whole(layers), larger, detail=False)
    inset = _axes(figure, (left, foot + tall - side, side, side), _centre(layers), larger, detail=True)
    _caption(inset, _("城区放大"))
    room = (left, foot, side, tall - side - 0.12 * s)
    if slide:
        room = (left + side + gap, foot, wide - edge - left - side - gap, tall)
    _legend(figure, legend, room, columns=1, scale=larger)
    return [_Slot(panels[0], main, inset, covered=False)]


def _maps_abreast(
    figure: Figure, s: float, head: float, layers: Layers, panels: Sequence[Panel], legend: Sequence[Key]
) -> list[_Slot]:
    """Maps side by side, each with its inset in a corner, and the legend below."""
    wide, high = figure.get_size_inches()
    edge, foot, gap = _EDGE * s, _FOOT * s, 0.2 * s
    strip = (0.16 + 0.2 * -(-len(legend) // _COLUMNS)) * s
    tall = high - head - foot - strip
    broad = (wide - 2 * edge - gap * (len(panels) - 1)) / len(panels)
    small = broad * 0.36
    slots = []
    for n, panel in enumerate(panels):
        x = edge + n * (broad + gap)
        main = _axes(figure, (x, foot + strip, broad, tall), _whole(layers), s * 0.92, detail=False)
        _caption(main, panel.caption, top_right=True)
        corner = (x + broad - small - 0.06 * s, foot + strip + 0.06 * s, small, small)
        inset = _axes(figure, corner, _centre(layers), s * 0.8, detail=True)
        inset.axes.set_zorder(5)
        slots.append(_Slot(panel, main, inset, covered=True))
    _legend(figure, legend, (edge, foot, wide - 2 * edge, strip - 0.08 * s), columns=_COLUMNS, scale=s)
    return slots


def _fill(slot: _Slot, layers: Layers) -> None:
    """Draw a panel on its map, where the inset's frame is shown, and in its inset; then place the names."""
    west, south, east, north = centre = _centre(layers)
    slot.main.focus = centre
    for view in (slot.main, slot.inset):
        slot.panel.draw(view)
        _scale_bar(view, km=10 if view.detail else 40)
        if not view.detail:
            frame = Rectangle(
                (west, south), east - west, north - south, fc="none", ec=FRAME_COLOUR, lw=0.7 * view.scale, zorder=7
            )
            view.axes.add_patch(frame)
            if slot.covered:
                _keep_off(view, slot.inset.axes)
        place_labels(view)


def _keep_off(view: View, artist: Any) -> None:
    """Keep labels off an artist that lies on the map."""
    box = artist.get_window_extent(view.axes.figure.canvas.get_renderer())
    west, south, east, north = view.axes.transData.inverted().transform([(box.x0, box.y0), (box.x1, box.y1)]).ravel()
    view.blocked.append((float(west), float(south), float(east), float(north)))


def _caption(view: View, text: str, *, top_right: bool = False) -> None:
    if text:
        drawn = view.axes.text(
            0.985 if top_right else 0.03,
            0.985 if top_right else 0.97,
            text,
            transform=view.axes.transAxes,
            fontproperties=font((11 if top_right else 9) * view.scale),
            ha="right" if top_right else "left",
            va="top",
            color=INK,
            zorder=25,
            bbox={"boxstyle": "round,pad=0.25", "fc": "#ffffffe0", "ec": "#cccccc", "lw": 0.5},
        )
        _keep_off(view, drawn)


def _legend(figure: Figure, keys: Sequence[Key], room: Box, *, columns: int, scale: float) -> None:
    """The legend in a room of the sheet (inches), as large as fits."""
    wide, high = figure.get_size_inches()
    x, y, w, h = room
    renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]
    for size in np.arange(9.5, 4.9, -0.5) * scale:
        drawn = figure.legend(
            handles=handles(keys),
            loc="upper left",
            bbox_to_anchor=(x / wide, (y + h) / high),
            ncols=columns,
            prop=font(float(size)),
            frameon=False,
            borderaxespad=0,
            borderpad=0,
            handlelength=1.9,
            handleheight=1.0,
            labelspacing=0.42,
            columnspacing=1.4,
        )
        extent = drawn.get_window_extent(renderer)
        if extent.width <= w * figure.dpi + 1 and extent.height <= h * figure.dpi + 1:
            return
        drawn.remove()
    figure.add_artist(drawn)
