"""Where to put production lines: a plan that is provably good, in seconds."""

from .problem import (
    FACT_TEXTS,
    Fact,
    SitingProblem,
    check,
    coverage_problem,
    read_orlib,
)
from .reference import solve_reference
from .result import Evaluation, Flows, Siting, Status, evaluate
from .search import solve
from .transport import Allocation, Deliveries, allocate

__all__ = [
    "FACT_TEXTS",
    "Allocation",
    "Deliveries",
    "Evaluation",
    "Fact",
    "Flows",
    "Siting",
    "SitingProblem",
    "Status",
    "allocate",
    "check",
    "coverage_problem",
    "evaluate",
    "read_orlib",
    "solve",
    "solve_reference",
]
