"""A case from own candidates and demand."""

import pytest
from helpers import IN_FORCE

from mixplan.siting.case import build_case
from mixplan.siting.inputs import SitingInputs, no_points
from mixplan.siting.settings import default_settings


@pytest.fixture
def make(layers, book):
    """Case from own candidates and demand, with the rules off and the bare problem unless asked otherwise."""

    def build(own, demand, existing=None, **changes):
        bare = {"apply_rules": False, "grid_km": None, "spacing_km": 0.0, "detour": 1.0, "lines": 1, **changes}
        inputs = SitingInputs(demand, no_points() if existing is None else existing, own)
        return build_case(inputs, default_settings(book, **bare), layers, book, on=IN_FORCE)

    return build
