"""What stands below the map: decisions, back-test, joint run, assumptions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from mixplan.base.files.names import file_stem
from mixplan.base.i18n import gettext as _
from mixplan.consolidation import backtest, tables, words
from mixplan.projects.staleness import plan_sentence
from mixplan.registers.station_reports import load_station_reports
from mixplan.ui import address, downloads, runs, shared, texts, work
from mixplan.ui.consolidation import lines, plans
from mixplan.ui.consolidation.asked import CON
from mixplan.ui.consolidation.plans import Shown
from mixplan.ui.consolidation.tradeoff import tradeoff_tab
from mixplan.ui.consolidation.workspace import Workspace, estimates_of, reasons_of
from mixplan.ui.made import XLSX, File, made_downloads
from mixplan.ui.tables import WRAPPED_PX


def details(space: Workspace) -> None:
    """Decisions, trade-off, back-test, joint run or assumptions, whichever is looked at: only that is drawn."""
    asked = runs.about(CON)
    if asked is not None and asked.kind != "plan":
        runs.watch(CON, place="_details")  # where the planner who began it down here is looking
    parts: dict[str, tuple[str, Callable[[Workspace], None]]] = {
        "decisions": (_("处置清单"), _decisions),
        "tradeoff": (_("取舍：需治理站点与运距"), lambda _space: tradeoff_tab()),
        "backtest": (_("回测"), _backtest),
        "joint": (_("与砂浆线联合"), lines.with_mortar),
        "assumptions": (_("假设与待核实"), _assumptions),
    }
    chosen = address.one(
        _("下方显示"),
        list(parts),
        "con_section",
        format_func=texts.shown(lambda part: parts[part][0]),
        label_visibility="collapsed",
    )
    parts[chosen][1](space)


def _need_plan() -> None:
    st.info(_("先求解一个方案。"))


def _decisions(space: Workspace) -> None:
    shown = space.shown
    if shown is None:
        _need_plan()
        return
    remark = plan_sentence(shown.changed) if shown.offer.stale else ""
    if remark:
        texts.message("warning", remark)
    reasons, estimates = reasons_of(shown), estimates_of(shown)
    table = tables.action_table(shown.plan, reasons, otherwise=estimates)
    order = [_("名称"), _("处置"), _("年份"), _("并入"), _("理由")]
    st.dataframe(
        table,
        hide_index=True,
        width="stretch",
        height=420,
        row_height=WRAPPED_PX,
        placeholder="—",
        column_order=[*order, *(column for column in table.columns if column not in order)],
        column_config={
            _("名称"): st.column_config.TextColumn(width=170),
            _("处置"): st.column_config.TextColumn(width=80),
            _("年份"): st.column_config.NumberColumn(width=56),
            _("并入"): st.column_config.TextColumn(width=170),
            _("理由"): st.column_config.TextColumn(width=420),
        },
    )
    downloads.table_downloads(table, file_stem(_("治理整合处置清单")), key="con_actions", remark=remark)
    _whole_plan(shown)


def _whole_plan(shown: Shown) -> None:
    """The plan as a workbook, with the trade-off that there is for the same conditions."""
    plan, result = shown.plan, work.project().consolidation.tradeoff
    same = result is not None and result.inputs == replace(shown.inputs, joint=None).hash

    def given() -> tuple[Any, ...]:
        return plan, reasons_of(shown), load_station_reports(), shared.layers().districts, shared.rules()

    def options() -> dict[str, Any]:
        front = plans.tradeoff_points() if same else None
        points = None if front is None else front.points
        own = {"otherwise": estimates_of(shown), "pareto": points, "joint": shown.made, "changed": shown.changed}
        return {**own, "origin": downloads.origin_line()}

    name = downloads.named(file_stem(_("治理整合方案"))) + ".xlsx"
    whole = File(_("整个方案（XLSX）"), name, XLSX, "mixplan.handouts.single:plan_workbook_file", given, options)
    version = (shown.key, *shown.changed, result.content if result is not None and same else "")
    made_downloads({"xlsx": whole}, st.columns([1, 3])[:1], key="con_book", version=lambda: version)


def _backtest(space: Workspace) -> None:
    if space.plan is None:
        _need_plan()
        return
    reports = load_station_reports()
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown("**" + _("全市站点数：方案与公布数分列，口径不同") + "**")
        st.dataframe(
            tables.backtest_table(space.plan, reports),
            hide_index=True,
            width="stretch",
            height="content",
            row_height=WRAPPED_PX,
            column_config={_("口径"): st.column_config.TextColumn(width=130)},
        )
    with right:
        st.markdown("**" + _("分区：2018 年四季度") + "**")
        table = tables.backtest_district_table(space.plan, reports, shared.layers().districts)
        st.dataframe(table, hide_index=True, width="stretch", height="content")
    texts.bullets(backtest.backtest_limits(space.plan))


def _assumptions(space: Workspace) -> None:
    some = space.case.stations
    outside = some[some["status_note"] != ""]
    texts.bullets(
        _("{name}：{why}，不参与优化，不编造数值；计入站点数，先予保留，待核实。").format(
            name=row["name"], why=words.missing_label(row["status_note"])
        )
        for row in outside.to_dict("records")
    )
    unknown = some["unknown"].str.split(",").explode()
    counts = unknown[unknown != ""].value_counts()
    titles = shared.rules().titles()
    texts.bullets(
        _("{rule}：{count} 个站点资料未知，列为待核实，不作为退出的理由。").format(
            rule=titles[str(rule)], count=int(count)
        )
        for rule, count in counts.items()
    )
    if space.plan is not None:
        st.dataframe(tables.settings_table(space.plan, shared.rules()), hide_index=True, width="stretch", height=320)
