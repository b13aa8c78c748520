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
from mixplan.consolidation import stations as consolidation_stations
from mixplan.consolidation.case import Case
from mixplan.consolidation.plan import Plan
from mixplan.registers.points import load_demand
from mixplan.ui import runs, shared, texts
from mixplan.ui.consolidation.controls import Choice
from mixplan.ui.consolidation.results import result
from mixplan.ui.consolidation.work import CON
from mixplan.ui.session import CON_ADOPTED, CON_PLANT


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
    book = shared.rules().with_margin(choice.margin_m)
    return consolidation_case.build_case(_plants, _findings, shared.layers(), book, load_demand(), choice.settings)


def workspace(choice: Choice) -> Workspace | None:
    """The case that the settings and the register give, or in words why there is none."""
    runs.collect(CON)
    plants, version = shared.register()
    findings, _judged = shared.screened(choice.margin_m, shared.rules().period_end)
    known = {str(i) for i in consolidation_stations.inventory(plants).index}
    locks = tuple((plant, word) for plant, word in choice.settings.locks if plant in known)
    choice = replace(choice, settings=replace(choice.settings, locks=locks))
    try:
        case = _case(version, choice, plants, findings)
    except MixplanError as problem:
        texts.message("info", str(problem))
        return None
    work = Workspace(choice, case, findings, ("plan", version, choice), None, False, None)
    made = result(joint_key(work))
    shown, adopted = _adopted(work), True
    if shown is None:
        shown, adopted = result(work.key), False
        if made is not None and (shown is None or st.session_state.get("con_show_joint", True)):
            shown = made.plan
    return replace(work, plan=shown, adopted=adopted, made=made)


def _adopted(work: Workspace) -> Plan | None:
    """The point of the trade-off that the planner has adopted for these inputs."""
    picked = CON_ADOPTED.get()
    if picked is None or picked[0] != pareto_key(work):
        return None
    points: list[tradeoff.Point] = result(picked[0]) or []
    return points[picked[1]].plan if picked[1] < len(points) else None


def pareto_key(work: Workspace) -> tuple[Any, ...]:
    """Under what the trade-off of these inputs is kept."""
    return ("pareto", *work.key[1:])


def joint_key(work: Workspace) -> tuple[Any, ...]:
    """Under what the joint run of these inputs is kept."""
    return ("joint", *work.key[1:])


def otherwise_key(work: Workspace, plant_id: str) -> tuple[Any, ...]:
    """Under what the cost of deciding otherwise on a station of this plan is kept."""
    return ("otherwise", key_of_plan(work), plant_id)


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
    return tradeoff.otherwise_estimates(_plan) if _plan.otherwise is None else _plan.otherwise


def _mark(plan: Plan | None) -> tuple[float, ...]:
    """What tells one run's plan from another's with the same inputs."""
    return () if plan is None else (plan.solution.objective, plan.solution.bound, plan.solution.seconds)


def key_of_plan(work: Workspace) -> tuple[Any, ...]:
    """What tells the plan shown from every other, for what is kept by it."""
    return (
        repr(work.key),
        str(CON_ADOPTED.get()) if work.adopted else "",
        *_mark(work.plan),
    )


def select(plant_id: str | None) -> None:
    """Choose a station, or none."""
    CON_PLANT.put(plant_id)


def selected(work: Workspace) -> str | None:
    """The chosen station, none where it is not in the case."""
    plant = CON_PLANT.get()
    return plant if plant in work.case.stations.index else None
