"""The plans that stand in the project, each with the page that makes it."""

from collections.abc import Mapping

import streamlit as st

from mixplan.base.errors import MixplanError
from mixplan.base.i18n import gettext as _
from mixplan.projects.project import ConsolidationWork, SitingWork
from mixplan.projects.words import figures_words
from mixplan.ui import work
from mixplan.ui.pages import page_file
from mixplan.ui.texts import plain

_TOLD = 2  # changes that a line has room for


def plans_at_hand() -> None:
    """The consolidation plan that is handed on and the new lines on the desk, in a line each."""
    st.markdown("**" + _("现有方案") + "**")
    st.page_link(page_file("consolidation"), label=plain(_consolidation()), width="stretch")
    st.page_link(page_file("siting"), label=plain(_lines()), width="stretch")


# What knows plans is imported only below: who has set nothing should not wait for a solver.


def _consolidation() -> str:
    project = work.project()
    if project.consolidation == ConsolidationWork() and not _other_conditions():
        return _("治理整合：随附方案")
    from mixplan.ui.consolidation import plans

    offer = plans.chosen(plans.offers())
    if offer is None:
        return _("治理整合：还没有方案")
    known: Mapping[str, float | None] = {} if offer.result is None else offer.result.figures
    said = figures_words(known) if known else _("随附方案")
    text = _("治理整合，{kind}：{figures}").format(kind=plans.kind_label(offer.kind), figures=said)
    if not offer.stale:
        return text
    try:
        return _since(text, plans.changed(offer))
    except MixplanError:  # its page says what is wrong with it
        return _since(text, [_("条件")])


def _lines() -> str:
    project = work.project()
    desk = project.siting.desk
    count = sum(desk.plan.values())
    text = _("新线布局：{count} 条").format(count=count) if count else _("新线布局：还没有新线")
    if not desk.begun:
        text = _("新线布局：随附方案")
        if project.siting == SitingWork() and not _other_conditions():
            return text
    from mixplan.ui.siting import plan

    try:
        return _since(text, plan.changes())
    except MixplanError:
        return text


def _other_conditions() -> bool:
    """Whether something is set that all plans follow from."""
    project = work.project()
    return not (project.margin_m is None and project.register is None and project.network is None)


def _since(text: str, changed: list[str]) -> str:
    """A plan with what has been set otherwise since it was solved."""
    if not changed:
        return text
    more = _("等 {count} 处").format(count=len(changed)) if len(changed) > _TOLD else ""
    what = _("、").join(changed[:_TOLD]) + more
    return _("{plan}（求解之后改了：{what}）").format(plan=text, what=what)
