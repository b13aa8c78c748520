"""The chosen station: what the plan does with it and why, and the planner's own decision."""

from __future__ import annotations

import numpy as np
import streamlit as st

from mixplan.base.i18n import gettext as _
from mixplan.city import rings
from mixplan.consolidation import words
from mixplan.plan import words as plan_words
from mixplan.plan.actions import DECISIONS
from mixplan.plan.words import decision_label
from mixplan.screening.verdicts import FLAG
from mixplan.ui import runs, texts
from mixplan.ui.comments import box
from mixplan.ui.comments.targets import on_station
from mixplan.ui.consolidation import plans
from mixplan.ui.consolidation.asked import CON
from mixplan.ui.consolidation.decisions import decide
from mixplan.ui.consolidation.plans import Shown
from mixplan.ui.consolidation.solve import start_otherwise
from mixplan.ui.consolidation.workspace import Workspace, estimates_of, faded, reasons_of, select


def card(space: Workspace) -> None:
    """The chosen station: what the plan does with it and why, the planner's own decision, the cost of another."""
    plant, shown = space.plant, space.shown
    if plant is None:
        st.info(_("点击地图上的站点或清单中的一行，查看理由并作出自己的决定。"))
        return
    row = space.case.stations.loc[plant]
    with st.container(border=True, key="con_card"):
        title, close = st.columns([8, 1], vertical_alignment="center")
        title.markdown(f"**{texts.plain(row['name'])}**")
        close.button("✕", on_click=select, args=(None,), help=_("关闭"), type="tertiary", key="con_card_close")
        st.caption(
            texts.plain(
                " · ".join(
                    [
                        rings.ring_label(row["ring"]),
                        texts.number(row["capacity"], 0, _("万m³/年")),
                        plan_words.evidence_label(row["evidence"]),
                    ]
                )
            )
        )
        known = shown is not None and plant in shown.plan.actions.index
        if shown is not None and known:
            with faded("card_plan", space.stale):
                action = str(shown.plan.actions.loc[plant, "action"])
                texts.lead(plan_words.action_label(action), reasons_of(shown)[plant])
        else:
            own = space.findings[(space.findings["plant_id"] == plant) & (space.findings["verdict"] == FLAG)]
            st.markdown(texts.plain(" ".join(own["reason"]) or _("未发现问题")))
        with st.container(horizontal=True):  # wraps where the labels are long
            for decision in DECISIONS:
                st.button(
                    texts.plain(decision_label(decision)),
                    on_click=decide,
                    args=(plant, decision),
                    key=f"con_{decision}",
                    type="primary" if row["lock"] == decision else "secondary",
                )
        if shown is not None and known and shown.plan.case.stations.loc[plant, "in_model"]:
            with faded("card_cost", space.stale):
                _cost_of_other(shown, plant)
        box.folded(on_station(space.case.stations, plant))


def _cost_of_other(shown: Shown, plant: str) -> None:
    estimate = float(estimates_of(shown)[plant])
    if np.isfinite(estimate):
        st.caption(
            texts.plain(
                _("另作决定的代价约 {cost:+,.0f} 万元/年（估计：两次线性松弛之差，不是界）。").format(cost=estimate)
            )
        )
    elif estimate > 0:
        st.caption(_("另作决定没有可行方案（线性松弛已不可行）。"))
    found = plans.otherwise_of(shown, plant)
    if found is not None:
        st.caption(texts.plain(words.otherwise_sentence(found)))
        return
    st.button(
        _("精确计算另作决定的代价"),
        key="con_otherwise",
        width="stretch",
        disabled=runs.running(CON),
        on_click=start_otherwise,
        args=(shown, plant),
    )
