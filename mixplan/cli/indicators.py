"""The option of the commands that read the plan's figures."""

import argparse

from mixplan.base.i18n import gettext as _
from mixplan.base.paths import DATA_DIR

INDICATORS = DATA_DIR / "indicators.csv"


def add_indicators(parser: argparse.ArgumentParser) -> None:
    """Add the option that names another table of the plan's figures."""
    parser.add_argument(
        "--indicators", metavar="FILE", default=str(INDICATORS), help=_("另一份 indicators.csv（默认随附数据）")
    )
