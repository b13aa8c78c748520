"""The plans that stand in the project, each with the page that makes it."""

from collections.abc import Mapping

import streamlit as st

from mixplan.base.i18n import gettext as _
from mixplan.projects.project import ConsolidationWork
from mixplan.projects.words import figures_words
from mixplan.ui import work
from mixplan.ui.pages import page_file
from mixplan.ui.texts import plain


def plans_at_hand() -> None:
    """The consolidation plan that is handed on and the new lines on the desk, in a line each."""
    st.markdown("**" + _("现有方案") + "**")
    st.page_link(page_file("consolidation"), label=plain(_consolidation()), width="stretch")
    st.page_link(page_file("siting"), label=plain(_lines()), width="stretch")


def _consolidation() -> str:
    project = work.project()
    untouched = project.consolidation == ConsolidationWork() and project.margin_m is None
    if untouched and project.register is None:
        return _("治理整合：随附方案")
    from mixplan.ui.consolidation import plans  # here, for who has set nothing should not wait for a solver

    offer = plans.chosen(plans.offers())
    if offer is None:
        return _("治理整合：还没有方案")
    known: Mapping[str, float | None] = {} if offer.result is None else offer.result.figures
    said = figures_words(known) if known else _("随附方案")
    text = _("治理整合，{kind}：{figures}（条件已改，请重新求解）") if offer.stale else _("治理整合，{kind}：{figures}")
    return text.format(kind=plans.kind_label(offer.kind), figures=said)


def _lines() -> str:
    desk = work.project().siting.desk
    if not desk.begun:
        return _("新线布局：随附方案")
    count = sum(desk.plan.values())
    return _("新线布局：{count} 条").format(count=count) if count else _("新线布局：还没有新线")
