"""How the coverage page says that a share has changed."""

import pytest

from mixplan.ui.coverage.figures import points


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        (0.989, 0.28, "+70.9 个百分点"),
        (0.28, 0.989, "-70.9 个百分点"),
        (0.9889, 0.9890, None),  # nothing is no less than nothing
        (0.9891, 0.9890, None),
        (0.5, None, None),
        (None, 0.5, None),
    ],
)
def test_what_a_share_has_become_more_or_less(now, before, said):
    assert points(now, before) == said
