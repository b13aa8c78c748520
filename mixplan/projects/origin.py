"""Which state of which project something was made from, as every hand-out and answer names it."""

from dataclasses import dataclass
from typing import Any

from mixplan.base.files.names import file_stem
from mixplan.base.i18n import gettext as _
from mixplan.projects.rows import Kept

_SHOWN, _IN_NAMES = 12, 8  # digits of a hash


@dataclass(frozen=True)
class Origin:
    """A state of a project, or of one of its scenarios: the hash of its last change stands for all that led to it."""

    id: str
    name: str
    revision: int
    hash: str
    scenario: str = ""

    @property
    def short_hash(self) -> str:
        """As much of the hash as people compare."""
        return self.hash[:_SHOWN]

    @property
    def text(self) -> str:
        """Project, version and hash in a line."""
        text = _("项目“{name}”第 {revision} 版，校验值 {hash}")
        if self.scenario:
            text = _("项目“{name}”的方案“{scenario}”，第 {revision} 版，校验值 {hash}")
        return text.format(name=self.name, scenario=self.scenario, revision=self.revision, hash=self.short_hash)

    @property
    def mark(self) -> str:
        """Project, version and hash as a file's name can bear them."""
        return file_stem(self.name, self.scenario, f"v{self.revision}", self.hash[:_IN_NAMES])

    def record(self) -> dict[str, Any]:
        """The same for JSON."""
        found = {"id": self.id, "name": self.name, "revision": self.revision, "hash": self.hash}
        return {**found, "scenario": self.scenario} if self.scenario else found


def origin_of(kept: Kept, branch: str = "") -> Origin:
    """The state that a project is in, or a branch of it."""
    scenario = kept.project.scenarios[branch].name if branch else ""
    return Origin(kept.id, kept.name, kept.revision, kept.head, scenario)
