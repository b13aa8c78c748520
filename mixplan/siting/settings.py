"""What a planner wishes for the new lines, and what is allowed."""

from dataclasses import dataclass, replace
from typing import Any, Literal

from mixplan.base.errors import SitingError
from mixplan.base.i18n import gettext as _
from mixplan.base.numbers import check_number
from mixplan.base.records import CLOSED
from mixplan.city.sectors import check_sectors
from mixplan.plan.rules import RuleBook

Objective = Literal["haul", "coverage"]
NOTHING = 1e-9
MANUAL = "manual"  # status of a plan that a planner has put together, not the solver


@dataclass(frozen=True)
class SitingSettings:
    """What a planner asks for: how many lines, under which rules, at which assumptions.

    Attributes
    ----------
    lines, exact : int, bool
        Number of lines, and whether exactly that many or at most.
    line_capacity_wan_t, lines_per_site : float, int
        Capacity of one line (万t/yr) where a candidate states none, and how many may stand on one site.
    quotas : tuple of (sector, least, most)
        Lines wanted in a sector (NE, SW, periphery); no entry, no quota.
    spacing_km : float
        Least straight-line distance between two new sites.
    detour : float
        Road distance over straight-line distance.
    max_haul_km : float or None
        Longest haul allowed, for every plant in the city.
    unmet_penalty_km, fixed_cost : float
        Cost of 1 万t left unmet (万t·km a 万t), and of one line (万t·km a year).
    objective, radius_km : str, float
        ``haul`` (least haul) or ``coverage`` (most demand served within the radius).
    apply_rules : bool
        Keep candidates to where the rules allow new mortar lines, and apply quotas.
    margin_m : float
        Distance from a sensitive area within which no line may stand.
    keep_off_approximate : bool
        Whether areas of approximate extent exclude as well, or only leave a note.
    grid_km : float or None
        Spacing of the grid of candidates; None leaves the planner's own points only.
    demand_total_wan_t : float or None
        Scale demand to this total; None takes it as it is.
    imports, wet_mortar : bool
        Whether imports, and wet mortar from concrete stations, may serve too.
    forced : tuple of (id, lines)
        Sites that must get lines.
    forbidden : tuple of str
        Candidates that may get none.
    """

    __pydantic_config__ = CLOSED  # as it is read back from a file

    lines: int
    exact: bool
    line_capacity_wan_t: float
    lines_per_site: int
    quotas: tuple[tuple[str, int, int | None], ...]
    spacing_km: float
    detour: float
    max_haul_km: float | None
    unmet_penalty_km: float
    fixed_cost: float
    objective: Objective
    radius_km: float
    apply_rules: bool
    margin_m: float
    keep_off_approximate: bool
    grid_km: float | None
    demand_total_wan_t: float | None
    imports: bool
    import_share_pct: float
    import_extra_km: float
    wet_mortar: bool
    wet_share_pct: float
    wet_extra_km: float
    wet_radius_km: float
    forced: tuple[tuple[str, int], ...] = ()
    forbidden: tuple[str, ...] = ()


def default_settings(book: RuleBook, **changes: Any) -> SitingSettings:
    """The plan's figures and the assumptions of the rule file, with some of them changed."""
    return replace(
        SitingSettings(
            lines=int(book.figure("siting_lines")),
            exact=True,
            line_capacity_wan_t=book.figure("siting_line_capacity"),
            lines_per_site=int(book.figure("siting_lines_per_site")),
            quotas=(),
            spacing_km=book.figure("siting_spacing_km"),
            detour=book.figure("siting_detour"),
            max_haul_km=None,
            unmet_penalty_km=book.figure("siting_unmet_penalty"),
            fixed_cost=book.figure("siting_fixed_cost"),
            objective="haul",
            radius_km=book.figure("siting_radius_km"),
            apply_rules=True,
            margin_m=book.margin_m,
            keep_off_approximate=True,
            grid_km=book.figure("siting_grid_km"),
            demand_total_wan_t=None,
            imports=False,
            import_share_pct=book.figure("siting_import_share_pct"),
            import_extra_km=book.figure("siting_import_extra_km"),
            wet_mortar=False,
            wet_share_pct=book.figure("siting_wet_share_pct"),
            wet_extra_km=book.figure("siting_wet_extra_km"),
            wet_radius_km=book.figure("siting_wet_radius_km"),
        ),
        **changes,
    )


def check_settings(settings: SitingSettings) -> None:
    """Refuse settings that make no sense, each with its value and what is allowed.

    Raises
    ------
    SitingError
        Naming the setting.
    """
    s = settings
    at_least: list[tuple[str, float, float]] = [
        (_("生产线数量"), s.lines, 0),
        (_("同一站点最多的生产线"), s.lines_per_site, 1),
        (_("最小间距（km）"), s.spacing_km, 0),
        (_("绕行系数"), s.detour, 1),
        (_("每缺 1 万t 的代价（km）"), s.unmet_penalty_km, 0),
        (_("每条线的固定代价（万t·km）"), s.fixed_cost, 0),
        (_("敏感区外扩距离（m）"), s.margin_m, 0),
    ]
    at_least += [(_("候选点网格间距（km）"), s.grid_km, 1)] if s.grid_km is not None else []
    at_least += [(_("需求总量（万t/年）"), s.demand_total_wan_t, 0)] if s.demand_total_wan_t is not None else []
    at_least += [(_("站点 {site} 锁定的条数").format(site=site), lines, 1) for site, lines in s.forced]
    for name, value, least in at_least:
        check_number(name, value, low=least, error=SitingError)
    positive = [(_("每条线的产能（万t/年）"), s.line_capacity_wan_t), (_("服务半径（km）"), s.radius_km)]
    positive += [(_("最大运距（km）"), s.max_haul_km)] if s.max_haul_km is not None else []
    for name, value in positive:
        check_number(name, value, above=True, error=SitingError)
    check_sectors([sector for sector, _least, _most in s.quotas], error=SitingError)
    for sector, least, most in s.quotas:
        if least < 0 or (most is not None and most < least):
            raise SitingError(
                _("方位 {sector} 的条数 {least}–{most} 不成范围：应从 0 起，下限不大于上限。").format(
                    sector=sector, least=least, most=most
                )
            )
    if both := sorted({site for site, _lines in s.forced} & set(s.forbidden)):
        raise SitingError(_("站点 {sites} 既要求设线又禁止设线。").format(sites=_("、").join(both)))


@dataclass(frozen=True)
class Effort:
    """How hard the solver is to try: the proven gap (share of the cost) at which it may stop, seconds, and its seed."""

    gap: float
    time_s: float
    seed: int
