"""One indicator over time."""

from collections.abc import Hashable, Sequence

import streamlit as st

from mixplan.base.files.names import file_stem
from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import local
from mixplan.charts import board as charts_board
from mixplan.charts import targets
from mixplan.plan.figures import figure_table
from mixplan.plan.words import area_text, binding_text, direction_text, kind_text, pretty, pretty_change
from mixplan.targets import progress
from mixplan.targets import status as targets_status
from mixplan.ui.downloads import table_downloads
from mixplan.ui.tables import chart_with_table, show_table
from mixplan.ui.targets.figures import Known
from mixplan.ui.texts import bullets, lead, plain


def indicator_tab(known: Known, items: Sequence[progress.TargetProgress], version: Hashable) -> None:
    """One indicator over time with its figures; targets of the plan first, then everything else on record."""
    by_id = {item.indicator: item for item in items}
    rows = known.rows
    names = {row.indicator: f"{area_text(row.area)} · {local(row)}" for row in rows}
    order = [*by_id, *(i for i in names if i not in by_id)]
    mark = " · " + _("规划目标")
    chosen = st.selectbox(
        _("指标"),
        order,
        format_func=lambda i: names[i] + (mark if i in by_id else ""),
        key="targets_indicator",
    )
    mine = [row for row in rows if row.indicator == chosen]
    item = by_id.get(chosen)
    if all(row.cumulative for row in mine):
        st.info(_("这个指标只有多年合计，没有逐年的数字可画。"))
        show_table(figure_table(mine), key="indicator_table")
        table_downloads(figure_table(mine), file_stem(names[chosen]), key="indicator")
        return
    left, right = st.columns([5, 2], gap="medium")
    with left:
        chart_with_table(
            lambda: targets.indicator_chart(mine, item),
            figure_table(mine),
            names[chosen],
            key="indicator",
            version=(version, chosen),
        )
    with right:
        if item is None:
            st.info(_("规划没有为这个指标设目标，只列出各来源的数字；口径不同的不连线。"))
            return
        facts = {
            _("目标"): f"{direction_text(item.target.direction)} {item.target.text()} ({item.target.year})",
            _("基线"): progress.baseline_text(item),
            _("最近实绩"): _("{value}（{when}，{kind}）").format(
                value=item.actual.text(), when=item.actual.when, kind=kind_text(item.actual.kind)
            )
            if item.actual
            else _("没有"),
            _("路径值"): pretty(item.path_value, item.target.unit),
            _("差距（目标 − 现值）"): pretty_change(item.gap, item.target.unit),
            _("规划的每年变化"): pretty_change(item.pace_planned, item.target.unit),
            _("从现值到目标每年需变化"): pretty_change(item.pace_needed, item.target.unit),
            _("约束范围"): binding_text(item.target.binding_area),
            _("依据"): f"{item.target.clause} · {item.target.source}",
        }
        status = f"{charts_board.STATUS_SIGN[item.status]} {targets_status.status_text(item.status)}"
        lead(status, f"— {item.reason}")
        bullets(_("{label}：{text}").format(label=key, text=value) for key, value in facts.items())
        if note := local(item.target, "note"):
            st.caption(plain(note))
