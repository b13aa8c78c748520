"""What the process that workers are copied from loads once, long before anybody asks for work."""

import os
import sys
from contextlib import suppress
from importlib import import_module

_NICE = 15


def step_back() -> None:
    """Give way to whoever looks at a page: long work takes the time that is left over."""
    if sys.platform == "win32":
        import ctypes

        below_normal = 0x4000
        ctypes.windll.kernel32.SetPriorityClass(ctypes.windll.kernel32.GetCurrentProcess(), below_normal)
    elif os.nice(0) < _NICE:
        os.nice(_NICE - os.nice(0))


def load() -> None:
    """Import what work needs, by the names in ``MIXPLAN_WARM``; one that is missing is missed when it is asked for."""
    step_back()
    for name in filter(None, os.environ.get("MIXPLAN_WARM", "").split(",")):
        with suppress(ImportError):
            import_module(name)


load()
