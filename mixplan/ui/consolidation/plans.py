"""The plans that a project has side by side, each whole again from its record; until it has one, the shipped one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

import geopandas as gpd
import pandas as pd
import streamlit as st

from mixplan.base.errors import DataError, MixplanError
from mixplan.base.files.jsontext import digest
from mixplan.base.i18n import gettext as _
from mixplan.consolidation import case as consolidation_case
from mixplan.consolidation import inputs as consolidation_inputs
from mixplan.consolidation import joint, kept
from mixplan.consolidation.answers import plan_figures
from mixplan.consolidation.case import Case
from mixplan.consolidation.decided import decided_in
from mixplan.consolidation.inputs import Inputs
from mixplan.consolidation.joint import JointCase, JointPlan
from mixplan.consolidation.kept import Kept
from mixplan.consolidation.plan import Plan
from mixplan.consolidation.settings import Settings
from mixplan.consolidation.tradeoff import Otherwise, Point
from mixplan.plan.datapackage import solved
from mixplan.projects.contents import record_of
from mixplan.projects.project import FileUse, PlanKind, Result
from mixplan.projects.staleness import plan_asked
from mixplan.registers.points import load_demand
from mixplan.ui import shared, work
from mixplan.ui.done import done

KINDS: tuple[PlanKind, ...] = ("single", "phased", "joint", "tradeoff")
_SHIPPED = KINDS[:3]


def kind_label(kind: PlanKind) -> str:
    """What a kind of plan is called."""
    return {
        "single": _("目标年方案"),
        "phased": _("逐年方案"),
        "joint": _("与砂浆线联合"),
        "tradeoff": _("取舍曲线的一点"),
    }[kind]


def asked_kind() -> PlanKind:
    """The kind of plan that the settings ask for."""
    return work.project().consolidation.asked


def asked(kind: PlanKind) -> Inputs:
    """What a plan of a kind would be made from now: settings, decisions, margin, register."""
    project, (plants, version) = work.project(), shared.register()
    register = "" if project.register is None else version
    return plan_asked(project, kind, shared.rules(), plants=plants, register=register)


@dataclass(frozen=True)
class Offer:
    """A plan that there is.

    Attributes
    ----------
    result : Result or None
        The planner's own, none for one that is shipped.
    stale : bool
        Whether what it was made from is no longer what is set.
    """

    kind: PlanKind
    result: Result | None
    stale: bool

    @property
    def content(self) -> str:
        """What tells its record from every other."""
        return self.result.content if self.result is not None else _shipped_hash(self.kind)

    @property
    def register(self) -> FileUse | None:
        """The planner's own stations that it was made for, none for the shipped ones."""
        return None if self.result is None else self.result.register

    def record(self) -> Mapping[str, Any]:
        """The record of it, as it is kept."""
        return _content(self.result) if self.result is not None else solved(f"consolidation_{self.kind}")


@cache
def _shipped_hash(kind: PlanKind) -> str:
    return digest(solved(f"consolidation_{kind}"))


def _content(result: Result) -> Mapping[str, Any]:
    record: Mapping[str, Any] = record_of(work.content(result))
    return record


def offers() -> list[Offer]:
    """The plans that there are, one a kind: the planner's own, else the shipped one where its stations are in use."""
    project, found = work.project(), []
    for kind in KINDS:
        result = project.consolidation.plans.get(kind)
        if result is not None:
            found.append(Offer(kind, result, result.inputs != asked(kind).hash))
        elif kind in _SHIPPED and project.register is None:
            offer = Offer(kind, None, stale=False)
            found.append(replace(offer, stale=inputs_of(offer).hash != asked(kind).hash))
    return found


def older(kind: PlanKind) -> Mapping[str, Any] | None:
    """Record of the plan of a kind that there is, for a search to start from; None where there is none."""
    offer = next((one for one in offers() if one.kind == kind), None)
    if offer is None:
        return None
    try:
        inputs_of(offer)
    except MixplanError:  # said where it is shown
        return None
    return offer.record()


def chosen(some: list[Offer]) -> Offer | None:
    """The plan that is shown and handed on: the one that was chosen, else of the kind that is asked for."""
    by_kind = {offer.kind: offer for offer in some}
    first, otherwise = work.project().consolidation.wanted
    return by_kind.get(first) or by_kind.get(otherwise)


@st.cache_resource(show_spinner=False, max_entries=48)
def _read(content: str, _record: Callable[[], Mapping[str, Any]]) -> Kept:
    return kept.read_kept(_record(), name=_("方案"))


def inputs_of(offer: Offer) -> Inputs:
    """What a plan was made from."""
    return _read(offer.content, offer.record).inputs


def changed(offer: Offer) -> list[str]:
    """What has been set otherwise since a plan was made, a few words each."""
    return consolidation_inputs.changed(inputs_of(offer), asked(offer.kind), shared.rules())


def decided_by(offer: Offer) -> pd.DataFrame:
    """What a plan does with each station, for other pages; see `consolidation.decided`.

    Raises
    ------
    DataError
        Where its record is none of a plan.
    """
    found = decided_in(_read(offer.content, offer.record))
    if found is None:
        raise _lacking(offer.kind, "plan")
    return found


def _lacking(kind: PlanKind, key: str) -> DataError:
    """What is wrong with a record that came from elsewhere and is none of what it is said to be."""
    return DataError(_("{name} 中没有 {key}。").format(name=kind_label(kind), key=key))


@dataclass(frozen=True, eq=False)
class Shown:
    """The plan that is shown, whole.

    Attributes
    ----------
    changed : list of str
        What has been set otherwise since; empty where nothing has.
    findings : DataFrame
        What screening finds with the margin that it was made with.
    """

    offer: Offer
    plan: Plan
    made: JointPlan | None
    inputs: Inputs
    findings: pd.DataFrame
    changed: list[str]

    @property
    def key(self) -> str:
        """What tells it from every other plan."""
        return self.offer.content


@st.cache_resource(show_spinner=False, max_entries=12)
def _case(version: str, wanted: Settings, margin_m: float, _plants: gpd.GeoDataFrame, _findings: pd.DataFrame) -> Case:
    book = shared.rules().with_margin(margin_m)
    return consolidation_case.build_case(_plants, _findings, shared.layers(), book, load_demand(), wanted)


def case_of(inputs: Inputs, register: FileUse | None) -> tuple[Case, pd.DataFrame]:
    """The case that inputs give on a register, and its findings.

    Raises
    ------
    MixplanError
        Where they give none.
    """
    of = shared.register_of(register, work.content_under)
    findings, _judged = shared.screened(inputs.margin_m, shared.rules().period_end, of=of)
    return _case(of[1], inputs.settings, inputs.margin_m, of[0], findings), findings


@st.cache_resource(show_spinner=False, max_entries=4)
def _joint_case(version: str, inputs: Inputs, _case: Case, _plants: gpd.GeoDataFrame) -> JointCase:
    book = shared.rules().with_margin(inputs.margin_m)
    assert inputs.joint is not None
    return joint.build_joint(_case, _plants, shared.layers(), book, load_demand(), inputs.joint)


@st.cache_resource(show_spinner=False, max_entries=12)
def _whole(
    content: str, inputs: Inputs, version: str, _case: Case, _offer: Offer, _plants: gpd.GeoDataFrame
) -> tuple[Plan, JointPlan | None]:
    record, name = _offer.record(), kind_label(_offer.kind)
    if _offer.kind == "joint":
        if inputs.joint is None:
            raise _lacking(_offer.kind, "joint")
        made = kept.joint_plan_of(_joint_case(version, inputs, _case, _plants), record, name=name)
        return made.plan, made
    if _offer.kind == "tradeoff":
        points = kept.points_of(_case, record, name=name)
        if not points:
            raise _lacking(_offer.kind, "points")
        return points[0].plan, None
    return kept.plan_of(_case, record, name=name), None


def whole(offer: Offer) -> Shown:
    """A plan made whole again from its record and what it was made from.

    Raises
    ------
    MixplanError
        Where it is no plan of what it says it was made from, as after a change of the shipped data.
    """
    inputs = inputs_of(offer)
    case, findings = case_of(inputs, offer.register)
    plants, version = shared.register_of(offer.register, work.content_under)
    plan, made = _whole(offer.content, inputs, version, case, offer, plants)
    return Shown(offer, plan, made, inputs, findings, changed(offer) if offer.stale else [])


def figures_of(offer: Offer) -> Mapping[str, float | None]:
    """A plan in a few numbers, see `consolidation.answers.plan_figures`."""
    return _shipped_figures(offer.content, offer) if offer.result is None else offer.result.figures


@st.cache_data(show_spinner=False)
def _shipped_figures(content: str, _offer: Offer) -> Mapping[str, float | None]:
    return plan_figures(whole(_offer).plan)


@dataclass(frozen=True, eq=False)
class Tradeoff:
    """The points between flagged stations kept and haul, and what has been set otherwise since."""

    points: list[Point]
    stale: bool
    changed: list[str]


@st.cache_resource(show_spinner=False, max_entries=4)
def _points(content: str, inputs: Inputs, version: str, _case: Case, _offer: Offer) -> list[Point]:
    return kept.points_of(_case, _offer.record(), name=_("取舍曲线"))


def tradeoff_points() -> Tradeoff | None:
    """The trade-off that the project has; none where none has been asked for.

    Raises
    ------
    MixplanError
        Where its record does not fit what it says it was made from.
    """
    result = work.project().consolidation.tradeoff
    if result is None:
        return None
    offer = Offer("tradeoff", result, result.inputs != asked("tradeoff").hash)
    inputs = inputs_of(offer)
    case, _findings = case_of(inputs, result.register)
    version = shared.register_of(result.register, work.content_under)[1]
    points = _points(offer.content, inputs, version, case, offer)
    return Tradeoff(points, offer.stale, changed(offer) if offer.stale else [])


def adopt(number: int) -> None:
    """Take a point of the trade-off as a plan, and show it; where it cannot be kept the page says why."""
    if place := work.keep():
        done(_adopt, place, number)


def _adopt(place: str, number: int) -> None:
    project = work.project()
    result = project.consolidation.tradeoff
    assert result is not None  # the button stands beside the points
    trade = tradeoff_points()
    assert trade is not None
    record = dict(_content(result))
    record["points"] = [record["points"][number]]
    figures = plan_figures(trade.points[number].plan)
    made_at = datetime.now(UTC).isoformat(timespec="seconds")
    made = work.put_result_of(place, record, inputs=result.inputs, figures=figures, made_at=made_at)
    made = replace(made, register=result.register)
    its = project.consolidation
    plans = {**its.plans, "tradeoff": made}
    work.change(replace(project, consolidation=replace(its, plans=plans, shown="tradeoff")))


def show(kind: PlanKind | None) -> None:
    """Show a plan of a kind, and hand it on to the other pages; none for the one that the settings ask for."""
    work.put(("consolidation", "shown"), None if kind == asked_kind() else kind)


def otherwise_of(shown: Shown, plant: str) -> Otherwise | None:
    """What deciding otherwise on a station costs in a plan, exactly, where that has been worked out."""
    result = work.project().consolidation.otherwise.get(plant)
    if result is None or result.inputs != shown.key:
        return None
    return kept.otherwise_of(shown.plan.case, _content(result), name=_("另作决定"))
