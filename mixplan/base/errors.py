"""Errors that name what is wrong, where, and what is allowed, in whole sentences a planner can act on."""

from collections.abc import Sequence
from typing import Any


class MixplanError(Exception):
    """Any mistake in what the user gave; the command line prints it and exits with 1."""


class DataError(MixplanError, ValueError):
    """A data file holds something that is not allowed: names file, row, column, value and what is allowed."""


class DatumError(MixplanError, ValueError):
    """Coordinates in a datum that cannot be used honestly, or that do not fit the datum that was named."""


class RuleError(MixplanError, ValueError):
    """A rule is incomplete or asks for a measure that does not exist."""


class InfeasibleError(MixplanError, ValueError):
    """No plan meets all limits at once: names each limit that stands in the way, with both numbers.

    ``obstacles`` holds the same limits one by one where they are known, see `mixplan.consolidation.Obstacle`;
    ``status`` is another than ``infeasible`` where no plan was found and none is proven not to exist.
    """

    def __init__(self, message: str, obstacles: Sequence[Any] = (), *, status: str = "infeasible") -> None:
        super().__init__(message)
        self.obstacles = tuple(obstacles)
        self.status = status


class SitingError(MixplanError, ValueError):
    """A wish for new mortar lines that cannot be put into a model: names the setting, its value and what is allowed."""


class SolverError(MixplanError, RuntimeError):
    """The solver broke down, so that it says nothing of whether a plan exists."""


class StoppedError(MixplanError):
    """Work was stopped on request before there was anything to hand back."""
