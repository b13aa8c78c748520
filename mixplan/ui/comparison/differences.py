"""What two scenarios differ in, before anything is computed from it."""

from mixplan.base.i18n import gettext as _
from mixplan.projects.differing import differing
from mixplan.ui import shared, work
from mixplan.ui.called import called
from mixplan.ui.comparison.columns import Column


def inputs(columns: list[Column]) -> list[list[str]]:
    """What each scenario sets, brings and decides otherwise than the first one, in words; empty lists for years."""
    if work.project().comparison.by != "scenario":
        return [[] for _column in columns]
    return [_differing(columns[0], column) for column in columns]


def _differing(first: Column, column: Column) -> list[str]:
    if column is first:
        return [_("比较的基准")]
    said = differing(work.at_hand().project, first.branch, column.branch, shared.rules(), called)
    return said or [_("与第一列相同")]
