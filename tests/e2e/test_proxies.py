"""nginx and Caddy in front of the workbench, set up by the files of docs/serving.md word for word."""

import contextlib
import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from e2e.conftest import CHROMIUM, FLAGS, ROOT, Workbench, free_port, serving
from oidc import Provider, secrets_file
from playwright.sync_api import Browser, Playwright, Route

from mixplan.base.identity import COOKIE

NAME = "plan.example"
USER, WORD = "planner", "a word to enter"
TEXT = (ROOT / "docs" / "serving.md").read_text(encoding="utf-8")
STATIONS = 2000


def program(name: str) -> str:
    """Where a proxy is installed; the test is for machines that have it."""
    return shutil.which(name, path="/usr/sbin:/usr/bin:/usr/local/bin:/bin") or ""


def block(heading: str) -> str:
    """The file below a heading of the document."""
    found = re.search(rf"^### {heading}$.*?^```\w*\n(.*?)^```$", TEXT, flags=re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


def put(text: str, **replaced: str) -> str:
    """The document's file with this machine's own places: each of the words must be there."""
    for old, new in replaced.items():
        assert old in text
        text = text.replace(old, new)
    return text


def without_login(text: str) -> str:
    """A proxy's file without its own login, as where the office's takes its place."""
    kept = re.sub(r"^ *auth_basic.*\n", "", text, flags=re.MULTILINE)
    return re.sub(r"^ *basicauth \{.*?^    \}\n", "", kept, flags=re.MULTILINE | re.DOTALL)


def nginx(folder: Path, port: int, behind: int, *, login: bool = True) -> list[str]:
    key, certificate = folder / "plan.key", folder / "plan.crt"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", f"/CN={NAME}"]
    subprocess.run([*made, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    (folder / "mixplan.users").write_text(f"{USER}:{{PLAIN}}{WORD}\n")
    places = {
        "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
        "/etc/nginx/plan.crt": str(certificate),
        "/etc/nginx/plan.key": str(key),
        "/etc/nginx/mixplan.users": str(folder / "mixplan.users"),
        "127.0.0.1:8501": f"127.0.0.1:{behind}",
    }
    kept = "".join(
        f"{what}_temp_path {folder / what};\n" for what in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    # Begun by root it would otherwise work under a name that cannot read this folder.
    who = "user root;\n" if os.geteuid() == 0 else ""
    around = f"{who}daemon off;\npid {folder}/pid;\nevents {{}}\nhttp {{\naccess_log off;\n{kept}"
    text = put(block("nginx"), **places)
    text = text if login else without_login(text)
    (folder / "nginx.conf").write_text(f"{around}{text}}}\n", encoding="utf-8")
    return [program("nginx"), "-e", str(folder / "error.log"), "-p", str(folder), "-c", str(folder / "nginx.conf")]


def caddy(folder: Path, port: int, behind: int, *, login: bool = True) -> list[str]:
    hashed = subprocess.run(
        [program("caddy"), "hash-password", "--plaintext", WORD], check=True, capture_output=True, text=True
    )
    places = {
        f"{NAME} {{": f"https://{NAME}:{port} {{\nbind 127.0.0.1",
        "$2a$14$...": hashed.stdout.strip(),
        "127.0.0.1:8501": f"127.0.0.1:{behind}",
    }
    # Its own place for certificates, nothing put into the machine's, and no second address that sends on to this one.
    own = f"{{\nadmin off\nskip_install_trust\nauto_https disable_redirects\nstorage file_system {folder}/store\n}}\n"
    text = put(block("Caddy"), **places)
    (folder / "Caddyfile").write_text(own + (text if login else without_login(text)), encoding="utf-8")
    return [program("caddy"), "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]


@contextlib.contextmanager
def in_front(kind: Any, folder: Path, behind: int, *, port: int | None = None, login: bool = True) -> Iterator[int]:
    """A proxy in front of a port, with its own login or without; its own port once it answers."""
    port = port or free_port()
    with (folder / "proxy.txt").open("w+") as log:
        process = subprocess.Popen(kind(folder, port, behind, login=login), stdout=log, stderr=subprocess.STDOUT)
        try:
            until_tls(port, process, log)
            yield port
        finally:
            process.terminate()
            process.wait(timeout=30)


def until_tls(port: int, process: subprocess.Popen[bytes], log: Any) -> None:
    """Wait until something behind a port speaks TLS."""
    unchecked = ssl._create_unverified_context()
    end = time.monotonic() + 30
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as plain:
            unchecked.wrap_socket(plain, server_hostname=NAME).close()
            return
        time.sleep(0.1)
    log.seek(0)
    pytest.fail(f"the proxy did not start:\n{log.read()}")


@pytest.fixture(scope="module")
def named_browser(playwright_: Playwright) -> Iterator[Browser]:
    """A browser for which the document's host name is this machine."""
    flags = [*FLAGS, f"--host-resolver-rules=MAP {NAME} 127.0.0.1"]
    chromium = playwright_.chromium.launch(executable_path=CHROMIUM, args=flags)
    yield chromium
    chromium.close()


@pytest.mark.parametrize(("kind", "path"), [(nginx, "/mixplan"), (caddy, "")])
def test_the_workbench_behind_a_proxy_with_tls_and_a_login(named_browser, tmp_path, kind, path):
    if not program(kind.__name__):
        pytest.skip(f"{kind.__name__} is not installed")
    with serving(tmp_path, "--host", NAME, "--workers", "2", "--base-path", path, path=path) as here:
        behind = int(here.removesuffix(path).rpartition(":")[2])
        with in_front(kind, tmp_path, behind) as port:
            served_by = set()
            for _planner in range(20):  # each by chance with one of two processes
                bench = Workbench(
                    named_browser,
                    f"https://{NAME}:{port}{path}",
                    ignore_https_errors=True,
                    http_credentials={"username": USER, "password": WORD},
                )
                bench.page.goto(f"{bench.server}/")
                cookie = next(cookie for cookie in bench.context.cookies() if cookie["name"] == COOKIE)
                assert cookie["secure"]
                assert cookie["httpOnly"]
                if int(cookie["value"], 16) % 2 not in served_by:
                    served_by.add(int(cookie["value"], 16) % 2)
                    works_as_it_does_without(bench)
                bench.context.close()
                if len(served_by) == 2:
                    break
            assert served_by == {0, 1}


class Office(Workbench):
    """A browser behind the proxy that reaches the office's login service as well."""

    service = ""

    def _only_here(self, route: Route) -> None:
        if route.request.url.startswith(self.service):
            route.continue_()
        else:
            super()._only_here(route)


@pytest.mark.parametrize(("kind", "path"), [(nginx, "/mixplan"), (caddy, "")])
def test_the_offices_login_comes_in_place_of_the_proxys_own(named_browser, tmp_path, monkeypatch, kind, path):
    """As docs/deployment.md says: the same files without their basic login, `secrets.toml`, TLS, a path."""
    if not program(kind.__name__):
        pytest.skip(f"{kind.__name__} is not installed")
    provider, port = Provider(), free_port()
    outside = f"https://{NAME}:{port}{path}"
    (tmp_path / "secrets.toml").write_text(secrets_file(provider, outside))
    monkeypatch.setenv("STREAMLIT_SECRETS_FILES", str(tmp_path / "secrets.toml"))
    monkeypatch.setattr(Office, "service", provider.address)
    with serving(tmp_path, "--host", NAME, "--workers", "2", "--base-path", path, path=path) as here:
        behind = int(here.removesuffix(path).rpartition(":")[2])
        with in_front(kind, tmp_path, behind, port=port, login=False):
            bench = Office(named_browser, outside, ignore_https_errors=True)
            page = bench.open("targets")
            assert page.get_by_role("button").all_inner_texts() == ["登录"]
            page.get_by_role("button", name="登录", exact=True).click()
            page.get_by_text("li@office.example", exact=True).click()
            page.wait_for_url(f"{outside}/**")
            page.locator(".st-key-logout").wait_for()
            cookies = {one["name"]: one for one in bench.context.cookies(outside)}
            assert {"_streamlit_user", COOKIE} <= cookies.keys()
            assert {name for name, one in cookies.items() if not one["secure"]} == set()
            assert {cookies[name]["path"] for name in ("_streamlit_user", COOKIE)} == {path or "/"}
            works_as_it_does_without(bench)
            bench.context.close()
    provider.end()


def works_as_it_does_without(bench: Workbench) -> None:
    """Pages, map, a large file in, a file out, a second tab."""
    page = bench.import_register({"name": "own.csv", "mimeType": "text/csv", "buffer": large_register()})
    page.get_by_text("正在使用导入的登记册").wait_for()
    bench.settle()
    assert bench.map().evaluate("window.mixplan.painted('plants')") == STATIONS
    with page.expect_download() as begun:
        page.get_by_role("button", name="CSV", exact=True).first.click()
    assert begun.value.path().stat().st_size > 100_000
    second = bench.context.new_page()
    second.goto(f"{bench.server}/station_map")
    second.get_by_text("导入自己的登记册").wait_for()
    assert page.locator(".st-key-page_fault").count() == 0
    assert bench.outside == []


def large_register() -> bytes:
    """A register of some five megabytes, most of it in a column that the workbench does not read."""
    rows = (
        f"p{n},站{n},concrete,{116 + n % 50 * 0.01:.5f},{39.6 + n // 50 * 0.01:.5f},50,20,{'x' * 2500}\n"
        for n in range(STATIONS)
    )
    return ("id,name,kind,lon,lat,location_error_m,capacity,remarks\n" + "".join(rows)).encode()
