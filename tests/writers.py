"""Twenty programs that write to one store at the same moment."""

import subprocess
import sys

# A program of its own, which has one thread when it becomes twenty: a copy of the tests' own process, which has many,
# may begin with a lock that nobody will open.
_BEGIN = """
import json, multiprocessing, sys
from mixplan.projects import database

database.WAIT_S = 120.0  # whoever comes last on a slow disk waits for all the others
"""
_END = """
context = multiprocessing.get_context("fork")
start = context.Event()
writers = [context.Process(target=write, args=(f"w{n}", start)) for n in range(20)]
for writer in writers:
    writer.start()
start.set()
for writer in writers:
    writer.join()
sys.exit(any(writer.exitcode for writer in writers))
"""


def write_at_once(body: str, *arguments: str) -> None:
    """Have twenty processes run ``write(person, start)`` of a script, all of which must succeed.

    Parameters
    ----------
    body : str
        The script: it has ``json``, ``sys`` and ``database``, and the function waits for ``start`` before it writes.
    *arguments
        What the script finds in ``sys.argv``.
    """
    command = [sys.executable, "-c", _BEGIN + body + _END, *arguments]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
