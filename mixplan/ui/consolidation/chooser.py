"""The plans side by side: which is shown, and how each stands."""

from __future__ import annotations

import streamlit as st

from mixplan.base.errors import MixplanError
from mixplan.base.i18n import gettext as _
from mixplan.base.numbers import at_most_pct
from mixplan.ui import session, texts
from mixplan.ui.consolidation import plans
from mixplan.ui.consolidation.plans import Offer
from mixplan.ui.consolidation.workspace import Workspace

_KEY = "con_plan"


def chooser(space: Workspace) -> None:
    """Choose among the plans that there are, each with its figures."""
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
