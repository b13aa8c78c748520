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
    words = [(word, at) for at, line in enumerate(text.splitlines(), 1) for word in line.split()]
    if not words:
        raise ValueError("The text is empty; an OR-Library warehouse problem was expected.")
    if capacity is not None and not (math.isfinite(capacity) and capacity >= 0):
        raise ValueError(f"The capacity given is {capacity}; it must be a number of 0 or more.")

    def number(k: int, what: str) -> float:
        if k >= len(words):
            raise ValueError(f"The text ends on line {words[-1][1]}, where {what} should follow.")
        word, at = words[k]
        try:
            value = float(word)
        except ValueError:
            value = math.nan
        if not (math.isfinite(value) and value >= 0):
            raise ValueError(f"Line {at} has {word[:40]!r} as {what}; a number of 0 or more was expected.")
        return value

    def count(k: int, what: str) -> int:
        value = number(k, what)
        if value < 1 or value != int(value):
            raise ValueError(f"Line {words[k][1]} has {words[k][0][:40]!r} as {what}; a whole number was expected.")
        return int(value)

    m, n = count(0, "the number of warehouses"), count(1, "the number of customers")
    expected = 2 + 2 * m + n * (m + 1)
    caps, fixed = np.empty(m), np.empty(m)
    for j in range(m):
        k = 2 + 2 * j
        if capacity is not None:
            caps[j] = capacity
            if k < len(words) and words[k][0] != "capacity":
                number(k, f"the capacity of warehouse {j + 1}")
        elif k < len(words) and words[k][0] == "capacity":
            raise ValueError(
                f"Line {words[k][1]} leaves the capacity of warehouse {j + 1} open, so a capacity must be given."
            )
        else:
            caps[j] = number(k, f"the capacity of warehouse {j + 1}")
        fixed[j] = number(k + 1, f"the fixed cost of warehouse {j + 1}")
    if len(words) > expected:
        raise ValueError(
            f"Line {words[expected][1]} goes on with {words[expected][0][:40]!r}, but {m} warehouses and {n} customers"
            " are complete before it."
        )
    demand, unit = np.empty(n), np.zeros((n, m))
    for i in range(n):
        k = 2 + 2 * m + i * (m + 1)
        demand[i] = number(k, f"the demand of customer {i + 1}")
        cost = np.array(
            [number(k + 1 + j, f"the cost of customer {i + 1} at warehouse {j + 1}") for j in range(m)],
            dtype=np.float64,
        )
        # A customer without demand costs nothing, whatever the text says about allocating all of it.
        if demand[i] > 0:
            unit[i] = cost / demand[i]
    return SitingProblem(unit_cost=unit, demand=demand, capacity=caps, fixed_cost=fixed)
