"""The sectors of the plan."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from mixplan.base.errors import DataError, MixplanError
from mixplan.base.i18n import gettext as _
from mixplan.city.crs import points_metric
from mixplan.city.distances import signed_distance
from mixplan.city.rings import ring_area
from mixplan.plan.rules import RuleBook

SECTORS = ("NE", "SW", "periphery")
_FAR_M = 400_000.0  # radius of a sector wedge: beyond anything on the map


def sector_label(sector: object) -> str:
    """Name of a sector of the plan, — outside all of them."""
    return {"NE": _("东北部"), "SW": _("西南部"), "periphery": _("周边")}.get(str(sector), "—")


def check_sectors(sectors: Sequence[str], *, error: type[MixplanError] = DataError) -> None:
    """Refuse wishes for a sector that does not exist, or several for one.

    Raises
    ------
    MixplanError
        Of the type asked for, naming the sector and what is allowed.
    """
    for sector in sectors:
        if sector not in SECTORS:
            raise error(
                _("方位“{sector}”不存在，应为 {allowed} 之一。").format(sector=sector, allowed=_("、").join(SECTORS))
            )
    if twice := sorted({sector for sector in sectors if sectors.count(sector) > 1}):
        raise error(
            _("方位 {sectors} 的条数给出了不止一次：每个方位只能有一个要求。").format(sectors=_("、").join(twice))
        )


def _wedge(centre: shapely.Point, middle_deg: float, half_width_deg: float) -> shapely.Polygon:
    angles = np.radians(np.linspace(middle_deg - half_width_deg, middle_deg + half_width_deg, 91))
    arc = np.column_stack([centre.x + _FAR_M * np.sin(angles), centre.y + _FAR_M * np.cos(angles)])
    return shapely.Polygon([(centre.x, centre.y), *arc])


def sector_areas(rings: gpd.GeoDataFrame, book: RuleBook) -> gpd.GeoSeries:
    """The three sectors of the plan, NE, SW and periphery, as the assumptions in the rule file define them."""
    centre = points_metric([book.figure("sector_centre_lon")], [book.figure("sector_centre_lat")]).iloc[0]
    half = book.figure("sector_half_width_deg")
    north_east = _wedge(centre, book.figure("sector_ne_centre_deg"), half)
    south_west = _wedge(centre, book.figure("sector_sw_centre_deg"), half)
    beyond = ring_area(rings, int(book.figure("periphery_beyond_ring")))
    everywhere = centre.buffer(_FAR_M * 0.9, quad_segs=90)
    periphery = everywhere.difference(beyond).difference(north_east).difference(south_west)
    return gpd.GeoSeries({"NE": north_east, "SW": south_west, "periphery": periphery}, crs=rings.crs)


def sector_of(points: gpd.GeoSeries, sectors: gpd.GeoSeries) -> pd.Series:
    """Sector each point lies in, ``<NA>`` in none; where sectors meet the first in the order NE, SW, periphery."""
    found = pd.Series(pd.NA, index=points.index, dtype="object", name="sector")
    for name in reversed(SECTORS):
        found[signed_distance(points, sectors[name]) <= 0] = name
    return found
