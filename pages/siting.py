"""新线布局: where the new mortar lines should go, and how far from the best possible that can be."""

import streamlit as st

from mixplan import ui
from mixplan.base.errors import DataError, SitingError
from mixplan.base.i18n import gettext as _
from mixplan.ui.siting import (
    card,
    comparison,
    controls,
    desk,
    figures,
    map,
    plan,
    solve,
    stability,
    suitability,
    tables,
)

ui.begin("siting")
ui.header(_("新线布局"), _("新建的砂浆生产线放在哪里，离理论最优最多差多少？"))

with st.sidebar:
    controls.controls()

ui.register_report()
solve.collect()
try:
    now = plan.at_hand()
except (DataError, SitingError) as error:
    figures.empty_hint(error)
    st.stop()

desk.follow_address()
solve.controls(now)
figures.key_figures(now)
found = suitability.scores(now.case)
left, right = st.columns([7, 4], gap="medium")
with right:
    figures.words(now)
    preview = card.card(now)
with left:
    map.draw(now, found["score"], preview)

section = tables.section()
if section == "sites":
    tables.site_table(now)
elif section == "stability":
    stability.stability_tab(now)
elif section == "suitability":
    suitability.suitability_tab(now.case, found)
else:
    comparison.comparison_tab()
ui.footer(figures.source_note())
