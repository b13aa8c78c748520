"""Documents of settings (TOML), read whole."""

import tomllib
from pathlib import Path
from typing import Any

from mixplan.base.errors import DataError
from mixplan.base.i18n import gettext as _


def read_toml(path: Path) -> dict[str, Any]:
    """What a TOML file says.

    Raises
    ------
    DataError
        Naming the file, and why it cannot be read.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DataError(_("文件 {file} 读不出来：{error}").format(file=path.name, error=error)) from None
