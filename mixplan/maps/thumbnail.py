"""A project as a picture of the size of a stamp: its stations by verdict, and the sites chosen for new lines."""

import io
from collections.abc import Sequence
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from PIL import Image, ImageDraw

from mixplan.base.arrays import Floats
from mixplan.city.ban_zones import zones_in_force
from mixplan.city.crs import points_metric
from mixplan.city.layers import Layers
from mixplan.maps.style import (
    BACKGROUND_COLOUR,
    DISTRICT_COLOUR,
    LAND_COLOUR,
    NEW_LINE_COLOUR,
    RING_COLOUR,
    SYMBOLS,
    VERDICT_COLOUR,
    WHITE,
    first_view,
)
from mixplan.screening.verdicts import DRAWN, verdict_class

WIDTH_PX, HEIGHT_PX = 360, 270
_FINER = 3  # drawn so many times larger, for smooth lines
_STATION_PX, _SITE_PX = 3.2, 6.5
_TOLERANCE_M = 250.0


class _Stamp:
    """The picture while it is drawn, with the way from metres to its pixels."""

    def __init__(self) -> None:
        size = (WIDTH_PX * _FINER, HEIGHT_PX * _FINER)
        self.image = Image.new("RGB", size, BACKGROUND_COLOUR)
        self.pen = ImageDraw.Draw(self.image)
        (south, west), (north, east) = first_view()
        corners = points_metric([west, east], [south, north])
        left, bottom, right, top = corners.total_bounds
        self.per_px = max((right - left) / size[0], (top - bottom) / size[1])
        # The city stands in the middle, whatever its shape.
        self.left = (left + right - size[0] * self.per_px) / 2
        self.top = (top + bottom + size[1] * self.per_px) / 2

    def pixels(self, xy: Floats) -> list[tuple[float, float]]:
        """Places in metres as pixels."""
        x, y = (xy[:, 0] - self.left) / self.per_px, (self.top - xy[:, 1]) / self.per_px
        return list(zip(x.tolist(), y.tolist(), strict=True))

    def area(self, shape: shapely.Geometry, fill: str | None, edge: str) -> None:
        """An area with its outline; lakes and holes are too small to be seen."""
        for part in shapely.get_parts(shapely.simplify(shape, _TOLERANCE_M)):
            outline = self.pixels(shapely.get_coordinates(shapely.get_exterior_ring(part)))
            if len(outline) > 2:
                self.pen.polygon(outline, fill=fill)
                self.pen.line(outline, fill=edge, width=_FINER)

    def line(self, shape: shapely.Geometry, colour: str) -> None:
        """A line, be it closed or not."""
        for part in shapely.get_parts(shapely.simplify(shape, _TOLERANCE_M)):
            ring = shapely.get_exterior_ring(part) if part.geom_type == "Polygon" else part
            self.pen.line(self.pixels(shapely.get_coordinates(ring)), fill=colour, width=_FINER)

    def dots(self, xy: Floats, colour: str, radius_px: float) -> None:
        """Round marks with a white edge."""
        for x, y in self.pixels(xy):
            reach = radius_px * _FINER
            self.pen.ellipse((x - reach, y - reach, x + reach, y + reach), fill=colour, outline=WHITE, width=_FINER - 1)

    def png(self) -> bytes:
        """The picture at its size."""
        small = self.image.resize((WIDTH_PX, HEIGHT_PX), Image.Resampling.LANCZOS)
        out = io.BytesIO()
        small.quantize(256, method=Image.Quantize.FASTOCTREE).save(out, format="PNG", optimize=True)
        return out.getvalue()


def thumbnail(
    plants: gpd.GeoDataFrame, judged: pd.DataFrame, sites: Sequence[tuple[float, float]], layers: Layers, *, on: date
) -> bytes:
    """Stations by verdict over districts, zones and rings, and sites of new lines, as a small PNG.

    Parameters
    ----------
    plants, judged : GeoDataFrame, DataFrame
        Stations (metric CRS) and one verdict a station.
    sites : sequence of (float, float)
        Where new lines are to stand, in metres.
    """
    stamp = _Stamp()
    for district in layers.districts.geometry:
        stamp.area(district, LAND_COLOUR, DISTRICT_COLOUR)
    zone = SYMBOLS["zone"]
    for area in zones_in_force(layers.ban_zones, on).geometry:
        stamp.area(area, None, str(zone.edge))
    for ring in layers.rings.geometry:
        stamp.line(ring, RING_COLOUR)
    located = plants[plants.geometry.notna()]
    kinds = judged.loc[located.index, ["verdict", "certainty"]].itertuples(index=False)
    drawn = np.array([verdict_class(verdict, certainty) for verdict, certainty in kinds], dtype=object)
    xy = shapely.get_coordinates(located.geometry.to_numpy())
    for kind in reversed(DRAWN):  # what matters most lies on top
        stamp.dots(xy[drawn == kind], VERDICT_COLOUR[kind], _STATION_PX)
    if sites:
        stamp.dots(np.array(sites, dtype=float), NEW_LINE_COLOUR, _SITE_PX)
    return stamp.png()
