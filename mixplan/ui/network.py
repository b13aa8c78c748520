"""The road network of the project: one for coverage and siting alike."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from mixplan.base.i18n import gettext as _
from mixplan.city.network_files import read_network
from mixplan.city.network_report import NetworkReport, network_sentence
from mixplan.city.networks import Network
from mixplan.projects.project import FileUse
from mixplan.ui import texts, work
from mixplan.ui.files import problem_of, project_file

_KEY = "network_file"


@dataclass(frozen=True)
class Roads:
    """The network in use, if any, and its version, which caches go by."""

    network: Network | None = None
    version: str = ""


@st.cache_resource(show_spinner=True, max_entries=4)
def _network(use: FileUse, _content: Callable[[], bytes]) -> Network:
    return read_network(_content(), use.name)


def roads() -> Roads:
    """The road network of the project."""
    use = work.project().network
    return Roads() if use is None else Roads(_network(use, lambda: work.content(use)), use.content)


def network_control() -> None:
    """Load a road network, see what was read of it, or go back to straight lines."""
    now = roads()
    with st.expander(_("按路网运距"), expanded=bool(problem_of(_KEY))):
        project_file(
            _("路网：GeoJSON 线或 GraphML；“禁现区覆盖”和“新线布局”都改用沿路网的运距"),
            ["geojson", "json", "graphml", "gz"],
            ("network",),
            key=_KEY,
            check=read_network,
        )
        if now.network is not None:
            st.caption(texts.plain(network_sentence(now.network)))


def network_said(report: NetworkReport | None) -> None:
    """What must be known of the network before the figures of a page are believed."""
    if report is None:
        return
    if warnings := report.warnings:
        texts.message("warning", "\n\n".join(warnings))
    st.caption(texts.plain(" ".join(report.notes)))
