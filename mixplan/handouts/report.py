"""One report on one state of the plan: everything that the hand-outs and the presenter say, computed once.

The figures come from the functions behind the pages; the writers of each format and the presenter only lay them out, so
one figure is the same in every format.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

import geopandas as gpd
import pandas as pd
import shapely

from mixplan import __version__
from mixplan.base.errors import DataError
from mixplan.base.i18n import get_language
from mixplan.base.i18n import gettext as _
from mixplan.base.numbers import M2_PER_KM2
from mixplan.base.releases import release
from mixplan.city import ban_zones
from mixplan.city.layers import Layers
from mixplan.consolidation.stations import inventory
from mixplan.coverage import ground as coverage_ground
from mixplan.coverage import reach
from mixplan.coverage import result as coverage_result
from mixplan.coverage import supply as coverage_supply
from mixplan.coverage.picture import Picture, picture_of
from mixplan.plan.actions import ACTIONS, MERGE
from mixplan.plan.datapackage import data_version
from mixplan.plan.rules import RuleBook
from mixplan.projects.comments import Comment, open_ones
from mixplan.projects.origin import Origin
from mixplan.registers.points import load_demand
from mixplan.registers.proposals import ProposalFile
from mixplan.screening import stations
from mixplan.screening.explain import explain
from mixplan.screening.judge import overall, screen
from mixplan.targets import progress
from mixplan.targets.audit.items import AuditItem
from mixplan.targets.audit.run import audit

LIBRARIES = ("geopandas", "shapely", "pyproj", "highspy", "scipy", "pandas", "matplotlib", "altair")
_RADII = tuple(float(km) for km in range(5, 61, 5))
_HASH_DIGITS = 16


@dataclass(frozen=True)
class Stamp:
    """What a hand-out was made from: version of the data, versions of the programs, the project.

    Attributes
    ----------
    inputs : str
        Hash of all inputs but the radius.
    remark : str
        What must be known of the inputs before the figures are believed, in a sentence; empty for nothing.
    """

    inputs: str
    data_version: str
    versions: Mapping[str, str]
    origin: Origin | None = None
    remark: str = ""


@dataclass(frozen=True)
class Report:
    """Everything that is handed out, for one register, rule book, proposal and consolidation plan.

    Attributes
    ----------
    plants, findings, judged, stations
        Register (metric CRS), findings with their ``reason``, one verdict a plant, and `stations.station_table`.
    before, after : Picture
        The zones with the present supply, and with the proposal where there is one.
    concrete : tuple of Picture
        The same ground seen from the concrete stations, before and after consolidation; empty without a plan.
    zone_years : DataFrame
        ``year``, ``zones``, ``area_km2`` in each year in which zones were announced.
    sites, flows, decisions
        The proposal's sites (`coverage.planned_sites`) and deliveries, and the plan's actions by plant id
        (``action``, ``capacity`` and what else the file has), None where not given.
    stamp : Stamp
        What the figures depend on; the same inputs give the same hash.
    comments : mapping
        Open comments by id, for a chapter of their own, where they are asked for: names of persons stand in them.
    """

    language: str
    layers: Layers
    book: RuleBook
    plants: gpd.GeoDataFrame
    findings: pd.DataFrame
    judged: pd.DataFrame
    stations: pd.DataFrame
    targets: tuple[progress.TargetProgress, ...]
    audit: tuple[AuditItem, ...]
    before: Picture
    after: Picture | None
    concrete: tuple[Picture, ...]
    curve: pd.DataFrame
    curve_before: pd.DataFrame | None
    zone_years: pd.DataFrame
    sites: gpd.GeoDataFrame | None
    flows: pd.DataFrame | None
    decisions: pd.DataFrame | None
    stamp: Stamp
    comments: Mapping[str, Comment] = field(default_factory=dict)

    @property
    def on(self) -> date:
        """Day of the zones and rules that are shown."""
        return self.book.period_end

    @property
    def covered(self) -> Picture:
        """Coverage with the proposal where there is one, else as it is."""
        return self.after or self.before

    @property
    def subject(self) -> coverage_supply.Theme:
        """What is hauled into the zones: the mortar of the new lines."""
        return self.before.subject

    @property
    def input_hash(self) -> str:
        """Hash of everything that the figures depend on."""
        radius_km = self.before.result.radius_km
        return hashlib.sha256(f"{self.stamp.inputs} {radius_km:g}".encode()).hexdigest()[:_HASH_DIGITS]

    @cached_property
    def counted(self) -> pd.DataFrame:
        """Stations of the inventory, which alone count towards totals."""
        return stations.inventory(self.stations)

    @property
    def counted_plants(self) -> gpd.GeoDataFrame:
        """The plants of `counted` with their places."""
        return self.plants.loc[self.counted.index]

    @property
    def plan_stations(self) -> gpd.GeoDataFrame:
        """The concrete stations that a consolidation plan speaks of."""
        return inventory(self.plants)

    @property
    def title(self) -> str:
        """Title of every hand-out."""
        return _("散装水泥、预拌制品和预制构件规划实施汇报")

    @property
    def subtitle(self) -> str:
        """What the hand-out is about, with the plan's number, and the project that it tells."""
        text = _("北京市“十二五”规划 {document} · 数据版本 {version}").format(
            document=self.book.document, version=self.stamp.data_version
        )
        named = "" if self.stamp.origin is None else self.stamp.origin.text
        return " · ".join(filter(None, (text, named, self.stamp.remark)))


def _zone_years(layers: Layers) -> pd.DataFrame:
    rows = []
    for year in ban_zones.announced_years(layers.ban_zones):
        in_force = ban_zones.zones_in_force(layers.ban_zones, date(year, 12, 31))
        area = shapely.union_all(in_force.geometry.to_numpy()).area / M2_PER_KM2
        rows.append({"year": year, "zones": len(in_force), "area_km2": area})
    return pd.DataFrame(rows, columns=["year", "zones", "area_km2"])


def _fingerprint(*frames: pd.DataFrame | None, **plain: object) -> str:
    """Hash of tables and plain values, independent of the machine and the day; places count to the millimetre."""
    digest = hashlib.sha256(json.dumps(plain, sort_keys=True, default=str).encode())
    for frame in frames:
        if frame is None:
            digest.update(b"-")
            continue
        table = pd.DataFrame(frame).copy()
        if isinstance(frame, gpd.GeoDataFrame):
            table[frame.geometry.name] = shapely.to_wkt(frame.geometry.to_numpy(), rounding_precision=3)
        text = table.to_json(orient="split", force_ascii=True, default_handler=str, double_precision=10)
        digest.update(text.encode())
    return digest.hexdigest()[:_HASH_DIGITS]


def build(
    plants: gpd.GeoDataFrame,
    layers: Layers,
    book: RuleBook,
    indicators: pd.DataFrame,
    *,
    sites: gpd.GeoDataFrame | None = None,
    flows: pd.DataFrame | None = None,
    decisions: pd.DataFrame | None = None,
    radius_km: float | None = None,
) -> Report:
    """Compute everything that is handed out, in the language in force.

    Parameters
    ----------
    indicators : DataFrame
        The plan's figures with the planners' entries added (`targets.with_entries`).
    sites : GeoDataFrame, optional
        Sites of a siting proposal, from `coverage.planned_sites`.
    flows : DataFrame, optional
        Its deliveries: ``site``, ``demand``, ``amount``, as `drawable_deliveries` lets them pass; without them those
        of the coverage model are drawn.
    decisions : DataFrame, optional
        Consolidation plan: index plant id, ``action``, and ``capacity`` after it where known.
    radius_km : float, optional
        Service radius; by default the assumption in the rule book.
    """
    if decisions is not None:
        _check_decisions(decisions, plants)
    if sites is not None and sites.empty:
        sites = None
    on = book.period_end
    findings = screen(plants, layers, book, on=on)
    findings["reason"] = explain(findings, plants, layers, book)
    judged = overall(findings, plants, book)
    before, after = _mortar(plants, sites, layers, book, radius_km=radius_km)
    return Report(
        language=get_language(),
        layers=layers,
        book=book,
        plants=plants,
        findings=findings,
        judged=judged,
        stations=stations.station_table(plants, judged, findings, layers, book, on=on),
        targets=progress.progress(indicators),
        audit=audit(indicators),
        before=before,
        after=after,
        concrete=() if decisions is None else _concrete(plants, decisions, layers, book),
        curve=coverage_result.curve((after or before).seen, _RADII),
        curve_before=coverage_result.curve(before.seen, _RADII) if after else None,
        zone_years=_zone_years(layers),
        sites=sites,
        flows=flows,
        decisions=decisions,
        stamp=_stamp(plants, indicators, sites, flows, decisions, book=book),
    )


def of_project(report: Report, origin: Origin | None, *, remark: str = "") -> Report:
    """The same report, which names the project that it was made from.

    Parameters
    ----------
    remark : str
        What must be known of its inputs, such as that a plan is of earlier conditions.
    """
    return replace(report, stamp=replace(report.stamp, origin=origin, remark=remark))


def with_comments(report: Report, some: Mapping[str, Comment]) -> Report:
    """The same report with a chapter of the comments that are open."""
    return replace(report, comments=open_ones(some))


def sites_of(proposal: ProposalFile) -> gpd.GeoDataFrame:
    """Sites of a proposal that was brought as a file, of which every row must be right: a report must be whole.

    Raises
    ------
    DataError
        Naming what is wrong, or that there are none.
    """
    proposal.refuse_errors()
    if proposal.points.empty:
        raise DataError(_("{file} 中没有站点。").format(file=proposal.name))
    return coverage_supply.planned_sites(proposal.points)


def drawable_deliveries(flows: pd.DataFrame | None) -> tuple[pd.DataFrame | None, str]:
    """A proposal's deliveries, where hand-outs can draw them, else none and why in a sentence.

    A proposal worked out for a planner's own demand points delivers to places that hand-outs do not know; its sites
    count all the same, and the deliveries of the coverage model are drawn.
    """
    if flows is None:
        return None, ""
    unknown = flows["demand"][~flows["demand"].isin(load_demand().index)]
    if unknown.empty:
        return flows, ""
    return None, _(
        "选址方案送往需求点“{demand}”等 {count} 处，不在随附的需求点中；"
        "材料按随附的需求点另行分配供应，不画方案自己的流向。"
    ).format(demand=unknown.iloc[0], count=unknown.nunique())


def _check_decisions(decisions: pd.DataFrame, plants: gpd.GeoDataFrame) -> None:
    """Refuse a consolidation plan for another register, or with an action that is none."""
    unknown = decisions.index.difference(plants.index)
    if len(unknown):
        raise DataError(_("整合方案中的站点“{plant}”不在登记册中；方案和登记册要一致。").format(plant=unknown[0]))
    if "into" in decisions.columns:
        for plant, into in decisions.loc[decisions["action"] == MERGE, "into"].dropna().items():
            if into == plant or into not in plants.index:
                raise DataError(
                    _("整合方案中的站点“{plant}”并入“{into}”；应为登记册中另一个站点的编号。").format(
                        plant=plant, into=into
                    )
                )
    wrong = set(decisions["action"]) - set(ACTIONS)
    if wrong:
        raise DataError(
            _("整合方案中的处置“{action}”不可用，应为 {allowed} 之一。").format(
                action=sorted(map(str, wrong))[0], allowed=_("、").join(ACTIONS)
            )
        )


def _ground(subject: coverage_supply.Theme, layers: Layers, book: RuleBook) -> coverage_ground.Ground:
    """The zones at the end of the period, with what is wanted there."""
    demand = coverage_supply.themed_demand(load_demand(), subject)
    return coverage_ground.zone_ground(layers, demand, book, year=book.period_end.year)


def _mortar(
    plants: gpd.GeoDataFrame,
    sites: gpd.GeoDataFrame | None,
    layers: Layers,
    book: RuleBook,
    *,
    radius_km: float | None,
) -> tuple[Picture, Picture | None]:
    """The zones with the present mortar plants, and with the proposal's sites where there are any."""
    subject = coverage_supply.theme("mortar", book)
    ground, radius = _ground(subject, layers, book), subject.radius_km if radius_km is None else radius_km
    supply = coverage_supply.supply_points(plants, kind=subject.kind)
    before = picture_of(subject, reach.reach(ground, supply), radius, layers, book)
    if sites is None:
        return before, None
    running = coverage_supply.in_production(sites, book.period_end.year, book)
    with_sites = reach.reach(ground, coverage_supply.with_proposal(supply, running))
    return before, picture_of(subject, with_sites, radius, layers, book)


def _concrete(
    plants: gpd.GeoDataFrame, decisions: pd.DataFrame, layers: Layers, book: RuleBook
) -> tuple[Picture, Picture]:
    """The zones seen from the concrete stations, before and after consolidation."""
    subject = coverage_supply.theme("concrete", book)
    ground, now = _ground(subject, layers, book), coverage_supply.supply_points(plants, kind=subject.kind)
    left = coverage_supply.with_consolidation(now, decisions)
    was, then = (
        picture_of(subject, reach.reach(ground, points), subject.radius_km, layers, book) for points in (now, left)
    )
    return was, then


def _stamp(*frames: pd.DataFrame | None, book: RuleBook) -> Stamp:
    """What a report is made from."""
    fingerprint = _fingerprint(
        *frames,
        data=data_version(),
        rules=[[r.id, r.value] for r in book.rules],
        figures=[[p.id, p.value] for p in book.parameters.values()],
    )
    versions = {"mixplan": __version__, **{name: release(name) for name in LIBRARIES}}
    return Stamp(fingerprint, data_version(), versions)


def at_radius(report: Report, radius_km: float) -> Report:
    """The same report with coverage for another radius, as `build` makes it: the audience may ask for it."""

    def moved(found: Picture) -> Picture:
        return picture_of(found.subject, found.seen, radius_km, found.layers, found.book)

    return replace(report, before=moved(report.before), after=moved(report.after) if report.after else None)
