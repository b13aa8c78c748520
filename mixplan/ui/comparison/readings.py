"""The figures of a column: those that the pages show, from the same functions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd
import streamlit as st

from mixplan.base.i18n import gettext as _
from mixplan.coverage.picture import Picture
from mixplan.projects import comparison
from mixplan.projects.comparison import FIGURES, Group, Reading
from mixplan.ui import shared, work
from mixplan.ui.comparison.columns import Column
from mixplan.ui.coverage import answer
from mixplan.ui.coverage import controls as coverage_controls


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
def _counted(version: str, margin_m: float, on: date, _found: Screened) -> Mapping[str, Reading]:
    return comparison.of_stations(_found.table, _found.findings, shared.rules())


def _stations(year: int) -> Mapping[str, Reading]:
    found = screened(year)
    return _counted(found.version, found.margin_m, found.on, found)


def _coverage(kind: str) -> Callable[[int], Mapping[str, Reading]]:
    def of_year(year: int) -> Mapping[str, Reading]:
        found = picture(kind, year)
        if found is not None:
            return comparison.of_coverage(found)
        unknown = Reading(why=_("沿路网的覆盖先在“禁现区覆盖”页算一次"))
        return {code: unknown for code, figure in FIGURES.items() if figure.group == kind}

    return of_year


OF_GROUP: Mapping[Group, Callable[[int], Mapping[str, Reading]]] = {
    "stations": _stations,
    "mortar": _coverage("mortar"),
    "concrete": _coverage("concrete"),
}


def readings(column: Column, codes: Collection[str]) -> dict[str, Reading]:
    """The figures asked for, in one column."""
    found: dict[str, Reading] = {}
    with work.looking_at(column.branch):
        for group in dict.fromkeys(FIGURES[code].group for code in codes):
            found |= OF_GROUP[group](column.year)
    return {code: found[code] for code in codes}
