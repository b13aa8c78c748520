"""Numbers as planners read them."""

import pytest

from mixplan.plan.words import pretty


@pytest.mark.parametrize(
    ("value", "unit", "digits", "text"),
    [
        (10480, "万m³/年", 1, "10,480 万m³/年"),
        (None, "%", 1, "—"),
        (-696.0, "", 1, "−696"),
        (-0.01, "", 1, "0"),
        (17.75, "", 2, "17.75"),
    ],
)
def test_numbers_as_planners_read_them(value, unit, digits, text):
    assert pretty(value, unit, digits) == text
