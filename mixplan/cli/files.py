"""The planner's own files, and projects, as arguments of a command: read, and what is to be said of them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd

from mixplan.base.errors import DataError
from mixplan.base.i18n import gettext as _
from mixplan.base.problems import listed
from mixplan.city.datums import Datum
from mixplan.plan.rules import RuleBook
from mixplan.registers.plants import Register, load_plants, read_register_file
from mixplan.registers.points import complete_points, read_point_file

if TYPE_CHECKING:
    from mixplan.projects.origin import Origin
    from mixplan.projects.own_register import Get
    from mixplan.projects.project import Project


@dataclass(frozen=True)
class OfProject:
    """A project that a command works on, what of it that is, and what hands out its files."""

    project: Project
    origin: Origin
    get: Get

    @cached_property
    def own(self) -> Register | None:
        """The planner's own register, none where the shipped one is in use."""
        from mixplan.projects.inputs import register_of

        return register_of(self.project, self.get)


def add_project(add: Callable[..., Any]) -> None:
    """Add ``--project``."""
    text = _("用一个保存的项目（名称或编号）：它的登记册、设置、决定和方案；另外写明的选项优先")
    add("--project", metavar="PROJECT", help=text)
    add("--scenario", metavar="NAME", help=_("项目里的一个方案（名称），而不是项目本身"))


def given_project(args: argparse.Namespace) -> OfProject | None:
    """The project of ``--project``, none without it.

    Raises
    ------
    DataError
        Where there is none of this id or name, or several have the name.
    """
    if args.project is None:
        if args.scenario is not None:
            raise DataError(_("{option} 要与 {other} 同用。").format(option="--scenario", other="--project"))
        return None
    from mixplan.projects.origin import origin_of  # loads the database, which most commands have no need of
    from mixplan.projects.project import in_scenario
    from mixplan.projects.store import open_store

    store = open_store()
    kept = store.load(store.find(args.project).id)
    branch = _branch(kept.project, args.scenario)
    return OfProject(
        in_scenario(kept.project, branch), origin_of(kept, branch), lambda key: store.content(kept.id, key)
    )


def _branch(project: Project, name: str | None) -> str:
    """Id of the scenario of a name; empty for the project's own work."""
    if name is None:
        return ""
    named = {one.name: branch for branch, one in project.scenarios.items()}
    if name not in named:
        text = _("项目里没有叫“{name}”的方案。已有：{names}。")
        raise DataError(text.format(name=name, names=listed(named) or "—"))
    return named[name]


def given_margin(args: argparse.Namespace, given: OfProject | None, book: RuleBook) -> tuple[float, list[str]]:
    """The margin of ``--margin``, else the project's, else the rule file's; and what is to be said of it."""
    if args.margin is not None:
        return args.margin, []
    own = None if given is None else given.project.margin_m
    return book.margin_within(own), list(filter(None, [book.margin_note(own)]))


def say_project(given: OfProject | None, *, into_text: bool) -> None:
    """Name the project that was worked on: in the text that is printed, else beside the document."""
    if given is not None:
        print(given.origin.text, file=sys.stdout if into_text else sys.stderr)


def given_plants(
    args: argparse.Namespace, warnings: list[str], given: OfProject | None = None
) -> tuple[gpd.GeoDataFrame, int]:
    """The register of ``--plants``, else the project's, else the shipped one; and how many faults keep rows of it out.

    The first faults are printed, and how many more there are; what else is to be known of the file joins the warnings.
    """
    register = _register(args, given)
    if register is None:
        return load_plants(), 0
    if register.ignored:
        print(_("未识别的列，未采用：{columns}").format(columns=listed(register.ignored)), file=sys.stderr)
    for sentence in register.error_sentences:
        print(sentence, file=sys.stderr)
    if register.plants.empty:
        raise DataError(_("{file} 里没有一行可用。").format(file=register.name))
    warnings += register.notes
    return register.plants, len(register.errors)


def _register(args: argparse.Namespace, given: OfProject | None) -> Register | None:
    if args.plants is not None:
        datum = args.datum or Datum.WGS84
        return read_register_file(Path(args.plants), datum=datum, default_location_error_m=args.location_error)
    return None if given is None else given.own


def given_points(
    file: str, args: argparse.Namespace, warnings: list[str], *, column: str | None = None
) -> gpd.GeoDataFrame:
    """Points of a file of which every row must be right, see `read_points`; notes on the file join the warnings.

    Raises
    ------
    DataError
        Naming file, row, column, value and what is allowed, for every wrong row; and where there is no row at all.
    """
    found = read_point_file(Path(file), datum=args.datum, column=column)
    warnings += found.notes
    points = complete_points(found)
    if points.empty:
        raise DataError(_("{file} 里没有一行可用。").format(file=found.name))
    return points
