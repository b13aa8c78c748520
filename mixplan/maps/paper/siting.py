"""The printed siting map."""

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
from matplotlib.collections import LineCollection

from mixplan.base.i18n import gettext as _
from mixplan.city.layers import Layers
from mixplan.coverage import supply as coverage_supply
from mixplan.maps import style as maps_style
from mixplan.maps.paper.ground import draw_ban_zones, draw_ground, draw_rings, xy_of
from mixplan.maps.paper.keys import ground_keys, line_key, mark_key, supply_keys, supply_marks, zone_keys
from mixplan.maps.paper.sheet import A4, Panel, StaticMap, draw_sheet
from mixplan.maps.paper.view import View
from mixplan.plan.rules import RuleBook


def siting_map(
    existing: gpd.GeoDataFrame,
    sites: gpd.GeoDataFrame,
    flows: pd.DataFrame,
    demand: gpd.GeoDataFrame,
    layers: Layers,
    book: RuleBook,
    *,
    on: date | None = None,
    size: tuple[float, float] = A4,
    title: str | None = None,
    subtitle: str | None = None,
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
    on = on or book.period_end
    existing, sites = (
        gpd.GeoDataFrame(
            {
                "name": frame.index.astype(str),
                "capacity": frame["capacity"],
                "stage": stage,
                "evidence": frame.get("evidence", "sourced"),
            },
            geometry=frame.geometry,
            index=frame.index,
            crs=frame.crs,
        )
        for frame, stage in ((existing, "existing"), (sites, "proposed"))
    )
    located = existing[existing.geometry.notna()]
    supply = coverage_supply.with_proposal(located, sites)
    ways = flows[(flows["amount"] > 0) & flows["site"].isin(supply.index) & flows["demand"].isin(demand.index)]
    starts = xy_of(supply.geometry.reindex(ways["site"])).reshape(-1, 2)
    ends = xy_of(demand.geometry.reindex(ways["demand"])).reshape(-1, 2)
    new = ways["site"].isin(sites.index).to_numpy()
    amount = ways["amount"].to_numpy(float)
    widths = 0.35 + 3.2 * np.sqrt(amount / amount.max()) if len(amount) else amount

    def draw(view: View) -> None:
        draw_ground(view, layers, on, book)
        draw_ban_zones(view, layers, on, fill=True)
        draw_rings(view, layers)
        for pick, colour in ((~new, maps_style.BLUE), (new, maps_style.PURPLE)):
            if pick.any():
                segments = np.stack([starts[pick], ends[pick]], axis=1)
                lines = LineCollection(
                    list(segments), colors=colour, linewidths=widths[pick] * view.scale, alpha=0.55, zorder=7.5
                )
                view.axes.add_collection(lines, autolim=False)
        weight = demand["weight"].to_numpy(float)
        area = 2 + 26 * weight / max(weight.max(initial=0.0), 1e-9)
        xy = xy_of(demand.geometry)
        view.axes.scatter(
            xy[:, 0],
            xy[:, 1],
            s=area * view.scale**2 * (1.4 if view.detail else 0.6),
            c="#555555",
            alpha=0.55,
            linewidths=0,
            zorder=7.8,
        )
        supply_marks(view, supply, maps_style.kind_shape("mortar"))

    subject = coverage_supply.theme("mortar", book)
    keys = [
        *supply_keys(supply, subject),
        line_key(_("新线供应（线宽按吨数）"), maps_style.PURPLE, width=2.5),
        line_key(_("现有厂供应（线宽按吨数）"), maps_style.BLUE, width=2.5),
        mark_key(_("需求点（大小按需求）"), "circle", "#777777"),
        *zone_keys(layers, on),
    ]
    made, rule = float(sites["capacity"].sum()), book.rule("new_mortar_outside_fifth_ring")
    hauled = np.hypot(*(ends - starts).T) / 1000.0
    mean = float(hauled @ amount / amount.sum()) if len(amount) and amount.sum() else 0.0
    text = subtitle or _(
        "{count} 个新站点，合计 {capacity:,.0f} 万t/年；供应 {amount:,.0f} 万t，平均直线运距 {km:.1f} km"
    ).format(count=len(sites), capacity=made, amount=float(amount.sum()), km=mean)
    return draw_sheet(
        layers,
        [Panel(draw)],
        [*keys, *ground_keys()],
        title=title or _("新建砂浆生产线布局"),
        subtitle=text,
        source=_("布局方案；现有厂：登记册；需求：data/demand.csv；规则：{document} {clause}").format(
            document=rule.source, clause=rule.clause
        ),
        size=size,
    )
