"""Files that are written whole or not at all."""

import os
import tempfile
from pathlib import Path

from mixplan.base.errors import DataError
from mixplan.base.files.reading import os_reason
from mixplan.base.i18n import gettext as _


def write_file(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: first beside its place, then renamed onto it.

    Raises
    ------
    DataError
        Where the folder cannot be made or written to.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".mixplan-")
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
