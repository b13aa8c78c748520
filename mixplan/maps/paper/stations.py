"""Printed maps of stations and of ban zones."""

from collections.abc import Collection, Sequence
from datetime import date

import geopandas as gpd
import pandas as pd
import shapely

from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import local
from mixplan.base.numbers import M2_PER_KM2
from mixplan.city import ban_zones
from mixplan.city.layers import Layers
from mixplan.maps.legend import Key, ground_keys, hollow_key, kind_keys, verdict_keys
from mixplan.maps.paper.ground import draw_ban_zones, draw_ground, draw_rings, draw_sensitive
from mixplan.maps.paper.keys import zone_keys
from mixplan.maps.paper.marks import alike, draw_marks
from mixplan.maps.paper.sheet import A4, Panel, StaticMap, draw_sheet
from mixplan.maps.paper.view import View
from mixplan.maps.style import SYMBOLS, VERDICT_COLOUR, ZONE_NAME_COLOUR, verdict_symbol
from mixplan.plan.kinds import plant_kinds
from mixplan.plan.rules import RuleBook
from mixplan.screening import verdicts
from mixplan.screening.stations import split


def station_map(
    plants: gpd.GeoDataFrame,
    judged: pd.DataFrame,
    layers: Layers,
    book: RuleBook,
    *,
    on: date,
    shown: Collection[str] = ("zones", "areas"),
    size: tuple[float, float] = A4,
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

    def draw(view: View) -> None:
        draw_ground(view, layers, on, book)
        if "zones" in shown:
            draw_ban_zones(view, layers, on, fill=True)
        if "areas" in shown:
            draw_sensitive(view, layers)
        draw_rings(view, layers)
        _draw_verdicts(view, located, drawn)

    keys = [
        *verdict_keys(drawn.value_counts().to_dict()),
        *kind_keys(kind for kind in plant_kinds() if (located["kind"] == kind).any()),
        hollow_key(split(located).modelled),
        *(zone_keys(layers, on) if "zones" in shown else []),
    ]
    if "areas" in shown:
        keys.append(Key(SYMBOLS["sensitive_approximate"], _("环境敏感区（近似边界：虚线）")))
    return draw_sheet(
        layers,
        [Panel(draw)],
        [*keys, *ground_keys()],
        title=_("北京市站点筛查"),
        subtitle=_("{day} 生效的规则；上图 {count} 个站点，未定位 {missing} 个").format(
            day=on, count=len(located), missing=len(plants) - len(located)
        ),
        source=_("站点：data/plants.csv 或导入的登记册；界线与敏感区：data/geo；规则：{document}").format(
            document=book.document
        ),
        size=size,
    )


def _draw_verdicts(view: View, located: gpd.GeoDataFrame, drawn: pd.Series) -> None:
    """Stations by verdict: what is flagged lies on top, real ones above modelled ones of the same verdict."""
    order = list(reversed(VERDICT_COLOUR))
    for verdict, shape, hollow, places in alike(located, drawn, order):
        above = 8 + order.index(verdict) * 0.2 + (0.0 if hollow else 0.1)
        symbol = verdict_symbol(verdict, shape, hollow=hollow)
        draw_marks(view, places, symbol, size=5.6 if view.detail else 4.2, order=above)


def zone_map(layers: Layers, book: RuleBook, *, years: Sequence[int], size: tuple[float, float] = A4) -> StaticMap:
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
                    view.label(place.x, place.y, name, size=7, colour=ZONE_NAME_COLOUR, priority=20, centred=False)

        area = shapely.union_all(ban_zones.zones_in_force(layers.ban_zones, on).geometry.to_numpy()).area / M2_PER_KM2
        return Panel(draw, _("{year} 年：{area:,.0f} km²").format(year=year, area=area))

    panels = [panel(year) for year in years]
    return draw_sheet(
        layers,
        panels,
        [*zone_keys(layers, date(max(years), 12, 31)), *ground_keys()],
        title=_("禁止现场搅拌砂浆的区域"),
        subtitle=_("；").join(p.caption for p in panels) + _("。2010 年起区外的政府投资工程也禁止，没有边界可画。"),
        source=_("{document} {clause}；四环路按实测中心线，其余边界为近似").format(
            document=book.document, clause=layers.ban_zones["clause"].iloc[0]
        ),
        size=size,
    )
