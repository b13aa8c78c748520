"""Supply from outside the plants in the city: imports at the border, wet mortar from concrete stations."""

import math
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from mixplan.city.crs import points_metric
from mixplan.city.layers import Layers
from mixplan.plan.rules import RuleBook
from mixplan.siting.inputs import SitingInputs
from mixplan.siting.settings import SitingSettings


def optional_supply(
    inputs: SitingInputs, settings: SitingSettings, layers: Layers, book: RuleBook, wanted: float
) -> gpd.GeoDataFrame:
    """Imports at the border, and wet mortar from concrete stations, where the planner lets them serve.

    Returns
    -------
    GeoDataFrame
        Index id; ``kind`` (import, wet), ``capacity`` (万t/yr), ``group`` (0 for imports, which share a cap, else -1).
    """
    rows: list[dict[str, Any]] = []
    if settings.imports:
        capacity = settings.import_share_pct / 100 * wanted
        rows += [
            {"id": key, "kind": "import", "capacity": capacity, "group": 0, "geometry": gate}
            for key, gate in _gates(layers, book)
        ]
    if settings.wet_mortar and inputs.stations is not None:
        share = settings.wet_share_pct / 100 * book.figure("siting_wet_density")
        rows += [
            {"id": str(key), "kind": "wet", "capacity": share * float(capacity), "group": -1, "geometry": place}
            for key, capacity, place in zip(
                inputs.stations.index, inputs.stations["capacity"], inputs.stations.geometry, strict=True
            )
        ]
    columns = ["id", "kind", "capacity", "group", "geometry"]
    frame = gpd.GeoDataFrame(rows, columns=columns, geometry="geometry", crs=layers.rings.crs)
    return frame.set_index("id")


def _gates(layers: Layers, book: RuleBook) -> list[tuple[str, shapely.Point]]:
    """Places on the border, evenly round the centre, where imports come in."""
    city = layers.districts.geometry.union_all()
    centre = points_metric([book.figure("sector_centre_lon")], [book.figure("sector_centre_lat")]).iloc[0]
    count = int(book.figure("siting_import_gates"))
    far = 2 * math.hypot(city.bounds[2] - city.bounds[0], city.bounds[3] - city.bounds[1])
    gates = []
    for angle in (2 * math.pi * k / count for k in range(count)):
        ray = shapely.LineString([centre, (centre.x + far * math.sin(angle), centre.y + far * math.cos(angle))])
        corners = shapely.get_coordinates(ray.intersection(city.boundary))
        if len(corners):
            border = corners[np.hypot(*(corners - [centre.x, centre.y]).T).argmax()]
            gates.append((f"import-{math.degrees(angle):03.0f}", shapely.Point(border)))
    return gates
