"""What stands below the map: decisions, back-test, joint run, assumptions."""

from __future__ import annotations

from collections.abc import Hashable

import streamlit as st

from mixplan.base.files.names import file_stem
from mixplan.base.i18n import get_language
from mixplan.base.i18n import gettext as _
from mixplan.consolidation import backtest, tables, tradeoff, words
from mixplan.registers.station_reports import load_station_reports
from mixplan.ui import downloads, runs, shared, texts
from mixplan.ui.consolidation.results import result
from mixplan.ui.consolidation.solve import start_joint
from mixplan.ui.consolidation.tradeoff import tradeoff_tab
from mixplan.ui.consolidation.work import CON
from mixplan.ui.consolidation.workspace import Workspace, estimates_of, key_of_plan, pareto_key, reasons_of
from mixplan.ui.made import XLSX, File, made_downloads
from mixplan.ui.tables import WRAPPED_PX


def details(work: Workspace) -> None:
    """Decisions, trade-off, back-test, joint run and assumptions."""
    labels = [_("处置清单"), _("取舍：需治理站点与运距"), _("回测"), _("与砂浆线联合"), _("假设与待核实")]
    job = runs.job_of(CON)
    if job is not None and job.about.kind != "plan":
        runs.watch(CON, place="_details")  # where the planner who began it down here is looking
    boxes = st.tabs(
        [texts.plain(label) for label in labels], key=f"con_tab_{get_language()}", on_change="rerun"
    )  # stays open when a plan comes
    with boxes[0]:
        _decisions(work)
    with boxes[1]:
        tradeoff_tab(work)
    with boxes[2]:
        _backtest(work)
    with boxes[3]:
        _with_mortar(work)
    with boxes[4]:
        _assumptions(work)


def _need_plan() -> None:
    st.info(_("先求解一个方案。"))


def _decisions(work: Workspace) -> None:
    if work.plan is None:
        _need_plan()
        return
    plan = work.plan
    reasons = reasons_of(key_of_plan(work), work.adopted, get_language(), plan, work.findings)
    estimates = estimates_of(key_of_plan(work), work.adopted, plan)
    table = tables.action_table(plan, reasons, otherwise=estimates)
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
    downloads.table_downloads(table, file_stem(_("治理整合处置清单")), key="con_actions")

    joint = work.made if work.made is not None and work.made.plan is plan else None
    front: list[tradeoff.Point] | None = result(pareto_key(work))

    def version() -> Hashable:
        return key_of_plan(work), front is not None, joint is not None

    whole = File(
        _("整个方案（XLSX）"),
        file_stem(_("治理整合方案")) + ".xlsx",
        XLSX,
        "mixplan.handouts.single:plan_workbook_file",
        lambda: (plan, reasons, load_station_reports(), shared.layers().districts, shared.rules()),
        lambda: {"otherwise": estimates, "pareto": front, "joint": joint},
    )
    made_downloads({"xlsx": whole}, st.columns([1, 3])[:1], key="con_book", version=version)


def _backtest(work: Workspace) -> None:
    if work.plan is None:
        _need_plan()
        return
    reports = load_station_reports()
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown("**" + _("全市站点数：方案与公布数分列，口径不同") + "**")
        st.dataframe(
            tables.backtest_table(work.plan, reports),
            hide_index=True,
            width="stretch",
            height="content",
            row_height=WRAPPED_PX,
            column_config={_("口径"): st.column_config.TextColumn(width=130)},
        )
    with right:
        st.markdown("**" + _("分区：2018 年四季度") + "**")
        table = tables.backtest_district_table(work.plan, reports, shared.layers().districts)
        st.dataframe(table, hide_index=True, width="stretch", height="content")
    texts.bullets(backtest.backtest_limits(work.plan))


def _with_mortar(work: Workspace) -> None:
    st.caption(
        _(
            "在同一模型里决定搅拌站去留和新建砂浆线位置：保留站可用一部分产能供应湿砂浆。候选点和砂浆需求按网格合并，只算目标年；精细选址见“新线布局”。"
        )
    )
    if work.made is None:
        st.button(_("联合求解"), key="con_joint", disabled=runs.running(CON), on_click=start_joint, args=(work,))
        return
    st.toggle(_("在上面显示联合方案"), True, key="con_show_joint", persist_state="session")
    st.markdown(texts.plain(tables.joint_sentence(work.made)))
    st.markdown(texts.plain(words.gap_sentence(work.made.plan.solution.gap)))
    table = tables.line_table(work.made)
    st.dataframe(table, hide_index=True, width="stretch", height="content")
    downloads.table_downloads(table, file_stem(_("新建砂浆线")), key="con_lines")


def _assumptions(work: Workspace) -> None:
    some = work.case.stations
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
    if work.plan is not None:
        st.dataframe(tables.settings_table(work.plan, shared.rules()), hide_index=True, width="stretch", height=320)
