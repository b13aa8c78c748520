"""Work for the tests' workers: named functions, as all work is."""

import os
import signal
import time
from typing import Any

from mixplan.base.errors import InfeasibleError
from mixplan.base.i18n import get_language
from mixplan.base.i18n import gettext as _
from mixplan.base.progress import Progress, Watcher


def hand_back(value: Any, *, watcher: Watcher) -> Any:
    """Nothing to do."""
    return value


def language(*, watcher: Watcher) -> str:
    """The language in which it speaks."""
    return get_language()


def count(seconds: float = 60.0, *, watcher: Watcher) -> int:
    """Count from one until it is stopped, and return how far it came."""
    found, until = 1, time.monotonic() + seconds
    while time.monotonic() < until and watcher(Progress(done=found, of=1000, best=found)):
        found += 1
        time.sleep(0.01)
    return found


def never_look_up(best: Any, seconds: float = 60.0, *, watcher: Watcher) -> Any:
    """Report once, and hear nothing from then on."""
    watcher(Progress(best=best))
    time.sleep(seconds)
    return "the end"


def fail(*, watcher: Watcher) -> None:
    """A fault in the work itself."""
    raise ZeroDivisionError("planted")


def find_nothing(*_given: Any, watcher: Watcher) -> None:
    """A wish that cannot be met, said in the planner's language."""
    raise InfeasibleError(_("已停止；还没有找到方案。"))


def give_up(best: Any, *, watcher: Watcher) -> None:
    """Report once, and find nothing in the step in which it is stopped."""
    while watcher(Progress(best=best)):
        time.sleep(0.01)
    raise InfeasibleError("nothing in this step")


def kill_itself(best: Any, *, watcher: Watcher) -> None:
    """End as a process ends for which the machine has no memory left."""
    watcher(Progress(best=best))
    time.sleep(1.0)
    os.kill(os.getpid(), signal.SIGKILL)


def nice(*, watcher: Watcher) -> int:
    """How far it steps back."""
    return os.nice(0)
