"""What one printed map shows, before it is drawn."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from matplotlib.path import Path

from mixplan.maps.style import INK

Box = tuple[float, float, float, float]  # west, south, east, north, or left, bottom, width, height


def _pin() -> Path:
    """A pin as the web map draws it: a round head above its point."""
    at = np.linspace(-0.2 * np.pi, 1.2 * np.pi, 24)
    head = np.column_stack([0.6 * np.cos(at), 0.35 + 0.6 * np.sin(at)])
    return Path(np.vstack([[0.0, -1.0], head, [0.0, -1.0]]))


MARKER: dict[str, str | Path] = {
    "circle": "o",
    "triangle": "^",
    "square": "s",
    "diamond": "D",
    "pentagon": "p",
    "hexagon": "h",
    "star": "*",
    "cross": "x",
    "pin": _pin(),
}
# By area, so that all marks weigh alike.
SIZE = {
    "circle": 1.0,
    "triangle": 1.35,
    "square": 0.9,
    "diamond": 0.85,
    "pentagon": 1.25,
    "hexagon": 1.25,
    "star": 2.6,
    "cross": 0.5,
    "pin": 1.3,
}
DASH = (0, (4.5, 3.2))
BENEATH = 50  # labels of this priority and beyond lie below the marks


@dataclass
class Label:
    """A name that waits for its place: where it belongs, how it looks, and how much it matters (0 first)."""

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
class View:
    """One map picture on the sheet, and the labels that wait for their places."""

    axes: Any
    scale: float  # 1 on an A4 sheet
    detail: bool  # the inset of the city centre
    labels: list[Label] = field(default_factory=list)
    # Marks that no label may cover, and those that district names keep off if they can: x, y, points.
    points: list[tuple[float, float, float]] = field(default_factory=list)
    dots: list[tuple[float, float, float]] = field(default_factory=list)
    # Scale bar, north arrow, caption and inset, which no label may cover.
    blocked: list[Box] = field(default_factory=list)
    focus: Box | None = None  # what the inset shows in detail

    def label(self, x: float, y: float, text: str, *, size: float, colour: str = INK, **more: Any) -> None:
        """Let a name wait for its place; ``more`` as in `Label`."""
        if text:
            self.labels.append(Label(x, y, text, size * self.scale, colour, **more))

    def leaves_to_inset(self, x: float, y: float) -> bool:
        """Whether a place is named in the inset, so that its name would only crowd this view."""
        return self.focus is not None and self.focus[0] < x < self.focus[2] and self.focus[1] < y < self.focus[3]

    def shows(self, x: float, y: float) -> bool:
        """Whether a place lies in the picture."""
        west, east = self.axes.get_xlim()
        south, north = self.axes.get_ylim()
        return bool(west < x < east and south < y < north)
