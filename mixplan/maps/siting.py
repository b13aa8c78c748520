"""Map layers of the siting page: sectors, demand, candidates, deliveries, chosen sites; in the styles of `maps`."""

import html
from collections.abc import Collection
from typing import Any
from urllib.parse import quote

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from mixplan.base.i18n import gettext as _
from mixplan.city import rings
from mixplan.city import sectors as city_sectors
from mixplan.city.layers import Layers
from mixplan.maps.features import features_of, moved_to, path_style, text_label, tip
from mixplan.maps.style import BLUE, GREEN, PURPLE

SUITABILITY_COLOURS = ("#f6e8f0", "#e9c3da", "#d693bb", "#b85f96", "#8a2f6b")
STAR_COLOUR = "#A8327D"  # the dark end of the purple tints, so that a white number can be read on it


def sector_layer(sectors: gpd.GeoSeries, layers: Layers) -> list[dict[str, Any]]:
    """The sectors for new mortar lines, within Beijing and outside the Fifth Ring, with their names."""
    city = layers.districts.geometry.union_all().difference(rings.ring_area(layers.rings, 5))
    shapes = gpd.GeoDataFrame(
        {"sector": sectors.index}, geometry=sectors.intersection(city).to_numpy(), crs=sectors.crs
    )
    outline = features_of(
        shapes,
        lambda row: path_style(
            "zones", color=PURPLE, weight=1, opacity=0.7, dashArray="2 5", fill=False, interactive=False
        ),
    )
    west, south, east, north = shapes.total_bounds
    spots = shapes.geometry.intersection(shapely.box(west, south, east, north)).representative_point()
    labels = features_of(
        moved_to(shapes, spots), lambda row: text_label("labels", city_sectors.sector_label(row["sector"]), "sector")
    )
    return [outline, labels]


def closed_layer(layers: Layers, ring: int) -> list[dict[str, Any]]:
    """Where no new line may stand: inside a ring road, greyed out."""
    area = layers.rings[(layers.rings["ring"] == ring) & (layers.rings["feature"] == "area")]
    return [
        features_of(
            area, lambda row: path_style("zones", stroke=False, fillColor="#666", fillOpacity=0.16, interactive=False)
        )
    ]


def demand_layer(demand: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """Demand points, the area of each circle by its tonnes."""
    most = max(float(demand["weight"].max()), 1e-9) if len(demand) else 1.0

    def mark(row: dict[str, Any]) -> dict[str, Any]:
        text = tip(str(row.get("name") or row["id"]), _("需求 {amount:,.2f} 万t/年").format(amount=row["weight"]))
        radius = 1.2 + 5 * (row["weight"] / most) ** 0.5
        style = {"color": "#444", "weight": 0, "fillColor": "#444", "fillOpacity": 0.4}
        return {"pane": "flows", "tip": text, "shape": "circle", "radius": radius, "style": style}

    return [features_of(demand, mark)]


def standing_layer(existing: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """Standing mortar plants, hollow where modelled; a plant known only by its district is not drawn."""
    drawn = existing[~existing["assumed_place"].astype(bool)] if "assumed_place" in existing else existing

    def mark(row: dict[str, Any]) -> dict[str, Any]:
        hollow = row.get("evidence") == "modelled"
        text = tip(
            str(row.get("name") or row["id"]),
            _("现有砂浆厂，产能 {capacity:g} 万t/年").format(capacity=row["capacity"]),
            _("模型推算站点，非真实企业") if hollow else "",
        )
        style = {"color": BLUE, "weight": 1.6, "fillColor": "#fff" if hollow else BLUE, "fillOpacity": 0.85}
        return {"pane": "plants", "tip": text, "shape": "triangle", "radius": 4.5, "style": style}

    return [features_of(drawn, mark)]


def suitability_colour(score: float) -> str:
    """Tint of a candidate by its suitability, 0 (light) to 1 (dark)."""
    return SUITABILITY_COLOURS[min(int(score * len(SUITABILITY_COLOURS)), len(SUITABILITY_COLOURS) - 1)]


def candidate_layer(candidates: gpd.GeoDataFrame, score: pd.Series, forbidden: Collection[str]) -> list[dict[str, Any]]:
    """Candidates as small dots, darker where more suitable; forbidden ones are crossed out in grey."""
    table = candidates.assign(score=score.reindex(candidates.index).fillna(0.0))

    def mark(row: dict[str, Any]) -> dict[str, Any]:
        banned = row["id"] in forbidden
        text = tip(
            _("候选点 {id}").format(id=row["id"]),
            _("适宜性 {score:.0%}（只是视图，不是最优）").format(score=row["score"]),
            _("敏感区范围为近似，待核实") if row["approximate"] else "",
            _("已禁用") if banned else "",
        )
        style = {
            "color": "#777" if banned else "#8a5b76",
            "weight": 1.6 if row["own"] else 0.5,
            "fillColor": "#ffffff" if banned else suitability_colour(row["score"]),
            "fillOpacity": 0.95,
            "dashArray": "2 2" if banned else None,
        }
        radius = 4.5 if row["own"] else 3.2
        return {"id": row["id"], "pane": "candidates", "tip": text, "shape": "circle", "radius": radius, "style": style}

    return [features_of(table, mark)]


def flow_layer(
    flows: pd.DataFrame, sources: gpd.GeoSeries, demand: gpd.GeoSeries, *, highlight: str | None = None
) -> list[dict[str, Any]]:
    """Deliveries as straight lines, as wide as their tonnes: purple from new lines, blue from standing plants.

    Parameters
    ----------
    sources : GeoSeries
        Where deliveries start, by ``site`` or ``other`` and id: a standing plant may bear the id of a candidate.
    """
    if flows.empty:
        return []
    kinds = np.where(flows["kind"] == "site", "site", "other")
    starts = shapely.get_coordinates(sources.reindex(pd.MultiIndex.from_arrays([kinds, flows["site"]])).to_numpy())
    ends = shapely.get_coordinates(demand.reindex(flows["demand"]).to_numpy())
    lines = shapely.linestrings(list(zip(starts, ends, strict=True)))
    table = gpd.GeoDataFrame(flows.reset_index(drop=True), geometry=lines, crs=demand.crs)
    most = float(table["amount"].max())

    def style(row: dict[str, Any]) -> dict[str, Any]:
        strong = highlight is None or (row["kind"] == "site" and row["site"] == highlight)
        return path_style(
            "flows",
            color=STAR_COLOUR if row["kind"] == "site" else BLUE,
            weight=0.7 + 5 * (row["amount"] / most) ** 0.5,
            opacity=(0.55 if row["kind"] == "site" else 0.35) if strong else 0.08,
            interactive=False,
        )

    return [features_of(table, style)]


def site_layer(sites: gpd.GeoDataFrame, *, focus: str | None = None) -> list[dict[str, Any]]:
    """Chosen sites as stars with their number; a locked one has a dark rim, the one looked at a ring."""

    def mark(row: dict[str, Any]) -> dict[str, Any]:
        text = tip(
            _("{number} 号站点 {id}").format(number=row["number"], id=row["id"]),
            _("{lines} 条线，{capacity:g} 万t/年，供应 {used:.1f}").format(
                lines=row["lines"], capacity=row["capacity"], used=row["used"]
            ),
            _("已锁定") if row["forced"] else "",
        )
        style = {
            "color": "#111" if row["forced"] else "#fff",
            "weight": 2.2 if row["forced"] else 1.2,
            "fillColor": STAR_COLOUR,
            "fillOpacity": 1,
            "opacity": 1,
        }
        return {"id": row["id"], "pane": "chosen", "tip": text, "shape": "star", "radius": 10, "style": style}

    stars = features_of(sites, mark)
    numbers = features_of(sites, lambda row: text_label("labels", str(row["number"]), "number"))
    return [stars, numbers, *([_focus(sites.loc[[focus]])] if focus in sites.index else [])]


def _focus(point: gpd.GeoDataFrame) -> dict[str, Any]:
    style = {"color": "#111", "weight": 2.2, "fill": False, "interactive": False}
    return features_of(point, lambda row: {"pane": "chosen", "shape": "circle", "radius": 18, "style": style})


def proposal_mark(point: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """The place that a planner has clicked: a hollow star in a ring."""
    style = {"color": STAR_COLOUR, "weight": 2, "fillColor": "#fff", "fillOpacity": 0.9, "interactive": False}
    star = features_of(point, lambda row: {"pane": "chosen", "shape": "star", "radius": 10, "style": style})
    return [star, _focus(point)]


def siting_legend() -> str:
    """Legend of the siting map as plain HTML."""
    star = '<path d="M8 1L9.8 6H15L10.8 9.2L12.4 14.5L8 11.3L3.6 14.5L5.2 9.2L1 6H6.2z"/>'
    circle, triangle = '<circle cx="8" cy="8" r="{r}"/>', '<path d="M8 2L14 13H2z"/>'
    line, band = '<path d="M1 8H15"/>', '<path d="M1 3H15V13H1z"/>'
    items = [
        _key(star, _("选中的站点（编号；深边：已锁定）"), f"fill:{STAR_COLOUR}"),
        _key(line, _("新线供应（粗细按吨数）"), f"stroke:{STAR_COLOUR};stroke-width:3"),
        _key(line, _("现有厂供应"), f"stroke:{BLUE};stroke-width:2;opacity:.6"),
        _key(circle.format(r=5), _("候选点：越深越适宜"), f"fill:{SUITABILITY_COLOURS[3]};stroke:#8a5b76"),
        _key(circle.format(r=4), _("需求点（大小按需求）"), "fill:#444;fill-opacity:.4"),
        _key(triangle, _("现有砂浆厂（空心：模型推算）"), f"fill:#fff;stroke:{BLUE};stroke-width:1.6"),
        _key(band, _("五环路内不得新建"), "fill:#666;fill-opacity:.2"),
        _key(band, _("环境敏感区"), f"fill:{GREEN};fill-opacity:.2;stroke:{GREEN};stroke-width:1.5"),
        _key(line, _("方位分界"), f"stroke:{PURPLE};stroke-width:1.5;stroke-dasharray:2 4"),
    ]
    return f'<div class="mp-legend">{"".join(items)}</div>'


def _key(mark: str, text: str, style: str) -> str:
    # Streamlit drops inline SVG from HTML; as the address of an image it stays.
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" style="{style}">{mark}</svg>'
    return f'<span class="mp-key"><img alt="" src="data:image/svg+xml,{quote(svg)}">{html.escape(text)}</span>'
