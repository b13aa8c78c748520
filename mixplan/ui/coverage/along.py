"""Coverage along a road network on the page: worked out by a worker, kept for this session."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Sequence

import geopandas as gpd
import streamlit as st

from mixplan.base.i18n import gettext as _
from mixplan.base.progress import Progress
from mixplan.coverage.ground import Ground
from mixplan.coverage.picture import Picture
from mixplan.ui import runs, shared
from mixplan.ui.coverage.controls import View
from mixplan.ui.session import COVERAGE_ALONG, COVERAGE_ASKED, keep_latest

_KEPT = 4


def pictures(view: View, ground: Ground, supplies: Sequence[gpd.GeoDataFrame]) -> tuple[Picture, ...]:
    """One picture a supply; while they are worked out the page shows how far that is, and no more."""
    runs.collect(COVERAGE)
    key = _key(view, len(supplies))
    found = COVERAGE_ALONG.or_new(OrderedDict()).get(key)
    if found is not None:
        return found
    call = (key, view, ground, supplies)
    if COVERAGE_ASKED.get() != key:
        runs.drop(COVERAGE)  # nobody waits any more for what was set before
        _begin(*call)
    elif not runs.running(COVERAGE):
        st.button(_("重新计算"), on_click=_begin, args=call, key="coverage_again", icon=":material/refresh:")
    runs.complain(COVERAGE, lambda about: bool(about == key))
    runs.watch(COVERAGE)
    st.stop()


def _key(view: View, supplies: int) -> Hashable:
    return (view.version, view.subject.kind, view.year, view.by, view.radius_km, supplies)


def known(view: View, supplies: int) -> Picture | None:
    """The picture with what is in use, where it has been worked out already."""
    found = COVERAGE_ALONG.or_new(OrderedDict()).get(_key(view, supplies))
    return None if found is None else found[0]


def _begin(key: Hashable, view: View, ground: Ground, supplies: Sequence[gpd.GeoDataFrame]) -> None:
    COVERAGE_ASKED.put(key)
    given = (view.subject, ground, supplies, view.network, view.radius_km, shared.layers(), shared.rules())
    runs.begin(COVERAGE, "mixplan.coverage.along:along_network", *given, about=key)


def _say(_key: Hashable, now: Progress) -> tuple[float, str]:
    return now.done / (now.of or 1), _("{what}（{seconds:.0f} 秒）").format(what=now.text, seconds=now.seconds)


def _take(key: Hashable, found: tuple[Picture, ...]) -> None:
    keep_latest(COVERAGE_ALONG, key, found, _KEPT)


COVERAGE = runs.Work("coverage", _say, _take, lambda: _("停止"))
