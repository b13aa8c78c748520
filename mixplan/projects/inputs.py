"""What a project has in use, read from the files and results that it names: for commands and hand-outs."""

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import pandas as pd

from mixplan.base.i18n import gettext as _
from mixplan.city.layers import Layers
from mixplan.city.network_files import read_network
from mixplan.city.networks import Network
from mixplan.consolidation import kept as consolidation_kept
from mixplan.consolidation.decided import decided_in
from mixplan.coverage.supply import planned_sites
from mixplan.plan.datapackage import solved
from mixplan.plan.rules import RuleBook
from mixplan.projects.contents import record_of
from mixplan.projects.own_register import Get, points_from, register_from
from mixplan.projects.project import FileUse, PlanKind, Project
from mixplan.registers.decisions import read_decisions
from mixplan.registers.plants import Register
from mixplan.registers.points import complete_points
from mixplan.registers.proposals import ProposalFile, read_proposal
from mixplan.siting import kept as siting_kept
from mixplan.siting.candidates import candidate_grid, judged_candidates
from mixplan.siting.inputs import own_points


def register_of(project: Project, get: Get) -> Register | None:
    """The planner's own register, none where the shipped one is in use."""
    return None if project.register is None else register_from(project.register, get)


def network_of(project: Project, get: Get) -> Network | None:
    """The road network of the project, none for straight lines."""
    use = project.network
    return None if use is None else read_network(get(use.content), use.name)


def points_of(use: FileUse, get: Get, *, column: str | None = None) -> gpd.GeoDataFrame:
    """Demand points or candidates of the project's own."""
    return complete_points(points_from(use, get, column=column))


def proposal_of(project: Project, get: Get) -> ProposalFile | None:
    """The proposal that the planner has brought for the story as a file, none where none was."""
    use = project.briefing.proposal
    return None if use is None else read_proposal(get(use.content), use.name)


def own_candidates(project: Project, get: Get) -> gpd.GeoDataFrame:
    """Candidates of the planner's own: of a file, and those that were added by hand."""
    work = project.siting
    return own_points(None if work.candidates is None else points_of(work.candidates, get), work.desk.own)


def desk_sites(project: Project, get: Get, layers: Layers, book: RuleBook) -> gpd.GeoDataFrame | None:
    """The new lines as the planner has them, as supply; those of the shipped case until the planner has begun.

    They stand as the pages have them: in the order of the candidates, by which they are numbered, without those whose
    place the settings rule out.
    """
    work = project.siting
    lines = work.desk.plan if work.desk.begun else _shipped_lines()
    settings = work.wishes.settings(book, margin_m=book.margin_within(project.margin_m))
    own, parts = own_candidates(project, get), []
    if settings.grid_km is not None:
        grid = candidate_grid(layers, spacing_km=settings.grid_km)
        parts.append((grid[~grid.index.isin(own.index)], False))
    chosen = [(points[points.index.isin(list(lines))], by_hand) for points, by_hand in (*parts, (own, True))]
    rows = [
        {"id": site, "lon": float(one.lon), "lat": float(one.lat), "capacity": float(one.capacity * lines[site])}
        for points, by_hand in chosen
        if len(points)
        for one in judged_candidates(points, settings, layers, book, on=book.period_end, own=by_hand).itertuples()
        if (site := str(one.Index)) and not one.excluded_by
    ]
    return planned_sites(rows) if rows else None


def _shipped_lines() -> Mapping[str, int]:
    label = _("求解结果")
    kept = siting_kept.read_kept(solved("siting"), name=label).proposal
    return {} if kept is None else kept.lines


def decisions_of(project: Project, get: Get) -> pd.DataFrame | None:
    """What becomes of each station: by the plan brought as a file, else by the one shown, else by the shipped one."""
    if (use := project.briefing.plan) is not None:
        return read_decisions(get(use.content), use.name)
    found = shown_plan(project, get)
    return None if found is None else decided_in(consolidation_kept.read_kept(found[1], name=_("整合方案")))


def shown_plan(project: Project, get: Get) -> tuple[PlanKind, Any] | None:
    """The plan that was chosen to be shown, else of the kind asked for, until then the shipped one: kind and record."""
    work = project.consolidation
    for kind in work.wanted:
        if (result := work.plans.get(kind)) is not None:
            return kind, record_of(get(result.content))
        if project.register is None and kind != "tradeoff":
            return kind, solved(f"consolidation_{kind}")
    return None
