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


def _bound(answer: Answer) -> Bound:
    """What an answer has proven."""
    settings, found = answer.inputs.settings, answer.proposal
    return Bound(
        question(answer.inputs),
        -math.inf if found.bound is None else found.bound,
        found.objective,
        {key: (lon, lat) for key, lon, lat in answer.inputs.own},
        dict(settings.forced),
        tuple(settings.forbidden),
    )


def with_answer(siting: SitingWork, answer: Answer) -> SitingWork:
    """The work with what an answer has proven, for what was asked when it began: settings may have changed since."""
    new = _bound(answer)
    if new.bound == -math.inf or new.cost is None:
        return siting
    key = digest([new.question, new.own, new.locked, sorted(new.forbidden)])[:16]
    old = siting.bounds.get(key)
    if old is not None:
        costs = [one.cost for one in (old, new) if one.cost is not None]
        new = replace(new, bound=max(old.bound, new.bound), cost=min(costs))
    # What is proven of other questions goes first where there is too much of it.
    others = {name: one for name, one in siting.bounds.items() if name != key}
    kept = sorted(others.items(), key=lambda one: one[1].question == new.question)[-(_MOST - 1) :]
    return replace(siting, bounds={**dict(kept), key: new})


def _known(asked: Asked) -> list[Bound]:
    """What is proven of the same question, by the project's solves and by the shipped case."""
    wanted = question(asked)
    everything = [*work.project().siting.bounds.values(), _bound(answers.shipped())]
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
        one.bound
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
        one.bound
        for one in _known(asked)
        if _within(at.own, one.own)
        and all(forced.get(site, 0) >= lines for site, lines in one.locked.items())
        and set(one.forbidden) <= forbidden
    ]
    return max(bounds, default=-math.inf)


def cheapest(asked: Asked, at: Desk) -> float | None:
    """Cost of the best plan known for the same question whatever is locked or forbidden, none where it was only ever
    asked with locks and bans."""
    known = [one for one in _known(asked) if _within(one.own, at.own) and one.cost is not None]
    if all(one.locked or one.forbidden for one in known):
        return None
    return min(one.cost for one in known if one.cost is not None)
