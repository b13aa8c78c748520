"""Who asks the store, and what they may: the store refuses the rest, whatever a page shows or hides."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

import sqlalchemy as sa

from mixplan.base.errors import DataError
from mixplan.base.i18n import gettext as _
from mixplan.projects.schema import projects

Role = Literal["nobody", "viewer", "planner", "reviewer", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)
"""Each may do what those before it may."""

LONGEST_NAME = 80
_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{11}")
_ID_TOLD = 20  # characters of what is no id, in a message


class NoProjectError(DataError):
    """There is no such project, or none for whoever asks."""


def no_such(id: str) -> NoProjectError:
    """Why there is no project: the same words whether it is not there or not for whoever asks."""
    told = id if len(id) <= _ID_TOLD else id[:_ID_TOLD] + "…"
    return NoProjectError(_("没有编号为 {id} 的项目；可能已被彻底清除。").format(id=told))


def is_id(text: str) -> bool:
    """Whether a text can be the id of a project; addresses bring others, which no database need be asked about."""
    return _ID.fullmatch(text) is not None


@dataclass(frozen=True)
class Person:
    """Somebody for whom a store is open.

    Attributes
    ----------
    name : str
        As the trail shows it.
    identity : str
        Mail address by which a login knows them; empty on a computer of one's own.
    role : str
        ``viewer`` reads; ``planner`` changes; ``reviewer`` also takes back and restores what others have entered;
        ``admin`` also sees private projects and erases.
    only : str
        Id of the one project that there is for them: they came by a link to it.
    """

    name: str = ""
    identity: str = ""
    role: Role = "admin"
    only: str = ""

    @property
    def key(self) -> str:
        """What tells them from others in this server's memory."""
        return f"link {self.only}" if self.only else self.identity

    def may(self, role: Role) -> bool:
        """Whether they may do what a role may."""
        return ROLES.index(self.role) >= ROLES.index(role)

    def must(self, role: Role) -> None:
        """Refuse what they may not do.

        Raises
        ------
        DataError
            Naming the role that they have and the one that it takes.
        """
        if not self.may(role):
            text = _("您的角色是{mine}，这一步需要{needed}。")
            raise DataError(text.format(mine=role_text(self.role), needed=role_text(role)))

    def signs(self, who: str) -> str:
        """How the trail names them: by their login, else by the name that is given."""
        if not self.identity:
            return who
        ending = f" <{self.identity}>"
        return (self.name or self.identity)[: LONGEST_NAME - len(ending)] + ending

    def wrote(self, who: str) -> bool:
        """Whether a name in a trail or a comment is theirs; nobody is known by a name where there is no login."""
        return bool(self.identity) and who.endswith(f" <{self.identity}>")

    def may_settle(self, who: str) -> bool:
        """Whether they may settle what somebody of a name has asked: their own, a reviewer anybody's."""
        return not self.identity or self.may("reviewer") or self.wrote(who)


OWNER = Person()
"""Whoever runs mixplan on a computer of their own, and the account that runs it: they have its files anyway."""
NOBODY = Person(role="nobody")


def _owner() -> Person:
    return OWNER


_session_person: Callable[[], Person] = _owner


def follow_session(person: Callable[[], Person]) -> None:
    """Ask ``person`` who it is that asks, from now on; without it everybody is the owner."""
    global _session_person
    _session_person = person


def current() -> Person:
    """Who asks, wherever nobody is named: the person at the page that runs, on the command line the owner."""
    return _session_person()


def role_text(role: Role) -> str:
    """What a role is called."""
    words = {
        "nobody": _("无"),
        "viewer": _("查看者"),
        "planner": _("规划人员"),
        "reviewer": _("审核人"),
        "admin": _("管理员"),
    }
    return words[role]


def readable(person: Person) -> sa.ColumnElement[bool] | None:
    """Which projects there are for somebody, as a condition; None where all are."""
    if not person.may("viewer"):
        return sa.false()
    if person.only:
        return projects.c.id == person.only
    if person.may("admin"):
        return None
    return sa.or_(projects.c.private.is_(sa.false()), projects.c.owner == person.identity)


def check_readable(connection: sa.Connection, person: Person, id: str) -> None:
    """Refuse a project that somebody may not read, in the words for one that is not there.

    Raises
    ------
    DataError
        Where there is none of this id for them.
    """
    if not is_id(id):
        raise no_such(id)
    condition = readable(person)
    if condition is None:
        return
    if connection.execute(sa.select(projects.c.id).where(projects.c.id == id, condition)).first() is None:
        raise no_such(id)
