"""Comments as a table that is handed out."""

from collections.abc import Mapping

import pandas as pd

from mixplan.base.i18n import gettext as _
from mixplan.projects.comments import Comment, kind_label, target_label


def comment_table(some: Mapping[str, Comment]) -> pd.DataFrame:
    """Comments with their answers, one a row, in the order given; times are UTC, names of persons are in it."""
    rows = [
        {
            _("对象类型"): kind_label(one.target.kind),
            _("对象"): target_label(one.target),
            _("编号"): one.target.id,
            _("经度"): one.target.place[0] if one.target.place else None,
            _("纬度"): one.target.place[1] if one.target.place else None,
            _("批注"): one.text,
            _("提出人"): one.who,
            _("提出时间（UTC）"): minute(one.at),
            _("回复"): "\n".join(f"{reply.who} {minute(reply.at)}: {reply.text}" for reply in one.answers),
        }
        for one in some.values()
    ]
    return pd.DataFrame(rows)


def minute(at: str) -> str:
    """A time as hand-outs say it: to the minute, UTC."""
    return at[:16].replace("T", " ")
