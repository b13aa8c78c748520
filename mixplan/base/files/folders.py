"""What a folder is like, as far as it matters for what is kept in it."""

import sys
from pathlib import Path

_MOUNTS = Path("/proc/self/mounts")
# File systems that other computers serve, as Linux names them.
_NETWORK = ("nfs", "cifs", "smb", "afs", "9p", "ncp", "webdav", "davfs", "ceph", "glusterfs", "lustre", "fuse.sshfs")
_REMOTE_DRIVE = 4  # what Windows calls a drive of another computer


def on_network(folder: Path) -> bool:
    """Whether a folder lies on another computer, as an office's home folders often do; unknown counts as no."""
    place = folder.resolve()
    if sys.platform == "win32":
        import ctypes

        drive = place.drive
        return drive.startswith("\\\\") or ctypes.windll.kernel32.GetDriveTypeW(drive + "\\") == _REMOTE_DRIVE
    try:
        rows = [line.split() for line in _MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines()]
    except OSError:
        return False
    # The deepest mount that holds the folder decides; spaces in its name are written as octal.
    mounts = [(Path(row[1].replace("\\040", " ")), row[2]) for row in rows if len(row) > 2]
    holding = [(len(mount.parts), kind) for mount, kind in mounts if mount == place or mount in place.parents]
    return max(holding, default=(0, ""))[1].startswith(_NETWORK)
