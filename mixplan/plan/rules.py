"""Rules and figures of the plan as data: every threshold is a row of ``data/rules.toml`` with its clause and dates."""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, Strict, StrictBool, StrictInt, field_validator, model_validator
from pydantic.dataclasses import dataclass

from mixplan.base.errors import DataError, RuleError
from mixplan.base.files.reading import read_toml
from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import local
from mixplan.base.paths import DATA_DIR
from mixplan.base.problems import listed
from mixplan.base.records import CLOSED, Number, checked
from mixplan.plan.kinds import plant_kinds

_LARGEST = 1e15  # as in a table's cell; a whole number beyond may have more digits than can be worked with
Kind = Literal["plan", "regulation", "assumption"]
# What a rule is to the rest of the program, which asks for it by this and never by its id.
Role = Literal["sensitive_margin", "station_standard", "new_line_place"]


def _in_force(first: date | None, end: date | None, on: date) -> bool:
    return (first is None or first <= on) and (end is None or on < end)


def _check_days(first: date | None, end: date | None) -> None:
    if first is not None and end is not None and end <= first:
        raise ValueError(_("to 是 {end}，应晚于 from（{first}）。").format(end=end, first=first))


def _check_between(value: float, low: float | None, high: float | None) -> None:
    """Refuse a value that is no finite number or lies beyond its bounds."""
    least, most = -math.inf if low is None else low, math.inf if high is None else high
    if not (abs(value) <= _LARGEST and least <= value <= most):
        raise ValueError(
            _("数值 {value:g} 不可用，应在 {low:g} 与 {high:g} 之间。").format(
                value=value if abs(value) <= _LARGEST else math.inf if value > 0 else -math.inf, low=least, high=most
            )
        )


def _only_known_kinds(schema: dict[str, Any]) -> None:
    schema["items"] = {"enum": list(plant_kinds())}


@dataclass(frozen=True, config=CLOSED)
class Rule:
    """One rule: what is measured, against which threshold, by which clause, and when it is in force."""

    id: str
    """Name of the rule in results; it never changes."""
    title: str
    """Title in Chinese."""
    title_en: str
    """Title in English."""
    applies_to: Annotated[tuple[str, ...], Field(min_length=1, json_schema_extra=_only_known_kinds)]
    """Kinds of plant that the rule speaks of."""
    statuses: Annotated[tuple[Literal["standing", "proposed"], ...], Field(min_length=1)]
    """standing (every record but proposals), proposed, or both."""
    measure: str
    """How the value is measured: a measure of mixplan/screening/measures.py."""
    subject: str
    """What is measured: a ring, kinds of zone or area, sectors, or a column of the register; several with commas."""
    value: Number | str
    """Threshold."""
    unit: str
    """Unit of the threshold."""
    in_force_from: Annotated[date, Strict(), Field(alias="from")]
    """First day in force."""
    clause: str
    """Clause of the source."""
    source: str
    """Document that says so."""
    kind: Kind
    """plan, regulation, or assumption where no rule was found and the value is ours."""
    severity: Annotated[StrictInt, Field(ge=1, le=3)]
    """Weight of an open finding in consolidation, 1 (note) to 3 (leave the place)."""
    note: str = ""
    """What a reader must know of it, in Chinese."""
    note_en: str = ""
    """What a reader must know of it, in English."""
    advisory: StrictBool = False
    """Binds new and rebuilt plants only; for a standing plant it is a note."""
    in_force_to: Annotated[Annotated[date, Strict()] | None, Field(alias="to")] = None
    """First day no longer in force; none where it still is."""
    minimum: Number | None = None
    """Least value that a planner may set."""
    maximum: Number | None = None
    """Greatest value that a planner may set."""
    role: Role | None = None
    """What the rule is to the rest of the program, at most one rule each."""

    @field_validator("applies_to")
    @classmethod
    def _known_kinds(cls, applies_to: tuple[str, ...]) -> tuple[str, ...]:
        for kind in applies_to:
            if kind not in plant_kinds():
                raise ValueError(
                    _("applies_to 是“{value}”，应为 {allowed} 之一。").format(
                        value=kind, allowed=_("、").join(plant_kinds())
                    )
                )
        return applies_to

    @model_validator(mode="after")
    def _consistent(self) -> "Rule":
        _check_days(self.in_force_from, self.in_force_to)
        if not isinstance(self.value, str):
            _check_between(self.value, self.minimum, self.maximum)
        return self

    def in_force(self, on: date) -> bool:
        """Whether the rule binds on that day."""
        return _in_force(self.in_force_from, self.in_force_to, on)

    @property
    def subjects(self) -> tuple[str, ...]:
        """What is measured, one by one."""
        return tuple(part.strip() for part in self.subject.split(","))


@dataclass(frozen=True, config=CLOSED)
class Parameter:
    """One figure that a measure or a model uses, with its unit, source, kind, and when it holds."""

    id: str
    """Name of the figure; several rows of one name hold one after the other."""
    title: str
    """Title in Chinese."""
    title_en: str
    """Title in English."""
    value: Number
    """The figure."""
    unit: str
    """Unit of the figure."""
    source: str
    """Document that says so, or why it is assumed."""
    kind: Kind
    """plan, regulation, or assumption where no rule was found and the value is ours."""
    minimum: Number | None = None
    """Least value that a planner may set."""
    maximum: Number | None = None
    """Greatest value that a planner may set."""
    in_force_from: Annotated[Annotated[date, Strict()] | None, Field(alias="from")] = None
    """First day on which the figure holds; none where it always did."""
    in_force_to: Annotated[Annotated[date, Strict()] | None, Field(alias="to")] = None
    """First day on which it holds no longer; none where it still does."""

    @model_validator(mode="after")
    def _consistent(self) -> "Parameter":
        _check_days(self.in_force_from, self.in_force_to)
        _check_between(self.value, self.minimum, self.maximum)
        return self

    def in_force(self, on: date) -> bool:
        """Whether the figure holds on that day."""
        return _in_force(self.in_force_from, self.in_force_to, on)

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


@dataclass(frozen=True, config=CLOSED)
class RuleFile:
    """The rule file as it is written."""

    document: str
    """Number of the plan's document."""
    document_title: str
    """Title of the plan."""
    document_date: date
    """Day on which the plan was issued."""
    counties_until: date
    """Day from which Miyun and Yanqing are districts."""
    period_end: date
    """Last day of the plan period, for which rules are asked unless another day is named."""
    rule: tuple[Rule, ...]
    """Rules by which plants are screened."""
    parameter: tuple[Parameter, ...]
    """Single figures that the measures and the models use."""


@dataclass(frozen=True)
class RuleBook:
    """All rules, and the parameters that hold on one day, as read from one file.

    Attributes
    ----------
    parameters : mapping
        Parameters by id, as of the end of the plan period; see `as_of`.
    dated : tuple of Parameter
        Every row of a parameter, whenever it holds.
    """

    rules: tuple[Rule, ...]
    parameters: Mapping[str, Parameter]
    dated: tuple[Parameter, ...]
    document: str
    document_title: str
    document_date: date
    counties_until: date
    period_end: date

    def in_force(self, on: date) -> tuple[Rule, ...]:
        """Rules that bind on a day."""
        return tuple(rule for rule in self.rules if rule.in_force(on))

    def as_of(self, on: date) -> "RuleBook":
        """The same book with the parameters that hold on a day."""
        changed = [p for p in self.dated if p.in_force_from is not None or p.in_force_to is not None]
        gone = {p.id for p in changed}
        always = {name: p for name, p in self.parameters.items() if name not in gone}
        return replace(self, parameters=always | {p.id: p for p in changed if p.in_force(on)})

    def rule(self, rule_id: str) -> Rule:
        """One rule by the id that a finding names."""
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise RuleError(
            _("没有名为“{rule}”的规则；现有：{known}。").format(
                rule=rule_id, known=_("、").join(r.id for r in self.rules)
            )
        )

    def rule_for(self, role: Role) -> Rule:
        """The rule that plays a part in the rest of the program, such as the margin round sensitive areas."""
        for rule in self.rules:
            if rule.role == role:
                return rule
        raise RuleError(_("规则文件中没有一条规则的 role 是“{role}”。").format(role=role))

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
                    parameter=parameter_id, known=_("、").join(self.parameters)
                )
            ) from None

    def with_values(self, values: Mapping[str, float]) -> "RuleBook":
        """The same book with some thresholds moved, as a slider does; the originals stay untouched."""
        for rule_id, value in values.items():
            rule = self.rule(rule_id)
            try:
                _check_between(value, rule.minimum, rule.maximum)
            except ValueError as error:
                raise RuleError(_("规则“{rule}”的{problem}").format(rule=rule_id, problem=error)) from None
        rules = tuple(replace(r, value=values[r.id]) if r.id in values else r for r in self.rules)
        return replace(self, rules=rules)

    @property
    def margin_m(self) -> float:
        """Distance from a sensitive area within which a plant is flagged, in metres."""
        return float(self.rule_for("sensitive_margin").value)

    def margin_within(self, own: float | None) -> float:
        """The margin that counts: a project's own within what the rule allows; the rule's where it has none."""
        rule = self.rule_for("sensitive_margin")
        wanted = float(rule.value if own is None else own)
        at_least = wanted if rule.minimum is None else max(wanted, rule.minimum)
        return float(at_least if rule.maximum is None else min(at_least, rule.maximum))

    def margin_note(self, own: float | None) -> str:
        """Why another margin counts than a project has set, in a sentence; empty where its own counts."""
        counts = self.margin_within(own)
        if own is None or own == counts:
            return ""
        text = _("项目里的敏感区外扩距离是 {own:g} m，超出规则允许的范围，按 {counts:g} m 计算。")
        return text.format(own=own, counts=counts)

    def with_margin(self, margin_m: float) -> "RuleBook":
        """The same book with another margin round sensitive areas."""
        if margin_m == self.margin_m:
            return self
        return self.with_values({self.rule_for("sensitive_margin").id: margin_m})


def _refuse_repeated(file: RuleFile, name: str) -> None:
    """One id, one rule; one role, one rule; several rows of a parameter must not hold on the same day."""
    ids = Counter([rule.id for rule in file.rule] + list({p.id for p in file.parameter}))
    twice = {repeated for repeated, count in ids.items() if count > 1}
    for one, other in combinations(file.parameter, 2):
        later = max(one.in_force_from or date.min, other.in_force_from or date.min)
        if one.id == other.id and one.in_force(later) and other.in_force(later):
            twice.add(one.id)
    if twice:
        raise RuleError(_("{file} 中规则或参数编号重复：{ids}。").format(file=name, ids=listed(sorted(twice))))
    roles = Counter(rule.role for rule in file.rule if rule.role is not None)
    if shared := sorted(role for role, count in roles.items() if count > 1):
        raise RuleError(_("{file} 中不止一条规则的 role 是“{roles}”。").format(file=name, roles=listed(shared)))


@cache
def load_rules(path: Path = DATA_DIR / "rules.toml") -> RuleBook:
    """Read the rule file.

    Raises
    ------
    RuleError
        Naming the rule and the key that is missing, unknown or not allowed, or why the file cannot be read.
    """
    try:
        raw = read_toml(path)
    except DataError as error:
        raise RuleError(str(error)) from None
    tables = {"rule": _("规则"), "parameter": _("参数")}
    file = checked(RuleFile, raw, file=path.name, tables=tables, error=RuleError)
    _refuse_repeated(file, path.name)
    now = {p.id: p for p in file.parameter if p.in_force(file.period_end)}
    return RuleBook(
        file.rule,
        now,
        file.parameter,
        document=file.document,
        document_title=file.document_title,
        document_date=file.document_date,
        counties_until=file.counties_until,
        period_end=file.period_end,
    )
