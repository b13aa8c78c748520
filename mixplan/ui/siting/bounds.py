"""What is proven of the questions asked so far: bounds, and what the plans found with them cost."""

import math
from collections.abc import Mapping
from dataclasses import replace

from mixplan.base.files.jsontext import digest
from mixplan.projects.project import Bound, Desk, SitingWork
from mixplan.siting.asked import Asked
from mixplan.siting.proposal import SitingProposal
from mixplan.ui import work
from mixplan.ui.siting import answers
from mixplan.ui.siting.answers import Answer

_MOST = 40


def question(asked: Asked) -> str:
    """What is asked but for locks, bans and own points; a radius that no plan is chosen by is no part of it."""
    settings = replace(asked.settings, forced=(), forbidden=())
    if settings.objective == "haul":
        settings = replace(settings, radius_km=1.0)
    return replace(asked, settings=settings, own=()).hash


def _shown_by(answer: Answer) -> Bound | None:
    """What an answer has shown; none where it has no plan that keeps every wish."""
    settings, found = answer.inputs.settings, answer.proposal
    if found.objective is None:
        return None
    return Bound(
        question(answer.inputs),
        found.bound,
        found.objective,
        {key: (lon, lat) for key, lon, lat in answer.inputs.own},
        dict(settings.forced),
        tuple(settings.forbidden),
    )


def with_answer(siting: SitingWork, answer: Answer) -> SitingWork:
    """The work with what an answer has shown, for what was asked when it began: settings may have changed since."""
    new = _shown_by(answer)
    if new is None:
        return siting
    key = digest([new.question, new.own, new.locked, sorted(new.forbidden)])[:16]
    old = siting.bounds.get(key)
    if old is not None:
        proven = [one.bound for one in (old, new) if one.bound is not None]
        new = replace(new, bound=max(proven, default=None), cost=min(old.cost, new.cost))
    # What is shown of other questions goes first where there is too much of it.
    others = {name: one for name, one in siting.bounds.items() if name != key}
    kept = sorted(others.items(), key=lambda one: one[1].question == new.question)[-(_MOST - 1) :]
    return replace(siting, bounds={**dict(kept), key: new})


def _bound(one: Bound) -> float:
    return -math.inf if one.bound is None else one.bound


def _known(asked: Asked) -> list[Bound]:
    """What is shown of the same question, by the project's solves and by the shipped case."""
    wanted, shipped = question(asked), _shown_by(answers.shipped())
    everything = [*work.project().siting.bounds.values(), *([] if shipped is None else [shipped])]
    return [one for one in everything if one.question == wanted]


def _within(own: Mapping[str, tuple[float, float]], others: Mapping[str, tuple[float, float]]) -> bool:
    """Whether all of some points are among others."""
    return set(own.items()) <= set(others.items())


def proven(asked: Asked, at: Desk, proposal: SitingProposal, *, exact: bool) -> float:
    """Best bound proven for a plan: from solves of the same question whose locks and bans the plan keeps.

    A bound with more points to choose from holds with fewer, not the other way round; ``exact`` asks for that.
    """
    plan = proposal.plan
    bounds = [
        _bound(one)
        for one in _known(asked)
        if (not exact or _within(at.own, one.own))
        and all(plan.get(site, 0) >= lines for site, lines in one.locked.items())
        and not (set(one.forbidden) & set(plan))
    ]
    return max(bounds, default=-math.inf)


def proven_with_wishes(asked: Asked, at: Desk) -> float:
    """Best bound proven for every plan that keeps the locks and bans of a question."""
    forced, forbidden = dict(asked.settings.forced), set(asked.settings.forbidden)
    bounds = [
        _bound(one)
        for one in _known(asked)
        if _within(at.own, one.own)
        and all(forced.get(site, 0) >= lines for site, lines in one.locked.items())
        and set(one.forbidden) <= forbidden
    ]
    return max(bounds, default=-math.inf)


def cheapest(asked: Asked, at: Desk) -> float | None:
    """Cost of the best plan known for the same question whatever is locked or forbidden, none where it was only ever
    asked with locks and bans."""
    known = [one for one in _known(asked) if _within(one.own, at.own)]
    if all(one.locked or one.forbidden for one in known):
        return None
    return min(one.cost for one in known)
