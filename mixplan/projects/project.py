"""The whole state of a planner's work, as one typed record: what is in use, what is set, decided and solved.

What is not written is as the shipped data have it. Collections go by id, so that a change is a set of single items
(`mixplan.projects.changes`). Files and results are named by the hash of their content; the store keeps that.
"""

from collections.abc import Mapping
from dataclasses import MISSING, field, fields, is_dataclass, replace
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter
from pydantic.dataclasses import dataclass

from mixplan.base.errors import DataError
from mixplan.base.i18n import gettext as _
from mixplan.base.records import CLOSED, Number, checked
from mixplan.consolidation.wishes import ConsolidationWishes
from mixplan.projects.comments import Comment
from mixplan.siting.wishes import SitingWishes

FORMAT: Literal[1] = 1

Path = tuple[str, ...]
"""Where something stands in a project: names of fields, and ids where these hold several things by id."""
Place = tuple[Annotated[float, Field(ge=-180, le=180)], Annotated[float, Field(ge=-90, le=90)]]
"""WGS-84 longitude and latitude."""
PlanKind = Literal["single", "phased", "joint", "tradeoff"]
"""Which consolidation plan: for the target year alone, year by year, with the mortar lines, or of the trade-off."""


@dataclass(frozen=True, config=CLOSED)
class FileUse:
    """A file that the planner has brought, and how it is read."""

    content: str
    """SHA-256 of the file."""
    name: str
    """What it was called."""
    datum: str = ""
    """Datum of its coordinates, where the planner has chosen one."""
    location_error_m: Number | None = None
    """Location error of places that state none."""
    parsed: str = ""
    """SHA-256 of what was read of it, where that is kept as well."""


@dataclass(frozen=True, config=CLOSED)
class Result:
    """What long work has found, for which inputs and by which release."""

    content: str
    """SHA-256 of the result itself."""
    inputs: str
    """Hash of what it was computed from."""
    made_at: str
    """When, UTC."""
    release: str
    """Version of mixplan."""
    data: str
    """Version of the shipped data."""
    figures: Mapping[str, Number | None] = field(default_factory=dict)
    """The few numbers by which it is told from others."""
    register: FileUse | None = None
    """The planner's own stations that it was made for, none for the shipped ones."""


@dataclass(frozen=True, config=CLOSED)
class Bound:
    """What a solve has shown: a bound and what a plan costs, and what they hold for."""

    question: str = ""
    """Hash of everything asked but own points, locks and bans; empty where that was taken away meanwhile."""
    bound: float | None = None
    """None where nothing was proven before it was stopped."""
    cost: float = 0.0
    """What the plan found costs."""
    own: Mapping[str, Place] = field(default_factory=dict)
    locked: Mapping[str, int] = field(default_factory=dict)
    forbidden: tuple[str, ...] = ()


@dataclass(frozen=True, config=CLOSED)
class Desk:
    """New mortar lines as the planner has them before them."""

    begun: bool = False
    """Whether it is the planner's own; until then the shipped case stands on it, solved."""
    plan: Mapping[str, int] = field(default_factory=dict)
    """Lines by site."""
    locked: Mapping[str, int] = field(default_factory=dict)
    """Lines by site of those that must stay."""
    forbidden: Mapping[str, Literal[True]] = field(default_factory=dict)
    """Candidates that may get no line."""
    own: Mapping[str, Place] = field(default_factory=dict)
    """Points that the planner has added, by id."""
    solved: Result | None = None
    """The solver's answer that the plan comes from."""
    impossible: Result | None = None
    """The solver's last answer that no plan can keep every wish."""


@dataclass(frozen=True, config=CLOSED)
class SavedDesk:
    """A proposal put aside for comparison, with the settings that it was made for."""

    desk: Desk = Desk()
    wishes: SitingWishes = SitingWishes()
    margin_m: int | None = None


@dataclass(frozen=True, config=CLOSED)
class SitingWork:
    """Work on the new mortar lines."""

    wishes: SitingWishes = SitingWishes()
    weights: Mapping[str, Number] = field(default_factory=dict)
    """Weights of the suitability view, by criterion."""
    desk: Desk = Desk()
    demand: FileUse | None = None
    """Demand points of one's own."""
    candidates: FileUse | None = None
    """Candidates of one's own."""
    auto: bool = False
    """Whether what has been changed is solved anew without being asked for."""
    bounds: Mapping[str, Bound] = field(default_factory=dict)
    """Bounds that are proven, by the hash of what each holds for."""
    saved: Mapping[str, SavedDesk] = field(default_factory=dict)
    """Proposals put aside, by name."""
    stability_runs: int | None = None
    stability: Result | None = None


@dataclass(frozen=True, config=CLOSED)
class ConsolidationWork:
    """Work on the concrete stations."""

    wishes: ConsolidationWishes = ConsolidationWishes()
    decisions: Mapping[str, Literal["retain", "close"]] = field(default_factory=dict)
    """The planner's own, by station."""
    plans: Mapping[PlanKind, Result] = field(default_factory=dict)
    shown: PlanKind | None = None
    """Which plan is shown and handed on; none for the one that the settings ask for."""
    tradeoff: Result | None = None
    """The points between flagged stations kept and haul."""
    otherwise: Mapping[str, Result] = field(default_factory=dict)
    """What deciding otherwise on a station costs, by station; its inputs are the plan's content."""
    auto: bool = False
    """Whether a plan whose inputs have changed is solved again without being asked for."""

    @property
    def asked(self) -> PlanKind:
        """The kind of plan that the settings ask for."""
        return "phased" if self.wishes.phased else "single"

    @property
    def wanted(self) -> tuple[PlanKind, PlanKind]:
        """The kind of plan to be shown and handed on, and the one that stands in where there is none of it."""
        return self.shown or self.asked, self.asked


@dataclass(frozen=True, config=CLOSED)
class CoverageWork:
    """Work on the coverage of the ban zones."""

    with_proposal: bool | None = None
    """Whether the new lines count; none for as soon as the planner has lines of their own."""
    with_plan: bool = True
    proposal: FileUse | None = None
    """A proposal from a file, instead of the one at hand."""


@dataclass(frozen=True, config=CLOSED)
class Step:
    """What the planner has chosen for one step of the story."""

    order: int = 0
    show: bool = True
    caption: str = ""
    notes: str = ""


@dataclass(frozen=True, config=CLOSED)
class BriefingWork:
    """Work on the story for a meeting."""

    steps: Mapping[str, Step] = field(default_factory=dict)
    radius_km: Number | None = None
    proposal: FileUse | None = None
    plan: FileUse | None = None
    template: FileUse | None = None


@dataclass(frozen=True, config=CLOSED)
class Work:
    """What is in use, set, decided and solved in one scenario."""

    register: FileUse | None = None
    """The planner's own stations, none for the shipped ones."""
    network: FileUse | None = None
    """Roads along which hauls are measured, none for straight lines."""
    margin_m: int | None = None
    """Distance from a sensitive area within which a plant is flagged, none for the rule file's."""
    siting: SitingWork = SitingWork()
    consolidation: ConsolidationWork = ConsolidationWork()
    coverage: CoverageWork = CoverageWork()


@dataclass(frozen=True, config=CLOSED)
class Scenario:
    """A named branch of a project: its own work, begun as a copy of what the project had then."""

    name: str
    work: Work = Work()


@dataclass(frozen=True, config=CLOSED)
class Threshold:
    """What a plan must reach to be accepted, for one figure: at least, at most, or both."""

    least: Number | None = None
    most: Number | None = None


@dataclass(frozen=True, config=CLOSED)
class Comparison:
    """What the page on which scenarios stand side by side shows."""

    columns: tuple[str, ...] = ()
    """Scenarios by id, an empty one for the project's own work; or years."""
    by: Literal["scenario", "year"] = "scenario"
    cards: tuple[str, ...] = ()
    """Codes of figures, maps, tables and charts, from top to bottom."""


@dataclass(frozen=True, config=CLOSED)
class Project(Work):
    """Everything that a planner has in use, has set, decided and solved: its own work, and branches of it."""

    format: Literal[1] = FORMAT
    briefing: BriefingWork = BriefingWork()
    scenarios: Mapping[str, Scenario] = field(default_factory=dict)
    """Branches, by id."""
    comparison: Comparison = Comparison()
    acceptance: Mapping[str, Threshold] = field(default_factory=dict)
    """The planner's own thresholds, by figure."""
    comments: Mapping[str, Comment] = field(default_factory=dict)
    """What was said of stations, sites and places, by id; of the project, whatever branch was worked on."""
    views: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    """What each page showed last (year, filters, layers, choice), by page and name."""


@cache
def _adapter() -> TypeAdapter[Project]:
    return TypeAdapter(Project)


def to_json(project: Project) -> dict[str, Any]:
    """A project as plain JSON: only what differs from the shipped state, and the number of the form."""
    written: dict[str, Any] = _adapter().dump_python(project, mode="json", exclude_defaults=True)
    return {"format": project.format, **written}


def from_json(raw: object, *, name: str) -> Project:
    """The project that plain JSON describes.

    Parameters
    ----------
    name : str
        What to call it in messages.

    Raises
    ------
    DataError
        Where a later release has written it, or something in it is missing, unknown or not allowed.
    """
    form = raw.get("format") if isinstance(raw, dict) else None
    if isinstance(form, int) and form > FORMAT:
        text = _("“{name}”由更新版本的 mixplan 写成（项目格式 {form}，本版本到 {known}），请更新后再打开。")
        raise DataError(text.format(name=name, form=form, known=FORMAT))
    return checked(Project, _without_remains(raw), file=name, tables={})


def _without_remains(raw: object) -> object:
    """A record without what is left of branches: somebody has changed one that somebody else was taking away.

    The record keeps that, so that it is there again when the branch is brought back.
    """
    if not (isinstance(raw, Mapping) and isinstance(branches := raw.get("scenarios"), Mapping)):
        return raw
    whole = {id: one for id, one in branches.items() if not isinstance(one, Mapping) or "name" in one}
    return {**raw, "scenarios": whole}


def in_scenario(project: Project, scenario: str) -> Project:
    """A project with the work of one of its branches in the place of its own; no branch leaves it as it is.

    Raises
    ------
    KeyError
        Where there is no such branch.
    """
    return replace(project, **_parts(project.scenarios[scenario].work)) if scenario else project


def from_scenario(changed: Project, before: Project, scenario: str) -> Project:
    """A project in which what was changed in one of its branches has come into that branch.

    Parameters
    ----------
    changed : Project
        As `in_scenario` gave it, with changes.
    before : Project
        The project whose own work stays as it is.
    """
    if not scenario:
        return changed
    branch = replace(changed.scenarios[scenario], work=Work(**_parts(changed)))
    return replace(changed, scenarios={**changed.scenarios, scenario: branch}, **_parts(before))


def _parts(work: Work) -> dict[str, Any]:
    return {one.name: getattr(work, one.name) for one in fields(Work)}


def at(project: Project, path: Path) -> Any:
    """What stands somewhere in a project, such as at ``("siting", "wishes", "radius_km")``; None where nothing does."""
    found: Any = project
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else getattr(found, name)
        if found is None:
            return None
    return found


def with_at(project: Project, path: Path, value: Any) -> Project:
    """The project with something else in a place; None takes it away, or back to the shipped state."""
    changed: Project = _with(project, path, value)
    return changed


def _with(thing: Any, path: Path, value: Any) -> Any:
    name, *rest = path
    if isinstance(thing, Mapping):
        inner = _with(thing[name], (*rest,), value) if rest else value
        others = {key: one for key, one in thing.items() if key != name} if inner is None else dict(thing)
        return others if inner is None else {**others, name: inner}
    if not is_dataclass(thing):
        raise KeyError(name)
    if rest:
        return replace(thing, **{name: _with(getattr(thing, name), (*rest,), value)})  # type: ignore[type-var]
    if value is None:
        about = next(one for one in fields(thing) if one.name == name)
        value = about.default if about.default_factory is MISSING else about.default_factory()
    return replace(thing, **{name: value})  # type: ignore[type-var]
