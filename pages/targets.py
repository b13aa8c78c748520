"""目标进度: where every target of the plan stands, and whether the plan's figures agree."""

import streamlit as st

from mixplan import ui
from mixplan.base.i18n import get_language
from mixplan.base.i18n import gettext as _
from mixplan.ui.targets import audit, balance, board, entries, figures, indicator, savings
from mixplan.ui.texts import plain

ui.begin("targets")
ui.header(_("目标进度"), _("规划的每项目标走到了哪里，规划自己的数字对得上吗？"))

known = figures.known(figures.entries())
year = board.year_control(known)
items, found = figures.standing(known, year), figures.audited(known)
version = (known.version, year)

board.key_figures(items, found)
board.board(items, version)
names = [_("指标"), _("供需平衡"), _("节能减排测算"), _("规划核对"), _("填报")]
one, supply, saved, checked, own = st.tabs(
    [plain(name) for name in names], key=f"targets_tab_{get_language()}", on_change="rerun"
)
with one:
    indicator.indicator_tab(known, items, version)
if supply.open:  # drawing takes a moment, so only for the reader who looks
    with supply:
        balance.balance_tab(known)
if saved.open:
    with saved:
        savings.savings_tab(known)
with checked:
    audit.audit_tab(found)
with own:
    entries.entry_tab(known)
ui.footer(
    _(
        "规划数：京建发〔2011〕535号；其后的数字：各条来源见数据表（data/indicators.csv）；填报：本机保存，附填报人与来源。"
    )
)
