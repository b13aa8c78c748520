"""One check of the plan's own figures, and the three ways in which a check compares."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import local
from mixplan.base.numbers import divide
from mixplan.plan.figures import Book, Figure
from mixplan.plan.words import pretty

# Where the audit finds its figures: years and period under which the plan states them.
PAST, BASE, PRECAST, END = "2006-2010", 2010, 2008, 2015


class Verdict(StrEnum):
    """What the audit found."""

    AGREES = "agrees"
    DIFFERS = "differs"
    CONFLICT = "conflict"


def verdict_text(verdict: Verdict) -> str:
    """A verdict as the audit writes it."""
    return {Verdict.AGREES: _("一致"), Verdict.DIFFERS: _("不符"), Verdict.CONFLICT: _("矛盾")}[verdict]


@dataclass(frozen=True)
class AuditItem:
    """One check of the plan's own figures.

    Attributes
    ----------
    formula : str
        The computation with its numbers, or the two statements that are compared.
    clauses : tuple of str
        Clauses of the plan, or sources, that the figures come from.
    stated, recomputed, difference : float
        In ``unit``.
    tolerance : float
        Half of the last digit of the stated figure, or 0 where two statements are compared by size.
    """

    id: str
    title: str
    formula: str
    clauses: tuple[str, ...]
    stated: float
    recomputed: float
    difference: float
    tolerance: float
    unit: str
    verdict: Verdict
    explanation: str


# A check looks up its figures in the plan and yields what it found; each module of checks lists its own in ``CHECKS``.
Found = Iterator[AuditItem]
Check = Callable[[Book], Found]


def clauses(found: Sequence[Figure]) -> tuple[str, ...]:
    """Clauses, or sources, that figures come from, each once."""
    return tuple(dict.fromkeys(f.clause or f.source for f in found))


def term(figure: Figure, column: str = "name") -> str:
    """A figure as a formula names it: its name and its value."""
    return f"{local(figure, column)} {pretty(figure.value, digits=figure.digits)}"


def recomputed(
    item: str,
    stated: Figure,
    value: float,
    formula: str,
    used: Sequence[Figure],
    *,
    explanation: str = "",
    title: str = "",
) -> AuditItem:
    """A stated figure against the same figure computed from others; differs beyond its own rounding."""
    difference = value - stated.value
    agrees = abs(difference) <= stated.tolerance * (1 + 1e-9)
    text = explanation or (
        _("在原文末位的舍入以内。") if agrees else _("超出原文末位的舍入，算式中至少有一个数字有误或口径不同。")
    )
    return AuditItem(
        item,
        f"{title or local(stated)} {stated.when}",
        formula,
        clauses([stated, *used]),
        stated.value,
        value,
        difference,
        stated.tolerance,
        stated.unit,
        Verdict.AGREES if agrees else Verdict.DIFFERS,
        text,
    )


def quotient(item: str, stated: Figure, above: Figure, below: Figure, scale: float = 100.0) -> AuditItem:
    """A stated rate against the quotient of two other figures."""
    formula = f"{term(above)} ÷ {term(below)}" + (" × 100" if scale != 1.0 else "")
    return recomputed(item, stated, divide(above.value, below.value) * scale, formula, (above, below))


def between(
    item: str,
    title: str,
    figures: Sequence[Figure],
    value: float,
    limits: tuple[float, float],
    formula: str,
    *,
    unit: str = "",
) -> AuditItem:
    """A figure that must lie between two others; differs where it does not. The first figure gives the unit."""
    low, high = limits
    inside = low <= value <= high
    nearest = min(max(value, low), high)
    return AuditItem(
        item,
        title,
        formula,
        clauses(figures),
        value,
        nearest,
        nearest - value,
        0.0,
        (unit or figures[0].unit).removesuffix("/年"),
        Verdict.AGREES if inside else Verdict.DIFFERS,
        _("在应有的范围以内。") if inside else _outside(low, high),
    )


def _outside(low: float, high: float) -> str:
    if high == float("inf"):
        return _("应不小于 {low}，至少有一个数字有误。").format(low=pretty(low))
    return _("应在 {low} 与 {high} 之间，至少有一个数字有误。").format(low=pretty(low), high=pretty(high))


def compared(
    item: str,
    title: str,
    figures: Sequence[Figure],
    other: float,
    formula: str,
    *,
    conflict: str,
    fine: str = "",
    tolerance: float = 0.0,
) -> AuditItem:
    """Two statements that should fit together: the first figure, and another value.

    Parameters
    ----------
    conflict : str
        Why they do not fit, empty where they do.
    fine : str
        What to say where they do.
    """
    left = figures[0]
    return AuditItem(
        item,
        title,
        formula,
        clauses(figures),
        left.value,
        other,
        other - left.value,
        tolerance,
        left.unit,
        Verdict.CONFLICT if conflict else Verdict.AGREES,
        conflict or fine or _("两处说法相容。"),
    )
