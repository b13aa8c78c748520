"""Pages run a few at a time: a crowd that runs at once is slower than one that takes turns."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

# Python runs one thread at a time, and another may count in a library meanwhile. With a dozen pages at once all of them
# take as long as the last, and each takes the processor half as long again.
_AT_ONCE = 2
_LONGEST_WAIT_S = 1.0  # then a page goes on in the crowd: a page that runs for long, or waits, holds nobody up

_places = threading.Semaphore(_AT_ONCE)
_mine = threading.local()  # the places that this thread's page has got, or has not waited for


@contextmanager
def turn() -> Iterator[None]:
    """Run a page when it is its turn, or after a second whatever the others do."""
    _take()
    try:
        yield
    finally:
        _give()


def rest(seconds: float) -> None:
    """Let a page wait; meanwhile it is somebody else's turn."""
    in_turn = bool(getattr(_mine, "places", ()))
    if in_turn:
        _give()
    time.sleep(seconds)
    if in_turn:
        _take()


def _take() -> None:
    if not hasattr(_mine, "places"):
        _mine.places = []
    _mine.places.append(_places.acquire(timeout=_LONGEST_WAIT_S))


def _give() -> None:
    if _mine.places.pop():
        _places.release()
