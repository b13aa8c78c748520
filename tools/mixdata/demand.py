"""Demand for ready-mixed mortar in 2015: the plan's 635 万t spread over points by the census of 2010."""

import math

import shapely
from shapely.geometry.base import BaseGeometry

from mixdata.background import DISTRICTS_EN
from mixdata.common import (
    Feature,
    Row,
    area_km2,
    buffered,
    distance_m,
    largest_remainder,
    read_csv,
    to_lonlat,
    to_metric,
)

COLUMNS = ("id", "name", "district", "lon", "lat", "weight", "population_2010", "in_ban_zone", "method", "source")
TOTAL_WAN_T = 635.0
SPACING_M = 3300.0  # centre to centre of the hexagonal grid
MIN_CELL_KM2 = 0.5  # a smaller scrap of a cell carries nothing of its own
TIANANMEN = (116.39723, 39.9075)

# Prior densities, people per square kilometre (assumptions; only their ratios inside one district matter,
# because every district is scaled to its census population afterwards).
CENTRE_DENSITY, DECAY_KM = 25_000.0, 12.0
CORE_DENSITY = 12_000.0
TOWN_PEOPLE = 20_000.0

SOURCE = "第六次人口普查（2010）分区常住人口；总量：京建发〔2011〕535号 二（一）"


def _hexagons(area: BaseGeometry) -> list[BaseGeometry]:
    """Hexagonal cells that cover an area given in metres."""
    west, south, east, north = area.bounds
    step_y = SPACING_M * math.sqrt(3) / 2
    radius = SPACING_M / math.sqrt(3)
    angles = [math.radians(60 * k + 30) for k in range(6)]
    cells = []
    # Rows are counted from multiples of the step, so a change elsewhere does not move the grid.
    for row in range(math.floor(south / step_y) - 1, math.ceil(north / step_y) + 2):
        shift = SPACING_M / 2 if row % 2 else 0.0
        for column in range(math.floor(west / SPACING_M) - 1, math.ceil(east / SPACING_M) + 2):
            x, y = column * SPACING_M + shift, row * step_y
            cell = shapely.Polygon([(x + radius * math.cos(a), y + radius * math.sin(a)) for a in angles])
            if cell.intersects(area):
                cells.append(cell)
    return cells


def _cell_rows(
    districts: dict[str, BaseGeometry], zones: dict[str, BaseGeometry], names: dict[str, str], lakes: BaseGeometry
) -> list[Row]:
    """Cells of the ban zones, cut by district; a place in two zones counts once, in the first."""
    rows: list[Row] = []
    done: BaseGeometry = shapely.Polygon()
    for key, zone in zones.items():
        rest = zone.difference(done).difference(lakes)
        done = done.union(zone)
        for cell in _hexagons(to_metric(zone)):
            part = to_lonlat(cell).intersection(rest)
            for district, shape in districts.items():
                piece = part.intersection(shape)
                size = area_km2(piece) if not piece.is_empty else 0.0
                if size < MIN_CELL_KM2:
                    continue
                point = max(shapely.get_parts(piece), key=lambda item: item.area).representative_point()
                lon, lat = round(point.x, 4), round(point.y, 4)
                if key == "central_city_2010":
                    density = CENTRE_DENSITY * math.exp(-distance_m(lon, lat, *TIANANMEN) / 1000 / DECAY_KM)
                else:
                    density = CORE_DENSITY
                rows.append({"zone": names[key], "district": district, "lon": lon, "lat": lat, "prior": density * size})
    return rows


def points(
    districts: dict[str, BaseGeometry], zones: list[Feature], towns: list[Feature], water: list[Feature]
) -> list[Row]:
    """Demand points: a hexagonal grid inside the ban zones of 2010, and the towns outside them."""
    shapes = {
        item["properties"]["id"]: shapely.geometry.shape(item["geometry"])
        for item in zones
        if item["properties"]["since"].startswith("2010")
    }
    names = {item["properties"]["id"]: item["properties"]["name"] for item in zones}
    lakes = shapely.union_all(
        [shapely.geometry.shape(item["geometry"]) for item in water if item["properties"]["kind"] == "lake"]
    )
    rows = _cell_rows(districts, shapes, names, buffered(lakes, 50))
    banned = shapely.union_all(list(shapes.values()))
    for item in towns:
        point = shapely.geometry.shape(item["geometry"])
        if not banned.covers(point):
            p = item["properties"]
            rows.append(
                {"town": p["name"], "district": p["district"], "lon": point.x, "lat": point.y, "prior": TOWN_PEOPLE}
            )
    census = {row["name"]: int(row["population_2010"]) for row in read_csv("district_figures.csv")}
    ordered = []
    for district in DISTRICTS_EN:
        mine = [row for row in rows if row["district"] == district]
        prior = sum(row["prior"] for row in mine)
        for row in mine:
            row["people"] = census[district] * row["prior"] / prior
        ordered += sorted(mine, key=lambda row: ("town" in row, row.get("zone", ""), -row["lat"], row["lon"]))
    return _finish(ordered, census)


def _finish(rows: list[Row], census: dict[str, int]) -> list[Row]:
    # Whole people by district, and whole millionths of a 万t: both sums are exact.
    people: dict[int, int] = {}
    for district, total in census.items():
        index = [i for i, row in enumerate(rows) if row["district"] == district]
        shares = largest_remainder([rows[i]["people"] for i in index], total)
        people.update(zip(index, shares, strict=True))
    weights = largest_remainder([float(people[i]) for i in range(len(rows))], round(TOTAL_WAN_T * 1e6))
    counter: dict[tuple[str, str], int] = {}
    result: list[Row] = []
    for i, row in enumerate(rows):
        zone, district = row.get("zone"), row["district"]
        label = (zone or "", district)
        counter[label] = counter.get(label, 0) + 1
        result.append(
            {
                "id": f"demand-{i + 1:03d}",
                "name": f"{zone} {district}-{counter[label]:02d}" if zone else row["town"],
                "district": district,
                "lon": row["lon"],
                "lat": row["lat"],
                "weight": weights[i] / 1e6,
                "population_2010": people[i],
                "in_ban_zone": zone is not None,
                "method": "禁现区内 3.3 km 六边形网格" if zone else "禁现区外的镇街点",
                "source": SOURCE,
            }
        )
    return result
