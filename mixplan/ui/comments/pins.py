"""Pins on the maps where comments are open; a click on one chooses what it is pinned to and unfolds its comments."""

import geopandas as gpd
import numpy as np
import shapely

from mixplan.city.crs import points_metric
from mixplan.maps.comments import comment_layer
from mixplan.maps.features import tip
from mixplan.maps.legend import comment_legend
from mixplan.projects import comments
from mixplan.projects.comments import Comment, Kind, Target
from mixplan.ui import texts, work
from mixplan.ui.maplayers import Layer, layer
from mixplan.ui.session import COMMENTS_OPEN

_PICK = "comment:"
_MOST_SIGNS = 60


def pins(places: gpd.GeoSeries, *kinds: Kind) -> list[Layer]:
    """The pins of open comments as a layer; none where there are none.

    Parameters
    ----------
    places : GeoSeries
        Where stations or sites lie that are shown, by id. What lies elsewhere has no pin.
    kinds : str
        What is drawn on this map.
    """
    found: dict[tuple[object, ...], dict[str, Comment]] = {}
    for id, one in comments.open_ones(work.project().comments).items():
        if one.target.kind in kinds:
            found.setdefault(one.target.key, {})[id] = one
    rows = []
    for some in found.values():
        id, latest = next(iter(some.items()))
        point = _point(latest.target, places)
        if point is not None:
            begun = " ".join(latest.text.split())
            short = begun if len(begun) <= _MOST_SIGNS else f"{begun[:_MOST_SIGNS]}…"
            said = tip(comments.target_label(latest.target), comments.count_label(some), short)
            rows.append({"id": _PICK + id, "tip": said, "geometry": point})
    return [layer(comment_layer(gpd.GeoDataFrame(rows, geometry="geometry", crs=places.crs)))] if rows else []


def _point(target: Target, places: gpd.GeoSeries) -> shapely.Geometry | None:
    if target.kind != "place":
        return places.get(target.id)
    if target.place is None:
        return None
    point = points_metric([target.place[0]], [target.place[1]]).iloc[0]
    # A file of somebody else's may name a place that no map has.
    return point if np.isfinite([point.x, point.y]).all() else None


def legend(drawn: list[Layer]) -> None:
    """What a pin means, below a map that has some."""
    if drawn:
        texts.html(comment_legend())


def picked(mark: str) -> Target | None:
    """What the pin of a mark that was clicked is pinned to, its comments unfolded; None where the mark is no pin."""
    one = work.project().comments.get(mark.removeprefix(_PICK)) if mark.startswith(_PICK) else None
    if one is None:
        return None
    COMMENTS_OPEN.put(one.target.key)
    return one.target
