"""Office files are archives: opened only where what they unpack to is known and bounded."""

import io
import zipfile
import zlib
from dataclasses import dataclass

from mixplan.base.errors import DataError
from mixplan.base.i18n import gettext as _

_MIB = 2**20
_PIECE = 2**16
_MAX_LIST_BYTES = 2 * _MIB  # of a part that lists others or names, which libraries make objects of
_DEEPEST = 10_000  # elements within one another, about; Office needs a few dozen
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")  # Office before 2007, and today's files with a password


@dataclass(frozen=True, kw_only=True)
class PackageLimits:
    """What an Office file may hold once it is unpacked."""

    parts: int = 2_000
    part_bytes: int = 100 * _MIB
    total_bytes: int = 200 * _MIB
    tags: int = 6_000_000  # of all XML parts, at their beginning and end


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
        if (tags := sum(_checked_tags(package, part, name) for part in package.infolist())) > limits.tags:
            text = _("{file} 里有 {count:,} 个 XML 标记，上限是 {limit:,} 个：内容太多，或不是正常保存的文件。")
            raise DataError(text.format(file=name, count=tags, limit=limits.tags))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError, OverflowError) as fault:
        if isinstance(fault, DataError):
            raise
        text = _("{file} 不是可以读取的 {kind}：压缩包已损坏，或不是压缩包。")
        raise DataError(text.format(file=name, kind=kind)) from fault
    return package


def check_list(part: zipfile.ZipInfo, name: str) -> None:
    """Refuse a file of which a list of parts, sheets or names is larger than anybody needs.

    Raises
    ------
    DataError
        Naming the part, its size and the limit.
    """
    if part.file_size > _MAX_LIST_BYTES:
        raise DataError(
            _("{file} 的目录部件 {part} 展开后有 {size:,.0f} MB，上限是 {limit:,.0f} MB；名称或工作表太多。").format(
                file=name, part=part.filename, size=part.file_size / _MIB, limit=_MAX_LIST_BYTES / _MIB
            )
        )


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
    for part in parts:
        # A sheet's list has a line for every link in it, and nobody reads it.
        if part.filename.lower().endswith((".rels", "[content_types].xml")) and "/worksheets/" not in part.filename:
            check_list(part, name)
    if any(part.flag_bits & 1 for part in parts):
        raise DataError(_("{file} 有密码，请另存为没有密码的文件。").format(file=name))
    if any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts):
        raise zipfile.BadZipFile  # packed as no Office program packs


def _checked_tags(package: zipfile.ZipFile, part: zipfile.ZipInfo, name: str) -> int:
    """Unpack a part once: its checksum is right, and its XML defines no entities, which could grow without end.

    Returns
    -------
    int
        Tags in it, for every reader makes something of each.
    """
    if not part.filename.lower().endswith((".xml", ".rels", ".vml")):
        with package.open(part) as unpacked:
            while unpacked.read(_PIECE):
                pass
        return 0
    tail, tags, depth = b"", 0, 0
    with package.open(part) as unpacked:
        while piece := unpacked.read(_PIECE):
            piece = piece.replace(b"\0", b"")  # UTF-16 may be read as well
            tags += (opening := piece.count(b"<"))
            depth += opening - 2 * piece.count(b"</") - piece.count(b"/>")
            if depth > _DEEPEST:
                text = _("{file} 的部件 {part} 已损坏：元素嵌套超过 {most:,} 层。")
                raise DataError(text.format(file=name, part=part.filename, most=_DEEPEST))
            if b"<!DOCTYPE" in tail + piece or b"<!ENTITY" in tail + piece:
                raise DataError(_("{file} 的部件里有文档类型定义（DTD），Office 文件不应有。").format(file=name))
            tail = piece[-16:]
    return tags
