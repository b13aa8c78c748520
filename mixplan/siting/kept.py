"""Siting proposals as records that can be kept: plain JSON of what was decided and proven, by ids.

Deliveries, figures and sentences follow from the case and are worked out again; a record that is no proposal of its
case is refused in words.
"""

import math
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import pandas as pd
from pydantic import Field
from pydantic.dataclasses import dataclass

from mixplan import __version__
from mixplan.base.errors import SitingError
from mixplan.base.files.columns import shown
from mixplan.base.i18n import gettext as _
from mixplan.base.numbers import relative_gap
from mixplan.base.problems import listed
from mixplan.base.records import CLOSED, checked, written
from mixplan.siting import solver
from mixplan.siting.asked import Asked
from mixplan.siting.case import SitingCase
from mixplan.siting.proposal import SitingProposal, proposed
from mixplan.siting.robustness import Stability
from mixplan.siting.settings import MANUAL, check_settings
from mixplan.siting.solver.search import OPTIMAL_GAP
from mixplan.siting.words import plan_problems

_SAME = 1e-6  # share of the cost by which the same plan may come out otherwise on another machine
_MOST = 10_000  # lines on a site, runs of a check
_SITES, _POINTS = ("site", "other"), ("demand_point",)  # numbers of a fact that are places in a table


@dataclass(frozen=True, config=CLOSED)
class FactRecord:
    """One thing that is short or contradictory."""

    code: str
    blocking: bool
    numbers: Mapping[str, float]
    names: Mapping[str, str]
    """Candidates and demand points that it names."""


@dataclass(frozen=True, config=CLOSED)
class ProposalRecord:
    """A proposal as it is kept."""

    status: Literal["optimal", "gap_reached", "time_limit", "interrupted", "infeasible", "manual"]
    lines: Mapping[str, Annotated[int, Field(ge=1, le=_MOST)]]
    """Lines by site."""
    objective: float | None
    """None where no plan keeps every wish."""
    bound: float | None
    """None where nothing is proven."""
    seconds: float
    seed: int
    libraries: Mapping[str, str]
    """Releases that it was worked out with."""
    facts: tuple[FactRecord, ...]


@dataclass(frozen=True, config=CLOSED)
class StabilityRecord:
    """A stability check as it is kept."""

    shares: Mapping[str, tuple[float, float] | None]
    """For each site of the proposal, the shares of runs with it and with one near it; none where no run was done."""
    chosen: Mapping[str, Annotated[int, Field(ge=1, le=_MOST)]]
    """Runs in which each candidate was chosen, most first."""
    runs: int
    wanted: int
    near_km: float
    seed: int


@dataclass(frozen=True, config=CLOSED)
class Kept:
    """A result with what it was made from: a proposal or a stability check."""

    format: Literal[1]
    inputs: Asked
    release: str
    proposal: ProposalRecord | None = None
    stability: StabilityRecord | None = None


def kept_record(proposal: SitingProposal, case: SitingCase, inputs: Asked) -> dict[str, Any]:
    """A proposal as plain JSON."""
    kept = ProposalRecord(
        status=proposal.status,  # type: ignore[arg-type]
        lines=proposal.plan,
        objective=_finite(proposal.objective),
        bound=_finite(proposal.bound),
        seconds=proposal.seconds,
        seed=proposal.seed,
        libraries=dict(proposal.versions),
        facts=tuple(_fact(fact, case) for fact in proposal.facts),
    )
    return written(Kept(1, inputs, __version__, proposal=kept))


def stability_record(found: Stability, inputs: Asked) -> dict[str, Any]:
    """A stability check as plain JSON."""
    rows = found.shares.itertuples(name=None)
    kept = StabilityRecord(
        shares={str(site): None if math.isnan(same) else (same, near) for site, same, near in rows},
        chosen={str(site): int(runs) for site, runs in found.chosen.items()},
        runs=found.runs,
        wanted=found.wanted,
        near_km=found.near_km,
        seed=found.seed,
    )
    return written(Kept(1, inputs, __version__, stability=kept))


def read_kept(raw: object, *, name: str) -> Kept:
    """A record that was kept, by its form alone.

    Parameters
    ----------
    name : str
        What to call it in messages.

    Raises
    ------
    SitingError
        Where something in it is missing, unknown or not allowed, or a later release has written it; where what it was
        made from has no meaning.
    """
    kept = checked(Kept, raw, file=name, tables={}, error=SitingError, exact=True)
    if (kept.proposal is None) == (kept.stability is None):
        raise SitingError(_("{name} 应有 proposal、stability 之一。").format(name=name))
    try:
        check_settings(kept.inputs.settings)
    except SitingError as problem:
        raise SitingError(_("{name} 的输入不可用：{problem}").format(name=name, problem=problem)) from None
    return kept


def proposal_of(case: SitingCase, raw: object, *, name: str) -> SitingProposal:
    """The proposal that a record holds.

    Parameters
    ----------
    case : SitingCase
        Made from the inputs of the record; see `mixplan.siting.asked.changed` for a case that is no longer so.

    Raises
    ------
    SitingError
        Where the record is no proposal, or none of this case, with what does not fit.
    """
    kept = read_kept(raw, name=name).proposal
    if kept is None:
        raise SitingError(_("{name} 中没有 proposal。").format(name=name))
    lines = case.lines_of(kept.lines)
    found = solver.allocate(case.problem, lines)
    objective, bound = _proven(kept, found.cost, name)
    gap = 0.0 if kept.status == "infeasible" else relative_gap(objective, bound)
    if kept.status == "optimal" and gap > OPTIMAL_GAP:
        raise SitingError(_("{name} 称为最优，证明的差距却是 {gap:.2%}。").format(name=name, gap=gap))
    answer = solver.Siting(
        lines=lines,
        flows=found.flows,
        unmet=found.unmet,
        objective=objective,
        bound=bound,
        gap=gap,
        status=kept.status,  # type: ignore[arg-type]
        seconds=kept.seconds,
        seed=kept.seed,
        versions=dict(kept.libraries),
        facts=tuple(_fact_of(fact, case, name) for fact in kept.facts),
    )
    made = proposed(case, answer)
    if kept.status not in (MANUAL, "infeasible") and (broken := plan_problems(case, made)):
        raise SitingError(_("{name} 不是此情形的方案：{problems}").format(name=name, problems=" ".join(broken)))
    return made


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _proven(kept: ProposalRecord, cost: float, name: str) -> tuple[float, float]:
    """Cost and bound of a record, where they agree with what its lines cost."""
    if kept.objective is None:
        return math.inf, math.inf if kept.status == "infeasible" else -math.inf if kept.bound is None else kept.bound
    bound = -math.inf if kept.bound is None else kept.bound
    slack = _SAME * max(abs(cost), 1.0)
    if not abs(kept.objective - cost) <= slack:
        raise SitingError(
            _("{name} 的代价是 {kept:,.3f}，按此情形重算是 {cost:,.3f}。").format(
                name=name, kept=kept.objective, cost=cost
            )
        )
    if bound > kept.objective + slack:
        raise SitingError(_("{name} 证明的下界高于方案的代价。").format(name=name))
    return kept.objective, bound


def _fact(fact: solver.Fact, case: SitingCase) -> FactRecord:
    names = {key: str(case.candidates.index[int(fact.numbers[key])]) for key in _SITES if key in fact.numbers}
    names |= {key: str(case.demand.index[int(fact.numbers[key])]) for key in _POINTS if key in fact.numbers}
    numbers = {key: float(value) for key, value in fact.numbers.items() if key not in names}
    return FactRecord(fact.code, fact.blocking, numbers, names)


def _fact_of(kept: FactRecord, case: SitingCase, name: str) -> solver.Fact:
    numbers = dict(kept.numbers)
    for key, one in kept.names.items():
        ids = case.demand.index if key in _POINTS else case.candidates.index
        _among([one], ids, name)
        numbers[key] = float(list(map(str, ids)).index(one))
    fact = solver.Fact(kept.code, numbers, kept.blocking)
    try:
        str(fact)
    except KeyError:
        raise SitingError(_("{name} 中的事实“{code}”不可用。").format(name=name, code=shown(kept.code))) from None
    return fact


def _among(names: list[str], known: "pd.Index[Any]", name: str) -> None:
    """Refuse ids that are not in a table of the case."""
    if lost := sorted(set(names) - set(map(str, known))):
        raise SitingError(_("{name} 中的这些编号不在此情形里：{ids}。").format(name=name, ids=listed(lost)))
