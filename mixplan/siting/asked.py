"""What a siting proposal was made from, told apart by a hash, and in words how two of them differ."""

from collections.abc import Sequence
from dataclasses import asdict, field, replace

from pydantic.dataclasses import dataclass

from mixplan.base.files.jsontext import digest
from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import local
from mixplan.base.records import CLOSED
from mixplan.plan.datapackage import data_version
from mixplan.plan.rules import RuleBook
from mixplan.plan.words import unit_text
from mixplan.siting.settings import SitingSettings

OwnPoint = tuple[str, float, float]
"""Id, longitude and latitude."""
# Settings that are rows of the rule file, by that row.
PARAMETERS = {
    "lines": "siting_lines",
    "line_capacity_wan_t": "siting_line_capacity",
    "lines_per_site": "siting_lines_per_site",
    "spacing_km": "siting_spacing_km",
    "detour": "siting_detour",
    "unmet_penalty_km": "siting_unmet_penalty",
    "fixed_cost": "siting_fixed_cost",
    "radius_km": "siting_radius_km",
    "import_share_pct": "siting_import_share_pct",
    "import_extra_km": "siting_import_extra_km",
    "wet_share_pct": "siting_wet_share_pct",
    "wet_extra_km": "siting_wet_extra_km",
    "wet_radius_km": "siting_wet_radius_km",
}


@dataclass(frozen=True, config=CLOSED)
class Versions:
    """What a case was made from besides the settings; empty where it was what is shipped, or nothing."""

    data: str
    """Version of the shipped data."""
    register: str = ""
    """Version of the planner's own register."""
    demand: str = ""
    """Version of the planner's own demand points."""
    candidates: str = ""
    """Version of the planner's own candidates."""
    network: str = ""
    """Version of the road network."""


@dataclass(frozen=True, config=CLOSED)
class Asked:
    """Everything that a proposal follows from: the same question has the same best proposal.

    Attributes
    ----------
    settings : SitingSettings
        With the sites that are forced and forbidden.
    own : tuple of (id, lon, lat)
        Points that the planner has added.
    """

    settings: SitingSettings
    versions: Versions
    own: tuple[OwnPoint, ...] = field(default=())

    @property
    def hash(self) -> str:
        """The same for the same question, in whatever order points and sites were named."""
        asked = asdict(self)
        wanted = asked["settings"]
        wanted["quotas"], wanted["forced"] = sorted(wanted["quotas"], key=str), sorted(wanted["forced"])
        wanted["forbidden"], asked["own"] = sorted(wanted["forbidden"]), sorted(asked["own"])
        return digest(asked)


def asked_of(settings: SitingSettings, *, own: Sequence[OwnPoint] = (), **versions: str) -> Asked:
    """A question with the shipped data as they are now.

    Parameters
    ----------
    own : sequence of (id, lon, lat)
        Points that the planner has added.
    **versions : str
        Of what is the planner's own, by the names of `Versions`.
    """
    return Asked(settings, Versions(data_version(), **versions), tuple(own))


def but_by_hand(now: Asked, made: Asked) -> Asked:
    """A question with locks, bans and points of an earlier one: lines that were moved by hand are no older for it."""
    settings = replace(now.settings, forced=made.settings.forced, forbidden=made.settings.forbidden)
    return replace(now, settings=settings, own=made.own)


def changed(before: Asked, after: Asked, book: RuleBook) -> list[str]:
    """What differs between two questions, a few words each, in the language in force; empty where the hash is the same.

    Parameters
    ----------
    book : RuleBook
        Names the settings.
    """
    old, new = before.settings, after.settings
    said = [
        _moved(local(book.parameters[row], "title"), getattr(old, name), getattr(new, name), book.parameters[row].unit)
        for name, row in PARAMETERS.items()
        if getattr(old, name) != getattr(new, name)
    ]
    said += _wishes(old, new)
    said += [
        _moved(title, getattr(old, name), getattr(new, name), unit)
        for name, (title, unit) in _others().items()
        if getattr(old, name) != getattr(new, name)
    ]
    for name, text in _counted().items():
        if count := len(_named(before, name) ^ _named(after, name)):
            said.append(text.format(count=count))
    names = _versions()
    return said + [names[name] for name in names if getattr(before.versions, name) != getattr(after.versions, name)]


def _moved(title: str, before: float | None, after: float | None, unit: str) -> str:
    """A figure that is not the same, with both values."""
    was, now = ("—" if value is None else f"{value:g}" for value in (before, after))
    return (
        _("{title} {before}→{after} {unit}").format(title=title, before=was, after=now, unit=unit_text(unit)).rstrip()
    )


def _wishes(old: SitingSettings, new: SitingSettings) -> list[str]:
    """What is switched, and lines by sector."""
    names = {
        "objective": _("优化目标"),
        "exact": _("条数是否为上限"),
        "apply_rules": _("是否按规则排除"),
        "keep_off_approximate": _("范围近似的敏感区是否排除"),
        "imports": _("是否计入外埠供应"),
        "wet_mortar": _("是否计入搅拌站湿砂浆"),
    }
    said = [text for name, text in names.items() if getattr(old, name) != getattr(new, name)]
    return said if sorted(old.quotas, key=str) == sorted(new.quotas, key=str) else [*said, _("方位条数")]


def _others() -> dict[str, tuple[str, str]]:
    """Names and units of settings that are no row of the rule file, or may be left out."""
    return {
        "max_haul_km": (_("最大运距"), "km"),
        "margin_m": (_("敏感区外扩距离"), "m"),
        "grid_km": (_("候选点网格间距"), "km"),
        "demand_total_wan_t": (_("需求总量"), "万t/年"),
    }


def _counted() -> dict[str, str]:
    """What is counted rather than named."""
    return {
        "forced": _("{count} 处锁定的站点"),
        "forbidden": _("{count} 处禁用的站点"),
        "own": _("{count} 个自加的点"),
    }


def _named(asked: Asked, name: str) -> set[str]:
    """Sites or points of one sort, each with what is said of it."""
    return set(map(repr, asked.own if name == "own" else getattr(asked.settings, name)))


def _versions() -> dict[str, str]:
    """Names of what a case is made from."""
    return {
        "register": _("登记册"),
        "demand": _("需求点文件"),
        "candidates": _("候选点文件"),
        "network": _("路网"),
        "data": _("随附数据"),
    }
