"""The plan's figures and planners' own actuals."""

import pandas as pd
import streamlit as st

from mixplan.base.errors import DataError
from mixplan.base.i18n import gettext as _
from mixplan.plan.indicators import load_indicators
from mixplan.projects import entries as projects_entries
from mixplan.ui.texts import message


@st.cache_data(show_spinner=False)
def indicators() -> pd.DataFrame:
    """The plan's figures."""
    return load_indicators()


def entries(*, withdrawn: bool = False) -> pd.DataFrame:
    """Planners' own actuals; where their file cannot be read the page says so and ends: it would be wrong."""
    try:
        return projects_entries.actuals(withdrawn=withdrawn)
    except DataError as error:
        message("error", str(error))
        st.info(_("没有填报的数字，进度会算错，所以到此为止。文件能读以后刷新本页即可。"))
        st.stop()
