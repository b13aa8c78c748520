"""Haul between two sets of places: straight line times a detour factor, or shortest ways over a road network.

On a network a place joins at the nearest point of the nearest line, straight across; that piece counts times the detour
factor, the way along the network counts as it is. Networks come from `networks.read_network`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from mixplan.base.arrays import Floats
from mixplan.base.numbers import M_PER_KM
from mixplan.plan.rules import RuleBook

if TYPE_CHECKING:
    import networkx as nx

_ALMOST_NOTHING_M = 1e-6  # a zero in a sparse matrix would read as "no way"
_BATCH = 20  # sources per step, so that progress shows and a stop is heeded


@dataclass(frozen=True)
class Haul:
    """How far it is from each source to each place.

    Attributes
    ----------
    km : ndarray (places, sources)
        Haul in km, infinite where there is no way.
    source_access_m, place_access_m : ndarray
        How far each source and each place lies from the network; zero without a network.
    """

    km: Floats
    source_access_m: Floats
    place_access_m: Floats


HaulFunction = Callable[[gpd.GeoSeries, gpd.GeoSeries], Haul]  # places, sources


def _xy(points: gpd.GeoSeries) -> Floats:
    return np.column_stack([points.x.to_numpy(float), points.y.to_numpy(float)]).reshape(-1, 2)


def straight_haul(places: gpd.GeoSeries, sources: gpd.GeoSeries, *, detour: float) -> Haul:
    """Haul as the straight line times a detour factor.

    Parameters
    ----------
    places, sources : GeoSeries
        Points in the metric CRS.
    detour : float
        Road distance over straight-line distance, at least 1.
    """
    a, b = _xy(places), _xy(sources)
    metres = np.hypot(a[:, None, 0] - b[None, :, 0], a[:, None, 1] - b[None, :, 1])
    return Haul(metres / M_PER_KM * detour, np.zeros(len(b)), np.zeros(len(a)))


def network_haul(
    places: gpd.GeoSeries,
    sources: gpd.GeoSeries,
    network: "nx.Graph",
    *,
    detour: float,
    access_m: float,
) -> Haul:
    """Haul as the shortest way over a road network, one-way streets ignored.

    Parameters
    ----------
    places, sources : GeoSeries
        Points in the metric CRS.
    network : networkx.Graph
        Nodes are ``(x, y)`` in the metric CRS, edges carry ``length`` in metres.
    detour : float
        Factor on the straight piece between a point and the network.
    access_m : float
        A point farther from the network than this has no way (straight-line metres).
    """
    # Here, for straight hauls need neither, and most pages have no network.
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import dijkstra

    corners = np.array(list(network.nodes), dtype=float)
    number = {node: k for k, node in enumerate(network.nodes)}
    edges = np.array([(number[a], number[b]) for a, b in network.edges], dtype=np.int64)
    length = np.array([data["length"] for _a, _b, data in network.edges(data=True)], dtype=float)
    lines = shapely.linestrings(corners[edges])
    terminals = np.concatenate([sources.to_numpy(), places.to_numpy()])
    nearest = shapely.STRtree(lines).nearest(terminals)
    along = shapely.line_locate_point(lines[nearest], terminals, normalized=True) if len(terminals) else np.empty(0)
    access = shapely.distance(lines[nearest], terminals) if len(terminals) else np.empty(0)

    # The foot of each terminal becomes a node of its edge; feet on one edge follow each other along it.
    size = len(corners)
    order = np.lexsort((along, nearest))
    ends, pieces = [edges], [length]
    foot, at, edge = size + order, along[order], nearest[order]
    first = np.flatnonzero(np.diff(edge, prepend=-1) != 0)
    last = np.append(first[1:], len(edge)) - 1 if len(edge) else first
    inner = np.setdiff1d(np.arange(len(edge)), first)
    ends += [
        np.column_stack([edges[edge[first], 0], foot[first]]),
        np.column_stack([foot[inner - 1], foot[inner]]),
        np.column_stack([foot[last], edges[edge[last], 1]]),
    ]
    pieces += [
        at[first] * length[edge[first]],
        (at[inner] - at[inner - 1]) * length[edge[inner]],
        (1 - at[last]) * length[edge[last]],
    ]
    pairs, metres = np.vstack(ends), np.maximum(np.concatenate(pieces), _ALMOST_NOTHING_M)
    total = size + len(terminals)
    graph = coo_array((metres, (pairs[:, 0], pairs[:, 1])), shape=(total, total)).tocsr()

    source_nodes = size + np.arange(len(sources))
    place_nodes = size + len(sources) + np.arange(len(places))
    flip = len(places) < len(sources)
    starts, goals = (place_nodes, source_nodes) if flip else (source_nodes, place_nodes)
    way = np.full((len(starts), len(goals)), np.inf)
    for begin in range(0, len(starts), _BATCH):
        some = slice(begin, begin + _BATCH)
        way[some] = dijkstra(graph, directed=False, indices=starts[some])[:, goals]
    source_access, place_access = access[: len(sources)], access[len(sources) :]
    km = (way if flip else way.T) + detour * (place_access[:, None] + source_access[None, :])
    km[place_access > access_m, :] = np.inf
    km[:, source_access > access_m] = np.inf
    return Haul(km / M_PER_KM, source_access, place_access)


def haul_ways(network: "nx.Graph | None", book: RuleBook, *, detour: float | None = None) -> HaulFunction:
    """How hauls are worked out: along a network where there is one, else by straight line times the detour factor.

    Parameters
    ----------
    detour : float, optional
        Detour factor in place of the rule book's.
    """
    factor = book.figure("siting_detour") if detour is None else detour
    if network is None:
        return lambda places, sources: straight_haul(places, sources, detour=factor)
    access_m = book.figure("siting_access_km") * M_PER_KM
    return lambda places, sources: network_haul(places, sources, network, detour=factor, access_m=access_m)
