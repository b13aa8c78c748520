"""The ground of the ban zones, cut by district."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from mixplan.base.errors import DataError
from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import local
from mixplan.city import ban_zones, districts
from mixplan.city.layers import Layers
from mixplan.plan.rules import RuleBook

VARIANTS = ("drawn", "inner", "outer")
BY = ("zone", "district")
TOTAL = "total"


@dataclass(frozen=True)
class Ground:
    """The ban zones of one year, cut as they are reported, with the demand inside; the last unit is the total.

    Attributes
    ----------
    areas : dict
        For each of `VARIANTS` one geometry a unit: the boundary as drawn, and moved in and out by its accuracy.
    demand : GeoDataFrame
        Demand points inside the zones, ``weight`` in the theme's unit.
    member : ndarray (units, points) of bool
        Which points lie in which unit.
    """

    by: str
    year: int
    ids: tuple[str, ...]
    names: tuple[str, ...]
    names_en: tuple[str, ...]
    approximate: tuple[bool, ...]
    areas: Mapping[str, tuple[shapely.Geometry, ...]]
    demand: gpd.GeoDataFrame
    member: NDArray[np.bool_]

    @property
    def total(self) -> shapely.Geometry:
        """All zones together, as drawn."""
        return self.areas["drawn"][-1]

    def name(self, unit: int) -> str:
        """Name of a unit in the language in force."""
        return local({"name": self.names[unit], "name_en": self.names_en[unit]})


def zone_ground(layers: Layers, demand: gpd.GeoDataFrame, book: RuleBook, *, year: int, by: str = "zone") -> Ground:
    """The ban zones in force at the end of a year, one unit a zone or a district.

    Zones overlap (the Fourth Ring's lies in the central city); the total and the districts count ground once.
    """
    if by not in BY:
        raise DataError(_("“{by}”不是可用的统计单元，应为 zone 或 district。").format(by=by))
    on = date(year, 12, 31)
    frame = ban_zones.zones_in_force(layers.ban_zones, on)
    if frame.empty:
        first = ban_zones.announced_years(layers.ban_zones)[0]
        raise DataError(_("{year} 年还没有禁现区；最早的禁现区从 {first} 年起。").format(year=year, first=first))
    shapes: dict[str, list[shapely.Geometry]] = {variant: [] for variant in VARIANTS}
    for row in frame.itertuples():
        accuracy = float(row.accuracy_m) if row.approximate else 0.0
        shapes["drawn"].append(row.geometry)
        shapes["inner"].append(row.geometry.buffer(-accuracy) if accuracy else row.geometry)
        shapes["outer"].append(row.geometry.buffer(accuracy) if accuracy else row.geometry)
    total = {variant: shapely.union_all(shapes[variant]) for variant in VARIANTS}
    labels = pd.DataFrame(
        {"id": frame["id"], "name": frame["name"], "name_en": frame["name_en"], "approximate": frame["approximate"]}
    )
    if by == "district":
        names = districts.district_names(layers.districts, on, book)
        cut = {
            variant: [total[variant].intersection(area) for area in layers.districts.geometry] for variant in VARIANTS
        }
        # A sliver along a common border is no district with a ban zone.
        kept = [n for n, area in enumerate(cut["drawn"]) if area.area > 10_000]
        shapes = {variant: [cut[variant][n] for n in kept] for variant in VARIANTS}
        rows = layers.districts.iloc[kept]
        labels = pd.DataFrame(
            {
                "id": rows["id"],
                "name": rows["id"].map(names),
                "name_en": rows["name_en"],
                # The boundary inside a district may be exact although zones elsewhere are approximate.
                "approximate": [
                    outer.area - inner.area > 10_000
                    for outer, inner in zip(shapes["outer"], shapes["inner"], strict=True)
                ],
            }
        )
    for variant in VARIANTS:
        shapes[variant].append(total[variant])
    inside = demand[shapely.intersects(total["drawn"], demand.geometry.to_numpy())]
    points = inside.geometry.to_numpy()
    member = np.array([shapely.intersects(area, points) for area in shapes["drawn"]], dtype=bool)
    return Ground(
        by,
        year,
        (*labels["id"].astype(str), TOTAL),
        (*labels["name"].astype(str), "合计"),
        (*labels["name_en"].astype(str), "Total"),
        (*(bool(flag) for flag in labels["approximate"]), bool(frame["approximate"].any())),
        {variant: tuple(shapes[variant]) for variant in VARIANTS},
        inside,
        member.reshape(len(labels) + 1, len(inside)),
    )
