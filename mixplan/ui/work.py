"""The project at hand: what every page reads, and changes. Each change is kept as it is made."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import streamlit as st

from mixplan import __version__
from mixplan.base.errors import DataError
from mixplan.base.i18n import gettext as _
from mixplan.plan.datapackage import data_version
from mixplan.projects import project as projects_project
from mixplan.projects.changes import Item, applied
from mixplan.projects.origin import Origin
from mixplan.projects.project import FileUse, Path, Project, Result, from_scenario, in_scenario
from mixplan.projects.rows import ClashError, Kept
from mixplan.projects.store import Store, open_store
from mixplan.projects.trail import Change
from mixplan.ui import left, login, session
from mixplan.ui.session import (
    CLASH,
    LANGUAGE,
    OF_PROJECT,
    OPENING,
    PROJECT_PROBLEM,
    REFUSED,
    SCENARIO,
    SCENARIO_GONE,
    STEPS,
    TRIED,
    UNSAVED,
    WORK,
    went_back,
)
from mixplan.ui.who import before, has_open, me, who

_AGAIN_S = 1  # after which what could not be kept is tried again
ADDRESS, BRANCH = "project", "scenario"  # under these the address names them
_looked_at: ContextVar[Project | None] = ContextVar("looked_at", default=None)


@dataclass(frozen=True)
class AtHand:
    """The project that a tab works on.

    Attributes
    ----------
    id : str
        Under which it is kept; empty for a new one that nothing has been changed in yet.
    kept : Project
        As this tab last had it from the store.
    project : Project
        As the planner has it; where the store cannot be written to, that is more than is kept.
    saved_at : str
        When it was changed last, UTC; empty for a new one.
    head : str
        Hash of its last change.
    """

    id: str = ""
    name: str = ""
    state: str = "active"
    revision: int = 0
    kept: Project = field(default_factory=Project)
    project: Project = field(default_factory=Project)
    saved_at: str = ""
    head: str = ""


def _of(kept: Kept) -> AtHand:
    work = kept.project
    return AtHand(kept.id, kept.name, kept.state, kept.revision, work, work, kept.saved_at, kept.head)


def begin(page: str) -> None:
    """Have the project that the address names, else the one that this tab has, else the planner's last, else a new one.

    What colleagues and other tabs have changed since is there afterwards, and what could not be kept is tried again.

    Parameters
    ----------
    page : str
        Name of the page that begins.
    """
    _disregard_old_address(page)
    held, branch = at_hand(), st.query_params.get(BRANCH)
    named = login.linked_project() or st.query_params.get(ADDRESS, "")
    OPENING.forget()
    try:
        if named and named != held.id:
            _open(named)
        elif not named and not WORK.known():
            _go_on()
        elif held.project != held.kept:
            if time.monotonic() - (TRIED.get() or 0) > _AGAIN_S:  # else a click would have waited for it already
                _keep(held, held.project)
        elif held.id and (now := _store().revision(held.id)) != held.revision:
            if now or not login.settings().on:
                WORK.put(_of(_store().load(held.id)))
            else:  # it is not for this person any more
                _take(None)
                OPENING.put(_("这个项目已不在，或不再向您开放。"))
    except DataError as problem:  # the database is away: what is at hand is as it was
        OPENING.put(str(problem))
    if at_hand().project == at_hand().kept:
        UNSAVED.forget()
    # Back to an address without a branch is back to the project's own work.
    if branch is not None or went_back():
        SCENARIO.put(branch or "")
    if (SCENARIO.get() or "") != scenario():
        if not OPENING.known():  # else the project that it is a branch of is not open
            SCENARIO_GONE.put(page)
        SCENARIO.forget()
    if SCENARIO_GONE.get() != page:
        SCENARIO_GONE.forget()
    if WORK.known():  # else the next run asks again for what could not be opened
        name_in_address()
    has_open(at_hand().id)


def _disregard_old_address(page: str) -> None:
    named = st.query_params.get(ADDRESS, ""), st.query_params.get(BRANCH, "")
    if left.is_old(page, named, (at_hand().id, scenario())):
        for key in set(st.query_params) - {LANGUAGE.name, login.VIEW}:
            st.query_params.pop(key)


def _go_on() -> None:
    """Open the project that the planner had open last, unless it has been put aside since."""
    last = me().project
    kept = _store().load(last) if last and _store().revision(last) else None
    _take(kept if kept is not None and kept.state == "active" else None)


def _open(project_id: str) -> None:
    try:
        kept = _store().load(project_id)
    except DataError as problem:
        OPENING.put(str(problem))
        return
    if kept.state == "deleted":
        OPENING.put(_("项目“{name}”已删除，可在项目列表中恢复。").format(name=kept.name))
    else:
        _take(kept)


def name_in_address() -> None:
    """Have the page's address name project and branch, so that they open again by reload, link or second tab."""
    for key, value in ((ADDRESS, at_hand().id), (BRANCH, scenario())):
        session.put_in_address(key, value)


def take(kept: Kept | None) -> None:
    """Work on another project from now on, or on a new one; what this tab had chosen for the last one goes."""
    left.leave(at_hand().id, scenario())
    _take(kept)


def _take(kept: Kept | None) -> None:
    for one in OF_PROJECT:
        one.forget()
    WORK.put(AtHand() if kept is None else _of(kept))
    name_in_address()


def at_hand() -> AtHand:
    """The project of this tab with its name and when it was kept."""
    return WORK.get() or AtHand()


def origin() -> Origin | None:
    """What hand-outs name as what they were made from; none where nothing of the work at hand is kept."""
    held = at_hand()
    if not held.id or held.project != held.kept:
        return None
    branch = held.project.scenarios.get(scenario())
    return Origin(held.id, held.name, held.revision, held.head, "" if branch is None else branch.name)


def scenario() -> str:
    """Id of the branch that this tab works on, empty for the project's own work, as where somebody took it away."""
    branch = SCENARIO.get() or ""
    return branch if branch in at_hand().project.scenarios else ""


def to_scenario(branch: str) -> None:
    """Work on another branch, or with an empty id on the project's own work; one that is gone leaves all as it is."""
    if branch in {"", *at_hand().project.scenarios}:
        left.leave(at_hand().id, scenario())
        SCENARIO.put(branch)
        SCENARIO_GONE.forget()
    name_in_address()


def project() -> Project:
    """The planner's work as every page shows it: of the branch that this tab works on, or of one that is looked at."""
    looked_at = _looked_at.get()
    return in_scenario(at_hand().project, scenario()) if looked_at is None else looked_at


@contextmanager
def looking_at(branch: str) -> Iterator[None]:
    """Have everything inside speak of another branch; what is changed meanwhile is changed in none."""
    token = _looked_at.set(in_scenario(at_hand().project, branch))
    try:
        yield
    finally:
        _looked_at.reset(token)


def change(new: Project, *, note: str = "") -> None:
    """Take a changed project, and keep it.

    Where somebody else has set the same thing meanwhile, theirs stays and the page says both. Where it cannot be kept,
    the page says so, and every further run tries again.
    """
    change_whole(from_scenario(new, at_hand().project, scenario()), note=note)


def change_whole(new: Project, *, note: str = "") -> None:
    """Take a changed project with all its branches, and keep it; see `change`."""
    held = at_hand()
    if scenario() not in {"", *new.scenarios}:
        to_scenario("")
    if new != held.project:
        _keep(held, new, note=note)


def put(path: Path, value: Any, *, note: str = "") -> None:
    """Change one thing; None takes it away, or back to the shipped state."""
    change(projects_project.with_at(project(), path, value), note=note)


def keep_views(views: Mapping[str, Mapping[str, tuple[str, ...]]]) -> None:
    """Keep what the pages show with a project that is kept; that is no change of the work, and nothing to undo."""
    held = at_hand()
    if not held.id or views == held.project.views or UNSAVED.known():
        return
    try:
        _store().keep_views(held.id, views)
    except DataError:  # the next change says so
        return
    project, kept = replace(held.project, views=views), replace(held.kept, views=views)
    WORK.put(replace(held, project=project, kept=kept))


def put_file(content: bytes, name: str, *, as_read: bytes | None = None, **how: Any) -> FileUse:
    """Keep a file that the planner has brought; the answer is what a project says of it.

    Parameters
    ----------
    as_read : bytes, optional
        What was read of it, to be kept as well.

    Raises
    ------
    DataError
        Where it cannot be kept.
    """
    parsed = "" if as_read is None else _put(as_read, name, "application/json")
    return FileUse(_put(content, name, "application/octet-stream"), name, parsed=parsed, **how)


def put_result_of(
    place: str, record: Mapping[str, Any], *, inputs: str, figures: Mapping[str, float | None], made_at: str
) -> Result:
    """Keep what long work has found, as plain JSON; the answer is what the work that asked for it says of it.

    Parameters
    ----------
    place : str
        Where that work is kept, as `keep` said: another project may be at hand by then.
    inputs : str
        Hash of what it was computed from.
    figures : mapping
        The few numbers by which it is told from others.
    made_at : str
        When it was found, UTC: who takes it over twice takes the same.

    Raises
    ------
    DataError
        Where it cannot be kept.
    """
    text = json.dumps(record, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    project_id, _branch = place.split("/", 1)
    key = _store().put_content(project_id, text.encode(), name="result.json", media="application/json")
    return Result(key, inputs, made_at, __version__, data_version(), figures)


def _put(content: bytes, name: str, media: str) -> str:
    if not keep():
        raise DataError(UNSAVED.get() or PROJECT_PROBLEM.take() or _("项目没有保存。"))
    return _store().put_content(at_hand().id, content, name=name, media=media)


def content(use: FileUse | Result) -> bytes:
    """What a file or a result of the project at hand holds.

    Raises
    ------
    DataError
        Where the store does not have it, or cannot be read.
    """
    return content_under(use.content)


def content_under(hash: str) -> bytes:
    """What the project at hand has under a hash; raises as `content` does."""
    return _store().content(at_hand().id, hash)


def new_name() -> str:
    """What a project is called that nobody has given a name."""
    return _("项目 {day}").format(day=date.today().isoformat())


def keep() -> str:
    """Where the work at hand is kept, from now on if it was not yet, for `change_of`; empty where it cannot be."""
    held = at_hand()
    if not held.id:
        _keep(held, held.project)
    held = at_hand()
    return f"{held.id}/{scenario()}" if held.id else ""


def change_of(place: str, made: Callable[[Project], Project]) -> None:
    """Change work that may not be at hand any more.

    Parameters
    ----------
    place : str
        What `keep` said.
    made : callable
        Turns the work as it is into what it is to be.
    """
    project_id, branch = place.split("/", 1)
    held = at_hand()
    if project_id == held.id and branch in {"", *held.project.scenarios}:
        now = from_scenario(made(in_scenario(held.project, branch)), held.project, branch)
        if now != held.project:
            _keep(held, now)
        return
    other = _store().load(project_id).project
    if branch in {"", *other.scenarios}:  # else it has been taken away meanwhile
        _store().save(project_id, other, from_scenario(made(in_scenario(other, branch)), other, branch), who=who())


def undo() -> None:
    """Take back the planner's last change."""
    _step(_store().undo)


def redo() -> None:
    """Make again what was taken back last."""
    _step(_store().redo)


def steps() -> tuple[Change | None, Change | None]:
    """The planner's change that would be taken back, and the one that took back what would be made again."""
    held = at_hand()
    if not held.id or not may_change():
        return None, None
    known = STEPS.get()
    if known is None or known[0] != (held.id, held.revision):
        try:
            known = ((held.id, held.revision), _store().steps(held.id, who=who(), before=before()))
        except DataError:  # what stands in the way is said where the project is looked up
            return None, None
        STEPS.put(known)
    return known[1]


def _step(step: Any) -> None:
    held = at_hand()
    if not held.id:
        return
    try:
        WORK.put(_of(step(held.id, who=who(), before=before())))
    except ClashError as clash:
        _told(held, clash)
    except DataError as problem:
        PROJECT_PROBLEM.put(str(problem))


def may_change() -> bool:
    """Whether whoever is at the page may change projects; who may not, looks."""
    return login.person().may("planner")


def _keep(held: AtHand, new: Project, *, note: str = "") -> None:
    if not may_change():
        REFUSED.put(_("没有改动：您只能查看。"))
        return
    # The store first: a run can be broken off wherever it looks at its session.
    try:
        if not held.id:  # kept from its first change on, which can be taken back like any other
            held = _of(_store().create(_store().free_name(new_name()), held.kept, who=who()))
        kept = _store().save(held.id, held.kept, new, who=who(), note=note)
    except ClashError as clash:
        _told(held, clash)
        return
    except DataError as problem:
        WORK.put(replace(held, project=new))
        (PROJECT_PROBLEM if new == held.kept else UNSAVED).put(str(problem))
        TRIED.put(time.monotonic())
        return
    WORK.put(_of(kept))
    UNSAVED.forget()
    CLASH.forget()


def _told(held: AtHand, clash: ClashError) -> None:
    """Go on with what others have set, and remember what this planner wanted instead."""
    WORK.put(_of(_store().load(held.id)))
    CLASH.put(clash)


def insist() -> None:
    """Set what this planner wanted in place of what others have set."""
    if (clash := CLASH.take()) is not None:
        mine = [Item(item.path, item.theirs, item.mine) for item in clash.items]
        held = at_hand()
        record = applied(projects_project.to_json(held.project), mine)
        try:
            _keep(held, projects_project.from_json(record, name=held.name))
        except DataError as problem:  # what it stood in is gone
            PROJECT_PROBLEM.put(str(problem))


def _store() -> Store:
    return open_store()
