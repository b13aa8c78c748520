"""Who has worked here: by which name each planner goes, and which project each had open last."""

import hashlib
from dataclasses import dataclass

import sqlalchemy as sa

from mixplan.base.i18n import gettext as _
from mixplan.projects.database import database
from mixplan.projects.rows import checked_text
from mixplan.projects.schema import people


@dataclass(frozen=True)
class Planner:
    """A planner as far as the database knows: no name where none was given, no project where none was opened."""

    name: str = ""
    project: str = ""


def person(planner: str) -> Planner:
    """What is known of a planner.

    Parameters
    ----------
    planner : str
        The name that the planner's browser keeps: the database has only its hash.
    """
    base = database()
    if not base.made():
        return Planner()
    with base.reading() as connection:
        row = connection.execute(sa.select(people).where(people.c.planner == _sign(planner))).first()
    return Planner() if row is None else Planner(row.name, row.project)


def give_name(planner: str, name: str) -> Planner:
    """Have a planner go by a name from now on; changes made before keep the one that they were made under.

    Raises
    ------
    DataError
        Where it cannot be a name.
    """
    return _keep(planner, name=checked_text(name, _("姓名")))


def remember(planner: str, project: str) -> Planner:
    """Remember which project a planner has open."""
    return _keep(planner, project=project)


def _keep(planner: str, **values: str) -> Planner:
    mine = people.c.planner == _sign(planner)
    with database().writing() as connection:
        if not connection.execute(sa.update(people).where(mine).values(values)).rowcount:
            new = {"planner": _sign(planner), "name": "", "project": ""}
            connection.execute(sa.insert(people).values(new | values))
        row = connection.execute(sa.select(people).where(mine)).one()
        return Planner(row.name, row.project)


def sign(planner: str) -> str:
    """A few characters that tell a planner from others and give nothing away."""
    return _sign(planner)[:4]


def _sign(planner: str) -> str:
    return hashlib.sha256(planner.encode()).hexdigest()
