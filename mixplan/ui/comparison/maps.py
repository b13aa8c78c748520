"""Maps of the columns: beside each other at the same place, or two on one map with a divider between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

import streamlit as st
from markupsafe import Markup
from streamlit.delta_generator import DeltaGenerator

from mixplan.base.i18n import gettext as _
from mixplan.maps import legend
from mixplan.ui import mapview, session, texts, work
from mixplan.ui.comparison import readings
from mixplan.ui.comparison.columns import Column
from mixplan.ui.consolidation import map as consolidation_map
from mixplan.ui.maplayers import Layer
from mixplan.ui.siting import map as siting_map

_GROUP = "comparison"
_SWIPE_PX = 560
_BESIDE_PX = 430  # however many stand beside each other: a map stays as high as it was when it came


@dataclass(frozen=True)
class Drawn:
    """What one map shows of a column, be it of a plan that is out of date, or why it shows nothing."""

    layers: Sequence[Layer] = ()
    key: Markup = field(default_factory=Markup)
    why: str = ""
    stale: bool = False


@contextmanager
def _of(column: Column) -> Iterator[int]:
    with work.looking_at(column.branch):
        yield column.year


def _ground(on: date, *names: str) -> list[Layer]:
    return [mapview.background(name, on) for name in names]


def _stations(year: int) -> Drawn:
    found = readings.screened(year)
    marks = mapview.stations(found.margin_m, found.on, found.judged, found.table["district_shown"])
    kinds = sorted(found.table["kind"].unique())
    layers = [*_ground(found.on, "zones", "areas", "districts", "rings"), marks]
    return Drawn(layers, legend.legend(kinds, layers=("zones", "areas")))


def _coverage(kind: str) -> Callable[[int], Drawn]:
    def of_year(year: int) -> Drawn:
        picture = readings.picture(kind, year)
        if picture is None:
            return Drawn(why=readings.along_roads())
        return Drawn(mapview.covered(picture, date(year, 12, 31)), legend.coverage_legend(picture))

    return of_year


def _lines(_year: int) -> Drawn:
    found = readings.lines()
    if isinstance(found, str):
        return Drawn(why=found)
    return Drawn(siting_map.plan_layers(found), legend.siting_legend())


def _plan(year: int) -> Drawn:
    found = readings.concrete_plan()
    if isinstance(found, str):
        return Drawn(why=found)
    years = found.plan.case.problem.years
    if year not in years:
        return Drawn(why=_("方案没有这一年"))
    layers = consolidation_map.plan_layers(found, years.index(year))
    return Drawn(layers, consolidation_map.plan_legend(found), stale=found.offer.stale)


MAPS: dict[str, Callable[[int], Drawn]] = {
    "stations": _stations,
    "mortar": _coverage("mortar"),
    "concrete": _coverage("concrete"),
    "lines": _lines,
    "plan": _plan,
}


def _name(name: str) -> str:
    return {
        "stations": _("站点按判定"),
        "mortar": _("砂浆覆盖"),
        "concrete": _("混凝土覆盖"),
        "lines": _("新线与运输"),
        "plan": _("搅拌站的处置"),
    }[name]


def label(name: str) -> str:
    """What the card with one map a column is called."""
    return _("地图：{name}").format(name=_name(name))


def swipe_label(name: str) -> str:
    """What the card with two pictures on one map is called."""
    return _("前后对照（一张图上拖动分隔线）：{name}").format(name=_name(name))


def beside(name: str) -> Callable[[list[Column]], None]:
    """Draws one map for every column; all of them look at the same place."""

    def draw(columns: list[Column]) -> None:
        texts.heading(_name(name))
        keys = []
        for n, (box, column) in enumerate(zip(st.columns(len(columns), gap="small"), columns, strict=True)):
            with box:
                with _of(column) as year:
                    drawn = MAPS[name](year)
                st.caption(texts.plain(_stated(column, drawn)))
                if drawn.why:
                    texts.message("info", drawn.why)
                    continue
                title = _("{name}：{column}").format(name=_name(name), column=column.label)
                with _faded(f"map_{name}_{n}", drawn):
                    mapview.show_beside(
                        drawn.layers, title=title, key=f"map_{name}_{n}", height=_BESIDE_PX, group=_GROUP
                    )
                keys.append(drawn.key)
        if keys:
            texts.html(_fullest(keys))

    return draw


def _fullest(keys: Sequence[Markup]) -> Markup:
    """The key that explains most: one plan has lines, or a band, that another has not."""
    return max(keys, key=len)


def _stated(column: Column, drawn: Drawn) -> str:
    """The name of a column, and that its plan is out of date where it is."""
    if not drawn.stale:
        return column.label
    return _("{column} · {what}").format(column=column.label, what=_("改动之前的方案，请重新求解"))


def _faded(name: str, drawn: Drawn) -> DeltaGenerator:
    """A container of one name in any case, so that its map never begins anew; greyed where the plan is outdated."""
    if drawn.stale:
        texts.html(Markup("<style>.st-key-{}_box {{opacity: .55;}}</style>").format(name))
    return st.container(key=f"{name}_box")


def swipe(name: str) -> Callable[[list[Column]], None]:
    """Draws the first column and another one on one map with a divider."""

    def draw(columns: list[Column]) -> None:
        texts.heading(_("前后对照：{name}").format(name=_name(name)))
        first, second = columns[0], _second(name, columns)
        found = []
        for column in (first, second):
            with _of(column) as year:
                found.append(MAPS[name](year))
        if why := next((one.why for one in found if one.why), ""):
            texts.message("info", why)
            return
        left, right = found
        layers = [layer.on_side("left") for layer in left.layers] + [layer.on_side("right") for layer in right.layers]
        mapview.show_beside(
            layers,
            title=_("{name}：左 {left}，右 {right}").format(name=_name(name), left=first.label, right=second.label),
            key=f"swipe_{name}",
            height=_SWIPE_PX,
            group=_GROUP,
            sides=mapview.Sides(*(_stated(column, one) for column, one in zip((first, second), found, strict=True))),
        )
        texts.html(_fullest([one.key for one in found]))

    return draw


def _second(name: str, columns: list[Column]) -> Column:
    """The column to the right of the divider: the second, or another one that is chosen."""
    others = {column.code: column for column in columns[1:]}
    if len(others) == 1:
        return columns[1]
    key = f"swipe_{name}_right"
    if session.widget(key) not in others:
        session.put_widget(key, columns[1].code)
    chosen = st.segmented_control(
        _("分隔线右边"),
        list(others),
        key=key,
        format_func=texts.shown(lambda code: others[code].label),
        required=True,
    )
    return others[str(chosen)]
