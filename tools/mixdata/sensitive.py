"""Sensitive areas: those with an extent or a point that may be used, and the table of those without."""

import math
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from mixdata.background import DISTRICTS_EN, district_of, rivers
from mixdata.common import INPUTS, Feature, Row, area_km2, buffered, feature, read_csv, read_geojson

UNMAPPED_COLUMNS = ("id", "name", "kind", "level", "district", "area_ha", "reason", "source", "note")
BANK_M = 100.0


def _circle(lon: float, lat: float, area_ha: float) -> BaseGeometry:
    """A disc of a stated area: the only honest shape when a point and an area are all that is known."""
    # quad_segs=16 loses 0.16 % of a disc's area; that is far inside the accuracy of any of these.
    return buffered(shapely.Point(lon, lat), math.sqrt(area_ha * 10_000 / math.pi))


def _bank(row: dict[str, str], beijing: BaseGeometry, shapes: dict[str, BaseGeometry]) -> BaseGeometry:
    """The strip on both sides of a GSHHG river, cut to the stretch that the row speaks of."""
    lines = [line for name, line in rivers() if name == row["ref"]]
    # The gorge ends where the river leaves 门头沟; below it the plain begins.
    within = (
        beijing.difference(shapes["门头沟区"]) if row["extent"] == "outside" else shapes.get(row["district"], beijing)
    )
    stretch = shapely.union_all([line.intersection(within) for line in lines])
    return shapely.make_valid(buffered(stretch, BANK_M).intersection(beijing))


def areas(shapes: dict[str, BaseGeometry]) -> tuple[list[Feature], list[Row]]:
    """Features of sensitive_areas.geojson and rows of sensitive_areas_unmapped.csv."""
    osm = {properties["id"]: geometry for properties, geometry in read_geojson(INPUTS / "osm_water.geojson")}
    beijing = shapely.union_all([shapes[name] for name in DISTRICTS_EN])
    features: list[Feature] = []
    unmapped: list[Row] = []
    for row in read_csv("sensitive_areas.csv"):
        if row["basis"] == "unmapped":
            unmapped.append({key: row.get(key) or None for key in UNMAPPED_COLUMNS})
            continue
        shape, basis = _shape(row, osm, beijing, shapes)
        stated = float(row["area_ha"]) if row["area_ha"] else None
        drawn = round(area_km2(shape, 6) * 100, 1) if shape.geom_type.endswith("Polygon") else None
        features.append(
            feature(
                shape,
                id=row["id"],
                name=row["name"],
                name_en=row["name_en"] or None,
                kind=row["kind"],
                level=row["level"] or None,
                district=row["district"],
                basis=basis,
                approximate=row["approximate"] == "true",
                accuracy_m=int(row["accuracy_m"]),
                area_ha=drawn if basis == "polygon" else stated,
                zone_note=row["zone_note"] or None,
                source=row["source"],
                licence=row["licence"],
                note=row["note"] or None,
                source_licence_class=row["source_licence_class"],
            )
        )
        _check_district(row, shape, shapes)
    return features, unmapped


def _shape(
    row: dict[str, str], osm: dict[str, Any], beijing: BaseGeometry, shapes: dict[str, BaseGeometry]
) -> tuple[BaseGeometry, str]:
    basis = row["basis"]
    if basis == "polygon":
        return shapely.make_valid(osm[row["ref"]]), basis
    if basis == "line":
        return osm[row["ref"]], basis
    if basis == "bank":
        return _bank(row, beijing, shapes), "polygon"
    if basis == "bbox":
        return shapely.box(*(float(row[key]) for key in ("west", "south", "east", "north"))), basis
    lon, lat = float(row["lon"]), float(row["lat"])
    if basis == "circle":
        return _circle(lon, lat, float(row["area_ha"])), basis
    return shapely.Point(lon, lat), basis


def _check_district(row: dict[str, str], shape: BaseGeometry, shapes: dict[str, BaseGeometry]) -> None:
    """A point must lie in the district that the record names: the simplest guard against a wrong look-up."""
    if row["basis"] in ("circle", "point"):
        found = district_of(shapes, float(row["lon"]), float(row["lat"]))
        if found not in row["district"].split("/"):
            raise ValueError(f"sensitive_areas.csv: {row['id']} lies in {found}, not in {row['district']}.")
    elif not any(shape.intersects(shapes[name]) for name in row["district"].split("/")):
        raise ValueError(f"sensitive_areas.csv: {row['id']} does not touch {row['district']}.")
