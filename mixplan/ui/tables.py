"""Tables and charts with their table twin."""

from typing import Any, Literal

import pandas as pd
import streamlit as st

from mixplan.base.i18n import gettext as _
from mixplan.charts import theme
from mixplan.ui.downloads import file_name, table_downloads


def show_table(table: pd.DataFrame, *, key: str, height: Literal["content"] | int = "content") -> None:
    """A table with thousands separators in its amounts; whole numbers such as years stay plain."""
    amounts: dict[Any, Any] = {
        str(name): st.column_config.NumberColumn(format="localized") for name in table.select_dtypes("float")
    }
    st.dataframe(table, hide_index=True, width="stretch", height=height, key=key, column_config=amounts)


def chart_with_table(chart: theme.AnyChart, table: pd.DataFrame, name: str, *, key: str) -> None:
    """A chart, and folded below it its table twin with the downloads; pictures are drawn when asked for."""
    st.altair_chart(chart, theme=None, width="stretch", key=f"{key}_chart")
    with st.expander(_("数据表与下载"), icon=":material/table:"):
        show_table(table, key=f"{key}_table")
        file = file_name(name)
        png, svg, tables = st.columns([1, 1, 4])
        png.download_button(
            "PNG",
            lambda: theme.chart_png(chart),
            f"{file}.png",
            "image/png",
            key=f"{key}_png",
            on_click="ignore",
            width="stretch",
        )
        svg.download_button(
            "SVG",
            lambda: theme.chart_svg(chart),
            f"{file}.svg",
            "image/svg+xml",
            key=f"{key}_svg",
            on_click="ignore",
            width="stretch",
        )
        with tables:
            table_downloads(table, file, key=key)
