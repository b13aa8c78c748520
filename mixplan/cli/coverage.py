"""The command ``mixplan coverage``: the same figures as the page 禁现区覆盖."""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

import geopandas as gpd

from mixplan.base.errors import DataError
from mixplan.base.files.jsontext import json_text
from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import local
from mixplan.base.numbers import percent
from mixplan.city.datums import DATUMS
from mixplan.city.haul import network_ways
from mixplan.city.layers import load_layers
from mixplan.city.network_files import read_network, read_network_file
from mixplan.city.networks import Network
from mixplan.cli.arguments import add_output, number, put_out, year_number
from mixplan.cli.files import OfProject, add_project, given_project, say_project
from mixplan.coverage import ground as coverage_ground
from mixplan.coverage import reach, words
from mixplan.coverage import result as coverage_result
from mixplan.coverage import supply as coverage_supply
from mixplan.plan.rules import load_rules
from mixplan.registers.plants import load_plants
from mixplan.registers.points import PointFile, load_demand, read_point_file
from mixplan.registers.proposals import read_proposal, read_proposal_file


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``coverage`` takes."""
    book = load_rules()
    parser.add_argument(
        "--supply", metavar="FILE", help=_("供应点：CSV 或 XLSX，列为 id, lon, lat, capacity（默认随附登记册）")
    )
    add_project(parser.add_argument)
    parser.add_argument("--datum", choices=DATUMS, default="wgs84", help=_("坐标系"))
    parser.add_argument("--siting", metavar="FILE", help=_("再加上一个选址方案：CSV，或 mixplan site 的 JSON"))
    parser.add_argument(
        "--theme", choices=["mortar", "concrete"], default="mortar", help=_("mortar 砂浆厂，concrete 搅拌站")
    )
    parser.add_argument("--radius", type=number, metavar="KM", help=_("服务半径（km，默认取 rules.toml 的假设）"))
    parser.add_argument("--network", metavar="FILE", help=_("路网（GeoJSON 线或 GraphML）；半径改为沿路网的运距"))
    parser.add_argument(
        "--year",
        type=year_number,
        metavar="Y",
        default=book.period_end.year,
        help=_("哪一年年底的禁现区（默认 {year}）").format(year=book.period_end.year),
    )
    parser.add_argument(
        "--by", choices=coverage_ground.BY, default="zone", help=_("按禁现区（zone）或区县（district）统计")
    )
    parser.add_argument("--json", action="store_true")
    add_output(parser, "json")


def _points(found: PointFile, problems: list[str], notes: list[str]) -> gpd.GeoDataFrame:
    notes += found.notes
    problems += found.error_sentences
    return found.points


def run(args: argparse.Namespace) -> int:
    """Print how far the ban zones are covered; 1 where rows of a file could not be used."""
    book, layers, given = load_rules(), load_layers(), given_project(args)
    subject = coverage_supply.theme(args.theme, book)
    problems: list[str] = []
    notes: list[str] = []
    supply = _supply(args, subject.kind, given, problems, notes)
    sites = _sites(args, given, problems, notes)
    if sites is not None:
        supply = coverage_supply.with_proposal(supply, coverage_supply.in_production(sites, args.year, book))
    network = _network(args, given)
    demand = coverage_supply.themed_demand(load_demand(), subject)
    ground = coverage_ground.zone_ground(layers, demand, book, year=args.year, by=args.by)
    seen = reach.reach(ground, supply, ways=network_ways(network, book))
    result = coverage_result.coverage(seen, subject.radius_km if args.radius is None else args.radius)
    notes += _warnings(result, len(supply))
    if seen.network is not None:
        notes += [*seen.network.warnings, *seen.network.notes]
    if args.json:
        document = {
            "radius_km": result.radius_km,
            "year": result.year,
            "rows": [words.as_record(row) for row in result.rows],
            "total": words.as_record(result.total),
            "by": result.by,
            "theme": subject.kind,
            "supply_count": result.supply_count,
            "unknown_capacity": result.unknown_capacity,
            "network": None if seen.network is None else seen.network.record(),
            "warnings": notes,
        }
        if given is not None:
            document["project"] = given.origin.record()
        put_out(args, json_text(document))
    else:
        print("\n".join(_lines(result)))
    say_project(given, into_text=not args.json)
    for line in (*problems, *notes):
        print(line, file=sys.stderr)
    return 1 if problems else 0


def _supply(
    args: argparse.Namespace, kind: str, given: OfProject | None, problems: list[str], notes: list[str]
) -> gpd.GeoDataFrame:
    """What supplies: of a file, else of the project's register, as its plan leaves the stations, else the shipped."""
    if args.supply:
        found = read_point_file(Path(args.supply), datum=args.datum)
        points = _points(found, problems, notes)
        if points.empty:
            raise DataError("\n".join([*problems, _("{file} 里没有一行可用。").format(file=found.name)]))
        supply = coverage_supply.given_supply(points, kind=kind)
        notes += words.left_out(found.name, points, supply)
        return supply
    if given is None:
        return coverage_supply.supply_points(load_plants(), kind=kind)
    from mixplan.projects import inputs

    supply = coverage_supply.supply_points(load_plants() if given.own is None else given.own.plants, kind=kind)
    decisions = inputs.decisions_of(given.project, given.get) if given.project.coverage.with_plan else None
    return supply if decisions is None else coverage_supply.with_consolidation(supply, decisions)


def _sites(
    args: argparse.Namespace, given: OfProject | None, problems: list[str], notes: list[str]
) -> gpd.GeoDataFrame | None:
    """New lines that come on top: of a file, else the project's where it counts them in."""
    if args.siting:
        return coverage_supply.planned_sites(_points(read_proposal_file(Path(args.siting)), problems, notes))
    if given is None or args.theme != "mortar":
        return None
    from mixplan.projects import inputs

    project = given.project
    if (use := project.coverage.proposal) is not None:
        return coverage_supply.planned_sites(_points(read_proposal(given.get(use.content), use.name), problems, notes))
    wanted = project.coverage.with_proposal
    if not (project.siting.desk.begun if wanted is None else wanted):  # as the page has it
        return None
    return inputs.desk_sites(project, given.get, load_layers(), load_rules())


def _network(args: argparse.Namespace, given: OfProject | None) -> Network | None:
    if args.network:
        return read_network_file(Path(args.network))
    if given is None or (use := given.project.network) is None:
        return None
    return read_network(given.get(use.content), use.name)


def _lines(result: coverage_result.Coverage) -> Iterable[str]:
    yield _("{year} 年，半径 {radius:g} km，{count} 个供应点").format(
        year=result.year, radius=result.radius_km, count=result.supply_count
    )
    for row in (*result.rows, result.total):
        area = percent(row.area_share)
        if row.area_share_high - row.area_share_low >= 0.0005:
            area += f" ({percent(row.area_share_low)}–{percent(row.area_share_high)})"
        nearest = "—" if row.nearest_km is None else f"{row.nearest_km:.1f} km"
        yield _("  {name}：面积覆盖 {area}，需求覆盖 {demand}，产能保障 {served}，最近 {nearest}").format(
            name=local(row),
            area=area,
            demand=percent(row.demand_share),
            served=percent(row.served_share),
            nearest=nearest,
        )


def _warnings(result: coverage_result.Coverage, supplied: int) -> Iterable[str]:
    if supplied == 0:
        yield _("没有任何供应点：覆盖率和保障率都是 0 %。")
    if result.unknown_capacity:
        yield _("{count} 个供应点没有产能，计入覆盖，不计入保障。").format(count=result.unknown_capacity)
    if result.modelled:
        yield _("{count} 个供应点是模型推算的位置，定位误差最大 {metres:,.0f} m。").format(
            count=result.modelled, metres=result.location_error_m[1]
        )
