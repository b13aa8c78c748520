"""Curve, gaps and coverage by zone or district."""

import streamlit as st

from mixplan.base.files.names import file_stem
from mixplan.base.i18n import gettext as _
from mixplan.charts.coverage import curve_chart, curve_table
from mixplan.coverage import words as coverage_words
from mixplan.ui import downloads, texts
from mixplan.ui.coverage.answer import Answer, curve_of
from mixplan.ui.tables import chart_with_table


def curve(found: Answer) -> None:
    """Coverage and service over the radius."""
    view = found.view
    texts.heading(_("随半径变化"))
    keys = (view.version, view.subject.kind, view.year)
    now = curve_of(*keys, found.before is not None, found.now.seen)
    before = curve_of(*keys, False, found.before.seen) if found.before is not None else None
    file = _("禁现区覆盖随半径变化")
    chart_with_table(
        lambda: curve_chart(now, before, radius_km=view.radius_km),
        curve_table(now, before),
        file,
        key="curve",
        version=(*keys, found.before is not None, view.radius_km),
    )
    st.caption(_("色带：近似边界内外移动其精度时的面积覆盖。产能保障每 5 km 计算一次。"))


def gap_list(found: Answer) -> None:
    """Gaps by name, with how far the nearest plant is."""
    texts.heading(_("缺口"))
    if found.now.gaps.empty:
        texts.message("success", _("半径 {radius:g} km 内没有缺口。").format(radius=found.view.radius_km))
        return
    rows = coverage_words.gap_table(found.now)
    st.dataframe(
        rows,
        hide_index=True,
        width="stretch",
        height=min(36 * len(rows) + 40, 200),
        column_config=dict.fromkeys(rows.columns[2:], st.column_config.NumberColumn(format="%.1f")),
    )


def table(found: Answer) -> None:
    """Coverage by zone or district, with downloads."""
    texts.heading(_("按{unit}").format(unit=coverage_words.by_label(found.view.by)))
    rows = coverage_words.coverage_table(found.now, before=found.before.result if found.before else None)
    numbers = rows.select_dtypes("number").columns
    st.dataframe(
        rows,
        hide_index=True,
        width="stretch",
        height="content",
        column_config=dict.fromkeys(numbers, st.column_config.NumberColumn(format="%.1f")),
    )
    st.caption(
        _("“最近”从单元的中点量起；各单元的产能保障取总量最大、运距最短的分配，换一种分配各单元会不同，合计不变。")
    )
    name = file_stem(_("禁现区覆盖"), str(found.view.year), f"{found.view.radius_km:g}km")
    downloads.table_downloads(rows, name, key="coverage")
