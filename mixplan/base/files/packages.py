"""Office files are archives: opened only where what they unpack to is known and bounded."""

import io
import zipfile
import zlib
from dataclasses import dataclass

from mixplan.base.errors import DataError
from mixplan.base.i18n import gettext as _

_MIB = 2**20
_PIECE = 2**16
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")  # Office before 2007, and today's files with a password


@dataclass(frozen=True, kw_only=True)
class PackageLimits:
    """What an Office file may hold once it is unpacked."""

    parts: int = 2_000
    part_bytes: int = 100 * _MIB
    total_bytes: int = 200 * _MIB


def is_package(content: bytes) -> bool:
    """Whether a file is meant to be an Office file, whatever it is called."""
    return content.startswith((b"PK", _OLE))


def open_package(content: bytes, name: str, kind: str, limits: PackageLimits | None = None) -> zipfile.ZipFile:
    """The parts of an Office file, after a look at every one of them: bounded, whole, without a document type.

    Parameters
    ----------
    content, name, kind : bytes, str, str
        The file, its name, and what it should be, for messages: XLSX, PPTX.
    limits : PackageLimits, optional
        What it may hold once it is unpacked.

    Raises
    ------
    DataError
        Where it is no such file, has a password, is damaged, or unpacks to more than the limits.
    """
    limits = limits or PackageLimits()
    if content.startswith(_OLE):
        text = _("{file} 不是可以读取的 {kind}：是旧格式（97–2003）或有密码的 Office 文件，请另存为没有密码的新格式。")
        raise DataError(text.format(file=name, kind=kind))
    try:
        package = zipfile.ZipFile(io.BytesIO(content))
        _check_sizes(package, name, limits)
        for part in package.infolist():
            _check_part(package, part, name)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError, OverflowError) as fault:
        if isinstance(fault, DataError):
            raise
        text = _("{file} 不是可以读取的 {kind}：压缩包已损坏，或不是压缩包。")
        raise DataError(text.format(file=name, kind=kind)) from fault
    return package


def _check_sizes(package: zipfile.ZipFile, name: str, limits: PackageLimits) -> None:
    parts = package.infolist()
    if len(parts) > limits.parts:
        raise DataError(
            _("{file} 里有 {count:,} 个部件，上限是 {limit:,} 个。").format(
                file=name, count=len(parts), limit=limits.parts
            )
        )
    if len({part.filename for part in parts}) < len(parts):
        raise DataError(_("{file} 里有同名的部件，无法判断该读哪一个。").format(file=name))
    largest = max((part.file_size for part in parts), default=0)
    total = sum(part.file_size for part in parts)
    for size, limit in ((largest, limits.part_bytes), (total, limits.total_bytes)):
        if size > limit:
            raise DataError(
                _("{file} 展开后有 {size:,.0f} MB，上限是 {limit:,.0f} MB。").format(
                    file=name, size=size / _MIB, limit=limit / _MIB
                )
            )
    if any(part.flag_bits & 1 for part in parts):
        raise DataError(_("{file} 有密码，请另存为没有密码的文件。").format(file=name))


def _check_part(package: zipfile.ZipFile, part: zipfile.ZipInfo, name: str) -> None:
    """Unpack a part once: its checksum is right, and its XML defines no entities, which could grow without end."""
    xml = part.filename.lower().endswith((".xml", ".rels", ".vml"))
    tail = b""
    with package.open(part) as unpacked:
        while piece := unpacked.read(_PIECE):
            if xml and (b"<!DOCTYPE" in tail + piece or b"<!ENTITY" in tail + piece):
                raise DataError(_("{file} 的部件里有文档类型定义（DTD），Office 文件不应有。").format(file=name))
            tail = piece[-16:]
