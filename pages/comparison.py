"""方案对比: how scenarios of the project, or years of one, differ, and which of them is good enough."""

import streamlit as st

from mixplan import ui
from mixplan.base.i18n import gettext as _
from mixplan.ui import work
from mixplan.ui.comparison import acceptance, canvas, columns, controls

ui.begin("comparison")
ui.header(_("方案对比"), _("各个方案、各个年份差在哪里，哪一个达到要求？"))

with st.sidebar:
    controls.controls()

if work.project().comparison.by == "scenario" and not work.project().scenarios:
    controls.empty()
else:
    shown = columns.columns()
    canvas.draw(shown)
    acceptance.acceptance()
    canvas.edit()
ui.footer(
    _("各列的数与各页相同：站点地图、禁现区覆盖、新线布局、治理整合；第一列是比较的基准。说明：docs/comparison.md。")
)
