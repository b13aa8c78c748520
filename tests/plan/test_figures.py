"""How figures are written."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixplan.base.numbers import at_most_pct


@pytest.mark.parametrize(
    ("share", "digits", "said"),
    [(0.01234, 2, 1.24), (0.01234, 1, 1.3), (0.07, 1, 7.0), (0.0, 1, 0.0), (0.0100001, 2, 1.01)],
)
def test_a_proven_gap_is_rounded_up(share, digits, said):
    assert at_most_pct(share, digits) == said


@given(st.floats(0, 1), st.integers(0, 4))
def test_what_is_said_is_never_less_than_what_was_proven(share, digits):
    said = at_most_pct(share, digits)
    assert said >= 100 * share or math.isclose(said, 100 * share, abs_tol=1e-9)
    assert said <= 100 * share + 10.0**-digits + 1e-9
