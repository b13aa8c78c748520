"""Whether the plans of a project are of earlier conditions, and what has been set otherwise since."""

from dataclasses import replace

import geopandas as gpd

from mixplan.base.errors import MixplanError
from mixplan.base.i18n import gettext as _
from mixplan.consolidation import inputs as consolidation_inputs
from mixplan.consolidation import joint
from mixplan.consolidation import kept as consolidation_kept
from mixplan.consolidation.inputs import Inputs
from mixplan.consolidation.stations import inventory
from mixplan.plan.rules import RuleBook
from mixplan.projects.answers import lines_answer, lines_asked, register_version
from mixplan.projects.inputs import shown_plan
from mixplan.projects.own_register import Get
from mixplan.projects.project import PlanKind, Project
from mixplan.registers.plants import Register, load_plants
from mixplan.siting import asked as siting_asked
from mixplan.siting import kept as siting_kept


def plan_asked(project: Project, kind: PlanKind, book: RuleBook, *, plants: gpd.GeoDataFrame, register: str) -> Inputs:
    """What a consolidation plan of a kind would be made from now: settings, decisions, margin, register.

    Parameters
    ----------
    plants, register
        The stations in use, and the version of the planner's own register; empty for the shipped one.
    """
    own, margin_m = project.consolidation, book.margin_within(project.margin_m)
    known = inventory(plants).index
    wishes = replace(own.wishes, phased=kind == "phased")
    decisions = {plant: word for plant, word in own.decisions.items() if plant in known}
    return consolidation_inputs.inputs_of(
        wishes.settings(book, decisions=decisions),
        margin_m=margin_m,
        register=register,
        joint=joint.default_joint(book.with_margin(margin_m)) if kind == "joint" else None,
    )


def plan_sentence(changed: list[str]) -> str:
    """That a consolidation plan is of earlier conditions, and what has been set otherwise since."""
    return _("方案仍是改动之前的；求解之后改了：{what}。").format(what=_("、").join(changed) or _("条件"))


def plan_remark(changed: list[str]) -> str:
    """The same where it is not clear which plan is spoken of."""
    return _("治理整合{sentence}").format(sentence=plan_sentence(changed))


def stale_plan(project: Project, get: Get, book: RuleBook, own: Register | None) -> str:
    """That the consolidation plan which the project shows is of earlier conditions, in a sentence; else empty.

    Parameters
    ----------
    get : callable
        What the store has under a hash for the project.
    own : Register or None
        The planner's own register, none where the shipped one is in use.
    """
    found = shown_plan(project, get)
    if found is None:
        return ""
    kind, raw = found
    plants = load_plants() if own is None else own.plants
    made = consolidation_kept.read_kept(raw, name=_("整合方案")).inputs
    now = plan_asked(project, kind, book, plants=plants, register=register_version(own))
    return "" if made.hash == now.hash else plan_remark(consolidation_inputs.changed(made, now, book))


def lines_remark(changed: list[str]) -> str:
    """That the new lines are of earlier conditions, and what has been set otherwise since; empty for nothing."""
    text = _("项目里的新线方案是改动之前求得的；求解以后改变了：{changes}。")
    return text.format(changes=_("、").join(changed)) if changed else ""


def stale_lines(project: Project, get: Get, book: RuleBook, own: Register | None) -> str:
    """That the new lines come from an answer to other settings or files, in a sentence; empty where they don't.

    Locks, bans and points of the planner's own are not compared: lines that are moved by hand are no older for it.
    What is given is as for `stale_plan`.
    """
    try:
        raw = lines_answer(project, get)
        made = None if raw is None else siting_kept.read_kept(raw, name=_("求解结果")).inputs
    except MixplanError as problem:  # the lines are worth as much without the answer that they come from
        return str(problem)
    if made is None:
        return ""
    settings = project.siting.wishes.settings(book, margin_m=book.margin_within(project.margin_m))
    now = lines_asked(project, get, settings, own)
    return lines_remark(siting_asked.changed(made, siting_asked.but_by_hand(now, made), book))
