"""会议汇报: the story of the plan for a meeting, told step by step, and the files that are handed out."""

import streamlit as st

from mixplan import ui
from mixplan.base.i18n import gettext as _
from mixplan.ui.briefing import address, handouts, inputs, present, steps
from mixplan.ui.controls import margin_slider

ui.begin("briefing")
with st.sidebar:
    given = inputs.inputs()
    margin_slider()
    ui.register_controls()
report = inputs.report(given)

if address.presenting():
    present.present(report)
else:
    ui.header(_("会议汇报"), _("向会议讲什么，会后发什么？"))
    ui.register_report()
    inputs.given_line(report)
    left, right = st.columns([7, 5], gap="large")
    with left:
        steps.choose_steps(report)
    with right:
        handouts.handouts(report)
    ui.footer(
        _(
            "数字与各页相同：站点地图、禁现区覆盖、目标进度；方案来自“新线布局”“治理整合”页或导入的文件；说明：docs/reports.md。"
        )
    )
