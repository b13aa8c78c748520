"""What the command line prints of names cannot steer the terminal."""

import io
import json

from hypothesis import given
from hypothesis import strategies as st

from mixplan.base.files.jsontext import json_text
from mixplan.cli.entry import Legible, main

ROWS = "id,name,kind,lon,lat\n"


def printed(text):
    stream = io.StringIO()
    print(text, file=Legible(stream), end="")
    return stream.getvalue()


def test_signs_that_steer_a_terminal_are_spelt_out():
    assert printed("站\x1b[2J\x1b]0;题\x07 \x9b31m \u202e反\u202c") == (
        "站\\u001b[2J\\u001b]0;题\\u0007 \\u009b31m \\u202e反\\u202c"
    )


def test_lines_tabs_and_our_own_progress_stay():
    text = "甲\t乙\n\r 40% 绘图\x1b[K"
    assert printed(text) == text


@given(st.text())
def test_a_json_result_is_the_same_after_it(text):
    assert json.loads(printed(json_text({"name": text}))) == {"name": text}


def test_a_name_in_a_message_of_a_command_is_spelt_out(capsys, tmp_path):
    register = tmp_path / "own.csv"
    register.write_text(ROWS + "a,甲,\x1b[2J砖厂,116.4,39.9\n", encoding="utf-8")
    code = main(["screen", "--plants", str(register)])
    out, err = capsys.readouterr()
    assert code == 1 and "\x1b" not in out + err
    assert "\\u001b[2J砖厂" in out + err
