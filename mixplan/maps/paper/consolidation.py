"""The printed consolidation map."""

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
from matplotlib.lines import Line2D

from mixplan.base.i18n import gettext as _
from mixplan.city.layers import Layers
from mixplan.coverage import supply as coverage_supply
from mixplan.maps import style as maps_style
from mixplan.maps.paper.ground import draw_ban_zones, draw_ground, draw_marks, draw_rings, xy_of
from mixplan.maps.paper.keys import counted, ground_keys, hollow_key, mark_key, zone_keys
from mixplan.maps.paper.sheet import A4, Panel, StaticMap, draw_sheet
from mixplan.maps.paper.view import View
from mixplan.plan import words as plan_words
from mixplan.plan.kinds import plant_kinds
from mixplan.plan.rules import RuleBook
from mixplan.screening.stations import split


def consolidation_map(
    plants: gpd.GeoDataFrame,
    decisions: pd.DataFrame,
    layers: Layers,
    book: RuleBook,
    *,
    on: date | None = None,
    size: tuple[float, float] = A4,
    title: str | None = None,
    subtitle: str | None = None,
) -> StaticMap:
    """Stations before and after consolidation, side by side: coloured by action, then only those that stay.

    Parameters
    ----------
    plants : GeoDataFrame
        Stations in question, index id, ``kind``, ``evidence``, ``capacity``, metric CRS.
    decisions : DataFrame
        Index plant id; ``action`` (retain, upgrade, merge, relocate, close), and where the plan knows them
        ``capacity`` afterwards and ``geometry`` (new place of a relocated station).
    """
    on = on or book.period_end
    located = plants[plants.geometry.notna()]
    action = decisions["action"].reindex(located.index).fillna("retain")
    stays = ~action.isin(coverage_supply.LEAVES)
    moved = decisions[decisions["action"] == "relocate"]
    new_places = moved["geometry"].dropna() if "geometry" in decisions.columns else pd.Series(dtype=object)
    capacity = plants["capacity"].astype(float)
    after = capacity[stays.reindex(plants.index, fill_value=True)]
    if "capacity" in decisions.columns:
        known = decisions["capacity"].reindex(after.index).astype(float)
        after = known.fillna(after)

    def draw(view: View, *, before: bool) -> None:
        draw_ground(view, layers, on, book)
        draw_ban_zones(view, layers, on, fill=True)
        draw_rings(view, layers)
        size_pt = 5.4 if view.detail else 4.4
        if not before:
            gone = xy_of(located.geometry[~stays])
            view.axes.scatter(
                gone[:, 0],
                gone[:, 1],
                s=(3.2 * view.scale) ** 2,
                marker="x",
                c="#9aa0a6",
                linewidths=0.7 * view.scale,
                zorder=7.9,
            )
        for name, colour in maps_style.ACTION_COLOUR.items():
            for kind in plant_kinds():
                for evidence in ("modelled", "sourced"):
                    pick = (action == name) & (located["kind"] == kind) & (located["evidence"] == evidence)
                    if not before:
                        pick &= stays
                    draw_marks(
                        view,
                        xy_of(located.geometry[pick]),
                        maps_style.kind_shape(kind),
                        size=size_pt,
                        colour=colour,
                        hollow=evidence == "modelled",
                    )
        if not before and len(new_places):
            xy = np.array([(place.x, place.y) for place in new_places])
            draw_marks(view, xy, "star", size=8, colour=maps_style.ACTION_COLOUR["relocate"], hollow=False, order=10)

    counts = action.value_counts()
    keys = [
        mark_key(counted(plan_words.action_label(name), int(counts.get(name, 0))), "circle", colour)
        for name, colour in maps_style.ACTION_COLOUR.items()
    ]
    keys += [
        Line2D([], [], ls="none", marker="x", ms=5, mec="#9aa0a6", label=_("原址不再生产")),
        mark_key(hollow_key(located), "circle", "#444444", hollow=True),
        *([mark_key(_("搬迁后的位置"), "star", maps_style.ACTION_COLOUR["relocate"])] if len(new_places) else []),
        *zone_keys(layers, on),
        *ground_keys(),
    ]
    unit = _("万m³/年") if (plants["kind"] == "concrete").all() else _("万t/年")
    was, left = split(plants), split(plants.loc[after.index.append(new_places.index)])
    captions = (
        _("整合前：{count} 个站点（{split}），{capacity:,.0f} {unit}").format(
            count=was.count, split=was.text(), capacity=capacity.sum(), unit=unit
        ),
        _("整合后：{count} 个站点（{split}），{capacity:,.0f} {unit}").format(
            count=left.count, split=left.text(), capacity=after.sum(), unit=unit
        ),
    )
    panels = [
        Panel(lambda view: draw(view, before=True), captions[0]),
        Panel(lambda view: draw(view, before=False), captions[1]),
    ]
    return draw_sheet(
        layers,
        panels,
        keys,
        title=title or _("搅拌站治理整合前后"),
        subtitle=subtitle or _("；").join(captions),
        source=_("站点：登记册；处置：整合方案；规则：{document} {clause}").format(
            document=book.rule("station_capacity").source, clause=book.rule("station_capacity").clause
        ),
        size=size,
    )
