"""Coverage of the mixing-ban zones by mortar plants, and of the same ground by concrete stations.

One place is *covered* when some plant lies within the radius, and *served* when plants within the radius also have
the capacity left to supply it. The two figures have different names everywhere: coverage (覆盖率) and service (保障率).
Definitions, formulas and assumptions: docs/coverage.md.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_array

from mixplan.base.errors import DataError
from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import local
from mixplan.city import ban_zones, districts
from mixplan.city.crs import METRIC_CRS
from mixplan.city.haul import HaulFunction
from mixplan.city.layers import Layers
from mixplan.plan.rules import RuleBook
from mixplan.registers.points import point_frame

Floats = NDArray[np.float64]

SUPPLY_COLUMNS = ("name", "capacity", "location_error_m", "evidence", "stage", "year")
COUNTED = ("inventory_2010", "proposed")  # statuses of the register that supply
LEAVES = ("close", "merge", "relocate")  # actions of a consolidation plan after which a station supplies no more
_CELL_M = 250.0  # hauls along a network are measured to the middle of squares of this side
QUAD_SEGMENTS = 128  # a circle of 512 corners: 0.0025 % less than its true area
VARIANTS = ("drawn", "inner", "outer")
BY = ("zone", "district")
TOTAL = "total"


# --- the theme, the supply -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Theme:
    """What is hauled: the kind of plant, its unit, the radius the page starts with, and what is wanted a year."""

    kind: str
    unit: str
    radius_km: float
    minimum_km: float
    maximum_km: float
    demand_total: float | None


def theme(kind: str, book: RuleBook) -> Theme:
    """Theme ``mortar`` or ``concrete``; concrete demand is spread like the mortar demand and scaled to the plan."""
    if kind not in ("mortar", "concrete"):
        raise DataError(_("覆盖分析的主题“{kind}”不存在，应为 mortar 或 concrete。").format(kind=kind))
    radius = book.parameters[f"coverage_radius_{kind}_km"]
    total = book.figure("concrete_demand_2015") if kind == "concrete" else None
    unit = "wan_m3" if kind == "concrete" else "wan_t"
    return Theme(kind, unit, radius.value, *radius.range, total)


def themed_demand(demand: gpd.GeoDataFrame, subject: Theme) -> gpd.GeoDataFrame:
    """Demand points with their weight in the theme's unit."""
    weight = demand["weight"].astype(float)
    if subject.demand_total is not None and weight.sum() > 0:
        weight = weight * (subject.demand_total / weight.sum())
    return demand.assign(weight=weight)


def supply_points(
    plants: gpd.GeoDataFrame, *, kind: str = "mortar", statuses: Collection[str] = COUNTED
) -> gpd.GeoDataFrame:
    """Plants of a register that supply: of one kind, in the counted statuses, and located.

    Returns
    -------
    GeoDataFrame
        Index plant id, columns `SUPPLY_COLUMNS` and geometry. ``stage`` is ``existing``; ``capacity`` is missing where
        nobody has published it, and such a plant covers but serves nothing.
    """
    chosen = plants[(plants["kind"] == kind) & plants["status"].isin(list(statuses)) & plants.geometry.notna()]
    table = chosen.assign(stage="existing", year=np.nan)
    return gpd.GeoDataFrame(table[[*SUPPLY_COLUMNS, "geometry"]])


def given_supply(points: gpd.GeoDataFrame, *, kind: str = "mortar") -> gpd.GeoDataFrame:
    """Supply from a planner's own file (`data.read_points`); where it states kind or status, only what counts."""
    keep = points["kind"].isin(["", kind]) & points["status"].isin(["", *COUNTED]) & points.geometry.notna()
    table = points[keep].assign(stage="existing")
    table["name"] = table["name"].where(table["name"] != "", table.index.to_series())
    return gpd.GeoDataFrame(table[[*SUPPLY_COLUMNS, "geometry"]])


def planned_sites(sites: Iterable[Mapping[str, Any]] | gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Sites of a proposal as supply, from records ``id, lon, lat, capacity`` (and ``name``, ``year``) or a points file.

    Raises
    ------
    DataError
        Where a site has no usable coordinates or capacity.
    """
    points = sites if isinstance(sites, gpd.GeoDataFrame) else point_frame([dict(site) for site in sites])
    for column in ("lon", "lat", "capacity"):
        missing = points.index[points[column].isna()]
        if len(missing):
            raise DataError(
                _("拟建站点“{site}”缺少 {column}；每个站点要有 id、lon、lat、capacity。").format(
                    site=missing[0], column=column
                )
            )
    name = points["name"].where(points["name"] != "", points.index.to_series())
    table = points.assign(name=name, stage="proposed", evidence="sourced", location_error_m=0.0)
    return gpd.GeoDataFrame(table[[*SUPPLY_COLUMNS, "geometry"]])


def in_production(sites: gpd.GeoDataFrame, year: int, book: RuleBook) -> gpd.GeoDataFrame:
    """Planned sites that produce by the end of a year.

    A site's own ``year`` decides; the others come in evenly, in the order listed, from
    ``coverage_new_lines_first_year`` to ``coverage_new_lines_last_year``.
    """
    first = book.figure("coverage_new_lines_first_year")
    span = max(book.figure("coverage_new_lines_last_year") - first + 1, 1.0)
    free = sites["year"].isna().to_numpy()
    order = np.cumsum(free)  # 1, 2, … among the sites without a year of their own
    assumed = first - 1 + np.ceil(order / max(free.sum(), 1) * span)
    starts = np.where(free, assumed, sites["year"].to_numpy(float))
    return sites[starts <= year]


def with_proposal(supply: gpd.GeoDataFrame, sites: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Supply with the sites of a proposal added; a site that bears a plant's id replaces it."""
    if sites.empty:
        return supply
    if supply.empty:
        return sites
    return gpd.GeoDataFrame(pd.concat([supply.drop(index=sites.index, errors="ignore"), sites]), crs=supply.crs)


def with_consolidation(supply: gpd.GeoDataFrame, decisions: pd.DataFrame) -> gpd.GeoDataFrame:
    """Supply as a consolidation plan leaves it.

    Parameters
    ----------
    decisions : DataFrame
        Index plant id; ``action`` (retain, upgrade, merge, relocate, close): after merge, relocate and close the
        station itself supplies no more; ``capacity`` (optional) is what a remaining station can make afterwards.
        Stations that the plan does not name stay as they are.
    """
    action = decisions["action"].reindex(supply.index)
    left = supply[~action.isin(LEAVES)]
    if "capacity" in decisions.columns:
        after = decisions["capacity"].reindex(left.index).astype(float)
        left = left.assign(capacity=after.fillna(left["capacity"]))
    return left


# --- what is reported on: zones or districts, and the total ----------------------------------------------------------


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
        first = pd.to_datetime(layers.ban_zones["since"]).dt.year.min()
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


# --- areas within a radius, exactly ----------------------------------------------------------------------------------


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
        min(west, centres[:, 0].min()) - 1e4, min(south, centres[:, 1].min()) - 1e4,
        max(east, centres[:, 0].max()) + 1e4, max(north, centres[:, 1].max()) + 1e4,
    )  # fmt: skip
    if len(centres) == 1:
        return [window]
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(centres), extend_to=window))
    tree = shapely.STRtree(cells)
    points, owners = tree.query(shapely.points(centres), predicate="intersects")
    ordered: list[shapely.Geometry] = [shapely.Polygon()] * len(centres)
    for point, owner in zip(points, owners, strict=True):
        ordered[point] = cells[owner]
    return ordered


@dataclass(frozen=True)
class Reach:
    """Supply seen from the ground: distances, and shares for any radius at once. Made once, asked for every R.

    Attributes
    ----------
    distance_m : ndarray (plants, demand points)
        Straight line, or haul along the network where one is given.
    ways : callable, optional
        How hauls along a network are worked out (`haul.network_ways`); without it every distance is a straight line.
    """

    ground: Ground
    supply: gpd.GeoDataFrame
    distance_m: Floats
    ways: HaulFunction | None = None

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
        radii = np.asarray(radii_km, dtype=float) * 1000.0
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
        return squares, self.haul_to_m(middles).min(axis=0, initial=np.inf)

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
            return shapely.coverage_union_all(squares[haul <= radius_km * 1000.0])
        radii = np.maximum(radius_km * 1000.0 + np.broadcast_to(shift_m, len(self.places)), 0.0)
        return shapely.union_all(shapely.buffer(shapely.points(self.places), radii, quad_segs=QUAD_SEGMENTS))

    def rim(self, radius_km: float) -> shapely.Geometry:
        """Where the reach ends, as lines to be drawn."""
        rim = shapely.boundary(self.reach_area(radius_km))
        return rim if self.ways is None else shapely.intersection(rim, self.ground.total)

    def demand_shares(self, radii_km: Sequence[float]) -> Floats:
        """Share of demand within each radius: units × radii; missing where a unit has no demand."""
        weight = self.ground.demand["weight"].to_numpy(float)
        nearest = self.distance_m.min(axis=0, initial=np.inf)
        near = nearest[:, None] <= np.asarray(radii_km, dtype=float)[None, :] * 1000.0
        member = self.ground.member.astype(float)
        with np.errstate(invalid="ignore", divide="ignore"):
            shares: Floats = (member @ (near * weight[:, None])) / (member @ weight)[:, None]
        return shares

    def haul_to_m(self, places: Floats) -> Floats:
        """Distance or haul from every plant (rows) to places (columns)."""
        if self.ways is not None:
            points = gpd.GeoSeries(shapely.points(places), crs=METRIC_CRS)
            haul: Floats = self.ways(points, self.supply.geometry).km.T * 1000.0
            return haul
        offset = self.places[:, None, :] - places[None, :, :]
        distance: Floats = np.hypot(offset[..., 0], offset[..., 1])
        return distance


def reach(ground: Ground, supply: gpd.GeoDataFrame, *, ways: HaulFunction | None = None) -> Reach:
    """Measure a supply against the ground, by straight line or along a road network.

    Parameters
    ----------
    supply : GeoDataFrame
        From `supply_points`, `given_supply`, `with_proposal`, `with_consolidation`.
    ways : callable, optional
        From `haul.network_ways`; then every radius is a haul along that network.
    """
    points = np.column_stack([ground.demand.geometry.x, ground.demand.geometry.y]).astype(float).reshape(-1, 2)
    bare = Reach(ground, supply, np.empty((len(supply), 0)), ways)
    return replace(bare, distance_m=bare.haul_to_m(points))


# --- capacity --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Service:
    """Who supplies whom within the radius: as much as capacity allows and, of all such ways, the shortest haul.

    Attributes
    ----------
    flows : DataFrame
        ``supply_id``, ``demand_id``, ``amount``, ``distance_km``.
    served, used : Series
        Amount by demand point and by plant.
    """

    flows: pd.DataFrame
    served: pd.Series
    used: pd.Series


def _transport(
    cost: Floats, allowed: NDArray[np.bool_], capacity: Floats, demand: Floats
) -> tuple[NDArray[np.intp], NDArray[np.intp], Floats]:
    """Cheapest flows (plant, point, amount) of a transportation LP in which nothing has to flow.

    Only ways between near neighbours enter at first; others are added while their reduced cost says that they could
    still save something, so the result is the optimum over all allowed ways.
    """
    neighbours = 8
    priced = np.where(allowed, cost, np.inf)
    chosen = np.zeros_like(allowed)
    for axis in (0, 1):
        few = min(neighbours, priced.shape[axis])
        if few:
            nearest = np.argpartition(priced, few - 1, axis=axis).take(range(few), axis=axis)
            np.put_along_axis(chosen, nearest, True, axis=axis)
    chosen &= allowed
    while True:
        plant, point = np.nonzero(chosen)
        if len(plant) == 0:
            return plant, point, np.zeros(0)
        variables = np.arange(len(plant))
        limits = csr_array(
            (
                np.ones(2 * len(plant)),
                (np.concatenate([plant, len(capacity) + point]), np.concatenate([variables, variables])),
            ),
            shape=(len(capacity) + len(demand), len(plant)),
        )
        bound = np.concatenate([capacity, demand])
        found = linprog(cost[plant, point], A_ub=limits, b_ub=bound, method="highs-ds")
        if found.x is None:
            raise DataError(_("产能分配无法求解：{reason}").format(reason=found.message))
        price = found.ineqlin.marginals
        reduced = priced - price[: len(capacity), None] - price[None, len(capacity) :]
        missing = (reduced < -1e-6) & ~chosen
        if not missing.any():
            return plant, point, np.maximum(found.x, 0.0)
        chosen |= missing


def serve(seen: Reach, radius_km: float) -> Service:
    """Serve as much demand as capacity allows within the radius (a transportation LP, solved with HiGHS).

    maximise Σ (M − d_ij) f_ij subject to Σ_i f_ij ≤ demand_j, Σ_j f_ij ≤ capacity_i, f ≥ 0, only where d_ij ≤ R.
    M exceeds the longest detour that a re-routing could cost, so that more is always served first and haul is only
    saved among the solutions that serve the most.
    """
    weight = seen.ground.demand["weight"].to_numpy(float)
    within = (seen.distance_m <= radius_km * 1000.0) & (seen.capacity > 0)[:, None]
    big = 2.0 * radius_km * (len(seen.supply) + 1)
    plant, point, amount = _transport(seen.distance_m / 1000.0 - big, within, seen.capacity, weight)
    km = seen.distance_m[plant, point] / 1000.0
    keep = amount > 1e-9
    ids, wanted = seen.supply.index.to_numpy(), seen.ground.demand.index.to_numpy()
    served = np.minimum(np.bincount(point, amount, len(weight)), weight)
    used = np.minimum(np.bincount(plant, amount, len(seen.supply)), seen.capacity)
    flows = pd.DataFrame(
        {
            "supply_id": ids[plant[keep]],
            "demand_id": wanted[point[keep]],
            "amount": amount[keep],
            "distance_km": km[keep],
        }
    )
    return Service(
        flows,
        pd.Series(served, index=seen.ground.demand.index, name="served"),
        pd.Series(used, index=seen.supply.index, name="used"),
    )


# --- the answer ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CoverageRow:
    """Coverage of one zone, one district, or all of them together.

    Attributes
    ----------
    area_share, area_share_low, area_share_high : float
        Share of area within the radius with the boundary as drawn, and the least and most when an approximate
        boundary moves in or out by its accuracy; equal where the boundary is exact.
    demand, demand_share, served_share : float
        Demand (万t or 万m³ a year), the share of it within the radius, and the share that plants within the radius
        have the capacity to supply; shares are None where the unit has no demand.
    nearest_km, nearest_id
        From the middle of the unit to the nearest plant; None without supply (or without a way on the network).
    """

    id: str
    name: str
    name_en: str
    approximate: bool
    area_km2: float
    area_share: float
    area_share_low: float
    area_share_high: float
    demand: float
    demand_share: float | None
    served_share: float | None
    nearest_km: float | None
    nearest_id: str | None


@dataclass(frozen=True)
class Coverage:
    """How well the ban zones of one year are covered and served within one radius.

    Attributes
    ----------
    total : CoverageRow
        All zones together, ground counted once.
    service : Service
        The flows behind the served shares.
    supply_count, capacity, unknown_capacity, modelled : int, float, int, int
        Plants, what they can make together, how many of unknown capacity, how many placed by a model.
    location_error_m : tuple of float
        Least and greatest location error among the plants placed by a model; infinite where one states none.
    location_low, location_high : float or None
        Least and greatest share of area (total) if every plant lay as badly or as well as its location error allows;
        None where an error is unknown or a network is used.
    """

    by: str
    year: int
    radius_km: float
    rows: tuple[CoverageRow, ...]
    total: CoverageRow
    service: Service
    supply_count: int
    capacity: float
    unknown_capacity: int
    modelled: int
    location_error_m: tuple[float, float]
    location_low: float | None
    location_high: float | None


def _middle(area: shapely.Geometry) -> shapely.Point:
    """Centroid of an area, or a point in it where the centroid lies outside."""
    centroid = shapely.centroid(area)
    return centroid if shapely.intersects(area, centroid) else shapely.point_on_surface(area)


def _optional(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def coverage(seen: Reach, radius_km: float) -> Coverage:
    """Coverage of the ban zones within a radius: the one function behind every page, file and command.

    Parameters
    ----------
    seen : Reach
        From `reach`; asking it again for another radius is cheap.
    radius_km : float
        Straight-line radius, or haul along the network that ``seen`` was made with.
    """
    if not (np.isfinite(radius_km) and radius_km > 0):
        raise DataError(_("半径应为大于 0 的公里数，收到的是 {radius}。").format(radius=radius_km))
    ground = seen.ground
    areas = seen.area_shares([radius_km])[:, :, 0]
    covered = seen.demand_shares([radius_km])[:, 0]
    service = serve(seen, radius_km)
    weight = ground.demand["weight"].to_numpy(float)
    member = ground.member.astype(float)
    wanted = member @ weight
    with np.errstate(invalid="ignore", divide="ignore"):
        served = np.minimum((member @ service.served.to_numpy(float)) / wanted, covered)
    middles = [_middle(area) for area in ground.areas["drawn"]]
    haul = seen.haul_to_m(shapely.get_coordinates(middles))
    rows = []
    for n, unit in enumerate(ground.ids):
        nearest = int(haul[:, n].argmin()) if len(haul) and np.isfinite(haul[:, n].min()) else None
        rows.append(
            CoverageRow(
                id=unit,
                name=ground.names[n],
                name_en=ground.names_en[n],
                approximate=ground.approximate[n],
                area_km2=float(seen.area_m2[0, n] / 1e6),
                area_share=float(areas[0, n]),
                area_share_low=float(np.nanmin(areas[:, n])),
                area_share_high=float(np.nanmax(areas[:, n])),
                demand=float(wanted[n]),
                demand_share=_optional(covered[n]),
                served_share=_optional(served[n]),
                nearest_km=None if nearest is None else float(haul[nearest, n] / 1000.0),
                nearest_id=None if nearest is None else str(seen.supply.index[nearest]),
            )
        )
    error = seen.supply["location_error_m"].astype(float).fillna(np.inf).to_numpy()
    modelled = (seen.supply["evidence"] == "modelled").to_numpy(bool)
    low, high = _location_range(seen, radius_km, error)
    return Coverage(
        ground.by,
        ground.year,
        float(radius_km),
        tuple(rows[:-1]),
        rows[-1],
        service,
        len(seen.supply),
        float(seen.capacity.sum()),
        int(seen.supply["capacity"].isna().sum()),
        int(modelled.sum()),
        (float(error[modelled].min()), float(error[modelled].max())) if modelled.any() else (0.0, 0.0),
        low,
        high,
    )


def _location_range(seen: Reach, radius_km: float, error_m: Floats) -> tuple[float | None, float | None]:
    """Bounds of the share of area when every plant may lie anywhere within its location error."""
    if len(error_m) == 0 or seen.ways is not None or not np.isfinite(error_m).all():
        return None, None
    total = seen.ground.total
    if not error_m.any():
        share = float(seen.area_shares([radius_km])[0, -1, 0])
        return share, share
    shares = [total.intersection(seen.reach_area(radius_km, shift_m=shift)).area / total.area
              for shift in (-error_m, error_m)]  # fmt: skip
    return float(shares[0]), float(min(shares[1], 1.0))


def curve(seen: Reach, radii_km: Sequence[float], *, unit: str = TOTAL, served: bool = True) -> pd.DataFrame:
    """Coverage of one unit, or of all zones, as a curve over the radius.

    Returns
    -------
    DataFrame
        ``radius_km``, ``area_share``, ``area_share_low``, ``area_share_high``, ``demand_share`` and ``served_share``
        (missing where ``served`` is off); the same figures as `coverage` gives for each radius.
    """
    n = seen.ground.ids.index(unit)
    areas = seen.area_shares(radii_km)[:, n, :]
    covered = seen.demand_shares(radii_km)[n]
    shares = np.full(len(radii_km), np.nan)
    weight = float(seen.ground.demand["weight"].to_numpy(float) @ seen.ground.member[n])
    if served and weight > 0:
        amounts = [float(serve(seen, r).served.to_numpy(float) @ seen.ground.member[n]) for r in radii_km]
        shares = np.minimum(np.array(amounts) / weight, covered)
    return pd.DataFrame(
        {
            "radius_km": np.asarray(radii_km, dtype=float),
            "area_share": areas[0],
            "area_share_low": np.nanmin(areas, axis=0),
            "area_share_high": np.nanmax(areas, axis=0),
            "demand_share": covered,
            "served_share": shares,
        }
    )


# --- gaps and bands --------------------------------------------------------------------------------------------------


def gaps(seen: Reach, radius_km: float, layers: Layers, *, minimum_km2: float = 0.0) -> gpd.GeoDataFrame:
    """Parts of the ban zones beyond the radius, each named after the nearest town, largest first.

    Returns
    -------
    GeoDataFrame
        ``town``, ``town_en``, ``zone``, ``zone_en`` (the zone it belongs to most), ``area_km2``, ``demand``,
        ``nearest_km`` and ``nearest_id`` (from the middle of the part to the nearest plant; missing without supply),
        geometry.
    """
    ground = seen.ground
    left = shapely.get_parts(shapely.difference(ground.total, seen.reach_area(radius_km)))
    parts = [part for part in left if part.area > max(minimum_km2 * 1e6, 1.0)]
    parts.sort(key=lambda part: (-part.area, part.bounds))
    frame = ban_zones.zones_in_force(layers.ban_zones, date(ground.year, 12, 31))
    weight = ground.demand["weight"].to_numpy(float)
    points = ground.demand.geometry.to_numpy()
    rows = []
    for part in parts:
        middle = _middle(part)
        town = layers.towns.iloc[int(shapely.distance(layers.towns.geometry.to_numpy(), middle).argmin())]
        shared = shapely.area(shapely.intersection(frame.geometry.to_numpy(), part))
        zone = frame.iloc[int(shared.argmax())]
        haul = seen.haul_to_m(shapely.get_coordinates(middle))[:, 0]
        known = len(haul) > 0 and bool(np.isfinite(haul.min()))
        rows.append(
            {
                "town": town["name"],
                "town_en": town["name_en"] or town["name"],
                "zone": zone["name"],
                "zone_en": zone["name_en"],
                "area_km2": part.area / 1e6,
                "demand": float(weight[shapely.intersects(part, points)].sum()),
                "nearest_km": haul.min() / 1000.0 if known else np.nan,
                "nearest_id": str(seen.supply.index[int(haul.argmin())]) if known else None,
                "geometry": part,
            }
        )
    columns = ["town", "town_en", "zone", "zone_en", "area_km2", "demand", "nearest_km", "nearest_id", "geometry"]
    return gpd.GeoDataFrame(rows, columns=columns, geometry="geometry", crs=METRIC_CRS)


def bands(seen: Reach, limits_km: Sequence[float]) -> gpd.GeoDataFrame:
    """The ban zones by distance to the nearest plant: ``from_km``, ``to_km`` (infinite for the last), geometry."""
    rows = []
    inside = shapely.Polygon()
    for low, high in zip([0.0, *limits_km], [*limits_km, np.inf], strict=True):
        wider = seen.ground.total if np.isinf(high) else shapely.intersection(seen.ground.total, seen.reach_area(high))
        ring = shapely.difference(wider, inside)
        if ring.area > 1.0:
            rows.append({"from_km": low, "to_km": high, "geometry": ring})
        inside = wider
    return gpd.GeoDataFrame(rows, columns=["from_km", "to_km", "geometry"], geometry="geometry", crs=METRIC_CRS)


def spare_table(seen: Reach, result: Coverage, *, tight_pct: float) -> pd.DataFrame:
    """Plants with what they deliver into the zones and what they have to spare; index plant id.

    Returns
    -------
    DataFrame
        ``name``, ``capacity``, ``used``, ``spare``, ``state``: ``spare``, ``tight`` (spare at most ``tight_pct`` % of
        capacity), ``full`` or ``unknown`` (capacity not known).
    """
    table = pd.DataFrame(seen.supply[["name", "capacity", "stage", "evidence"]])
    used = result.service.used.reindex(table.index)
    spare = table["capacity"].astype(float) - used
    share = spare / table["capacity"].astype(float).where(table["capacity"] > 0)
    state = np.select(
        [table["capacity"].isna(), ~(share > 1e-6), share <= tight_pct / 100.0], ["unknown", "full", "tight"], "spare"
    )
    return table.assign(used=used, spare=spare, state=state)


def coverage_sentence(result: Coverage) -> str:
    """Coverage of all zones in one sentence, as it stands under a map and above the page's figures."""
    if result.supply_count == 0:
        return _("没有任何供应点：覆盖率和保障率都是 0 %。")
    total = result.total
    area = f"{100 * total.area_share:.1f} %"
    low, high = f"{100 * total.area_share_low:.1f}", f"{100 * total.area_share_high:.1f}"
    if low != high:
        area += _("（边界误差下 {low}–{high} %）").format(low=low, high=high)
    return _(
        "半径 {radius:g} km 内：面积覆盖 {area}，需求覆盖 {demand:.1f} %；计入产能后可保障 {served:.1f} %。"
    ).format(
        radius=result.radius_km,
        area=area,
        demand=100 * (total.demand_share or 0.0),
        served=100 * (total.served_share or 0.0),
    )


def gap_label(gap: Mapping[Any, Any], subject: Theme) -> str:
    """A gap in words: the nearest town, and how far the nearest plant is."""
    town = local({"name": gap["town"], "name_en": gap["town_en"]})
    if pd.isna(gap["nearest_km"]):
        return _("{town}：没有供应点").format(town=town)
    # A distance just beyond the radius would otherwise round to the radius itself.
    km = f"{gap['nearest_km']:.{1 if gap['nearest_km'] < 30 else 0}f}"
    if subject.kind == "mortar":
        return _("{town}：最近砂浆厂 {km} km").format(town=town, km=km)
    return _("{town}：最近搅拌站 {km} km").format(town=town, km=km)


# --- tables ----------------------------------------------------------------------------------------------------------


def as_record(row: CoverageRow) -> dict[str, Any]:
    """One row as the command line prints it."""

    def rounded(value: float | None, digits: int) -> float | None:
        return None if value is None else round(value, digits)

    return {
        "id": row.id,
        "name": local(row),
        "area_share": rounded(row.area_share, 6),
        "area_share_low": rounded(row.area_share_low, 6),
        "area_share_high": rounded(row.area_share_high, 6),
        "demand_share": rounded(row.demand_share, 6),
        "served_share": rounded(row.served_share, 6),
        "nearest_km": rounded(row.nearest_km, 3),
    }


def as_table(result: Coverage) -> pd.DataFrame:
    """All rows and the total as plain columns, names in the language in force."""
    rows = [*result.rows, result.total]
    return pd.DataFrame(
        [
            {
                **as_record(row),
                "approximate": row.approximate,
                "area_km2": row.area_km2,
                "demand": row.demand,
                "nearest_id": row.nearest_id,
            }
            for row in rows
        ]
    )


def by_label(by: str) -> str:
    """Name of the unit that coverage is reported by."""
    return {"zone": _("禁现区"), "district": _("区县")}[by]


def coverage_table(
    result: Coverage, supply: gpd.GeoDataFrame, unit: str, *, before: Coverage | None = None
) -> pd.DataFrame:
    """All rows and the total as they are shown and handed out: headings in words, shares in per cent.

    Parameters
    ----------
    supply : GeoDataFrame
        What ``result`` was measured with, for the names of plants.
    unit : str
        Unit of demand in words.
    before : Coverage, optional
        The present supply's shares, to stand beside those with a proposal.
    """
    table = as_table(result)
    columns: dict[str, Any] = {
        by_label(result.by): table["name"],
        _("面积 (km²)"): table["area_km2"].round(1),
        _("面积覆盖 (%)"): (100 * table["area_share"]).round(1),
        _("下限 (%)"): (100 * table["area_share_low"]).round(1),
        _("上限 (%)"): (100 * table["area_share_high"]).round(1),
        _("需求 ({unit})").format(unit=unit): table["demand"].round(1),
        _("需求覆盖 (%)"): (100 * table["demand_share"].astype(float)).round(1),
        _("产能保障 (%)"): (100 * table["served_share"].astype(float)).round(1),
    }
    if before is not None:
        present = as_table(before)
        columns[_("现状面积覆盖 (%)")] = (100 * present["area_share"]).round(1)
        columns[_("现状产能保障 (%)")] = (100 * present["served_share"].astype(float)).round(1)
    columns[_("最近 (km)")] = table["nearest_km"].astype(float).round(1)
    columns[_("最近的供应点")] = table["nearest_id"].map(supply["name"]).astype(object).fillna("—")
    columns[_("边界")] = table["approximate"].map({True: _("近似"), False: _("准确")})
    return pd.DataFrame(columns)


def gap_table(found: gpd.GeoDataFrame, subject: Theme, unit: str) -> pd.DataFrame:
    """Gaps by name, with how far the nearest plant is, as they are shown and handed out."""
    rows = found.drop(columns="geometry").to_dict("records")
    return pd.DataFrame(
        {
            _("缺口"): [gap_label(row, subject) for row in rows],
            _("禁现区"): [local({"name": row["zone"], "name_en": row["zone_en"]}) for row in rows],
            _("面积 (km²)"): [round(row["area_km2"], 1) for row in rows],
            _("需求 ({unit})").format(unit=unit): [round(row["demand"], 1) for row in rows],
        }
    )
