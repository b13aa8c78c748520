"""What two scenarios differ in, before anything is computed from it."""

from mixplan.base.errors import MixplanError
from mixplan.base.i18n import gettext as _
from mixplan.projects.differing import differing
from mixplan.projects.scenarios import work_of
from mixplan.ui import shared, work
from mixplan.ui.comparison.columns import Column


def inputs(columns: list[Column]) -> list[list[str]]:
    """What each scenario sets, brings and decides otherwise than the first one, in words; empty lists for years."""
    if work.project().comparison.by != "scenario":
        return [[] for _column in columns]
    return [_differing(columns[0], column) for column in columns]


def _differing(first: Column, column: Column) -> list[str]:
    whole = work.at_hand().project
    if column is first:
        return [_("比较的基准")]
    try:
        said = differing(work_of(whole, first.branch), work_of(whole, column.branch), shared.rules())
    except MixplanError as problem:  # settings that make no sense, which their page says as well
        return [str(problem)]
    return said or [_("与第一列相同")]
