"""The command ``mixplan report``: the hand-outs of the page 会议汇报, as files."""

import argparse
import sys
from pathlib import Path

import geopandas as gpd
import pandas as pd

from mixplan.base.assets import read_template
from mixplan.base.errors import DataError
from mixplan.base.files import writing
from mixplan.base.i18n import LANGUAGES, get_language
from mixplan.base.i18n import gettext as _
from mixplan.base.paths import DATA_DIR
from mixplan.base.progress import Progress
from mixplan.city.layers import load_layers
from mixplan.cli.arguments import number
from mixplan.handouts import formats
from mixplan.handouts import report as handouts_report
from mixplan.plan.indicators import load_indicators
from mixplan.plan.rules import load_rules
from mixplan.projects import entries
from mixplan.registers.decisions import read_decisions_file
from mixplan.registers.plants import load_plants
from mixplan.registers.proposals import read_proposal_file
from mixplan.targets.entries import with_entries


def _formats(text: str) -> tuple[str, ...]:
    wanted = tuple(dict.fromkeys(part.strip().lower() for part in text.split(",") if part.strip()))
    if not wanted or set(wanted) - set(formats.NAMES):
        raise argparse.ArgumentTypeError(
            _("格式应为 {known}，以逗号分隔；收到的是“{text}”").format(known=_("、").join(formats.NAMES), text=text)
        )
    return wanted


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``report`` takes."""
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


def _proposal(path: str | None) -> tuple[gpd.GeoDataFrame | None, pd.DataFrame | None]:
    """Sites and deliveries of a proposal; a row that cannot be used stops the command, for a report must be whole."""
    if path is None:
        return None, None
    found = read_proposal_file(Path(path))
    for note in found.notes:
        print(note, file=sys.stderr)
    return handouts_report.sites_of(found), found.deliveries


def run(args: argparse.Namespace) -> int:
    """Write the hand-outs; every file is whole or not there."""
    if "pptx" not in args.format and args.template:
        raise DataError(_("--template 只用于 pptx。"))
    sites, deliveries = _proposal(args.siting)
    flows, note = handouts_report.drawable_deliveries(deliveries)
    if note:
        print(note, file=sys.stderr)
    decisions = read_decisions_file(Path(args.consolidation)) if args.consolidation else None
    template = read_template(Path(args.template)) if args.template else None
    indicators = with_entries(load_indicators(DATA_DIR / "indicators.csv"), entries.actuals())
    report = handouts_report.build(
        load_plants(),
        load_layers(),
        load_rules(),
        indicators,
        sites=sites,
        flows=flows,
        decisions=decisions,
        radius_km=args.radius,
    )
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
    return 0
