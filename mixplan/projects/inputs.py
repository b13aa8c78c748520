"""What a project has in use, read from the files and results that it names: for commands and hand-outs."""

import json

import geopandas as gpd
import pandas as pd

from mixplan.base.i18n import gettext as _
from mixplan.city.layers import Layers
from mixplan.city.network_files import read_network
from mixplan.city.networks import Network
from mixplan.consolidation.decided import decided
from mixplan.consolidation.kept import read_kept
from mixplan.coverage.supply import planned_sites
from mixplan.plan.rules import RuleBook
from mixplan.projects.own_register import Get, datum_of, register_from
from mixplan.projects.project import FileUse, Project, Result
from mixplan.registers.decisions import read_decisions
from mixplan.registers.plants import Register
from mixplan.registers.points import complete_points, read_points
from mixplan.registers.proposals import ProposalFile, read_proposal
from mixplan.siting.candidates import candidate_grid


def register_of(project: Project, get: Get) -> Register | None:
    """The planner's own register, none where the shipped one is in use."""
    return None if project.register is None else register_from(project.register, get)


def network_of(project: Project, get: Get) -> Network | None:
    """The road network of the project, none for straight lines."""
    use = project.network
    return None if use is None else read_network(get(use.content), use.name)


def points_of(use: FileUse, get: Get, *, column: str | None = None) -> gpd.GeoDataFrame:
    """Demand points or candidates from a file of the project."""
    return complete_points(read_points(get(use.content), use.name, datum=datum_of(use), column=column))


def proposal_of(project: Project, get: Get) -> ProposalFile | None:
    """The proposal that the planner has brought for the story as a file, none where none was."""
    use = project.briefing.proposal
    return None if use is None else read_proposal(get(use.content), use.name)


def desk_sites(project: Project, get: Get, layers: Layers, book: RuleBook) -> gpd.GeoDataFrame | None:
    """The new lines as the planner has them, as supply; none where there are none."""
    desk, work = project.siting.desk, project.siting
    if not desk.plan:
        return None
    settings = work.wishes.settings(book, margin_m=margin_of(project, book))
    places = {site: (float(lon), float(lat), settings.line_capacity_wan_t) for site, (lon, lat) in desk.own.items()}
    frames = [] if work.candidates is None else [points_of(work.candidates, get)]
    if settings.grid_km is not None:
        frames.append(candidate_grid(layers, spacing_km=settings.grid_km))
    for frame in frames:
        rows = zip(frame.index, frame["lon"], frame["lat"], frame["capacity"], strict=True)
        for site, lon, lat, capacity in rows:
            held = settings.line_capacity_wan_t if pd.isna(capacity) else float(capacity)
            places.setdefault(str(site), (float(lon), float(lat), held))
    known = {site: lines for site, lines in desk.plan.items() if site in places}
    records = [
        {"id": site, "lon": places[site][0], "lat": places[site][1], "capacity": places[site][2] * lines}
        for site, lines in known.items()
    ]
    return planned_sites(records) if records else None


def decisions_of(project: Project, get: Get) -> pd.DataFrame | None:
    """What becomes of each station: by the plan that was brought as a file, else by the one that is shown."""
    if (use := project.briefing.plan) is not None:
        return read_decisions(get(use.content), use.name)
    result = shown_plan(project)
    if result is None:
        return None
    label = _("整合方案")
    kept = read_kept(json.loads(get(result.content)), name=label)
    return None if kept.plan is None else decided(kept.plan, kept.inputs)


def shown_plan(project: Project) -> Result | None:
    """The consolidation plan that the project shows and hands on."""
    work = project.consolidation
    kind = work.shown or ("phased" if work.wishes.phased else "single")
    return work.plans.get(kind)


def margin_of(project: Project, book: RuleBook) -> float:
    """Distance from a sensitive area within which a plant is flagged: the project's, else the rule file's."""
    return float(book.margin_m if project.margin_m is None else project.margin_m)
