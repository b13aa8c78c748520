"""``python -m mixplan.jobs``: the pool of workers on the user's queue; servers start it and find it running."""

import sys

from mixplan.jobs.pool import Pace, Pool, cores
from mixplan.projects.queue import Queue

if __name__ == "__main__":
    sys.exit(0 if Pool(Queue(), cores(), Pace.from_environment()).run() else 1)
