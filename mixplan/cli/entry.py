"""The command line: the same functions as the pages. Exit codes: 0 fine, 1 bad input, 2 usage."""

import argparse
import io
import math
import os
import runpy
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from mixplan import __version__
from mixplan.base.errors import MixplanError
from mixplan.base.files.columns import error_sentence
from mixplan.base.files.jsontext import json_text, records
from mixplan.base.files.sheets import table_csv
from mixplan.base.i18n import LANGUAGES, set_language
from mixplan.base.i18n import gettext as _
from mixplan.base.paths import APP_ROOT
from mixplan.city.crs import REGION
from mixplan.city.datums import Datum, to_wgs84
from mixplan.city.layers import load_layers
from mixplan.city.places import where
from mixplan.cli import consolidate, coverage, report, site
from mixplan.cli.targets import add_commands as add_target_commands
from mixplan.handouts.geojson import geojson
from mixplan.plan.rules import load_rules
from mixplan.registers.located import place_error
from mixplan.registers.plants import load_plants, read_register_file
from mixplan.screening.explain import explain
from mixplan.screening.judge import overall, screen
from mixplan.screening.stations import flag_count, flag_sentence

DATUMS = [datum.value for datum in Datum]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            _("日期应写作 年-月-日，例如 2015-12-31；收到的是“{text}”").format(text=text)
        ) from None


def _metres(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value >= 0):
        raise argparse.ArgumentTypeError(_("应为不小于 0 的米数，收到的是“{text}”").format(text=text))
    return value


def _port(text: str) -> int:
    if not (text.isdecimal() and 0 < int(text) < 65536):
        raise argparse.ArgumentTypeError(_("端口应为 1–65535 的整数，收到的是“{text}”").format(text=text))
    return int(text)


def _where(args: argparse.Namespace) -> int:
    with np.errstate(all="ignore"):  # impossible coordinates are refused below, in words
        lon, lat = (float(v[0]) for v in to_wgs84([args.lon], [args.lat], args.datum))
    west, south, east, north = REGION
    if not (west <= lon <= east and south <= lat <= north):
        problem = place_error(0, args.lon, args.lat, args.datum).message
        raise MixplanError(
            _("坐标 {lon:.10g}, {lat:.10g} 不可用：{problem}。").format(lon=args.lon, lat=args.lat, problem=problem)
        )
    place = where(lon, lat, load_layers(), load_rules(), on=args.date)
    if args.json:
        print(json_text(place))
        return 0
    ring = _("{ring} 环路以内").format(ring=place["ring"]) if place["ring"] else _("六环路以外")
    district = place["district"] or _("北京市以外")
    print(f"{lon:.6f}, {lat:.6f} (WGS-84) · {district} · {ring}")
    for number, at in place["rings"].items():
        side = _("内") if at["inside"] else _("外")
        print(
            _("  {ring} 环路：{side}，距 {metres:,.0f} m").format(ring=number, side=side, metres=abs(at["distance_m"]))
        )
    for title, near in ((_("禁现区"), place["ban_zones"]), (_("环境敏感区（最近五处）"), place["sensitive_areas"][:5])):
        print(title)
        for row in near:
            side = _("内") if row["inside"] else _("外")
            text = _("  {name}：{side}，距 {metres:,.0f} m，精度 {accuracy:,.0f} m")
            print(text.format(name=row["name"], side=side, metres=abs(row["distance_m"]), accuracy=row["accuracy_m"]))
    return 0


def _screen(args: argparse.Namespace) -> int:
    if args.plants is None and (args.datum is not None or args.location_error is not None):
        args.usage(_("--datum 和 --location-error 只用于 --plants 给出的登记册"))
    book, layers = load_rules(), load_layers()
    if args.margin is not None:
        book = book.with_values({"near_sensitive_area": args.margin})
    bad = 0
    warnings: list[str] = []
    if args.plants is not None:
        register = read_register_file(
            Path(args.plants), datum=args.datum or Datum.WGS84, default_location_error_m=args.location_error
        )
        plants = register.plants
        if register.ignored:
            print(_("未识别的列，未采用：{columns}").format(columns=_("、").join(register.ignored)), file=sys.stderr)
        for error in register.errors:
            print(error_sentence(error, register.name), file=sys.stderr)
        bad = len(register.errors)
        warnings = register.notes
    else:
        plants = load_plants()
    if unplaced := int(plants.geometry.isna().sum()):
        text = _("{plants} 个站点中有 {count} 个没有坐标：凡要看位置的判定，对这些站点都是“资料不足”。")
        warnings = [*warnings, text.format(plants=len(plants), count=unplaced)]
    for warning in warnings:
        print(warning, file=sys.stderr)
    findings = screen(plants, layers, book, on=args.date)
    findings["reason"] = explain(findings, plants, layers, book)
    if args.geojson:
        places = plants.geometry.reindex(findings["plant_id"]).to_numpy()
        print(geojson(gpd.GeoDataFrame(findings, geometry=places, crs=plants.crs), warnings=warnings))
    elif args.csv:
        sys.stdout.buffer.write(table_csv(findings))
    elif args.json:
        columns = ["plant_id", "rule_id", "verdict", "value", "threshold", "unit", "distance_m", "certainty", "clause"]
        rows = records(findings[[*columns, "accuracy_m", "subject_id", "reason"]])
        # The document is a list of findings, so each of them carries what holds for all.
        print(json_text([{**row, "warnings": warnings} for row in rows]))
    else:
        _print_flags(plants, findings, overall(findings, plants, book))
    return 1 if bad else 0


def _print_flags(plants: gpd.GeoDataFrame, findings: pd.DataFrame, judged: pd.DataFrame) -> None:
    """The flags in words, and totals of findings and of stations."""
    flagged = findings[findings["verdict"] == "flag"]
    for row in flagged.to_dict("records"):
        print(f"{row['plant_id']} {plants['name'][row['plant_id']]} [{row['clause']}] {row['reason']}")
    counted = plants.index[plants["status"].isin(["inventory_2010", "proposed"])]
    findings, flagged = (frame[frame["plant_id"].isin(counted)] for frame in (findings, flagged))
    text = _(
        "{plants} 个在册或拟建站点，{findings} 项判定，其中 {flags} 项需治理（{certain} 项确定）；"
        "另有 {others} 个站点不计入合计。"
    )
    certain = int((flagged["certainty"] == "certain").sum())
    print(
        text.format(
            plants=len(counted),
            findings=len(findings),
            flags=len(flagged),
            certain=certain,
            others=len(plants) - len(counted),
        )
    )
    print(flag_sentence(flag_count(plants.join(judged))) + _("。"))


def _serve(args: argparse.Namespace) -> int:
    # In this process, so that stopping the command stops the server. Streamlit takes its settings from
    # .streamlit/config.toml in the working directory.
    sys.argv = ["streamlit", "run", str(APP_ROOT / "app.py")]
    sys.argv += ["--server.port", str(args.port), "--server.address", args.address]
    sys.argv += ["--server.showEmailPrompt", "false"]  # on a new machine Streamlit would wait for an answer
    sys.argv += ["--server.headless", str(args.no_browser).lower()]
    os.chdir(APP_ROOT)
    runpy.run_module("streamlit", run_name="__main__", alter_sys=True)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="mixplan", description=_("北京市散装水泥、预拌制品和预制构件“十二五”规划工作台")
    )
    parser.add_argument("--version", action="version", version=f"mixplan {__version__}")
    parser.add_argument("--lang", choices=list(LANGUAGES), default="zh", help=_("输出语言"))
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    end = load_rules().period_end

    serve = commands.add_parser("serve", help=_("在浏览器中打开工作台"))
    serve.add_argument("--port", type=_port, default=8501)
    serve.add_argument("--address", default="127.0.0.1", help=_("监听地址；0.0.0.0 表示允许办公网内其他电脑访问"))
    serve.add_argument("--no-browser", action="store_true", help=_("不自动打开浏览器"))
    serve.set_defaults(run=_serve)

    place = commands.add_parser("where", help=_("一个坐标在哪条环路、哪个区、离各区域多远"))
    place.add_argument("lon", type=float, metavar="LON")
    place.add_argument("lat", type=float, metavar="LAT")
    place.add_argument("--datum", choices=DATUMS, default="wgs84", help=_("坐标系"))
    place.add_argument(
        "--date", type=_day, default=end, help=_("按哪一天的区划名称和禁现区（默认 {day}）").format(day=end)
    )
    place.add_argument("--json", action="store_true")
    place.set_defaults(run=_where)

    check = commands.add_parser("screen", help=_("按生效规则筛查站点"))
    check.add_argument(
        "--plants", metavar="FILE", help=_("CSV 或 XLSX 登记册，列与 data/plants.csv 相同（默认随附登记册）")
    )
    check.add_argument("--datum", choices=DATUMS, help=_("登记册的坐标系（默认 wgs84）"))
    check.add_argument("--date", type=_day, default=end, help=_("按哪一天生效的规则（默认 {day}）").format(day=end))
    check.add_argument("--margin", type=_metres, metavar="M", help=_("环境敏感区外扩距离（m，假设）"))
    check.add_argument("--location-error", type=_metres, metavar="M", help=_("未注明定位误差的站点采用的误差（m）"))
    output = check.add_mutually_exclusive_group()
    for form in ("json", "csv", "geojson"):
        output.add_argument(f"--{form}", action="store_true")

    check.set_defaults(run=_screen, usage=check.error)
    coverage.add_commands(commands)
    add_target_commands(commands)
    consolidate.add_commands(commands)

    site.add_commands(commands)
    report.add_commands(commands)
    return parser


def _utf8_output() -> None:
    """Files and pipes get UTF-8; a console keeps its own encoding, with a mark for what it cannot show."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    _utf8_output()
    # The language first: the help texts are written in it.
    early = argparse.ArgumentParser(add_help=False)
    early.add_argument("--lang", default="zh")
    set_language(early.parse_known_args(argv)[0].lang)
    try:
        args = _parser().parse_args(argv)
        code: int = args.run(args)
    except MixplanError as error:
        print(error, file=sys.stderr)
        return 1
    except BrokenPipeError:
        sys.stderr.close()  # the reader has gone, as with `mixplan screen | head`
        return 0
    return code
