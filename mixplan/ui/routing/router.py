"""The router: page titles and order stand here; everything else is in pages/ and mixplan/.

It lies apart from pages/: Streamlit takes a folder of that name beside its script for pages of its own, and has the
script's folder searched for modules while it runs.
"""

import streamlit as st

from mixplan import ui
from mixplan.base.i18n import gettext as _
from mixplan.ui.address import page_file

ui.use_language()
page = st.navigation(
    [
        st.Page(page_file("overview"), title=_("总览"), default=True),
        st.Page(page_file("station_map"), title=_("站点地图")),
        st.Page(page_file("consolidation"), title=_("治理整合")),
        st.Page(page_file("siting"), title=_("新线布局")),
        st.Page(page_file("coverage"), title=_("禁现区覆盖")),
        st.Page(page_file("targets"), title=_("目标进度")),
        st.Page(page_file("briefing"), title=_("会议汇报")),
        st.Page(page_file("data"), title=_("数据与来源")),
    ],
    position="top",
)
with ui.turn():
    page.run()
