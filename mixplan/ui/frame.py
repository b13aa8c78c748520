"""The frame of every page: router, language, header and footer, and how numbers and texts are written."""

import html
import re
from collections.abc import Callable
from importlib import metadata
from typing import Any, Literal

import pandas as pd
import streamlit as st
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import get_script_run_ctx

from mixplan.base.files.sheets import table_csv, workbook_xlsx
from mixplan.base.i18n import LANGUAGES, follow_session, get_language, set_language
from mixplan.base.i18n import gettext as _
from mixplan.base.paths import ASSETS
from mixplan.maps.paper.sheet import StaticMap
from mixplan.plan.datapackage import data_version
from mixplan.ui import address

_CSS = """
<style>
.block-container {padding: 3.4rem 2.5rem 2rem; max-width: 1880px;}
[data-testid="stMetricValue"] {font-size: 1.6rem; line-height: 1.25;}
.st-key-con_view [role="radiogroup"] {flex-wrap: wrap; row-gap: 4px;}
.mp-title {font-size: 1.5rem; font-weight: 700; padding: 0; margin: 0;}
.mp-title small {font-size: 0.95rem; font-weight: 400; color: #666; margin-left: 1em;}
.mp-legend {display: flex; flex-wrap: wrap; gap: 2px 16px; font-size: 0.86rem; color: #333;}
.mp-finding {border-left: 4px solid; padding: 1px 0 1px 10px; margin: 0 0 9px; font-size: 0.9rem; line-height: 1.5;}
.mp-place .mp-finding {font-size: 0.82rem; line-height: 1.35; margin-bottom: 5px;}
.mp-finding b {margin-right: 0.6em;}
.mp-finding i {font-style: normal; color: #666; float: right;}
.mp-figures {width: 100%; border-collapse: collapse; font-size: 0.82rem; line-height: 1.35;}
.mp-figures th, .mp-figures td {border-bottom: 1px solid #e4e4e4; padding: 3px 0 3px 6px; text-align: right;}
.mp-figures th {font-weight: 400; color: #555;}
.mp-figures tbody th {padding-left: 0; text-align: left;}
.mp-key {display: inline-flex; align-items: center; gap: 5px; white-space: nowrap;}
</style>
"""


def _upload_words() -> str:
    """Streamlit writes its upload box in English and knows no translation: the words are put over its own."""
    limit = _("每个文件不超过 {size} MB").format(size=st.get_option("server.maxUploadSize"))
    words = {
        '[data-testid="stFileUploaderDropzone"] button p': _("选择文件"),
        '[data-testid="stFileUploaderDropzoneInstructions"] span': limit,
    }
    return "".join(
        f"{place} {{font-size: 0;}} {place}::after {{content: '{text}'; font-size: 0.875rem;}}"
        for place, text in words.items()
    )


def _session_language() -> str | None:
    if get_script_run_ctx(suppress_warning=True) is None:  # a thread of our own, a download, the command line
        return None
    return st.session_state.get("lang")


follow_session(_session_language)


def use_language() -> None:
    """Take the language from the address (``?lang=en``) once, else Chinese; from then on it is the session's."""
    if "lang" not in st.session_state:
        wanted = st.query_params.get("lang", "zh")
        st.session_state.lang = wanted if wanted in LANGUAGES else "zh"


def _switch_language() -> None:
    # The session's own key: a widget's is gone when the page is left.
    st.session_state.lang = st.session_state.lang_choice


def begin() -> None:
    """Open a page: router, frame and language switch. Every page calls this first."""
    if PagesManager.uses_pages_directory:
        # A deep link is a cold server's first request: Streamlit has found pages/ and skipped the router in app.py.
        PagesManager.uses_pages_directory = False
        st.rerun()
    address.follow_history()
    use_language()
    st.set_page_config(page_icon=str(ASSETS / "icon.svg"), layout="wide")
    st.html(f"{_CSS}<style>{_upload_words()}</style>")
    with st.sidebar:
        st.segmented_control(
            "语言 / Language",
            list(LANGUAGES),
            default=get_language(),
            format_func=LANGUAGES.__getitem__,
            key="lang_choice",
            required=True,
            label_visibility="collapsed",
            on_change=_switch_language,
        )
    if get_language() == "zh":
        st.query_params.pop("lang", None)
    else:
        st.query_params["lang"] = get_language()


def header(title: str, question: str) -> None:
    """Name the page and the one question that it answers, both already in the session's language."""
    st.set_page_config(page_title=f"{title} · mixplan")
    st.html(f'<h1 class="mp-title">{html.escape(title)}<small>{html.escape(question)}</small></h1>')


def heading(text: str) -> None:
    """A small heading inside a page."""
    st.markdown(f"**{plain(text)}**")


def footer(sources: str) -> None:
    """Sources and standing of what the page shows."""
    st.divider()
    st.caption(sources)
    st.caption(
        _("示意图，不作为划界依据。数据版本 {version}，mixplan {release}。").format(
            version=data_version(), release=metadata.version("mixplan")
        )
    )


def number(value: float | None, digits: int = 0, unit: str = "") -> str:
    """A number as planners read it: thousands separators, at most the digits asked for, its unit, — where missing."""
    if value is None or value != value:
        return "—"
    text = f"{value:,.{digits}f}"
    return f"{text} {unit}" if unit else text


def plain(text: str) -> str:
    """Text from data as Markdown shows it literally."""
    return re.sub(r"([\\`*_{}\[\]<>()#+!|$:~=&-])", r"\\\1", text)


def message(kind: Literal["error", "warning", "info", "success"], text: str, place: Any = st) -> None:
    """A message in a box, shown as it is: whatever name, cell or file name it repeats cannot become Markdown.

    Every message that is more than a fixed sentence goes through here; `tests/test_architecture.py` sees to it.
    """
    getattr(place, kind)(plain(text))


def file_name(*parts: str) -> str:
    """A file name that every system takes, Chinese kept."""
    return "_".join(re.sub(r'[\\/:*?"<>|\s]+', "", part) for part in parts)


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


def map_downloads(drawn: Callable[[], StaticMap], name: str, *, key: str) -> None:
    """PNG and SVG buttons for a static map, side by side; the map is drawn when asked for."""
    language = get_language()

    def made() -> StaticMap:
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
