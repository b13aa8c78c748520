"""What a browser is told to fetch beside a page's first scripts, because every page will need it.

Streamlit's page fetches the script of a kind of widget when the first such widget comes, then what that script imports,
and so on: a dozen steps, each of which waits for the last.
"""

import re
from functools import cache
from importlib import resources

from mixplan.base.assets import package_text

# The scripts of what stands beside and in a map; not those of tables and charts, which are long and come after it.
WIDGETS = (
    *("ComponentInstance", "BidiComponent", "ButtonGroup", "Button", "DownloadButton", "Slider", "Selectbox"),
    *("Metric", "Html", "Expander", "IFrameUtil"),
)
_LONG = 8_000  # characters; the dozen scripts beyond it are nearly all there is to fetch
_IMPORTED = re.compile(r"""(?:from|import)["'`]\./([\w.-]+\.js)["'`]""")


@cache
def _scripts() -> tuple[str, ...]:
    """Names of the scripts with all that they import, without those that the page itself names."""
    named = set(re.findall(r"static/js/([\w.-]+\.js)", package_text("streamlit", "static/index.html")))
    folder = resources.files("streamlit").joinpath("static", "static", "js")
    still = [one.name for one in folder.iterdir() if one.name.split(".")[0] in WIDGETS and one.name.endswith(".js")]
    found: set[str] = set()
    while still:
        name = still.pop()
        if name not in found | named:
            found.add(name)
            still += _IMPORTED.findall(package_text("streamlit", f"static/static/js/{name}"))
    return tuple(sorted(found))


@cache
def preloads() -> str:
    """The ``Link`` header of a page; the long scripts let the page's own go before them.

    It is kept short, for a proxy may refuse an answer whose headers come to more than 4 kB: addresses are relative to
    the page's own, as they are in the page, whatever the base path.
    """
    return ", ".join(f"<static/js/{name}>; rel=modulepreload{_later(name)}" for name in _scripts())


def _later(name: str) -> str:
    return "; fetchpriority=low" if len(package_text("streamlit", f"static/static/js/{name}")) > _LONG else ""
