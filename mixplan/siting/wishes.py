"""What a planner has set for the new lines, apart from what the rule file says: the part of it that is kept."""

from collections.abc import Mapping
from dataclasses import field, replace
from typing import Any, Literal

from pydantic.dataclasses import dataclass

from mixplan.base.records import CLOSED, Number
from mixplan.plan.rules import RuleBook
from mixplan.siting.settings import Effort, SitingSettings, default_settings

# Names of the settings that go to the solver under the same name.
_SAME = (
    "lines",
    "line_capacity_wan_t",
    "radius_km",
    "spacing_km",
    "detour",
    "lines_per_site",
    "unmet_penalty_km",
    "fixed_cost",
    "grid_km",
    "import_share_pct",
    "import_extra_km",
    "wet_share_pct",
    "wet_radius_km",
    "wet_extra_km",
)
_WHOLE = ("lines", "lines_per_site")


@dataclass(frozen=True, config=CLOSED)
class SitingWishes:
    """Settings of the siting page; what is None is as the rule file has it.

    The numbers are those of `SitingSettings` under the same names.
    """

    objective: Literal["haul", "coverage"] = "haul"
    lines: int | None = None
    at_most: bool = False
    """Whether fewer lines may be built."""
    line_capacity_wan_t: Number | None = None
    radius_km: Number | None = None
    quotas: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Least and most lines of a sector; the greatest number that can be set means no limit."""
    spacing_km: Number | None = None
    detour: Number | None = None
    lines_per_site: int | None = None
    limit_haul: bool = False
    """Whether the longest haul is limited."""
    max_haul_km: Number | None = None
    unmet_penalty_km: Number | None = None
    fixed_cost: Number | None = None
    keep_off_approximate: bool = True
    grid_km: Number | None = None
    imports: bool = False
    import_share_pct: Number | None = None
    import_extra_km: Number | None = None
    wet_mortar: bool = False
    wet_share_pct: Number | None = None
    wet_radius_km: Number | None = None
    wet_extra_km: Number | None = None
    gap: Number = 0.01
    time_s: Number = 60
    seed: int = 0

    def settings(self, book: RuleBook, *, margin_m: float, **instead: Any) -> SitingSettings:
        """What the solver is asked for, but for locks and bans.

        Parameters
        ----------
        margin_m : float
            Distance from a sensitive area within which no line may stand.
        **instead
            Settings that are taken instead of those here.
        """
        most = most_lines(book)
        changes: dict[str, Any] = {name: getattr(self, name) for name in _SAME if getattr(self, name) is not None}
        changes = {name: int(value) if name in _WHOLE else float(value) for name, value in changes.items()}
        default_haul = book.figure("siting_max_haul_km")
        wished = replace(
            default_settings(book),
            objective=self.objective,
            exact=not self.at_most,
            quotas=tuple(
                (sector, low, high if high < most else None)
                for sector, (low, high) in self.quotas.items()
                if (low, high) != (0, most)
            ),
            max_haul_km=float(default_haul if self.max_haul_km is None else self.max_haul_km)
            if self.limit_haul
            else None,
            keep_off_approximate=self.keep_off_approximate,
            imports=self.imports,
            wet_mortar=self.wet_mortar,
            margin_m=margin_m,
            **changes,
        )
        return replace(wished, **instead)

    def effort(self) -> Effort:
        """How hard the solver is to try."""
        return Effort(float(self.gap), float(self.time_s), self.seed)


def most_lines(book: RuleBook) -> int:
    """The greatest number of lines that can be asked for."""
    return int(book.parameters["siting_lines"].range[1])
