"""The commands ``mixplan targets`` and ``mixplan audit``: the same functions as the page, printed."""

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from mixplan.base.files.jsontext import json_text
from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import local
from mixplan.base.paths import DATA_DIR
from mixplan.plan.indicators import load_indicators
from mixplan.plan.words import binding_text, direction_text, pretty, pretty_change, unit_text
from mixplan.projects import entries
from mixplan.targets.audit.items import verdict_text
from mixplan.targets.audit.run import audit, open_items
from mixplan.targets.entries import with_entries
from mixplan.targets.progress import baseline_text, latest_year, progress, progress_record
from mixplan.targets.status import Status, status_text

INDICATORS = DATA_DIR / "indicators.csv"


def _year(text: str) -> int:
    if not text.isdecimal() or len(text) != 4:
        raise argparse.ArgumentTypeError(_("年份应为四位数字，例如 2013；收到的是“{text}”").format(text=text))
    return int(text)


def _frame(args: argparse.Namespace) -> pd.DataFrame:
    return load_indicators(Path(args.indicators))


def run_targets(args: argparse.Namespace) -> int:
    """Print every target and how it stands; 0 whatever the statuses are."""
    frame = with_entries(_frame(args), entries.actuals())
    year = latest_year(frame) if args.year is None else args.year
    items = progress(frame, as_of=year)
    if args.json:
        counts = {str(status): sum(item.status is status for item in items) for status in Status}
        print(json_text({"as_of": year, "counts": counts, "targets": [progress_record(item) for item in items]}))
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
        + "，".join(f"{status_text(s)} {sum(item.status is s for item in items)}" for s in Status)
    )
    return 0


def run_audit(args: argparse.Namespace) -> int:
    """Print every check of the plan's figures; with ``--strict`` 1 while a finding is open."""
    items = audit(_frame(args))
    still = open_items(items)
    if args.json:
        print(json_text({"open": len(still), "checked": len(items), "items": [asdict(item) for item in items]}))
    else:
        for item in items:
            print(f"[{verdict_text(item.verdict)}] {item.title}（{'；'.join(item.clauses)}）")
            print(f"    {item.formula}")
            numbers = _("    原文 {stated}，重算 {recomputed}，相差 {difference}，容差 {tolerance} {unit}")
            print(
                numbers.format(
                    stated=pretty(item.stated, digits=2),
                    recomputed=pretty(item.recomputed, digits=2),
                    difference=pretty(item.difference, digits=2),
                    tolerance=pretty(item.tolerance, digits=2),
                    unit=unit_text(item.unit),
                )
            )
            print(f"    {item.explanation}")
        print(_("共核对 {all} 项，其中 {open} 项待处理。").format(all=len(items), open=len(still)))
    return 1 if args.strict and still else 0


def add_commands(subparsers: Any) -> None:
    """Register both commands with argparse's subparsers; each sets ``run``.

    Parameters
    ----------
    subparsers : argparse._SubParsersAction
        As ``ArgumentParser.add_subparsers`` returns it.
    """
    board = subparsers.add_parser("targets", help=_("各项规划目标的进度"))
    board.add_argument("--year", type=_year, metavar="Y", help=_("截至哪一年（默认为数据中最近的一年）"))
    board.add_argument("--json", action="store_true")
    board.set_defaults(run=run_targets)

    check = subparsers.add_parser("audit", help=_("核对规划自己的数字"))
    check.add_argument("--json", action="store_true")
    check.add_argument("--strict", action="store_true", help=_("有待处理的矛盾或不符时以 1 退出"))
    check.set_defaults(run=run_audit)
    for command in (board, check):
        command.add_argument(
            "--indicators", metavar="FILE", default=str(INDICATORS), help=_("另一份 indicators.csv（默认随附数据）")
        )
