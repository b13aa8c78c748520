"""目标进度: where every target of the plan stands, and whether the plan's figures agree."""

import streamlit as st

from mixplan import ui
from mixplan.base.i18n import get_language
from mixplan.base.i18n import gettext as _
from mixplan.targets import entries as targets_entries
from mixplan.targets import progress
from mixplan.targets.audit.run import audit
from mixplan.ui.targets import parts

ui.begin()
ui.header(_("目标进度"), _("规划的每项目标走到了哪里，规划自己的数字对得上吗？"))

plan = parts.indicators()
entries = parts.entries()
frame = targets_entries.with_entries(plan, entries)
year = parts.year_control(frame)
items = progress.progress(frame, as_of=year)
found = audit(plan)

parts.key_figures(items, found)
parts.board(items)
names = [_("指标"), _("供需平衡"), _("节能减排测算"), _("规划核对"), _("填报")]
one, supply, saved, checked, entered = st.tabs(names, key=f"targets_tab_{get_language()}", on_change="rerun")
with one:
    parts.indicator_tab(frame, items)
if supply.open:  # drawing takes a moment, so only for the reader who looks
    with supply:
        parts.balance_tab(plan)
if saved.open:
    with saved:
        parts.savings_tab(plan)
with checked:
    parts.audit_tab(found)
with entered:
    parts.entry_tab(plan, entries)
ui.footer(
    _(
        "规划数：京建发〔2011〕535号；其后的数字：各条来源见数据表（data/indicators.csv）；填报：本机保存，附填报人与来源。"
    )
)
