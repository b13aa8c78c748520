"""What stands in the columns: scenarios, or years of the one that is worked on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, cast

from mixplan.base.i18n import gettext as _
from mixplan.projects.project import Comparison
from mixplan.ui import shared, work

FEWEST, MOST = 2, 4
By = Literal["scenario", "year"]


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes
    ----------
    code : str
        As the project writes it.
    branch : str
        The scenario that it is of; empty for the project's own work.
    """

    code: str
    label: str
    branch: str
    year: int


def own_label() -> str:
    """What the project's own work is called beside its scenarios."""
    return _("项目本身")


def branches() -> dict[str, str]:
    """Names of the project's own work and of its scenarios, by id, in the order in which they were begun."""
    return {"": own_label(), **{key: one.name for key, one in sorted(work.project().scenarios.items())}}


def years() -> list[int]:
    """The years that can be compared: from that of the plan's inventory to its end."""
    book = shared.rules()
    return list(range(int(book.figure("consolidation_first_year")) - 1, book.period_end.year + 1))


def codes(by: By) -> list[str]:
    """What can stand in a column."""
    return list(branches()) if by == "scenario" else [str(year) for year in years()]


def chosen() -> list[str]:
    """What stands in the columns; what is gone is left out, and until something is chosen the usual stands there."""
    asked, some = work.project().comparison, codes(work.project().comparison.by)
    found = [code for code in asked.columns if code in some]
    if len(found) >= FEWEST:
        return found[:MOST]
    return some[:MOST] if asked.by == "scenario" else [some[0], some[-1]]


def columns() -> list[Column]:
    """The columns from left to right."""
    names, last = branches(), shared.rules().period_end.year
    if work.project().comparison.by == "year":
        return [Column(code, code, work.scenario(), int(code)) for code in chosen()]
    return [Column(code, names[code], code, last) for code in chosen()]


def put_columns(wanted: Sequence[str]) -> None:
    """Have something else in the columns; what stands there of the other kind stays for when it is compared again."""
    now = work.project().comparison
    other = codes("year" if now.by == "scenario" else "scenario")
    _put(replace(now, columns=(*wanted, *(code for code in now.columns if code in other))))


def put_by(by: str) -> None:
    """Compare scenarios, or years."""
    _put(replace(work.project().comparison, by=cast(By, by)))


def put_cards(cards: Sequence[str]) -> None:
    """Have other cards, or the same in another order."""
    _put(replace(work.project().comparison, cards=tuple(cards)))


def _put(comparison: Comparison) -> None:
    work.put(("comparison",), comparison)
