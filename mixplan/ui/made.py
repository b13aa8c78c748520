"""Files that take long enough to hold others up: asked for at a button, made by a worker, then downloaded there."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mixplan.base.i18n import get_language
from mixplan.base.i18n import gettext as _
from mixplan.base.progress import Progress
from mixplan.ui import runs, texts
from mixplan.ui.session import FILE_ASKED, FILES, keep_latest

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

_KEPT = 4
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_About = tuple[str, str, Hashable, str]  # key of the buttons, name of the file, version, language


@dataclass(frozen=True)
class File:
    """A file that a worker makes.

    Attributes
    ----------
    label, name, mime : str
        What its button says, and the file's name and media type.
    function : str
        ``module:function`` that hands its content back.
    given, options : callable
        Arguments for that, worked out when somebody asks for the file.
    """

    label: str
    name: str
    mime: str
    function: str
    given: Callable[[], Sequence[Any]]
    options: Callable[[], Mapping[str, Any]] = dict


def made_downloads(
    files: Mapping[str, File], boxes: Sequence[DeltaGenerator], *, key: str, version: Callable[[], Hashable]
) -> None:
    """A button a file, in the boxes; what is being made shows its progress below them.

    Parameters
    ----------
    files : mapping
        By the end of the button's key, such as ``png``.
    version : callable
        Whatever tells what the files show now from what they showed before; the language is seen to.
    """
    runs.collect(FILE)
    busy = runs.running(FILE) and _asked() == key
    abouts = []
    for (end, file), box in zip(files.items(), boxes, strict=True):
        abouts.append(_about(key, file, version))
        content = FILES.or_new(OrderedDict()).get(abouts[-1])
        if content is None:
            box.button(
                texts.plain(file.label),
                key=f"{key}_{end}",
                width="stretch",
                disabled=busy,
                on_click=_ask,
                args=(key, file, version),
            )
            continue
        box.download_button(
            texts.plain(_("下载 {file}").format(file=file.label)),
            content,
            file.name,
            file.mime,
            key=f"{key}_{end}_ready",
            width="stretch",
            type="primary",
            icon=":material/download:",
            on_click="ignore",
        )
    if _asked() == key:
        runs.watch(FILE)
        runs.complain(FILE, abouts.__contains__)


def _about(key: str, file: File, version: Callable[[], Hashable]) -> _About:
    return key, file.name, version(), get_language()


def _ask(key: str, file: File, version: Callable[[], Hashable]) -> None:
    runs.drop(FILE)  # one file at a time: nobody waits any more for what was asked for before
    FILE_ASKED.put(key)
    runs.begin(FILE, file.function, *file.given(), about=_about(key, file, version), options=file.options())


def _asked() -> str | None:
    """At which buttons a file was asked for last; a page that is loaded again learns it from the run."""
    if not FILE_ASKED.known() and (job := runs.job_of(FILE)) is not None:
        FILE_ASKED.put(job.about[0])
    return FILE_ASKED.get()


def _say(_about: _About, now: Progress) -> tuple[float, str]:
    return now.done / (now.of or 1), now.text or _("正在制作")


def _take(about: _About, content: bytes) -> None:
    keep_latest(FILES, about, content, _KEPT)


FILE = runs.Work("file", _say, _take, lambda: _("停止"))
