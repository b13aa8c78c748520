"""The plans side by side: which is shown, how each stands, and what has changed since."""

from __future__ import annotations

import streamlit as st

from mixplan.base.errors import MixplanError
from mixplan.base.i18n import gettext as _
from mixplan.base.numbers import at_most_pct
from mixplan.consolidation import words
from mixplan.plan.words import solution_label
from mixplan.ui import runs, session, texts
from mixplan.ui.consolidation import plans
from mixplan.ui.consolidation.asked import CON
from mixplan.ui.consolidation.plans import Offer
from mixplan.ui.consolidation.solve import start
from mixplan.ui.consolidation.workspace import Workspace

_KEY = "con_plan"


def chooser(space: Workspace) -> None:
    """Choose among the plans that there are, each with its figures; then what the one that is shown is."""
    by_kind = {offer.kind: offer for offer in space.offers}
    if not by_kind:
        return
    chosen = plans.chosen(space.offers)
    session.put_widget(_KEY, None if chosen is None else chosen.kind)
    st.radio(
        _("方案"),
        list(by_kind),
        format_func=texts.shown(lambda kind: _title(by_kind[kind])),
        captions=[texts.plain(_figures(offer)) for offer in space.offers],
        horizontal=True,
        key=_KEY,
        on_change=_choose,
        label_visibility="collapsed",
    )
    if space.shown is not None:
        _standing(space)


def _choose() -> None:
    plans.show(session.widget(_KEY))


def _title(offer: Offer) -> str:
    parts = [plans.kind_label(offer.kind)]
    parts += [_("随附方案")] if offer.result is None else []
    parts += [_("条件已改")] if offer.stale else []
    return " · ".join(parts)


def _figures(offer: Offer) -> str:
    """A plan in a line."""
    try:
        found = plans.figures_of(offer)
    except MixplanError:  # said where it is shown
        return "—"
    gap = found.get("gap_pct")
    return _("{sites} 站，需治理 {flagged} · 运距 {haul} km · 差距 {gap}").format(
        sites=texts.number(found.get("sites")),
        flagged=texts.number(found.get("flagged")),
        haul=texts.number(found.get("haul_km"), 1),
        gap="—" if gap is None else f"{at_most_pct(gap / 100.0):.1f}%",
    )


def _standing(space: Workspace) -> None:
    """How the search for the plan ended and how good it is; what has changed since, with a way to solve it again."""
    shown = space.shown
    assert shown is not None
    origin = _("来自取舍曲线的一点（不计问题分值）。") if shown.offer.kind == "tradeoff" else ""
    ended = solution_label(shown.plan.status) + _("。")
    said = " ".join(filter(None, (origin, ended, words.gap_sentence(shown.plan.solution.gap))))
    if not shown.offer.stale:
        st.markdown(texts.plain(said))
        return
    text, button = st.columns([5, 1], vertical_alignment="center")
    texts.message("warning", plans.stale_sentence(shown.changed), text)
    if shown.offer.kind != plans.asked_kind():  # else the button above does it
        button.button(
            _("重新求解"),
            key="con_again",
            width="stretch",
            disabled=runs.running(CON),
            on_click=start,
            args=(shown.offer.kind,),
        )
