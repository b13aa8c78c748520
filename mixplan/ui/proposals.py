"""The proposal and the plan in use: a planner's file, else what the session's other pages have left."""

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd

from mixplan.base.errors import MixplanError
from mixplan.base.files.columns import error_sentence
from mixplan.base.i18n import gettext as _
from mixplan.coverage.supply import planned_sites
from mixplan.registers.decisions import read_decisions
from mixplan.registers.proposals import read_deliveries, read_sites
from mixplan.ui.session import PLAN, SITES
from mixplan.ui.texts import message

_MOST_SAID = 5


@dataclass(frozen=True)
class Proposal:
    """Sites of new lines, their deliveries where a file has them, and what caches go by."""

    sites: gpd.GeoDataFrame | None = None
    flows: pd.DataFrame | None = None
    version: str = ""


def uploaded_proposal(upload: Any) -> Proposal | None:
    """The proposal of an uploaded file; what is wrong with it is said."""
    if upload is None:
        return None
    try:
        found = read_sites(upload.getvalue(), upload.name)
        for note in found.notes:
            message("warning", note)
        for error in found.errors[:_MOST_SAID]:
            message("error", error_sentence(error, found.name))
        if len(found.errors) > _MOST_SAID:
            message("error", _("还有 {count} 处问题。").format(count=len(found.errors) - _MOST_SAID))
        flows = read_deliveries(upload.getvalue(), upload.name)
        return Proposal(planned_sites(found.points), flows, f"file-{found.version}")
    except MixplanError as problem:
        message("error", str(problem))
    return None


def session_proposal() -> Proposal | None:
    """The proposal that the siting page has left in the session."""
    records = SITES.get()
    return Proposal(planned_sites(records), None, f"sites-{records!r}") if records else None


def uploaded_plan(upload: Any) -> tuple[pd.DataFrame, str] | None:
    """The consolidation plan of an uploaded file and its version; what is wrong with it is said."""
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
