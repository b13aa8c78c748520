"""新线布局: where the new mortar lines should go, and how far from the best possible that can be."""

import streamlit as st

from mixplan import ui
from mixplan.base.errors import SitingError
from mixplan.base.i18n import gettext as _
from mixplan.ui.siting import desk, parts
from mixplan.ui.siting.controls import controls

ui.begin()
ui.header(_("新线布局"), _("新建的砂浆生产线放在哪里，离理论最优最多差多少？"))

with st.sidebar:
    settings, effort = controls()

ui.register_report()
try:
    case, proposal, lost = desk.at_hand(settings)
except SitingError as error:
    parts.empty_hint(error)
    st.stop()

desk.publish(proposal)
parts.solve_controls(settings, effort)
parts.key_figures(proposal)
found = parts.scores(case)
left, right = st.columns([7, 4], gap="medium")
with right:
    parts.words(settings, case, proposal, lost)
    preview = parts.card(settings, case, proposal)
with left:
    parts.draw(case, proposal, found["score"], preview)

section = parts.section()
if section == "sites":
    parts.site_table(case, proposal)
elif section == "stability":
    parts.stability_tab(case, proposal, effort)
elif section == "suitability":
    parts.suitability_tab(case, found)
else:
    parts.comparison_tab()
ui.footer(parts.source_note())
