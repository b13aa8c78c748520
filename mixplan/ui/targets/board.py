"""All targets at a glance."""

from collections.abc import Hashable, Sequence

import streamlit as st

from mixplan.base.i18n import gettext as _
from mixplan.charts import board as charts_board
from mixplan.plan.words import pretty
from mixplan.targets import progress
from mixplan.targets import status as targets_status
from mixplan.targets.audit.items import AuditItem
from mixplan.targets.audit.run import open_items
from mixplan.ui.tables import chart_with_table
from mixplan.ui.targets.figures import Known
from mixplan.ui.texts import plain


def year_control(known: Known) -> int:
    """As-of year, in the sidebar: from the plan's base year to the latest year on record."""
    first, last = known.first_year, max(known.latest_year, known.first_year + 1)
    return int(
        st.sidebar.select_slider(
            _("截至年份"),
            options=list(range(first, last + 1)),
            value=last,
            key="targets_year",
            help=_("只计入这一年及以前的实绩；默认为数据中最近的一年。"),
        )
    )


def key_figures(items: Sequence[progress.TargetProgress], found: Sequence[AuditItem]) -> None:
    """How many targets have which status, and how many findings of the audit are open."""
    columns = st.columns(6)
    columns[0].metric(_("规划目标"), plain(pretty(len(items))))
    for column, status in zip(columns[1:5], targets_status.Status, strict=True):
        sign = charts_board.STATUS_SIGN[status]
        column.metric(
            plain(f"{sign} {targets_status.status_text(status)}"), plain(pretty(sum(i.status is status for i in items)))
        )
    columns[5].metric(
        _("待处理的核对问题"),
        plain(pretty(len(open_items(found)))),
        help=_("规划内部数字的矛盾与不符，见“规划核对”。"),
    )


def board(items: Sequence[progress.TargetProgress], version: Hashable) -> None:
    """All targets at a glance; ``version`` tells the items from every other."""
    table = progress.progress_table(items)
    chart_with_table(lambda: charts_board.board_chart(items), table, _("目标进度"), key="board", version=version)
