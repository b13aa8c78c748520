"""What the consolidation page works with: the case as it is set, its findings, the plans, the chosen station."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from mixplan.base.errors import MixplanError
from mixplan.base.i18n import get_language
from mixplan.consolidation import takeover, tradeoff, words
from mixplan.consolidation.case import Case
from mixplan.consolidation.joint import JointPlan
from mixplan.consolidation.plan import Plan
from mixplan.ui import runs, session, shared, texts, work
from mixplan.ui.consolidation import plans
from mixplan.ui.consolidation.asked import CON
from mixplan.ui.consolidation.plans import Offer, Shown
from mixplan.ui.session import CON_PLANT


@dataclass(frozen=True, eq=False)
class Workspace:
    """Everything that the page works with.

    Attributes
    ----------
    case, findings
        As everything is set now; the plan's own are with it.
    asked : str
        Hash of what a plan would be made from now.
    offers : list of Offer
        The plans that there are.
    shown : Shown or None
        The one that is shown.
    plant : str or None
        The chosen station.
    """

    case: Case
    findings: pd.DataFrame
    asked: str
    offers: list[Offer]
    shown: Shown | None
    plant: str | None

    @property
    def plan(self) -> Plan | None:
        """The plan that is shown."""
        return None if self.shown is None else self.shown.plan

    @property
    def made(self) -> JointPlan | None:
        """The plan that is shown together with its mortar lines, where it has some."""
        return None if self.shown is None else self.shown.made

    @property
    def stale(self) -> bool:
        """Whether the plan that is shown was made from something else than what is set now."""
        return self.shown is not None and self.shown.offer.stale


def workspace() -> Workspace | None:
    """The case that the settings and the register give, or in words why there is none."""
    runs.collect(CON)
    inputs = plans.asked(plans.asked_kind())
    try:
        case, findings = plans.case_of(inputs, work.project().register)
    except MixplanError as problem:
        texts.message("info", str(problem))
        return None
    offers = plans.offers()
    return Workspace(case, findings, inputs.hash, offers, _shown(offers), _selected(case))


def _shown(offers: list[Offer]) -> Shown | None:
    """The chosen plan, whole; none where its record no longer fits, which is said."""
    offer = plans.chosen(offers)
    if offer is None:
        return None
    try:
        return plans.whole(offer)
    except MixplanError as problem:
        texts.message("warning", str(problem))
        return None


def _selected(case: Case) -> str | None:
    """The station chosen on the page, or named in the address (``?plant=…``); none where it is not in the case."""
    named = st.query_params.get("plant")
    if not CON_PLANT.known() or (session.went_back() and named != CON_PLANT.get()):
        CON_PLANT.put(named)
    plant = CON_PLANT.get()
    if plant is None or plant not in case.stations.index:
        st.query_params.pop("plant", None)
        return None
    st.query_params["plant"] = plant
    return plant


def faded(name: str, stale: bool) -> Any:
    """A container for what follows from a plan, greyed where that is stale."""
    return st.container(key=f"stale_{name}" if stale else f"con_{name}")


def select(plant_id: str | None) -> None:
    """Choose a station, or none."""
    CON_PLANT.put(plant_id)


@st.cache_data(show_spinner=False, max_entries=32)
def _reasons(key: str, language: str, _shown: Shown) -> pd.Series:
    return words.reasons(_shown.plan, _shown.findings, shared.rules().titles())


def reasons_of(shown: Shown) -> pd.Series:
    """Why the plan does with each station what it does, in words."""
    return _reasons(shown.key, get_language(), shown)


@st.cache_data(show_spinner=False, max_entries=32)
def _heirs(key: str, _plan: Plan) -> pd.DataFrame:
    return takeover.takeover(_plan)


def heirs_of(shown: Shown) -> pd.DataFrame:
    """Who takes over the demand of each station that stops."""
    return _heirs(shown.key, shown.plan)


@st.cache_data(show_spinner=False, max_entries=32)
def _estimates(key: str, _plan: Plan) -> pd.Series:
    return tradeoff.otherwise_estimates(_plan) if _plan.otherwise is None else _plan.otherwise


def estimates_of(shown: Shown) -> pd.Series:
    """What deciding otherwise on each station would cost, estimated."""
    return _estimates(shown.key, shown.plan)
