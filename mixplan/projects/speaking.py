"""Who may say what in comments: with a login each speaks under their own name, and settles what is theirs.

A reviewer settles and takes up again what others have said, but changes nobody's words.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from mixplan.base.errors import DataError
from mixplan.base.i18n import gettext as _
from mixplan.projects.access import Person
from mixplan.projects.changes import Item, Record, applied

_SETTLED = ("resolved_by", "resolved_at")


def check_comments(person: Person, before: Record, items: Iterable[Item]) -> None:
    """Refuse a change that speaks in another's name, alters another's words, or settles what another has asked.

    Without a login all is as the page says.

    Raises
    ------
    DataError
        Saying which of these it is.
    """
    touched = [item for item in items if item.path[0] == "comments"]
    if not (person.identity and touched):
        return
    was, now = before.get("comments", {}), applied(before, touched).get("comments", {})
    for id in {item.path[1] for item in touched}:
        _check(person, was.get(id, {}), now.get(id, {}))


def _check(person: Person, was: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """One comment as it was and as it is to be; an empty one is not there."""
    _check_said(person, _said(was), _said(now))
    answered, answers = was.get("replies", {}), now.get("replies", {})
    for id in answered.keys() | answers.keys():
        _check_said(person, answered.get(id, {}), answers.get(id, {}))
    settled = [now.get(name, "") for name in _SETTLED]
    if settled == [was.get(name, "") for name in _SETTLED] or not now:
        return
    if was and not person.may_settle(was.get("who", "")):
        raise DataError(_("批注由提出人、审核人或管理员解决或重新打开。"))
    if any(settled) and settled[0] != person.signs(""):
        raise _not_yours()


def _said(comment: Mapping[str, Any]) -> dict[str, Any]:
    """What somebody has said, without what became of it."""
    return {name: value for name, value in comment.items() if name not in (*_SETTLED, "replies")}


def _check_said(person: Person, was: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """What somebody has said, or answered: new under one's own name, otherwise one's own."""
    if was == now:
        return
    if was and not person.wrote(was.get("who", "")):
        raise DataError(_("别人写的批注和回复不能改动或删去。"))
    if now and now.get("who", "") != (was.get("who", "") if was else person.signs("")):
        raise _not_yours()


def _not_yours() -> DataError:
    return DataError(_("批注和回复只能以自己的登录名写。"))
