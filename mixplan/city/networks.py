"""Road networks that a planner brings."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd

from mixplan.base.errors import DataError
from mixplan.base.files.cells import file_content
from mixplan.base.i18n import gettext as _
from mixplan.city.crs import GEOGRAPHIC_CRS, METRIC_CRS, points_metric


def read_network(content: bytes, name: str) -> nx.Graph:
    """Read a road network that a planner brings: GeoJSON lines, or GraphML with ``x``, ``y`` at its nodes.

    Coordinates are WGS-84 degrees (as osmnx writes them) or, in GraphML, EPSG:4548 metres. One-way rules are ignored.

    Returns
    -------
    networkx.Graph
        Nodes are ``(x, y)`` in the metric CRS, rounded to 0.1 m so that lines that meet are joined; edges carry
        ``length`` in metres, measured straight between their ends.

    Raises
    ------
    DataError
        Where the file is neither, has no lines, or has nodes without coordinates.
    """
    try:
        segments = _graphml_segments(content) if content.lstrip()[:1] == b"<" else _geojson_segments(content)
    except DataError:
        raise
    except Exception as error:
        raise DataError(
            _("读不出路网文件 {file}：应为 GeoJSON 线（WGS-84）或 GraphML；{error}").format(file=name, error=error)
        ) from None
    graph = nx.Graph()
    for line in segments:
        # Heights, which most GIS programs write along, are not needed.
        corners = [(round(float(x), 1), round(float(y), 1)) for x, y, *_height in line]
        if not np.isfinite(corners).all():
            raise DataError(
                _(
                    "路网文件 {file} 里有无法使用的坐标：应为有限的数，WGS-84 经纬度（GraphML 也可用 EPSG:4548 的米）。"
                ).format(file=name)
            )
        for a, b in pairwise(corners):
            if a != b:
                graph.add_edge(a, b, length=float(np.hypot(a[0] - b[0], a[1] - b[1])))
    if graph.number_of_edges() == 0:
        raise DataError(_("路网文件 {file} 里没有线，无法计算运距。").format(file=name))
    return graph


def read_network_file(path: Path) -> nx.Graph:
    """Read a road network from a file, see `read_network`."""
    return read_network(file_content(path), path.name)


def _geojson_segments(content: bytes) -> list[Any]:
    features = json.loads(content)["features"]
    lines = gpd.GeoDataFrame.from_features(features, crs=GEOGRAPHIC_CRS).geometry.explode()
    lines = lines[lines.geom_type == "LineString"].to_crs(METRIC_CRS)
    return [line.coords for line in lines]


def _graphml_segments(content: bytes) -> list[Any]:
    graph = nx.parse_graphml(content.decode("utf-8"))
    places = pd.DataFrame({key: (node.get("x"), node.get("y")) for key, node in graph.nodes(data=True)}).T.astype(float)
    if places.isna().any(axis=None):
        raise ValueError(_("节点要有 x、y 坐标"))
    points = places.to_numpy()
    if np.abs(points).max() <= 180:
        degrees = points_metric(points[:, 0], points[:, 1])
        points = np.column_stack([degrees.x, degrees.y])
    at = dict(zip(places.index, points, strict=True))
    return [(at[a], at[b]) for a, b in graph.edges()]
