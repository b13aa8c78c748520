"""The command ``mixplan targets``: every target of the plan and how it stands."""

import argparse
from pathlib import Path

from mixplan.base.files.jsontext import json_text
from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import local
from mixplan.cli.arguments import add_output, put_out, year_number
from mixplan.cli.indicators import add_indicators
from mixplan.plan.indicators import load_indicators
from mixplan.plan.words import binding_text, direction_text, pretty_change
from mixplan.projects import entries
from mixplan.targets.entries import with_entries
from mixplan.targets.progress import baseline_text, latest_year, progress, progress_record
from mixplan.targets.status import Status, status_text


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``targets`` takes."""
    parser.add_argument("--year", type=year_number, metavar="Y", help=_("截至哪一年（默认为数据中最近的一年）"))
    parser.add_argument("--json", action="store_true")
    add_output(parser, "json")
    add_indicators(parser)


def run(args: argparse.Namespace) -> int:
    """Print every target and how it stands; 0 whatever the statuses are."""
    frame = with_entries(load_indicators(Path(args.indicators)), entries.actuals())
    year = latest_year(frame) if args.year is None else args.year
    items = progress(frame, as_of=year)
    if args.json:
        counts = {str(status): sum(item.status is status for item in items) for status in Status}
        document = {"as_of": year, "counts": counts, "targets": [progress_record(item) for item in items]}
        put_out(args, json_text(document))
        return 0
    print(_("规划目标进度（截至 {year} 年）").format(year=year))
    for item in items:
        target = item.target
        print(
            f"[{status_text(item.status)}] {local(target)} {direction_text(target.direction)} {target.text()}"
            f" ({target.year}, {binding_text(target.binding_area)}, {target.clause})"
        )
        print(_("    基线 {baseline}；{reason}").format(baseline=baseline_text(item), reason=item.reason))
        if item.gap:
            text = _("    差距 {gap}，每年需变化 {pace}")
            print(
                text.format(gap=pretty_change(item.gap, target.unit), pace=pretty_change(item.pace_needed, target.unit))
            )
    print(
        _("共 {all} 项：").format(all=len(items))
        + _("，").join(f"{status_text(s)} {sum(item.status is s for item in items)}" for s in Status)
    )
    return 0
