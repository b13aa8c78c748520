"""The command line: the same functions as the pages. Exit codes: 0 fine, 1 bad input, 2 usage.

This module knows the commands by name only, so that help and version come at once; a command's module is imported when
the command is called.
"""

import argparse
import gc
import io
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from importlib import import_module
from typing import Any, TextIO, cast

from mixplan import __version__
from mixplan.base.errors import MixplanError
from mixplan.base.i18n import LANGUAGES, N_, set_language
from mixplan.base.i18n import gettext as _
from mixplan.base.legible import legible

# Commands in the order of the help; each is a module beside this one with ``add_arguments`` and ``run``.
COMMANDS = {
    "serve": N_("在浏览器中打开工作台"),
    "where": N_("一个坐标在哪条环路、哪个区、离各区域多远"),
    "screen": N_("按生效规则筛查站点"),
    "coverage": N_("禁现区被砂浆厂覆盖和保障的程度"),
    "targets": N_("各项规划目标的进度"),
    "audit": N_("核对规划自己的数字"),
    "consolidate": N_("治理整合：哪些搅拌站保留、改造、整合或退出"),
    "site": N_("新建砂浆生产线的选址方案，连同与理论最优的差距"),
    "project": N_("项目：列出、导出、导入、核对"),
    "report": N_("会议材料：PPTX、PDF、单个网页、工作簿、地理数据"),
}


class CommandParser(argparse.ArgumentParser):
    """Parser of one command, which imports the command's module when it is first asked."""

    def __init__(self, *, module: str, **options: Any) -> None:
        super().__init__(**options)
        self.module = module

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Parse the command's arguments, and name the function that runs it."""
        # What libraries bring lasts as long as the process: to look for garbage in it takes a tenth of a short command.
        gc.disable()
        command = import_module(f"mixplan.cli.{self.module}")
        if not gc.get_freeze_count():
            gc.freeze()
        gc.enable()
        command.add_arguments(self)
        self.set_defaults(run=command.run)
        known, rest = super().parse_known_args(args, namespace)
        self._check_output(known)
        return known, rest

    def _check_output(self, args: argparse.Namespace) -> None:
        """Refuse ``-o FILE`` without the form in which the file is to be, before anything is worked out."""
        forms = getattr(args, "forms", ())
        if forms and args.output is not None and not any(getattr(args, form) for form in forms):
            options = _("、").join(f"--{form}" for form in forms)
            self.error(_("-o 要与 {options} 同用").format(options=options))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="mixplan", description=_("北京市散装水泥、预拌制品和预制构件“十二五”规划工作台")
    )
    parser.add_argument("--version", action="version", version=f"mixplan {__version__}")
    parser.add_argument("--lang", choices=list(LANGUAGES), default="zh", help=_("输出语言"))
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=CommandParser)
    for name, text in COMMANDS.items():
        commands.add_parser(name, help=_(text), module=name)
    return parser


def _utf8_output() -> None:
    """Files and pipes get UTF-8; a console keeps its own encoding, with a mark for what it cannot show."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")


class Legible:
    """A stream that writes steering signs in names spelt out."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write a text, its control signs spelt out."""
        self._stream.write(legible(text))
        return len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    _utf8_output()
    # Whatever a library expects of a stream it finds behind these.
    with redirect_stdout(cast(TextIO, Legible(sys.stdout))), redirect_stderr(cast(TextIO, Legible(sys.stderr))):
        return _main(argv)


def _main(argv: Sequence[str] | None) -> int:
    # The language first: the help texts are written in it.
    early = argparse.ArgumentParser(add_help=False)
    early.add_argument("--lang", default="zh")
    set_language(early.parse_known_args(argv)[0].lang)
    try:
        args = _parser().parse_args(argv)
        code: int = args.run(args)
    except MixplanError as error:
        print(error, file=sys.stderr)
        return 1
    except BrokenPipeError:
        sys.stderr.close()  # the reader has gone, as with `mixplan screen | head`
        return 0
    return code
