"""What a project has solved already for a question: a command says what the pages show, not another plan as good."""

from typing import Any

from mixplan.base.errors import MixplanError
from mixplan.base.i18n import gettext as _
from mixplan.consolidation import kept as consolidation_kept
from mixplan.consolidation.inputs import Inputs
from mixplan.plan.datapackage import solved
from mixplan.projects.contents import record_of
from mixplan.projects.own_register import Get, points_from
from mixplan.projects.project import FileUse, PlanKind, Project
from mixplan.registers.plants import Register
from mixplan.siting import kept as siting_kept
from mixplan.siting.asked import Asked, asked_of
from mixplan.siting.settings import SitingSettings


def answered() -> str:
    """That nothing was solved anew, and how to have it so."""
    return _("这是项目里已求得的方案，没有另求；写明 --gap 或 --time 就重新求解。")


def register_version(own: Register | None) -> str:
    """Version of the planner's own register, empty for the shipped one."""
    return "" if own is None else own.version


def plan_for(project: Project, get: Get, kind: PlanKind, question: Inputs) -> Any | None:
    """Record of the consolidation plan of a kind that the pages show, where it answers the question; else none.

    One that cannot be read answers none.
    """
    result = project.consolidation.plans.get(kind)
    if result is None and project.register is not None:
        return None
    try:
        raw = solved(f"consolidation_{kind}") if result is None else record_of(get(result.content))
        made = consolidation_kept.read_kept(raw, name=_("整合方案")).inputs
    except MixplanError:
        return None
    return raw if made.hash == question.hash else None


def lines_answer(project: Project, get: Get) -> Any | None:
    """Record of the solver's answer that the new lines come from; none where the planner began with none."""
    desk = project.siting.desk
    if not desk.begun:
        return solved("siting")
    return None if desk.solved is None else record_of(get(desk.solved.content))


def lines_asked(project: Project, get: Get, settings: SitingSettings, own: Register | None) -> Asked:
    """The question of the new lines with the project's register, files and points, in settings that may be others."""
    work = project.siting
    return asked_of(
        settings,
        own=tuple((site, *place) for site, place in work.desk.own.items()),
        register=register_version(own),
        demand=_version(work.demand, get, "weight"),
        candidates=_version(work.candidates, get),
        network="" if project.network is None else project.network.content,
    )


def lines_for(project: Project, get: Get, question: Asked) -> Any | None:
    """Record of the new lines that the pages show, where they are the solver's answer to the question; else none.

    One that cannot be read answers none.
    """
    desk = project.siting.desk
    try:
        raw = lines_answer(project, get)
        if raw is None:
            return None
        made = siting_kept.read_kept(raw, name=_("求解结果"))
    except MixplanError:
        return None
    moved = desk.begun and (made.proposal is None or dict(made.proposal.lines) != dict(desk.plan))
    return None if moved or made.inputs.hash != question.hash else raw


def _version(use: FileUse | None, get: Get, column: str | None = None) -> str:
    return "" if use is None else points_from(use, get, column=column).version
