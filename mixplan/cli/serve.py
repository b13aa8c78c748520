"""The command ``mixplan serve``: the workbench in a browser."""

import argparse
import os
import runpy
import sys
from contextlib import redirect_stderr, redirect_stdout

from mixplan.base.i18n import gettext as _
from mixplan.base.paths import APP_ROOT


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``serve`` takes."""
    parser.add_argument("--port", type=_port, default=8501)
    parser.add_argument("--address", default="127.0.0.1", help=_("监听地址；0.0.0.0 表示允许办公网内其他电脑访问"))
    parser.add_argument("--no-browser", action="store_true", help=_("不自动打开浏览器"))


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 5 and 0 < int(text) < 65536):
        raise argparse.ArgumentTypeError(_("端口应为 1–65535 的整数，收到的是“{text}”").format(text=text))
    return int(text)


def run(args: argparse.Namespace) -> int:
    """Serve until stopped."""
    # In this process, so that stopping the command stops the server. Streamlit takes its settings from
    # .streamlit/config.toml in the working directory.
    sys.argv = ["streamlit", "run", str(APP_ROOT / "app.py")]
    sys.argv += ["--server.port", str(args.port), "--server.address", args.address]
    sys.argv += ["--server.showEmailPrompt", "false"]  # on a new machine Streamlit would wait for an answer
    sys.argv += ["--server.headless", str(args.no_browser).lower()]
    os.chdir(APP_ROOT)
    # Streamlit colours its own lines, which the command line's streams would spell out.
    with redirect_stdout(sys.__stdout__), redirect_stderr(sys.__stderr__):
        runpy.run_module("streamlit", run_name="__main__", alter_sys=True)
    return 0
