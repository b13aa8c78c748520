"""The command ``mixplan site``: the same model and solver as the page 新线布局, and OR-Library instances."""

import argparse
import math
import sys
import threading
from collections.abc import Callable
from dataclasses import astuple
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from mixplan.base.errors import DataError
from mixplan.base.files.jsontext import json_text
from mixplan.base.i18n import gettext as _
from mixplan.base.problems import listed
from mixplan.base.progress import Progress
from mixplan.city.datums import DATUMS
from mixplan.city.layers import load_layers
from mixplan.city.network_files import read_network_file
from mixplan.city.sectors import SECTORS
from mixplan.cli.arguments import add_output, margin_help, metres, number, put_out, whole_number
from mixplan.cli.files import OfProject, add_project, given_margin, given_points, given_project, say_project
from mixplan.cli.stop import Reporter, stoppable
from mixplan.coverage import supply
from mixplan.coverage import words as coverage_words
from mixplan.handouts.geojson import geojson
from mixplan.plan.rules import RuleBook, load_rules
from mixplan.plan.words import solution_label
from mixplan.registers.plants import load_plants
from mixplan.registers.points import load_demand
from mixplan.siting import case as siting_case
from mixplan.siting import inputs as siting_inputs
from mixplan.siting import kept as siting_kept
from mixplan.siting import proposal as siting_proposal
from mixplan.siting import settings as siting_settings
from mixplan.siting import solver, tables, words
from mixplan.siting.settings import Effort
from mixplan.siting.solver.orlib import read_orlib_file


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``site`` takes."""
    figure = load_rules().figure
    _add_lines(parser, figure)
    _add_inputs(parser)
    _add_haul(parser, figure)
    _add_rules(parser)
    _add_solve(parser)
    add_output(parser, "json", "geojson")
    add_project(parser.add_argument)
    output = parser.add_mutually_exclusive_group()
    output.add_argument("--json", action="store_true")
    output.add_argument("--geojson", action="store_true")


def _add_lines(parser: argparse.ArgumentParser, figure: Callable[[str], float]) -> None:
    """How many new lines of which capacity, and how many in which sector."""
    parser.add_argument(
        "--lines",
        type=whole_number,
        metavar="N",
        help=_("新建生产线条数（默认 {value:g}，见规划）").format(value=figure("siting_lines")),
    )
    parser.add_argument("--at-most", action="store_true", help=_("条数是上限，不要求恰好"))
    parser.add_argument(
        "--capacity",
        type=number,
        metavar="N",
        help=_("每条线的产能（万t/年，默认 {value:g}）；与 --orlib 合用时为每个仓库的容量").format(
            value=figure("siting_line_capacity")
        ),
    )
    parser.add_argument("--lines-per-site", type=whole_number, metavar="N", help=_("同一站点最多的生产线"))
    parser.add_argument(
        "--quota",
        action="append",
        default=[],
        metavar="SECTOR=N",
        type=_quota,
        help=_("方位的条数：NE=5 恰好，NE=3-5 范围，NE=3+ 至少；方位为 NE、SW、periphery，可多次给出"),
    )


def _add_inputs(parser: argparse.ArgumentParser) -> None:
    """Files that replace the shipped points and hauls."""
    parser.add_argument(
        "--candidates", metavar="FILE", help=_("候选点 CSV 或 XLSX：id, lon, lat, capacity（默认规则网格）")
    )
    parser.add_argument("--grid", type=number, metavar="KM", help=_("候选网格间距；给出候选点文件时与之合用"))
    parser.add_argument("--demand", metavar="FILE", help=_("需求点 CSV 或 XLSX：id, lon, lat, weight（万t/年）"))
    parser.add_argument("--demand-total", type=number, metavar="N", help=_("把需求缩放到这一总量（万t/年）"))
    existing = parser.add_mutually_exclusive_group()
    existing.add_argument("--existing", metavar="FILE", help=_("现有砂浆厂：id, lon, lat, capacity（默认随附登记册）"))
    existing.add_argument("--no-existing", action="store_true", help=_("不计现有砂浆厂"))
    parser.add_argument("--network", metavar="FILE", help=_("路网（GeoJSON 线或 GraphML），运距改为最短路径"))
    parser.add_argument("--datum", choices=DATUMS, default="wgs84", help=_("坐标系"))


def _add_haul(parser: argparse.ArgumentParser, figure: Callable[[str], float]) -> None:
    """What a haul costs, and what is to be made best."""
    parser.add_argument(
        "--detour",
        type=number,
        metavar="X",
        help=_("道路里程与直线距离之比（默认 {value:g}，假设）").format(value=figure("siting_detour")),
    )
    parser.add_argument(
        "--spacing",
        type=number,
        metavar="KM",
        help=_("新线之间的最小间距（默认 {value:g}；--no-rules 时为 0）").format(value=figure("siting_spacing_km")),
    )
    parser.add_argument("--max-haul", type=number, metavar="KM", help=_("最大运距（默认不限）"))
    parser.add_argument(
        "--penalty",
        type=number,
        metavar="KM",
        help=_("每缺 1 万t 的代价（默认 {value:g}）").format(value=figure("siting_unmet_penalty")),
    )
    parser.add_argument("--fixed-cost", type=number, metavar="C", help=_("每条线的固定代价（万t·km/年）"))
    parser.add_argument(
        "--objective",
        choices=["haul", "coverage"],
        help=_("haul 总运输量最小，coverage 服务半径内供应的需求最多"),
    )
    parser.add_argument("--radius", type=number, metavar="KM", help=_("服务半径（运距）"))


def _add_rules(parser: argparse.ArgumentParser) -> None:
    """Which rules hold, and single sites that must or must not be used."""
    parser.add_argument("--margin", type=metres, metavar="M", help=margin_help())
    parser.add_argument("--allow-approximate", action="store_true", help=_("范围近似的敏感区只提示，不排除"))
    parser.add_argument("--imports", action="store_true", help=_("允许外埠供应"))
    parser.add_argument("--wet-mortar", action="store_true", help=_("允许搅拌站供应湿砂浆"))
    parser.add_argument(
        "--force", action="append", default=[], metavar="ID[=N]", type=_forced, help=_("必须设线的站点")
    )
    parser.add_argument("--forbid", action="append", default=[], metavar="ID", help=_("不许设线的站点"))
    parser.add_argument("--no-rules", action="store_true", help=_("不用规则：不排除、不设方位条数、不设间距"))


def _add_solve(parser: argparse.ArgumentParser) -> None:
    """How long and how closely to solve."""
    parser.add_argument("--gap", type=number, metavar="G", help=_("证明的差距达到即停（默认 0.01）"))
    parser.add_argument("--time", type=number, metavar="S", help=_("时限（秒，默认 60）"))
    parser.add_argument("--seed", type=whole_number, metavar="N", help=_("随机种子"))
    parser.add_argument("--orlib", metavar="FILE", help=_("OR-Library 有容量仓库选址算例"))
    parser.add_argument("--progress", action="store_true", help=_("在标准错误输出进度"))


def _quota(text: str) -> tuple[str, int, int | None]:
    sector, sign, wanted = text.partition("=")
    known = {name.lower(): name for name in SECTORS}
    sector = known.get(sector.strip().lower(), sector.strip())
    least, dash, most = wanted.strip().partition("-")
    try:
        if not sign:
            raise ValueError
        if least.endswith("+"):
            return sector, whole_number(least[:-1]), None
        return sector, whole_number(least), whole_number(most) if dash else whole_number(least)
    except (ValueError, argparse.ArgumentTypeError):
        raise argparse.ArgumentTypeError(
            _("方位条数应写作 NE=5、NE=3-5 或 NE=3+；收到的是“{text}”").format(text=text)
        ) from None


def _forced(text: str) -> tuple[str, int]:
    site, sign, lines = text.rpartition("=")
    if not sign:
        return text, 1
    try:
        return site, whole_number(lines)
    except argparse.ArgumentTypeError:
        raise argparse.ArgumentTypeError(_("应写作 编号 或 编号=条数；收到的是“{text}”").format(text=text)) from None


# --- running ---------------------------------------------------------------------------------------------------------


def _progress_line(now: Progress) -> str:
    return f"{now.seconds:7.1f} s  {now.objective:14.4f}  {now.bound:14.4f}  {now.gap:8.3%}"


def _reporter(args: argparse.Namespace, stop: threading.Event) -> Reporter:
    return Reporter(stop, _progress_line if args.progress else None, every_s=0.25)


def run(args: argparse.Namespace) -> int:
    """Run ``mixplan site``."""
    given = given_project(args)
    effort = _effort(args, given)
    with stoppable() as stop:
        if args.orlib:
            return _orlib(args, effort, stop)
        case, extra, warnings = _case(args, given)
        for warning in warnings:
            print(warning, file=sys.stderr)
        proposal = _answered(args, given, case) or siting_proposal.solve_case(
            case, effort, watcher=_reporter(args, stop)
        )
    origin = None if given is None else given.origin
    if args.json:
        record = {**tables.proposal_record(proposal, case), "warnings": warnings}
        put_out(args, json_text(record if origin is None else {**record, "project": origin.record()}))
    elif args.geojson:
        put_out(args, geojson(proposal.sites.reset_index(), warnings=warnings, origin=origin))
    else:
        _print_words(proposal, case, extra)
    say_project(given, into_text=not (args.json or args.geojson))
    return 0


def _answered(
    args: argparse.Namespace, given: OfProject | None, case: siting_case.SitingCase
) -> siting_proposal.SitingProposal | None:
    """The lines that the project has for this very question and its pages show; none where they are to be sought."""
    files = (args.demand, args.existing, args.candidates, args.network)
    effort = (args.gap, args.time, args.seed)
    if given is None or args.no_existing or any(one is not None for one in (*files, *effort)):
        return None
    from mixplan.projects import answers  # loads the database

    question = answers.lines_asked(given.project, given.get, case.settings, given.own)
    record = answers.lines_for(given.project, given.get, question)
    if record is None:
        return None
    print(answers.answered(), file=sys.stderr)
    return siting_kept.proposal_of(case, record, name=_("求解结果"))


def _effort(args: argparse.Namespace, given: OfProject | None) -> Effort:
    """How hard to try: as the command line says, else as the project has it."""
    usual = Effort(0.01, 60.0, 0) if given is None else given.project.siting.wishes.effort()
    stated = (args.gap, args.time, args.seed)
    effort = Effort(*(own if own is not None else one for own, one in zip(stated, astuple(usual), strict=True)))
    for name, value, most in zip(
        ("--gap", "--time", "--seed"), astuple(effort), (1.0, math.inf, math.inf), strict=True
    ):
        if not (0 <= value <= most):
            raise DataError(
                _("{name} 是 {value:g}，应不小于 0{limit}。").format(
                    name=name, value=value, limit=_("、不大于 1") if most == 1 else ""
                )
            )
    return effort


def _settings(
    args: argparse.Namespace, book: RuleBook, given: OfProject | None, margin_m: float
) -> siting_settings.SitingSettings:
    """The project's settings, or the rule file's, with everything changed that the command line states."""
    stated = {
        "lines": args.lines,
        "line_capacity_wan_t": args.capacity,
        "lines_per_site": args.lines_per_site,
        "spacing_km": 0.0 if args.no_rules and args.spacing is None else args.spacing,
        "detour": args.detour,
        "max_haul_km": args.max_haul,
        "unmet_penalty_km": args.penalty,
        "fixed_cost": args.fixed_cost,
        "radius_km": args.radius,
        "demand_total_wan_t": args.demand_total,
        "objective": args.objective,
        "quotas": tuple(args.quota) or None,
        "forced": tuple(args.force) or None,
        "forbidden": tuple(args.forbid) or None,
        "exact": False if args.at_most else None,
        "apply_rules": False if args.no_rules else None,
        "keep_off_approximate": False if args.allow_approximate else None,
        "imports": args.imports or None,
        "wet_mortar": args.wet_mortar or None,
    }
    changes: dict[str, Any] = {key: value for key, value in stated.items() if value is not None}
    if args.candidates or args.grid is not None:
        changes["grid_km"] = args.grid
    if given is None:
        return siting_settings.default_settings(book, margin_m=margin_m, **changes)
    project = given.project
    desk = project.siting.desk
    decided = {"forced": tuple(sorted(desk.locked.items())), "forbidden": tuple(sorted(desk.forbidden))}
    return project.siting.wishes.settings(book, margin_m=margin_m, **decided | changes)


def _case(args: argparse.Namespace, given: OfProject | None) -> tuple[siting_case.SitingCase, list[str], list[str]]:
    """The case, what to say of it in words, and what to say of the files that it was read from."""
    book, layers = load_rules(), load_layers()
    margin_m, warnings = given_margin(args, given, book)
    settings = _settings(args, book, given, margin_m)
    siting_settings.check_settings(settings)
    notes = []
    shipped = siting_inputs.SitingInputs(load_demand(), siting_inputs.no_points(), siting_inputs.no_points())
    plants, usual = (load_plants(), shipped) if given is None else _of_project(given)

    if args.no_existing:
        existing = siting_inputs.no_points()
    elif args.existing:
        points = given_points(args.existing, args, warnings, column="capacity")
        existing = supply.counting(points, kind="mortar")
        warnings += coverage_words.left_out(Path(args.existing).name, points, existing)
    else:
        existing = supply.existing_supply(plants, layers)
        unplaced = supply.unplaced_supply(plants, layers)
        if len(unplaced):
            warnings.append(coverage_words.unplaced_sentence(unplaced))
        lost = existing.index[existing["assumed_place"]]
        if len(lost):
            notes.append(_("只知区县的现有厂按区中心计运距：{ids}。").format(ids=listed(lost)))
    inputs = siting_inputs.SitingInputs(
        demand=given_points(args.demand, args, warnings, column="weight") if args.demand else usual.demand,
        existing=existing,
        own=given_points(args.candidates, args, warnings) if args.candidates else usual.own,
        stations=supply.concrete_stations(plants) if settings.wet_mortar else None,
        network=read_network_file(Path(args.network)) if args.network else usual.network,
    )
    if given is not None:
        from mixplan.projects.staleness import stale_lines

        warnings += filter(None, [stale_lines(given.project, given.get, book, given.own)])
    case = siting_case.build_case(inputs, settings, layers, book, on=book.period_end)
    if case.network is not None:
        warnings += case.network.warnings
    for site in args.forbid:
        if site not in case.all_candidates.index:
            raise DataError(_("没有编号为“{site}”的候选点；编号见候选点表。").format(site=site))
    return case, notes, warnings


def _of_project(given: OfProject) -> tuple[gpd.GeoDataFrame, siting_inputs.SitingInputs]:
    """Register, demand, candidates and network of a project."""
    from mixplan.projects import inputs

    project, get = given.project, given.get
    demand = project.siting.demand
    return load_plants() if given.own is None else given.own.plants, siting_inputs.SitingInputs(
        demand=load_demand() if demand is None else inputs.points_of(demand, get, column="weight"),
        existing=siting_inputs.no_points(),
        own=inputs.own_candidates(project, get),
        network=inputs.network_of(project, get),
    )


def _print_words(proposal: siting_proposal.SitingProposal, case: siting_case.SitingCase, notes: list[str]) -> None:
    layers = load_layers()
    for sentence in words.fact_sentences(proposal.facts, case):
        print(sentence)
    names = dict(zip(layers.districts["id"], layers.districts["name"], strict=True))
    rows = tables.site_rows(proposal.sites, names)
    with pd.option_context("display.unicode.east_asian_width", True, "display.width", 200, "display.max_columns", 20):
        print(rows.to_string(index=False))
    stats = proposal.stats
    print(_("状态：{status}；{seconds:.1f} 秒。").format(status=words.status_label(proposal), seconds=proposal.seconds))
    print(words.gap_sentence(proposal))
    print(
        _("供应 {served:,.1f} 万t/年，平均运距 {mean:.1f} km，缺口 {unmet:,.1f} 万t/年。").format(
            served=stats.served, mean=stats.mean_haul_km, unmet=stats.unmet
        )
    )
    if math.isfinite(stats.share_within):
        print(
            _("禁现区需求由 {radius:g} km 运距内供应的比例：{share:.1%}。").format(
                radius=stats.radius_km, share=stats.share_within
            )
        )
    if case.network is not None:
        print("\n".join(case.network.notes))
    if case.access_m > 0:
        print(_("点到路网最远 {metres:,.0f} m。").format(metres=case.access_m))
    print("\n".join(notes))


# --- OR-Library ------------------------------------------------------------------------------------------------------


def _orlib(args: argparse.Namespace, effort: Effort, stop: threading.Event) -> int:
    """Solve an OR-Library instance; ids are the file's numbers, money is in the file's units."""
    problem = read_orlib_file(Path(args.orlib), args.capacity)
    found = solver.solve(
        problem,
        gap=effort.gap,
        time_limit_s=effort.time_s,
        seed=effort.seed,
        watcher=_reporter(args, stop),
    )
    used = pd.Series(found.flows.amount).groupby(found.flows.source).sum()
    record: dict[str, Any] = {
        "status": found.status,
        "objective": found.objective,
        "bound": found.bound,
        "gap": found.gap if math.isfinite(found.objective) else None,
        "seconds": round(found.seconds, 3),
        "seed": found.seed,
        "sites": [
            {
                "id": j + 1,
                "lon": None,
                "lat": None,
                "lines": int(count),
                "capacity": float(problem.capacity[j] * count),
                "used": float(used.get(j, 0.0)),
            }
            for j, count in enumerate(found.lines.tolist())
            if count > 0
        ],
        "flows": [
            {"site": int(j) + 1, "demand": int(i) + 1, "amount": float(amount)}
            for j, i, amount in zip(found.flows.source, found.flows.demand, found.flows.amount, strict=True)
        ],
        "unmet": float(found.unmet.sum()),
        "facts": [{"code": fact.code, "numbers": dict(fact.numbers), "text": str(fact)} for fact in found.facts],
        "versions": dict(found.versions),
    }
    if args.json:
        put_out(args, json_text(record))
        return 0
    print(_("状态：{status}；{seconds:.1f} 秒。").format(status=solution_label(found.status), seconds=found.seconds))
    print(
        _("目标 {objective:,.3f}，下界 {bound:,.3f}，差距 {gap:.4%}；开设 {count} 个：{ids}").format(
            objective=found.objective,
            bound=found.bound,
            gap=found.gap,
            count=len(record["sites"]),
            ids=_("、").join(str(site["id"]) for site in record["sites"]),
        )
    )
    return 0
