"""Memory that the C library keeps for this process, where that is glibc."""

import ctypes
from contextlib import suppress
from functools import cache
from typing import Any

_ARENA_MAX = -8  # M_ARENA_MAX of malloc.h
_ARENAS = 2  # one a thread, as usual, is never filled and never emptied


@cache
def _c_library() -> Any:
    """The C library where it is glibc, else none."""
    with suppress(OSError, TypeError):
        library = ctypes.CDLL(None)
        if hasattr(library, "malloc_trim"):
            return library
    return None


def share_arenas() -> None:
    """Have all threads take memory from the same few places; those that others have opened already stay."""
    if (library := _c_library()) is not None:
        library.mallopt(_ARENA_MAX, _ARENAS)


def trim() -> None:
    """Give free memory back to the machine."""
    if (library := _c_library()) is not None:
        library.malloc_trim(0)
