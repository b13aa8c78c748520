"""Instances of the OR-Library."""

from pathlib import Path

from mixplan.base.errors import DataError
from mixplan.base.files.cells import file_content
from mixplan.base.i18n import gettext as _
from mixplan.siting import solver


def read_orlib_file(path: Path, capacity: float | None = None) -> solver.SitingProblem:
    """Read a capacitated warehouse instance of the OR-Library from a file.

    Raises
    ------
    DataError
        Where the file cannot be opened, or is no such instance, with the line and what was expected.
    """
    try:
        return solver.read_orlib(file_content(path).decode("ascii", errors="replace"), capacity)
    except ValueError as error:
        if isinstance(error, DataError):
            raise
        raise DataError(
            _("{file} 不是可用的 OR-Library 仓库选址文件：{error}").format(file=path.name, error=error)
        ) from None
