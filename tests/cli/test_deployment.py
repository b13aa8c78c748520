"""The files of docs/deployment.md: what they say is understood by those who read them."""

import argparse
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from mixplan.cli import serve
from mixplan.projects.department import department

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    """The one file of a language in the document."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", TEXT, flags=re.MULTILINE | re.DOTALL)
    return str(found)


def understood(command: str) -> argparse.Namespace:
    """Options of a ``mixplan serve``, which must all be known."""
    program, name, *options = shlex.split(command)
    assert (Path(program).name, name) == ("mixplan", "serve")
    parser = argparse.ArgumentParser()
    serve.add_arguments(parser)
    return parser.parse_args(options)


def test_the_roles_of_the_example_are_those_that_are_told():
    assert "cookie_secret" in department(tomllib.loads(block("toml"))).problem, "nobody runs it without filling it in"
    found = department(tomllib.loads(block("toml").replace("……", "0" * 64)))
    assert found.on and not found.problem
    mails = ("chu", "li", "kan", "x")
    roles = {mail: found.person({"email": f"{mail}@office.example"}, now=0.0).role for mail in mails}
    assert roles == {"chu": "admin", "li": "planner", "kan": "viewer", "x": "nobody"}
    assert found.person({"email": "x@office.example", "groups": ["mixplan-review"]}, now=0.0).role == "reviewer"


def test_unit_and_container_begin_the_workbench_with_options_that_it_has():
    (command,) = re.findall(r"^ExecStart=(.*)$", block("ini"), flags=re.MULTILINE)
    assert understood(command).workers == 2
    (command,) = re.findall(r"^CMD \[(.*)\]$", (ROOT / "Containerfile").read_text(), flags=re.MULTILINE)
    assert understood(command.replace(",", " ")).address == "0.0.0.0"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path):
    unit = tmp_path / "mixplan.service"
    unit.write_text(block("ini").replace("/opt/mixplan/bin/mixplan", sys.executable), encoding="utf-8")
    done = subprocess.run(["systemd-analyze", "verify", unit], check=False, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
