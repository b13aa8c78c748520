"""Which releases of the libraries are in use: a result says what it was worked out with."""

from functools import cache
from importlib import metadata


@cache
def release(library: str) -> str:
    """The release of a library that is installed, looked up once."""
    return metadata.version(library)
