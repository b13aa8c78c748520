"""Pages run a few at a time: a crowd that runs at once is slower than one that takes turns."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

# Python runs one thread at a time, and another may count in a library meanwhile. With a dozen pages at once all of them
# take as long as the last, and each takes the processor half as long again.
_AT_ONCE = 2
_LONGEST_WAIT_S = 1.0  # then a page goes on in the crowd: a page that runs for long, or waits, holds nobody up

_places = threading.Semaphore(_AT_ONCE)


@contextmanager
def turn() -> Iterator[None]:
    """Run a page when it is its turn, or after a second whatever the others do."""
    in_turn = _places.acquire(timeout=_LONGEST_WAIT_S)
    try:
        yield
    finally:
        if in_turn:
            _places.release()
