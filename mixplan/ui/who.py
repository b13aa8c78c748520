"""Who works at this page, by name: for the trail, and so that each undoes what is their own."""

import getpass


def who() -> str:
    """The name that changes are kept under."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a machine that has no name for the user
        return "mixplan"
