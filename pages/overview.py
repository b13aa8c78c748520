"""总览: where the plan starts from, what screening finds, and what to do next."""

import streamlit as st

from mixplan import ui
from mixplan.base.i18n import gettext as _
from mixplan.ui.overview import figures, map, solved, steps
from mixplan.ui.shared import margin_m

ui.begin("overview")
ui.header(_("总览"), _("规划从哪里起步，筛查发现了什么，下一步做什么？"))

ui.register_report()
book = ui.rules()
_findings, judged = ui.screened(margin_m(), book.period_end)
table = ui.stations(margin_m(), book.period_end)

figures.inventory(table)
figures.verdicts(table)
left, right = st.columns([3, 2], gap="medium")
with left:
    map.small_map(judged, table)
with right:
    steps.next_steps(table)
    solved.plans_at_hand()
ui.footer(_("站点：data/plants.csv 或导入的登记册；规则：data/rules.toml，外扩距离等假设见“数据与来源”。"))
