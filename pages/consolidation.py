"""治理整合: which stations to keep, upgrade, merge or close, and what the city loses by it."""

import streamlit as st

from mixplan import ui
from mixplan.base.i18n import gettext as _
from mixplan.ui.consolidation import card, chooser, controls, figures, map, solve, stations, tabs, workspace

ui.begin("consolidation")
ui.header(_("治理整合"), _("哪些搅拌站保留、改造、整合或退出，城市为此付出什么？"))

with st.sidebar:
    ui.register_controls()
    controls.controls()

ui.register_report()
space = workspace.workspace()
if space is not None:
    solve.run_bar(space)
    chooser.chooser(space)
    figures.key_figures(space)
    left, middle, right = st.columns([6, 7, 5], gap="small")
    with left:
        stations.flagged_list(space)
    with middle:
        map.draw(space)
    with right:
        card.card(space)
        figures.years(space)
    tabs.details(space)
ui.footer(
    _(
        "站点：data/plants.csv 或导入的登记册；需求：data/demand.csv 按人口放大；参数：data/rules.toml；"
        "模型见 docs/consolidation.md。"
    )
)
