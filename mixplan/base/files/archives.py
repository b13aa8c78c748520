"""Archives whose bytes depend on their content alone, and packed files that are unpacked within limits."""

import gzip
import io
import re
import zipfile
import zlib

from mixplan.base.errors import DataError
from mixplan.base.files.cells import MAX_REGISTER_BYTES
from mixplan.base.i18n import gettext as _

_PACKED_AT_MOST = 50  # times; maps pack to a sixth, and what packs to much less is one line over and over
_ALWAYS_BYTES = 2**20


def steady_zip(package: bytes) -> bytes:
    """An Office file without the moment of its making, so that the same content gives the same bytes.

    Entries get one fixed date, stated times of creation and change too; workbooks inside a presentation alike.
    """
    fixed = "2011-01-01T00:00:00Z"
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename.endswith(".xlsx"):
                content = steady_zip(content)
            elif entry.filename.endswith("core.xml"):
                content = re.sub(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rb"\g<1>" + fixed.encode(), content)
            target.writestr(_entry(entry.filename), content)
    return out.getvalue()


def bundle_zip(files: dict[str, bytes]) -> bytes:
    """Several files as one, without the moment of its making."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in files.items():
            target.writestr(_entry(name), content)
    return out.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, (2011, 1, 1, 0, 0, 0))
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    return info


def unpacked(content: bytes, name: str) -> bytes:
    """The content of a file that may be packed with gzip, never more of it than a file may have.

    Raises
    ------
    DataError
        Where it is damaged, or unpacks to more than the limit.
    """
    if content[:2] != b"\x1f\x8b":
        return content
    most = min(MAX_REGISTER_BYTES, _PACKED_AT_MOST * len(content) + _ALWAYS_BYTES)
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as packed:
            found = packed.read(most + 1)
    except (OSError, EOFError, zlib.error):
        raise DataError(_("{file} 的 gzip 压缩已损坏，无法解开。").format(file=name)) from None
    if len(found) > most:
        raise DataError(
            _("{file} 解压后超过 {limit:.0f} MB 的上限（原文件的 {times} 倍，不多于 {most:.0f} MB）。").format(
                file=name, limit=most / 2**20, times=_PACKED_AT_MOST, most=MAX_REGISTER_BYTES / 2**20
            )
        )
    return found
