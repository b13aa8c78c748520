"""What two scenarios differ in before anything is computed from it: files, settings, locks, decisions, in words."""

from typing import Any

from mixplan.plan.rules import RuleBook
from mixplan.projects.changes import difference
from mixplan.projects.project import Path, Project, in_scenario, to_json
from mixplan.projects.words import Names, items_words

_INPUTS: tuple[Path, ...] = (
    ("register",),
    ("network",),
    ("margin_m",),
    ("siting", "wishes"),
    ("siting", "demand"),
    ("siting", "candidates"),
    *(("siting", "desk", part) for part in ("plan", "locked", "forbidden", "own")),
    ("consolidation", "wishes"),
    ("consolidation", "decisions"),
    ("coverage",),
)
"""Where in the work stands what results follow from; the results themselves are what is compared."""


def differing(project: Project, first: str, now: str, book: RuleBook, names: Names = str) -> list[str]:
    """What one branch of a project has otherwise than another, one sentence each; empty where nothing differs.

    Parameters
    ----------
    first, now : str
        Ids of the branches, empty for the project's own work.
    names : callable
        What the ids of stations and sites are called.
    """
    items = difference(_as_shipped_is(project, first, book), _as_shipped_is(project, now, book))
    return items_words([item for item in items if _is_input(item.path)], book, names, done=False)


def _is_input(path: Path) -> bool:
    return any(path[: len(place)] == place for place in _INPUTS)


def _as_shipped_is(project: Project, branch: str, book: RuleBook) -> dict[str, Any]:
    """The record of a branch; a margin that is the rule file's own stands there as none."""
    record = to_json(in_scenario(project, branch))
    if record.get("margin_m") == book.margin_m:
        del record["margin_m"]
    return record
