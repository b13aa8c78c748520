"""治理整合: which stations to keep, upgrade, merge or close, and what the city loses by it."""

import streamlit as st

from mixplan import ui
from mixplan.base.i18n import gettext as _
from mixplan.ui.consolidation import card, controls, figures, map, solve, stations, tabs, workspace

ui.begin("consolidation")
ui.header(_("治理整合"), _("哪些搅拌站保留、改造、整合或退出，城市为此付出什么？"))

with st.sidebar:
    ui.register_controls()
    choice = controls.controls()

ui.register_report()
work = workspace.workspace(choice)
if work is not None:
    solve.run_bar(work)
    figures.key_figures(work)
    left, middle, right = st.columns([6, 7, 5], gap="small")
    with left:
        stations.flagged_list(work)
    with middle:
        map.draw(work)
    with right:
        card.card(work)
        figures.years(work)
    tabs.details(work)
ui.footer(
    _(
        "站点：data/plants.csv 或导入的登记册；需求：data/demand.csv 按人口放大；参数：data/rules.toml；"
        "模型见 docs/consolidation.md。"
    )
)
