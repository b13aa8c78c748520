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


NEW_TOWNS = {
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


def ban_zones(rings: list[Feature]) -> list[Feature]:
    """The zones by year: 2006 inside the Fourth Ring; by 2010 the central city, BDA and 11 new-town cores."""
    areas = {item["properties"]["id"]: item for item in rings}
    proxies = {p["id"]: g for p, g in read_geojson(INPUTS / "zone_proxies.geojson")}
    return [
        _fourth_ring(areas["ring_4_area"]),
        _central_city(shapely.geometry.shape(areas["ring_5_area"]["geometry"])),
        _development_area(proxies["bda_2010"]),
        *(_new_town(key, name, name_en, proxies) for key, (name, name_en) in NEW_TOWNS.items()),
    ]


def _fourth_ring(ring: Feature) -> Feature:
    return _zone(
        shapely.geometry.shape(ring["geometry"]),
        id="fourth_ring_2006",
        name="四环路以内",
        name_en="Inside the Fourth Ring Road",
        kind="fourth_ring",
        approximate=False,
        accuracy_m=GPS_ACCURACY_M,
        method="四环路中心线所围范围",
        source=ring["properties"]["source"],
        **_BAN_2006,
    )


def _central_city(fifth_ring: BaseGeometry) -> Feature:
    central, offset_m = central_city(fifth_ring)
    return _zone(
        central,
        id="central_city_2010",
        name="中心城区",
        name_en="Central city",
        kind="central_city",
        accuracy_m=3000,
        method=f"未见公开边界：五环路范围均匀外扩 {offset_m:,.0f} m，使面积等于 1,085 km²；面积相符不说明形状正确",
        source="本项目近似；面积为规划中心城面积",
        **_BAN_2010,
    )


def _development_area(shape: BaseGeometry) -> Feature:
    return _zone(
        shape,
        id="bda_2010",
        name="北京经济技术开发区",
        name_en="Beijing Economic-Technological Development Area",
        kind="bda",
        accuracy_m=2000,
        method="未见公开边界：575 个“开发区”摄像头点位（jinjing365）的凹包外扩 250 m；反映现状，大于 2010 年的开发区",
        source="本项目近似；点位据 jinjing365 清单",
        **_BAN_2010,
    )


def _new_town(key: str, name: str, name_en: str, proxies: dict[str, BaseGeometry]) -> Feature:
    return _zone(
        proxies[f"new_town_{key}_2010"],
        id=f"new_town_{key}_2010",
        name=f"{name}新城城关镇地区",
        name_en=f"{name_en} new-town core",
        kind="new_town",
        accuracy_m=1500,
        method="未见公开边界：新城中心 5 km 内最大的住宅小区聚类，外扩 400 m 再内缩 250 m；只反映居住，参数为假设",
        source=f"本项目近似；{_COMPOUNDS}",
        **_BAN_2010,
    )


# The order of a zone's properties in the file.
_PROPERTIES = (
    *("id", "name", "name_en", "kind", "since", "since_precision", "approximate", "accuracy_m", "method", "clause"),
    *("document", "source", "area_km2"),
)


def _zone(shape: BaseGeometry, **stated: Any) -> Feature:
    """A zone with what is stated of it and what holds for all: years, one clause, the area as measured."""
    common = {"since_precision": "year", "approximate": True, "clause": "一（二）2", "area_km2": area_km2(shape)}
    return feature(shape, **{key: (common | stated)[key] for key in _PROPERTIES})
