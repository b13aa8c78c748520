"""The stations shown, in figures."""

import pandas as pd
import streamlit as st

from mixplan.base.i18n import get_language
from mixplan.base.i18n import gettext as _
from mixplan.screening import stations
from mixplan.screening.verdicts import listed
from mixplan.ui import texts
from mixplan.ui.findings import verdict_figures


def key_figures(shown: pd.DataFrame) -> None:
    """How many stations are shown, how they are judged, and how many of each are modelled."""
    # The longer English labels have two lines where a screen is narrow.
    with st.container(key=f"figures_{get_language()}"):
        boxes = st.columns(len(listed(shown["drawn"])) + 2)
    boxes[0].metric(_("显示站点"), texts.number(len(shown)))
    verdict_figures(shown, boxes[1:-1])
    boxes[-1].metric(_("未定位（不上图）"), texts.number(int(shown["lon"].isna().sum())))


def totals_tabs(shown: pd.DataFrame) -> None:
    """Flagged stations by ring and by district."""
    st.markdown("**" + _("各环路、各区县的站点") + "**")
    left, right = st.columns(2, gap="medium")
    for box, by in ((left, "ring"), (right, "district_shown")):
        box.dataframe(stations.totals(shown, by), hide_index=True, width="stretch", height="content")
