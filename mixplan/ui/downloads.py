"""Buttons that hand out a table, a map or a chart as a file, made when asked for."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from mixplan.base.files.sheets import table_csv, workbook_xlsx
from mixplan.base.i18n import get_language, set_language
from mixplan.base.i18n import gettext as _

if TYPE_CHECKING:
    from mixplan.maps.paper.sheet import StaticMap


def table_downloads(table: pd.DataFrame, name: str, *, key: str) -> None:
    """CSV and XLSX buttons for a table, side by side; the files are made when asked for."""
    left, right, _rest = st.columns([1, 1, 2])
    left.download_button(
        "CSV", lambda: table_csv(table), f"{name}.csv", "text/csv", key=f"{key}_csv", on_click="ignore", width="stretch"
    )
    right.download_button(
        "XLSX",
        lambda: workbook_xlsx({name: table}),
        f"{name}.xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        key=f"{key}_xlsx",
        on_click="ignore",
        width="stretch",
    )


def map_downloads(drawn: Callable[[], "StaticMap"], name: str, *, key: str) -> None:
    """PNG and SVG buttons for a static map, side by side; the map is drawn when asked for."""
    language = get_language()

    def made() -> "StaticMap":
        set_language(language)  # the file is made outside the page's run
        return drawn()

    left, right, _rest = st.columns([1, 1, 2])
    left.download_button(
        _("静态图 PNG"),
        lambda: made().png(),
        f"{name}.png",
        "image/png",
        key=f"{key}_png",
        on_click="ignore",
        width="stretch",
    )
    right.download_button(
        _("静态图 SVG"),
        lambda: made().svg(),
        f"{name}.svg",
        "image/svg+xml",
        key=f"{key}_svg",
        on_click="ignore",
        width="stretch",
    )
