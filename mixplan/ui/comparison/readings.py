"""The figures of a column: those that the pages show, from the same functions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import pandas as pd
import streamlit as st

from mixplan.base.errors import DataError, MixplanError, SitingError
from mixplan.base.i18n import get_language
from mixplan.base.i18n import gettext as _
from mixplan.coverage.picture import Picture
from mixplan.projects import comparison
from mixplan.projects.comparison import FIGURES, Group, Reading
from mixplan.ui import shared, work
from mixplan.ui.comparison.columns import Column
from mixplan.ui.consolidation import plans
from mixplan.ui.consolidation.plans import Shown
from mixplan.ui.coverage import answer
from mixplan.ui.coverage import controls as coverage_controls
from mixplan.ui.siting import plan
from mixplan.ui.siting.plan import AtHand


@dataclass(frozen=True)
class Screened:
    """What screening says of the stations at the end of a year; to be asked for inside `work.looking_at`."""

    on: date
    margin_m: float
    version: str
    judged: pd.DataFrame
    findings: pd.DataFrame
    table: pd.DataFrame


def screened(year: int) -> Screened:
    """What screening says of the stations of the work at hand at the end of a year."""
    on, margin_m = date(year, 12, 31), shared.margin_m()
    findings, judged = shared.screened(margin_m, on)
    return Screened(on, margin_m, shared.register()[1], judged, findings, shared.stations(margin_m, on))


def picture(kind: str, year: int) -> Picture | None:
    """Coverage of the work at hand; none where it is measured along roads and has not been worked out yet."""
    return answer.known(coverage_controls.usual_view(kind, year))


@st.cache_resource(show_spinner=False, max_entries=64)
def _counted(version: str, margin_m: float, on: date, language: str, _found: Screened) -> Mapping[str, Reading]:
    return comparison.of_stations(_found.table, _found.findings, shared.rules())


def _stations(year: int) -> Mapping[str, Reading]:
    found = screened(year)
    return _counted(found.version, found.margin_m, found.on, get_language(), found)


def along_roads() -> str:
    """Why coverage along roads may not be known yet."""
    return _("沿路网的覆盖先在“禁现区覆盖”页算一次")


def _coverage(kind: Literal["mortar", "concrete"]) -> Callable[[int], Mapping[str, Reading]]:
    def of_year(year: int) -> Mapping[str, Reading]:
        try:
            found = picture(kind, year)
        except MixplanError as problem:
            return _unknown(kind, str(problem))
        if found is not None:
            outdated = kind == "concrete" and work.project().coverage.with_plan and _outdated()
            note = _lines_counted(year) if kind == "mortar" else ""
            return _marked(comparison.of_coverage(found), stale=outdated, note=note)
        return _unknown(kind, along_roads())

    return of_year


def _lines_counted(year: int) -> str:
    """Whether coverage counts new lines; as on its page, unasked only those of a plan of the planner's own."""
    counted = coverage_controls.usual_view("mortar", year).sites is not None
    return _("计入新线") if counted else _("不计新线")


def lines() -> AtHand | str:
    """The new mortar lines of the work at hand, or why there are none."""
    try:
        found = plan.at_hand()
    except (DataError, SitingError) as problem:
        return str(problem)
    return _("还没有新线方案") if found.proposal.sites.empty else found


def _lines(year: int) -> Mapping[str, Reading]:
    found = lines()
    if isinstance(found, str):
        return _unknown("lines", found)
    return _marked(comparison.of_lines(found.proposal, year, shared.rules()), stale=found.stale)


def concrete_plan() -> Shown | str:
    """The consolidation plan that the work at hand shows, whole, or why there is none."""
    offer = plans.chosen(plans.offers())
    if offer is None:
        return _("还没有求解")
    try:
        return plans.whole(offer)
    except MixplanError as problem:
        return str(problem)


def _outdated() -> bool:
    offer = plans.chosen(plans.offers())
    return offer is not None and offer.stale


def _plan(year: int) -> Mapping[str, Reading]:
    found = concrete_plan()
    if isinstance(found, str):
        return _unknown("plan", found)
    return _marked(comparison.of_plan(found.plan, year), stale=found.offer.stale)


def _marked(found: Mapping[str, Reading], *, stale: bool, note: str = "") -> dict[str, Reading]:
    return {code: replace(reading, stale=stale, note=note) for code, reading in found.items()}


def _unknown(group: Group, why: str) -> dict[str, Reading]:
    return {code: Reading(why=why) for code, figure in FIGURES.items() if figure.group == group}


OF_GROUP: Mapping[Group, Callable[[int], Mapping[str, Reading]]] = {
    "stations": _stations,
    "mortar": _coverage("mortar"),
    "concrete": _coverage("concrete"),
    "lines": _lines,
    "plan": _plan,
}


def readings(column: Column, codes: Collection[str]) -> dict[str, Reading]:
    """The figures asked for, in one column."""
    found: dict[str, Reading] = {}
    with work.looking_at(column.branch):
        for group in dict.fromkeys(FIGURES[code].group for code in codes):
            found |= OF_GROUP[group](column.year)
        register = shared.register()[1]
    return {code: replace(found[code], register=register) for code in codes}
