"""Maps: one style table and one way to turn layers into a web map. Here alone geometries go back to degrees."""

import html
import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

import folium
import geopandas as gpd
import pandas as pd
import shapely
from branca.element import MacroElement
from folium.template import Template

from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import local
from mixplan.city import places as city_places
from mixplan.city.datums import GEOGRAPHIC_CRS, METRIC_CRS
from mixplan.plan.rules import RuleBook
from mixplan.registers.plants import Layers
from mixplan.screening.judge import metres

# --- the style table, shared by the web map, static maps and charts ---------------------------------------------------


VERMILLION, ORANGE, SKY, BLUE, GREY = "#D55E00", "#E69F00", "#56B4E9", "#0072B2", "#999999"
GREEN, PURPLE, AMBER = "#009E73", "#CC79A7", "#F0B429"

KIND_SHAPE = {"concrete": "circle", "mortar": "triangle", "cement": "square", "precast": "diamond"}
# Verdict as it is drawn: a flag that is certain, one that is not, a pass that is not, one that is, unknown.
VERDICT_COLOUR = {"flag": VERMILLION, "borderline": ORANGE, "doubtful": SKY, "pass": BLUE, "unknown": GREY}
DOUBT = ("borderline", "doubtful")
OUTLINE = {"borderline": "#5c3d00", "doubtful": "#00446b"}  # of a filled mark in doubt
RING_COLOUR, DISTRICT_COLOUR, LAND_COLOUR, WATER_COLOUR = "#5b6168", "#b4bac0", "#fafaf8", "#bcd9ea"
APPROXIMATE_DASH = "6 5"
BACKGROUND_COLOUR, ZONE_LINE_COLOUR = "#eef0f1", "#B7791F"
# The three figures of coverage, wherever they are drawn.
SHARE_COLOUR = {"area_share": ZONE_LINE_COLOUR, "demand_share": SKY, "served_share": BLUE}
# Coverage: distance to the nearest plant from near (light) to far (dark), and what a plant has to spare.
BAND_LIMITS_KM = (5, 10, 20, 30, 45)
BAND_COLOURS = ("#fdf3d7", "#f9dd97", "#f0b429", "#cf8413", "#9a5410", "#5f2f0b")
SPARE_COLOUR = {"spare": BLUE, "tight": ORANGE, "full": VERMILLION, "unknown": GREY}
ACTION_COLOUR = {"retain": BLUE, "upgrade": GREEN, "merge": PURPLE, "relocate": ORANGE, "close": VERMILLION}
SMALL_DISTRICT_KM2 = 120  # smaller ones are named when zoomed in

BEIJING_BOUNDS = ((39.42, 115.41), (41.07, 117.52))  # south-west and north-east corner of the first view, degrees


def kind_label(kind: str) -> str:
    """Name of a kind of plant."""
    return {
        "cement": _("水泥厂"),
        "concrete": _("预拌混凝土搅拌站"),
        "mortar": _("预拌砂浆厂（普通干混）"),
        "precast": _("预制构件厂"),
    }[kind]


def verdict_class(verdict: object, certainty: object) -> str:
    """Drawing class of a verdict: ``flag``, ``borderline`` (flag in doubt), ``doubtful`` (pass in doubt), ``pass``,
    ``unknown``.
    """
    if certainty == "borderline":
        return {"flag": "borderline", "pass": "doubtful"}[str(verdict)]
    return str(verdict)


def verdict_label(drawn: str) -> str:
    """Name of a drawing class."""
    return {
        "flag": _("需治理（确定）"),
        "borderline": _("需治理（待核实）"),
        "doubtful": _("通过（待核实）"),
        "pass": _("通过（确定）"),
        "unknown": _("资料不足"),
    }[drawn]


def band_label(from_km: float, to_km: float) -> str:
    """Name of a band of distance to the nearest plant."""
    if to_km == float("inf"):
        return _("{low:g} km 以外").format(low=from_km)
    return _("{low:g}–{high:g} km").format(low=from_km, high=to_km)


def band_colour(from_km: float) -> str:
    """Colour of a band of distance, by where it begins."""
    return BAND_COLOURS[sum(from_km >= limit for limit in BAND_LIMITS_KM)]


def spare_label(state: str) -> str:
    """Name of what a plant has to spare."""
    return {
        "spare": _("有余量"),
        "tight": _("余量紧张"),
        "full": _("已满"),
        "unknown": _("产能未知"),
    }[state]


def action_label(action: str) -> str:
    """Name of what a consolidation plan does with a station."""
    return {
        "retain": _("保留"),
        "upgrade": _("改造"),
        "merge": _("整合"),
        "relocate": _("搬迁"),
        "close": _("退出"),
    }[action]


# --- features ---------------------------------------------------------------------------------------------------------


Properties = Callable[[dict[str, Any]], dict[str, Any]]


def _features(frame: gpd.GeoDataFrame, properties: Properties) -> dict[str, Any]:
    """A GeoJSON collection in degrees (five decimals, about a metre) with the properties that the map script reads."""
    located = frame[frame.geometry.notna()]
    degrees = located.geometry.to_crs(GEOGRAPHIC_CRS)
    rounded = shapely.transform(degrees.to_numpy(), lambda xy: xy.round(5))
    records = located.drop(columns=located.geometry.name).reset_index().to_dict("records")
    features = [
        {"type": "Feature", "geometry": json.loads(text), "properties": properties(record)}
        for text, record in zip(shapely.to_geojson(rounded), records, strict=True)
    ]
    return {"type": "FeatureCollection", "features": features}


def _script_json(value: Any) -> str:
    """JSON as it may stand in a map's script, whatever names it holds.

    Branca takes a finished script for a template and renders it once more, so nothing in it may open an expression, a
    statement or a comment, or an HTML tag. Braces that JSON itself sets are never followed by one of these signs.
    """
    text = re.sub(r"\{(?=[{%#])", r"\\u007b", json.dumps(value))
    return text.replace("<", r"\u003c").replace(">", r"\u003e").replace("&", r"\u0026")


class _GeoJson(folium.GeoJson):  # type: ignore[misc]
    """GeoJSON drawn by the map script; Folium's own template would evaluate what stands in names."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "var {{ this.get_name() }} = L.geoJson({{ this.script_json() }}, {"
        "pointToLayer: mixplan.point, onEachFeature: mixplan.each, smoothFactor: 0.6, "
        "style: function (feature) { return feature.properties.style; } });"
        "{% endmacro %}"
    )

    def script_json(self) -> str:
        return _script_json(self.data)


def group(name: str, *collections: Mapping[str, Any]) -> folium.FeatureGroup:
    """A named map layer made of GeoJSON collections; empty ones leave an empty layer."""
    layer = folium.FeatureGroup(name=name)
    for collection in collections:
        if collection["features"]:
            _GeoJson(collection).add_to(layer)
    return layer


def _path(pane: str, *, tip: str = "", **style: Any) -> dict[str, Any]:
    return {"pane": pane, "tip": tip, "style": {"pane": pane, **style}}


def _label(pane: str, text: str, css: str) -> dict[str, Any]:
    return {"pane": pane, "label": html.escape(text), "cls": css, "style": {}}


def tip(*lines: str) -> str:
    """Tooltip text from plain lines, safe against markup in names."""
    return "<br>".join(html.escape(line) for line in lines if line)


def _points(frame: gpd.GeoDataFrame, points: gpd.GeoSeries) -> gpd.GeoDataFrame:
    return frame.assign(geometry=points)


# --- layers -----------------------------------------------------------------------------------------------------------


def land_layer(layers: Layers) -> list[dict[str, Any]]:
    """The city's area as plain ground."""
    return [
        _features(
            layers.districts,
            lambda row: _path("land", stroke=False, fillColor=LAND_COLOUR, fillOpacity=1, interactive=False),
        )
    ]


def district_layer(layers: Layers, on: date, book: RuleBook) -> list[dict[str, Any]]:
    """Borders of the districts, with their names as of a day."""
    names = city_places.district_labels(layers.districts, on, book)
    outline = _features(
        layers.districts, lambda row: _path("lines", color=DISTRICT_COLOUR, weight=1, fill=False, interactive=False)
    )
    places = gpd.GeoSeries.from_xy(layers.districts["label_lon"], layers.districts["label_lat"], crs=GEOGRAPHIC_CRS)
    places = places.to_crs(layers.districts.crs).set_axis(layers.districts.index)
    labels = _features(
        _points(layers.districts, places),
        lambda row: _label(
            "labels" if row["area_km2"] > SMALL_DISTRICT_KM2 else "details", names[row["id"]], "district"
        ),
    )
    return [outline, labels]


def water_layer(layers: Layers) -> list[dict[str, Any]]:
    """Reservoirs, lakes and rivers, the large lakes with their names."""
    water = layers.water
    shapes = _features(
        water,
        lambda row: _path(
            "water",
            color="#8fbfdc",
            weight=1.2 if row["kind"] == "river" else 0.5,
            fill=row["kind"] == "lake",
            fillColor=WATER_COLOUR,
            fillOpacity=1,
            interactive=False,
        ),
    )
    named = water[(water["kind"] == "lake") & water["name"].notna() & (water.geometry.area > 3e6)]
    labels = _features(_points(named, named.representative_point()), lambda row: _label("details", local(row), "water"))
    return [shapes, labels]


def ring_layer(layers: Layers) -> list[dict[str, Any]]:
    """Ring roads 2 to 6; sections of low confidence are dashed; names stand on the line."""
    lines = layers.rings[layers.rings["feature"] == "centreline"]

    def style(row: dict[str, Any]) -> dict[str, Any]:
        text = tip(local(row), _("线位精度约 {accuracy:.0f} m").format(accuracy=row["accuracy_m"]))
        dash = APPROXIMATE_DASH if row["low_confidence"] else None
        return _path(
            "roads", tip=text, color=RING_COLOUR, weight=1.6 + 0.25 * (row["ring"] - 2), opacity=0.85, dashArray=dash
        )

    def name(row: dict[str, Any]) -> dict[str, Any]:
        return _label("labels" if row["ring"] > 4 else "details", local(row), "ring")

    areas = layers.rings[layers.rings["feature"] == "area"]
    labels = []
    for half in (0.0, 0.5):  # two names a ring, on opposite sides, each ring's a little further round than the last
        turns = (half + 0.05 * areas["ring"]) % 1
        points = areas.geometry.exterior.interpolate(turns.to_numpy(), normalized=True)
        labels.append(_features(_points(areas, points), name))
    return [_features(lines, style), *labels]


def town_layer(layers: Layers) -> list[dict[str, Any]]:
    """Towns and streets, named when zoomed in."""
    dots = _features(
        layers.towns,
        lambda row: {
            "pane": "towns",
            "shape": "circle",
            "radius": 2,
            "style": {"color": "#777", "weight": 1, "fillColor": "#777"},
        },
    )
    return [dots, _features(layers.towns, lambda row: _label("towns", local(row), "town"))]


def interchange_layer(layers: Layers) -> list[dict[str, Any]]:
    """Interchanges of the ring roads, named when zoomed in."""
    return [_features(layers.interchanges, lambda row: _label("interchanges", str(row["name"]), "interchange"))]


def ban_zone_layer(layers: Layers, on: date) -> list[dict[str, Any]]:
    """Site-mixing-ban zones announced by a day, dashed where the boundary is approximate."""

    def style(row: dict[str, Any]) -> dict[str, Any]:
        approximate = bool(row["approximate"])
        text = tip(
            local(row),
            _("{year} 年起禁止现场搅拌砂浆").format(year=str(row["since"])[:4]),
            _("近似边界，精度约 {accuracy:.0f} m").format(accuracy=row["accuracy_m"]) if approximate else "",
        )
        earlier = row["kind"] == "fourth_ring"
        return _path(
            "zones",
            tip=text,
            color="#B7791F",
            weight=1.5,
            fillColor=AMBER,
            fillOpacity=0.22 if earlier else 0.13,
            dashArray=APPROXIMATE_DASH if approximate else None,
        )

    # The earliest zone on top: its ground has been under the ban for longest, and exactly so.
    shown = city_places.zones_in_force(layers.ban_zones, on).sort_values("since", ascending=False, kind="stable")
    return [_features(shown, style)]


def sensitive_kind_label(kind: str) -> str:
    """Name of a kind of sensitive area."""
    return {
        "water_source": _("饮用水水源"),
        "river_bank": _("河岸带"),
        "nature_reserve": _("自然保护区"),
        "scenic_area": _("风景名胜区"),
        "forest_park": _("森林公园"),
        "wetland": _("湿地"),
        "heritage": _("文物古迹"),
        "geopark": _("地质公园"),
    }[kind]


def sensitive_layer(layers: Layers) -> list[dict[str, Any]]:
    """Environmentally sensitive areas; approximate extents are dashed, places of unknown extent are small rings."""

    def style(row: dict[str, Any]) -> dict[str, Any]:
        approximate = bool(row["approximate"])
        text = tip(
            f"{local(row)} · {sensitive_kind_label(row['kind'])}",
            _("范围为近似，精度约 {accuracy:.0f} m").format(accuracy=row["accuracy_m"]) if approximate else "",
            _("只知位置，范围未知") if row["basis"] == "point" else "",
        )
        drawn = _path(
            "areas",
            tip=text,
            color=GREEN,
            weight=1.4,
            fillColor=GREEN,
            fillOpacity=0.2,
            fill=row["basis"] != "line",
            dashArray=APPROXIMATE_DASH if approximate else None,
        )
        if row["basis"] == "point":
            drawn |= {"shape": "circle", "radius": 5}
        return drawn

    return [_features(layers.sensitive_areas, style)]


def plant_layer(plants: gpd.GeoDataFrame, judged: pd.DataFrame, district: pd.Series) -> list[dict[str, Any]]:
    """Plants: the shape tells the kind, the colour the verdict, a hollow mark that the plant is modelled."""
    table = plants.join(judged[["verdict", "certainty", "flags"]]).join(district.rename("district_shown"))

    def mark(row: dict[str, Any]) -> dict[str, Any]:
        drawn = verdict_class(row["verdict"], row["certainty"])
        colour = VERDICT_COLOUR[drawn]
        hollow = row["evidence"] == "modelled"
        text = tip(
            str(row["name"]),
            f"{kind_label(row['kind'])} · {row['district_shown']}",
            verdict_label(drawn) + (_("：{count} 项").format(count=row["flags"]) if row["flags"] else ""),
            _("模型推算站点，非真实企业") if row["evidence"] == "modelled" else "",
        )
        return {
            "id": row["id"],
            "pane": "plants",
            "tip": text,
            "shape": KIND_SHAPE[row["kind"]],
            "radius": 5.5 if row["kind"] == "concrete" else 6.5,
            "style": {
                "color": colour if hollow else OUTLINE.get(drawn, "#ffffff"),
                "weight": 2.2 if hollow or drawn in DOUBT else 1.2,
                # A broken outline means doubt, so that the verdict is not told by colour alone.
                "dashArray": "4 3" if drawn in DOUBT else None,
                "lineCap": "butt",
                "fillColor": "#ffffff" if hollow else colour,
                "fillOpacity": 0.65 if hollow else 0.95,
                "opacity": 1,
            },
        }

    return [_features(table, mark)]


def place_layer(places: pd.DataFrame) -> list[dict[str, Any]]:
    """A found place: a cross of its own and its name; nothing for a district, whose name is on the map already."""
    spots = gpd.GeoDataFrame(places, geometry="geometry", crs=METRIC_CRS)
    spots = spots[spots.geom_type == "Point"]
    ring = _features(
        spots,
        lambda row: {
            "pane": "chosen",
            "shape": "square",
            "radius": 7,
            "style": {"color": "#111", "weight": 2, "fill": False, "interactive": False},
        },
    )
    return [ring, _features(spots, lambda row: _label("labels", str(row["name"]), "chosen"))]


def selection_layer(plant: gpd.GeoDataFrame, lines: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """The selected plant: its name, the circle in which it really lies, and the shortest way to each deciding line.

    Parameters
    ----------
    plant : GeoDataFrame
        One row.
    lines : GeoDataFrame
        Column ``label`` (metres in words) and the shortest line from the plant to the line that decides.
    """
    located = plant[plant["location_error_m"] > 0]
    circle = _features(
        located,
        lambda row: {
            "pane": "chosen",
            "metres": row["location_error_m"],
            "style": {"color": "#111", "weight": 1.2, "dashArray": "3 4", "fill": False, "interactive": False},
        },
    )
    ring = _features(
        plant,
        lambda row: {
            "pane": "chosen",
            "shape": "circle",
            "radius": 12,
            "style": {"color": "#111", "weight": 2.5, "fill": False, "interactive": False},
        },
    )
    name = _features(plant, lambda row: _label("labels", str(row["name"]), "chosen"))
    ways = _features(lines, lambda row: _path("chosen", color="#111", weight=1.6, dashArray="2 4", interactive=False))
    middles = _points(lines, lines.geometry.interpolate(0.5, normalized=True)) if len(lines) else lines
    return [circle, ring, ways, name, _features(middles, lambda row: _label("labels", row["label"], "distance"))]


def band_layer(bands: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """Ban zones shaded by distance to the nearest plant (`coverage.bands`)."""

    def style(row: dict[str, Any]) -> dict[str, Any]:
        text = tip(_("距最近供应点 {band}").format(band=band_label(row["from_km"], row["to_km"])))
        return _path("zones", tip=text, stroke=False, fillColor=band_colour(row["from_km"]), fillOpacity=0.85)

    return [_features(bands, style)]


def spare_layer(cells: gpd.GeoDataFrame, spare: pd.DataFrame) -> list[dict[str, Any]]:
    """Ban zones shaded by what the nearest plant has to spare (`coverage.Reach.cells`, `coverage.spare_table`)."""

    def style(row: dict[str, Any]) -> dict[str, Any]:
        plant = spare.loc[row["supply_id"]]
        return _path(
            "zones",
            tip=tip(_("最近：{name}").format(name=plant["name"]), spare_label(str(plant["state"]))),
            color="#ffffff",
            weight=0.8,
            fillColor=SPARE_COLOUR[str(plant["state"])],
            fillOpacity=0.45,
        )

    return [_features(cells, style)]


def zone_outline_layer(layers: Layers, on: date) -> list[dict[str, Any]]:
    """Outlines of the ban zones announced by a day, dashed where approximate, so that shading shows through."""

    def style(row: dict[str, Any]) -> dict[str, Any]:
        dash = APPROXIMATE_DASH if row["approximate"] else None
        return _path("areas", color=ZONE_LINE_COLOUR, weight=1.5, fill=False, dashArray=dash, interactive=False)

    # The earliest zone on top: its ground has been under the ban for longest, and exactly so.
    shown = city_places.zones_in_force(layers.ban_zones, on).sort_values("since", ascending=False, kind="stable")
    return [_features(shown, style)]


def rim_layer(area: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """Rim of everything within the radius of some plant."""
    return [
        _features(
            area, lambda row: _path("lines", color=BLUE, weight=1.2, dashArray="1 4", fill=False, interactive=False)
        )
    ]


def gap_layer(gaps: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """Parts of the ban zones beyond the radius, outlined and named (columns ``label``, ``detail``, geometry).

    A name stands above its gap, or below where another gap lies just north of it.
    """
    points = gaps.representative_point()
    near_m = 45_000.0
    sides = []
    for place in points:
        others = points[(points.y > place.y) & (points.distance(place) < near_m)]
        sides.append("below" if len(others) else "above")
    gaps = gaps.assign(side=sides)
    outline = _features(
        gaps,
        lambda row: _path(
            "areas",
            tip=tip(str(row["label"]), str(row["detail"])),
            color=VERMILLION,
            weight=2.4,
            fillColor=VERMILLION,
            fillOpacity=0.08,
        ),
    )
    places = _points(gaps, gaps.representative_point())
    return [outline, _features(places, lambda row: _label("labels", str(row["label"]), f"gap {row['side']}"))]


def supply_layer(supply: gpd.GeoDataFrame, spare: pd.DataFrame, kind: str, unit: str) -> list[dict[str, Any]]:
    """Plants that supply, hollow where modelled, planned sites as numbered stars; the tip says what is left."""
    table = supply[["stage", "evidence", "location_error_m", "geometry"]].join(
        spare[["name", "used", "spare", "state"]]
    )

    def mark(row: dict[str, Any]) -> dict[str, Any]:
        planned, modelled = row["stage"] == "proposed", row["evidence"] == "modelled"
        colour = PURPLE if planned else BLUE
        left = _("产能未知") if row["state"] == "unknown" else f"{row['spare']:,.1f} {unit}"
        return {
            "id": row["id"],
            "pane": "plants",
            "tip": tip(
                str(row["name"]),
                _("供应禁现区 {used:,.1f} {unit}，余量 {left}").format(used=row["used"], unit=unit, left=left),
                _("位置为模型推算，误差 {metres:,.0f} m").format(metres=row["location_error_m"]) if modelled else "",
            ),
            "shape": "star" if planned else KIND_SHAPE[kind],
            "radius": 7.5 if planned else 6.5 if len(supply) <= 60 else 4.5,
            "style": {
                "color": colour if modelled else "#ffffff",
                "weight": 2 if modelled else 1.2,
                "fillColor": "#ffffff" if modelled else colour,
                "fillOpacity": 0.65 if modelled else 0.95,
                "opacity": 1,
            },
        }

    planned = supply[supply["stage"] == "proposed"]
    numbers = planned.assign(number=range(1, len(planned) + 1))
    return [_features(table, mark), _features(numbers, lambda row: _label("labels", str(row["number"]), "site"))]


def decision_layer(plants: gpd.GeoDataFrame, decisions: pd.DataFrame) -> list[dict[str, Any]]:
    """Stations coloured by what a consolidation plan does with them; those that leave are small and hollow.

    Parameters
    ----------
    decisions : DataFrame
        Index plant id, column ``action``; stations that the plan does not name are kept.
    """
    action = decisions["action"].reindex(plants.index).fillna("retain")

    def mark(row: dict[str, Any]) -> dict[str, Any]:
        gone = row["action"] in ("close", "merge", "relocate")
        colour = ACTION_COLOUR[row["action"]]
        return {
            "id": row["id"],
            "pane": "plants",
            "tip": tip(str(row["name"]), action_label(row["action"])),
            "shape": KIND_SHAPE[row["kind"]],
            "radius": 4.5 if gone else 6,
            "style": {
                "color": colour if gone else "#ffffff",
                "weight": 2 if gone else 1.2,
                "fillColor": "#ffffff" if gone else colour,
                "fillOpacity": 0.4 if gone else 0.95,
                "opacity": 1,
            },
        }

    return [_features(plants.assign(action=action), mark)]


def _supply_items(kind: str, *, planned: bool) -> list[str]:
    marks = [
        legend_item(_MARKS[KIND_SHAPE[kind]], kind_label(kind), f"fill:{BLUE};stroke:#fff"),
        legend_item(_MARKS[KIND_SHAPE[kind]], _("空心：模型推算站点"), f"fill:#fff;stroke:{BLUE};stroke-width:2"),
    ]
    if planned:
        marks.append(legend_item(_MARKS["star"], _("拟建生产线站点"), f"fill:{PURPLE};stroke:#fff"))
    return marks


def supply_legend(kind: str) -> str:
    """Legend of existing plants of one kind and planned sites, as plain HTML."""
    return f'<div class="mp-legend">{"".join(_supply_items(kind, planned=True))}</div>'


def coverage_legend(
    *, shade: str, bands: Iterable[tuple[float, float]], states: Collection[str], kind: str, planned: bool
) -> str:
    """Legend of the coverage map as plain HTML."""
    band = '<path d="M1 3H15V13H1z"/>'
    line = '<path d="M1 8H15"/>'
    marks = _supply_items(kind, planned=planned)
    if shade == "distance":
        for low, high in bands:
            style = f"fill:{band_colour(low)};stroke:#c9b98f"
            marks.append(legend_item(band, band_label(low, high), style))
    else:
        for state in SPARE_COLOUR:
            if state in states:
                text = _("最近的站点{state}").format(state=spare_label(state))
                marks.append(legend_item(band, text, f"fill:{SPARE_COLOUR[state]};fill-opacity:.45;stroke:#fff"))
    style = f"fill:{VERMILLION};fill-opacity:.1;stroke:{VERMILLION};stroke-width:2.4"
    marks.append(legend_item(band, _("缺口：半径以外的禁现区"), style))
    marks.append(legend_item(line, _("半径的范围"), f"fill:none;stroke:{BLUE};stroke-width:1.6;stroke-dasharray:1 3"))
    style = f"fill:none;stroke:{ZONE_LINE_COLOUR};stroke-width:1.8;stroke-dasharray:4 3"
    marks.append(legend_item(line, _("虚线：近似边界"), style))
    return f'<div class="mp-legend">{"".join(marks)}</div>'


# --- the map itself ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Assets:
    """Addresses of the scripts and styles that a web map loads, all on the workbench's own server."""

    scripts: tuple[str, ...]
    styles: tuple[str, ...]


class _Setup(MacroElement):  # type: ignore[misc]
    """Calls ``mixplan.setup`` once the map exists."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "mixplan.setup({{ this._parent.get_name() }}, {{ this.options }});"
        "{% endmacro %}"
    )

    def __init__(self, options: Mapping[str, Any]) -> None:
        super().__init__()
        self._name = "MixplanSetup"
        self.options = _script_json(options)


def base_map(layers: Layers, assets: Assets, *, title: str, tiles: Mapping[str, str] | None = None) -> folium.Map:
    """The ground that stays while layers change: the city's area and its waters; no tiles by default.

    Parameters
    ----------
    assets : Assets
        Scripts and styles; Folium's own defaults are CDN addresses and are never used.
    title : str
        What the map shows, for screen readers.
    tiles : mapping, optional
        ``url`` (an XYZ address) and ``attribution`` of a tile layer that the office has set up itself.
    """
    canvas = folium.Map(location=BEIJING_BOUNDS[0], tiles=None, min_zoom=7, max_zoom=17, zoom_snap=0.25, zoom_delta=0.5)
    canvas.default_js = [(f"mixplan_js_{n}", address) for n, address in enumerate(assets.scripts)]
    canvas.default_css = [(f"mixplan_css_{n}", address) for n, address in enumerate(assets.styles)]
    notice = _("示意图，不作为划界依据") + " · " + _("水系、水源 © OpenStreetMap 贡献者 (ODbL)")
    pointer = _("移动鼠标显示坐标")
    options = {"notice": notice, "pointer": pointer, "title": title, "bounds": BEIJING_BOUNDS}
    _Setup(options | ({"tiles": dict(tiles)} if tiles else {})).add_to(canvas)
    # The ground would hide the tiles.
    for collection in [*([] if tiles else land_layer(layers)), *water_layer(layers)]:
        _GeoJson(collection).add_to(canvas)
    return canvas


_MARKS = {
    "circle": '<circle cx="8" cy="8" r="5.5"/>',
    "triangle": '<path d="M8 1.5L14.5 13H1.5z"/>',
    "square": '<path d="M3 3H13V13H3z"/>',
    "diamond": '<path d="M8 1L15 8L8 15L1 8z"/>',
    "star": '<path d="M8 .5L10 5.8L15.5 6L11.2 9.4L12.7 14.8L8 11.7L3.3 14.8L4.8 9.4L.5 6L6 5.8z"/>',
}


def legend_item(mark: str, text: str, style: str) -> str:
    """One legend entry: a mark as SVG path on 16 × 16, its text, and its style."""
    # Streamlit drops inline SVG from HTML; as the address of an image it stays.
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" style="{style}">{mark}</svg>'
    return f'<span class="mp-key"><img alt="" src="data:image/svg+xml,{quote(svg)}">{html.escape(text)}</span>'


def legend(kinds: Iterable[str], *, layers: Collection[str]) -> str:
    """Legend as plain HTML, so that it needs no script."""
    marks, item = _MARKS, legend_item
    items = [item(marks[KIND_SHAPE[k]], kind_label(k), "fill:none;stroke:#444;stroke-width:1.5") for k in kinds]
    for drawn, colour in VERDICT_COLOUR.items():
        style = f"fill:{colour};stroke:#fff"
        if drawn in DOUBT:
            style = f"fill:{colour};stroke:{OUTLINE[drawn]};stroke-width:2;stroke-dasharray:3 2"
        items.append(item(marks["circle"], verdict_label(drawn), style))
    items.append(item(marks["circle"], _("空心：模型推算站点"), "fill:#fff;stroke:#444;stroke-width:2"))
    return f'<div class="mp-legend">{"".join([*items, *_area_items(layers)])}</div>'


def _area_items(layers: Collection[str]) -> list[str]:
    band, line = '<path d="M1 3H15V13H1z"/>', '<path d="M1 8H15"/>'
    tints = {"zones": (_("禁现区"), AMBER, ".3", ZONE_LINE_COLOUR), "areas": (_("环境敏感区"), GREEN, ".2", GREEN)}
    items = [
        legend_item(band, text, f"fill:{fill};fill-opacity:{opacity};stroke:{edge};stroke-width:1.5")
        for layer, (text, fill, opacity, edge) in tints.items()
        if layer in layers
    ]
    dashed = "fill:none;stroke:#444;stroke-width:1.8;stroke-dasharray:4 3"
    return [*items, legend_item(line, _("虚线：近似边界"), dashed)] if items else []


def zone_legend() -> str:
    """Legend of the ban zones alone, as plain HTML."""
    return f'<div class="mp-legend">{"".join(_area_items(("zones",)))}</div>'


def shortest_ways(
    plant: gpd.GeoDataFrame, findings: pd.DataFrame, targets: Mapping[str, shapely.Geometry]
) -> gpd.GeoDataFrame:
    """Shortest lines from one plant to the lines that decide its findings, with their length in words.

    Only lines that flag the plant are drawn.
    """
    point = plant.geometry.iloc[0]
    matter = findings[findings["distance_m"].notna() & (findings["verdict"] == "flag")]
    rows: list[dict[str, Any]] = []
    for finding in matter.drop_duplicates("subject_id").to_dict("records"):
        target = targets.get(str(finding["subject_id"]))
        if target is None:
            continue
        outline = shapely.boundary(target) if shapely.get_dimensions(target) == 2 else target
        rows.append({"label": metres(finding["distance_m"]), "geometry": shapely.shortest_line(point, outline)})
    return gpd.GeoDataFrame(rows, columns=["label", "geometry"], geometry="geometry", crs=plant.crs)


def targets_by_id(layers: Layers) -> dict[str, shapely.Geometry]:
    """Geometry of everything a finding may refer to, by subject id."""
    targets: dict[str, shapely.Geometry] = {}
    for frame in (layers.ban_zones, layers.sensitive_areas):
        targets |= dict(zip(frame["id"].astype(str), frame.geometry, strict=True))
    return targets | {f"ring{ring}": city_places.ring_area(layers.rings, ring) for ring in city_places.ring_numbers(layers.rings)}


def place_degrees(geometry: shapely.Geometry) -> tuple[float, float]:
    """Latitude and longitude of a metric geometry's middle, as the map asks for them."""
    place = gpd.GeoSeries([shapely.centroid(geometry)], crs=METRIC_CRS).to_crs(GEOGRAPHIC_CRS).iloc[0]
    return round(place.y, 5), round(place.x, 5)


# --- consolidation ----------------------------------------------------------------------------------------------------


def action_layer(stations: gpd.GeoDataFrame, lines: Mapping[str, tuple[str, ...]]) -> list[dict[str, Any]]:
    """Stations by what becomes of them; one that has stopped is hollow.

    Parameters
    ----------
    stations : GeoDataFrame
        Column ``action``; index plant id.
    lines : mapping
        Tooltip lines of each station.
    """

    def mark(row: dict[str, Any]) -> dict[str, Any]:
        colour = ACTION_COLOUR[row["action"]]
        stopped = row["action"] in ("merge", "close")
        return {
            "id": row[stations.index.name or "index"],
            "pane": "plants",
            "tip": tip(*lines[str(row[stations.index.name or "index"])]),
            "shape": KIND_SHAPE["concrete"],
            "radius": 4.5 if stopped else 6.5,
            "style": {
                "color": colour if stopped else "#ffffff",
                "weight": 2 if stopped else 1.2,
                "fillColor": "#ffffff" if stopped else colour,
                "fillOpacity": 0.6 if stopped else 0.95,
                "opacity": 1,
            },
        }

    return [_features(stations, mark)]


def link_layer(links: gpd.GeoDataFrame, colour: str = PURPLE) -> list[dict[str, Any]]:
    """Lines from stations that stop to those that take over, as wide as ``weight``, with ``tip``."""
    return [
        _features(links, lambda row: _path("flows", tip=row["tip"], color=colour, weight=row["weight"], opacity=0.75))
    ]


def thin_layer(points: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """Demand points that few stations reach, as rings; ``tip`` says how many."""
    return [
        _features(
            points,
            lambda row: {
                "pane": "chosen",
                "tip": row["tip"],
                "shape": "diamond",
                "radius": 6,
                "style": {"color": "#8a5a00", "weight": 2, "fillColor": AMBER, "fillOpacity": 0.7},
            },
        )
    ]


def line_site_layer(sites: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """New mortar lines as numbered stars; ``label`` and ``tip`` are given."""
    stars = _features(
        sites,
        lambda row: {
            "pane": "chosen",
            "tip": row["tip"],
            "shape": "star",
            "radius": 8,
            "style": {"color": "#ffffff", "weight": 1, "fillColor": "#7B3F6B", "fillOpacity": 1},
        },
    )
    return [stars, _features(sites, lambda row: _label("labels", row["label"], "chosen"))]


def action_legend(entries: Mapping[str, str], *, extra: Mapping[str, str]) -> str:
    """Legend of the actions and of further marks, as plain HTML.

    Parameters
    ----------
    entries : mapping
        Label by action.
    extra : mapping
        Label by mark: ``thin``, ``link`` or ``line``.
    """
    dot = '<circle cx="8" cy="8" r="5.5"/>'
    items = [
        (
            dot,
            label,
            f"fill:{'#fff' if action in ('merge', 'relocate', 'close') else ACTION_COLOUR[action]};"
            f"stroke:{ACTION_COLOUR[action]};stroke-width:2",
        )
        for action, label in entries.items()
    ]
    marks = {
        "thin": ('<path d="M8 1L15 8L8 15L1 8z"/>', f"fill:{AMBER};stroke:#8a5a00;stroke-width:1.5"),
        "link": ('<path d="M1 8H15"/>', f"fill:none;stroke:{PURPLE};stroke-width:3"),
        "line": ('<path d="M8 1l2 5h5l-4 3.500 1.500 5.500L8 12l-4.500 3L5 9.500 1 6h5z"/>', "fill:#7B3F6B"),
    }
    items += [(marks[name][0], label, marks[name][1]) for name, label in extra.items()]
    spans = []
    for mark, text, style in items:
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" style="{style}">{mark}</svg>'
        spans.append(
            f'<span class="mp-key"><img alt="" src="data:image/svg+xml,{quote(svg)}">{html.escape(text)}</span>'
        )
    return f'<div class="mp-legend">{"".join(spans)}</div>'
