"""Results of this session's runs, kept by their inputs: nobody's page opens on somebody else's plan."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Any

from mixplan.ui.session import CON_RESULTS, keep_latest

_KEPT = 24


def result(key: Hashable) -> Any:
    """The result of the run with these inputs, none where there is none yet."""
    return CON_RESULTS.or_new(OrderedDict()).get(key)


def keep(key: Hashable, found: Any) -> None:
    """Keep a run's result under its inputs; the oldest go."""
    keep_latest(CON_RESULTS, key, found, _KEPT)
