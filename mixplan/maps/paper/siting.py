"""The printed siting map."""

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from matplotlib.collections import LineCollection

from mixplan.base.i18n import gettext as _
from mixplan.city.layers import Layers
from mixplan.coverage import supply as coverage_supply
from mixplan.maps.legend import Key, counted_supply_keys, ground_keys
from mixplan.maps.paper.ground import draw_ban_zones, draw_ground, draw_rings
from mixplan.maps.paper.keys import zone_keys
from mixplan.maps.paper.marks import supply_marks, xy_of
from mixplan.maps.paper.sheet import A4, Panel, StaticMap, draw_sheet
from mixplan.maps.paper.view import View
from mixplan.maps.style import DEMAND_COLOUR, NEW_LINE_COLOUR, SUPPLY_COLOUR, SYMBOLS
from mixplan.plan.rules import RuleBook

Floats = np.ndarray[Any, Any]


@dataclass(frozen=True)
class _Ways:
    """Deliveries as straight lines: where they start and end, how much goes along, and whether from a new line."""

    starts: Floats
    ends: Floats
    amount: Floats
    new: Floats

    @property
    def mean_km(self) -> float:
        """Mean length, each delivery by its amount."""
        length = np.hypot(*(self.ends - self.starts).T) / 1000.0
        return float(length @ self.amount / self.amount.sum()) if self.amount.sum() else 0.0

    def draw(self, view: View) -> None:
        """Lines as wide as their amounts, those from new lines on top."""
        if not len(self.amount):
            return
        widths = 0.35 + 3.2 * np.sqrt(self.amount / self.amount.max())
        for pick, colour in ((~self.new, SUPPLY_COLOUR), (self.new, NEW_LINE_COLOUR)):
            if pick.any():
                segments = list(np.stack([self.starts[pick], self.ends[pick]], axis=1))
                style = {"linewidths": widths[pick] * view.scale, "alpha": 0.55, "zorder": 7.5}
                view.axes.add_collection(LineCollection(segments, colors=colour, **style), autolim=False)


def siting_map(
    existing: gpd.GeoDataFrame,
    sites: gpd.GeoDataFrame,
    flows: pd.DataFrame,
    demand: gpd.GeoDataFrame,
    layers: Layers,
    book: RuleBook,
    *,
    size: tuple[float, float] = A4,
) -> StaticMap:
    """Existing mortar plants, chosen sites and who supplies whom, lines as wide as their tonnes.

    Parameters
    ----------
    existing, sites : GeoDataFrame
        Index id; ``evidence`` (existing) and ``capacity`` (both), metric CRS. Columns that lack are taken as known.
    flows : DataFrame
        ``site`` (id of a site or a plant), ``demand`` (id of a demand point), ``amount`` (万t a year).
    demand : GeoDataFrame
        Index id, ``weight``.
    """
    on = book.period_end
    supply = coverage_supply.with_proposal(_plain(existing, "existing"), _plain(sites, "proposed"))
    ways = _ways(flows, supply, sites, demand)

    def draw(view: View) -> None:
        draw_ground(view, layers, on, book)
        draw_ban_zones(view, layers, on, fill=True)
        draw_rings(view, layers)
        ways.draw(view)
        _draw_demand(view, demand)
        supply_marks(view, supply, "mortar")

    keys = [
        *counted_supply_keys("mortar", supply),
        Key(SYMBOLS["new_supply"], _("新线供应（线宽按吨数）")),
        Key(SYMBOLS["supply"], _("现有厂供应（线宽按吨数）")),
        Key(SYMBOLS["demand"], _("需求点（大小按需求）")),
        *zone_keys(layers, on),
        *ground_keys(),
    ]
    made, rule = float(sites["capacity"].sum()), book.rule_for("new_line_place")
    return draw_sheet(
        layers,
        [Panel(draw)],
        keys,
        title=_("新建砂浆生产线布局"),
        subtitle=_(
            "{count} 个新站点，合计 {capacity:,.0f} 万t/年；供应 {amount:,.0f} 万t，平均直线运距 {km:.1f} km"
        ).format(count=len(sites), capacity=made, amount=float(ways.amount.sum()), km=ways.mean_km),
        source=_("布局方案；现有厂：登记册；需求：data/demand.csv；规则：{document} {clause}").format(
            document=rule.source, clause=rule.clause
        ),
        size=size,
    )


def _plain(points: gpd.GeoDataFrame, stage: str) -> gpd.GeoDataFrame:
    """Located plants or sites with what a map shows of them."""
    columns = {
        "name": points.index.astype(str),
        "capacity": points["capacity"],
        "stage": stage,
        "evidence": points.get("evidence", "sourced"),
    }
    table = gpd.GeoDataFrame(columns, geometry=points.geometry, index=points.index, crs=points.crs)
    return table[table.geometry.notna()]


def _ways(flows: pd.DataFrame, supply: gpd.GeoDataFrame, sites: gpd.GeoDataFrame, demand: gpd.GeoDataFrame) -> _Ways:
    """Deliveries between places that are known."""
    ways = flows[(flows["amount"] > 0) & flows["site"].isin(supply.index) & flows["demand"].isin(demand.index)]
    return _Ways(
        xy_of(supply.geometry.reindex(ways["site"])),
        xy_of(demand.geometry.reindex(ways["demand"])),
        ways["amount"].to_numpy(float),
        ways["site"].isin(sites.index).to_numpy(bool),
    )


def _draw_demand(view: View, demand: gpd.GeoDataFrame) -> None:
    """Demand points, the area of each dot by its tonnes."""
    weight = demand["weight"].to_numpy(float)
    area = 2 + 26 * weight / max(weight.max(initial=0.0), 1e-9)
    xy = xy_of(demand.geometry)
    size = area * view.scale**2 * (1.4 if view.detail else 0.6)
    view.axes.scatter(xy[:, 0], xy[:, 1], s=size, c=DEMAND_COLOUR, alpha=0.5, linewidths=0, zorder=7.8)
