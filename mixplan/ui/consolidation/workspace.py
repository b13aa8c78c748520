"""What the consolidation page works with: the case, its findings, the plan, the chosen station."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import pandas as pd
import streamlit as st

from mixplan.base.errors import MixplanError
from mixplan.consolidation import case as consolidation_case
from mixplan.consolidation import joint, takeover, tradeoff, words
from mixplan.consolidation.case import Case
from mixplan.consolidation.plan import Plan
from mixplan.registers.points import load_demand
from mixplan.ui import shared, texts
from mixplan.ui.consolidation import runs
from mixplan.ui.consolidation.controls import Choice


@dataclass(frozen=True, eq=False)
class Workspace:
    """Everything that the page works with: the case, its findings, and the plan where one has been made."""

    choice: Choice
    case: Case
    findings: pd.DataFrame
    key: tuple[Any, ...]
    plan: Plan | None
    adopted: bool
    made: joint.JointPlan | None


@st.cache_resource(show_spinner=False, max_entries=8)
def _case(version: str, choice: Choice, _plants: gpd.GeoDataFrame, _findings: pd.DataFrame) -> Case:
    book = shared.rules().with_values({"near_sensitive_area": choice.margin_m})
    return consolidation_case.build_case(_plants, _findings, shared.layers(), book, load_demand(), choice.settings)


def workspace(choice: Choice) -> Workspace | None:
    """The case that the settings and the register give, or in words why there is none."""
    plants, version = shared.register()
    findings, _judged = shared.screened(choice.margin_m, shared.rules().period_end)
    known = {str(i) for i in consolidation_case.inventory(plants).index}
    locks = tuple((plant, word) for plant, word in choice.settings.locks if plant in known)
    choice = replace(choice, settings=replace(choice.settings, locks=locks))
    try:
        case = _case(version, choice, plants, findings)
    except MixplanError as problem:
        texts.message("info", str(problem))
        return None
    jobs_key = ("plan", version, choice)
    shown = runs.result(jobs_key)
    adopted = False
    picked = st.session_state.get("con_adopted")
    if picked and picked[0] == ("pareto", version, choice):
        points = runs.result(picked[0])
        if points and picked[1] < len(points):
            shown, adopted = points[picked[1]].plan, True
    made = runs.result(("joint", version, choice))
    if made is not None and not adopted and (shown is None or st.session_state.get("con_show_joint", True)):
        shown = made.plan
    return Workspace(choice, case, findings, jobs_key, shown, adopted, made)


@st.cache_data(show_spinner=False, max_entries=32)
def reasons_of(key: tuple[Any, ...], adopted: bool, language: str, _plan: Plan, _findings: pd.DataFrame) -> pd.Series:
    """Why the plan does with each station what it does, in words."""
    titles = shared.rules().titles()
    return words.reasons(_plan, _findings, titles)


@st.cache_data(show_spinner=False, max_entries=32)
def heirs_of(key: tuple[Any, ...], adopted: bool, _plan: Plan) -> pd.DataFrame:
    """Who takes over the demand of each station that stops."""
    return takeover.takeover(_plan)


@st.cache_data(show_spinner=False, max_entries=32)
def estimates_of(key: tuple[Any, ...], adopted: bool, _plan: Plan) -> pd.Series:
    """What deciding otherwise on each station would cost, estimated."""
    return tradeoff.otherwise_estimates(_plan)


def _mark(plan: Plan | None) -> tuple[float, ...]:
    """What tells one run's plan from another's with the same inputs."""
    return () if plan is None else (plan.solution.objective, plan.solution.bound, plan.solution.seconds)


def key_of_plan(work: Workspace) -> tuple[Any, ...]:
    """What tells the plan shown from every other, for what is kept by it."""
    return (
        repr(work.key),
        str(st.session_state.get("con_adopted")) if work.adopted else "",
        *_mark(work.plan),
    )


def select(plant_id: str | None) -> None:
    """Choose a station, or none."""
    st.session_state.con_plant = plant_id


def selected(work: Workspace) -> str | None:
    """The chosen station, none where it is not in the case."""
    plant: str | None = st.session_state.get("con_plant")
    return plant if plant in work.case.stations.index else None
