"""The story's maps on paper, for every hand-out."""

import pandas as pd

from mixplan.base.i18n import gettext as _
from mixplan.handouts.report import Report
from mixplan.maps.paper import consolidation, coverage, sheet, siting
from mixplan.maps.paper import stations as paper_stations
from mixplan.registers.points import load_demand


def report_maps(report: Report, size: tuple[float, float]) -> dict[str, sheet.StaticMap]:
    """The maps of the story by step; coverage has ``coverage_before`` as well where there is a proposal."""
    layers, book, plants = report.layers, report.book, report.counted_plants
    years = [int(year) for year in report.zone_years["year"]]
    found = {
        "zones": paper_stations.zone_map(layers, book, years=(years[0], years[-1]), size=size),
        "flagged": paper_stations.station_map(plants, report.judged, layers, book, on=report.on, size=size),
    }
    if report.decisions is not None:
        found["consolidation"] = consolidation.consolidation_map(
            report.plan_stations, report.decisions, layers, book, size=size
        )
    if report.sites is not None:
        found["lines"] = siting.siting_map(
            report.before.seen.supply, report.sites, _deliveries(report), load_demand(), layers, book, size=size
        )
    cases = {"coverage": report.covered} | ({"coverage_before": report.before} if report.after else {})
    for key, one in cases.items():
        title = {
            "coverage": _("砂浆厂对禁现区的覆盖：加上方案") if report.after else None,
            "coverage_before": _("砂浆厂对禁现区的覆盖：现状"),
        }[key]
        found[key] = coverage.coverage_map(one, size=size, title=title)
    return found


def _deliveries(report: Report) -> pd.DataFrame:
    """Who supplies whom: the proposal's own deliveries, else those of the coverage model."""
    if report.flows is not None:
        return report.flows
    return report.covered.result.service.flows.rename(columns={"supply_id": "site", "demand_id": "demand"})
