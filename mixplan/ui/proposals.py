"""The proposal and the plan in use: a planner's file, else what stands on the project's other pages."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd
import streamlit as st

from mixplan.base.errors import MixplanError
from mixplan.base.files.tables import TableFile
from mixplan.base.i18n import get_language
from mixplan.coverage.supply import planned_sites
from mixplan.projects import staleness
from mixplan.projects.project import FileUse
from mixplan.registers.decisions import read_decisions
from mixplan.registers.proposals import ProposalFile, read_proposal
from mixplan.ui import work
from mixplan.ui.consolidation import plans
from mixplan.ui.siting import handed, plan
from mixplan.ui.texts import message


@dataclass(frozen=True)
class Proposal:
    """New lines as supply, who they deliver to where that is known, and a version that caches go by."""

    sites: gpd.GeoDataFrame | None = None
    deliveries: pd.DataFrame | None = None
    version: str = ""


def show_problems(found: TableFile) -> None:
    """What was not read of a file, and the first things that are wrong in it."""
    for note in found.notes:
        message("warning", note)
    for sentence in found.error_sentences:
        message("error", sentence)


@st.cache_resource(show_spinner=False, max_entries=8)
def _proposal(use: FileUse, language: str, _content: Callable[[], bytes]) -> ProposalFile:
    return read_proposal(_content(), use.name)


def file_proposal(use: FileUse, *, said: bool = True) -> Proposal:
    """The proposal in a file of the project, whose notes and faults are shown unless they are ``said`` elsewhere."""
    found = _proposal(use, get_language(), lambda: work.content(use))
    if said:
        show_problems(found)
    return Proposal(planned_sites(found.points), found.deliveries, f"file-{found.version}")


def desk_proposal() -> Proposal | None:
    """The proposal on the project's siting desk."""
    records = handed.sites()
    version = f"sites-{records!r}"
    return Proposal(_placed(version, records), None, version) if records else None


@st.cache_resource(show_spinner=False, max_entries=16)
def _placed(version: str, _records: list[dict[str, Any]]) -> gpd.GeoDataFrame:
    return planned_sites(_records)


@st.cache_resource(show_spinner=False, max_entries=8)
def _decisions(use: FileUse, language: str, _content: Callable[[], bytes]) -> pd.DataFrame:
    return read_decisions(_content(), use.name)


def file_plan(use: FileUse) -> tuple[pd.DataFrame, str]:
    """The consolidation plan in a file of the project, and its version."""
    return _decisions(use, get_language(), lambda: work.content(use)), f"plan-{use.content}"


def shown_plan() -> tuple[pd.DataFrame, str] | None:
    """The consolidation plan that the project shows, and its version; see `plan_remark` for how old it is."""
    offer = plans.chosen(plans.offers())
    if offer is None:
        return None
    try:
        return offered_plan(offer)
    except MixplanError as problem:
        message("error", str(problem))
        return None


def plan_remark() -> str:
    """That the consolidation plan which the project shows is of earlier conditions, and what has changed since."""
    offer = plans.chosen(plans.offers())
    if offer is None or not offer.stale:
        return ""
    try:
        return staleness.plan_remark(plans.changed(offer))
    except MixplanError:  # said where the plan is had
        return ""


def lines_remark() -> str:
    """That the new lines on the project's desk are of earlier conditions, and what has changed since."""
    try:
        return staleness.lines_remark(plan.changes(by_hand=False))
    except MixplanError:  # the siting page says what is wrong with them
        return ""


def offered_plan(offer: plans.Offer) -> tuple[pd.DataFrame, str]:
    """One of the project's consolidation plans, and its version.

    Raises
    ------
    MixplanError
        Where its record cannot be had.
    """
    return plans.decided_by(offer), f"plan-{offer.content}"
