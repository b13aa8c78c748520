"""Supply, shares and a road that the tests of coverage share."""

import geopandas as gpd
import numpy as np
import shapely

from mixplan.city.networks import network_of

EAST, NORTH = 450_000.0, 4_418_000.0


def supply_at(*rows):
    """Supply from (metres east, metres north, capacity)."""
    return gpd.GeoDataFrame(
        {
            "name": [f"p{n}" for n in range(len(rows))],
            "capacity": [float(row[2]) for row in rows],
            "location_error_m": 0.0,
            "evidence": "sourced",
            "stage": "existing",
            "year": np.nan,
        },
        geometry=[shapely.Point(EAST + row[0], NORTH + row[1]) for row in rows],
        index=[f"p{n}" for n in range(len(rows))],
        crs=4548,
    )


def grid_share(zone, places, radius_m, step=100.0):
    """Share of an area near some place, counted on a fine grid: nothing shared with the code under test."""
    west, south, east, north = zone.bounds
    x, y = np.meshgrid(np.arange(west + step / 2, east, step), np.arange(south + step / 2, north, step))
    cells = np.column_stack([x.ravel(), y.ravel()])
    cells = cells[shapely.contains_xy(zone, cells[:, 0], cells[:, 1])]
    nearest = np.full(len(cells), np.inf)
    for place in places:
        nearest = np.minimum(nearest, (cells[:, 0] - place.x) ** 2 + (cells[:, 1] - place.y) ** 2)
    return float((nearest <= radius_m**2).mean())


def road_to_the_north_east():
    """A road 20 km north, then 10 km east, as two straight edges: the far end is 30 km by road, 22 km straight."""
    return network_of([np.array([(EAST, NORTH), (EAST, NORTH + 20_000), (EAST + 10_000, NORTH + 20_000)])])
