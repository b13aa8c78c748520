"""治理整合: which stations to keep, upgrade, merge or close, and what the city loses by it."""

import streamlit as st

from mixplan import ui
from mixplan.base.i18n import gettext as _
from mixplan.ui.consolidation import parts

ui.begin()
ui.header(_("治理整合"), _("哪些搅拌站保留、改造、整合或退出，城市为此付出什么？"))

with st.sidebar:
    ui.register_controls()
    choice = parts.controls()

ui.register_report()
desk = parts.desk(choice)
if desk is not None:
    parts.run_bar(desk)
    parts.key_figures(desk)
    left, middle, right = st.columns([6, 7, 5], gap="small")
    with left:
        parts.flagged_list(desk)
    with middle:
        parts.draw(desk)
    with right:
        parts.card(desk)
        parts.years(desk)
    parts.details(desk)
ui.footer(
    _("站点：data/plants.csv；需求：data/demand.csv 按人口放大；参数：data/rules.toml；模型见 docs/consolidation.md。")
)
