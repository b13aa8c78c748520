"""Settings of the comparison: what stands in the columns."""

import streamlit as st

from mixplan.base.i18n import gettext as _
from mixplan.ui import session, texts, work
from mixplan.ui.comparison import columns, scenarios
from mixplan.ui.comparison.columns import MOST
from mixplan.ui.session import REFUSED

_BY, _COLUMNS = "compare_by", "compare_columns"


def controls() -> None:
    """What is compared, and the scenarios that there are."""
    names = {"scenario": _("各方案"), "year": _("各年份")}
    session.put_widget(_BY, work.project().comparison.by)
    st.segmented_control(
        _("比较"),
        list(names),
        key=_BY,
        format_func=texts.shown(names.__getitem__),
        required=True,
        on_change=lambda: columns.put_by(str(session.widget(_BY))),
    )
    by = work.project().comparison.by
    labels = columns.branches() if by == "scenario" else {code: code for code in columns.codes(by)}
    if len(labels) > 1:
        key = session.choice_key(_COLUMNS, labels.values())
        session.put_widget(key, columns.chosen())
        st.multiselect(
            texts.plain(_("各列（2–{most} 个，与第一列比较）").format(most=MOST)),
            list(labels),
            key=key,
            format_func=labels.__getitem__,
            select_all=False,
            placeholder=_("选择要比较的列"),
            on_change=_put_columns,
            args=(key,),
        )
    scenarios.new_scenario()
    scenarios.manage()


def _put_columns(key: str) -> None:
    wanted = session.widget(key)
    if wanted is not None:  # a browser may still speak of the widget that stood here before
        columns.put_columns(list(wanted)[:MOST])
        if len(wanted) > MOST:  # Streamlit would say it in its own language
            REFUSED.put(_("最多并排 {most} 列；要换一列，先去掉一列。").format(most=MOST))


def empty() -> None:
    """What a scenario is, and a button that makes the first."""
    texts.message(
        "info",
        _(
            "方案是项目的一个分支：从现在的工作复制一份，起个名字，在它上面改设置、决定和求解，项目本身不变；"
            "然后在这里并排比较。也可以不建方案，比较各个年份。"
        ),
    )
    first, years, _rest = st.columns([3, 3, 4])
    first.button(
        _("新建第一个方案"), type="primary", on_click=scenarios.begin_first, key="scenario_first", width="stretch"
    )
    years.button(_("比较年份"), on_click=columns.put_by, args=("year",), key="compare_years", width="stretch")
