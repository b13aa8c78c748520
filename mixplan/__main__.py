"""``python -m mixplan``: the command line."""

import sys

from mixplan.cli import main

sys.exit(main())
