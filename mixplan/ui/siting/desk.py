"""The planner's desk on the siting page: the plan at hand, what must stay of it, own points, and what is looked at.

What is set by hand is a wish: it is locked, and every further solve keeps it until the planner lets it go. The
functions that change a desk hand over a changed one; `put` is the step that is kept.
"""

import re
from dataclasses import replace
from typing import Any

import streamlit as st

from mixplan.base.i18n import gettext as _
from mixplan.city.crs import points_metric
from mixplan.projects.project import Desk, SavedDesk
from mixplan.ui import session, shared, work
from mixplan.ui.session import SITING_FOCUS
from mixplan.ui.siting import answers
from mixplan.ui.siting.files import given

MOST_SAVED = 4
_FAR_M = 100_000.0
_DEGREES = re.compile(r"(-?\d{1,3}(?:\.\d{1,12})?),(-?\d{1,2}(?:\.\d{1,12})?)")


def desk() -> Desk:
    """The desk at hand: the planner's own, else the shipped case's."""
    at = work.project().siting.desk
    return at if at.begun else replace(at, plan=answers.shipped().proposal.lines)


def own() -> Desk:
    """The desk at hand as the planner's own: what has been on it from the start goes into the project."""
    at = desk()
    return at if at.begun else replace(at, begun=True, solved=answers.own_shipped())


def put(at: Desk) -> None:
    """Put a changed desk into the project."""
    work.put(("siting", "desk"), at)


def with_point(at: Desk, lon: float, lat: float) -> tuple[Desk, str]:
    """A clicked place among the planner's own points, and its id."""
    from_file = given().own
    taken = {*at.own, *([] if from_file is None else from_file.index)}
    key = next(name for name in (f"own-{n}" for n in range(1, len(taken) + 2)) if name not in taken)
    return replace(at, own={**at.own, key: (round(lon, 6), round(lat, 6))}), key


def with_lines(at: Desk, site: str, lines: int) -> Desk:
    """Lines put on a site by hand, where they stay, or none."""
    plan, locked = _without(at.plan, site), _without(at.locked, site)
    if lines > 0:
        plan, locked = {**plan, site: lines}, {**locked, site: lines}
    return replace(at, plan=plan, locked=locked, forbidden=_without(at.forbidden, site) if lines else at.forbidden)


def moved(at: Desk, site: str, to: str) -> Desk:
    """A site's lines moved to another candidate, where they stay."""
    return with_lines(with_lines(at, site, 0), to, at.plan[site])


def locked(at: Desk, site: str, on: bool) -> Desk:
    """A site of the plan locked, or let go."""
    locks = _without(at.locked, site)
    return replace(at, locked={**locks, site: at.plan.get(site, 1)} if on else locks)


def forbidden(at: Desk, site: str, on: bool) -> Desk:
    """A candidate forbidden, which takes it out of the plan, or allowed again."""
    bans = _without(at.forbidden, site)
    return replace(with_lines(at, site, 0), forbidden={**bans, site: True}) if on else replace(at, forbidden=bans)


def _without(some: Any, site: str) -> dict[str, Any]:
    return {key: value for key, value in some.items() if key != site}


def set_lines(site: str, lines: int) -> None:
    """Put lines on a site, or none."""
    put(with_lines(own(), site, lines))


def lock(site: str, on: bool) -> None:
    """Lock a site of the plan, or let it go."""
    put(locked(own(), site, on))


def forbid(site: str, on: bool) -> None:
    """Forbid a candidate, or allow it again."""
    put(forbidden(own(), site, on))


def let_go() -> None:
    """Let all locks and bans go; the plan stays as it is until it is solved anew."""
    put(replace(own(), locked={}, forbidden={}))


def drop_unlocked() -> None:
    """Clear the desk but for locks, bans and own points."""
    at = own()
    put(replace(at, plan=dict(at.locked), solved=None))
    focus(None)


def focus(what: tuple[Any, ...] | None) -> None:
    """Look at a candidate or site, ``("site", id)``, at a place, ``("point", lon, lat)``, or at nothing."""
    SITING_FOCUS.put(what)


def focused() -> tuple[Any, ...] | None:
    """What is looked at."""
    return SITING_FOCUS.get()


def follow_address() -> None:
    """Look at what the address names (``?site=…`` or ``?place=lon,lat``), and have it name what is looked at."""
    named = _named()
    if not SITING_FOCUS.known() or (session.went_back() and named != focused()):
        focus(named)
    site, place = "", ""
    match focused():
        case ("site", key):
            site = str(key)
        case ("point", lon, lat):
            place = f"{lon:.6f},{lat:.6f}"
    session.put_in_address("site", site)
    session.put_in_address("place", place)


def _named() -> tuple[Any, ...] | None:
    if site := st.query_params.get("site"):
        return ("site", site)
    found = _DEGREES.fullmatch(st.query_params.get("place", ""))
    if found is None or not _near(place := (float(found[1]), float(found[2]))):
        return None
    return ("point", *place)


def _near(place: tuple[float, float]) -> bool:
    """Whether a place lies in the city or not far from it: farther off distances mean nothing."""
    x, y = points_metric([place[0]], [place[1]]).get_coordinates().iloc[0]
    west, south, east, north = shared.layers().districts.total_bounds
    return bool(west - _FAR_M < x < east + _FAR_M and south - _FAR_M < y < north + _FAR_M)


def save(count: int) -> None:
    """Put the desk aside for comparison, under the next free letter, where so many are put aside as were shown."""
    project = work.project()
    names = project.siting.saved
    if len(names) != count:  # a second click on the same button
        return
    letters = (_("方案 {letter}").format(letter=letter) for letter in "ABCDEFGH")
    name = next(name for name in letters if name not in names)
    work.put(("siting", "saved", name), SavedDesk(own(), project.siting.wishes, project.margin_m))


def load(name: str) -> None:
    """Put a proposal on the desk again, with the settings that it was made for."""
    project = work.project()
    saved = project.siting.saved.get(name)
    if saved is None:  # it has been given another name meanwhile
        return
    siting = replace(project.siting, desk=saved.desk, wishes=saved.wishes)
    work.change(replace(project, siting=siting, margin_m=saved.margin_m))
    focus(None)


def rename(name: str, new: str) -> None:
    """Give a proposal that is put aside another name, unless another has it."""
    project = work.project()
    saved = project.siting.saved
    if new.strip() and new.strip() not in saved:
        renamed = {new.strip() if key == name else key: one for key, one in saved.items()}
        work.change(replace(project, siting=replace(project.siting, saved=renamed)))


def drop(name: str) -> None:
    """Drop a proposal that is put aside."""
    work.put(("siting", "saved", name), None)
