"""What every builder needs: where inputs lie, geodesic measures, and writers whose output never varies."""

import csv
import importlib.metadata
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from pyproj import Geod, Transformer
from shapely.geometry.base import BaseGeometry

INPUTS = Path(__file__).resolve().parents[1] / "inputs"
DECIMALS = 6  # 1e-6 degree, about 0.1 m

# Everything is measured on the ellipsoid or in CGCS2000 / 3-degree Gauss-Kruger, CM 117°E, as in the application.
_GEOD = Geod(ellps="WGS84")
_TO_METRIC = Transformer.from_crs("EPSG:4326", "EPSG:4548", always_xy=True)
_TO_LONLAT = Transformer.from_crs("EPSG:4548", "EPSG:4326", always_xy=True)

Feature = dict[str, Any]
Row = dict[str, Any]


def read_csv(name: str) -> list[dict[str, str]]:
    """Rows of a table in tools/inputs, every value as text."""
    with (INPUTS / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def read_geojson(path: Path) -> list[tuple[dict[str, Any], BaseGeometry]]:
    """Properties and geometry of every feature in a GeoJSON file."""
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    return [(item["properties"], shapely.geometry.shape(item["geometry"])) for item in features]


def package_file(distribution: str, name: str) -> Path:
    """Path of a data file inside an installed package, without importing the package."""
    path = Path(str(importlib.metadata.distribution(distribution).locate_file(name)))
    if not path.is_file():
        raise FileNotFoundError(f"The package {distribution} does not hold {name}; install the development packages.")
    return path


def to_metric(geometry: BaseGeometry) -> BaseGeometry:
    """Longitude/latitude to metres (EPSG:4548)."""
    return shapely.transform(geometry, lambda xy: np.column_stack(_TO_METRIC.transform(xy[:, 0], xy[:, 1])))


def to_lonlat(geometry: BaseGeometry) -> BaseGeometry:
    """Metres (EPSG:4548) to longitude/latitude."""
    return shapely.transform(geometry, lambda xy: np.column_stack(_TO_LONLAT.transform(xy[:, 0], xy[:, 1])))


def rounded(geometry: BaseGeometry) -> BaseGeometry:
    """Coordinates at the resolution of the files; the same vertex rounds to the same place in every feature."""
    return shapely.transform(geometry, lambda xy: np.round(xy, DECIMALS))


def buffered(geometry: BaseGeometry, distance_m: float) -> BaseGeometry:
    """The area within a distance of a lon/lat geometry, as a valid lon/lat geometry."""
    grown = rounded(to_lonlat(to_metric(geometry).buffer(distance_m, quad_segs=16)))
    return grown if grown.is_valid else shapely.make_valid(grown)


def area_km2(geometry: BaseGeometry, digits: int = 2) -> float:
    """Area on the WGS-84 ellipsoid."""
    return round(abs(_GEOD.geometry_area_perimeter(shapely.orient_polygons(geometry))[0]) / 1e6, digits)


def length_km(geometry: BaseGeometry, digits: int = 2) -> float:
    """Length of a line, or of a polygon's outline, on the WGS-84 ellipsoid."""
    return round(_GEOD.geometry_length(geometry) / 1e3, digits)


def distance_m(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Distance of two points on the WGS-84 ellipsoid in metres."""
    return float(_GEOD.inv(lon1, lat1, lon2, lat2)[2])


def feature(geometry: BaseGeometry, **properties: Any) -> Feature:
    """A GeoJSON feature with rounded coordinates."""
    shape = rounded(geometry)
    if not shape.is_valid:
        raise ValueError(f"The geometry of {properties.get('id')} is not valid: {shapely.is_valid_reason(shape)}")
    return {"type": "Feature", "properties": properties, "geometry": shapely.geometry.mapping(shape)}


def write_geojson(path: Path, features: Sequence[Feature], **extra: Any) -> None:
    """Write a FeatureCollection, one feature a line so that a change can be read in a diff."""
    ids = [item["properties"]["id"] for item in features]
    if len(ids) != len(set(ids)):
        raise ValueError(f"{path.name}: an id occurs twice.")
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    head = {"type": "FeatureCollection", "name": path.stem, "crs": crs, **extra}
    lines = [json.dumps(item, ensure_ascii=False, separators=(",", ":")) for item in features]
    text = json.dumps(head, ensure_ascii=False)[:-1] + ', "features": [\n' + ",\n".join(lines) + "\n]}\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    return str(value)


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write a UTF-8 table with a header; empty means unknown."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([_cell(row[column]) for column in columns] for row in rows)


def largest_remainder(shares: Sequence[float], total: int) -> list[int]:
    """Whole numbers in proportion to the shares that sum to the total (Hamilton's method)."""
    quotas = [share * total / sum(shares) for share in shares]
    counts = [int(quota) for quota in quotas]
    order = sorted(range(len(quotas)), key=lambda i: (counts[i] - quotas[i], i))
    for i in order[: total - sum(counts)]:
        counts[i] += 1
    return counts
