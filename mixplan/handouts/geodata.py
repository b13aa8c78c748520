"""The report for further work: a workbook, a GeoPackage that QGIS opens styled, and GeoJSON."""

import html
from collections.abc import Mapping, Sequence

import geopandas as gpd
import pandas as pd
import shapely

from mixplan.base.files.sheets import workbook_xlsx
from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import local
from mixplan.city import ban_zones
from mixplan.coverage.words import as_table
from mixplan.handouts.geojson import geojson
from mixplan.handouts.report import Report
from mixplan.handouts.story import story
from mixplan.handouts.tables import tables, version_table
from mixplan.maps import style as maps_style
from mixplan.plan import words
from mixplan.plan.kinds import plant_kinds
from mixplan.projects import geopackage
from mixplan.screening import verdicts


def xlsx_bytes(report: Report) -> bytes:
    """The report as a workbook: what it says first, then every table on a sheet of its own."""
    rows = [(report.title, report.subtitle, "")]
    for step in story(report):
        rows += [(step.title, label, value) for label, value in step.facts]
        rows.append((step.title, _("说明"), step.notes))
    summary = pd.DataFrame(rows, columns=[_("结论"), _("项目"), _("数值")])
    sheets = tables(report)
    assumed = sheets[_("规则与假设")]
    sheets[_("规则与假设")] = assumed.assign(**{_("数值"): assumed[_("数值")].map(_number)})
    return workbook_xlsx({_("摘要"): summary, **sheets})


def _number(text: str) -> object:
    """A number where a text is one, so that a spreadsheet can reckon with it."""
    try:
        return float(text)
    except ValueError:
        return text


# --- layers -----------------------------------------------------------------------------------------------------------


def report_layers(report: Report) -> dict[str, gpd.GeoDataFrame]:
    """Map layers of the report by name (metric CRS), the lowest first, attributes as plain columns."""
    layers = report.layers

    def named(frame: gpd.GeoDataFrame, *columns: str) -> gpd.GeoDataFrame:
        rows = frame.drop(columns="geometry").to_dict("records")
        table = pd.DataFrame(frame[[c for c in columns if c in frame.columns]]).copy()
        for column in table.columns:
            if pd.api.types.is_datetime64_any_dtype(table[column]):
                table[column] = table[column].dt.strftime("%Y-%m-%d")
            elif pd.api.types.is_bool_dtype(table[column]):
                table[column] = table[column].astype(int)
        table.insert(0, "title", [local(row) for row in rows])
        return gpd.GeoDataFrame(table, geometry=frame.geometry, crs=frame.crs).reset_index(drop=True)

    in_force = ban_zones.zones_in_force(layers.ban_zones, report.on)
    located = report.plants[report.plants.geometry.notna()]
    table = report.stations.loc[located.index]
    points = pd.DataFrame(
        {
            "plant_id": table.index,
            "title": table["name"],
            "kind": table["kind"],
            "verdict": table["drawn"],
            "verdict_text": table["drawn"].map(verdicts.verdict_label),
            "reason": table["reason"],
            "district": table["district_shown"],
            "status": table["status"],
            "evidence": table["evidence"],
            "capacity": table["capacity"].astype(float),
            "location_error_m": table["location_error_m"].astype(float),
            "source": table["source"],
        }
    )
    if report.decisions is not None:
        points["action"] = report.decisions["action"].reindex(table.index).astype(object).fillna("")
    # One kind of geometry a layer: QGIS would split a mixed one and lose its style.
    size = shapely.get_dimensions(layers.sensitive_areas.geometry.to_numpy())
    sensitive = named(layers.sensitive_areas, "id", "kind", "approximate", "accuracy_m")
    water = named(layers.water, "id", "kind")
    found = {
        "districts": named(layers.districts, "id", "area_km2"),
        "lakes": water[water["kind"] == "lake"],
        "rivers": water[water["kind"] == "river"],
        "sensitive_areas": sensitive[size == 2],
        "sensitive_lines": sensitive[size == 1],
        "sensitive_points": sensitive[size == 0],
        "ban_zones": named(in_force, "id", "kind", "since", "approximate", "accuracy_m", "clause").merge(
            _shares(report), on="id", how="left", validate="1:1"
        ),
        "ring_roads": named(layers.rings[layers.rings["feature"] == "centreline"], "ring", "accuracy_m"),
        "gaps": gpd.GeoDataFrame(report.covered.gaps.reset_index(drop=True)),
        "stations": gpd.GeoDataFrame(points, geometry=located.geometry, crs=located.crs).reset_index(drop=True),
    }
    if report.sites is not None:
        sites = report.sites.reset_index()[["id", "name", "capacity", "year", "geometry"]]
        found["new_lines"] = gpd.GeoDataFrame(sites.rename(columns={"id": "site_id"}))
    return {name: frame for name, frame in found.items() if len(frame)}


def _shares(report: Report) -> pd.DataFrame:
    """Coverage of each zone, as the tables have it, by the zone's id."""
    columns = [
        "id",
        "area_share",
        "area_share_low",
        "area_share_high",
        "demand",
        "demand_share",
        "served_share",
        "nearest_km",
    ]
    return as_table(report.covered.result)[columns].assign(radius_km=report.covered.result.radius_km)


def geojson_files(report: Report) -> dict[str, bytes]:
    """The layers as GeoJSON in WGS-84 degrees, by layer name."""
    return {name: geojson(frame).encode() for name, frame in report_layers(report).items()}


def gpkg_bytes(report: Report) -> bytes:
    """The layers as one GeoPackage, styled for QGIS with the maps' own colours."""
    layers = report_layers(report)
    notes = [(str(key), str(value)) for key, value in version_table(report).itertuples(index=False)]
    notes += [(_("示意图"), _("示意图，不作为划界依据"))]
    return geopackage.geopackage(layers, {name: _style(name) for name in layers}, notes)


# --- styles as QGIS writes them ---------------------------------------------------------------------------------------


def _rgb(colour: str, alpha: float = 1.0) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"{red},{green},{blue},{round(255 * alpha)}"


def _options(values: Mapping[str, object]) -> str:
    rows = "".join(f'<Option type="QString" name="{k}" value="{html.escape(str(v))}"/>' for k, v in values.items())
    return f'<Option type="Map">{rows}</Option>'


def _symbol(name: str, kind: str, layer: str, values: Mapping[str, object]) -> str:
    return (
        f'<symbol type="{kind}" name="{name}" alpha="1" clip_to_extent="1" force_rhr="0">'
        f'<layer class="{layer}" enabled="1" locked="0" pass="0">{_options(values)}</layer></symbol>'
    )


def _fill(name: str, colour: str, alpha: float, edge: str, *, dashed: bool = False, hatched: bool = False) -> str:
    style = {
        "color": _rgb(colour, alpha),
        "style": "f_diagonal" if hatched else "solid",
        "outline_color": _rgb(edge),
        "outline_style": "dash" if dashed else "solid",
        "outline_width": 0.35,
        "outline_width_unit": "MM",
    }
    return _symbol(name, "fill", "SimpleFill", style)


def _line(name: str, colour: str, width: float) -> str:
    style = {"line_color": _rgb(colour), "line_width": width, "line_width_unit": "MM"}
    return _symbol(name, "line", "SimpleLine", style)


def _mark(name: str, shape: str, colour: str, size: float, *, hollow: bool) -> str:
    style = {
        "name": shape,
        "color": _rgb("#ffffff" if hollow else colour),
        "size": size,
        "size_unit": "MM",
        "outline_color": _rgb(colour if hollow else "#ffffff"),
        "outline_width": 0.5 if hollow else 0.2,
        "outline_style": "solid",
        "outline_width_unit": "MM",
    }
    return _symbol(name, "marker", "SimpleMarker", style)


def _rules(rules: Sequence[tuple[str, str, str]]) -> str:
    """A rule-based renderer: (filter, label, symbol)."""
    keyed = "".join(
        f'<rule key="{{{n:08d}-0000-4000-8000-000000000000}}" symbol="{n}" filter="{html.escape(found)}"'
        f' label="{html.escape(label)}"/>'
        for n, (found, label, _symbol_text) in enumerate(rules)
    )
    symbols = "".join(symbol.replace('name="@"', f'name="{n}"', 1) for n, (_f, _l, symbol) in enumerate(rules))
    return (
        '<renderer-v2 type="RuleRenderer" symbollevels="0" enableorderby="0" forceraster="0">'
        f'<rules key="{{root}}">{keyed}</rules><symbols>{symbols}</symbols></renderer-v2>'
    )


def _single(symbol: str) -> str:
    return (
        '<renderer-v2 type="singleSymbol" symbollevels="0" enableorderby="0" forceraster="0">'
        f"<symbols>{symbol}</symbols></renderer-v2>"
    )


def _station_rules() -> list[tuple[str, str, str]]:
    rules = []
    for drawn, colour in maps_style.VERDICT_COLOUR.items():
        for kind in plant_kinds():
            for evidence in ("sourced", "modelled"):
                found = f"\"verdict\" = '{drawn}' AND \"kind\" = '{kind}' AND \"evidence\" = '{evidence}'"
                label = f"{verdicts.verdict_label(drawn)} · {words.kind_label(kind)}"
                label += _("（模型推算）") if evidence == "modelled" else ""
                hollow = evidence == "modelled"
                rules.append((found, label, _mark("@", maps_style.kind_shape(kind), colour, 2.6, hollow=hollow)))
    return rules


def _style(layer: str) -> str:
    """The style of one layer as QML."""
    line, amber = maps_style.ZONE_LINE_COLOUR, maps_style.AMBER
    approximate, exact = _("近似边界"), _("准确边界")
    drawn = {
        "districts": lambda: _single(_fill("0", maps_style.LAND_COLOUR, 1, maps_style.DISTRICT_COLOUR)),
        "lakes": lambda: _single(_fill("0", maps_style.WATER_COLOUR, 1, maps_style.SHORE_COLOUR)),
        "rivers": lambda: _single(_line("0", maps_style.SHORE_COLOUR, 0.3)),
        "sensitive_lines": lambda: _single(_line("0", maps_style.SENSITIVE_COLOUR, 0.5)),
        "sensitive_points": lambda: _single(_mark("0", "circle", maps_style.SENSITIVE_COLOUR, 2.0, hollow=True)),
        "sensitive_areas": lambda: _rules(
            [
                (
                    '"approximate" = 1',
                    approximate,
                    _fill("@", maps_style.SENSITIVE_COLOUR, 0.2, maps_style.SENSITIVE_COLOUR, dashed=True),
                ),
                ('"approximate" = 0', exact, _fill("@", maps_style.SENSITIVE_COLOUR, 0.2, maps_style.SENSITIVE_COLOUR)),
            ]
        ),
        "ban_zones": lambda: _rules(
            [
                ('"approximate" = 1', approximate, _fill("@", amber, 0.2, line, dashed=True)),
                ('"approximate" = 0', exact, _fill("@", amber, 0.34, line)),
            ]
        ),
        "ring_roads": lambda: _single(_line("0", maps_style.RING_COLOUR, 0.5)),
        "gaps": lambda: _single(_fill("0", maps_style.GAP_COLOUR, 1, maps_style.GAP_COLOUR, hatched=True)),
        "stations": lambda: _rules(_station_rules()),
        "new_lines": lambda: _single(_mark("0", "star", maps_style.NEW_LINE_COLOUR, 5, hollow=False)),
    }[layer]()
    return f'<!DOCTYPE qgis><qgis version="3.28.0">{drawn}</qgis>'
