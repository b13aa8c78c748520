"""Names of files: any text gives one that every system takes and that shows what it is."""

import unicodedata
from pathlib import PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixplan.base.files.names import file_stem


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (["新线布局"], "新线布局"),
        (["供需平衡", "预拌 砂浆"], "供需平衡_预拌_砂浆"),
        (["../../etc/passwd"], "etc_passwd"),
        (["..\\..\\autoexec.bat"], "autoexec.bat"),
        (["C:\\x"], "C_x"),
        (["plan\u202efdp.exe"], "planfdp.exe"),
        (["a\x00b\x1b[2J"], "ab[2J"),
        (["a\r\nSet-Cookie: x"], "a_Set-Cookie_x"),
        (["con"], "con_"),
        (["NUL.txt"], "NUL_.txt"),
        (["....", " "], "mixplan"),
        (["长" * 300], "长" * 80),
    ],
)
def test_what_becomes_of_a_name(parts, name):
    assert file_stem(*parts) == name


@given(st.lists(st.text(), min_size=1, max_size=3))
def test_no_text_leaves_its_folder_or_hides_anything(parts):
    name = file_stem(*parts)
    assert name and PureWindowsPath(name).name == name and not PureWindowsPath(name).is_reserved()
    assert not name.startswith(".") and not name.endswith((".", " "))
    assert not any(unicodedata.category(c).startswith("C") for c in name)
