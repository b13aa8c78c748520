"""Tables and charts with their table twin."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd
import pyarrow as pa
import streamlit as st

from mixplan.base.files.names import file_stem
from mixplan.base.i18n import get_language
from mixplan.base.i18n import gettext as _
from mixplan.charts import theme
from mixplan.ui.downloads import picture_files, table_downloads
from mixplan.ui.made import made_downloads

WRAPPED_PX = 66  # three lines; Streamlit wraps text in rows higher than 4 rem


def show_table(table: pd.DataFrame, *, key: str, height: Literal["content"] | int = "content") -> None:
    """A table with thousands separators in its amounts; whole numbers such as years stay plain."""
    amounts: dict[Any, Any] = {
        str(name): st.column_config.NumberColumn(format="localized") for name in table.select_dtypes("float")
    }
    st.dataframe(table, hide_index=True, width="stretch", height=height, key=key, column_config=amounts)


@dataclass(frozen=True)
class Drawn:
    """A chart, for pictures of it, and the same as it goes to the browser."""

    chart: theme.AnyChart
    spec: dict[str, Any]


@st.cache_resource(show_spinner=False, max_entries=256)
def _drawn(key: str, version: Hashable, language: str, _make: Callable[[], theme.AnyChart]) -> Drawn:
    chart = _make()
    spec = chart.to_dict()
    for default in ("continuousWidth", "continuousHeight"):  # Altair's own; a page has a width to fill
        spec["config"]["view"].pop(default, None)
    datasets = {name: pa.Table.from_pandas(pd.DataFrame(rows)) for name, rows in spec["datasets"].items()}
    return Drawn(chart, spec | {"datasets": datasets})


def show_chart(
    make: Callable[[], theme.AnyChart],
    *,
    key: str,
    version: Hashable,
    look: Literal["streamlit"] | None = None,
) -> Drawn:
    """A chart, made once for all who see the same: to make one takes longer than all else on a page together.

    Parameters
    ----------
    version : hashable
        Whatever tells what is drawn from what else may be drawn under the key; the language is seen to.
    look : str, optional
        ``streamlit`` for a chart that brings no theme of its own.
    """
    drawn = _drawn(key, version, get_language(), make)
    st.vega_lite_chart(drawn.spec, theme=look, width="stretch", key=f"{key}_chart")
    return drawn


def chart_with_table(
    make: Callable[[], theme.AnyChart], table: pd.DataFrame, name: str, *, key: str, version: Hashable
) -> None:
    """A chart, and folded below it its table twin with the downloads; see `show_chart`.

    Pictures are drawn when asked for.
    """
    chart = show_chart(make, key=key, version=version).chart
    with st.expander(_("数据表与下载"), icon=":material/table:"):
        show_table(table, key=f"{key}_table")
        file = file_stem(name)
        *boxes, tables = st.columns([1, 1, 4])
        pictures = picture_files(
            {"png": "PNG", "svg": "SVG"}, file, "mixplan.handouts.single:chart_file", lambda: (chart,)
        )
        made_downloads(pictures, boxes, key=key, version=lambda: version)
        with tables:
            table_downloads(table, file, key=key)
