"""The command ``mixplan report``: the hand-outs of the page 会议汇报, as files."""

import argparse
import sys
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd

from mixplan.base.assets import read_template
from mixplan.base.errors import DataError
from mixplan.base.files import writing
from mixplan.base.i18n import LANGUAGES, get_language
from mixplan.base.i18n import gettext as _
from mixplan.base.progress import Progress
from mixplan.city.datums import DATUMS
from mixplan.cli.arguments import metres, number
from mixplan.cli.files import OfProject, add_project, given_plants, given_project, say_project
from mixplan.handouts import formats, of_project
from mixplan.handouts import report as handouts_report
from mixplan.plan.rules import load_rules
from mixplan.projects import entries
from mixplan.registers.decisions import read_decisions_file
from mixplan.registers.proposals import read_proposal_file


def _formats(text: str) -> tuple[str, ...]:
    wanted = tuple(dict.fromkeys(part.strip().lower() for part in text.split(",") if part.strip()))
    if not wanted or set(wanted) - set(formats.NAMES):
        raise argparse.ArgumentTypeError(
            _("格式应为 {known}，以逗号分隔；收到的是“{text}”").format(known=_("、").join(formats.NAMES), text=text)
        )
    return wanted


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``report`` takes."""
    parser.add_argument(
        "--plants", metavar="FILE", help=_("CSV 或 XLSX 登记册，列与 data/plants.csv 相同（默认随附登记册）")
    )
    parser.add_argument("--datum", choices=DATUMS, help=_("登记册的坐标系（默认 wgs84）"))
    parser.add_argument("--location-error", type=metres, metavar="M", help=_("未注明定位误差的站点采用的误差（m）"))
    add_project(parser.add_argument)
    parser.add_argument("--comments", action="store_true", help=_("附上项目的未决批注（含姓名）"))
    parser.add_argument("--siting", metavar="FILE", help=_("选址方案：mixplan site 的 JSON，或 CSV"))
    parser.add_argument("--consolidation", metavar="FILE", help=_("整合方案：mixplan consolidate 的 JSON"))
    parser.add_argument(
        "--format",
        type=_formats,
        default=_formats("pptx,pdf,html,xlsx,gpkg"),
        metavar="F,F…",
        help=_("格式：{known}，以逗号分隔（默认前五种）").format(known=_("、").join(formats.NAMES)),
    )
    parser.add_argument("--radius", type=number, metavar="KM", help=_("服务半径（km，默认取 rules.toml 的假设）"))
    parser.add_argument("--template", metavar="FILE", help=_("单位自己的 PowerPoint 模板（.pptx）"))
    # Also after the command's name; the default is what stands before it.
    parser.add_argument("--lang", choices=list(LANGUAGES), default=argparse.SUPPRESS, help=_("输出语言"))
    parser.add_argument("-o", "--output", metavar="DIR", required=True, help=_("放文件的文件夹；没有就新建"))
    parser.set_defaults(usage=parser.error)


def _proposal(path: str) -> tuple[gpd.GeoDataFrame, pd.DataFrame | None]:
    """Sites and deliveries of a proposal; a row that cannot be used stops the command, for a report must be whole."""
    found = read_proposal_file(Path(path))
    for note in found.notes:
        print(note, file=sys.stderr)
    return handouts_report.sites_of(found), found.deliveries


def run(args: argparse.Namespace) -> int:
    """Write the hand-outs; every file is whole or not there."""
    if "pptx" not in args.format and args.template:
        raise DataError(_("--template 只用于 pptx。"))
    if args.plants is None and (args.datum is not None or args.location_error is not None):
        args.usage(_("--datum 和 --location-error 只用于 --plants 给出的登记册"))
    given = given_project(args)
    if given is None and args.comments:
        raise DataError(_("{option} 要与 {other} 同用。").format(option="--comments", other="--project"))
    template = _template(args, given)
    used, bad = _given(args, given)
    report = used.report(entries.actuals(), None if given is None else given.origin)
    if given is not None and args.comments:
        report = handouts_report.with_comments(report, given.project.comments)
    shown = sys.stderr.isatty()

    def tell(now: Progress) -> bool:
        if shown:
            print(f"\r{now.done / now.of:4.0%} {now.text}\033[K", end="", file=sys.stderr, flush=True)
        return True

    for name in args.format:
        for file, content in formats.make(report, name, template=template, watcher=tell).items():
            path = Path(args.output) / file
            writing.write_file(path, content)
            if shown:
                print("\r\033[K", end="", file=sys.stderr)
            print(path)
    print(
        _("语言 {language}，输入哈希 {hash}").format(language=LANGUAGES[get_language()], hash=report.input_hash),
        file=sys.stderr,
    )
    say_project(given, into_text=False)
    return 1 if bad else 0


def _given(args: argparse.Namespace, given: OfProject | None) -> tuple[of_project.Given, int]:
    """What the report is made of: what the command line names, else the project's, else what is shipped."""
    warnings: list[str] = []
    plants, bad = given_plants(args, warnings, given)
    book = load_rules()
    used = of_project.Given(plants, book, None, None, None, None)
    if given is not None:
        used = of_project.given_by(given.project, given.get, plants=plants)
        warnings += used.notes
    if args.siting:
        sites, deliveries = _proposal(args.siting)
        flows, note = handouts_report.drawable_deliveries(deliveries)
        warnings += [note] if note else []
        used = replace(used, sites=sites, flows=flows, stale_sites="")
    if args.consolidation:
        used = replace(used, decisions=read_decisions_file(Path(args.consolidation)), stale_decisions="")
    if args.radius is not None:
        used = replace(used, radius_km=args.radius)
    for warning in (*warnings, *used.remarks):
        print(warning, file=sys.stderr)
    return used, bad


def _template(args: argparse.Namespace, given: OfProject | None) -> bytes | None:
    """The office's own PowerPoint template, where slides are made."""
    if args.template:
        return read_template(Path(args.template))
    use = None if given is None else given.project.briefing.template
    return None if use is None or given is None or "pptx" not in args.format else given.get(use.content)
