"""Placing names so that they don't collide."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import shapely
from matplotlib.patheffects import withStroke

from mixplan.maps.paper.fonts import font
from mixplan.maps.paper.view import BENEATH, View


def place_labels(view: View) -> None:
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
            label.x,
            label.y,
            label.text,
            fontproperties=font(label.size),
            color=label.colour,
            ha="center",
            va="center",
            zorder=7.3 if label.priority >= BENEATH else 20,
            path_effects=None if label.boxed else [withStroke(linewidth=2.2 * view.scale, foreground="#ffffffe6")],
            bbox={"boxstyle": "round,pad=0.18", "fc": "#ffffffe0", "ec": "none"} if label.boxed else None,
        )
        extent = drawn.get_window_extent(renderer)
        wide, high = extent.width / 2 + 1.5 * dot, extent.height / 2 + 0.8 * dot
        px, py = axes.transData.transform((label.x, label.y))
        tries = list(_offsets(wide, high, dot, centred=label.centred, far=label.must))
        if label.within is not None:
            moved = axes.transData.inverted().transform(np.add(tries, (px, py)))
            keep = shapely.contains_xy(label.within, moved[:, 0], moved[:, 1])
            tries = [offset for offset, inside in zip(tries, keep, strict=True) if inside]
        clear = [*taken, *marks]
        place = _first_free(tries, (px, py, wide, high), frame, [*clear, *dots] if label.priority >= BENEATH else clear)
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
    tries: Iterable[tuple[float, float]],
    label: tuple[float, float, float, float],
    frame: Any,
    clear: Sequence[tuple[float, float, float, float]],
) -> tuple[float, float] | None:
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
