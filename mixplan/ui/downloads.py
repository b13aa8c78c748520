"""Buttons that hand out a table, a map or a chart as a file, made when asked for."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from mixplan.base.files.sheets import table_csv, workbook_xlsx
from mixplan.base.files.tables import content_version
from mixplan.base.i18n import gettext as _
from mixplan.handouts.single import Form, Print, with_origin
from mixplan.ui import work
from mixplan.ui.made import XLSX, File, made_downloads

# Cells from which on a workbook takes more than a fifth of a second.
_MANY_CELLS = 15_000


def table_downloads(table: pd.DataFrame, name: str, *, key: str, remark: str = "") -> None:
    """CSV and XLSX buttons for a table, side by side, made when asked for: a long workbook by a worker.

    Parameters
    ----------
    remark : str
        What must be known of it, such as that it is of earlier conditions, in a sentence; empty for nothing.
    """
    left, right, _rest = st.columns([1, 1, 2])
    file, line = named(name), origin_line(remark)
    left.download_button(
        "CSV",
        lambda: table_csv(table, origin=line),
        f"{file}.csv",
        "text/csv",
        key=f"{key}_csv",
        on_click="ignore",
        width="stretch",
    )
    if table.size > _MANY_CELLS:
        made = "mixplan.handouts.single:workbook_file"
        long = File("XLSX", f"{file}.xlsx", XLSX, made, lambda: (with_origin({name: table}, line),))
        made_downloads({"xlsx": long}, [right], key=key, version=lambda: (_content(table), remark))
        return
    right.download_button(
        "XLSX",
        lambda: workbook_xlsx(with_origin({name: table}, line)),
        f"{file}.xlsx",
        XLSX,
        key=f"{key}_xlsx",
        on_click="ignore",
        width="stretch",
    )


def _content(table: pd.DataFrame) -> str:
    """What tells a table from others: its rows in their order."""
    return content_version(pd.util.hash_pandas_object(table, index=False).to_numpy().tobytes())


def named(name: str) -> str:
    """Name of a file with the project, version and hash that it was made from."""
    origin = work.origin()
    return name if origin is None else f"{name}_{origin.mark}"


def origin_line(remark: str = "") -> str:
    """The project, version and hash that a file was made from and what must be known of it, in a line."""
    origin = work.origin()
    return _("；").join(filter(None, ("" if origin is None else origin.text, remark)))


def picture_files(
    labels: Mapping[str, str],
    name: str,
    function: str,
    given: Callable[[], Sequence[Any]],
    options: Callable[[], Mapping[str, Any]] = dict,
) -> dict[str, File]:
    """The same picture as PNG and SVG, by form; the function is given the form and what it was made from first."""
    file, line = named(name), origin_line()

    def one(form: Form) -> File:
        mime = {"png": "image/png", "svg": "image/svg+xml"}[form]
        return File(labels[form], f"{file}.{form}", mime, function, lambda: (Print(form, line), *given()), options)

    return {"png": one("png"), "svg": one("svg")}


def map_downloads(
    function: str,
    name: str,
    *,
    given: Callable[[], Sequence[Any]],
    options: Callable[[], Mapping[str, Any]],
    key: str,
    version: Callable[[], Hashable],
) -> None:
    """PNG and SVG buttons for a static map, side by side; a worker draws the map when asked for."""
    labels = {"png": _("静态图 PNG"), "svg": _("静态图 SVG")}
    boxes = st.columns([1, 1, 2])[:2]
    made_downloads(picture_files(labels, name, function, given, options), boxes, key=key, version=version)
