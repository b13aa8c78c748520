"""Where to put production lines: a plan that is provably good, in seconds."""

from mixplan.siting.solver.check import FACT_TEXTS, Fact, check
from mixplan.siting.solver.orlib import read_orlib
from mixplan.siting.solver.problem import SitingProblem, coverage_problem
from mixplan.siting.solver.reference import solve_reference
from mixplan.siting.solver.result import Evaluation, Flows, Siting, Status, evaluate
from mixplan.siting.solver.search import solve
from mixplan.siting.solver.transport import Allocation, Deliveries, allocate

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
