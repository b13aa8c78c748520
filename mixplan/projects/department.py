"""Who may come in where an office's login is set up: which role each has, by the login's claims or by mail address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mixplan.base.i18n import gettext as _
from mixplan.projects.access import NOBODY, ROLES, Person, Role

_GIVEN = ROLES[1:]
_SECRET_LENGTH = 32
_HOURS = 12.0
_MAIL_LENGTH = 60


@dataclass(frozen=True)
class Department:
    """Who may do what with a login, as ``[auth]`` and ``[access]`` of secrets.toml say.

    Attributes
    ----------
    on : bool
        Whether there is a login; without one whoever reaches the server is its owner.
    problem : str
        Why nobody can come in, empty where they can.
    members : mapping of str to Role
        Mail addresses and their roles.
    claim : str
        Claim of the login that names roles or groups, empty for none.
    groups : mapping of str to Role
        What values of the claim mean, besides the names of the roles themselves.
    open_links : bool
        Whether a link to look at a project works without a login.
    hours : float
        How long a login lasts.
    """

    on: bool = False
    problem: str = ""
    members: Mapping[str, Role] = field(default_factory=dict)
    claim: str = ""
    groups: Mapping[str, Role] = field(default_factory=dict)
    open_links: bool = False
    hours: float = _HOURS

    def person(self, claims: Mapping[str, Any], *, now: float) -> Person:
        """Who is logged in; nobody where the login is too old, names no mail address, or has no role here.

        Parameters
        ----------
        claims : mapping
            What the login service says of them, its signature checked.
        now : float
            Seconds since 1970, as ``iat`` counts them.
        """
        mail = str(claims.get("email") or "").strip().lower()
        if not 0 < len(mail) <= _MAIL_LENGTH or not mail.isprintable() or claims.get("email_verified") is False:
            return NOBODY
        issued = claims.get("iat")
        if self.problem or (isinstance(issued, int | float) and now - issued > self.hours * 3600):
            return NOBODY
        found: list[Role] = [self.members[mail]] if mail in self.members else []
        for value in _values(claims.get(self.claim)) if self.claim else ():
            if value in self.groups:
                found.append(self.groups[value])
            elif value in _GIVEN:
                found.append(value)
        if not found:
            return NOBODY
        name = " ".join(str(claims.get("name") or "").split())
        name = "".join(sign for sign in name if sign.isprintable() and sign not in "<>")
        return Person(name, mail, max(found, key=ROLES.index))


def _values(claim: object) -> list[str]:
    return [str(one) for one in claim] if isinstance(claim, list | tuple) else [str(claim)] if claim else []


def department(secrets: Mapping[str, Any]) -> Department:
    """What secrets.toml says of the login; what cannot be understood lets nobody in rather than everybody."""
    auth, access = secrets.get("auth"), secrets.get("access", {})
    if auth is None and not access:
        return Department()
    if not isinstance(auth, Mapping) or not isinstance(access, Mapping):
        return Department(on=True, problem=_("secrets.toml 应有 [auth] 和 [access] 两节。"))
    if len(str(auth.get("cookie_secret", ""))) < _SECRET_LENGTH:
        text = _("secrets.toml 的 [auth] 里 cookie_secret 至少 {length} 个字符，应随机生成。")
        return Department(on=True, problem=text.format(length=_SECRET_LENGTH))
    try:
        return _understood(access)
    except (TypeError, ValueError, AttributeError) as error:
        return Department(on=True, problem=_("secrets.toml 的 [access] 有误：{error}。").format(error=error))


def _understood(access: Mapping[str, Any]) -> Department:
    known = {*_GIVEN, "role_claim", "groups", "open_links", "login_hours"}
    if unknown := sorted(set(access) - known):
        raise ValueError(
            _("不认识 {names}，可以有 {known}").format(names="、".join(unknown), known="、".join(sorted(known)))
        )
    members: dict[str, Role] = {}
    for role in _GIVEN:  # the highest last, which holds
        listed = access.get(role, [])
        if isinstance(listed, str):
            raise ValueError(_("{role} 应是邮箱的列表").format(role=role))
        members |= {str(mail).strip().lower(): role for mail in listed}
    groups = {str(name): role for name, role in dict(access.get("groups", {})).items()}
    if wrong := sorted({str(role) for role in groups.values()} - set(_GIVEN)):
        raise ValueError(
            _("groups 里的角色 {names} 应是 {known} 之一").format(names="、".join(wrong), known="、".join(_GIVEN))
        )
    hours = float(access.get("login_hours", _HOURS))
    if not hours > 0:
        raise ValueError(_("login_hours 应大于 0"))
    return Department(
        on=True,
        members=members,
        claim=str(access.get("role_claim", "")),
        groups=groups,
        open_links=access.get("open_links", False) is True,
        hours=hours,
    )
