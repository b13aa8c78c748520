"""Ring roads and the areas in which mortar may not be mixed on site."""

from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from mixdata.common import INPUTS, Feature, area_km2, buffered, feature, length_km, read_geojson

RING_NAMES = {
    2: ("二环路", "2nd Ring Road"),
    3: ("三环路", "3rd Ring Road"),
    4: ("四环路", "4th Ring Road"),
    5: ("五环路", "5th Ring Road"),
    6: ("六环路", "6th Ring Road"),
}
GPS_ACCURACY_M = 30
GPS_NOTE = "GPS 轨迹中线，与独立点位之差在 30 m 以内；个别立交处可达 200–300 m"
SPLINE_NOTES = {
    "SW-W": "双龙桥至北宫桥：已命名桥点之间的样条，未经实测；逐点留一检验最大 512 m（中位 172 m）",
    "E": "六合北桥至小圣庙桥：已命名桥点之间的样条，未经实测；逐点留一检验 18–214 m",
}


def _sections(ring: list[tuple[float, float]], weak: list[tuple[str, int, int]]) -> list[tuple[str, list[Any]]]:
    """Cut a closed line at the vertices that bound its weak stretches; the parts together are the whole line."""
    if not weak:
        return [("", ring)]
    # Start at a weak stretch's first vertex so that no part wraps round the end of the list.
    start = weak[0][1]
    body = ring[:-1]
    turned = [*body[start:], *body[: start + 1]]
    shifted = [(name, (first - start) % len(body), (last - start) % len(body)) for name, first, last in weak]
    parts: list[tuple[str, list[Any]]] = []
    at = 0
    for name, first, last in sorted(shifted, key=lambda item: item[1]):
        if first > at:
            parts.append(("", turned[at : first + 1]))
        parts.append((name, turned[first : last + 1]))
        at = last
    if at < len(turned) - 1:
        parts.append(("", turned[at:]))
    return parts


def ring_roads() -> list[Feature]:
    """Rings 2-6: the area inside, and the centreline cut where its accuracy changes."""
    inputs = read_geojson(INPUTS / "ring_roads.geojson")
    areas = {p["ring"]: (p, g) for p, g in inputs if p["role"] == "area"}
    weak_lines = {p["section"]: (p, g) for p, g in inputs if p["role"] == "low_confidence"}
    features: list[Feature] = []
    for ring, (properties, shape) in sorted(areas.items()):
        name, name_en = RING_NAMES[ring]
        vertices = list(shape.exterior.coords)
        weak: list[tuple[str, int, int]] = []
        accuracy = {"": GPS_ACCURACY_M}
        if ring == 6:
            for key, (weak_properties, line) in weak_lines.items():
                at = [vertices.index(xy) for xy in line.coords if xy in vertices]
                # The stretch ends between two vertices: the next vertex on each side still belongs to it.
                weak.append((key, min(at) - 1, max(at) + 1))
                accuracy[key] = weak_properties["accuracy_m"]
        common = {"ring": ring, "name": name, "name_en": name_en}
        notes = {"": GPS_NOTE, **SPLINE_NOTES}
        features.append(
            feature(
                shape,
                id=f"ring_{ring}_area",
                **common,
                feature="area",
                accuracy_m=max(accuracy.values()),
                low_confidence=bool(weak),
                accuracy_note="；".join(notes[key] for key in accuracy),
                length_km=length_km(shape.exterior),
                area_km2=area_km2(shape),
                source=properties["source"],
            )
        )
        for number, (key, part) in enumerate(_sections(vertices, weak), start=1):
            line = shapely.LineString(part)
            features.append(
                feature(
                    line,
                    id=f"ring_{ring}_line_{number}",
                    **common,
                    feature="centreline",
                    accuracy_m=accuracy[key],
                    low_confidence=bool(key),
                    accuracy_note=notes[key],
                    length_km=length_km(line),
                    area_km2=None,
                    source=weak_lines[key][0]["source"] if key else properties["source"],
                )
            )
    return features


_BAN_2006 = {
    "document": "第十二阶段控制大气污染措施通告（2006），据京建发〔2011〕535号",
    "since": "2006-01-01",
}
_BAN_2010 = {
    "document": "第十六阶段控制大气污染措施通告，据京建发〔2011〕535号",
    "since": "2010-01-01",
}
_COMPOUNDS = "住宅小区点（mapv 示例数据，BSD-3）聚类"
GOVERNMENT_NOTE = "2010 年起，禁现区以外的政府投资建设工程同样禁止现场搅拌砂浆；这一条没有边界，图上无法表示。"
GOVERNMENT_NOTE_EN = (
    "From 2010 government-invested works outside these zones are covered as well; this has no boundary to draw."
)


CENTRAL_CITY_KM2 = 1085.0


def central_city(fifth_ring: BaseGeometry) -> tuple[BaseGeometry, float]:
    """The Fifth Ring grown evenly until it holds the official area of the central city, and by how many metres."""
    low, high = 0.0, 10_000.0
    while high - low > 0.1:
        middle = (low + high) / 2
        if area_km2(buffered(fifth_ring, middle), 6) < CENTRAL_CITY_KM2:
            low = middle
        else:
            high = middle
    return buffered(fifth_ring, high), high


def ban_zones(rings: list[Feature]) -> list[Feature]:
    """The zones by year: 2006 inside the Fourth Ring; by 2010 the central city, BDA and 11 new-town cores."""
    areas = {item["properties"]["id"]: item for item in rings}
    fourth = areas["ring_4_area"]
    central, offset_m = central_city(shapely.geometry.shape(areas["ring_5_area"]["geometry"]))
    proxies = {p["id"]: g for p, g in read_geojson(INPUTS / "zone_proxies.geojson")}
    features = [
        _zone(
            shapely.geometry.shape(fourth["geometry"]),
            "fourth_ring_2006",
            "四环路以内",
            "Inside the Fourth Ring Road",
            "fourth_ring",
            GPS_ACCURACY_M,
            "四环路中心线所围范围",
            fourth["properties"]["source"],
            approximate=False,
            **_BAN_2006,
        ),
        _zone(
            central,
            "central_city_2010",
            "中心城区",
            "Central city",
            "central_city",
            3000,
            f"未见公开边界：五环路范围均匀外扩 {offset_m:,.0f} m，使面积等于 1,085 km²；面积相符不说明形状正确",
            "本项目近似；面积为规划中心城面积",
            approximate=True,
            **_BAN_2010,
        ),
        _zone(
            proxies["bda_2010"],
            "bda_2010",
            "北京经济技术开发区",
            "Beijing Economic-Technological Development Area",
            "bda",
            2000,
            "未见公开边界：575 个“开发区”摄像头点位（jinjing365）的凹包外扩 250 m；反映现状，大于 2010 年的开发区",
            "本项目近似；点位据 jinjing365 清单",
            approximate=True,
            **_BAN_2010,
        ),
    ]
    names = {
        "tongzhou": ("通州", "Tongzhou"),
        "shunyi": ("顺义", "Shunyi"),
        "yizhuang": ("亦庄", "Yizhuang"),
        "daxing": ("大兴", "Daxing"),
        "fangshan": ("房山（良乡）", "Fangshan (Liangxiang)"),
        "changping": ("昌平", "Changping"),
        "huairou": ("怀柔", "Huairou"),
        "miyun": ("密云", "Miyun"),
        "pinggu": ("平谷", "Pinggu"),
        "yanqing": ("延庆", "Yanqing"),
        "mentougou": ("门头沟", "Mentougou"),
    }
    for key, (name, name_en) in names.items():
        features.append(
            _zone(
                proxies[f"new_town_{key}_2010"],
                f"new_town_{key}_2010",
                f"{name}新城城关镇地区",
                f"{name_en} new-town core",
                "new_town",
                1500,
                "未见公开边界：新城中心 5 km 内最大的住宅小区聚类，外扩 400 m 再内缩 250 m；只反映居住，参数为假设",
                f"本项目近似；{_COMPOUNDS}",
                approximate=True,
                **_BAN_2010,
            )
        )
    return features


def _zone(
    shape: BaseGeometry,
    key: str,
    name: str,
    name_en: str,
    kind: str,
    accuracy_m: int,
    method: str,
    source: str,
    *,
    approximate: bool,
    document: str,
    since: str,
) -> Feature:
    return feature(
        shape,
        id=key,
        name=name,
        name_en=name_en,
        kind=kind,
        since=since,
        since_precision="year",
        approximate=approximate,
        accuracy_m=accuracy_m,
        method=method,
        clause="一（二）2",
        document=document,
        source=source,
        area_km2=area_km2(shape),
    )
