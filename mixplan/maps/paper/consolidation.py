"""The printed consolidation map."""

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from mixplan.base.i18n import gettext as _
from mixplan.city.layers import Layers
from mixplan.maps.consolidation import with_actions
from mixplan.maps.legend import Key, action_keys, ground_keys, hollow_key
from mixplan.maps.paper.ground import draw_ban_zones, draw_ground, draw_rings
from mixplan.maps.paper.keys import zone_keys
from mixplan.maps.paper.marks import alike, draw_marks
from mixplan.maps.paper.sheet import A4, Panel, StaticMap, draw_sheet
from mixplan.maps.paper.view import View
from mixplan.maps.style import ACTION_COLOUR, SYMBOLS, mark_symbol
from mixplan.plan.actions import STOPS
from mixplan.plan.kinds import plant_kinds
from mixplan.plan.rules import RuleBook
from mixplan.plan.words import unit_label
from mixplan.screening.stations import Split, split


@dataclass(frozen=True)
class _State:
    """Stations at one time: how many, real and modelled, and what they can make."""

    stations: Split
    capacity: float

    def caption(self, text: str, unit: str) -> str:
        """The state in words."""
        return text.format(
            count=self.stations.count, split=self.stations.text(), capacity=self.capacity, unit=unit_label(unit)
        )


def consolidation_map(
    plants: gpd.GeoDataFrame,
    decisions: pd.DataFrame,
    layers: Layers,
    book: RuleBook,
    *,
    size: tuple[float, float] = A4,
) -> StaticMap:
    """Stations before and after consolidation, side by side: coloured by action, then only those that stay.

    Parameters
    ----------
    plants : GeoDataFrame
        Stations in question, index id, ``kind``, ``evidence``, ``capacity``, metric CRS.
    decisions : DataFrame
        Index plant id; ``action`` (retain, upgrade, merge, close), and where the plan knows it ``capacity`` afterwards.
    """
    on = book.period_end
    located = with_actions(plants[plants.geometry.notna()], decisions)

    def draw(view: View, *, before: bool) -> None:
        draw_ground(view, layers, on, book)
        draw_ban_zones(view, layers, on, fill=True)
        draw_rings(view, layers)
        _draw_actions(view, located, before=before)

    unit = plant_kinds()["concrete"].unit
    was, left = _states(plants, decisions)
    captions = (
        was.caption(_("整合前：{count} 个站点（{split}），{capacity:,.0f} {unit}"), unit),
        left.caption(_("整合后：{count} 个站点（{split}），{capacity:,.0f} {unit}"), unit),
    )
    keys = [
        *action_keys(counts=located["action"].value_counts().to_dict(), stops_hollow=False),
        Key(SYMBOLS["gone"], _("原址不再生产")),
        hollow_key(split(located).modelled),
        *zone_keys(layers, on),
        *ground_keys(),
    ]
    panels = [
        Panel(lambda view: draw(view, before=True), captions[0]),
        Panel(lambda view: draw(view, before=False), captions[1]),
    ]
    rule = book.rule_for("station_standard")
    return draw_sheet(
        layers,
        panels,
        keys,
        title=_("搅拌站治理整合前后"),
        subtitle=_("；").join(captions),
        source=_("站点：登记册；处置：整合方案；规则：{document} {clause}").format(
            document=rule.source, clause=rule.clause
        ),
        size=size,
    )


def _states(plants: gpd.GeoDataFrame, decisions: pd.DataFrame) -> tuple[_State, _State]:
    """The stations in question before and after the plan."""
    stays = with_actions(plants, decisions)["action"].map(lambda action: action not in STOPS)
    capacity = plants["capacity"].astype(float)
    after = capacity[stays]
    if "capacity" in decisions.columns:
        after = decisions["capacity"].reindex(after.index).astype(float).fillna(after)
    return _State(split(plants), float(capacity.sum())), _State(split(plants[stays]), float(after.sum()))


def _draw_actions(view: View, located: gpd.GeoDataFrame, *, before: bool) -> None:
    """Stations coloured by action; afterwards those that stop are crosses."""
    size = 5.4 if view.detail else 4.4
    gone = located["action"].isin(STOPS)
    if not before:
        draw_marks(view, located.geometry[gone], SYMBOLS["gone"], size=size, order=7.9)
    drawn = located if before else located[~gone]
    for action, shape, hollow, places in alike(drawn, drawn["action"], ACTION_COLOUR):
        draw_marks(view, places, mark_symbol(shape, ACTION_COLOUR[action], hollow=hollow), size=size)
