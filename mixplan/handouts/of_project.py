"""The hand-outs of a project: the report on what it has in use, and the file that carries it to another computer."""

import json
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from mixplan.base.i18n import gettext as _
from mixplan.base.problems import listed
from mixplan.base.progress import Watcher, unwatched
from mixplan.city.layers import load_layers
from mixplan.handouts import geodata
from mixplan.handouts import report as handouts_report
from mixplan.handouts.qgis import qgis_style
from mixplan.handouts.report import Report
from mixplan.handouts.telling import tell
from mixplan.plan.indicators import load_indicators
from mixplan.plan.rules import RuleBook, load_rules
from mixplan.projects import inputs
from mixplan.projects.access import Person
from mixplan.projects.bundle import Bundle
from mixplan.projects.file import project_file
from mixplan.projects.origin import Origin
from mixplan.projects.own_register import Get
from mixplan.projects.project import Project, from_json
from mixplan.projects.rows import VIEWS
from mixplan.projects.staleness import stale_lines, stale_plan
from mixplan.projects.store import open_store
from mixplan.registers.plants import load_plants
from mixplan.targets.entries import with_entries


@dataclass(frozen=True)
class Given:
    """What a report on a project is made of; see `report.build`.

    Attributes
    ----------
    notes : tuple of str
        What of it could not be used, and what counts instead.
    stale_sites, stale_decisions : str
        That the lines, or the plan, are of earlier conditions; empty where they are not.
    """

    plants: gpd.GeoDataFrame
    book: RuleBook
    sites: gpd.GeoDataFrame | None
    flows: pd.DataFrame | None
    decisions: pd.DataFrame | None
    radius_km: float | None
    notes: tuple[str, ...] = ()
    stale_sites: str = ""
    stale_decisions: str = ""

    @property
    def remarks(self) -> list[str]:
        """What must be known of the lines and the plan."""
        return list(filter(None, (self.stale_sites, self.stale_decisions)))

    def report(self, entered: pd.DataFrame, origin: Origin | None) -> Report:
        """The report, which names the project.

        Parameters
        ----------
        entered : DataFrame
            Annual actuals that planners have entered.
        """
        made = handouts_report.build(
            self.plants,
            load_layers(),
            self.book,
            with_entries(load_indicators(), entered),
            sites=self.sites,
            flows=self.flows,
            decisions=self.decisions,
            radius_km=self.radius_km,
        )
        return made if origin is None else handouts_report.of_project(made, origin, remark=" ".join(self.remarks))


def given_by(project: Project, get: Get, *, plants: gpd.GeoDataFrame | None = None) -> Given:
    """What a project has in use.

    Parameters
    ----------
    get : callable
        What the store has under a hash for the project.
    plants : GeoDataFrame, optional
        Taken instead of the project's register.
    """
    layers, usual = load_layers(), load_rules()
    notes = [note] if (note := usual.margin_note(project.margin_m)) else []
    book = usual.with_margin(usual.margin_within(project.margin_m))
    own = inputs.register_of(project, get)
    if plants is None:
        plants = load_plants() if own is None else own.plants
    brought, flows = inputs.proposal_of(project, get), None
    if brought is None:
        sites = inputs.desk_sites(project, get, layers, book)
    else:
        sites = handouts_report.sites_of(brought)
        flows, note = handouts_report.drawable_deliveries(brought.deliveries)
        notes += [note] if note else []
    decisions = inputs.decisions_of(project, get)
    if decisions is not None and not decisions.index.isin(plants.index).all():
        notes.append(_("整合方案是为另一份登记册做的，没有采用。"))
        decisions = None
    radius = project.briefing.radius_km
    radius_km = None if radius is None else float(radius)
    stale_sites = "" if brought is not None or sites is None else stale_lines(project, get, usual, own)
    by_plan = decisions is not None and project.briefing.plan is None
    stale_decisions = stale_plan(project, get, usual, own) if by_plan else ""
    return Given(plants, book, sites, flows, decisions, radius_km, tuple(notes), stale_sites, stale_decisions)


def project_bytes(
    id: str, *, personal: bool = False, person: Person | None = None, watcher: Watcher = unwatched
) -> bytes:
    """A project of the store as one file, see `mixplan.projects.file`.

    Parameters
    ----------
    personal : bool
        Whether tables go along as they were brought, with every column; else what was read of them goes.
    person : Person, optional
        Who asks for it, where that is not whoever runs this.
    """
    tell(watcher, 0.1, _("正在读取项目"))
    return bundle_bytes(open_store(person).bundle(id, personal=personal), watcher=watcher)


def bundle_bytes(bundle: Bundle, *, watcher: Watcher = unwatched) -> bytes:
    """A project with all that belongs to it as one file, with the map layers of its present state."""
    project = from_json({**json.loads(bundle.record), VIEWS: json.loads(bundle.views)}, name=bundle.name)
    origin = Origin(bundle.id, bundle.name, bundle.revision, bundle.head)
    tell(watcher, 0.3, _("正在汇总……"))
    report = given_by(project, bundle.content).report(bundle.entered(), origin)
    tell(watcher, 0.8, _("正在写出文件"))
    notes = geodata.notes(report)
    if bundle.left_out:
        notes.append((_("不含原文件（可能有个人信息）"), listed(bundle.left_out)))
    layers = geodata.report_layers(report)
    content = project_file(bundle, layers, {name: qgis_style(name) for name in layers}, notes)
    tell(watcher, 1.0, "")
    return content
