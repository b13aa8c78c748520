"""The data package: every file declared and unchanged, its figures equal to the plan's, its geometries sound."""

import csv
import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import frictionless
import pytest
import shapely
from pyproj import Geod
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

DATA = Path(__file__).resolve().parents[2] / "data"
GEOD = Geod(ellps="WGS84")
PLANT_COLUMNS = [
    "id",
    "name",
    "kind",
    "status",
    "company",
    "address",
    "district",
    "lon",
    "lat",
    "location_precision",
    "location_error_m",
    "capacity",
    "capacity_unit",
    "mixer_m3",
    "bulk_dispatch_pct",
    "shift_capacity_t",
    "licensed",
    "year_seen",
    "evidence",
    "source",
    "note",
]
# Length in km and area in km² as published for each ring; the measured ones stay within these shares of them.
OFFICIAL_RINGS = {2: (32.7, 62.0), 3: (48.3, 159.0), 4: (65.3, 302.0), 5: (98.58, 667.0), 6: (187.6, 2267.0)}


def problems(folder: Path) -> list[str]:
    """What is wrong between the descriptor and the files of a folder."""
    resources = {
        item["path"]: item for item in json.loads((folder / "datapackage.json").read_text("utf-8"))["resources"]
    }
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {"datapackage.json"}
    result = [f"{path} is not declared" for path in sorted(found - set(resources))]
    result += [f"{path} is declared and missing" for path in sorted(set(resources) - found)]
    for path in sorted(found & set(resources)):
        content = (folder / path).read_bytes()
        if resources[path]["hash"] != f"sha256:{hashlib.sha256(content).hexdigest()}":
            result.append(f"{path} has changed")
        if resources[path]["bytes"] != len(content):
            result.append(f"{path} has another size")
    return result


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def features(name: str) -> list[tuple[dict[str, Any], BaseGeometry]]:
    items = json.loads((DATA / "geo" / f"{name}.geojson").read_text(encoding="utf-8"))["features"]
    return [(item["properties"], shape(item["geometry"])) for item in items]


def area_km2(geometry: BaseGeometry) -> float:
    return abs(GEOD.geometry_area_perimeter(geometry)[0]) / 1e6


@pytest.fixture(scope="module")
def descriptor() -> dict[str, Any]:
    result: dict[str, Any] = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
    return result


@pytest.fixture(scope="module")
def plants() -> list[dict[str, str]]:
    return rows("plants.csv")


@pytest.fixture(scope="module")
def inventory(plants: list[dict[str, str]]) -> list[dict[str, str]]:
    return [row for row in plants if row["status"] == "inventory_2010"]


@pytest.fixture(scope="module")
def districts() -> dict[str, BaseGeometry]:
    return {properties["name"]: geometry for properties, geometry in features("districts")}


LAYERS = ("ring_roads", "ban_zones", "sensitive_areas", "districts", "water", "towns", "interchanges")


# --- the descriptor ---------------------------------------------------------------------------------------------


def test_every_file_is_declared_and_unchanged() -> None:
    assert problems(DATA) == []


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DATA, tmp_path / "data"))


def test_an_undeclared_file_is_found(copy: Path) -> None:
    (copy / "geo" / "extra.geojson").write_text("{}", encoding="utf-8")
    assert "geo/extra.geojson is not declared" in problems(copy)


def test_a_changed_file_is_found(copy: Path) -> None:
    path = copy / "plants.csv"
    path.write_bytes(path.read_bytes().replace(b"yes", b"no ", 1))
    assert "plants.csv has changed" in problems(copy)


def test_a_missing_file_is_found(copy: Path) -> None:
    (copy / "demand.csv").unlink()
    assert "demand.csv is declared and missing" in problems(copy)


def test_every_resource_names_source_licence_and_accuracy(descriptor: dict[str, Any]) -> None:
    for resource in descriptor["resources"]:
        for key in ("title", "title_en", "description", "description_en", "format", "mediatype", "encoding"):
            assert resource[key], (resource["name"], key)
        assert resource["sources"] and resource["licenses"], resource["name"]
        if resource["format"] == "geojson":
            assert resource["crs"] == "OGC:CRS84" and resource["accuracy"]


def test_the_declared_fields_are_those_of_the_file(descriptor: dict[str, Any]) -> None:
    for resource in descriptor["resources"]:
        path = DATA / resource["path"]
        declared = [field["name"] for field in resource.get("schema", {}).get("fields", [])]
        if resource["format"] == "csv":
            with path.open(encoding="utf-8", newline="") as handle:
                assert next(csv.reader(handle)) == declared, resource["name"]
        elif resource["format"] == "geojson":
            for properties, _ in features(path.stem):
                assert sorted(properties) == sorted(declared), (resource["name"], properties["id"])


def test_tables_pass_frictionless() -> None:
    report = frictionless.validate(str(DATA / "datapackage.json"))
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "note"])


# --- plants ------------------------------------------------------------------------------------------------------


def test_plant_columns(plants: list[dict[str, str]]) -> None:
    assert list(plants[0]) == PLANT_COLUMNS
    assert len({row["id"] for row in plants}) == len(plants)


@pytest.mark.parametrize(
    ("kind", "sites", "companies", "capacity"),
    [
        ("cement", 9, None, 1000),
        ("concrete", 179, 169, 10480),
        ("mortar", 20, 20, 185),
        ("precast", 57, 56, 345),
    ],
)
def test_the_inventory_equals_the_plan(
    inventory: list[dict[str, str]], kind: str, sites: int, companies: int | None, capacity: int
) -> None:
    mine = [row for row in inventory if row["kind"] == kind]
    assert len(mine) == sites
    if companies:
        assert len({row["company"] for row in mine}) == companies
    assert sum(float(row["capacity"]) for row in mine if row["capacity"]) == capacity


def test_values_are_those_allowed(plants: list[dict[str, str]]) -> None:
    allowed = {
        "kind": {"cement", "concrete", "mortar", "precast"},
        "status": {"inventory_2010", "later", "unlicensed", "outside", "closed"},
        "licensed": {"yes", "no", ""},
        "evidence": {"sourced", "modelled"},
        "capacity_unit": {"wan_t", "wan_m3"},
        "location_precision": {
            "plant_point",
            "street_address",
            "village",
            "township_centre",
            "district_only",
            "unlocated",
            "modelled",
        },
    }
    for row in plants:
        for column, values in allowed.items():
            assert row[column] in values, (row["id"], column)
        assert row["capacity_unit"] == ("wan_t" if row["kind"] in ("cement", "mortar") else "wan_m3")


def test_unlocated_plants_have_no_coordinates_and_located_ones_an_error(plants: list[dict[str, str]]) -> None:
    for row in plants:
        located = row["location_precision"] not in ("district_only", "unlocated")
        assert bool(row["lon"]) == bool(row["lat"]) == bool(row["location_error_m"]) == located, row["id"]


def test_every_located_plant_lies_in_its_district(
    plants: list[dict[str, str]], districts: dict[str, BaseGeometry]
) -> None:
    for row in plants:
        if row["lon"]:
            point = shapely.Point(float(row["lon"]), float(row["lat"]))
            inside = [name for name, geometry in districts.items() if geometry.covers(point)]
            assert inside == ([] if row["status"] == "outside" else [row["district"]]), row["id"]


def test_no_modelled_row_carries_a_real_company(plants: list[dict[str, str]]) -> None:
    real = {row[key] for row in plants if row["evidence"] == "sourced" for key in ("name", "company") if row[key]}
    for row in plants:
        if row["evidence"] == "modelled":
            assert row["name"].startswith("模拟") and "模型推算" in row["name"]
            assert row["company"].startswith("模拟")
            assert not any(name in row["name"] + row["company"] for name in real), row["id"]
            assert not (row["mixer_m3"] or row["bulk_dispatch_pct"] or row["shift_capacity_t"])
            assert row["location_error_m"] == "" or float(row["location_error_m"]) >= 3000


def test_no_modelled_plant_lies_in_a_lake(plants: list[dict[str, str]]) -> None:
    lakes = shapely.union_all([geometry for properties, geometry in features("water") if properties["kind"] == "lake"])
    for row in plants:
        if row["evidence"] == "modelled" and row["lon"]:
            assert not lakes.contains(shapely.Point(float(row["lon"]), float(row["lat"]))), row["id"]


def test_the_ring_split_of_concrete_stations_follows_the_published_one(inventory: list[dict[str, str]]) -> None:
    areas = {p["ring"]: g for p, g in features("ring_roads") if p["feature"] == "area"}
    points = [
        shapely.Point(float(row["lon"]), float(row["lat"]))
        for row in inventory
        if row["kind"] == "concrete" and row["lon"]
    ]
    fifth = sum(areas[5].contains(point) for point in points) / len(points)
    sixth = sum(areas[6].contains(point) for point in points) / len(points)
    assert fifth == pytest.approx(0.20, abs=0.01)
    assert sixth - fifth == pytest.approx(0.52, abs=0.01)


# --- rings, zones, areas -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("layer", LAYERS)
def test_every_geometry_is_valid_and_every_feature_has_id_and_source(layer: str) -> None:
    items = features(layer)
    assert len({properties["id"] for properties, _ in items}) == len(items)
    for properties, geometry in items:
        assert isinstance(properties["id"], str)
        assert geometry.is_valid and not geometry.is_empty, properties["id"]
        assert properties["source"], properties["id"]
        west, south, east, north = geometry.bounds
        assert 115 < west <= east < 118 and 39 < south <= north < 41.5, properties["id"]


@pytest.mark.parametrize("name", ["plants.csv", "demand.csv", "sensitive_areas_unmapped.csv"])
def test_every_row_has_a_source(name: str) -> None:
    assert all(row["source"] for row in rows(name))


def test_rings_agree_with_the_official_figures_and_are_nested() -> None:
    areas = {p["ring"]: (p, g) for p, g in features("ring_roads") if p["feature"] == "area"}
    assert set(areas) == set(OFFICIAL_RINGS)
    for ring, (length, area) in OFFICIAL_RINGS.items():
        properties, geometry = areas[ring]
        assert GEOD.geometry_length(geometry.exterior) / 1000 == pytest.approx(length, rel=0.002)
        assert area_km2(geometry) == pytest.approx(area, rel=0.01)
        assert properties["length_km"] == pytest.approx(length, rel=0.002)
        if ring > 2:
            assert geometry.contains(areas[ring - 1][1])


def test_the_sections_of_a_ring_are_its_whole_outline() -> None:
    items = features("ring_roads")
    for ring in OFFICIAL_RINGS:
        outline = next(g for p, g in items if p["ring"] == ring and p["feature"] == "area").exterior
        parts = [(p, g) for p, g in items if p["ring"] == ring and p["feature"] == "centreline"]
        vertices = {xy for _, part in parts for xy in part.coords}
        assert vertices == set(outline.coords)
        assert sum(len(part.coords) - 1 for _, part in parts) == len(outline.coords) - 1
        for (_, part), (_, following) in zip(parts, parts[1:] + parts[:1], strict=True):
            assert part.coords[-1] == following.coords[0]
    weak = {p["accuracy_m"]: p["length_km"] for p, _ in items if p["low_confidence"] and p["feature"] == "centreline"}
    assert weak.keys() == {512, 214}


def test_ban_zones_by_year() -> None:
    zones = {p["id"]: (p, g) for p, g in features("ban_zones")}
    assert sum(p["kind"] == "new_town" for p, _ in zones.values()) == 11
    fourth, geometry = zones["fourth_ring_2006"]
    assert fourth["since"] == "2006-01-01" and not fourth["approximate"]
    ring = next(g for p, g in features("ring_roads") if p["id"] == "ring_4_area")
    assert geometry.equals(ring)
    _, geometry = zones["central_city_2010"]
    assert area_km2(geometry) == pytest.approx(1085, abs=0.1)
    assert geometry.contains(ring)
    for properties, _ in zones.values():
        assert properties["clause"] == "一（二）2"
        if properties["id"] != "fourth_ring_2006":
            assert properties["approximate"] and 1500 <= properties["accuracy_m"] <= 3000
            assert properties["since"] == "2010-01-01"
            assert "proxy" not in properties["name"]


def test_only_outlines_count_as_exact_sensitive_areas() -> None:
    for properties, geometry in features("sensitive_areas"):
        kinds = {"polygon": "Polygon", "bbox": "Polygon", "circle": "Polygon", "line": "LineString", "point": "Point"}
        assert geometry.geom_type.removeprefix("Multi") == kinds[properties["basis"]], properties["id"]
        assert properties["accuracy_m"] > 0
        if not properties["approximate"]:
            assert properties["basis"] == "polygon"
        if properties["basis"] == "circle":
            assert area_km2(geometry) * 100 == pytest.approx(properties["area_ha"], rel=0.01)


def test_sensitive_areas_touch_their_districts(districts: dict[str, BaseGeometry]) -> None:
    for properties, geometry in features("sensitive_areas"):
        named = properties["district"].split("/")
        assert any(geometry.intersects(districts[name]) for name in named), properties["id"]


def test_unmapped_areas_say_why_and_are_not_on_the_map() -> None:
    mapped = {properties["id"] for properties, _ in features("sensitive_areas")}
    unmapped = rows("sensitive_areas_unmapped.csv")
    assert unmapped
    for row in unmapped:
        assert row["reason"] and row["id"] not in mapped


# --- background --------------------------------------------------------------------------------------------------


def test_districts_fit_together() -> None:
    items = features("districts")
    assert len(items) == 16
    whole = shapely.union_all([geometry for _, geometry in items])
    assert area_km2(whole) == pytest.approx(16_410, rel=0.01)  # official area of Beijing
    assert area_km2(whole) == pytest.approx(sum(area_km2(geometry) for _, geometry in items), rel=1e-6)
    until = {p["name"]: p["name_until_2015"] for p, _ in items if p["name"] != p["name_until_2015"]}
    assert until == {"密云区": "密云县", "延庆区": "延庆县"}
    for properties, geometry in items:
        assert len(properties["id"]) == 6
        assert geometry.contains(shapely.Point(properties["label_lon"], properties["label_lat"]))


def test_new_towns() -> None:
    names = {p["name"] for p, _ in features("towns") if p["new_town"]}
    assert names == {
        f"{name}新城"
        for name in ["通州", "顺义", "亦庄", "大兴", "房山", "昌平", "怀柔", "密云", "平谷", "延庆", "门头沟"]
    }


def test_towns_lie_in_the_district_they_name(districts: dict[str, BaseGeometry]) -> None:
    for properties, geometry in features("towns"):
        assert districts[properties["district"]].covers(geometry), properties["id"]


def test_interchanges_lie_on_their_rings() -> None:
    outlines = {p["ring"]: g.exterior for p, g in features("ring_roads") if p["feature"] == "area"}
    items = features("interchanges")
    assert len(items) == 250
    for properties, geometry in items:
        assert outlines[properties["ring"]].distance(geometry) < 0.0005, properties["id"]
        assert "http" not in properties["source"]


def test_lakes_do_not_overlap() -> None:
    lakes = [(p["id"], g) for p, g in features("water") if p["kind"] == "lake"]
    for i, (name, geometry) in enumerate(lakes):
        for other, outline in lakes[i + 1 :]:
            assert area_km2(geometry.intersection(outline)) < 0.05, (name, other)


# --- demand ------------------------------------------------------------------------------------------------------


def test_demand_sums_to_the_plan_and_the_census(districts: dict[str, BaseGeometry]) -> None:
    points = rows("demand.csv")
    assert round(sum(round(float(row["weight"]) * 1e6) for row in points)) == 635_000_000
    assert sum(int(row["population_2010"]) for row in points) == 19_612_368
    assert {row["district"] for row in points} == set(districts)
    zones = shapely.union_all([g for p, g in features("ban_zones") if p["since"].startswith("2010")])
    for row in points:
        point = shapely.Point(float(row["lon"]), float(row["lat"]))
        assert districts[row["district"]].covers(point), row["id"]
        assert zones.covers(point) == (row["in_ban_zone"] == "true"), row["id"]
        assert float(row["weight"]) > 0
