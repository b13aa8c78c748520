"""Printed maps of stations and of ban zones."""

from collections.abc import Collection, Sequence
from datetime import date

import geopandas as gpd
import pandas as pd
import shapely

from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import local
from mixplan.city import ban_zones
from mixplan.city.layers import Layers
from mixplan.maps import style as maps_style
from mixplan.maps.paper.ground import draw_ban_zones, draw_ground, draw_marks, draw_rings, draw_sensitive, xy_of
from mixplan.maps.paper.keys import area_key, counted, ground_keys, hollow_key, mark_key, zone_keys
from mixplan.maps.paper.sheet import A4, Panel, StaticMap, draw_sheet
from mixplan.maps.paper.view import View
from mixplan.plan import words as plan_words
from mixplan.plan.kinds import plant_kinds
from mixplan.plan.rules import RuleBook
from mixplan.screening import verdicts


def station_map(
    plants: gpd.GeoDataFrame,
    judged: pd.DataFrame,
    layers: Layers,
    book: RuleBook,
    *,
    on: date,
    shown: Collection[str] = ("zones", "areas"),
    size: tuple[float, float] = A4,
    title: str | None = None,
) -> StaticMap:
    """Stations with their verdicts: the shape tells the kind, the colour the verdict, hollow marks are modelled sites.

    Parameters
    ----------
    plants, judged : GeoDataFrame, DataFrame
        Plants to draw (metric CRS) and one verdict a plant, as `screening.overall` gives it.
    shown : collection of str
        Layers below the stations: ``zones``, ``areas``.
    """
    located = plants[plants.geometry.notna()].join(judged[["verdict", "certainty"]])
    drawn = pd.Series(
        [verdicts.verdict_class(v, c) for v, c in zip(located["verdict"], located["certainty"], strict=True)],
        index=located.index,
        dtype=object,
    )
    order = ["unknown", "pass", "doubtful", "borderline", "flag"]

    def draw(view: View) -> None:
        draw_ground(view, layers, on, book)
        if "zones" in shown:
            draw_ban_zones(view, layers, on, fill=True)
        if "areas" in shown:
            draw_sensitive(view, layers)
        draw_rings(view, layers)
        size_pt = 5.6 if view.detail else 4.2
        for level, verdict in enumerate(order):
            for kind in plant_kinds():
                for evidence in ("modelled", "sourced"):
                    pick = (drawn == verdict) & (located["kind"] == kind) & (located["evidence"] == evidence)
                    hollow = evidence == "modelled"
                    draw_marks(
                        view,
                        xy_of(located.geometry[pick]),
                        maps_style.kind_shape(kind),
                        size=size_pt,
                        colour=maps_style.VERDICT_COLOUR[verdict],
                        hollow=hollow,
                        edge=maps_style.OUTLINE.get(verdict, "#ffffff"),
                        doubtful=verdict in verdicts.DOUBT,
                        order=8 + level * 0.2 + (0.1 if evidence == "sourced" else 0.0),
                    )

    counts = drawn.value_counts()
    keys = [
        mark_key(counted(verdicts.verdict_label(v), int(counts.get(v, 0))), "circle", maps_style.VERDICT_COLOUR[v])
        for v in maps_style.VERDICT_COLOUR
    ]
    kinds = [kind for kind in plant_kinds() if (located["kind"] == kind).any()]
    keys += [
        mark_key(plan_words.kind_label(kind), maps_style.kind_shape(kind), "#444444", hollow=True) for kind in kinds
    ]
    keys.append(mark_key(hollow_key(located), "circle", "#444444", hollow=True))
    keys += zone_keys(layers, on) if "zones" in shown else []
    if "areas" in shown:
        keys.append(
            area_key(
                _("环境敏感区（近似边界：虚线）"), maps_style.GREEN, alpha=0.16, edge=maps_style.GREEN, dashed=True
            )
        )
    missing = len(plants) - len(located)
    subtitle = _("{day} 生效的规则；上图 {count} 个站点，未定位 {missing} 个").format(
        day=on, count=len(located), missing=missing
    )
    return draw_sheet(
        layers,
        [Panel(draw)],
        [*keys, *ground_keys()],
        title=title or _("北京市站点筛查"),
        subtitle=subtitle,
        source=_("站点：data/plants.csv 或导入的登记册；界线与敏感区：data/geo；规则：{document}").format(
            document=book.rule("station_capacity").source
        ),
        size=size,
    )


def zone_map(
    layers: Layers, book: RuleBook, *, years: Sequence[int] = (2006, 2010), size: tuple[float, float] = A4
) -> StaticMap:
    """The ban zones of one year, or of several years side by side."""

    def panel(year: int) -> Panel:
        on = date(year, 12, 31)

        def draw(view: View) -> None:
            draw_ground(view, layers, on, book)
            draw_ban_zones(view, layers, on, fill=True)
            draw_rings(view, layers)
            for row in ban_zones.zones_in_force(layers.ban_zones, on).itertuples():
                place = shapely.point_on_surface(row.geometry)
                if row.kind in ("new_town", "bda") and not view.leaves_to_inset(place.x, place.y):
                    name = local({"name": row.name, "name_en": row.name_en})
                    view.label(place.x, place.y, name, size=7, colour="#7a4f0c", priority=20, centred=False)

        area = shapely.union_all(ban_zones.zones_in_force(layers.ban_zones, on).geometry.to_numpy()).area / 1e6
        return Panel(draw, _("{year} 年：{area:,.0f} km²").format(year=year, area=area))

    panels = [panel(year) for year in years]
    keys = [*zone_keys(layers, date(max(years), 12, 31)), *ground_keys()]
    return draw_sheet(
        layers,
        panels,
        keys,
        title=_("禁止现场搅拌砂浆的区域"),
        subtitle=_("；").join(p.caption for p in panels) + _("。2010 年起区外的政府投资工程也禁止，没有边界可画。"),
        source=_("{document} {clause}；四环路按实测中心线，其余边界为近似").format(
            document=book.rule("inside_central_city").source, clause=layers.ban_zones["clause"].iloc[0]
        ),
        size=size,
    )
