"""A road network: corners joined by straight edges, the pieces that it falls into, and which ways may be driven.

Networks are read by `network_files`; hauls along them are worked out by `haul`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from mixplan.base.arrays import Bools, Floats, Ints
from mixplan.base.numbers import M_PER_KM
from mixplan.city.crs import METRIC_CRS, degrees

_GRID_M = 0.1  # corners nearer to each other than this are one, so that lines that meet are joined
_MAIN_SHARE = 0.05  # of the length: a part with less is no place to be joined to where a larger one is near


@dataclass(frozen=True)
class NetworkSource:
    """What a network was read from.

    Attributes
    ----------
    file : str
        Name of the file.
    crs : str
        The coordinate system that its coordinates were taken to be in.
    lines : int
        Lines of the file that are in the network.
    left_out : int
        Features of the file that are no lines.
    heights : bool
        Whether coordinates had heights, which are dropped.
    unknown_directions : int
        Lines whose tag of direction nobody knows, taken as open both ways.
    """

    file: str = ""
    crs: str = METRIC_CRS
    lines: int = 0
    left_out: int = 0
    heights: bool = False
    unknown_directions: int = 0


@dataclass(frozen=True, eq=False)
class Network:
    """A road network.

    Attributes
    ----------
    corners : ndarray (n, 2)
        Where edges meet, in the metric CRS.
    edges : ndarray (m, 2)
        Numbers of the two corners of each edge; no edge is there twice.
    one_way : ndarray (m,)
        Whether an edge may only be driven from its first corner to its second.
    source : NetworkSource
        What it was read from.
    """

    corners: Floats
    edges: Ints
    one_way: Bools
    source: NetworkSource = NetworkSource()

    def __getstate__(self) -> dict[str, Any]:
        """What goes to another process: what was read, and nothing that follows from it."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @cached_property
    def length_m(self) -> Floats:
        """Length of every edge, straight between its corners."""
        length: Floats = np.hypot(*(self.corners[self.edges[:, 0]] - self.corners[self.edges[:, 1]]).T)
        return length

    @cached_property
    def km(self) -> float:
        """Length of all edges."""
        return float(self.length_m.sum() / M_PER_KM)

    @cached_property
    def lines(self) -> NDArray[np.object_]:
        """Every edge as a line."""
        return np.asarray(shapely.linestrings(self.corners[self.edges]))

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Finds the edge that is nearest to a place."""
        return shapely.STRtree(self.lines)

    @cached_property
    def piece(self) -> Ints:
        """Number of the piece that each edge is in, whatever way it may be driven; 0 is the longest."""
        return self._parts(strong=False)

    @cached_property
    def piece_share(self) -> Floats:
        """Share of the length that is in each piece."""
        share: Floats = np.bincount(self.piece, weights=self.length_m) / self.length_m.sum()
        return share

    @cached_property
    def largest_corner_share(self) -> float:
        """Share of the corners that are in the longest piece."""
        return len(np.unique(self.edges[self.piece == 0])) / len(self.corners)

    @cached_property
    def main_parts(self) -> tuple[tuple[Ints, shapely.STRtree], ...]:
        """Parts with much of the length in which every place can be driven to from every other: edges, and a tree.

        A place near to a stub that leads nowhere is better joined to one of them.
        """
        part = self._parts(strong=True)
        length = np.bincount(part[part >= 0], weights=self.length_m[part >= 0])
        main = [n for n, metres in enumerate(length) if n == 0 or metres >= _MAIN_SHARE * self.length_m.sum()]
        members = [np.flatnonzero(part == n) for n in main]
        return tuple((edges, shapely.STRtree(self.lines[edges])) for edges in members)

    @cached_property
    def bounds_degrees(self) -> tuple[float, float, float, float]:
        """West, south, east and north in degrees."""
        ends = shapely.points([self.corners.min(axis=0), self.corners.max(axis=0)])
        (west, east), (south, north) = degrees(gpd.GeoSeries(ends, crs=METRIC_CRS))
        return float(west), float(south), float(east), float(north)

    def largest_m(self, points: Sequence[shapely.Point]) -> Floats:
        """How far points lie from the longest piece."""
        if len(points) == 0:
            return np.empty(0)
        lines = self.lines[self.piece == 0]
        metres: Floats = shapely.distance(lines[shapely.STRtree(lines).nearest(points)], points)
        return metres

    def _parts(self, *, strong: bool) -> Ints:
        """Number of each edge's part by falling length; -1 for an edge that leads from one part to another."""
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        pairs, _metres = arcs(self.edges, self.length_m, self.one_way)
        size = len(self.corners)
        graph = coo_array((np.ones(len(pairs)), pairs.T), shape=(size, size)).tocsr()
        count, label = connected_components(graph, directed=strong, connection="strong")
        a, b = label[self.edges].T
        inside = a == b
        length = np.bincount(a[inside], weights=self.length_m[inside], minlength=count)
        rank = np.empty(count, dtype=np.int64)
        rank[np.argsort(-length, kind="stable")] = np.arange(count)
        return np.where(inside, rank[a], -1)


def arcs(edges: Ints, metres: Floats, one_way: Bools) -> tuple[Ints, Floats]:
    """Edges as they may be driven: each forward, and those open both ways backward too."""
    back = ~one_way
    return np.vstack([edges, edges[back][:, ::-1]]), np.concatenate([metres, metres[back]])


def network_of(
    lines: Sequence[Floats], one_way: Sequence[bool] | None = None, source: NetworkSource | None = None
) -> Network:
    """Join lines to a network wherever they share a corner, to 0.1 m.

    Parameters
    ----------
    lines : sequence of ndarray (corners, 2)
        In the metric CRS.
    one_way : sequence of bool, optional
        Lines that may only be driven from their first corner to their last; none where not given.
    """
    sizes = np.array([len(line) for line in lines], dtype=np.int64)
    cells = np.rint(np.concatenate([np.empty((0, 2)), *lines]) / _GRID_M).astype(np.int64)
    corners, number = np.unique(cells, axis=0, return_inverse=True)
    number = number.reshape(-1)
    line = np.repeat(np.arange(len(sizes)), sizes)
    directed = np.zeros(len(sizes), dtype=bool) if one_way is None else np.asarray(one_way, dtype=bool)
    goes_on = (line[1:] == line[:-1]) & (number[1:] != number[:-1])
    edges = np.column_stack([number[:-1], number[1:]])[goes_on]
    kept, single = _once(edges, directed[line[1:]][goes_on])
    at = np.asarray(corners * _GRID_M, dtype=np.float64)
    return Network(at, kept, single, source or NetworkSource(lines=len(sizes)))


def _once(edges: Ints, one_way: Bools) -> tuple[Ints, Bools]:
    """Every pair of corners once: open both ways where any of its edges is, or where there is one for each way."""
    flipped = edges[:, 0] > edges[:, 1]
    forward, backward = ~flipped | ~one_way, flipped | ~one_way
    pairs, which = np.unique(np.sort(edges, axis=1), axis=0, return_inverse=True)
    which = which.reshape(-1)
    there = np.bincount(which, weights=forward, minlength=len(pairs)) > 0
    back = np.bincount(which, weights=backward, minlength=len(pairs)) > 0
    turned = back & ~there
    pairs[turned] = pairs[turned][:, ::-1]
    return pairs, there ^ back
