"""The command ``mixplan screen``: every station judged by the rules in force."""

import argparse
import sys

import geopandas as gpd
import pandas as pd

from mixplan.base.files.jsontext import json_text, records
from mixplan.base.files.sheets import table_csv
from mixplan.base.i18n import gettext as _
from mixplan.city.datums import DATUMS
from mixplan.city.layers import load_layers
from mixplan.cli.arguments import add_output, day, margin_help, metres, put_out
from mixplan.cli.files import add_project, given_margin, given_plants, given_project, say_project
from mixplan.handouts.geojson import geojson
from mixplan.plan.kinds import COUNTED
from mixplan.plan.rules import load_rules
from mixplan.screening.explain import explain
from mixplan.screening.judge import overall, screen
from mixplan.screening.stations import flag_count, flag_sentence
from mixplan.screening.verdicts import FLAG, NOT_IN_FORCE, verdict_label


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``screen`` takes."""
    end = load_rules().period_end
    parser.add_argument(
        "--plants", metavar="FILE", help=_("CSV 或 XLSX 登记册，列与 data/plants.csv 相同（默认随附登记册）")
    )
    add_project(parser.add_argument)
    parser.add_argument("--datum", choices=DATUMS, help=_("登记册的坐标系（默认 wgs84）"))
    parser.add_argument("--date", type=day, default=end, help=_("按哪一天生效的规则（默认 {day}）").format(day=end))
    parser.add_argument("--margin", type=metres, metavar="M", help=margin_help())
    parser.add_argument("--location-error", type=metres, metavar="M", help=_("未注明定位误差的站点采用的误差（m）"))
    output = parser.add_mutually_exclusive_group()
    for form in ("json", "csv", "geojson"):
        output.add_argument(f"--{form}", action="store_true")
    add_output(parser, "json", "csv", "geojson")
    parser.set_defaults(usage=parser.error)


def run(args: argparse.Namespace) -> int:
    """Judge every station and print what was found; 1 where rows of the register could not be used."""
    if args.plants is None and (args.datum is not None or args.location_error is not None):
        args.usage(_("--datum 和 --location-error 只用于 --plants 给出的登记册"))
    book, layers = load_rules(), load_layers()
    given = given_project(args)
    margin_m, warnings = given_margin(args, given, book)
    book = book.with_margin(margin_m)
    plants, bad = given_plants(args, warnings, given)
    if unplaced := int(plants.geometry.isna().sum()):
        text = _("{plants} 个站点中有 {count} 个没有坐标：凡要看位置的判定，对这些站点都是“资料不足”。")
        warnings = [*warnings, text.format(plants=len(plants), count=unplaced)]
    findings = screen(plants, layers, book, on=args.date)
    findings["reason"] = explain(findings, plants, layers, book)
    judged = overall(findings, plants, book)
    if unruled := int((judged["verdict"] == NOT_IN_FORCE).sum()):
        text = _("{plants} 个站点中有 {count} 个在 {day} 没有适用的规则：判定为“{verdict}”。")
        label = verdict_label(NOT_IN_FORCE)
        warnings = [*warnings, text.format(plants=len(plants), count=unruled, day=args.date, verdict=label)]
    for warning in warnings:
        print(warning, file=sys.stderr)
    origin = None if given is None else given.origin
    if args.geojson:
        places = plants.geometry.reindex(findings["plant_id"]).to_numpy()
        layer = gpd.GeoDataFrame(findings, geometry=places, crs=plants.crs)
        put_out(args, geojson(layer, warnings=warnings, origin=origin))
    elif args.csv:
        put_out(args, table_csv(findings, origin="" if origin is None else origin.text))
    elif args.json:
        columns = ["plant_id", "rule_id", "verdict", "value", "threshold", "unit", "distance_m", "certainty", "clause"]
        rows = records(findings[[*columns, "accuracy_m", "subject_id", "reason"]])
        # The document is a list of findings, so each of them carries what holds for all.
        of_all = {"warnings": warnings} if origin is None else {"warnings": warnings, "project": origin.record()}
        found = [{**row, **of_all} for row in rows]
        put_out(args, json_text(found))
    else:
        _print_flags(plants, findings, judged)
    say_project(given, into_text=not (args.geojson or args.csv or args.json))
    return 1 if bad else 0


def _print_flags(plants: gpd.GeoDataFrame, findings: pd.DataFrame, judged: pd.DataFrame) -> None:
    """The flags in words, and totals of findings and of stations."""
    flagged = findings[findings["verdict"] == FLAG]
    for row in flagged.to_dict("records"):
        print(f"{row['plant_id']} {plants['name'][row['plant_id']]} [{row['clause']}] {row['reason']}")
    counted = plants.index[plants["status"].isin(COUNTED)]
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
