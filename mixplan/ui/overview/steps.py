"""What to do next."""

import pandas as pd
import streamlit as st

from mixplan.base.errors import DataError
from mixplan.base.i18n import gettext as _
from mixplan.plan.kinds import INVENTORY
from mixplan.projects import entries as projects_entries
from mixplan.screening import stations
from mixplan.screening import verdicts as screening_verdicts
from mixplan.targets import status
from mixplan.ui import work
from mixplan.ui.pages import page_file
from mixplan.ui.targets import figures
from mixplan.ui.texts import message, plain


def plan_targets() -> None:
    """The plan's ceilings and targets for 2015 at a glance, with how each stands."""
    try:
        known = figures.known(projects_entries.actuals())
    except DataError as error:
        message("error", str(error))  # the page has more to say; where the targets stand is not known
        return
    items = figures.standing(known, known.latest_year)
    met = sum(item.status == status.Status.MET for item in items)
    nothing = sum(item.status == status.Status.NO_DATA for item in items)
    text = _("规划目标 {count} 项：达标 {met}，无数据 {nothing}，其余 {others}。")
    st.page_link(
        page_file("targets"),
        label=plain(text.format(count=len(items), met=met, nothing=nothing, others=len(items) - met - nothing)),
        width="stretch",
    )


def next_steps(table: pd.DataFrame) -> None:
    """What to do next, each step with the page that does it, already filtered."""
    counted = stations.inventory(table)
    unlocated = int(counted["lon"].isna().sum())
    steps = [
        (_("处理 {count} 个确定需治理的站点（{split}）"), ["flag"]),
        (_("核实 {count} 个判定存疑的站点（{split}）"), list(screening_verdicts.DOUBT)),
        (_("补齐 {count} 个站点的资料（{split}）"), ["unknown"]),
    ]
    st.markdown("**" + _("下一步") + "**")
    for text, drawn in steps:
        found = stations.split(counted[counted["drawn"].isin(drawn)])
        st.page_link(
            page_file("station_map"),
            label=plain(text.format(count=found.count, split=found.text())),
            query_params={"verdicts": drawn, "statuses": INVENTORY},
            width="stretch",
        )
    plan_targets()
    if work.project().register is None:
        st.page_link(page_file("station_map"), label=_("导入自己的登记册，替换模型推算的站点"), width="stretch")
    st.page_link(page_file("data"), label=_("查看数据来源、规则与假设"), width="stretch")
    if unlocated:
        st.caption(plain(_("另有 {count} 个站点未定位，不上图。").format(count=unlocated)))
