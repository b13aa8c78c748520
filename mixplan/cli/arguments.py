"""Arguments that more than one command takes, and how their texts are read."""

import argparse
import sys
from datetime import date
from pathlib import Path

from mixplan.base.files.columns import CellError, amount_between
from mixplan.base.files.writing import write_file
from mixplan.base.i18n import gettext as _
from mixplan.plan.rules import load_rules
from mixplan.plan.words import rule_kind_label

MOST_METRES = 100_000.0  # as a register may state of a place
_up_to_most = amount_between(-1e9, 1e9)  # beyond, nothing about a city is meant


def day(text: str) -> date:
    """A date written as year-month-day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            _("日期应写作 年-月-日，例如 2015-12-31；收到的是“{text}”").format(text=text)
        ) from None


def year_number(text: str) -> int:
    """A year of four digits."""
    if not (text.isascii() and text.isdecimal()) or len(text) != 4 or int(text) == 0:
        raise argparse.ArgumentTypeError(_("年份应为四位数字，例如 2013；收到的是“{text}”").format(text=text))
    return int(text)


def number(text: str) -> float:
    """A number, as a table's cell is read; whether it is one that means something, its setting says."""
    try:
        return _up_to_most(text)
    except CellError as fault:
        said = _("{problem}；收到的是“{text}”").format(problem=_(fault.text).format(**dict(fault.details)), text=text)
        raise argparse.ArgumentTypeError(said) from None


def whole_number(text: str) -> int:
    """A number without decimals."""
    value = number(text)
    if value != int(value):
        raise argparse.ArgumentTypeError(_("应为整数；收到的是“{text}”").format(text=text))
    return int(value)


def metres(text: str) -> float:
    """A length in metres, nought or more, that still lies about the city."""
    value = number(text)
    if not 0 <= value <= MOST_METRES:
        raise argparse.ArgumentTypeError(
            _("应为 0 与 {most:,.0f} 之间的米数；收到的是“{text}”").format(most=MOST_METRES, text=text)
        )
    return value


def add_output(parser: argparse.ArgumentParser, *forms: str) -> None:
    """Add ``-o FILE``, into which what one of some forms (``json``, ``csv``) prints is written whole or not at all."""
    options = _("、").join(f"--{form}" for form in forms)
    parser.add_argument(
        "-o", "--output", metavar="FILE", help=_("把 {options} 的结果写到文件，而不是标准输出").format(options=options)
    )
    parser.set_defaults(forms=forms)


def put_out(args: argparse.Namespace, content: str | bytes) -> None:
    """A document to the file of ``-o``, or to standard output."""
    if args.output is not None:
        write_file(Path(args.output), content.encode(errors="replace") + b"\n" if isinstance(content, str) else content)
    elif isinstance(content, str):
        print(content)
    else:
        sys.stdout.buffer.write(content)


def margin_help() -> str:
    """What ``--margin`` sets, and whether its usual value is the plan's, a regulation's or assumed."""
    kind = load_rules().rule_for("sensitive_margin").kind
    return _("环境敏感区外扩距离（m，{kind}）").format(kind=rule_kind_label(kind))
