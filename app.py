"""mixplan: the router. Page titles and order stand here; everything else is in pages/ and mixplan/."""

import streamlit as st

from mixplan import ui
from mixplan.base.i18n import gettext as _

ui.use_language()
st.navigation(
    [
        st.Page("pages/overview.py", title=_("总览"), default=True),
        st.Page("pages/station_map.py", title=_("站点地图")),
        st.Page("pages/consolidation.py", title=_("治理整合")),
        st.Page("pages/siting.py", title=_("新线布局")),
        st.Page("pages/coverage.py", title=_("禁现区覆盖")),
        st.Page("pages/targets.py", title=_("目标进度")),
        st.Page("pages/briefing.py", title=_("会议汇报")),
        st.Page("pages/data.py", title=_("数据与来源")),
    ],
    position="top",
).run()
