"""Tables and charts of the columns."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from mixplan.base.i18n import gettext as _
from mixplan.charts.coverage import curve_chart
from mixplan.plan.words import action_label, kind_label, labelled
from mixplan.screening import stations
from mixplan.screening.verdicts import verdict_label
from mixplan.ui import texts, work
from mixplan.ui.comparison import readings
from mixplan.ui.comparison.columns import Column
from mixplan.ui.consolidation.figures import years_chart
from mixplan.ui.consolidation.plans import Shown
from mixplan.ui.coverage import answer
from mixplan.ui.coverage import controls as coverage_controls
from mixplan.ui.tables import show_chart, show_table

_LIST_PX = 320


def _table(column: Column) -> pd.DataFrame:
    with work.looking_at(column.branch):
        return readings.screened(column.year).table


def _beside(title: str, columns: list[Column], draw: Callable[[int, Column], None]) -> None:
    """One thing a column, under its name."""
    texts.heading(title)
    for n, (box, column) in enumerate(zip(st.columns(len(columns), gap="small"), columns, strict=True)):
        with box:
            st.caption(texts.plain(column.label))
            draw(n, column)


def rings(columns: list[Column]) -> None:
    """Stations by ring road."""
    _totals(_("各环路的站点"), columns, "ring")


def districts(columns: list[Column]) -> None:
    """Stations by district."""
    _totals(_("各区县的站点"), columns, "district_shown")


def _totals(title: str, columns: list[Column], by: str) -> None:
    _beside(title, columns, lambda n, one: show_table(stations.totals(_table(one), by), key=f"compare_{by}_{n}"))


def _plan(column: Column) -> Shown | str:
    with work.looking_at(column.branch):
        return readings.concrete_plan()


def years(columns: list[Column]) -> None:
    """Capacity of the concrete stations by year, of every plan."""
    _beside(_("逐年的搅拌站产能"), columns, _years)


def _years(n: int, column: Column) -> None:
    found = _plan(column)
    if isinstance(found, str):
        texts.message("info", found)
        return
    show_chart(lambda: years_chart(found.plan.totals), key=f"compare_years_{n}", version=found.key, look="streamlit")


def decided(columns: list[Column]) -> None:
    """Concrete stations with which a plan does something else than that of the first column."""
    _otherwise(_("处置与第一列不同的搅拌站"), "decisions", columns, _decided)


def _decided(column: Column) -> pd.DataFrame | str:
    found = _plan(column)
    if isinstance(found, str):
        return found
    actions: pd.Series = found.plan.actions["action"].map(action_label)
    return pd.DataFrame(found.plan.case.stations.drop(columns="geometry")).assign(said=actions)


def changed(columns: list[Column]) -> None:
    """Stations that are judged otherwise than in the first column, or stand in one of the two alone."""
    _otherwise(_("判定与第一列不同的站点"), "changed", columns, _judged)


def _judged(column: Column) -> pd.DataFrame:
    table = _table(column)
    return table.assign(said=table["drawn"].map(verdict_label))


def _otherwise(title: str, name: str, columns: list[Column], table_of: Callable[[Column], pd.DataFrame | str]) -> None:
    """What is said otherwise of stations than in the first column, or of them in one of the two alone."""
    texts.heading(title)
    first = table_of(columns[0])
    for n, (box, column) in enumerate(zip(st.columns(len(columns) - 1, gap="small"), columns[1:], strict=True)):
        with box:
            now = table_of(column)
            if isinstance(first, str) or isinstance(now, str):
                texts.message("info", first if isinstance(first, str) else str(now))
                continue
            rows = said_otherwise(first, now)
            text = _("{first} → {now}：{count} 个").format(
                first=columns[0].label, now=column.label, count=stations.split(rows).counted()
            )
            st.caption(texts.plain(text))
            if rows.empty:
                continue
            words = {
                _("名称"): rows["name"],
                _("类别"): labelled(rows["kind"], kind_label),
                columns[0].label: rows["before"],
                column.label: rows["after"],
                _("编号"): rows.index,
            }
            # Two columns of one name are told apart by their sides.
            table = pd.DataFrame(list(zip(*words.values(), strict=True)), columns=list(words))
            st.dataframe(table, hide_index=True, width="stretch", height=_LIST_PX, key=f"compare_{name}_{n}")


def said_otherwise(first: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """Stations of two tables whose ``said`` differs, with ``before`` and ``after``.

    A station that only one of them has is among them, with nothing on the other side.
    """
    columns = ["name", "kind", "evidence", "said"]
    old, new = first[columns], now[columns]
    every = pd.concat([new, old[~old.index.isin(new.index)]])
    before, after = (table["said"].reindex(every.index).fillna("—") for table in (old, new))
    return pd.DataFrame(every).assign(before=before, after=after)[before != after]


def curves(columns: list[Column]) -> None:
    """How coverage with mortar grows with the radius."""
    _beside(_("砂浆覆盖随半径变化"), columns, _curve)


def _curve(n: int, column: Column) -> None:
    with work.looking_at(column.branch):
        view = coverage_controls.usual_view("mortar", column.year)
        picture = answer.known(view)
        if picture is None:
            texts.message("info", readings.along_roads())
            return
        keys = (view.version, view.subject.kind, view.year, view.sites is not None or view.plan is not None)
        curve = answer.curve_of(*keys, picture.seen)
    show_chart(
        lambda: curve_chart(curve, None, radius_km=view.radius_km),
        key=f"compare_curve_{n}",
        version=(*keys, view.radius_km),
    )
