"""Exact areas within reach of plants."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from mixplan.base.arrays import Floats
from mixplan.base.numbers import M_PER_KM
from mixplan.city.crs import METRIC_CRS
from mixplan.city.haul import Haul, NetworkWays, check_pairs, straight_haul
from mixplan.city.network_report import NetworkReport, network_report
from mixplan.coverage.ground import VARIANTS, Ground

_CELL_M = 250.0  # hauls along a network are measured to the middle of squares of this side
QUAD_SEGMENTS = 128  # a circle of 512 corners: 0.0025 % less than its true area


def _edges(area: shapely.Geometry, centre: Floats) -> Floats:
    """Directed edges of a polygon, outer rings counter-clockwise and holes clockwise, seen from a centre (n, 4)."""
    parts = shapely.get_parts(area)
    parts = parts[shapely.get_type_id(parts) == 3]
    if len(parts) == 0:
        return np.empty((0, 4))
    rings = shapely.get_rings(shapely.orient_polygons(parts, exterior_cw=False))
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    xy = xy - centre
    same = ring[1:] == ring[:-1]
    return np.hstack([xy[:-1][same], xy[1:][same]])


def disc_area_m2(edges: Floats, radii_m: Floats) -> Floats:
    """Area that a polygon shares with circles round the origin, in closed form (edges × radii, to be summed).

    Each directed edge adds the signed area of its triangle with the origin, cut by the circle: a triangle where the
    edge runs inside the circle, circular sectors where it runs outside.
    """
    ax, ay, bx, by = (column[:, None] for column in edges.T)
    r2 = (radii_m**2)[None, :]
    dx, dy = bx - ax, by - ay
    length2 = dx * dx + dy * dy
    length2 = np.where(length2 == 0, 1.0, length2)
    along = -(ax * dx + ay * dy) / length2
    cross = ax * by - ay * bx
    half2 = (r2 - cross * cross / length2) / length2
    half = np.sqrt(np.maximum(half2, 0.0))
    enter, leave = np.clip(along - half, 0.0, 1.0), np.clip(along + half, 0.0, 1.0)
    px, py, qx, qy = ax + enter * dx, ay + enter * dy, ax + leave * dx, ay + leave * dy
    before = np.arctan2(ax * py - ay * px, ax * px + ay * py)
    after = np.arctan2(qx * by - qy * bx, qx * bx + qy * by)
    area: Floats = 0.5 * ((leave - enter) * cross + r2 * (before + after))
    return area


def _nearest_cells(centres: Floats, frame: tuple[float, float, float, float]) -> list[shapely.Geometry]:
    """The part of a frame that is nearer to each centre than to any other (Voronoi cells); centres are distinct."""
    west, south, east, north = frame
    window = shapely.box(
        min(west, centres[:, 0].min()) - 1e4,
        min(south, centres[:, 1].min()) - 1e4,
        max(east, centres[:, 0].max()) + 1e4,
        max(north, centres[:, 1].max()) + 1e4,
    )
    if len(centres) == 1:
        return [window]
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(centres), extend_to=window))
    tree = shapely.STRtree(cells)
    points, owners = tree.query(shapely.points(centres), predicate="intersects")
    ordered: list[shapely.Geometry] = [shapely.Polygon()] * len(centres)
    for point, owner in zip(points, owners, strict=True):
        ordered[point] = cells[owner]
    return ordered


def _points(places: Floats) -> gpd.GeoSeries:
    return gpd.GeoSeries(shapely.points(places), crs=METRIC_CRS)


@dataclass(frozen=True)
class Reach:
    """Supply seen from the ground: distances, and shares for any radius at once. Made once, asked for every R.

    Attributes
    ----------
    distance_m : ndarray (plants, demand points)
        Straight line, or haul along the network where one is given.
    ways : NetworkWays, optional
        How hauls along a network are worked out (`haul.network_ways`); without it every distance is a straight line.
    network : NetworkReport, optional
        Whom that network does not reach, and why.
    """

    ground: Ground
    supply: gpd.GeoDataFrame
    distance_m: Floats
    ways: NetworkWays | None = None
    network: NetworkReport | None = None

    @cached_property
    def places(self) -> Floats:
        """Coordinates of the plants (n, 2)."""
        places: Floats = np.column_stack([self.supply.geometry.x, self.supply.geometry.y]).astype(float)
        return places.reshape(-1, 2)

    @cached_property
    def capacity(self) -> Floats:
        """Capacity of the plants; one that nobody knows serves nothing."""
        capacity: Floats = self.supply["capacity"].astype(float).fillna(0.0).to_numpy(float)
        return capacity

    @cached_property
    def area_m2(self) -> Floats:
        """Area of every unit (columns) in every variant (rows)."""
        return np.array([[area.area for area in self.ground.areas[variant]] for variant in VARIANTS])

    @cached_property
    def cells(self) -> gpd.GeoDataFrame:
        """The zones cut by nearest plant (straight line): ``supply_id`` and geometry; empty without supply."""
        rows = []
        centres, owner = np.unique(self.places, axis=0, return_index=True)
        if len(centres):
            cells = _nearest_cells(centres, shapely.bounds(self.ground.total))
            rows = [
                {"supply_id": self.supply.index[owner[n]], "geometry": part}
                for n, part in enumerate(shapely.intersection(self.ground.total, np.array(cells, dtype=object)))
                if not part.is_empty
            ]
        return gpd.GeoDataFrame(rows, columns=["supply_id", "geometry"], geometry="geometry", crs=METRIC_CRS)

    @cached_property
    def _pieces(self) -> tuple[Floats, NDArray[np.intp]]:
        """Edges of every unit cut by nearest plant and seen from it, and the slot (variant × unit) of each edge."""
        centres = np.unique(self.places, axis=0)
        units = [area for variant in VARIANTS for area in self.ground.areas[variant]]
        cells = np.array(_nearest_cells(centres, shapely.bounds(shapely.union_all(units))), dtype=object)
        edges, slots = [np.empty((0, 4))], [np.empty(0, dtype=np.intp)]
        for slot, area in enumerate(units):
            if area.is_empty:
                continue
            for n in shapely.STRtree(cells).query(area):
                found = _edges(shapely.intersection(area, cells[n]), centres[n])
                edges.append(found)
                slots.append(np.full(len(found), slot, dtype=np.intp))
        return np.vstack(edges), np.concatenate(slots)

    def area_shares(self, radii_km: Sequence[float]) -> Floats:
        """Share of area within each radius: variants × units × radii; missing where a variant leaves nothing."""
        radii = np.asarray(radii_km, dtype=float) * M_PER_KM
        shape = (len(VARIANTS), len(self.ground.ids), len(radii))
        areas = self.area_m2[:, :, None]
        if len(self.supply) == 0:
            covered = np.zeros(shape)
        elif self.ways is not None:
            near = self._squares[1][:, None] <= radii[None, :]
            covered = (self._square_m2 @ near).reshape(shape)
        else:
            edges, slots = self._pieces
            slices = [slice(n, n + 4096) for n in range(0, len(edges), 4096)]
            covered = np.zeros((shape[0] * shape[1], len(radii)))
            for part in slices:
                np.add.at(covered, slots[part], disc_area_m2(edges[part], radii))
            covered = covered.reshape(shape)
        with np.errstate(invalid="ignore", divide="ignore"):
            shares = np.where(areas > 1.0, covered / areas, np.nan)
        clipped: Floats = np.clip(shares, 0.0, 1.0)
        return clipped

    @cached_property
    def _squares(self) -> tuple[NDArray[np.object_], Floats]:
        """Squares over the zones, and the haul along the network from the nearest plant to the middle of each."""
        outer = self.ground.areas["outer"][-1]
        west, south, east, north = np.asarray(shapely.bounds(outer)) // _CELL_M * _CELL_M
        x, y = np.meshgrid(np.arange(west, east + 1, _CELL_M), np.arange(south, north + 1, _CELL_M))
        squares = shapely.box(x, y, x + _CELL_M, y + _CELL_M).ravel()
        shapely.prepare(outer)
        squares = squares[shapely.intersects(outer, squares)]
        middles = shapely.get_coordinates(shapely.centroid(squares))
        assert self.ways is not None
        return squares, self.ways.nearest_m(_points(middles), self.supply.geometry)

    @cached_property
    def _square_m2(self) -> Floats:
        """Area that every unit in every variant (rows) shares with every square (columns)."""
        squares = self._squares[0]
        areas = [area for variant in VARIANTS for area in self.ground.areas[variant]]
        shared = np.zeros((len(areas), len(squares)))
        for row, area in enumerate(areas):
            shapely.prepare(area)
            inside = shapely.contains(area, squares)
            rim = shapely.intersects(area, squares) & ~inside
            shared[row, inside] = _CELL_M**2
            shared[row, rim] = shapely.area(shapely.intersection(area, squares[rim]))
        return shared

    def reach_area(self, radius_km: float, *, shift_m: Floats | float = 0.0) -> shapely.Geometry:
        """Everything within the radius of some plant as a polygon; ``shift_m`` widens each plant's circle.

        Along a network it is made of squares, and only where zones are.
        """
        if len(self.supply) == 0:
            return shapely.Polygon()
        if self.ways is not None:
            squares, haul = self._squares
            return shapely.coverage_union_all(squares[haul <= radius_km * M_PER_KM])
        radii = np.maximum(radius_km * M_PER_KM + np.broadcast_to(shift_m, len(self.places)), 0.0)
        return shapely.union_all(shapely.buffer(shapely.points(self.places), radii, quad_segs=QUAD_SEGMENTS))

    def rim(self, radius_km: float) -> shapely.Geometry:
        """Where the reach ends, as lines to be drawn."""
        rim = shapely.boundary(self.reach_area(radius_km))
        return rim if self.ways is None else shapely.intersection(rim, self.ground.total)

    def demand_shares(self, radii_km: Sequence[float]) -> Floats:
        """Share of demand within each radius: units × radii; missing where a unit has no demand."""
        weight = self.ground.demand["weight"].to_numpy(float)
        nearest = self.distance_m.min(axis=0, initial=np.inf)
        near = nearest[:, None] <= np.asarray(radii_km, dtype=float)[None, :] * M_PER_KM
        member = self.ground.member.astype(float)
        with np.errstate(invalid="ignore", divide="ignore"):
            shares: Floats = (member @ (near * weight[:, None])) / (member @ weight)[:, None]
        return shares

    def haul_to(self, places: Floats) -> Haul:
        """Distance or haul to places from every plant, and why no way leads to a place."""
        ways = self.ways or partial(straight_haul, detour=1.0)
        return ways(_points(places), self.supply.geometry)

    def haul_to_m(self, places: Floats) -> Floats:
        """Distance or haul from every plant (rows) to places (columns)."""
        if self.ways is not None:
            haul: Floats = self.haul_to(places).km.T * M_PER_KM
            return haul
        check_pairs(len(places), len(self.places))
        offset = self.places[:, None, :] - places[None, :, :]
        distance: Floats = np.hypot(offset[..., 0], offset[..., 1])
        return distance


def reach(ground: Ground, supply: gpd.GeoDataFrame, *, ways: NetworkWays | None = None) -> Reach:
    """Measure a supply against the ground, by straight line or along a road network.

    Parameters
    ----------
    supply : GeoDataFrame
        From `supply_points`, `given_supply`, `with_proposal`, `with_consolidation`.
    ways : NetworkWays, optional
        From `haul.network_ways`; then every radius is a haul along that network.
    """
    if ways is not None:
        haul = ways(ground.demand.geometry, supply.geometry)
        report = network_report(haul, ground.demand["weight"], supply.index)
        return Reach(ground, supply, haul.km.T * M_PER_KM, ways, report)
    points = np.column_stack([ground.demand.geometry.x, ground.demand.geometry.y]).astype(float).reshape(-1, 2)
    bare = Reach(ground, supply, np.empty((len(supply), 0)))
    return replace(bare, distance_m=bare.haul_to_m(points))
