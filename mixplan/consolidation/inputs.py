"""What a consolidation plan was made from, told apart by a hash, and in words how two of them differ."""

from __future__ import annotations

from dataclasses import asdict

from pydantic.dataclasses import dataclass

from mixplan.base.files.jsontext import digest
from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import local
from mixplan.base.records import CLOSED
from mixplan.consolidation import joint, settings
from mixplan.consolidation.joint import JointSettings
from mixplan.consolidation.settings import Settings
from mixplan.plan.datapackage import data_version
from mixplan.plan.rules import Parameter, RuleBook
from mixplan.plan.words import unit_text

# How hard the solver tries is no part of the question; the pace of closures is none for a single year.
_EFFORT = ("gap", "time_limit_s")
_PACE = ("closures_per_year",)


@dataclass(frozen=True, config=CLOSED)
class Inputs:
    """Everything that a plan follows from: the same inputs have the same best plan.

    Attributes
    ----------
    margin_m : float
        Distance from a sensitive area within which a station is flagged.
    register : str
        Version of the planner's own register, empty for the shipped one.
    data : str
        Version of the shipped data.
    joint : JointSettings, optional
        The mortar side of a joint run.
    """

    settings: Settings
    margin_m: float
    register: str
    data: str
    joint: JointSettings | None = None

    @property
    def hash(self) -> str:
        """The same for the same question, however hard the solver was to try."""
        asked = asdict(self)
        for name in (*_EFFORT, *(() if self.settings.phased else _PACE)):
            del asked["settings"][name]
        return digest(asked)


def inputs_of(wanted: Settings, *, margin_m: float, register: str = "", joint: JointSettings | None = None) -> Inputs:
    """Inputs with the shipped data as they are now; a joint run is of the target year alone."""
    return Inputs(wanted if joint is None else wanted.target_year, float(margin_m), register, data_version(), joint)


def changed(before: Inputs, after: Inputs, book: RuleBook) -> list[str]:
    """What differs between two inputs, a few words each, in the language in force; empty where their hash is the same.

    Parameters
    ----------
    book : RuleBook
        Names the settings.
    """
    old, new = before.settings, after.settings
    said = [*_decisions(old, new), *_figures(old, new, book)]
    if old.years != new.years:
        said.append(_("改为逐年求解") if new.phased else _("改为只求目标年"))
    if (old.district_caps, old.ring_caps, old.max_flagged) != (new.district_caps, new.ring_caps, new.max_flagged):
        said.append(_("站点数上限"))
    if before.margin_m != after.margin_m:
        margin = _("敏感区外扩距离 {before:g}→{after:g} m")
        said.append(margin.format(before=before.margin_m, after=after.margin_m))
    said += _mortar(before.joint, after.joint, book)
    if before.register != after.register:
        said.append(_("登记册"))
    if before.data != after.data:
        said.append(_("随附数据"))
    return said


def _decisions(old: Settings, new: Settings) -> list[str]:
    """On how many stations the planner has decided otherwise."""
    was, now = dict(old.locks), dict(new.locks)
    count = sum(was.get(plant) != now.get(plant) for plant in was.keys() | now.keys())
    return [_("{count} 个站点的决定").format(count=count)] if count else []


def _figures(old: Settings, new: Settings, book: RuleBook) -> list[str]:
    """Limits, weights and assumptions that are not the same."""
    rows = {name: book.parameters[row] for name, row in settings.PARAMETERS.items()}
    if not (old.phased or new.phased):
        rows = {name: row for name, row in rows.items() if name not in _PACE}
    said = _differing(old, new, rows)
    if old.standard_wan_m3 != new.standard_wan_m3:
        rule = book.rule_for("station_standard")
        said.append(_moved(local(rule, "title"), old.standard_wan_m3, new.standard_wan_m3, unit_text(rule.unit)))
    if old.first_demand_wan_m3 != new.first_demand_wan_m3 and old.demand_wan_m3 == new.demand_wan_m3:
        said.append(_("起始年需求"))
    return said


def _mortar(old: JointSettings | None, new: JointSettings | None, book: RuleBook) -> list[str]:
    """What differs on the mortar side of a joint run."""
    if old is None or new is None:
        return [] if old is new else [_("是否与砂浆线联合求解")]
    said = _differing(old, new, {name: book.parameters[row] for name, row in joint.PARAMETERS.items()})
    return said if old.quotas == new.quotas else [*said, _("新线的方位条数")]


def _differing(old: object, new: object, rows: dict[str, Parameter]) -> list[str]:
    """Figures of the rule file that are not the same, each with both values."""
    return [
        _moved(local(row, "title"), getattr(old, name), getattr(new, name), unit_text(row.unit))
        for name, row in rows.items()
        if getattr(old, name) != getattr(new, name)
    ]


def _moved(title: str, before: float, after: float, unit: str) -> str:
    text = _("{title} {before:g}→{after:g} {unit}").format(title=title, before=before, after=after, unit=unit)
    return text.rstrip()
