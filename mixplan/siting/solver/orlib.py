"""Instances of the OR-Library."""

from __future__ import annotations

import math
import re
from pathlib import Path

import numpy as np

from mixplan.base.errors import DataError
from mixplan.base.files.cells import file_content
from mixplan.base.files.text import decoded
from mixplan.base.i18n import gettext as _
from mixplan.siting.solver.problem import SitingProblem

_MOST_NUMBERS = 2_000_000  # the largest instances of the library have a tenth of it
_LARGEST = 1e15
_NUMBER = re.compile(r"\+?(?:[0-9]++\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_OPEN = "capacity"
_SHOWN = 40


def read_orlib_file(path: Path, capacity: float | None = None) -> SitingProblem:
    """Read a capacitated warehouse instance of the OR-Library from a file.

    Raises
    ------
    DataError
        Where the file cannot be opened, or is no such instance, with the line and what was expected.
    """
    return read_orlib(decoded(file_content(path), path.name), capacity, name=path.name)


def read_orlib(text: str, capacity: float | None = None, *, name: str = "OR-Library") -> SitingProblem:
    """Read a warehouse location problem of J. E. Beasley's OR-Library (cap41 … cap134, capa, capb, capc).

    It gives the cost of allocating *all* of a customer's demand to a warehouse, which is turned into a cost per unit.
    Rows and columns keep the text's order, so the text's number of a site is its index + 1.

    Parameters
    ----------
    text : str
        What the file says.
    capacity : float, optional
        Capacity of every warehouse, for texts that have the word ``capacity`` in its place; overrides given ones.
    name : str
        What the text is called in messages.

    Raises
    ------
    DataError
        If the text is cut short or too long, holds something other than the numbers expected, or needs a capacity
        that is not given. The message says where.
    """
    if capacity is not None and not 0 <= capacity <= _LARGEST:
        raise DataError(_("给定的容量 {value:g} 不可用：应为不小于 0 的数。").format(value=capacity))
    numbers = _Numbers(text, name)
    m, n = numbers.counts()
    caps, fixed = np.empty(m), np.empty(m)
    for j in range(m):
        caps[j] = numbers.capacity(2 + 2 * j, j + 1, capacity)
        fixed[j] = numbers.at(3 + 2 * j, _("第 {site} 个仓库的固定费用"), site=j + 1)
    demand, cost = np.empty(n), np.empty((n, m))
    wanted, allocated = _("第 {customer} 个客户的需求"), _("第 {customer} 个客户在第 {site} 个仓库的费用")
    for i in range(n):
        begin = 2 + 2 * m + i * (m + 1)
        demand[i] = numbers.at(begin, wanted, customer=i + 1)
        cost[i] = [numbers.at(begin + 1 + j, allocated, customer=i + 1, site=j + 1) for j in range(m)]
    # A customer without demand costs nothing, whatever the text says about allocating all of it.
    with np.errstate(over="ignore"):
        unit = np.divide(cost, demand[:, None], out=np.zeros((n, m)), where=demand[:, None] > 0)
    if unit.max(initial=0.0) > _LARGEST:
        tiny = int(unit.max(axis=1).argmax())
        text = _("{file} 中第 {customer} 个客户的需求 {demand:g} 太小，单位费用无法计算。")
        raise DataError(text.format(file=name, customer=tiny + 1, demand=demand[tiny]))
    return SitingProblem(unit_cost=unit, demand=demand, capacity=caps, fixed_cost=fixed)


class _Numbers:
    """The words of a text as numbers; each refusal says where and what was expected."""

    def __init__(self, text: str, name: str) -> None:
        self.text, self.name = text, name
        self.words = text.split(None, 2)[:2]

    def counts(self) -> tuple[int, int]:
        """Numbers of warehouses and of customers, with as many words after them as these two ask for."""
        m = self._count(0, _("仓库的个数"))
        n = self._count(1, _("客户的个数"))
        wanted = 2 + 2 * m + n * (m + 1)
        size = {"file": self.name, "sites": m, "customers": n, "wanted": wanted}
        if wanted > _MOST_NUMBERS:
            text = _("{file} 写着 {sites} 个仓库和 {customers} 个客户，太大了：要 {wanted} 个数，上限是 {limit:,} 个。")
            raise DataError(text.format(**size, limit=_MOST_NUMBERS))
        self.words = self.text.split(None, wanted)
        if len(self.words) < wanted:
            text = _("{file} 写着 {sites} 个仓库和 {customers} 个客户，应有 {wanted:,} 个数，到末尾只有 {count:,} 个。")
            raise DataError(text.format(**size, count=len(self.words)))
        if len(self.words) > wanted:
            text = _("{file} 第 {line} 行：{sites} 个仓库和 {customers} 个客户的 {wanted:,} 个数已完，后面还有内容。")
            raise DataError(text.format(**size, line=self._line(wanted)))
        return m, n

    def _count(self, position: int, what: str) -> int:
        value = self.at(position, what)
        if value < 1 or value != int(value):
            raise self._refused(position, what, _("大于 0 的整数"))
        return int(value)

    def at(self, position: int, what: str, **which: int) -> float:
        """The word at a position as a number of 0 or more; ``what`` says which number it is."""
        if position >= len(self.words):
            text = _("{file} 不是 OR-Library 仓库选址文件：没有{what}。")
            raise DataError(text.format(file=self.name, what=what.format(**which)))
        word = self.words[position]
        value = float(word) if _NUMBER.fullmatch(word) else math.nan
        if not value <= _LARGEST:
            raise self._refused(position, what.format(**which), _("0 至 {most:g} 的数").format(most=_LARGEST))
        return value

    def capacity(self, position: int, site: int, given: float | None) -> float:
        """The word at a position as a capacity, which the one given overrides; ``capacity`` leaves it open."""
        what = _("第 {site} 个仓库的容量")
        if self.words[position] != _OPEN:
            value = self.at(position, what, site=site)
            return value if given is None else given
        if given is None:
            what = what.format(site=site)
            text = _("{file} 第 {line} 行没有写明{what}：须另外给出（--capacity）。")
            raise DataError(text.format(file=self.name, line=self._line(position), what=what))
        return given

    def _refused(self, position: int, what: str, allowed: str) -> DataError:
        return DataError(
            _("{file} 第 {line} 行：{what}写的是“{word}”，应为：{allowed}。").format(
                file=self.name,
                line=self._line(position),
                what=what,
                word=self.words[position][:_SHOWN],
                allowed=allowed,
            )
        )

    def _line(self, position: int) -> int:
        """Number of the line that the word at a position stands on."""
        seen = 0
        for number, line in enumerate(self.text.splitlines(), 1):
            seen += len(line.split())
            if seen > position:
                return number
        return number
