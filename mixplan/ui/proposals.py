"""The proposal and the plan in use: a planner's file, else what the session's other pages have left."""

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd

from mixplan.base.errors import MixplanError
from mixplan.base.files.tables import TableFile
from mixplan.coverage.supply import planned_sites
from mixplan.registers.decisions import read_decisions
from mixplan.registers.proposals import read_proposal
from mixplan.ui.session import PLAN
from mixplan.ui.siting import handed
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


def uploaded_proposal(upload: Any) -> Proposal | None:
    """The proposal in a planner's file; none where there is no file, or where the page says why it cannot be read."""
    if upload is None:
        return None
    try:
        found = read_proposal(upload.getvalue(), upload.name)
        show_problems(found)
        return Proposal(planned_sites(found.points), found.deliveries, f"file-{found.version}")
    except MixplanError as problem:
        message("error", str(problem))
        return None


def session_proposal() -> Proposal | None:
    """The proposal on the project's siting desk."""
    records = handed.sites()
    return Proposal(planned_sites(records), None, f"sites-{records!r}") if records else None


def uploaded_plan(upload: Any) -> tuple[pd.DataFrame, str] | None:
    """The consolidation plan in a planner's file, and its version; none where it cannot be read, which is said."""
    if upload is None:
        return None
    try:
        return read_decisions(upload.getvalue(), upload.name), f"plan-{upload.file_id}"
    except MixplanError as problem:
        message("error", str(problem))
    return None


def session_plan() -> tuple[pd.DataFrame, str] | None:
    """The plan that the consolidation page has left in the session, and its version."""
    plan = PLAN.get()
    if plan is None or plan.empty:
        return None
    return plan, f"plan-{pd.util.hash_pandas_object(plan.astype(str)).sum()}"
