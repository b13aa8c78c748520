"""Everything the pages share with Streamlit: page frame, language, cached data, formatting, downloads."""

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

from mixplan.i18n import LANGUAGES, set_language
from mixplan.paths import ASSETS

_CSS = """
<style>
.block-container {padding-top: 3.4rem; padding-bottom: 2rem; max-width: 1880px;}
[data-testid="stMetricValue"] {font-size: 1.7rem;}
[data-testid="stSidebar"] .block-container {padding-top: 1rem;}
</style>
"""


def use_language() -> None:
    """Set the language from the session, else from the address (``?lang=en``), else Chinese."""
    if "lang" not in st.session_state:
        wanted = st.query_params.get("lang", "zh")
        st.session_state.lang = wanted if wanted in LANGUAGES else "zh"
    set_language(st.session_state.lang)


def begin() -> None:
    """Open a page: router, frame and language switch. Every page calls this first."""
    if PagesManager.uses_pages_directory:
        # A deep link is a cold server's first request: Streamlit has found pages/ and skipped the router in app.py.
        PagesManager.uses_pages_directory = False
        st.rerun()
    use_language()
    st.set_page_config(page_icon=str(ASSETS / "icon.svg"), layout="wide")
    st.html(_CSS)
    with st.sidebar:
        st.segmented_control(
            "语言 / Language",
            list(LANGUAGES),
            format_func=LANGUAGES.__getitem__,
            key="lang",
            required=True,
            label_visibility="collapsed",
        )


def header(title: str, question: str) -> None:
    """Name the page and the one question that it answers, both already in the session's language."""
    st.set_page_config(page_title=f"{title} · mixplan")
    st.subheader(title, anchor=False)
    st.caption(question)


def number(value: float | None, digits: int = 0, unit: str = "") -> str:
    """A number as planners read it: thousands separators, at most the digits asked for, its unit, — where missing."""
    if value is None or value != value:
        return "—"
    text = f"{value:,.{digits}f}"
    return f"{text} {unit}" if unit else text
