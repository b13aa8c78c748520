"""The road network of a session: loaded once, for coverage and siting alike."""

from dataclasses import dataclass

import streamlit as st

from mixplan.base.errors import MixplanError
from mixplan.base.files.tables import content_version
from mixplan.base.i18n import gettext as _
from mixplan.city.network_files import read_network
from mixplan.city.network_report import NetworkReport, network_sentence
from mixplan.city.networks import Network
from mixplan.ui import texts
from mixplan.ui.session import ROADS

_KEY = "network_file"


@dataclass(frozen=True)
class Roads:
    """The network in use, if any; its version, which caches go by; and why the last file could not be read."""

    network: Network | None = None
    version: str = ""
    problem: str = ""


def roads() -> Roads:
    """The road network of this session."""
    return ROADS.or_new(Roads())


def network_control() -> None:
    """Load a road network, see what was read of it, or go back to straight lines."""
    now = roads()
    with st.expander(_("按路网运距"), expanded=bool(now.problem)):
        st.file_uploader(
            _("路网：GeoJSON 线或 GraphML；“禁现区覆盖”和“新线布局”都改用沿路网的运距"),
            type=["geojson", "json", "graphml", "gz"],
            key=_KEY,
            on_change=_load,
        )
        if now.problem:
            texts.message("error", now.problem)
        if now.network is not None:
            st.caption(texts.plain(network_sentence(now.network)))
            st.button(_("不用路网"), on_click=ROADS.forget, width="stretch", icon=":material/undo:")


def network_said(report: NetworkReport | None) -> None:
    """What must be known of the network before the figures of a page are believed."""
    if report is None:
        return
    if warnings := report.warnings:
        texts.message("warning", "\n\n".join(warnings))
    st.caption(texts.plain(" ".join(report.notes)))


def _load() -> None:
    upload = st.session_state.get(_KEY)
    if upload is None:
        ROADS.forget()
        return
    content = upload.getvalue()
    try:
        ROADS.put(Roads(read_network(content, upload.name), content_version(content, "")))
    except MixplanError as problem:
        ROADS.put(Roads(problem=str(problem)))
