"""Instances of the OR-Library."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from mixplan.base.errors import DataError
from mixplan.base.files.cells import file_content
from mixplan.base.i18n import gettext as _
from mixplan.siting.solver.problem import SitingProblem


def read_orlib_file(path: Path, capacity: float | None = None) -> SitingProblem:
    """Read a capacitated warehouse instance of the OR-Library from a file.

    Raises
    ------
    DataError
        Where the file cannot be opened, or is no such instance, with the line and what was expected.
    """
    try:
        return read_orlib(file_content(path).decode("ascii", errors="replace"), capacity)
    except ValueError as error:
        if isinstance(error, DataError):
            raise
        raise DataError(
            _("{file} 不是可用的 OR-Library 仓库选址文件：{error}").format(file=path.name, error=error)
        ) from None


def read_orlib(text: str, capacity: float | None = None) -> SitingProblem:
    """Read a warehouse location problem of J. E. Beasley's OR-Library (cap41 … cap134, capa, capb, capc).

    It gives the cost of allocating *all* of a customer's demand to a warehouse, which is turned into a cost per unit.
    Rows and columns keep the text's order, so the text's number of a site is its index + 1.

    Parameters
    ----------
    text : str
        What the file says.
    capacity : float, optional
        Capacity of every warehouse, for texts that have the word ``capacity`` in its place; overrides given ones.

    Raises
    ------
    ValueError
        If the text is cut short or too long, holds something other than the numbers expected, or needs a capacity
        that is not given. The message says where.
    """
    numbers = _Numbers(text)
    if capacity is not None and not (math.isfinite(capacity) and capacity >= 0):
        raise ValueError(f"The capacity given is {capacity}; it must be a number of 0 or more.")
    m, n = numbers.count("the number of warehouses"), numbers.count("the number of customers")
    caps, fixed = np.empty(m), np.empty(m)
    for j in range(m):
        caps[j] = numbers.capacity(f"the capacity of warehouse {j + 1}", capacity)
        fixed[j] = numbers.next(f"the fixed cost of warehouse {j + 1}")
    numbers.end_after(n * (m + 1), f"{m} warehouses and {n} customers")
    demand, unit = np.empty(n), np.zeros((n, m))
    for i in range(n):
        demand[i] = numbers.next(f"the demand of customer {i + 1}")
        cost = np.array([numbers.next(f"the cost of customer {i + 1} at warehouse {j + 1}") for j in range(m)])
        # A customer without demand costs nothing, whatever the text says about allocating all of it.
        if demand[i] > 0:
            unit[i] = cost / demand[i]
    return SitingProblem(unit_cost=unit, demand=demand, capacity=caps, fixed_cost=fixed)


class _Numbers:
    """The words of a text, read one number after the other; each refusal says where and what was expected."""

    def __init__(self, text: str) -> None:
        self.words = [(word, at) for at, line in enumerate(text.splitlines(), 1) for word in line.split()]
        if not self.words:
            raise ValueError("The text is empty; an OR-Library warehouse problem was expected.")
        self.at = 0

    def _word(self, what: str) -> tuple[str, int]:
        if self.at >= len(self.words):
            raise ValueError(f"The text ends on line {self.words[-1][1]}, where {what} should follow.")
        self.at += 1
        return self.words[self.at - 1]

    def next(self, what: str) -> float:
        """The next word as a number of 0 or more."""
        word, line = self._word(what)
        try:
            value = float(word)
        except ValueError:
            value = math.nan
        if not (math.isfinite(value) and value >= 0):
            raise ValueError(f"Line {line} has {word[:40]!r} as {what}; a number of 0 or more was expected.")
        return value

    def count(self, what: str) -> int:
        """The next word as a whole number of 1 or more."""
        value = self.next(what)
        if value < 1 or value != int(value):
            word, line = self.words[self.at - 1]
            raise ValueError(f"Line {line} has {word[:40]!r} as {what}; a whole number was expected.")
        return int(value)

    def capacity(self, what: str, given: float | None) -> float:
        """The next word as a capacity, which the one given overrides; the word ``capacity`` leaves it open."""
        if self.at < len(self.words) and self.words[self.at][0] == "capacity":
            _, line = self._word(what)
            if given is None:
                raise ValueError(f"Line {line} leaves {what} open, so a capacity must be given.")
            return given
        value = self.next(what)
        return value if given is None else given

    def end_after(self, count: int, complete: str) -> None:
        """Refuse a text that goes on after so many more words."""
        end = self.at + count
        if len(self.words) > end:
            word, line = self.words[end]
            raise ValueError(f"Line {line} goes on with {word[:40]!r}, but {complete} are complete before it.")
