"""`mixplan consolidate`: the consolidation plan on the command line, as JSON, a workbook or text."""

import argparse
import contextlib
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

from mixplan.base.errors import DataError, InfeasibleError
from mixplan.base.files.columns import CellError, number_of
from mixplan.base.files.jsontext import json_text
from mixplan.base.files.sheets import workbook_xlsx
from mixplan.base.files.writing import write_file
from mixplan.base.i18n import gettext as _
from mixplan.base.problems import listed
from mixplan.base.progress import Progress
from mixplan.city.datums import DATUMS
from mixplan.city.district_names import district_id
from mixplan.city.layers import Layers, load_layers
from mixplan.city.rings import OUTSIDE_RINGS, ring_places
from mixplan.cli.arguments import add_output, margin_help, metres, number, put_out, whole_number
from mixplan.cli.files import (
    OfProject,
    add_project,
    given_margin,
    given_plants,
    given_points,
    given_project,
    say_project,
)
from mixplan.cli.stop import Reporter, stoppable
from mixplan.consolidation import document, joint, kept, plan, tables, tradeoff, words
from mixplan.consolidation.case import Case, build_case
from mixplan.consolidation.inputs import inputs_of
from mixplan.consolidation.plan import Plan
from mixplan.consolidation.settings import PARAMETERS, Settings, default_settings
from mixplan.handouts.single import with_origin
from mixplan.plan.rules import RuleBook, load_rules
from mixplan.plan.words import action_label, solution_label
from mixplan.registers.decisions import read_locks_file
from mixplan.registers.points import load_demand
from mixplan.registers.station_reports import load_station_reports
from mixplan.screening.judge import screen
from mixplan.screening.stations import Split

if TYPE_CHECKING:
    from mixplan.projects.project import PlanKind

_GAP = 0.01
_SINGLE_S, _PHASED_S = 120.0, 300.0  # how long to search at most, for the target year and for all years


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``consolidate`` takes."""
    _limit_options(parser.add_argument, load_rules())
    _input_options(parser.add_argument)
    _run_options(parser.add_argument)
    add_output(parser, "json")
    output = parser.add_mutually_exclusive_group()
    output.add_argument("--json", action="store_true")
    output.add_argument("--xlsx", nargs="?", const="-", metavar="FILE", help=_("工作簿；不给文件名时写到标准输出"))


def _limit_options(add: Callable[..., Any], book: RuleBook) -> None:
    """What the plan has to keep to, and what it is assumed to cost."""
    add(
        "--cap",
        type=number,
        metavar="万m³",
        help=_("总产能上限（万m³/年，默认 {value:g}）").format(value=book.figure("concrete_capacity_2015")),
    )
    add(
        "--demand",
        action="append",
        default=[],
        metavar=_("数量|文件"),
        help=_(
            "需求（万m³/年，默认 {value:g}），或列与 data/demand.csv 相同的文件；只给文件时权重即为万m³/年；可重复"
        ).format(value=book.figure("concrete_demand_2015")),
    )
    add("--radius", type=number, metavar="KM", help=_("供应半径（道路里程 km，假设）"))
    add("--outside", type=number, metavar="%", help=_("允许由半径以外供应的需求（%%，假设）"))
    add("--utilisation", type=number, metavar="%", help=_("产能利用率上限（%%，假设）"))
    add("--detour", type=number, metavar="X", help=_("道路里程与直线距离之比（假设）"))
    add("--lock", metavar="FILE", help=_("规划人员的决定：CSV 或 XLSX，列 id、decision（retain/close/undecided）"))
    add("--phases", action="store_true", help=_("按年分步（2011–2015）"))
    add("--closures", type=whole_number, metavar="N", help=_("每年最多退出的站点（与 --phases 同用）"))
    add("--district-cap", action="append", default=[], metavar=_("区=个数"), help=_("区内最多保留的站点，可重复"))
    add("--ring-cap", action="append", default=[], metavar=_("环=个数"), help=_("环路以内最多保留的站点，可重复"))
    add("--max-flagged", type=whole_number, metavar="N", help=_("最多保留的需治理站点"))
    add(
        "--set",
        action="append",
        default=[],
        metavar=_("名称=值"),
        dest="figures",
        help=_("其他假设和权重，可重复：{names}").format(names=_("、").join(sorted(PARAMETERS))),
    )
    add("--margin", type=metres, metavar="M", help=margin_help())


def _input_options(add: Callable[..., Any]) -> None:
    """A planner's own register, or a whole project."""
    add_project(add)
    add("--plants", metavar="FILE", help=_("CSV 或 XLSX 登记册，列与 data/plants.csv 相同（默认随附登记册）"))
    add("--datum", choices=DATUMS, default="wgs84", help=_("登记册和需求文件的坐标系"))
    add("--location-error", type=metres, metavar="M", help=_("未注明定位误差的站点采用的误差（m）"))


def _run_options(add: Callable[..., Any]) -> None:
    """How long to search, and what else to work out."""
    add("--gap", type=number, metavar="G", help=_("证明到多大差距为止（默认 {gap:g}）").format(gap=_GAP))
    add("--time", type=number, metavar="S", help=_("最长求解时间（s）"))
    add("--joint", action="store_true", help=_("与新建砂浆线在同一模型中求解（目标年）"))
    add("--lines", type=whole_number, metavar="N", help=_("联合求解时新建砂浆线的条数"))
    add("--quota", action="append", default=[], metavar=_("方位=条数"), help=_("联合求解时 NE、SW、periphery 至少几条"))
    add("--pareto", action="store_true", help=_("需治理站点数与运距的取舍曲线"))
    add("--otherwise", action="store_true", help=_("估算每个站点另作决定的代价"))


def _check_pairs(args: argparse.Namespace, given: OfProject | None) -> None:
    """Refuse an option that another one would have to go with: it would change nothing."""
    for option, stated, other, there in (
        ("--closures", args.closures is not None, "--phases", args.phases or _phased(given)),
        ("--lines", args.lines is not None, "--joint", args.joint),
        ("--quota", bool(args.quota), "--joint", args.joint),
    ):
        if stated and not there:
            raise DataError(_("{option} 要与 {other} 同用。").format(option=option, other=other))


def _phased(given: OfProject | None) -> bool:
    return given is not None and given.project.consolidation.wishes.phased


def _pair(text: str, option: str) -> tuple[str, int]:
    name, _sep, count = text.partition("=")
    if not name or not (count.isascii() and count.isdecimal() and len(count) < 7):
        raise DataError(_("{option} 应写作 名称=个数，收到的是“{text}”。").format(option=option, text=text))
    return name.strip(), int(count)


def _settings(
    args: argparse.Namespace,
    book: RuleBook,
    demand_sum: float | None,
    locks: Mapping[str, str] | None,
    given: OfProject | None,
) -> Settings:
    """The project's settings, or the rule file's, with everything changed that the command line states."""
    stated = {
        "cap_wan_m3": args.cap,
        "radius_km": args.radius,
        "outside_pct": args.outside,
        "detour": args.detour,
        "utilisation_pct": args.utilisation,
        "closures_per_year": args.closures,
        "demand_wan_m3": demand_sum,
        "max_flagged": args.max_flagged,
        "gap": args.gap,
        "time_limit_s": args.time,
        "locks": None if locks is None else tuple(sorted(locks.items())),
    }
    changes: dict[str, Any] = {name: value for name, value in stated.items() if value is not None}
    changes |= dict(_figure(text) for text in args.figures)
    districts = load_layers().districts
    if args.district_cap:
        caps = [_pair(text, "--district-cap") for text in args.district_cap]
        changes["district_caps"] = tuple((district_id(name, districts), most) for name, most in caps)
    if args.ring_cap:
        changes["ring_caps"] = tuple(_ring_cap(text) for text in args.ring_cap)
    if given is None:
        usual = {"gap": _GAP, "time_limit_s": _PHASED_S if args.phases else _SINGLE_S}
        return default_settings(book, phased=args.phases, **usual | changes)
    work = given.project.consolidation
    wishes = replace(work.wishes, phased=args.phases or work.wishes.phased)
    return wishes.settings(book, decisions=work.decisions, **changes)


def _figure(text: str) -> tuple[str, float]:
    """One assumption or weight, as ``--set`` takes it."""
    name, _sep, value = text.partition("=")
    amount: float | None = None
    with contextlib.suppress(CellError):
        amount = number_of(value)
    if name not in PARAMETERS or amount is None:
        raise DataError(
            _("--set 应写作 名称=数，收到的是“{text}”；可用的名称：{names}。").format(
                text=text, names=_("、").join(sorted(PARAMETERS))
            )
        )
    return name, amount


def _ring_cap(text: str) -> tuple[int, int]:
    """The most stations inside a ring road, as ``--ring-cap`` takes it."""
    name, most = _pair(text, "--ring-cap")
    rings = [str(number) for number in ring_places() if number != OUTSIDE_RINGS]
    if name not in rings:
        raise DataError(
            _("--ring-cap 的环路“{name}”应为 {allowed} 之一。").format(name=name, allowed=_("、").join(rings))
        )
    return int(name), most


def _demand(args: argparse.Namespace, warnings: list[str]) -> tuple[gpd.GeoDataFrame, float | None]:
    """Demand points, and the total where the command line states one; a file alone states its own."""
    points, total = load_demand(), None
    from_file = None
    for text in args.demand:
        try:
            total = number_of(text)
        except CellError:
            points = given_points(text, args, warnings, column="weight")
            from_file = float(points["weight"].sum())
    return points, from_file if total is None else total


def _progress_line(now: Progress) -> str:
    text = _("{seconds:.0f} s · 目前 {objective:,.0f} · 下界 {bound:,.0f} 万元 · 差距 {gap:.2f}%").format(
        seconds=now.seconds, objective=now.objective, bound=now.bound, gap=100 * now.gap
    )
    return f"\r{text}   "  # over the line before


def run(args: argparse.Namespace) -> int:
    """Run ``mixplan consolidate``; the exit code is 0, or 1 for bad input and where there is no plan."""
    given = given_project(args)
    _check_pairs(args, given)
    book, layers = load_rules(), load_layers()
    margin_m, warnings = given_margin(args, given, book)
    if given is not None:
        from mixplan.projects.staleness import stale_plan  # loads the database

        warnings += filter(None, [stale_plan(given.project, given.get, book, given.own)])
    book = book.with_margin(margin_m)
    decided = read_locks_file(Path(args.lock)) if args.lock else None
    warnings += decided.notes if decided else []
    if decided and decided.ignored:
        warnings.append(_("未识别的列，未采用：{columns}").format(columns=listed(decided.ignored)))
    plants, bad = given_plants(args, warnings, given)
    points, total = _demand(args, warnings)
    for warning in warnings:
        print(warning, file=sys.stderr)
    settings = _settings(args, book, total, decided.locks if decided else None, given)
    findings = screen(plants, layers, book, on=book.period_end)
    case = build_case(plants, findings, layers, book, points, settings)
    about: dict[str, Any] = {"warnings": warnings}
    if given is not None:
        about["project"] = given.origin.record()
    try:
        solved, made = _answered(args, given, case, plants, layers, book) or _solve(args, case, plants, layers, book)
    except InfeasibleError as error:
        if args.json:
            put_out(args, json_text(document.infeasible_json(error) | about))
        raise
    found = _Found(
        solved,
        words.reasons(solved, findings, book.titles()),
        tradeoff.otherwise_estimates(solved) if args.otherwise else None,
        tradeoff.pareto(case) if args.pareto else None,
        made,
    )
    if args.json:
        put_out(args, json_text(document.plan_json(**vars(found)) | about))
    elif args.xlsx:
        reports = load_station_reports()
        sheets = tables.sheets(reports=reports, districts=layers.districts, book=book, **vars(found))
        _write(args.xlsx, with_origin(sheets, "" if given is None else given.origin.text))
    else:
        _print_text(found)
    say_project(given, into_text=not (args.json or args.xlsx))
    return 1 if bad else 0


@dataclass(frozen=True, eq=False)
class _Found:
    """A plan with everything that was asked to be worked out beside it."""

    plan: Plan
    reasons: pd.Series
    otherwise: pd.Series | None
    pareto: list[tradeoff.Point] | None
    joint: joint.JointPlan | None


def _answered(
    args: argparse.Namespace,
    given: OfProject | None,
    case: Case,
    plants: gpd.GeoDataFrame,
    layers: Layers,
    book: RuleBook,
) -> tuple[Plan, joint.JointPlan | None] | None:
    """The plan that the project has for this very question and its pages show; none where one is to be searched for."""
    if given is None or args.plants or args.demand or args.gap is not None or args.time is not None:
        return None
    from mixplan.projects import answers  # loads the database

    settings = case.settings
    kind: PlanKind = "joint" if args.joint else "phased" if settings.phased else "single"
    mortar = _mortar(args, book) if args.joint else None
    question = inputs_of(
        settings,
        margin_m=book.margin_m,
        register=answers.register_version(given.own),
        joint=mortar,
    )
    record = answers.plan_for(given.project, given.get, kind, question)
    if record is None:
        return None
    print(answers.answered(), file=sys.stderr)
    if mortar is None:
        return kept.plan_of(case, record, name=_("整合方案")), None
    whole = joint.build_joint(case, plants, layers, book, load_demand(), mortar)
    made = kept.joint_plan_of(whole, record, name=_("整合方案"))
    return made.plan, made


def _mortar(args: argparse.Namespace, book: RuleBook) -> joint.JointSettings:
    """The mortar side of a joint run, with what the command line states."""
    wanted: dict[str, Any] = {"quotas": tuple(_pair(text, "--quota") for text in args.quota)}
    if args.lines is not None:
        wanted["lines"] = args.lines
    return joint.default_joint(book, **wanted)


def _solve(
    args: argparse.Namespace, case: Case, plants: gpd.GeoDataFrame, layers: Layers, book: RuleBook
) -> tuple[Plan, joint.JointPlan | None]:
    """Search until the gap is proven, time is up or Ctrl-C is pressed."""
    with stoppable() as stop:
        watch = Reporter(stop, _progress_line if sys.stderr.isatty() else None, every_s=0.5, end="")
        try:
            if not args.joint:
                return plan.solve(case, watcher=watch), None
            made = joint.solve(case, plants, layers, book, load_demand(), _mortar(args, book), watcher=watch)
            return made.plan, made
        finally:
            if watch.last_s is not None:
                print(file=sys.stderr)


def _write(target: str, sheets: dict[str, pd.DataFrame]) -> None:
    """The workbook, to a file or to standard output."""
    content = workbook_xlsx(sheets)
    if target == "-":
        sys.stdout.buffer.write(content)
    else:
        write_file(Path(target), content)


def _print_text(found: _Found) -> None:
    """Every station with its decision and reason, the totals, and how good the plan is."""
    made = found.plan
    for plant, row in zip(map(str, made.actions.index), made.actions.to_dict("records"), strict=True):
        name = made.case.stations.loc[plant, "name"]
        year = "" if pd.isna(row["year"]) else f" {row['year']}"
        print(f"{plant} {name} [{action_label(row['action'])}{year}] {found.reasons[plant]}")
    for total in made.totals.to_dict("records"):
        print(
            _(
                "{year}：产能 {capacity:,.0f} 万m³，站点 {sites}，需求 {demand:,.0f} 万m³，平均运距 {haul:.1f} km"
            ).format(
                year=total["year"],
                capacity=total["capacity"],
                sites=Split(total["sites"] - total["modelled"], total["modelled"]).counted(),
                demand=total["demand"],
                haul=total["mean_haul_km"],
            )
        )
    if found.joint is not None:
        print(tables.joint_sentence(found.joint))
    print(solution_label(made.status) + _("。") + words.gap_sentence(made.solution.gap))
