"""Rules and figures of the plan as data: every threshold is a row of ``data/rules.toml`` with its clause and dates."""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from mixplan.base.errors import RuleError
from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import local
from mixplan.base.paths import DATA_DIR

KINDS = ("plan", "regulation", "assumption")
STATUSES = ("standing", "proposed")
MEASURES = (
    "inside_ring",
    "inside_ban_zone",
    "near_sensitive_area",
    "at_least",
    "licensed",
    "in_sector",
)


@dataclass(frozen=True)
class Rule:
    """One rule: what is measured, against which threshold, by which clause, and when it is in force.

    Attributes
    ----------
    applies_to : tuple of str
        Kinds of plant that the rule speaks of.
    statuses : tuple of str
        ``standing`` (every record but proposals), ``proposed``, or both.
    measure : str
        How the value is measured; one of `MEASURES`.
    subject : str
        Layer or column that is measured.
    value, unit : float or str, str
        Threshold and its unit.
    in_force_from, in_force_to : date
        First day, and first day no longer, in force; no end where it still is.
    kind : str
        ``plan``, ``regulation`` or ``assumption``.
    advisory : bool
        Binds new and rebuilt plants only; for a standing plant it is a note.
    severity : int
        Weight of an open finding in consolidation.
    """

    id: str
    title: str
    title_en: str
    applies_to: tuple[str, ...]
    statuses: tuple[str, ...]
    measure: str
    subject: str
    value: float | str
    unit: str
    in_force_from: date
    clause: str
    source: str
    kind: str
    note: str
    note_en: str
    advisory: bool
    severity: int
    in_force_to: date | None = None
    minimum: float | None = None
    maximum: float | None = None

    def in_force(self, on: date) -> bool:
        """Whether the rule binds on that day."""
        return self.in_force_from <= on and (self.in_force_to is None or on < self.in_force_to)


@dataclass(frozen=True)
class Parameter:
    """One figure that a measure or a model uses, with its unit, source and kind."""

    id: str
    title: str
    title_en: str
    value: float
    unit: str
    source: str
    kind: str
    minimum: float | None = None
    maximum: float | None = None

    @property
    def range(self) -> tuple[float, float]:
        """Least and greatest value that a planner may set.

        Raises
        ------
        RuleError
            Where the rule file states none.
        """
        if self.minimum is None or self.maximum is None:
            raise RuleError(_("参数“{parameter}”要有 minimum 和 maximum，才能调整。").format(parameter=self.id))
        return self.minimum, self.maximum


@dataclass(frozen=True)
class RuleBook:
    """All rules and parameters, as read from one file."""

    rules: tuple[Rule, ...]
    parameters: Mapping[str, Parameter]
    document: str
    document_title: str
    document_date: date
    counties_until: date
    period_end: date

    def in_force(self, on: date) -> tuple[Rule, ...]:
        """Rules that bind on a day."""
        return tuple(rule for rule in self.rules if rule.in_force(on))

    def rule(self, rule_id: str) -> Rule:
        """One rule by id."""
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise RuleError(
            _("没有名为“{rule}”的规则；现有：{known}。").format(rule=rule_id, known="、".join(r.id for r in self.rules))
        )

    def titles(self) -> dict[str, str]:
        """Titles of the rules by id, in the language in force."""
        return {rule.id: local(rule, "title") for rule in self.rules}

    def figure(self, parameter_id: str) -> float:
        """Value of one parameter by id."""
        try:
            return self.parameters[parameter_id].value
        except KeyError:
            raise RuleError(
                _("没有名为“{parameter}”的参数；现有：{known}。").format(
                    parameter=parameter_id, known="、".join(self.parameters)
                )
            ) from None

    def with_values(self, values: Mapping[str, float]) -> "RuleBook":
        """The same book with some thresholds moved, as a slider does; the originals stay untouched."""
        for rule_id, value in values.items():
            rule = self.rule(rule_id)
            low = -math.inf if rule.minimum is None else rule.minimum
            high = math.inf if rule.maximum is None else rule.maximum
            if not (math.isfinite(value) and low <= value <= high):
                raise RuleError(
                    _("规则“{rule}”的数值 {value:g} 不可用，应在 {low:g} 与 {high:g} 之间。").format(
                        rule=rule_id, value=value, low=low, high=high
                    )
                )
        rules = tuple(replace(r, value=values[r.id]) if r.id in values else r for r in self.rules)
        return replace(self, rules=rules)


def _rule(raw: dict[str, Any], path: Path) -> Rule:
    fields = dict(raw)
    for column in ("applies_to", "statuses"):
        if column in fields:
            fields[column] = tuple(fields[column])
    fields["in_force_from"] = fields.pop("from", None)
    fields["in_force_to"] = fields.pop("to", None)
    try:
        rule = Rule(**fields)
    except TypeError as error:
        raise RuleError(
            _("{file} 中规则“{rule}”的字段不完整或多余：{error}").format(
                file=path.name, rule=raw.get("id"), error=error
            )
        ) from None
    choices = [("kind", rule.kind, KINDS), ("measure", rule.measure, MEASURES)]
    for column, value, allowed in choices + [("statuses", status, STATUSES) for status in rule.statuses]:
        if value not in allowed:
            raise RuleError(
                _("{file} 中规则“{rule}”的 {column} 是“{value}”，应为 {allowed} 之一。").format(
                    file=path.name, rule=rule.id, column=column, value=value, allowed="、".join(allowed)
                )
            )
    if not isinstance(rule.in_force_from, date):
        raise RuleError(
            _("{file} 中规则“{rule}”没有生效日期（from = 年-月-日）。").format(file=path.name, rule=rule.id)
        )
    return rule


def _parameter(raw: dict[str, Any], path: Path) -> Parameter:
    parameter = Parameter(**raw)
    if parameter.kind not in KINDS:
        raise RuleError(
            _("{file} 中参数“{parameter}”的 kind 是“{value}”，应为 {allowed} 之一。").format(
                file=path.name, parameter=parameter.id, value=parameter.kind, allowed="、".join(KINDS)
            )
        )
    low = -math.inf if parameter.minimum is None else parameter.minimum
    high = math.inf if parameter.maximum is None else parameter.maximum
    if not (math.isfinite(parameter.value) and low <= parameter.value <= high):
        raise RuleError(
            _("{file} 中参数“{parameter}”的数值 {value:g} 不可用，应在 {low:g} 与 {high:g} 之间。").format(
                file=path.name, parameter=parameter.id, value=parameter.value, low=low, high=high
            )
        )
    return parameter


@cache
def load_rules(path: Path = DATA_DIR / "rules.toml") -> RuleBook:
    """Read the rule file.

    Raises
    ------
    RuleError
        Naming the rule and the field that is missing, unknown or not allowed, or why the file cannot be read.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        rules = tuple(_rule(item, path) for item in raw["rule"])
        parameters = tuple(_parameter(item, path) for item in raw["parameter"])
        frame = [raw[key] for key in ("document", "document_title", "document_date", "counties_until", "period_end")]
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise RuleError(_("规则文件 {file} 读不出来：{error}").format(file=path.name, error=error)) from None
    ids = [rule.id for rule in rules] + [parameter.id for parameter in parameters]
    if twice := sorted({i for i in ids if ids.count(i) > 1}):
        raise RuleError(_("{file} 中规则或参数编号重复：{ids}。").format(file=path.name, ids="、".join(twice)))
    return RuleBook(rules, {parameter.id: parameter for parameter in parameters}, *frame)
