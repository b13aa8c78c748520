"""The plans side by side: which is shown, and how each stands."""

from __future__ import annotations

import streamlit as st

from mixplan.base.errors import MixplanError
from mixplan.base.i18n import get_language
from mixplan.base.i18n import gettext as _
from mixplan.base.numbers import at_most_pct
from mixplan.ui import session, texts
from mixplan.ui.consolidation import plans
from mixplan.ui.consolidation.plans import Offer
from mixplan.ui.consolidation.workspace import Workspace


def chooser(space: Workspace) -> None:
    """Choose among the plans that there are, each with its figures."""
    by_kind = {offer.kind: offer for offer in space.offers}
    if not by_kind:
        return
    chosen = plans.chosen(space.offers)
    # A browser knows a choice by its words: they stay the same as long as the widget does.
    key = f"con_plan_{get_language()}"
    session.put_widget(key, None if chosen is None else chosen.kind)
    st.radio(
        _("方案"),
        list(by_kind),
        format_func=texts.shown(plans.kind_label),
        captions=[texts.plain(_standing(offer)) for offer in space.offers],
        horizontal=True,
        key=key,
        on_change=_choose,
        args=(key,),
        label_visibility="collapsed",
    )


def _choose(key: str) -> None:
    plans.show(session.widget(key))


def _standing(offer: Offer) -> str:
    """A plan in figures; below, whose it is, and whether it is stale."""
    said = [_("随附方案") if offer.result is None else _("自己求解")]
    said += [_("条件已改")] if offer.stale else []
    return "\n".join([_figures(offer), " · ".join(said)])


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
        gap="—" if gap is None else f"{at_most_pct(gap / 100.0, 2):.2f}%",
    )
