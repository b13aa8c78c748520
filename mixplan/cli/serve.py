"""The command ``mixplan serve``: the workbench in a browser."""

import argparse
import asyncio
import contextlib
import ipaddress
import os
import re
import runpy
import signal
import sys
import threading
import webbrowser
from contextlib import redirect_stderr, redirect_stdout

from mixplan.base import memory
from mixplan.base.i18n import gettext as _
from mixplan.base.paths import APP_ROOT

_LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``serve`` takes."""
    parser.add_argument("--port", type=_port, default=8501)
    parser.add_argument("--address", default="127.0.0.1", help=_("监听地址；0.0.0.0 表示允许办公网内其他电脑访问"))
    parser.add_argument("--no-browser", action="store_true", help=_("不自动打开浏览器"))
    parser.add_argument(
        "--host",
        action="append",
        default=[],
        metavar="NAME",
        help=_("浏览器里用的主机名，可重复；只监听本机而前面有反向代理时要写明"),
    )
    parser.add_argument("--base-path", type=_base_path, default="", help=_("网址中的路径前缀，如 mixplan"))
    parser.add_argument("--workers", type=_workers, default=1, help=_("服务进程数；人多时与处理器核数相同"))
    parser.add_argument("--one-of-several", action="store_true", help=argparse.SUPPRESS)


def _port(text: str) -> int:
    return _count(text, 65535, _("端口应为 1–65535 的整数，收到的是“{text}”"))


def _workers(text: str) -> int:
    return _count(text, 64, _("服务进程数应为 1–64 的整数，收到的是“{text}”"))


def _count(text: str, most: int, refusal: str) -> int:
    if not (re.fullmatch("[0-9]{1,5}", text) and 0 < int(text) <= most):
        raise argparse.ArgumentTypeError(refusal.format(text=text))
    return int(text)


def _base_path(text: str) -> str:
    path = text.strip("/")
    if not re.fullmatch(r"[A-Za-z0-9_/-]*", path):
        raise argparse.ArgumentTypeError(_("路径前缀只能用字母、数字、“-”和“_”，收到的是“{text}”").format(text=text))
    return path


def run(args: argparse.Namespace) -> int:
    """Serve until stopped."""
    from mixplan.jobs.pool import Pace, cores

    # A setting that cannot be used is said here: the pool that reads it has nobody to tell.
    Pace.from_environment()
    cores()
    if not args.one_of_several and not _is_local(args.address):
        print(
            _(
                "注意：{address} 对办公网开放，不加密；没有设登录（secrets.toml 的 [auth]）时，连得上的人都能使用。"
                "请放在带 TLS 的反向代理后面，只监听 127.0.0.1，做法见 docs/deployment.md。"
            ).format(address=args.address),
            file=sys.stderr,
            flush=True,
        )
    return _serve_with_several(args) if args.workers > 1 else _serve(args)


def _url(args: argparse.Namespace) -> str:
    name = "127.0.0.1" if args.address in {"0.0.0.0", "::"} else args.address
    return f"http://{name}:{args.port}/{args.base_path}"


def _is_local(address: str) -> bool:
    try:
        return address == "localhost" or ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _shared_options(args: argparse.Namespace) -> list[str]:
    options = [word for host in args.host for word in ("--host", host)]
    return options + (["--base-path", args.base_path] if args.base_path else [])


def _serve(args: argparse.Namespace) -> int:
    # In this process, so that stopping the command stops the server. Streamlit takes its settings from
    # .streamlit/config.toml in the working directory.
    sys.argv = ["streamlit", "run", str(APP_ROOT / "app.py")]
    sys.argv += ["--server.port", str(args.port), "--server.address", args.address]
    sys.argv += ["--server.showEmailPrompt", "false"]  # on a new machine Streamlit would wait for an answer
    sys.argv += ["--server.headless", str(args.no_browser or args.one_of_several).lower()]
    sys.argv += ["--server.baseUrlPath", args.base_path] if args.base_path else []
    # A page from elsewhere could give its own name this machine's address and so speak to a server that only this
    # machine reaches: names that are not the server's are refused.
    for host in (*_LOCAL_HOSTS, *args.host) if _is_local(args.address) else args.host:
        sys.argv += ["--server.allowedHosts", host]
    os.chdir(APP_ROOT)
    memory.share_arenas()  # before libraries begin threads, for what those open stays open
    if args.one_of_several:
        threading.Thread(target=_end_with_who_began_this, daemon=True).start()
    else:
        print(_("工作台：{url}（按 Ctrl+C 停止）").format(url=_url(args)), flush=True)
    # Streamlit colours its own lines, which the command line's streams would spell out.
    with redirect_stdout(sys.__stdout__), redirect_stderr(sys.__stderr__):
        runpy.run_module("streamlit", run_name="__main__", alter_sys=True)
    return 0


def _end_with_who_began_this() -> None:
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)


def _serve_with_several(args: argparse.Namespace) -> int:
    from mixplan.cli.workers import Workers, serve

    workers = Workers(args.workers, _shared_options(args), base_path=args.base_path)
    url = _url(args)
    print(_("工作台：{url}（{count} 个服务进程）").format(url=url, count=args.workers), flush=True)
    if not args.no_browser:
        shown = threading.Timer(5.0, webbrowser.open, [url])
        shown.daemon = True  # none where nothing could be served
        shown.start()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(args.address, args.port, workers))
    return 0
