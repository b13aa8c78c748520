"""The data page's tables, all rendered from the descriptor and the rule file themselves."""

from typing import Any

import pandas as pd
import streamlit as st

from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import local
from mixplan.city.layers import load_unmapped_areas
from mixplan.plan.rules import RuleBook
from mixplan.plan.words import labelled, rule_kind_label, sensitive_kind_label, unit_text
from mixplan.ui.downloads import table_downloads
from mixplan.ui.texts import bullets, plain


def _titles(items: list[dict[str, str]]) -> str:
    return _("、").join(item["title"] for item in items)


def resources(descriptor: dict[str, Any]) -> None:
    """Every data file: what it holds, where it is from, its licence, accuracy and checksum."""
    files = descriptor["resources"]
    overview = pd.DataFrame(
        {
            _("文件"): [f"data/{r['path']}" for r in files],
            _("内容"): [local(r, "title") for r in files],
            _("来源"): [_titles(r["sources"]) for r in files],
            _("许可"): [_titles(r["licenses"]) for r in files],
            _("精度"): [r.get("accuracy", "—") for r in files],
            _("坐标系"): [r.get("crs", "—") for r in files],
            _("大小（字节）"): [r["bytes"] for r in files],
            "SHA-256": [r["hash"].removeprefix("sha256:") for r in files],
        }
    )
    st.dataframe(overview, hide_index=True, width="stretch", height="content")
    table_downloads(overview, _("数据清单"), key="resources")
    for resource in files:
        with st.expander(plain(f"data/{resource['path']} · {local(resource, 'title')}")):
            st.write(plain(local(resource, "description")))
            bullets(
                [
                    _("来源：{text}").format(text=_titles(resource["sources"])),
                    _("许可：{text}").format(text=_titles(resource["licenses"])),
                    _("精度：{text}").format(text=resource.get("accuracy", "—")),
                ]
            )
            fields = resource.get("schema", {}).get("fields", [])
            if fields:
                rows = [(f["name"], f.get("type", ""), f.get("description", "")) for f in fields]
                st.dataframe(
                    pd.DataFrame(rows, columns=[_("字段"), _("类型"), _("说明")]), hide_index=True, width="stretch"
                )


def rule_table(book: RuleBook) -> None:
    """Every rule and every parameter, with clause, dates and whether it is the plan's or an assumption."""
    rules = pd.DataFrame(
        {
            _("规则"): [local(r, "title") for r in book.rules],
            _("性质"): [rule_kind_label(r.kind) for r in book.rules],
            _("数值"): [str(r.value) for r in book.rules],
            _("单位"): [unit_text(r.unit) for r in book.rules],
            _("条款"): [r.clause for r in book.rules],
            _("生效"): [r.in_force_from.isoformat() for r in book.rules],
            _("失效"): [r.in_force_to.isoformat() if r.in_force_to else "—" for r in book.rules],
            _("说明"): [local(r, "note") for r in book.rules],
            _("来源"): [r.source for r in book.rules],
        }
    )
    st.dataframe(rules, hide_index=True, width="stretch", height="content")
    parameters = pd.DataFrame(
        {
            _("参数"): [local(p, "title") for p in book.parameters.values()],
            _("性质"): [rule_kind_label(p.kind) for p in book.parameters.values()],
            _("数值"): [p.value for p in book.parameters.values()],
            _("单位"): [unit_text(p.unit) for p in book.parameters.values()],
            _("来源"): [p.source for p in book.parameters.values()],
        }
    )
    st.dataframe(parameters, hide_index=True, width="stretch", height="content")


def unmapped() -> None:
    """Sensitive areas that no map shows, because nobody has published where they lie."""
    areas = load_unmapped_areas()
    st.write(
        plain(
            _(
                "以下 {count} 处敏感区只知名称，没有可用的范围或位置，因此不上图，也不参与筛查：不在图上不等于没有。"
            ).format(count=len(areas))
        )
    )
    rows = pd.DataFrame(
        {
            _("名称"): areas["name"],
            _("类别"): labelled(areas["kind"], sensitive_kind_label),
            _("级别"): areas["level"],
            _("区县"): areas["district"],
            _("面积（公顷）"): areas["area_ha"],
            _("原因"): areas["reason"],
            _("来源"): areas["source"],
        }
    )
    st.dataframe(rows, hide_index=True, width="stretch", height="content")
