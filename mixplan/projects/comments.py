"""Comments pinned to a station, a site or a place: what was said and answered, by whom, and whether it is settled."""

import unicodedata
from collections.abc import Mapping
from dataclasses import field
from typing import Annotated, Literal

from pydantic import AfterValidator
from pydantic.dataclasses import dataclass

from mixplan.base.files.text import visible
from mixplan.base.i18n import gettext as _
from mixplan.base.records import CLOSED, Time

Kind = Literal["station", "site", "place"]
KINDS: tuple[Kind, ...] = ("station", "site", "place")
LONGEST = 2000
LONGEST_NAME = 80
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def _is_allowed(sign: str) -> bool:
    return sign == "\n" or unicodedata.category(sign) not in _UNSEEN


def _checked(text: str) -> str:
    if len(text) > LONGEST:
        raise ValueError(_("批注最多 {most:,} 个字，现在有 {count:,} 个。").format(most=LONGEST, count=len(text)))
    if not all(map(_is_allowed, text)):
        raise ValueError(_("批注里不能有换行以外的看不见的字符。"))
    return text


Text = Annotated[str, AfterValidator(_checked)]
"""What somebody has written: lines of visible characters."""


def tidied(text: str, *, longest: int = LONGEST) -> str:
    """What somebody has written as it can be kept; empty where there is nothing to be seen in it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    kept = "".join(filter(_is_allowed, lines)).strip()[:longest].strip()
    return kept if visible(kept) else ""


@dataclass(frozen=True, config=CLOSED)
class Target:
    """What a comment is pinned to."""

    kind: Kind = "place"
    id: str = ""
    """Of the station in its register, or of the candidate of new lines; empty for a place."""
    name: Text = ""
    """What it was called then."""
    place: tuple[float, float] | None = None
    """WGS-84 longitude and latitude, where known then."""

    @property
    def key(self) -> tuple[object, ...]:
        """What tells it from every other: comments with the same are pinned to the same thing."""
        return ("place", self.place) if self.kind == "place" else (self.kind, self.id)


@dataclass(frozen=True, config=CLOSED)
class Reply:
    """What somebody has answered; times are UTC."""

    text: Text = ""
    who: str = ""
    at: Time = ""


@dataclass(frozen=True, config=CLOSED)
class Comment:
    """What somebody has said of something; times are UTC. One without a text was taken back by its author."""

    target: Target = Target()
    text: Text = ""
    who: str = ""
    at: Time = ""
    resolved_by: str = ""
    resolved_at: Time = ""
    """When it was settled; empty while it is open."""
    replies: Mapping[str, Reply] = field(default_factory=dict)

    @property
    def open(self) -> bool:
        """Whether it is still to be settled."""
        return not self.resolved_at

    @property
    def answers(self) -> list[Reply]:
        """Replies in the order in which they were given."""
        return sorted((one for one in self.replies.values() if one.text), key=lambda one: one.at)

    @property
    def last_at(self) -> str:
        """When something was said last."""
        return max([self.at, *(one.at for one in self.answers)])


def listed(comments: Mapping[str, Comment], target: Target | None = None) -> dict[str, Comment]:
    """Comments by id, open ones first, then those about which something was said last.

    Parameters
    ----------
    target : Target, optional
        Only what is pinned to it.
    """
    some = {id: one for id, one in comments.items() if one.text and (target is None or one.target.key == target.key)}
    latest = sorted(some, key=lambda id: (some[id].last_at, id), reverse=True)
    return {id: some[id] for id in sorted(latest, key=lambda id: not some[id].open)}


def open_ones(comments: Mapping[str, Comment]) -> dict[str, Comment]:
    """Comments that are still to be settled, by id."""
    return {id: one for id, one in listed(comments).items() if one.open}


def kind_label(kind: Kind) -> str:
    """What a comment can be pinned to."""
    return {"station": _("站点"), "site": _("新线站点"), "place": _("地点")}[kind]


def target_label(target: Target) -> str:
    """What a comment is pinned to, in few words."""
    if target.kind == "station":
        return target.name or target.id
    if target.kind == "site":
        return _("候选点 {id}").format(id=target.id)
    if target.place is None:
        return target.name or "—"
    where = f"{target.place[0]:.4f}°E {target.place[1]:.4f}°N"
    return f"{target.name}（{where}）" if target.name else where


def count_label(some: Mapping[str, Comment]) -> str:
    """How many comments there are, and how many of them are open."""
    left = sum(one.open for one in some.values())
    if not some:
        return _("批注")
    if not left:
        return _("批注（{count} 条，都已解决）").format(count=len(some))
    return _("批注（{count} 条未决）").format(count=left)
