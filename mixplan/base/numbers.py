"""Numbers in words: digits that matter, shares, metres; and what is said of a number that means nothing."""

from math import ceil, inf, isfinite

from mixplan.base.errors import DataError, MixplanError
from mixplan.base.i18n import gettext as _

M_PER_KM = 1000.0
M2_PER_KM2 = 1e6


def metres(value: float) -> str:
    """A distance as it is said: whole metres."""
    return f"{abs(value):,.0f} m"


def at_most_pct(share: float, digits: int = 1) -> float:
    """A proven share in percent, rounded up: what is said as "at most" must never be less than what was proven."""
    return ceil(share * 100 * 10.0**digits - 1e-9) / 10.0**digits  # 7 % in binary is a little more than 7 %


def percent(share: float | None) -> str:
    """A share as it is written everywhere: one decimal, — where there is none."""
    return "—" if share is None or share != share else f"{100 * share:.1f} %"


def divide(above: float, below: float) -> float:
    """A quotient, missing where the divisor is nought: a wrong figure must end in the audit, not in a crash."""
    return above / below if below else float("nan")


def relative_gap(objective: float, bound: float) -> float:
    """How far an answer may be from the best possible one at most, as a share of its cost; infinite if unproven."""
    if not (isfinite(objective) and isfinite(bound)):
        return float("inf")
    return max(0.0, objective - bound) / max(abs(objective), 1e-9)


def check_number(
    name: str,
    value: float,
    *,
    low: float = 0.0,
    high: float = inf,
    above: bool = False,
    whole: bool = False,
    error: type[MixplanError] = DataError,
) -> None:
    """Refuse a setting that means nothing: not a number, out of its range, or half of what only comes whole.

    Parameters
    ----------
    low, high : float
        Least and greatest value allowed; ``above`` leaves the least one out.
    error : type
        What is raised, with the setting, its value and what is allowed.
    """
    if not (isfinite(value) and (low < value if above else low <= value) and value <= high):
        if isfinite(high):
            allowed = _("应大于 {low:g}、不大于 {high:g}") if above else _("应在 {low:g} 与 {high:g} 之间")
        else:
            allowed = _("应大于 {low:g}") if above else _("应为不小于 {low:g} 的数")
    elif whole and value != int(value):
        allowed = _("应为整数")
    else:
        return
    raise error(
        _("“{name}”的值 {value:g} 不可用：{allowed}。").format(
            name=name, value=value, allowed=allowed.format(low=low, high=high)
        )
    )
