"""禁现区覆盖: how well the ban zones are supplied, now and with a proposal."""

import streamlit as st

from mixplan import ui
from mixplan.base.i18n import gettext as _
from mixplan.ui.coverage import answer as coverage_answer
from mixplan.ui.coverage import controls, figures, map, tables

ui.begin("coverage")
ui.header(_("禁现区覆盖"), _("禁现区离供应点够近吗，产能够不够，缺口在哪里？"))

with st.sidebar:
    view = controls.controls()
    ui.register_controls()

ui.register_report()
answer = coverage_answer.answer(view)
figures.key_figures(answer)

left, right = st.columns([7, 5], gap="medium")
with left:
    map.draw(answer)
with right:
    tables.curve(answer)
    tables.gap_list(answer)
tables.table(answer)
map.static_download(answer)
ui.footer(
    _("供应点：data/plants.csv 或导入的登记册；需求：data/demand.csv；禁现区：data/geo；定义与假设：docs/coverage.md。")
)
