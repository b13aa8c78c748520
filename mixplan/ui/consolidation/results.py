"""Results of this session's runs, kept by their inputs: nobody's page opens on somebody else's plan."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

from mixplan.ui.session import CON_RESULTS

_KEPT = 24


def result(key: Hashable) -> Any:
    """The result of the run with these inputs, none where there is none yet."""
    return CON_RESULTS.or_new(OrderedDict()).get(key)


def keeper(key: Hashable) -> Callable[[Any], None]:
    """What keeps a run's result under its inputs; the oldest go."""

    def keep(found: Any) -> None:
        kept: OrderedDict[Hashable, Any] = CON_RESULTS.or_new(OrderedDict())
        kept[key] = found
        while len(kept) > _KEPT:
            kept.popitem(last=False)

    return keep
