"""The application's own data files: JSON, TOML and map layers as they are shipped."""

import hashlib
import json
import tomllib
from pathlib import Path
from typing import Any

from mixplan.base.errors import DataError
from mixplan.base.i18n import gettext as _


def read_bytes(path: Path) -> bytes:
    """Content of one of the application's own files.

    Raises
    ------
    DataError
        Where the file is missing or cannot be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise DataError(_("找不到数据文件 {file}。").format(file=path)) from None
    except OSError as error:
        raise DataError(_("打不开文件 {path}：{reason}").format(path=path, reason=error.strerror)) from None


def read_json(path: Path) -> Any:
    """Content of a JSON file.

    Raises
    ------
    DataError
        Where the file is missing or is no JSON.
    """
    try:
        return json.loads(read_bytes(path))
    except ValueError as error:
        raise DataError(_("{file} 不是可读的 JSON：{error}").format(file=path.name, error=error)) from None


def read_toml(path: Path) -> dict[str, Any]:
    """Content of a TOML file.

    Raises
    ------
    DataError
        Where the file is missing or is no TOML.
    """
    try:
        return tomllib.loads(read_bytes(path).decode("utf-8"))
    except ValueError as error:  # no UTF-8, or no TOML
        raise DataError(_("{file} 不是可读的 TOML：{error}").format(file=path.name, error=error)) from None


def read_features(path: Path) -> Any:
    """A GeoJSON file as a geographic table, with the coordinates as they stand in it.

    Raises
    ------
    DataError
        Where the file is missing or is no GeoJSON.
    """
    import geopandas as gpd  # heavy, and a command that reads no layer must not wait for it

    try:
        return gpd.read_file(path)
    except Exception as error:
        raise DataError(_("读不出图层文件 {file}：{error}").format(file=path.name, error=error)) from None


def short_hash(path: Path) -> str:
    """Twelve digits that change with any byte of a file."""
    return hashlib.sha256(read_bytes(path)).hexdigest()[:12]
