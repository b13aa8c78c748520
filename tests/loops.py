"""Work of an event loop in a test: on a thread of its own, for the browser's loop may have the test's."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def run(work: Coroutine[Any, Any, Any]) -> Any:
    """What the work comes to."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(asyncio.run, work).result()
