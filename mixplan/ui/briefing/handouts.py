"""The files that are handed out."""

from typing import Any

import streamlit as st

from mixplan.base.errors import MixplanError
from mixplan.base.i18n import gettext as _
from mixplan.base.progress import Progress
from mixplan.handouts import formats
from mixplan.handouts.report import Report
from mixplan.ui import texts
from mixplan.ui.session import BRIEFING_FILES

_File = tuple[str, bytes, str]  # name, content, media type


def handouts(found: Report) -> None:
    """One button a format: made on the server with progress, then ready to download."""
    texts.heading(_("会后材料"))
    upload = st.file_uploader(_("单位自己的 PowerPoint 模板（可不给）"), type=["pptx"], key="briefing_template")
    template = upload.getvalue() if upload is not None else None
    made = BRIEFING_FILES.or_new({})
    for name in formats.NAMES:
        key = (found.input_hash, found.language, name, upload.file_id if upload and name == "pptx" else "")
        button, result = st.columns([4, 3], vertical_alignment="center", gap="small")
        if button.button(texts.plain(formats.format_label(name)), key=f"briefing_make_{name}", width="stretch"):
            _make(found, name, template, key, made, result)
        if key in made:
            title, content, mime = made[key]
            result.download_button(
                texts.plain(_("下载（{size:.1f} MB）").format(size=len(content) / 1e6)),
                content,
                title,
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


def _make(
    found: Report,
    name: str,
    template: bytes | None,
    key: tuple[str, ...],
    made: dict[tuple[str, ...], _File],
    place: Any,
) -> None:
    bar = place.progress(0.0, text=_("正在制作"))
    try:
        one = formats.make_one(found, name, template=template, watcher=lambda now: _shown(bar, now))
    except MixplanError as problem:
        bar.empty()
        texts.message("error", str(problem), place)
        return
    bar.empty()
    if len(made) >= len(formats.NAMES) * 2:
        made.clear()
    made[key] = one


def _shown(bar: Any, now: Progress) -> bool:
    bar.progress(min(now.done / now.of, 1.0), text=texts.plain(now.text))
    return True
