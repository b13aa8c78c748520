"""新线布局: where the new mortar lines should go, and how far from the best possible that can be."""

import streamlit as st

from mixplan import ui
from mixplan.base.errors import DataError, SitingError
from mixplan.base.i18n import gettext as _
from mixplan.ui.siting import card, comparison, desk, figures, map, plan, solve, stability, suitability, tables
from mixplan.ui.siting.controls import controls

ui.begin("siting")
ui.header(_("新线布局"), _("新建的砂浆生产线放在哪里，离理论最优最多差多少？"))

with st.sidebar:
    settings, effort = controls()

ui.register_report()
try:
    case, proposal, lost = plan.at_hand(settings)
except (DataError, SitingError) as error:
    figures.empty_hint(error)
    st.stop()

desk.publish(proposal)
solve.solve_controls(settings, effort)
figures.key_figures(proposal)
found = suitability.scores(case)
left, right = st.columns([7, 4], gap="medium")
with right:
    figures.words(settings, case, proposal, lost)
    preview = card.card(settings, case, proposal)
with left:
    map.draw(case, proposal, found["score"], preview)

section = tables.section()
if section == "sites":
    tables.site_table(case, proposal)
elif section == "stability":
    stability.stability_tab(case, proposal, effort)
elif section == "suitability":
    suitability.suitability_tab(case, found)
else:
    comparison.comparison_tab()
ui.footer(figures.source_note())
