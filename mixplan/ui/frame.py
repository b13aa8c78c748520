"""The frame of every page: language, header and footer."""

import streamlit as st
from markupsafe import Markup
from streamlit.runtime.scriptrunner import get_script_run_ctx

from mixplan import __version__
from mixplan.base.i18n import LANGUAGES, follow_session, get_language, set_language
from mixplan.base.i18n import gettext as _
from mixplan.base.paths import ASSETS
from mixplan.plan.datapackage import data_version
from mixplan.ui import address, login, others, presence, project_bar, session, sharing, work
from mixplan.ui.pages import page_file
from mixplan.ui.session import LANGUAGE, NEXT_PAGE
from mixplan.ui.texts import html, plain, shown

_CSS = """
<style>
.block-container {padding: 3.4rem 2.5rem 2rem; max-width: 1880px;}
[data-testid="stMetricLabel"], [data-testid="stMetricLabel"] * {white-space: normal !important;}
[data-testid="stMetricValue"] {font-size: 1.6rem; line-height: 1.25;}
@media (max-width: 1700px) {
  .st-key-figures_en [data-testid="stMetricLabel"] {min-height: 3.2em; align-items: flex-end;}
  .st-key-figures_en [data-testid="stMetricLabel"] p {white-space: normal;}
}
.st-key-con_view [role="radiogroup"] {flex-wrap: wrap; row-gap: 4px;}
[data-testid="stPageLink-NavLink"] :is(span, p) {white-space: normal;}
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
.mp-scroll {overflow-x: auto;}
.mp-figures:has(thead th:nth-child(5)) {font-size: 0.7rem;}
.mp-figures:has(thead th:nth-child(5)) :is(th, td) {padding-left: 3px;}
[class*="st-key-stale"] {opacity: .55;}
.mp-key {display: inline-flex; align-items: center; gap: 5px; white-space: nowrap;}
</style>
"""


def _upload_words() -> Markup:
    """Streamlit writes its upload box in English and knows no translation: the words are put over its own."""
    limit = _("每个文件不超过 {size} MB").format(size=st.get_option("server.maxUploadSize"))
    words = {
        Markup('[data-testid="stFileUploaderDropzone"] button p'): _("选择文件"),
        Markup('[data-testid="stFileUploaderDropzoneInstructions"] span'): limit,
    }
    over = Markup("{box} {{font-size: 0;}} {box}::after {{content: '{text}'; font-size: 0.875rem;}}")
    return Markup("").join(over.format(box=box, text=text) for box, text in words.items())


def _session_language() -> str | None:
    if get_script_run_ctx(suppress_warning=True) is None:  # a thread of our own, a download, the command line
        return None
    return LANGUAGE.get()


follow_session(_session_language)


def use_language() -> None:
    """Take the language from the address (``?lang=en``) once, else Chinese; from then on it is the session's."""
    if not LANGUAGE.known():
        wanted = st.query_params.get("lang", "zh")
        LANGUAGE.put(wanted if wanted in LANGUAGES else "zh")
    set_language(LANGUAGE.get() or "zh")


def _switch_language() -> None:
    # The session's own key: a widget's is gone when the page is left.
    LANGUAGE.put(session.widget("lang_choice"))
    use_language()


def begin(page: str) -> None:
    """Open a page: its project, frame and language switch. Every page calls this first with its own name."""
    presence.arrive()
    use_language()
    if not login.admitted():
        login.door()
        st.stop()
    if (wanted := NEXT_PAGE.take()) is not None:
        st.switch_page(page_file(wanted))
    work.begin(page)
    address.follow(page)
    st.set_page_config(page_icon=str(ASSETS / "icon.svg"), layout="wide")
    html(Markup(_CSS), Markup("<style>{}</style>").format(_upload_words()))
    with st.sidebar:
        st.segmented_control(
            "语言 / Language",
            list(LANGUAGES),
            default=get_language(),
            format_func=shown(LANGUAGES.__getitem__),
            key="lang_choice",
            required=True,
            label_visibility="collapsed",
            on_change=_switch_language,
        )
        login.bar()
        project_bar.bar()
        sharing.button()
    session.put_in_address(LANGUAGE.name, "" if get_language() == "zh" else get_language())
    project_bar.problems()


def header(title: str, question: str) -> None:
    """Name the page and the one question that it answers, both already in the session's language."""
    st.set_page_config(page_title=f"{title} · mixplan")
    html(Markup('<h1 class="mp-title">{}<small>{}</small></h1>').format(title, question))


def footer(sources: str) -> None:
    """Sources and standing of what the page shows; every page but the presenter ends with this."""
    st.divider()
    st.caption(plain(sources))
    st.caption(
        plain(
            _("示意图，不作为划界依据。数据版本 {version}，mixplan {release}。").format(
                version=data_version(), release=__version__
            )
        )
    )
    others.follow()
