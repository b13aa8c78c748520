"""What tells a project from others at a glance: a few numbers and a small map, made anew where the project changed."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from mixplan import __version__
from mixplan.base.errors import MixplanError
from mixplan.base.i18n import gettext as _
from mixplan.maps.thumbnail import thumbnail
from mixplan.plan.datapackage import data_version
from mixplan.plan.rules import RuleBook
from mixplan.projects import Listed, Project, Store, open_store
from mixplan.projects.access import current
from mixplan.projects.inputs import desk_sites, shown_plan
from mixplan.projects.own_register import Get
from mixplan.projects.staleness import stale_lines, stale_plan
from mixplan.registers.plants import Register
from mixplan.screening.stations import flag_count, inventory
from mixplan.ui import shared
from mixplan.ui.texts import number

_SEAL = "seal"  # of what is kept: a hash of numbers and map


def figures_text(figures: Mapping[str, Any]) -> str:
    """The numbers of a project in one line, as far as they are known."""
    words = {
        "stations": _("{count} 个站点"),
        "flagged": _("需治理 {count}"),
        "lines": _("新线 {count} 条"),
        "kept": _("方案留 {count} 站"),
    }
    said = []
    for name, text in words.items():
        if (value := figures.get(name)) is not None:
            told = text.format(count=number(value))
            said.append(_("{what}（改动之前）").format(what=told) if figures.get(f"{name}_stale") else told)
    return " · ".join(said)


def of(one: Listed) -> tuple[Mapping[str, Any], bytes | None]:
    """Numbers and map of a project as they were kept; none where they are not, for they stand in no trail."""
    picture = open_store().thumbnail(one.id)
    kept = {key: value for key, value in one.figures.items() if key != _SEAL}
    if picture is None or one.figures.get(_SEAL) != _seal(kept, picture):
        return {}, None
    return one.figures, picture


def _seal(figures: Mapping[str, Any], picture: bytes) -> str:
    return hashlib.sha256(json.dumps(figures, sort_keys=True).encode() + picture).hexdigest()


def renew(projects: Iterable[tuple[Listed, Mapping[str, Any]]]) -> bool:
    """Bring numbers and map of some projects up to date; whether anything was to be done.

    A project that cannot be read, or that nothing can be written to, keeps what it has.

    Parameters
    ----------
    projects : iterable of (Listed, mapping)
        Each with its numbers as `of` has them.
    """
    store, renewed = open_store(), False
    if not current().may("planner"):
        return False
    for one, kept in projects:
        state = _state(one)
        if kept.get("of") == state:
            continue
        try:
            figures, picture = _portrait(store, one)
            figures = {**figures, "of": state}
            store.keep_figures(one.id, {**figures, _SEAL: _seal(figures, picture)}, picture)
        except MixplanError:
            continue
        renewed = True
    return renewed


def _state(one: Listed) -> list[Any]:
    """State of the project, of the release and of the shipped data that its numbers are of."""
    return [one.revision, __version__, data_version()]


def _portrait(store: Store, one: Listed) -> tuple[dict[str, Any], bytes]:
    project, get = store.load(one.id).project, partial(store.content, one.id)
    book, layers, margin = shared.rules(), shared.layers(), shared.rules().margin_within(project.margin_m)
    own = shared.own_register_of(project.register, get)
    plants, version = shared.register_of(project.register, get)
    judged = shared.judged(plants, version, margin, book.period_end)
    found = flag_count(plants[["status", "evidence"]].join(judged))
    desk = project.siting.desk
    sites = desk_sites(project, get, layers, book) if desk.begun and desk.plan else None
    lines = None if sites is None else float(sum(desk.plan[site] for site in sites.index))
    kept, kept_stale = _plan(project, get, book, own)
    figures = {
        "stations": float(len(inventory(plants))),
        "flagged": float(found.flagged.count),
        "lines": lines,
        "lines_stale": float(lines is not None and bool(stale_lines(project, get, book, own))),
        "kept": kept,
        "kept_stale": float(kept_stale),
    }
    places = [] if sites is None else [(point.x, point.y) for point in sites.geometry]
    return figures, thumbnail(plants, judged, places, layers, on=book.period_end)


def _plan(project: Project, get: Get, book: RuleBook, own: Register | None) -> tuple[float | None, bool]:
    """How many stations the plan that is shown keeps, if it is the planner's own, and whether it is of before a change.

    Where its record cannot be read, which its page says, nothing is known of it.
    """
    try:
        shown = shown_plan(project, get)
        plan = None if shown is None else project.consolidation.plans.get(shown[0])
        if plan is None:
            return None, False
        return plan.figures.get("sites"), bool(stale_plan(project, get, book, own))
    except MixplanError:
        return None, False
