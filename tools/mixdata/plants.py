"""The register of plants: sourced sites as they are, completed by modelled ones to the plan's end-2010 inventory."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from mixdata.background import district_of
from mixdata.common import Feature, Row, area_km2, buffered, largest_remainder, read_csv, to_metric

COLUMNS = (
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
)
SEED = 20111122  # the plan's date
ANCHOR_RADIUS_M = 4000.0  # how far from a town centre or interchange a works may lie (assumption)
SPACING_M = 500.0  # two modelled sites keep this distance, so that none hides another
MIN_ERROR_M = 3000.0

# Dust of stations by ring in 2015 (Huang Yuhu et al. 2017): inside the 5th, 5th-6th, outside the 6th.
RING_SHARES = (0.20, 0.52, 0.28)
BANDS = ("五环内", "五环至六环", "六环外")


@dataclass(frozen=True)
class Inventory:
    """What the plan counts for one kind of plant, and how the missing sites are drawn."""

    kind: str
    sites: int
    companies: int
    capacity: float
    label: str
    company_label: str
    unit: str
    step: float
    spread: float
    low: float
    high: float
    year: int
    clause: str


CONCRETE = Inventory(
    "concrete", 179, 169, 10480, "模拟搅拌站", "模拟企业", "wan_m3", 5, 0.45, 20, 160, 2010, "一（一）"
)
MORTAR = Inventory("mortar", 20, 20, 185, "模拟砂浆厂", "模拟砂浆企业", "wan_t", 0.5, 0.6, 2, 30, 2010, "一（一）")
PRECAST = Inventory("precast", 57, 56, 345, "模拟构件厂", "模拟构件企业", "wan_m3", 0.5, 0.7, 1, 30, 2008, "一（一）")
CEMENT_WORKS, CEMENT_CAPACITY = 9, 1000


def sourced() -> list[Row]:
    """Sites that a public source names, with numbers as numbers and what is unknown as None."""
    rows: list[Row] = []
    for text in read_csv("plants_sourced.csv"):
        row: Row = {key: text[key] or None for key in COLUMNS}
        for key in ("lon", "lat", "location_error_m", "capacity"):
            row[key] = float(text[key]) if text[key] else None
        rows.append(row)
    return rows


def capacities(count: int, total: float, *, step: float, spread: float, low: float, high: float) -> list[float]:
    """Capacities, large to small, at the quantiles of a log-normal, in whole steps, that sum to the total exactly."""
    normal = NormalDist()
    shape = [math.exp(spread * normal.inv_cdf((i + 0.5) / count)) for i in range(count)]

    def at(scale: float) -> list[float]:
        return [min(max(round(scale * value / step), round(low / step)), round(high / step)) * step for value in shape]

    bottom, top = 0.0, high
    for _ in range(60):
        middle = (bottom + top) / 2
        bottom, top = (middle, top) if sum(at(middle)) < total else (bottom, middle)
    values = at(bottom)
    # At the largest scale below the total, the last few steps go to the sites in the middle of the range.
    missing = round((total - sum(values)) / step)
    first = (count - missing) // 2
    for i in range(first, first + missing):
        values[i] += step
    if missing < 0 or not math.isclose(sum(values), total) or min(values) < low or max(values) > high:
        raise ValueError(f"No capacities between {low} and {high} sum to {total}.")
    return values[::-1]


def fit_table(rows: Sequence[int], columns: Sequence[int], weights: np.ndarray) -> np.ndarray:
    """Whole numbers with the given row sums, and column sums as near as the weights allow (proportional fitting)."""
    table = np.array(weights, dtype=float)
    for _ in range(500):
        table *= (np.array(rows, dtype=float) / np.maximum(table.sum(axis=1), 1e-12))[:, None]
        table *= (np.array(columns, dtype=float) / np.maximum(table.sum(axis=0), 1e-12))[None, :]
    table *= (np.array(rows, dtype=float) / np.maximum(table.sum(axis=1), 1e-12))[:, None]
    whole = np.floor(table + 1e-9).astype(int)
    left_rows = np.array(rows) - whole.sum(axis=1)
    left_columns = np.array(columns) - whole.sum(axis=0)
    cells = sorted(np.ndindex(*table.shape), key=lambda cell: (whole[cell] - table[cell], cell))
    for strict in (True, False):
        for i, j in cells:
            if left_rows[i] > 0 and weights[i, j] > 0 and (left_columns[j] > 0 or not strict):
                whole[i, j] += 1
                left_rows[i] -= 1
                left_columns[j] -= 1
    if left_rows.any():
        raise ValueError("A district has sites to place and no settled land in any ring band.")
    return whole


class Placer:
    """Places sites near the towns of a district and ring band: never in a lake, never inside the Fourth Ring.

    GeoNames has few towns in the inner districts (none in the south-east of Chaoyang, where named stations stood),
    so the interchanges of rings 4-6 serve as anchors beside the towns.
    """

    def __init__(
        self,
        districts: dict[str, BaseGeometry],
        rings: list[Feature],
        towns: list[Feature],
        interchanges: list[Feature],
        water: list[Feature],
    ) -> None:
        areas = {
            item["properties"]["ring"]: shapely.geometry.shape(item["geometry"])
            for item in rings
            if item["properties"]["feature"] == "area"
        }
        lakes = shapely.union_all(
            [shapely.geometry.shape(item["geometry"]) for item in water if item["properties"]["kind"] == "lake"]
        )
        self._rng = np.random.default_rng(SEED)
        self._taken: list[BaseGeometry] = []
        self.names = list(districts)
        self._districts = districts
        self._anchors: dict[str, list[tuple[float, float]]] = {name: [] for name in districts}
        for item in towns:
            self._anchors[item["properties"]["district"]].append(item["geometry"]["coordinates"])
        for item in interchanges:
            at = item["geometry"]["coordinates"]
            district = district_of(districts, *at)
            if item["properties"]["ring"] >= 4 and district:
                self._anchors[district].append(at)
        bands = (areas[5].difference(areas[4]), areas[6].difference(areas[5]), None)
        self._regions: dict[tuple[str, int], BaseGeometry] = {}
        for name, shape in districts.items():
            discs = [buffered(shapely.Point(xy), ANCHOR_RADIUS_M) for xy in self._anchors[name]]
            settled = shapely.union_all(discs).intersection(shape).difference(lakes)
            for j, band in enumerate(bands):
                self._regions[name, j] = settled.intersection(band) if band else settled.difference(areas[6])

    def settled_km2(self) -> np.ndarray:
        """Settled land by district and ring band, the weight of the fit."""
        return np.array([[area_km2(self._regions[name, j]) for j in range(len(BANDS))] for name in self.names])

    def error_m(self, district: str) -> float:
        """Half the radius of a circle as large as the district, at least 3 km, to the next 100 m."""
        radius = math.sqrt(area_km2(self._districts[district]) / math.pi) * 1000
        return max(MIN_ERROR_M, math.ceil(radius / 2 / 100) * 100.0)

    def place(self, district: str, band: int) -> tuple[float, float]:
        """A point within a few kilometres of one of the district's towns or interchanges, to about 10 m."""
        region = self._regions[district, band]
        anchors = self._anchors[district]
        for _ in range(20_000):
            lon, lat = anchors[int(self._rng.random() * len(anchors))]
            # sqrt: an even spread over the disc, not a heap in its middle
            radius = ANCHOR_RADIUS_M * math.sqrt(self._rng.random())
            angle = 2 * math.pi * self._rng.random()
            lat_to = round(lat + radius * math.sin(angle) / 111_000, 4)
            lon_to = round(lon + radius * math.cos(angle) / (111_000 * math.cos(math.radians(lat))), 4)
            point = shapely.Point(lon_to, lat_to)
            metric = to_metric(point)
            if region.contains(point) and all(metric.distance(other) >= SPACING_M for other in self._taken):
                self._taken.append(metric)
                return lon_to, lat_to
        raise ValueError(f"No free place in {district}, {BANDS[band]}.")

    def shuffle(self, values: list[float]) -> list[float]:
        """The values in an order drawn with the fixed seed."""
        keys = [self._rng.random() for _ in values]
        return [value for _, value in sorted(zip(keys, values, strict=True))]


def _method(inventory: Inventory) -> str:
    plan = f"模型推算：使合计等于规划{inventory.clause}（京建发〔2011〕535号）"
    return plan + "；区分布据北京市住建委 2018 年四季度通报的站点数；方法见 docs/method.md"


def modelled(
    inventory: Inventory, rows: Sequence[Row], placer: Placer, sites_2018: dict[str, int], *, fit_rings: bool
) -> list[Row]:
    """Rows that complete the sourced sites of a kind to the plan's count of sites, companies and capacity."""
    known = [row for row in rows if row["kind"] == inventory.kind and row["status"] == "inventory_2010"]
    count = inventory.sites - len(known)
    companies = inventory.companies - len({row["company"] for row in known})
    total = inventory.capacity - sum(row["capacity"] or 0 for row in known)
    placed = [row["district"] for row in known if row["district"]]
    # Sites without a known district are taken off the city's total, the others off their own district.
    per_district = largest_remainder([sites_2018[name] for name in placer.names], count + len(placed))
    per_district = [n - placed.count(name) for n, name in zip(per_district, placer.names, strict=True)]
    weights = placer.settled_km2()
    if fit_rings:
        per_band = largest_remainder(RING_SHARES, count)
        table = fit_table(per_district, per_band, weights)
    else:
        table = np.array(
            [largest_remainder(w, n) if n else [0] * len(BANDS) for w, n in zip(weights, per_district, strict=True)]
        )
    sizes = placer.shuffle(
        capacities(count, total, step=inventory.step, spread=inventory.spread, low=inventory.low, high=inventory.high)
    )
    # Companies with two sites: spread evenly over the list, each sharing with the site before it (mostly one district).
    doubles = count - companies
    second = {int((k + 0.5) * count / doubles) for k in range(doubles)}
    company = 0
    result: list[Row] = []
    for i, name in enumerate(placer.names):
        short = name.removesuffix("区")
        bands = [j for j in range(len(BANDS)) for _ in range(table[i, j])]
        for number, band in enumerate(bands, start=1):
            lon, lat = placer.place(name, band)
            at = len(result)
            company += at not in second
            result.append(
                {
                    "id": f"{inventory.kind}-m{at + 1:03d}",
                    "name": f"{inventory.label} {short}-{number:02d}（模型推算）",
                    "kind": inventory.kind,
                    "status": "inventory_2010",
                    "company": f"{inventory.company_label} {company:03d}",
                    "address": None,
                    "district": name,
                    "lon": lon,
                    "lat": lat,
                    "location_precision": "modelled",
                    "location_error_m": placer.error_m(name),
                    "capacity": sizes[at],
                    "capacity_unit": inventory.unit,
                    "mixer_m3": None,
                    "bulk_dispatch_pct": None,
                    "shift_capacity_t": None,
                    # The plan counts companies that hold the licence.
                    "licensed": "yes" if inventory.kind == "concrete" else None,
                    "year_seen": inventory.year,
                    "evidence": "modelled",
                    "source": _method(inventory),
                    "note": f"位置和产能都不是真实厂站的；误差半径为所在区等效半径的一半。按{BANDS[band]}放置。",
                }
            )
    return result


def ninth_cement_works(rows: Sequence[Row]) -> Row:
    """The works that brings the eight named ones to the plan's nine; nothing says where it lies."""
    known = [row for row in rows if row["kind"] == "cement" and row["status"] == "inventory_2010"]
    if len(known) != CEMENT_WORKS - 1:
        raise ValueError(f"Eight named cement works are expected, {len(known)} found.")
    blank: Row = dict.fromkeys(COLUMNS)
    return blank | {
        "id": "cement-m001",
        "name": "模拟水泥厂 01（模型推算，未查明的第九家）",
        "kind": "cement",
        "status": "inventory_2010",
        "company": "模拟水泥企业 001",
        "location_precision": "unlocated",
        "capacity": float(CEMENT_CAPACITY - sum(row["capacity"] for row in known)),
        "capacity_unit": "wan_t",
        "year_seen": 2010,
        "evidence": "modelled",
        "source": "模型推算：规划一（一）为 9 家、1,000 万t，公开来源只见 8 家",
        "note": "没有来源说明厂名和位置，因此不放在图上；产能为规划合计与 8 家之差。",
    }


def register(
    districts: dict[str, BaseGeometry],
    rings: list[Feature],
    towns: list[Feature],
    interchanges: list[Feature],
    water: list[Feature],
) -> list[Row]:
    """Every row of plants.csv in a fixed order: by kind, sourced before modelled."""
    rows = sourced()
    placer = Placer(districts, rings, towns, interchanges, water)
    sites_2018 = {row["name"]: int(row["concrete_sites_2018q4"]) for row in read_csv("district_figures.csv")}
    made = [
        *modelled(CONCRETE, rows, placer, sites_2018, fit_rings=True),
        *modelled(MORTAR, rows, placer, sites_2018, fit_rings=False),
        *modelled(PRECAST, rows, placer, sites_2018, fit_rings=False),
        ninth_cement_works(rows),
    ]
    order = ("cement", "concrete", "mortar", "precast")
    return sorted([*rows, *made], key=lambda row: (order.index(row["kind"]), row["evidence"] != "sourced", row["id"]))
