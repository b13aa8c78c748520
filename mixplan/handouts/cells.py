"""What a cell of a table says, in every format for reading."""

from numbers import Integral

import numpy as np

from mixplan.base.files.jsontext import is_missing
from mixplan.plan.words import pretty

MISSING = "—"
_A_YEAR_AT_MOST = 9999  # a whole number beyond it is no year, and gets thousands separators


def cell_text(value: object) -> str:
    """A value as planners read it: numbers with separators, years without, — where there is nothing."""
    if is_missing(value):
        return MISSING
    if isinstance(value, float | np.floating):
        return pretty(float(value))
    if isinstance(value, Integral) and not isinstance(value, bool):
        return f"{int(value):,}" if abs(int(value)) > _A_YEAR_AT_MOST else str(value)
    return str(value)


def is_number(value: object) -> bool:
    """Whether a value is read as a number, and so stands at the right of its column."""
    return isinstance(value, int | float | np.number) and not isinstance(value, bool) and not is_missing(value)
