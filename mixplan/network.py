"""Haul along a road network that a planner provides: shortest ways from every plant to every place.

A way may join or leave the network at any of its corner points (junctions and bends), straight across, over at most
``access_m`` metres; a place nearer to the plant than that may also be reached directly. The haul to a place is the
shortest of all such ways.
"""

from dataclasses import dataclass

import networkx as nx
import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

Floats = NDArray[np.float64]
_THIN_M, _THIN_FROM = 250.0, 4000  # a reach of more corner points than this is drawn from one point a 250 m square


@dataclass(frozen=True)
class Network:
    """A road network ready for shortest ways.

    Attributes
    ----------
    corners : ndarray (n, 2)
        Corner points in the metric CRS.
    lengths : sparse array (n, n)
        Length in metres of the straight pieces between them, in both directions.
    access_m : float
        Farthest that a plant or a place may lie from a corner point.
    """

    corners: Floats
    lengths: csr_array
    access_m: float


def prepare_network(graph: nx.Graph, *, access_m: float) -> Network:
    """Make a graph from `data.read_network` ready for shortest ways."""
    corners = np.array(list(graph.nodes), dtype=float)
    lengths = csr_array(nx.to_scipy_sparse_array(graph, weight="length", format="csr"))
    return Network(corners, lengths, access_m)


def corner_haul_m(network: Network, plants: Floats) -> Floats:
    """Haul in metres from each plant (rows) to each corner point of the network (columns), infinite where none."""
    haul = np.full((len(plants), len(network.corners)), np.inf)
    tree = cKDTree(network.corners)
    size = len(network.corners)
    for row, place in enumerate(plants):
        near = np.array(tree.query_ball_point(place, network.access_m), dtype=int)
        if len(near) == 0:
            continue
        access = np.hypot(*(network.corners[near] - place).T)
        # The plant joins as one more node; zero lengths would read as no edge.
        indptr = np.append(network.lengths.indptr, network.lengths.indptr[-1] + len(near))
        indices = np.append(network.lengths.indices, near)
        lengths = np.append(network.lengths.data, np.maximum(access, 1e-6))
        joined = csr_array((lengths, indices, indptr), shape=(size + 1, size + 1))
        haul[row] = dijkstra(joined, directed=True, indices=size)[:size]
    return haul


def haul_m(network: Network, plants: Floats, corner_m: Floats, places: Floats) -> Floats:
    """Haul in metres from each plant (rows) to each place (columns), infinite where there is no way.

    Parameters
    ----------
    plants, places : ndarray (n, 2)
        In the metric CRS.
    corner_m : ndarray
        Result of `corner_haul_m` for the same plants.
    """
    direct = np.hypot(plants[:, None, 0] - places[None, :, 0], plants[:, None, 1] - places[None, :, 1])
    haul = np.where(direct <= network.access_m, direct, np.inf)
    tree = cKDTree(network.corners)
    for column, near in enumerate(tree.query_ball_point(places, network.access_m)):
        if near:
            access = np.hypot(*(network.corners[near] - places[column]).T)
            haul[:, column] = np.minimum(haul[:, column], (corner_m[:, near] + access).min(axis=1))
    return haul


def reach_area(
    network: Network, plants: Floats, corner_m: Floats, radius_m: float, *, within: shapely.Geometry
) -> shapely.Geometry:
    """Everything within a haul of some plant, as a polygon; only what can matter ``within`` an area is computed.

    The reach is the union of circles round the corner points with what is left of the haul as radius (at most
    ``access_m``). Where more than 4,000 corner points take part, one point a 250 m square stands for its neighbours,
    which leaves the rim up to 350 m short and never too wide.
    """
    best = corner_m.min(axis=0) if len(plants) else np.full(len(network.corners), np.inf)
    left = np.minimum(radius_m - best, network.access_m)
    west, south, east, north = shapely.bounds(within)
    x, y = network.corners.T
    margin = network.access_m
    keep = (left > 0) & (x > west - margin) & (x < east + margin) & (y > south - margin) & (y < north + margin)
    centres, radii = network.corners[keep], left[keep]
    if len(centres) > _THIN_FROM:
        order = np.lexsort((np.arange(len(radii)), -radii))
        squares = np.floor(centres[order] / _THIN_M).astype(int)
        first = np.unique(squares, axis=0, return_index=True)[1]
        centres, radii = centres[order][first], radii[order][first]
    centres = np.vstack([centres, plants])
    radii = np.append(radii, np.full(len(plants), min(radius_m, network.access_m)))
    return shapely.union_all(shapely.buffer(shapely.points(centres), radii, quad_segs=32))
