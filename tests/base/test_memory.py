"""Memory that the C library keeps: threads share it, and what is free goes back to the machine."""

import subprocess
import sys
from pathlib import Path

import pytest

from mixplan.base import memory

pytestmark = pytest.mark.skipif(memory._c_library() is None, reason="needs glibc")

# Threads that are all there at once take a little memory each; how many arenas that has opened says the C library.
_ARENAS = """
import ctypes, sys, tempfile, threading
from mixplan.base import memory
if sys.argv[1] == "shared":
    memory.share_arenas()
everybody = threading.Barrier(12)
def take():
    everybody.wait()
    kept = [bytes(2000) for number in range(100)]
    everybody.wait()
threads = [threading.Thread(target=take) for number in range(12)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
library = ctypes.CDLL(None)
with tempfile.TemporaryFile("w+") as file:
    library.fdopen.restype = ctypes.c_void_p
    stream = ctypes.c_void_p(library.fdopen(file.fileno(), b"w"))
    library.malloc_info(0, stream)
    library.fflush(stream)
    file.seek(0)
    print(file.read().count("<heap nr="))
"""


def _arenas(how: str) -> int:
    done = subprocess.run([sys.executable, "-c", _ARENAS, how], capture_output=True, text=True, timeout=60, check=True)
    return int(done.stdout)


def test_threads_share_two_arenas():
    assert _arenas("shared") <= 2 < _arenas("each its own")


def test_free_memory_goes_back():
    def resident_pages() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1])

    pieces = [bytes(2000) for _number in range(50_000)]
    kept = pieces[::5000]
    full = resident_pages()
    del pieces
    memory.trim()
    assert full - resident_pages() > 10_000  # of the 24,000 that were taken
    assert kept
