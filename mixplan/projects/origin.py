"""Which state of which project something was made from, as every hand-out and answer names it."""

from dataclasses import dataclass
from typing import Any

from mixplan.base.i18n import gettext as _
from mixplan.projects.rows import Kept

_SHOWN = 12  # digits of a hash


@dataclass(frozen=True)
class Origin:
    """A state of a project: the hash of its last change stands for everything that led to it."""

    id: str
    name: str
    revision: int
    hash: str

    @property
    def short_hash(self) -> str:
        """As much of the hash as people compare."""
        return self.hash[:_SHOWN]

    @property
    def text(self) -> str:
        """Project, version and hash in a line."""
        text = _("项目“{name}”第 {revision} 版，校验值 {hash}")
        return text.format(name=self.name, revision=self.revision, hash=self.short_hash)

    def record(self) -> dict[str, Any]:
        """The same for JSON."""
        return {"id": self.id, "name": self.name, "revision": self.revision, "hash": self.hash}


def origin_of(kept: Kept) -> Origin:
    """The state that a project is in."""
    return Origin(kept.id, kept.name, kept.revision, kept.head)
