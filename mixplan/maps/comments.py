"""Open comments on the map: a pin above what each is pinned to."""

from typing import Any

import geopandas as gpd

from mixplan.maps.features import features_of, mark, mark_style
from mixplan.maps.style import COMMENT_COLOUR


def comment_layer(points: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """Pins that can be picked.

    Parameters
    ----------
    points : GeoDataFrame
        ``id`` by which each is picked, ``tip`` with the lines of its tooltip.
    """
    return [
        features_of(
            points,
            lambda row: mark("chosen", "pin", 8, mark_style(COMMENT_COLOUR), id=row["id"], tip=row["tip"]),
        )
    ]
