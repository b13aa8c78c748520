"""Content kept under its own hash: in memory, and in a folder that several processes and a restarted one share."""

import gzip
import hashlib
import re
import threading
import time
import zlib
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from mixplan.base.errors import DataError
from mixplan.base.files.writing import write_file

_NAME = re.compile(r"[0-9a-f]{64}")
_SUFFIX = ".gz"


def is_hash(text: object) -> bool:
    """Whether something can be the SHA-256 under which content is kept."""
    return isinstance(text, str) and _NAME.fullmatch(text) is not None


class KeptContent:
    """Content that never changes, under the SHA-256 of itself, packed with gzip.

    Parameters
    ----------
    folder : callable
        Where it is kept beyond this process; asked when something is written or looked for.
    memory_bytes, folder_bytes : int
        How much is kept at most, packed; what was used longest ago goes first.
    days : float
        Files that nobody has read for so long go as well.
    """

    def __init__(
        self,
        folder: Callable[[], Path],
        *,
        memory_bytes: int = 64 * 2**20,
        folder_bytes: int = 512 * 2**20,
        days: float = 30,
    ) -> None:
        self._folder = folder
        self._memory_bytes, self._folder_bytes, self._seconds = memory_bytes, folder_bytes, days * 86_400
        self._memory: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()
        self._written = 0

    def put(self, content: bytes) -> str:
        """Keep something; the answer is the name under which it is found again.

        Where the folder cannot be written to, this process alone has it.
        """
        name = hashlib.sha256(content).hexdigest()
        if not self.holds(name):
            packed = gzip.compress(content, compresslevel=6, mtime=0)
            self._remember(name, packed)
            try:
                self._tidy()
                write_file(self._folder() / (name + _SUFFIX), packed)
            except (DataError, OSError):
                pass
        return name

    def holds(self, name: str) -> bool:
        """Whether this process has it, or the folder."""
        return name in self._memory or self.packed(name) is not None

    def packed(self, name: str) -> bytes | None:
        """What is kept under a name, as gzip packs it; none where nothing is, or where it is no such name."""
        if not is_hash(name):
            return None
        with self._lock:
            if name in self._memory:
                self._memory.move_to_end(name)
                return self._memory[name]
        file = self._folder() / (name + _SUFFIX)
        try:
            packed = file.read_bytes()
            if hashlib.sha256(gzip.decompress(packed)).hexdigest() != name:
                return None
        except (OSError, EOFError, zlib.error):  # missing, or damaged
            return None
        with suppress(OSError):  # a folder that may only be read
            file.touch()
        self._remember(name, packed)
        return packed

    def _remember(self, name: str, packed: bytes) -> None:
        with self._lock:
            self._memory[name] = packed
            while sum(map(len, self._memory.values())) > self._memory_bytes and len(self._memory) > 1:
                self._memory.popitem(last=False)

    def _tidy(self) -> None:
        """Now and then: take away what is old, and the oldest where there is too much."""
        self._written += 1
        if self._written % 200 != 1:
            return
        files = []
        for file in self._folder().glob("*" + _SUFFIX):
            try:
                about = file.stat()
            except OSError:  # another process has just taken it away
                continue
            files.append((about.st_mtime, about.st_size, file))
        left, oldest = self._folder_bytes, time.time() - self._seconds
        for read, size, file in sorted(files, reverse=True):
            left -= size
            if left < 0 or read < oldest:
                file.unlink(missing_ok=True)
