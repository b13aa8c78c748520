"""Reading the road networks that planners bring, as GeoJSON lines or GraphML."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError, XMLParser

import numpy as np
import shapely
from pyproj import CRS, Geod

from mixplan.base.arrays import Floats
from mixplan.base.errors import DataError, DatumError
from mixplan.base.files.archives import unpacked
from mixplan.base.files.cells import file_content
from mixplan.base.files.columns import CellError, number_of
from mixplan.base.files.jsonfiles import is_json, read_json_text
from mixplan.base.files.text import trimmed
from mixplan.base.i18n import gettext as _
from mixplan.base.numbers import M_PER_KM
from mixplan.city.crs import GEOGRAPHIC_CRS, METRIC_CRS, stated_crs, to_degrees, to_metres
from mixplan.city.networks import Network, NetworkSource, network_of
from mixplan.plan.city import load_city

# What maps write of one-way streets: 1 along the line, -1 against it, 0 open both ways. Single letters are Geofabrik's.
_DIRECTION = {
    **dict.fromkeys(("yes", "true", "1", "1.0", "f"), 1),
    **dict.fromkeys(("-1", "-1.0", "reverse", "reversed", "t"), -1),
    **dict.fromkeys(("no", "false", "0", "0.0", "", "none", "b", "reversible", "alternating"), 0),
}
_DEEPEST = 50  # elements of a GraphML within one another; four are needed
_MOST_PARTS = 500_000  # nodes and edges of a GraphML, twice what a city's streets are
_PIECE = 2**16
_LINE_TEXT = re.compile(r"\s*LINESTRING[\sZM]*\([^()]*\)\s*", re.IGNORECASE)
_LINES = ("LineString", "MultiLineString")


@dataclass
class _Lines:
    """What has been found in a file so far: the corners of each line, and how it may be driven."""

    name: str
    corners: list[Floats] = field(default_factory=list)
    directions: list[int] = field(default_factory=list)
    crs: str | None = None
    left_out: int = 0
    heights: bool = False
    unknown_directions: int = 0

    def add(self, corners: Any, direction: Any, where: str) -> None:
        """Take in a line, its heights dropped.

        Raises
        ------
        DataError
            Where it is no row of two or more pairs of finite numbers.
        """
        try:
            if any(len(corner) > 2 for corner in corners):
                self.heights = True
            xy = np.array([corner[:2] for corner in corners])
            if any(isinstance(value, bool) for corner in corners for value in corner[:2]):
                xy = np.empty(0)  # among numbers they would count as 0 and 1
        except (TypeError, ValueError):
            xy = np.empty(0)
        if xy.dtype.kind not in "fi" or xy.ndim != 2 or xy.shape[1] != 2 or len(xy) < 2 or not np.isfinite(xy).all():
            raise DataError(
                _("路网文件 {file}：{where}的坐标无法使用；应为两个以上的点，每点是有限的东、北两个数。").format(
                    file=self.name, where=where
                )
            )
        way = _direction(direction)
        if way is None:
            self.unknown_directions += 1
        self.corners.append(xy.astype(float))
        self.directions.append(way or 0)


def read_network(content: bytes, name: str) -> Network:
    """Read a road network that a planner brings: GeoJSON lines, or GraphML with ``x``, ``y`` at its nodes.

    Coordinates are WGS-84 degrees unless the file states another system: the ``crs`` member of GeoJSON, the ``crs`` of
    the graph in GraphML. Streets with a tag ``oneway`` may be driven one way only. Either may be packed with gzip.

    Raises
    ------
    DataError
        Where the file is neither, has no lines, has coordinates that cannot be used, or lies elsewhere.
    """
    content = unpacked(content, name)
    found = _Lines(name)
    try:
        if b"<" in content.lstrip()[:4]:
            _read_graphml(content, found)
        else:
            _read_geojson(content, found)
        stated = GEOGRAPHIC_CRS if found.crs is None else found.crs
        crs = stated_crs(stated)
    except DatumError as error:
        raise DataError(_("路网文件 {file}：{error}").format(file=name, error=error)) from None
    if not found.corners:
        raise DataError(_("路网文件 {file} 里没有线，无法计算运距。").format(file=name))
    lines = _metric(found, crs)
    lines = [line[::-1] if way < 0 else line for line, way in zip(lines, found.directions, strict=True)]
    source = NetworkSource(name, stated, len(lines), found.left_out, found.heights, found.unknown_directions)
    network = network_of(lines, [way != 0 for way in found.directions], source)
    if len(network.edges) == 0:
        raise DataError(_("路网文件 {file} 里的线都没有长度，无法计算运距。").format(file=name))
    return network


def read_network_file(path: Path) -> Network:
    """Read a road network from a file, see `read_network`."""
    return read_network(file_content(path), path.name)


def _direction(tag: Any) -> int | None:
    """Along the line (1), against it (-1), both ways (0), or a tag that nobody knows (none)."""
    if isinstance(tag, list):
        tag = str(tag)
    text = str("" if tag is None else tag).strip().lower()
    # A street that osmnx joined from several has a list; its line runs as it may be driven.
    return 1 if text.startswith("[") and "true" in text else _DIRECTION.get(text)


def _metric(found: _Lines, crs: CRS) -> list[Floats]:
    """The lines in the metric CRS, after a look at where they lie."""
    xy = np.concatenate(found.corners)
    lon_lat = to_degrees(xy, crs)
    with np.errstate(invalid="ignore"):
        wrong = ~((np.abs(lon_lat[:, 0]) <= 180) & (np.abs(lon_lat[:, 1]) <= 90))
    west, south, east, north = load_city().region
    if wrong.any():
        value = "{:.10g}, {:.10g}".format(*xy[wrong.argmax()])
        if found.crs is not None:
            text = _("路网文件 {file} 的坐标 {value} 不在坐标系 {crs} 的范围内。")
        elif ((xy >= [south, west]) & (xy <= [north, east])).all():
            text = _("路网文件 {file} 的坐标 {value} 似乎经纬度颠倒了：应先写经度。")
        else:
            text = _(
                "路网文件 {file} 的坐标 {value} 不是经纬度，文件也没有写明坐标系。"
                "请导出为 WGS-84 经纬度，或在文件的 crs 里写明，例如 EPSG:4548。"
            )
        raise DataError(text.format(file=found.name, value=value, crs=found.crs))
    least, most = lon_lat.min(axis=0), lon_lat.max(axis=0)
    if most[0] < west or least[0] > east or most[1] < south or least[1] > north:
        raise DataError(
            _(
                "路网文件 {file} 不在本市：它的范围是经度 {west:.3f}–{east:.3f}，纬度 {south:.3f}–{north:.3f}，"
                "离本市至少 {km:,.0f} km。"
            ).format(
                file=found.name, west=least[0], east=most[0], south=least[1], north=most[1], km=_away_km(least, most)
            )
        )
    metric = xy if crs.to_epsg() == int(METRIC_CRS.removeprefix("EPSG:")) else to_metres(lon_lat)
    if not np.isfinite(metric).all():
        raise DataError(_("路网文件 {file} 里有离本市太远、无法投影的坐标。").format(file=found.name))
    return np.split(metric, np.cumsum([len(line) for line in found.corners])[:-1])


def _away_km(least: Floats, most: Floats) -> float:
    """How far an extent in degrees lies from the city's, at least."""
    west, south, east, north = load_city().first_view
    here, there = [], []
    for low, high, first, last in ((west, east, least[0], most[0]), (south, north, least[1], most[1])):
        here.append(min(max(low, first), high))
        there.append(min(max(here[-1], first), last))
    _forward, _back, metres = Geod(ellps="WGS84").inv(*here, *there)
    return float(metres / M_PER_KM)


# --- GeoJSON ---------------------------------------------------------------------------------------------------------


def _read_geojson(content: bytes, found: _Lines) -> None:
    document = read_json_text(content, found.name) if is_json(content) else None
    if not isinstance(document, dict):
        raise DataError(_not_a_network(found.name))
    found.crs = _stated_name(document.get("crs"))
    for number, (geometry, properties) in enumerate(_features(document, found.name), 1):
        kind = geometry.get("type") if isinstance(geometry, dict) else None
        corners = geometry.get("coordinates", []) if kind in _LINES else []
        if corners == []:
            found.left_out += 1
            continue
        tags = properties if isinstance(properties, dict) else {}
        tag = next((value for key, value in tags.items() if key.lower() in ("oneway", "one_way")), None)
        where = _("第 {number} 个要素").format(number=number)
        for line in corners if kind == "MultiLineString" and isinstance(corners, list) else [corners]:
            found.add(line, tag, where)


def _not_a_network(name: str) -> str:
    return _("路网文件 {file} 既不是 GeoJSON 线（FeatureCollection），也不是 GraphML。").format(file=name)


def _stated_name(crs: Any) -> str | None:
    """The name in a ``crs`` member, none where the file states nothing."""
    if crs is None:
        return None
    properties = crs.get("properties") if isinstance(crs, dict) else crs
    return str(properties.get("name", "") if isinstance(properties, dict) else properties)


def _features(document: dict[str, Any], name: str) -> Iterator[tuple[Any, Any]]:
    """Geometry and properties of every feature; of collections of geometries every member."""
    kind = document.get("type")
    features = document.get("features") if kind == "FeatureCollection" else [document]
    if not isinstance(features, list) or not isinstance(kind, str):
        raise DataError(_not_a_network(name))
    for feature in features:
        if not isinstance(feature, dict):
            raise DataError(_not_a_network(name))
        geometry: Any = feature
        properties: Any = None
        if feature.get("type") == "Feature":
            geometry, properties = feature.get("geometry"), feature.get("properties")
        members = geometry.get("geometries") if isinstance(geometry, dict) else None
        for member in members if isinstance(members, list) else [geometry]:
            yield member, properties


# --- GraphML ---------------------------------------------------------------------------------------------------------


class _GraphML:
    """What is wanted of a GraphML text, taken in as it is parsed: no tree is built of it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.names: dict[str, str] = {}
        self.crs: str | None = None
        self.nodes: dict[str, dict[str, str]] = {}
        self.edges: list[tuple[str, str, dict[str, str]]] = []
        self.depth = 0
        self.here: dict[str, str] = {}  # data of the node or edge being read
        self.ends: dict[str, str] = {}
        self.key: str | None = None
        self.text: list[str] = []

    def doctype(self, _name: str, _public: str, _system: str) -> None:
        """A document type begins, in whatever encoding the file is."""
        raise DataError(_("路网文件 {file} 里有 DOCTYPE 或 ENTITY 声明，不予读取。").format(file=self.name))

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self.depth += 1
        if self.depth > _DEEPEST:
            raise DataError(
                _("路网文件 {file} 的元素嵌套超过 {most} 层，不是 GraphML。").format(file=self.name, most=_DEEPEST)
            )
        match tag.rpartition("}")[2]:
            case "key":
                self.names[attributes.get("id", "")] = attributes.get("attr.name", "").lower()
            case "node" | "edge":
                self.here, self.ends = {}, attributes
            case "data":
                key = attributes.get("key", "")
                self.key, self.text = self.names.get(key, key.lower()), []

    def data(self, text: str) -> None:
        """Text within an element."""
        if self.key in ("x", "y", "crs", "oneway", "geometry"):
            self.text.append(text)

    def end(self, tag: str) -> None:
        """An element ends."""
        self.depth -= 1
        match tag.rpartition("}")[2]:
            case "data" if self.key == "crs":
                self.crs, self.key = trimmed("".join(self.text)), None
            case "data" if self.key is not None:
                self.here[self.key], self.key = trimmed("".join(self.text)), None
            case "node":
                self.nodes[self.ends.get("id", "")] = self.here
            case "edge":
                if len(self.nodes) + len(self.edges) >= _MOST_PARTS:
                    text = _("路网文件 {file} 的节点和边超过 {most:,} 个，请只留下本市的道路。")
                    raise DataError(text.format(file=self.name, most=_MOST_PARTS))
                self.edges.append((self.ends.get("source", ""), self.ends.get("target", ""), self.here))


def _read_graphml(content: bytes, found: _Lines) -> None:
    graph = _GraphML(found.name)
    parser = XMLParser(target=graph)
    try:
        for begin in range(0, len(content), _PIECE):
            parser.feed(content[begin : begin + _PIECE])
        parser.close()
    except DataError:
        raise
    except ParseError as error:
        line, column = error.position
        raise DataError(
            _("路网文件 {file} 不是完好的 XML：错在第 {line} 行第 {column} 列。").format(
                file=found.name, line=line, column=column + 1
            )
        ) from None
    except (LookupError, ValueError):  # an encoding that is not known
        raise DataError(_not_a_network(found.name)) from None
    found.crs = graph.crs or None
    at = {key: (_number(node.get("x")), _number(node.get("y"))) for key, node in graph.nodes.items()}
    for number, (source, target, data) in enumerate(graph.edges, 1):
        for key in (source, target):
            if not all(map(math.isfinite, at.get(key, (math.nan,)))):
                raise DataError(
                    _("路网文件 {file} 的节点 {node} 没有可用的 x、y 坐标：应为有限的数。").format(
                        file=found.name, node=key[:40]
                    )
                )
        shape = _wkt_corners(data["geometry"]) if data.get("geometry") else [at[source], at[target]]
        found.add(shape, data.get("oneway"), _("第 {number} 条边").format(number=number))


def _number(text: str | None) -> float:
    try:
        return number_of(text or "")
    except CellError:
        return math.nan


def _wkt_corners(text: str) -> Any:
    """Corners of the line that osmnx keeps as text; nothing where it is no line.

    Brackets within brackets are never handed on: many thousands of them end the process of who reads them.
    """
    if not _LINE_TEXT.fullmatch(text):
        return []
    line = shapely.from_wkt(text, on_invalid="ignore")
    return shapely.get_coordinates(line, include_z=bool(shapely.has_z(line))).tolist() if line is not None else []
