"""The application's own data files: JSON, TOML and map layers as they are shipped."""

import errno
import io
import json
import re
import tomllib
from pathlib import Path
from typing import Any

from mixplan.base.errors import DataError
from mixplan.base.files.jsonfiles import read_json_text
from mixplan.base.files.text import decoded
from mixplan.base.i18n import N_
from mixplan.base.i18n import gettext as _

_MAX_TOML_BYTES = 2**20  # the rule file is the largest, with 32 kB

# Why the system would not read or write, in words.
_REASONS = {
    errno.ENOENT: N_("没有这个文件或文件夹"),
    errno.EACCES: N_("没有权限"),
    errno.EPERM: N_("没有权限"),
    errno.EISDIR: N_("这是一个文件夹"),
    errno.ENOTDIR: N_("路径中有一段不是文件夹"),
    errno.EEXIST: N_("同名的文件已经存在"),
    errno.ENOSPC: N_("磁盘已满"),
    errno.EROFS: N_("磁盘是只读的"),
    errno.ENAMETOOLONG: N_("文件名太长"),
    errno.EADDRINUSE: N_("别的程序正在用它"),
    errno.EADDRNOTAVAIL: N_("这不是本机的地址"),
}


def os_reason(error: OSError) -> str:
    """Why the system would not read or write a file, in words."""
    if error.errno in _REASONS:
        return _(_REASONS[error.errno])
    return _("系统不允许（错误号 {number}）").format(number=error.errno)


def check_size(size: int, name: str, limit: int) -> None:
    """Refuse a file that is larger than its kind can be.

    Raises
    ------
    DataError
        Naming the file, its size and the limit.
    """
    if size > limit:
        raise DataError(
            _("{file} 有 {size:.0f} MB，上限是 {limit:.0f} MB。").format(
                file=name, size=size / 2**20, limit=limit / 2**20
            )
        )


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
        raise DataError(_("打不开文件 {path}：{reason}。").format(path=path, reason=os_reason(error))) from error


def read_json(path: Path) -> Any:
    """Content of a JSON file.

    Raises
    ------
    DataError
        Where the file is missing or is no JSON.
    """
    return read_json_text(read_bytes(path), path.name)


def read_toml(path: Path) -> dict[str, Any]:
    """Content of a TOML file.

    Raises
    ------
    DataError
        Where the file is missing, is larger than anybody writes by hand, or is no TOML.
    """
    content = read_bytes(path)
    check_size(len(content), path.name, _MAX_TOML_BYTES)
    text = decoded(content, path.name)
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as fault:
        place = re.search(r"line (\d+), column (\d+)", str(fault))
        where = (
            _("第 {line} 行第 {column} 个字符附近").format(line=place[1], column=place[2]) if place else _("文件末尾")
        )
        raise DataError(
            _("{file} 不是可读的 TOML：{where}，应为 键 = 值，文字加双引号，每个键只写一次。").format(
                file=path.name, where=where
            )
        ) from fault


def read_features(path: Path) -> Any:
    """A GeoJSON file as a geographic table, with the coordinates as they stand in it.

    Raises
    ------
    DataError
        Where the file is missing or is no GeoJSON.
    """
    import geopandas as gpd  # heavy, and a command that reads no layer must not wait for it

    document = read_json(path)
    refusal = _("读不出图层文件 {file}：应为 GeoJSON 的 FeatureCollection，每个要素有 geometry。").format(
        file=path.name
    )
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or not features or document.get("type") != "FeatureCollection":
        raise DataError(refusal)
    try:
        # The document that was checked is handed on, whatever encoding the file is in.
        return gpd.read_file(io.BytesIO(json.dumps(document, ensure_ascii=False).encode()))
    except Exception as error:
        raise DataError(refusal) from error
