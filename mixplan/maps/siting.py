"""A siting proposal on the map: sectors, demand, candidates, deliveries, chosen sites."""

from collections.abc import Collection
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from mixplan.base.i18n import gettext as _
from mixplan.city import rings
from mixplan.city import sectors as city_sectors
from mixplan.city.layers import Layers
from mixplan.maps.features import features_of, mark, mark_style, moved_to, path_style, text_label, tip
from mixplan.maps.style import (
    CANDIDATE_EDGE,
    CLOSED_COLOUR,
    DEMAND_COLOUR,
    INK,
    NEW_LINE_COLOUR,
    SUPPLY_COLOUR,
    WHITE,
    kind_shape,
    suitability_colour,
)
from mixplan.plan.city import load_city


def sector_layer(sectors: gpd.GeoSeries, layers: Layers) -> list[dict[str, Any]]:
    """The sectors for new mortar lines, within Beijing and outside the Fifth Ring, with their names."""
    city = layers.districts.geometry.union_all().difference(rings.ring_area(layers.rings, load_city().centre_ring))
    shapes = gpd.GeoDataFrame(
        {"sector": sectors.index}, geometry=sectors.intersection(city).to_numpy(), crs=sectors.crs
    )
    outline = features_of(
        shapes,
        lambda row: path_style(
            "zones", color=NEW_LINE_COLOUR, weight=1, opacity=0.7, dashArray="2 5", fill=False, interactive=False
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
            area,
            lambda row: path_style("zones", stroke=False, fillColor=CLOSED_COLOUR, fillOpacity=0.16, interactive=False),
        )
    ]


def demand_layer(demand: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """Demand points, the area of each circle by its tonnes."""
    most = max(float(demand["weight"].max()), 1e-9) if len(demand) else 1.0

    def marked(row: dict[str, Any]) -> dict[str, Any]:
        text = tip(str(row.get("name") or row["id"]), _("需求 {amount:,.2f} 万t/年").format(amount=row["weight"]))
        radius = 1.2 + 5 * (row["weight"] / most) ** 0.5
        style = {"color": DEMAND_COLOUR, "weight": 0, "fillColor": DEMAND_COLOUR, "fillOpacity": 0.4}
        return mark("flows", "circle", radius, style, tip=text)

    return [features_of(demand, marked)]


def standing_layer(existing: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """Standing mortar plants, hollow where modelled; a plant known only by its district is not drawn."""
    drawn = existing[~existing["assumed_place"].astype(bool)] if "assumed_place" in existing else existing

    def marked(row: dict[str, Any]) -> dict[str, Any]:
        hollow = row.get("evidence") == "modelled"
        text = tip(
            str(row.get("name") or row["id"]),
            _("现有砂浆厂，产能 {capacity:g} 万t/年").format(capacity=row["capacity"]),
            _("模型推算站点，非真实企业") if hollow else "",
        )
        style = mark_style(SUPPLY_COLOUR, hollow=hollow)
        return mark("plants", kind_shape("mortar"), 4.5, style, tip=text)

    return [features_of(drawn, marked)]


def candidate_layer(candidates: gpd.GeoDataFrame, score: pd.Series, forbidden: Collection[str]) -> list[dict[str, Any]]:
    """Candidates as small dots, darker where more suitable; forbidden ones are crossed out in grey."""
    table = candidates.assign(score=score.reindex(candidates.index).fillna(0.0))

    def marked(row: dict[str, Any]) -> dict[str, Any]:
        banned = row["id"] in forbidden
        text = tip(
            _("候选点 {id}").format(id=row["id"]),
            _("适宜性 {score:.0%}（只是视图，不是最优）").format(score=row["score"]),
            _("敏感区范围为近似，待核实") if row["approximate"] else "",
            _("已禁用") if banned else "",
        )
        style = {
            "color": "#777" if banned else CANDIDATE_EDGE,
            "weight": 1.6 if row["own"] else 0.5,
            "fillColor": WHITE if banned else suitability_colour(row["score"]),
            "fillOpacity": 0.95,
            "dashArray": "2 2" if banned else None,
        }
        radius = 4.5 if row["own"] else 3.2
        return mark("candidates", "circle", radius, style, id=row["id"], tip=text)

    return [features_of(table, marked)]


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
            color=NEW_LINE_COLOUR if row["kind"] == "site" else SUPPLY_COLOUR,
            weight=0.7 + 5 * (row["amount"] / most) ** 0.5,
            opacity=(0.55 if row["kind"] == "site" else 0.35) if strong else 0.08,
            interactive=False,
        )

    return [features_of(table, style)]


def site_layer(sites: gpd.GeoDataFrame, *, focus: str | None = None) -> list[dict[str, Any]]:
    """Chosen sites as stars with their number; a locked one has a dark rim, the one looked at a ring."""

    def marked(row: dict[str, Any]) -> dict[str, Any]:
        text = tip(
            _("{number} 号站点 {id}").format(number=row["number"], id=row["id"]),
            _("{lines} 条线，{capacity:g} 万t/年，供应 {used:.1f}").format(
                lines=row["lines"], capacity=row["capacity"], used=row["used"]
            ),
            _("已锁定") if row["forced"] else "",
        )
        locked = bool(row["forced"])
        style = mark_style(NEW_LINE_COLOUR, edge=INK if locked else WHITE, weight=2.2 if locked else 1.2)
        return mark("chosen", "star", 10, style, id=row["id"], tip=text)

    stars = features_of(sites, marked)
    numbers = features_of(sites, lambda row: text_label("labels", str(row["number"]), "number"))
    return [stars, numbers, *([_focus(sites.loc[[focus]])] if focus in sites.index else [])]


def _focus(point: gpd.GeoDataFrame) -> dict[str, Any]:
    style = {"color": INK, "weight": 2.2, "fill": False, "interactive": False}
    return features_of(point, lambda row: mark("chosen", "circle", 18, style))


def proposal_mark(point: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """The place that a planner has clicked: a hollow star in a ring."""
    style = {"color": NEW_LINE_COLOUR, "weight": 2, "fillColor": WHITE, "fillOpacity": 0.9, "interactive": False}
    star = features_of(point, lambda row: mark("chosen", "star", 10, style))
    return [star, _focus(point)]
