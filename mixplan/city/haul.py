"""Haul between two sets of places: straight line times a detour factor, or shortest ways over a road network.

On a network a place joins at the nearest point of the nearest line, and of the nearest line of each main part of the
network where that is near enough too, straight across; this stretch counts times the detour factor, the way along the
network counts as it is, one-way streets as they may be driven. The shortest way of all counts. Networks come from
`network_files.read_network`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from mixplan.base.arrays import Bools, Floats, Ints
from mixplan.base.errors import DataError
from mixplan.base.i18n import gettext as _
from mixplan.base.numbers import M_PER_KM
from mixplan.city.networks import Network, arcs
from mixplan.plan.rules import RuleBook

MOST_PAIRS = 10_000_000  # a whole register against the shipped demand; a table of them takes 80 MB, work some dozen
_ALMOST_NOTHING_M = 1e-6  # a zero in a sparse matrix would read as "no way"
_AT_CORNER_M = 0.05
_BATCH = 4  # sources per step: a step lasts some 50 ms on a city map, and others get their turn between two


class Obstacle(StrEnum):
    """Why no way along the network leads to a place, or from a source."""

    NONE = ""
    """There is one, or nothing that it could lead to."""
    FAR = "far"
    """It lies too far from the network."""
    OTHERS_FAR = "others_far"
    """All that it could be joined with lie too far from the network."""
    PIECE = "piece"
    """The roads near it do not meet those near any of the others."""
    ONE_WAY = "one_way"
    """The roads meet, but one-way streets leave no way."""


@dataclass(frozen=True)
class Joined:
    """How places join a network; nothing stands in their way without one.

    Attributes
    ----------
    access_m : ndarray
        How far each place lies from the network; zero without one.
    piece : ndarray
        Number of the piece that its nearest line is in; -1 where that is too far, and without a network.
    main_m : ndarray
        How far each place lies from the nearest main part of the network, where the nearest line is in none of them
        and it was joined to that as well; zero elsewhere.
    largest_m : ndarray
        How far each place lies from the longest piece, where it is cut off by lying at another; zero elsewhere.
    obstacle : ndarray of Obstacle
        Why a place has no way at all.
    """

    access_m: Floats
    piece: Ints
    main_m: Floats
    largest_m: Floats
    obstacle: NDArray[Any]


@dataclass(frozen=True)
class Haul:
    """How far it is from each source to each place.

    Attributes
    ----------
    km : ndarray (places, sources)
        Haul in km, infinite where there is no way.
    sources, places : Joined
        How they join the network.
    network : Network or None
        The network that it was measured along.
    """

    km: Floats
    sources: Joined
    places: Joined
    network: Network | None = None


HaulFunction = Callable[[gpd.GeoSeries, gpd.GeoSeries], Haul]  # places, sources


def check_pairs(places: int, sources: int) -> None:
    """Refuse more hauls than memory has room for, before any of them is worked out.

    Raises
    ------
    DataError
        Naming both numbers, what they come to, and the limit.
    """
    if places * sources > MOST_PAIRS:
        raise DataError(
            _(
                "{places:,} 个点到 {sources:,} 个点要算 {pairs:,} 段运距，上限是 {limit:,} 段："
                "请合并相近的点或分区计算。"
            ).format(places=places, sources=sources, pairs=places * sources, limit=MOST_PAIRS)
        )


def _xy(points: gpd.GeoSeries) -> Floats:
    return np.column_stack([points.x.to_numpy(float), points.y.to_numpy(float)]).reshape(-1, 2)


def _unhindered(count: int) -> Joined:
    nothing, none = np.zeros(count), np.full(count, Obstacle.NONE, dtype=object)
    return Joined(nothing, np.full(count, -1), nothing, nothing, none)


def straight_haul(places: gpd.GeoSeries, sources: gpd.GeoSeries, *, detour: float) -> Haul:
    """Haul as the straight line times a detour factor.

    Parameters
    ----------
    places, sources : GeoSeries
        Points in the metric CRS.
    detour : float
        Road distance over straight-line distance, at least 1.

    Raises
    ------
    DataError
        Where there are more pairs than `MOST_PAIRS`.
    """
    check_pairs(len(places), len(sources))
    a, b = _xy(places), _xy(sources)
    metres = np.hypot(a[:, None, 0] - b[None, :, 0], a[:, None, 1] - b[None, :, 1])
    return Haul(metres / M_PER_KM * detour, _unhindered(len(b)), _unhindered(len(a)))


@dataclass(frozen=True)
class _Feet:
    """Where places touch the network; a place that is near to several parts of it touches each of them.

    ``place`` and ``edge`` of every foot, ``along`` (share of the edge before it), ``metres`` from the place to it.
    """

    place: Ints
    edge: Ints
    along: Floats
    metres: Floats


@dataclass(frozen=True)
class _Nearest:
    """The nearest line of each place: its distance and piece, and how far a main part is that was joined as well."""

    access: Floats
    piece: Ints
    main: Floats


def _feet(points: NDArray[np.object_], network: Network, access_m: float) -> tuple[_Feet, _Nearest]:
    """Feet on the nearest lines, and what the nearest line of all is."""
    lines = network.lines
    all_edges = np.arange(len(lines))
    place, edge, metres = [], [], []
    main_m = np.full(len(points), np.inf)
    for edges, tree in ((all_edges, network.tree), *network.main_parts):
        nearest = edges[tree.nearest(points)]
        away = shapely.distance(lines[nearest], points)
        if edges is not all_edges:
            main_m = np.minimum(main_m, away)
        place.append(np.arange(len(points)))
        edge.append(nearest)
        metres.append(away)
    pairs, first = np.unique(np.column_stack([np.concatenate(place), np.concatenate(edge)]), axis=0, return_index=True)
    away = np.concatenate(metres)[first]
    near = away <= access_m
    at, on = pairs[near].T
    along = shapely.line_locate_point(lines[on], points[at], normalized=True)
    access = metres[0]
    moved = (main_m > access + _AT_CORNER_M) & (main_m <= access_m)
    piece = np.where(access <= access_m, network.piece[edge[0]], -1)
    return _Feet(at, on, along, away[near]), _Nearest(access, piece, np.where(moved, main_m, 0.0))


def _along_the_edges(network: Network, feet: _Feet) -> tuple[Ints, Floats]:
    """Ways between feet, and between feet and corners: feet on one edge follow each other along it."""
    size = len(network.corners)
    order = np.lexsort((feet.along, feet.edge))
    foot, edge = size + order, feet.edge[order]
    at = feet.along[order] * network.length_m[edge]
    first = np.flatnonzero(np.diff(edge, prepend=-1) != 0)
    last = np.append(first[1:], len(edge)) - 1 if len(edge) else first
    inner = np.setdiff1d(np.arange(len(edge)), first)
    tail, head = network.edges[edge].T
    left = network.length_m[edge] - at
    pairs = np.vstack(
        [
            np.column_stack([tail[first], foot[first]]),
            np.column_stack([foot[inner - 1], foot[inner]]),
            np.column_stack([foot[last], head[last]]),
        ]
    )
    metres = np.concatenate([at[first], at[inner] - at[inner - 1], left[last]])
    single = network.one_way[edge]
    ways, metres = arcs(pairs, metres, np.concatenate([single[first], single[inner], single[last]]))
    # A foot at a corner is that corner, also where the edge leads away from it.
    begins, ends = single & (at < _AT_CORNER_M), single & (left < _AT_CORNER_M)
    corners = np.vstack([np.column_stack([foot, tail])[begins], np.column_stack([head, foot])[ends]])
    return np.vstack([ways, corners]), np.concatenate([metres, np.zeros(len(corners))])


@dataclass(frozen=True)
class _Web:
    """A network with sources and places joined to it: what may be driven, metre by metre."""

    graph: Any
    starts: Ints
    goals: Ints
    feet: _Feet
    nearest: _Nearest


def _web(points: NDArray[np.object_], count: int, network: Network, *, detour: float, access_m: float) -> _Web:
    """Join points to a network, of which so many are sources and the others places."""
    # Here, for straight hauls need neither, and most pages have no network.
    from scipy.sparse import coo_array

    feet, nearest = _feet(points, network, access_m)
    starts_at = feet.place < count
    foot, node = len(network.corners) + np.arange(len(feet.place)), len(network.corners) + len(feet.place)
    # Only out of sources and into places, so that no way leads from piece to piece through either.
    out = np.column_stack([node + feet.place, foot])[starts_at]
    into = np.column_stack([foot, node + feet.place])[~starts_at]
    ways, metres = _along_the_edges(network, feet)
    roads, lengths = arcs(network.edges, network.length_m, network.one_way)
    across = detour * feet.metres
    length = np.maximum(np.concatenate([lengths, metres, across[starts_at], across[~starts_at]]), _ALMOST_NOTHING_M)
    total = node + len(points)
    graph = coo_array((length, np.vstack([roads, ways, out, into]).T), shape=(total, total)).tocsr()
    return _Web(graph, node + np.arange(count), node + np.arange(count, len(points)), feet, nearest)


def network_haul(
    places: gpd.GeoSeries, sources: gpd.GeoSeries, network: Network, *, detour: float, access_m: float
) -> Haul:
    """Haul as the shortest way over a road network, one-way streets as they may be driven.

    Parameters
    ----------
    places, sources : GeoSeries
        Points in the metric CRS.
    detour : float
        Factor on the straight stretch between a point and the network.
    access_m : float
        A point farther from the network than this has no way (straight-line metres).

    Raises
    ------
    DataError
        Where there are more pairs than `MOST_PAIRS`.
    """
    check_pairs(len(places), len(sources))
    count = len(sources)
    points = np.concatenate([sources.to_numpy(), places.to_numpy()])
    web = _web(points, count, network, detour=detour, access_m=access_m)
    way = _shortest(web.graph, web.starts, web.goals)
    there = np.isfinite(way)
    here, beyond = slice(None, count), slice(count, None)
    source_side = _joined(network, points, web, np.logical_not(there.any(axis=1)), access_m, (here, beyond))
    place_side = _joined(network, points, web, np.logical_not(there.any(axis=0)), access_m, (beyond, here))
    return Haul(way.T / M_PER_KM, source_side, place_side, network)


def _shortest(graph: Any, starts: Ints, goals: Ints) -> Floats:
    """Length of the shortest ways, starts × goals; searched from the side with fewer points."""
    from scipy.sparse.csgraph import dijkstra

    if len(goals) < len(starts):
        return _shortest(graph.T.tocsr(), goals, starts).T
    way = np.full((len(starts), len(goals)), np.inf)
    for begin in range(0, len(starts), _BATCH):
        some = slice(begin, begin + _BATCH)
        way[some] = dijkstra(graph, indices=starts[some])[:, goals]
    return way


def _joined(
    network: Network,
    points: NDArray[np.object_],
    web: _Web,
    cut_off: Bools,
    access_m: float,
    sides: tuple[slice, slice],
) -> Joined:
    """How the points of one side join the network, and why some have no way to any point of the other."""
    feet = web.feet
    mine, other = (np.isin(feet.place, np.arange(len(points))[side]) for side in sides)
    piece = network.piece[feet.edge]
    meets = np.zeros(len(points), dtype=bool)
    meets[feet.place[mine & np.isin(piece, piece[other])]] = True
    nearest, side = web.nearest, sides[0]
    far, meets = (nearest.access > access_m)[sides[0]], meets[sides[0]]
    nothing_there = len(points[sides[1]]) == 0
    obstacle = np.select(
        [~cut_off | nothing_there, far, meets, np.full(len(far), bool(other.any()))],
        [Obstacle.NONE, Obstacle.FAR, Obstacle.ONE_WAY, Obstacle.PIECE],
        Obstacle.OTHERS_FAR,
    ).astype(object)
    elsewhere = obstacle == Obstacle.PIECE
    largest = np.zeros(len(far))
    largest[elsewhere] = network.largest_m(points[sides[0]][elsewhere])
    return Joined(nearest.access[side], nearest.piece[side], nearest.main[side], largest, obstacle)


@dataclass(frozen=True)
class NetworkWays:
    """Hauls along a network, see `network_haul`."""

    network: Network
    detour: float
    access_m: float

    def __call__(self, places: gpd.GeoSeries, sources: gpd.GeoSeries) -> Haul:
        """The haul from every source to every place."""
        return network_haul(places, sources, self.network, detour=self.detour, access_m=self.access_m)

    def nearest_m(self, places: gpd.GeoSeries, sources: gpd.GeoSeries) -> Floats:
        """Haul in metres from the nearest source to each place, infinite where there is no way.

        One search, however many sources there are.
        """
        from scipy.sparse.csgraph import dijkstra

        if len(sources) == 0:
            return np.full(len(places), np.inf)
        points = np.concatenate([sources.to_numpy(), places.to_numpy()])
        web = _web(points, len(sources), self.network, detour=self.detour, access_m=self.access_m)
        nearest: Floats = dijkstra(web.graph, indices=web.starts, min_only=True)[web.goals]
        return nearest


def network_ways(network: Network | None, book: RuleBook, *, detour: float | None = None) -> NetworkWays | None:
    """Hauls along a network by the rule book's figures; nothing without a network.

    Parameters
    ----------
    detour : float, optional
        Detour factor in place of the rule book's.
    """
    if network is None:
        return None
    factor = book.figure("siting_detour") if detour is None else detour
    return NetworkWays(network, factor, book.figure("siting_access_km") * M_PER_KM)


def haul_ways(network: Network | None, book: RuleBook, *, detour: float | None = None) -> HaulFunction:
    """How hauls are worked out: along a network where there is one, else by straight line times the detour factor.

    Parameters
    ----------
    detour : float, optional
        Detour factor in place of the rule book's.
    """
    factor = book.figure("siting_detour") if detour is None else detour
    return network_ways(network, book, detour=factor) or partial(straight_haul, detour=factor)
