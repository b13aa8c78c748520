"""The planner's desk on the siting page: the plan at hand, locks, own points, undo, and what is kept between reruns."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from mixplan.siting.proposal import SitingProposal
from mixplan.ui.session import SITES, SITING_DESK, SITING_FOCUS, SITING_PAST, SITING_SAVED
from mixplan.ui.siting.files import given
from mixplan.ui.siting.records import Desk, Saved

MOST_SAVED = 4


def desk() -> Desk:
    """The desk at hand."""
    return SITING_DESK.or_new(Desk())


def put(**changes: Any) -> None:
    """Change the desk; the one before it can be had back."""
    past = SITING_PAST.or_new([])
    past.append(desk())
    SITING_DESK.put(replace(desk(), **changes))


@contextmanager
def one_step() -> Iterator[None]:
    """Several changes that are one step to the planner, and to undo."""
    past = SITING_PAST.or_new([])
    count, before = len(past), desk()
    yield
    del past[count:]
    past.append(before)


def undo() -> None:
    """Go back one step."""
    if past := SITING_PAST.get():
        SITING_DESK.put(past.pop())
    focus(None)


def can_undo() -> bool:
    """Whether there is a step to go back to."""
    return bool(SITING_PAST.get())


def focus(what: tuple[Any, ...] | None) -> None:
    """Look at a candidate or site, ``("site", id)``, at a place, ``("point", lon, lat)``, or at nothing."""
    SITING_FOCUS.put(what)


def focused() -> tuple[Any, ...] | None:
    """What is looked at."""
    return SITING_FOCUS.get()


def saved() -> list[Saved]:
    """Proposals put aside."""
    return SITING_SAVED.or_new([])


def take(proposal: SitingProposal) -> None:
    """Put a solver's answer on the desk."""
    put(plan=tuple(proposal.plan.items()), solved=proposal)
    focus(None)


def publish(proposal: SitingProposal) -> None:
    """Hand the chosen sites to the other pages of the session."""
    SITES.put(
        [
            {"id": str(row.Index), "lon": float(row.lon), "lat": float(row.lat), "capacity": float(row.capacity)}
            for row in proposal.sites.itertuples()
        ]
    )


def keep_point(lon: float, lat: float) -> str:
    """Add a clicked place to the planner's own points; returns its id."""
    from_file = given().own
    taken = {key for key, _lon, _lat in desk().own} | set([] if from_file is None else from_file.index)
    number = next(n for n in range(1, len(taken) + 2) if f"own-{n}" not in taken)
    key = f"own-{number}"
    put(own=(*desk().own, (key, round(lon, 6), round(lat, 6))))
    return key


def set_lines(site: str, lines: int) -> None:
    """Put lines on a site, or none."""
    plan = dict(desk().plan)
    locked = dict(desk().locked)
    if lines > 0:
        plan[site] = lines
    else:
        plan.pop(site, None)
        locked.pop(site, None)
    put(plan=tuple(plan.items()), locked=tuple(locked.items()))


def move(site: str, to: str) -> None:
    """Move a site's lines to another candidate; a lock moves with them."""
    plan, locked = dict(desk().plan), dict(desk().locked)
    lines = plan.pop(site)
    plan[to] = lines
    if site in locked:
        locked[to] = locked.pop(site)
    put(plan=tuple(plan.items()), locked=tuple(locked.items()))


def lock(site: str, on: bool) -> None:
    """Lock a site of the plan, or let it go."""
    locked = dict(desk().locked)
    if on:
        locked[site] = dict(desk().plan).get(site, 1)
    else:
        locked.pop(site, None)
    forbidden = tuple(key for key in desk().forbidden if key != site)
    put(locked=tuple(locked.items()), forbidden=forbidden)


def forbid(site: str, on: bool) -> None:
    """Forbid a candidate, which takes it out of the plan, or allow it again."""
    plan = {key: lines for key, lines in desk().plan if key != site} if on else dict(desk().plan)
    locked = {key: lines for key, lines in desk().locked if key != site} if on else dict(desk().locked)
    rest = tuple(key for key in desk().forbidden if key != site)
    put(plan=tuple(plan.items()), locked=tuple(locked.items()), forbidden=(*rest, site) if on else rest)


def drop_unlocked() -> None:
    """Clear the desk but for locks, bans and own points."""
    put(plan=desk().locked, solved=None)
    focus(None)
