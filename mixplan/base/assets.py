"""The application's own files that go into pages and hand-outs."""

import re
from functools import cache
from importlib import metadata, resources
from pathlib import Path

from mixplan.base.files.cells import file_content
from mixplan.base.paths import ASSETS


def asset_text(name: str) -> str:
    """Text of one of our own assets, such as the map script."""
    return (ASSETS / name).read_text(encoding="utf-8")


def leaflet_folder() -> Path:
    """Where Leaflet's script and style lie, as its package ships them; nothing of the package is run."""
    package = metadata.distribution("django-js-lib-leaflet")
    return Path(str(package.locate_file("js_lib_leaflet/static/js_lib_leaflet")))


@cache
def leaflet_text(name: str) -> str:
    """Text of a file of Leaflet as its package ships it."""
    return (leaflet_folder() / name).read_text(encoding="utf-8")


def map_script(*own: str) -> str:
    """Leaflet and some of our own scripts after it, as one."""
    leaflet = re.sub(r"//# sourceMappingURL=\S+", "", leaflet_text("leaflet.js"))
    return "\n".join([leaflet, *map(asset_text, own)])


def map_style() -> str:
    """The style of Leaflet, without its pictures, and ours of the maps."""
    return re.sub(r"url\([^)]*\)", "none", leaflet_text("leaflet.css")) + asset_text("map.css")


@cache
def font_bytes() -> bytes:
    """The Chinese font of every hand-out, as its package ships it (OpenType)."""
    return Path(str(resources.files("pylopdf_fonts_zh_cn") / "NotoSansSC-Regular.otf")).read_bytes()


def read_template(path: Path) -> bytes:
    """A department's own PowerPoint file."""
    return file_content(path)


def package_text(package: str, path: str) -> str:
    """A text that an installed package brings, by its path inside the package."""
    return resources.files(package).joinpath(path).read_text(encoding="utf-8")
