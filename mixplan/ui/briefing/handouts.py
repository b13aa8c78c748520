"""The files that are handed out."""

from dataclasses import asdict
from functools import partial
from operator import eq
from pathlib import PurePath

import streamlit as st

from mixplan.base.files.jsontext import digest
from mixplan.base.i18n import gettext as _
from mixplan.base.progress import Progress
from mixplan.handouts import formats, report
from mixplan.handouts.report import Report
from mixplan.projects import comments
from mixplan.ui import downloads, runs, texts, work
from mixplan.ui.files import project_file
from mixplan.ui.session import BRIEFING_FILES

_File = tuple[str, bytes, str]  # name, content, media type
_Key = tuple[str, ...]  # hash of the inputs, project, language, format, template, comments


def handouts(found: Report) -> None:
    """One button a format: made by a worker with progress, then ready to download."""
    texts.heading(_("会后材料"))
    own = project_file(
        _("单位自己的 PowerPoint 模板（可不给）"),
        ["pptx"],
        ("briefing", "template"),
        key="briefing_template",
        check=_as_it_is,
    )
    left = comments.open_ones(work.project().comments)
    label = _("附上 {count} 条未决批注（含姓名）").format(count=len(left))
    if left and st.toggle(texts.plain(label), key="briefing_comments", help=_("在 PDF、HTML 和 XLSX 里自成一章。")):
        found = report.with_comments(found, left)
    for name in formats.NAMES:
        template = own if name == "pptx" else None
        origin = found.stamp.origin
        key = (
            found.input_hash,
            "" if origin is None else f"{origin.mark} {origin.hash}",
            found.language,
            name,
            template.content if template else "",
            digest({id: asdict(one) for id, one in found.comments.items()}),
        )
        making = _WORK[name]
        runs.collect(making)
        button, result = st.columns([4, 3], vertical_alignment="center", gap="small")
        button.button(
            texts.plain(formats.format_label(name)),
            key=f"briefing_make_{name}",
            width="stretch",
            disabled=runs.running(making),
            on_click=runs.begin,
            args=(making, "mixplan.handouts.formats:make_one", found, name),
            kwargs={"about": key, "options": {"template": work.content(template) if template else None}},
        )
        with result:
            runs.watch(making)
            runs.complain(making, partial(eq, key))
        made = _made().get(key)
        if made is not None and not runs.running(making):
            title, content, mime = made
            file = PurePath(title)
            result.download_button(
                texts.plain(_("下载（{size:.1f} MB）").format(size=len(content) / 1e6)),
                content,
                f"{downloads.named(file.stem)}{file.suffix}",
                mime,
                key=f"briefing_file_{name}",
                on_click="ignore",
                width="stretch",
                type="primary",
            )
    st.caption(
        texts.plain(
            _("输入哈希 {hash}：同样的输入得到同样的内容。每份材料都有来源、假设和版本一页。").format(
                hash=found.input_hash
            )
        )
    )


def _as_it_is(_content: bytes, _name: str) -> None:
    """A template is looked at by the worker that uses it: trying it out takes a moment."""


def _made() -> dict[_Key, _File]:
    return BRIEFING_FILES.or_new({})


def _say(_key: _Key, now: Progress) -> tuple[float, str]:
    return now.done / (now.of or 1), now.text or _("正在制作")


def _take(key: _Key, made: _File) -> None:
    if len(_made()) >= len(formats.NAMES) * 2:
        _made().clear()
    _made()[key] = made


_WORK = {name: runs.Work(f"handout_{name}", _say, _take, lambda: _("停止")) for name in formats.NAMES}
