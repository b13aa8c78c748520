"""The command ``mixplan audit``: the plan's own figures checked against each other."""

import argparse
from dataclasses import asdict
from pathlib import Path

from mixplan.base.files.jsontext import json_text
from mixplan.base.i18n import gettext as _
from mixplan.cli.arguments import add_output, put_out
from mixplan.cli.indicators import add_indicators
from mixplan.plan.indicators import load_indicators
from mixplan.plan.words import pretty, unit_text
from mixplan.targets.audit.items import verdict_text
from mixplan.targets.audit.run import audit, open_items


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``audit`` takes."""
    parser.add_argument("--json", action="store_true")
    add_output(parser, "json")
    parser.add_argument("--strict", action="store_true", help=_("有待处理的矛盾或不符时以 1 退出"))
    add_indicators(parser)


def run(args: argparse.Namespace) -> int:
    """Print every check of the plan's figures; with ``--strict`` 1 while a finding is open."""
    items = audit(load_indicators(Path(args.indicators)))
    still = open_items(items)
    if args.json:
        document = {"open": len(still), "checked": len(items), "items": [asdict(item) for item in items]}
        put_out(args, json_text(document))
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
