"""``python -m mixplan``: the command line."""

import sys

from mixplan.cli.entry import main

sys.exit(main())
