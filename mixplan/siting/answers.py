"""Long work whose answer can be kept: what it finds, and its best so far, are handed over as records."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from mixplan.base.progress import Watcher, handing, unwatched
from mixplan.siting.asked import Asked
from mixplan.siting.case import SitingCase
from mixplan.siting.kept import kept_record, stability_record
from mixplan.siting.proposal import SitingProposal, solve_case
from mixplan.siting.robustness import stability
from mixplan.siting.settings import Effort


def solve_record(
    case: SitingCase,
    effort: Effort,
    inputs: Asked,
    *,
    start: Mapping[str, int] | None = None,
    watcher: Watcher = unwatched,
) -> dict[str, Any]:
    """Let the solver propose sites, see `solve_case`; the answer is the record that is kept of them."""
    kept = partial(kept_record, case=case, inputs=inputs)
    found = solve_case(case, effort, start=start, watcher=handing(watcher, kept))
    return kept_record(found, case, inputs)


def stability_check(
    case: SitingCase, proposal: SitingProposal, inputs: Asked, *, watcher: Watcher = unwatched, **how: Any
) -> dict[str, Any]:
    """Check how stable the sites are, see `stability`; the answer is the record that is kept of it."""
    kept = partial(stability_record, inputs=inputs)
    found = stability(case, proposal, watcher=handing(watcher, kept), **how)
    return stability_record(found, inputs)
