"""Arguments that more than one command takes, and how their texts are read."""

import argparse
import math
from datetime import date

from mixplan.base.i18n import gettext as _
from mixplan.plan.rules import load_rules
from mixplan.plan.words import rule_kind_label


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
    if not text.isdecimal() or len(text) != 4 or int(text) == 0:
        raise argparse.ArgumentTypeError(_("年份应为四位数字，例如 2013；收到的是“{text}”").format(text=text))
    return int(text)


def metres(text: str) -> float:
    """A length in metres, nought or more."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value >= 0):
        raise argparse.ArgumentTypeError(_("应为不小于 0 的米数，收到的是“{text}”").format(text=text))
    return value


def margin_help() -> str:
    """What ``--margin`` sets, and whether its usual value is the plan's, a regulation's or assumed."""
    kind = load_rules().rule_for("sensitive_margin").kind
    return _("环境敏感区外扩距离（m，{kind}）").format(kind=rule_kind_label(kind))
