"""Where the application's own files lie: in a checkout beside the package, in an installed wheel inside it."""

from pathlib import Path

_PACKAGE = Path(__file__).parents[1]
_INSTALLED = _PACKAGE / "_app"

APP_ROOT = _INSTALLED if _INSTALLED.is_dir() else _PACKAGE.parent
DATA_DIR = APP_ROOT / "data"
ASSETS = _PACKAGE / "assets"
PAGES = APP_ROOT / "pages"
ROUTER = _PACKAGE / "ui" / "routing" / "router.py"
