"""Chosen sites as a table, and the files."""

import contextlib
import math
from typing import Any

import pandas as pd
import streamlit as st

from mixplan.base.errors import MixplanError
from mixplan.base.files.names import file_stem
from mixplan.base.files.sheets import table_csv, workbook_xlsx
from mixplan.base.i18n import gettext as _
from mixplan.city import sectors as city_sectors
from mixplan.handouts.geojson import geojson
from mixplan.handouts.single import with_origin
from mixplan.projects.staleness import lines_remark
from mixplan.siting import reasons, tables
from mixplan.siting import words as siting_words
from mixplan.siting.case import SitingCase
from mixplan.siting.proposal import SitingProposal
from mixplan.ui import address, downloads, session, work
from mixplan.ui.marked import mark_row
from mixplan.ui.shared import district_names
from mixplan.ui.siting import desk, stability
from mixplan.ui.siting.figures import gap_short
from mixplan.ui.siting.plan import AtHand
from mixplan.ui.siting.reasons import alternative
from mixplan.ui.texts import shown


def section() -> str:
    """Which part below the map is shown; tabs would draw the maps of the comparison while they are hidden."""
    names = {
        "sites": _("站点与理由"),
        "stability": _("稳定性"),
        "suitability": _("适宜性"),
        "comparison": _("方案对比（{count}）").format(count=len(work.project().siting.saved)),
    }
    return address.one(
        _("下方显示"),
        list(names),
        "siting_section",
        format_func=shown(names.__getitem__),
        label_visibility="collapsed",
    )


def site_table(now: AtHand) -> None:
    """Chosen sites as a table, with tonnes by line, next-best alternatives on request, and the files."""
    case, proposal = now.case, now.proposal
    rows = tables.site_rows(proposal.sites, district_names())
    if rows.empty:
        st.info(_("还没有方案：点“求解”，或在地图上点选一个位置。"))
        return
    if st.toggle(_("列出每个站点的次优位置（要算几秒）"), key="siting_alternatives"):
        bar = st.progress(0.0)
        found = []
        for n, site in enumerate(proposal.sites.index, start=1):
            found.append(alternative(case, proposal, str(site)))
            bar.progress(n / len(proposal.sites))
        bar.empty()
        rows[_("次优位置")] = [item.other or "—" for item in found]
        rows[_("迁移的代价（万t·km/年）")] = [round(item.extra_cost, 1) for item in found]
    with contextlib.suppress(MixplanError):  # the section of its own says it
        if (check := stability.checked()) is not None and check[0].hash == now.asked.hash:
            near = stability.shares(check[1], proposal.sites.index)["near"]
            rows[_("稳定性（{km:g} km 内，%）").format(km=check[1].near_km)] = (near * 100).round(0).to_numpy()

    def choose() -> None:
        chosen = session.widget("siting_table").selection.rows
        desk.focus(("site", str(proposal.sites.index[chosen[0]])) if chosen else None)

    kind, *at = desk.focused() or ("nothing", None)
    mark_row("siting_table", proposal.sites.index, at[0] if kind == "site" else None)
    st.dataframe(
        rows,
        hide_index=True,
        width="stretch",
        height="content",
        on_select=choose,
        selection_mode="single-row",
        key="siting_table",
    )
    _downloads(case, proposal, rows, remark=lines_remark(now.changes) if now.stale else "")


def summary_rows(proposal: SitingProposal) -> dict[str, Any]:
    """Key figures of a proposal by name, for the comparison and the workbook."""
    stats, counts = proposal.stats, reasons.sector_counts(proposal.sites)
    return {
        _("优化目标"): _("覆盖最多") if proposal.settings.objective == "coverage" else _("运输量最小"),
        _("新建生产线（条）"): int(proposal.sites["lines"].sum()),
        _("东北部 / 西南部 / 周边"): " / ".join(str(counts[sector]) for sector in city_sectors.SECTORS),
        _("新增产能（万t/年）"): round(stats.new_capacity, 1),
        _("需求（万t/年）"): round(stats.demand, 1),
        _("供不上的需求（万t/年）"): round(stats.unmet, 2),
        _("总运输量（万t·km/年）"): round(stats.haul, 1),
        _("平均运距（km）"): round(stats.mean_haul_km, 2),
        _("最远运距（km）"): round(stats.longest_haul_km, 1),
        _("服务半径（km）"): stats.radius_km,
        _("禁现区需求半径内供应（%）"): None if math.isnan(stats.share_within) else round(stats.share_within * 100, 1),
        _("与理论最优的差距"): gap_short(proposal),
        _("状态"): siting_words.status_label(proposal),
        _("绕行系数"): proposal.settings.detour,
        _("输入校验码"): proposal.input_hash,
    }


def as_table(columns: dict[str, dict[str, Any]]) -> pd.DataFrame:
    """Key figures as text, one column a proposal: a column of numbers and words would not do."""
    frame_of = pd.DataFrame({name: {key: str(value) for key, value in rows.items()} for name, rows in columns.items()})
    return frame_of.rename_axis(_("指标")).reset_index()


def _downloads(case: SitingCase, proposal: SitingProposal, rows: pd.DataFrame, *, remark: str) -> None:
    name, line = downloads.named(file_stem(_("新线布局"))), downloads.origin_line(remark)
    csv_box, xlsx_box, geo_box, _rest = st.columns([1, 1, 1, 2])
    csv_box.download_button(
        "CSV",
        lambda: table_csv(rows, origin=line),
        f"{name}.csv",
        "text/csv",
        on_click="ignore",
        width="stretch",
        key="siting_csv",
    )
    xlsx_box.download_button(
        "XLSX",
        lambda: workbook_xlsx(
            with_origin(
                {
                    _("站点"): rows,
                    _("供应路线"): tables.flow_rows(proposal, case),
                    _("指标"): as_table({_("数值"): summary_rows(proposal)}),
                },
                line,
            )
        ),
        f"{name}.xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        on_click="ignore",
        width="stretch",
        key="siting_xlsx",
    )
    geo_box.download_button(
        "GeoJSON",
        lambda: geojson(proposal.sites.reset_index(), warnings=[remark] if remark else None, origin=work.origin()),
        f"{name}.geojson",
        "application/geo+json",
        on_click="ignore",
        width="stretch",
        key="siting_geojson",
    )
