"""What one printed map shows, before it is drawn."""

from dataclasses import dataclass, field
from typing import Any

import shapely

MARKER = {"circle": "o", "triangle": "^", "square": "s", "diamond": "D", "pentagon": "p", "hexagon": "h", "star": "*"}
# By area, so that all marks weigh alike.
SIZE = {
    "circle": 1.0,
    "triangle": 1.35,
    "square": 0.9,
    "diamond": 0.85,
    "pentagon": 1.25,
    "hexagon": 1.25,
    "star": 2.6,
}
DASH = (0, (4.5, 3.2))
INK, QUIET = "#222222", "#6a7076"
BENEATH = 50  # labels of this priority and beyond lie below the marks


@dataclass
class Label:
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
    points: list[tuple[float, float, float]] = field(default_factory=list)  # marks that no label may cover: x, y, pt
    dots: list[tuple[float, float, float]] = field(
        default_factory=list
    )  # marks that district names keep off if they can
    blocked: list[tuple[float, float, float, float]] = field(
        default_factory=list
    )  # scale bar, north arrow, caption and inset, which no label may cover: west, south, east, north
    focus: tuple[float, float, float, float] | None = None  # what the inset shows in detail

    def label(self, x: float, y: float, text: str, *, size: float, colour: str = INK, **more: Any) -> None:
        if text:
            self.labels.append(Label(x, y, text, size * self.scale, colour, **more))

    def leaves_to_inset(self, x: float, y: float) -> bool:
        """Whether a place is named in the inset, so that its name would only crowd this view."""
        return self.focus is not None and self.focus[0] < x < self.focus[2] and self.focus[1] < y < self.focus[3]

    def shows(self, x: float, y: float) -> bool:
        west, east = self.axes.get_xlim()
        south, north = self.axes.get_ylim()
        return bool(west < x < east and south < y < north)
