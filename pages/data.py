"""数据与来源: where every figure comes from, under which licence, and how accurate it is."""

import streamlit as st

from mixplan import ui
from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import local
from mixplan.plan.datapackage import load_descriptor
from mixplan.ui.data import tables
from mixplan.ui.texts import plain

ui.begin("data")
ui.header(_("数据与来源"), _("每个数字从哪里来，可以怎样使用，有多准？"))

descriptor = load_descriptor()
st.write(plain(local(descriptor, "description")))
files, rules, unmapped = st.tabs([_("数据文件"), _("规则与假设"), _("未上图的敏感区")])
with files:
    tables.resources(descriptor)
with rules:
    tables.rule_table(ui.rules())
with unmapped:
    tables.unmapped()
ui.footer(_("本页由 data/datapackage.json 和 data/rules.toml 生成。"))
