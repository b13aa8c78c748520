"""Keys of a printed map's legend."""

from datetime import date
from typing import Any

import geopandas as gpd
import matplotlib as mpl
import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from mixplan.base.i18n import gettext as _
from mixplan.city import ban_zones
from mixplan.city.layers import Layers
from mixplan.coverage import supply as coverage_supply
from mixplan.maps import style as maps_style
from mixplan.maps.paper.ground import draw_marks, xy_of
from mixplan.maps.paper.view import DASH, MARKER, SIZE, View
from mixplan.plan import words as plan_words
from mixplan.screening.stations import split

Handle = Any


def counted(name: str, count: int) -> str:
    return _("{name}：{count}").format(name=name, count=count)


def hollow_key(drawn: pd.DataFrame) -> str:
    """What a hollow mark stands for, and how many of the drawn stations it is."""
    return counted(_("空心：模型推算站点"), split(drawn).modelled)


def area_key(text: str, colour: str, *, alpha: float = 1.0, edge: str = "none", dashed: bool = False) -> Handle:
    patch = Patch(fc=mpl.colors.to_rgba(colour, alpha), ec=edge, lw=1.0, label=text)
    if dashed:
        patch.set_linestyle(DASH)
    return patch


def line_key(text: str, colour: str, *, dashed: bool = False, width: float = 1.3) -> Handle:
    return Line2D([], [], color=colour, lw=width, ls=(0, (2.6, 1.9)) if dashed else "-", label=text)


def mark_key(text: str, shape: str, colour: str, *, hollow: bool = False, edge: str = "#ffffff") -> Handle:
    return Line2D(
        [],
        [],
        ls="none",
        marker=MARKER[shape],
        ms=7 * SIZE[shape] ** 0.5,
        mfc="#ffffff" if hollow else colour,
        mec=colour if hollow else edge,
        mew=1.0 if hollow else 0.6,
        label=text,
    )


def zone_keys(layers: Layers, on: date, *, fill: bool = True) -> list[Handle]:
    keys = []
    in_force = ban_zones.zones_in_force(layers.ban_zones, on)
    tint, line = (maps_style.AMBER if fill else "#ffffff"), maps_style.ZONE_LINE_COLOUR
    if not in_force["approximate"].all():
        keys.append(area_key(_("禁现区（2006 年起，准确边界）"), tint, alpha=0.34, edge=line))
    if in_force["approximate"].any():
        keys.append(area_key(_("禁现区（2010 年起，近似边界：虚线）"), tint, alpha=0.2, edge=line, dashed=True))
    return keys


def ground_keys() -> list[Handle]:
    return [
        line_key(_("环路"), maps_style.RING_COLOUR, width=1.8),
        line_key(_("环路（低可信段）"), maps_style.RING_COLOUR, dashed=True),
        line_key(_("区县界"), maps_style.DISTRICT_COLOUR, width=0.9),
    ]


def supply_marks(view: View, supply: gpd.GeoDataFrame, shape: str) -> None:
    """Existing plants by kind (modelled ones hollow) and planned sites as numbered stars."""
    many = len(supply) > 60
    size = (5.0 if many else 7.5) * (1.15 if view.detail else 1.0)
    existing = supply[supply["stage"] != "proposed"]
    for evidence in ("modelled", "sourced"):
        pick = existing["evidence"] == evidence
        draw_marks(
            view,
            xy_of(existing.geometry[pick]),
            shape,
            size=size,
            colour=maps_style.BLUE,
            hollow=evidence == "modelled",
            order=9,
            keep_clear=not many,
        )
    sites = supply[supply["stage"] == "proposed"]
    draw_marks(
        view, xy_of(sites.geometry), "star", size=9, colour=maps_style.PURPLE, hollow=False, order=10, keep_clear=True
    )
    for number, place in enumerate(sites.geometry, start=1):
        view.label(place.x, place.y, str(number), size=7.5, colour="#7a2e58", priority=10, centred=False)


def supply_keys(supply: gpd.GeoDataFrame, subject: coverage_supply.Theme) -> list[Handle]:
    shape = maps_style.kind_shape(subject.kind)
    existing, planned = supply[supply["stage"] != "proposed"], supply[supply["stage"] == "proposed"]
    modelled = int((existing["evidence"] == "modelled").sum())
    keys = []
    if modelled < len(existing):
        text = counted(plan_words.kind_label(subject.kind), len(existing) - modelled)
        keys.append(mark_key(text, shape, maps_style.BLUE))
    if modelled:
        text = _("{kind}（模型推算）：{count}").format(kind=plan_words.kind_label(subject.kind), count=modelled)
        keys.append(mark_key(text, shape, maps_style.BLUE, hollow=True))
    if len(planned):
        keys.append(mark_key(_("拟建生产线站点：{count}").format(count=len(planned)), "star", maps_style.PURPLE))
    return keys
