"""What the ids in a project are called: its stations and its scenarios."""

from mixplan.base.errors import MixplanError
from mixplan.ui import shared, work


def called(id: str) -> str:
    """Name of a station of the register in use, or of a scenario; whatever else has none is called by its id."""
    branch = work.at_hand().project.scenarios.get(id)
    if branch is not None:
        return branch.name
    try:
        plants, _version = shared.register()
    except MixplanError:  # said where the page shows stations
        return id
    return str(plants.at[id, "name"]) if id in plants.index else id
