"""禁现区覆盖: how well the ban zones are supplied, now and with a proposal."""

import streamlit as st

from mixplan import ui
from mixplan.base.i18n import gettext as _
from mixplan.ui.coverage import parts

ui.begin()
ui.header(_("禁现区覆盖"), _("禁现区离供应点够近吗，产能够不够，缺口在哪里？"))

with st.sidebar:
    view = parts.controls()
    ui.register_controls()

ui.register_report()
answer = parts.answer(view)
parts.key_figures(answer)

left, right = st.columns([7, 5], gap="medium")
with left:
    parts.draw(answer)
with right:
    parts.curve(answer)
    parts.gap_list(answer)
parts.table(answer)
parts.static_download(answer)
ui.footer(
    _("供应点：data/plants.csv 或导入的登记册；需求：data/demand.csv；禁现区：data/geo；定义与假设：docs/coverage.md。")
)
