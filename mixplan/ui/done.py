"""What is done at a button and may fail, as where the database is away: the page says why."""

from collections.abc import Callable
from typing import Any

from mixplan.base.errors import DataError
from mixplan.ui.session import PROJECT_PROBLEM


def done(what: Callable[..., Any], *args: Any, **more: Any) -> bool:
    """Whether something could be done; why not is said on the page's next run, once."""
    try:
        what(*args, **more)
    except DataError as problem:
        PROJECT_PROBLEM.put(str(problem))
        return False
    return True
