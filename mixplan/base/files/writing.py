"""Files that are written whole or not at all."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mixplan.base.errors import DataError
from mixplan.base.files.reading import os_reason
from mixplan.base.i18n import gettext as _

_DRAFT, _DRAFT_END = ".mixplan-", ".draft"
_WORKROOM = "mixplan-work-"
# No export takes this long: what is older was left by one that was killed.
_LEFT_BEHIND_S = 24 * 3600.0


def write_file(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: first beside its place, then renamed onto it.

    Drafts that killed exports have left in the folder go.

    Raises
    ------
    DataError
        Where the folder cannot be made or written to.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _clear(path.parent, f"{_DRAFT}*{_DRAFT_END}")
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=_DRAFT, suffix=_DRAFT_END)
        draft = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            draft.chmod(0o644)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise DataError(_("无法写入 {file}：{reason}。").format(file=path, reason=os_reason(error))) from error


@contextmanager
def workroom() -> Iterator[Path]:
    """A folder of one's own for what a library can only write to a file; gone afterwards, and if killed, next time."""
    _clear(Path(tempfile.gettempdir()), f"{_WORKROOM}*")
    with tempfile.TemporaryDirectory(prefix=_WORKROOM) as folder:
        yield Path(folder)


def _clear(folder: Path, pattern: str) -> None:
    """Remove what matches in a folder and has lain there for long; what others are removing or own stays theirs."""
    for left in folder.glob(pattern):
        try:
            if time.time() - left.lstat().st_mtime < _LEFT_BEHIND_S:
                continue
            if left.is_dir() and not left.is_symlink():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink()
        except OSError:
            continue
