"""A PostgreSQL server of the tests' own, on a socket in a folder of its own, as nobody else's."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

HOW_TO_GET_IT = "PostgreSQL's initdb and postgres are not found; on Debian: apt-get install postgresql"
_PLACES = "/usr/lib/postgresql"
_NAME = "mixplan1"


def programs() -> Path | None:
    """Folder of PostgreSQL's programs; Debian keeps them out of the search path."""
    found = sorted(Path(_PLACES).glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not found and (there := shutil.which("initdb")):
        found = [Path(there).resolve()]
    return found[-1].parent if found else None


class Server:
    """A server that can be stopped and started again, as one on the network comes and goes."""

    def __init__(self) -> None:
        self._programs = programs()
        assert self._programs is not None, HOW_TO_GET_IT
        self.folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # a socket's path may have some 100 characters
        self._as_whom: dict[str, Any] = {"cwd": self.folder, "env": {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}}
        if os.getuid() == 0:  # PostgreSQL refuses to run as root
            nobody = pwd.getpwnam("nobody")
            os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
            self._as_whom |= {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        self._data = self.folder / "data"
        make = [self._programs / "initdb", "-D", self._data, "-U", "planner", "-A", "trust", "-E", "UTF8", "--no-sync"]
        subprocess.run(make, check=True, capture_output=True, **self._as_whom)
        self.start()
        with self._connect("postgres") as connection:
            connection.execute(f"CREATE DATABASE {_NAME}")

    def start(self) -> None:
        """Start the server and wait until it answers."""
        options = ["-k", self.folder, "-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=200"]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._programs / "postgres", "-D", self._data, *options], stdout=log, stderr=log, **self._as_whom
            )
        end = time.monotonic() + 60
        while time.monotonic() < end:
            if self._answers():
                return
            time.sleep(0.05)
        raise AssertionError((self.folder / "log").read_text())

    def stop(self) -> None:
        """Stop the server at once; who is connected is cut off."""
        self._process.send_signal(signal.SIGINT)
        self._process.wait(timeout=60)

    def database(self) -> str:
        """Address of the database, empty again: making another for each test would take longer than the test."""
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
        with self._connect(_NAME) as connection:
            connection.execute(others, (_NAME,))
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")
        return f"postgresql://planner:geheim@/{_NAME}?host={self.folder}"

    def end(self) -> None:
        """Stop the server and forget its data, so that it need not write them out."""
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait(timeout=60)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _connect(self, name: str) -> Any:
        import psycopg

        return psycopg.connect(host=str(self.folder), user="planner", dbname=name, autocommit=True)

    def _answers(self) -> bool:
        import psycopg

        try:
            self._connect("postgres").close()
        except psycopg.OperationalError:
            return False
        return True
