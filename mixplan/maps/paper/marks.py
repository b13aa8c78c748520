"""Stations, plants and new lines on a printed map."""

from collections.abc import Iterable, Iterator
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from mixplan.maps.paper.view import MARKER, SIZE, View
from mixplan.maps.style import NEW_LINE_COLOUR, SUPPLY_COLOUR, SYMBOLS, Symbol, kind_shape, mark_symbol
from mixplan.plan.kinds import plant_kinds

_MANY = 60  # marks beyond which they are small and labels may stand on them


def xy_of(points: gpd.GeoSeries) -> np.ndarray[Any, Any]:
    """Places as rows of x and y; what has no place is left out."""
    found = points[points.notna()]
    return np.column_stack([found.x, found.y]).astype(float).reshape(-1, 2)


def draw_marks(
    view: View, points: gpd.GeoSeries, symbol: Symbol, *, size: float, order: float = 8, keep_clear: bool = False
) -> None:
    """Marks of one look; hollow ones stand for modelled sites, a broken outline for doubt.

    Parameters
    ----------
    size : float
        In points on an A4 sheet.
    order : float
        What is drawn later lies on top.
    keep_clear : bool
        No label may cover these marks.
    """
    xy = xy_of(points)
    if len(xy) == 0:
        return
    size = size * view.scale
    view.axes.scatter(
        xy[:, 0],
        xy[:, 1],
        s=(size**2) * SIZE[symbol.form],
        marker=MARKER[symbol.form],
        # A cross has no face, and is painted with the face's colour all the same.
        facecolors="#ffffffc0" if symbol.hollow else symbol.fill or symbol.edge,
        edgecolors=symbol.edge if symbol.fill else None,
        linewidths=(1.3 if symbol.dashed else 1.0 if symbol.hollow else 0.6) * view.scale,
        zorder=order,
        linestyles=[(0, (2.0, 0.7)) if symbol.dashed else "solid"],
    )
    (view.points if keep_clear else view.dots).extend((float(x), float(y), size * 1.3) for x, y in xy)


def alike(stations: gpd.GeoDataFrame, told: pd.Series, order: Iterable[str]) -> Iterator[tuple[str, str, bool, Any]]:
    """Stations that look the same: what is told of them (in this order), shape, whether modelled, and their places."""
    for name in order:
        for kind, row in plant_kinds().items():
            for evidence in ("modelled", "sourced"):
                pick = (told == name) & (stations["kind"] == kind) & (stations["evidence"] == evidence)
                yield name, row.shape, evidence == "modelled", stations.geometry[pick]


def supply_marks(view: View, supply: gpd.GeoDataFrame, kind: str) -> None:
    """Existing plants of one kind (modelled ones hollow) and planned sites as numbered stars."""
    many = len(supply) > _MANY
    size = (5.0 if many else 7.5) * (1.15 if view.detail else 1.0)
    existing = supply[supply["stage"] != "proposed"]
    for hollow in (True, False):
        places = existing.geometry[(existing["evidence"] == "modelled") == hollow]
        symbol = mark_symbol(kind_shape(kind), SUPPLY_COLOUR, hollow=hollow)
        draw_marks(view, places, symbol, size=size, order=9, keep_clear=not many)
    sites = supply[supply["stage"] == "proposed"]
    draw_marks(view, sites.geometry, SYMBOLS["new_line"], size=9, order=10, keep_clear=True)
    for number, place in enumerate(sites.geometry, start=1):
        view.label(place.x, place.y, str(number), size=7.5, colour=NEW_LINE_COLOUR, priority=10, centred=False)
